//! Settings, variables and annotations by whose names code or a platform picks an identity.

use super::{Graph, IdKind, ResourceId};
use crate::ir::Name;
use crate::resolve::value::Value;

/// A setting that takes an id of a certain kind.
#[derive(Debug)]
pub struct IdSetting {
    /// The resource.
    pub resource: ResourceId,
    /// Its name.
    pub name: Name,
    /// The kind it takes.
    pub takes: IdKind,
    /// What it is given.
    pub value: Value,
}

/// The annotation by which a workload says whose tokens it wants
/// (learn.microsoft.com, aks/workload-identity-overview).
const ANNOTATION: &str = "azure.workload.identity/client-id";

/// What a setting of this name takes, wherever it stands.
fn takes(name: &str) -> Option<IdKind> {
    let name = name.to_ascii_lowercase();
    if name == "azure_client_id" || name.ends_with("__clientid") {
        Some(IdKind::Client)
    } else if name.ends_with("__managedidentityresourceid") {
        Some(IdKind::Resource)
    } else {
        None
    }
}

pub(super) fn read(graph: &Graph<'_>) -> Vec<IdSetting> {
    let mut found = Vec::new();
    let mut add = |resource: ResourceId, name: &Name, value: &Value| {
        if let Some(takes) = takes(name) {
            found.push(IdSetting { resource, name: name.clone(), takes, value: value.clone() });
        }
    };
    for site in &graph.sites {
        site.settings.iter().for_each(|setting| add(site.resource, &setting.name, &setting.value));
    }
    for variable in graph.environments.values().flat_map(|environment| &environment.variables) {
        add(variable.resource, &variable.name, &variable.value);
    }
    for resource in graph.resources().filter(|resource| resource.kind.starts_with("kubernetes_service_account")) {
        for annotations in resource.values_at("metadata.annotations") {
            if let Some(entry) = annotations.get(ANNOTATION) {
                let (resource, name) = (resource.id, ANNOTATION.into());
                found.push(IdSetting { resource, name, takes: IdKind::Client, value: entry.value.clone() });
            }
        }
    }
    found
}
