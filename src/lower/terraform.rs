//! Terraform and OpenTofu: `.tf` files of one directory become one module; `.tfvars` files become parameters.

mod blocks;
mod expr;
mod json;
mod overrides;
mod strings;
mod types;

pub use overrides::{is_override, merge};

use crate::ir::{Attr, Module, Name, ProviderLock, Sighting};
use crate::source::SourceId;
use crate::syntax::{SyntaxError, hcl};

/// What one file contributes, and what in it could not be read.
#[derive(Debug)]
pub struct Lowered<T> {
    /// What was read.
    pub content: T,
    /// What could not be.
    pub errors: Vec<SyntaxError>,
    /// Credentials in its strings.
    pub sightings: Vec<Sighting>,
}

/// Lowers a `.tf` or `.tofu` file into a module that holds just this file's declarations.
#[must_use]
pub fn module(source: SourceId, text: &str) -> Lowered<Module> {
    let tree = hcl::parse(source, text);
    let mut module = Module::default();
    let mut errors = tree.errors;
    let mut sightings = Vec::new();
    for chunk in &tree.chunks {
        let mut lowering = expr::Lowering::new(source, text, chunk.base);
        blocks::file(&mut lowering, &chunk.body, &mut module);
        sightings.extend(strings::of_module(&lowering, &chunk.body));
        errors.append(&mut lowering.errors);
        module.remarks.append(&mut lowering.remarks);
    }
    Lowered { content: module, errors, sightings }
}

/// Lowers a `.tf.json` file.
#[must_use]
pub fn json_module(source: SourceId, text: &str) -> Lowered<Module> {
    json::module(source, text)
}

/// Lowers a `.tfvars` file.
#[must_use]
pub fn parameters(source: SourceId, text: &str) -> Lowered<Vec<Attr>> {
    let tree = hcl::parse(source, text);
    let mut attrs = Vec::new();
    let mut errors = tree.errors;
    let mut sightings = Vec::new();
    for chunk in &tree.chunks {
        let mut lowering = expr::Lowering::new(source, text, chunk.base);
        attrs.extend(chunk.body.attributes().map(|attribute| lowering.attribute(attribute)));
        sightings.extend(strings::of_parameters(&lowering, &chunk.body));
        errors.append(&mut lowering.errors);
    }
    Lowered { content: attrs, errors, sightings }
}

/// Lowers a `.tfvars.json` file.
#[must_use]
pub fn json_parameters(source: SourceId, text: &str) -> Lowered<Vec<Attr>> {
    json::parameters(source, text)
}

/// Reads the provider versions of a `.terraform.lock.hcl` file.
#[must_use]
pub fn lock(source: SourceId, text: &str) -> Lowered<Vec<ProviderLock>> {
    let tree = hcl::parse(source, text);
    let mut locks = Vec::new();
    for chunk in &tree.chunks {
        let lowering = expr::Lowering::new(source, text, chunk.base);
        for block in chunk.body.blocks().filter(|block| block.ident.as_str() == "provider") {
            let Some(address) = block.labels.first() else { continue };
            for attribute in block.body.attributes().filter(|attribute| attribute.has_key("version")) {
                if let Some(version) = attribute.value.as_str() {
                    locks.push(ProviderLock {
                        provider: provider_address(address.as_str()),
                        version: version.into(),
                        span: lowering.span_of(&attribute.value),
                    });
                }
            }
        }
    }
    Lowered { content: locks, errors: tree.errors, sightings: Vec::new() }
}

/// A provider's address without the registry's host, in lower case: `hashicorp/azurerm`.
fn provider_address(address: &str) -> Name {
    let lower = address.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split('/').collect();
    match parts.as_slice() {
        [.., namespace, name] => format!("{namespace}/{name}").into(),
        _ => format!("hashicorp/{lower}").into(),
    }
}
