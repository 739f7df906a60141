//! Files of one directory become one module; `override.tf` and `*_override.tf` change what the others declare.

use crate::ir::{Attr, Block, Body, Module, Repeat};

/// Whether a file of that name overrides declarations of the others.
#[must_use]
pub fn is_override(file_name: &str) -> bool {
    let stem = [".tf.json", ".tofu.json", ".tf", ".tofu"].iter().find_map(|ending| file_name.strip_suffix(ending));
    stem.is_some_and(|stem| stem == "override" || stem.ends_with("_override"))
}

/// Adds one file's declarations to the module; those of an override file replace what is there, argument by argument.
pub fn merge(module: &mut Module, file: Module, overrides: bool) {
    if overrides {
        override_with(module, file);
        return;
    }
    module.params.extend(file.params);
    module.locals.extend(file.locals);
    module.resources.extend(file.resources);
    module.calls.extend(file.calls);
    module.outputs.extend(file.outputs);
    module.settings.extend(file.settings);
    module.requirements.extend(file.requirements);
    module.remarks.extend(file.remarks);
}

fn override_with(module: &mut Module, file: Module) {
    for param in file.params {
        match module.params.iter_mut().find(|there| there.name == param.name) {
            Some(there) => {
                there.default = param.default.or(there.default.take());
                there.secure |= param.secure;
            }
            None => module.params.push(param),
        }
    }
    for local in file.locals {
        match module.locals.iter_mut().find(|there| there.name == local.name) {
            Some(there) => *there = local,
            None => module.locals.push(local),
        }
    }
    for resource in file.resources {
        let same = |there: &&mut crate::ir::Resource| {
            there.mode == resource.mode && there.kind == resource.kind && there.name == resource.name
        };
        match module.resources.iter_mut().find(same) {
            Some(there) => {
                if !matches!(resource.repeat, Repeat::Once) {
                    there.repeat = resource.repeat;
                }
                override_body(&mut there.body, resource.body);
            }
            None => module.resources.push(resource),
        }
    }
    for call in file.calls {
        match module.calls.iter_mut().find(|there| there.name == call.name) {
            Some(there) => override_attrs(&mut there.args, call.args),
            None => module.calls.push(call),
        }
    }
    for output in file.outputs {
        match module.outputs.iter_mut().find(|there| there.name == output.name) {
            Some(there) => *there = output,
            None => module.outputs.push(output),
        }
    }
    module.settings.extend(file.settings);
    if !file.requirements.is_empty() {
        module.requirements = file.requirements;
    }
}

fn override_body(there: &mut Body, new: Body) {
    override_attrs(&mut there.attrs, new.attrs);
    let replaced = |block: &Block| new.blocks.iter().any(|other| other.name == block.name);
    there.blocks.retain(|block| !replaced(block));
    there.blocks.extend(new.blocks);
}

fn override_attrs(there: &mut Vec<Attr>, new: Vec<Attr>) {
    for attr in new {
        there.retain(|old| old.name != attr.name);
        there.push(attr);
    }
}
