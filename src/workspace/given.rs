//! Which parameter files apply to what, and so what is deployed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::discover::{Format, format};
use super::paths::{file_name, parent};
use crate::ir::{Attr, Given, ModuleId, Name, Program, Root};

/// What a parameter file says.
#[derive(Debug, Clone, Default)]
pub(super) struct ParameterFile {
    /// Its values.
    pub(super) values: Vec<Arc<Attr>>,
    /// The path of the template that it names as its own.
    pub(super) using: Option<String>,
    /// The path of a file whose values it takes over.
    pub(super) extends: Option<String>,
}

/// More sets of parameters for one template than this are left to whoever deploys.
const MAX_SETS: usize = 16;

/// More files that take over one another's values than this are a circle.
const MAX_EXTENDS: usize = 16;

/// All parameter files, by shown path.
pub(super) struct ParameterFiles<'a> {
    pub(super) files: &'a BTreeMap<String, ParameterFile>,
    /// Those of the command line, in ascending precedence.
    pub(super) asked_for: &'a [String],
    /// Those that configuration names for modules in a directory, in ascending precedence.
    pub(super) configured: &'a dyn Fn(&str) -> Vec<String>,
}

impl ParameterFiles<'_> {
    /// What is deployed: modules that nobody calls and templates that parameter files are written for, once for each.
    pub(super) fn roots(&self, program: &Program) -> Vec<Root> {
        let mut modules = program.roots();
        let by_path = program.modules.iter().map(|module| &module.path).zip((0..).map(ModuleId));
        for (path, id) in by_path {
            if !modules.contains(&id) && self.files.values().any(|file| file.using.as_deref() == Some(path)) {
                modules.push(id);
            }
        }
        let modules = modules.into_iter().filter_map(|id| Some((id, &program.module(id)?.path)));
        modules.flat_map(|(module, path)| self.of(program, module, path)).collect()
    }

    fn of(&self, program: &Program, module: ModuleId, path: &str) -> Vec<Root> {
        let is_template = matches!(format(path), Some(Format::Bicep | Format::Json));
        if !is_template {
            let mut named = (self.configured)(path);
            named.extend_from_slice(self.asked_for);
            let given = self.of_directory(path, &named).into_iter().map(|attr| Given { attr, within: None });
            let declared = program.module(module).map_or(&[][..], |module| &module.params);
            let offered = self.offered(path, &named, &|name| declared.iter().any(|param| *param.name == *name));
            return vec![Root { module, given: given.collect(), offered }];
        }
        let fitting = |name: &&String| self.files.get(*name).is_some_and(|file| fits(name, file, path));
        let configured = (self.configured)(parent(path));
        let mut asked_for: Vec<&String> = self.asked_for.iter().filter(fitting).collect();
        if asked_for.is_empty() {
            asked_for = configured.iter().filter(fitting).collect();
        }
        let found: Vec<&String> = self.files.keys().filter(|name| belongs(name, self.files.get(*name), path)).collect();
        let set = |names: &[&String]| Root {
            module,
            given: names.iter().flat_map(|name| self.set(program, name)).collect(),
            offered: Vec::new(),
        };
        match (asked_for.is_empty(), found.len()) {
            (false, _) => vec![set(&asked_for)],
            (true, 1..=MAX_SETS) => found.iter().map(|name| set(&[name])).collect(),
            (true, _) => vec![set(&[])],
        }
    }

    /// The values of a parameter file, those that it takes over first.
    fn set(&self, program: &Program, name: &str) -> Vec<Given> {
        let mut chain = vec![name];
        while let Some(base) = chain.last().and_then(|name| self.files.get(*name)?.extends.as_deref()) {
            if chain.len() >= MAX_EXTENDS {
                break;
            }
            chain.push(base);
        }
        let values = |name: &&str| {
            let within = program.modules.iter().position(|module| module.only_values && *module.path == **name);
            let within = within.and_then(|at| u32::try_from(at).ok()).map(ModuleId);
            let values = self.files.get(*name).map(|file| file.values.as_slice()).unwrap_or_default();
            values.iter().map(move |attr| Given { attr: Arc::clone(attr), within }).collect::<Vec<_>>()
        };
        chain.iter().rev().flat_map(values).collect()
    }

    /// The values that a Terraform root's inputs get, in ascending precedence: `terraform.tfvars`, its JSON form, then
    /// `*.auto.tfvars` and `*.auto.tfvars.json` by name, then the command line's
    /// (developer.hashicorp.com, terraform/language/values/variables).
    fn of_directory(&self, root: &str, named: &[String]) -> Vec<Arc<Attr>> {
        let beside = self.files.keys().filter(|path| parent(path) == root);
        let mut own: Vec<(u8, &String)> = beside.filter_map(|path| Some((rank(path)?, path))).collect();
        own.sort();
        let own = own.into_iter().map(|(_, path)| path);
        own.chain(named).filter_map(|path| self.files.get(path)).flat_map(|file| file.values.clone()).collect()
    }

    /// The values of the variable files in or below a root that Terraform does not read by itself, and that are written for
    /// it: each of their names is one of its inputs.
    fn offered(&self, root: &str, named: &[String], is_declared: &dyn Fn(&str) -> bool) -> Vec<Arc<Attr>> {
        let is_of_variables = |path: &str| {
            matches!(format(path), Some(Format::Parameters | Format::JsonParameters)) && rank(path).is_none()
        };
        let lies_in = |path: &str| {
            let home = parent(path);
            home == root || root == "." || home.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
        };
        let offered = self.files.iter().filter(|(path, _)| is_of_variables(path) && lies_in(path));
        let offered = offered
            .filter(|(path, file)| !named.contains(path) && file.values.iter().all(|attr| is_declared(&attr.name)));
        offered.flat_map(|(_, file)| file.values.clone()).collect()
    }
}

/// The place in the order of precedence of a variable file that Terraform reads by itself.
fn rank(path: &str) -> Option<u8> {
    match file_name(path) {
        "terraform.tfvars" => Some(0),
        "terraform.tfvars.json" => Some(1),
        name if name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json") => Some(2),
        _ => None,
    }
}

/// Whether a parameter file can be for this template.
fn fits(name: &str, file: &ParameterFile, template: &str) -> bool {
    match &file.using {
        Some(using) => using == template,
        None => format(name) == Some(Format::Json),
    }
}

/// Whether a parameter file is written for this template: it says so, or is named after it.
fn belongs(name: &str, file: Option<&ParameterFile>, template: &str) -> bool {
    if let Some(using) = file.and_then(|file| file.using.as_deref()) {
        return using == template;
    }
    let stem = template.strip_suffix(".bicep").or_else(|| template.strip_suffix(".json"));
    let rest = stem.and_then(|stem| name.strip_prefix(stem)?.strip_suffix(".json"));
    rest.is_some_and(|rest| rest.starts_with(".parameters"))
}

/// Where a parameter file says that its template and the file it extends are.
pub(super) fn beside(name: &str, path: Option<&Name>) -> Option<String> {
    path.filter(|path| !path.contains(':')).map(|path| crate::resolve::modules::join(parent(name), path))
}
