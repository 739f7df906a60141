//! How azurerm and azuread write things down.

mod apps;
mod grants;
mod hosts;

use super::{Graph, IdArgument, IdKind, SecretArgument, Vault};
use crate::azure::types::ResourceType;
use crate::ir::Mode;
use crate::resolve::providers::{self, Majors};
use crate::resolve::value::{Reason, TextPart, Truth, Value, Why};

/// Reads every resource of the graph.
pub(super) fn read(graph: &mut Graph<'_>) {
    let majors = providers::majors(graph.deployment.program(), graph.deployment.root().module, "hashicorp/azurerm");
    graph.azurerm = majors;
    touched(graph);
    let own = |resource: &&super::Resource| resource.mode == Mode::Managed && !resource.kind.contains('/');
    let ids: Vec<_> = graph.resources().filter(own).map(|resource| resource.id).collect();
    for id in ids {
        let Some(resource) = graph.resource(id) else { continue };
        let kind = resource.kind.clone();
        if let Some(facts) = resource.facts {
            arguments(graph, id, facts);
            hosts::read(graph, id, facts, majors);
        }
        if &*kind == "azurerm_key_vault" {
            vault(graph, id, majors);
            grants::inline_policies(graph, id);
        }
        grants::read(graph, id, &kind);
        apps::read(graph, id, &kind);
    }
    apps::parents(graph);
}

/// Whether it changes another resource through the ARM API. An action that only lists something does not.
fn changes_another(graph: &Graph<'_>, resource: &super::Resource) -> bool {
    match &*resource.kind {
        "azapi_update_resource" => true,
        "azapi_resource_action" => resource.mode == Mode::Managed && graph.listing(resource).is_none(),
        _ => false,
    }
}

/// Resources that `azapi_update_resource` changes: what is missing in their own body may be there.
fn touched(graph: &mut Graph<'_>) {
    let targets: Vec<_> = graph
        .resources()
        .filter(|resource| changes_another(graph, resource))
        .flat_map(|resource| ["resource_id", "parent_id", "name"].map(|name| resource.argument(name)))
        .flatten()
        .filter_map(|value| graph.named_by(value).or_else(|| above(graph, value)))
        .collect();
    let by_name: Vec<_> = graph.resources().filter_map(|resource| named_update(graph, resource)).collect();
    let updates = graph.resources().filter(|resource| &*resource.kind == "azapi_update_resource");
    let patches = updates.filter_map(|resource| {
        let target = graph.named_by(resource.argument("resource_id")?)?;
        let body = graph.deployment.structure(resource.id, &"body".into())?;
        Some(super::properties::Patch { target, body })
    });
    let patches = patches.collect();
    graph.patches = patches;
    graph.touched = targets;
    graph.touched.extend(by_name);
    let unknown = graph.resources().filter(|resource| resource.may_be_anything());
    let parents = unknown.filter_map(|resource| graph.named_by(resource.argument("parent_id")?)).collect();
    graph.resettled = parents;
}

/// The resource that the path of a child begins with: `${azurerm_x.y.id}/config/appsettings`.
fn above(graph: &Graph<'_>, value: &Value) -> Option<super::ResourceId> {
    match value.text_parts()?.first()? {
        TextPart::Hole(first) if first.as_ref().is_some() => graph.named_by(first),
        _ => None,
    }
}

/// What an update means that names its target by type, parent and name.
fn named_update(graph: &Graph<'_>, update: &super::Resource) -> Option<super::ResourceId> {
    if !changes_another(graph, update) {
        return None;
    }
    let kind = graph.known(update.argument("type")?);
    let kind = kind.as_str()?.split('@').next()?.to_owned();
    let name = graph.known(update.argument("name")?);
    let parent = update.argument("parent_id").and_then(|parent| graph.named_by(parent));
    let base = kind.rsplit_once('/').map_or("", |(base, _)| base);
    let is_meant = |resource: &&super::Resource| {
        let own = resource.argument("parent").and_then(|_| graph.parent(resource, base));
        resource.is_arm(&kind)
            && resource.mode == Mode::Managed
            && name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(&resource.title))
            && (own.is_none() || own == parent)
    };
    graph.resources().find(is_meant).map(|resource| resource.id)
}

fn arguments(graph: &mut Graph<'_>, id: super::ResourceId, facts: &'static ResourceType) {
    let Some(resource) = graph.resource(id) else { return };
    let mut found = Vec::new();
    for (takes, paths) in [
        (IdKind::Principal, &facts.principal_arguments),
        (IdKind::Client, &facts.client_arguments),
        (IdKind::Resource, &facts.resource_id_arguments),
    ] {
        for argument in paths {
            let values = resource.values_at(argument);
            found.extend(values.into_iter().map(|value| IdArgument {
                resource: id,
                argument,
                takes,
                value: value.clone(),
            }));
        }
    }
    let secrets: Vec<SecretArgument> = facts
        .secrets
        .iter()
        .flat_map(|secret| {
            let values = resource.values_at(secret.path);
            values.into_iter().map(|value| SecretArgument {
                resource: id,
                argument: secret.path,
                write_only: secret.write_only,
                vault_secret: facts.name == "azurerm_key_vault_secret",
                value: value.clone(),
            })
        })
        .collect();
    graph.id_arguments.extend(found);
    graph.secret_arguments.extend(secrets);
}

/// The permission model of a vault. Left out, it was access policies up to azurerm 4; azurerm 5 demands it
/// (registry.terraform.io, azurerm 5.0 upgrade guide).
fn vault(graph: &mut Graph<'_>, id: super::ResourceId, majors: Majors) {
    let Some(resource) = graph.resource(id) else { return };
    let said = ["rbac_authorization_enabled", "enable_rbac_authorization"]
        .iter()
        .find_map(|name| resource.argument(name))
        .cloned();
    let span = resource.span;
    let (rbac, why) = match &said {
        Some(value) => {
            let known = graph.known(value);
            match known.as_bool() {
                Some(on) => (Truth::from(on), None),
                None => (
                    Truth::Maybe,
                    Some(known.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, value.span))),
                ),
            }
        }
        None if graph.touched.contains(&id) => {
            (Truth::Maybe, Some(Why::new(Reason::Runtime("a change through the ARM API".into()), span)))
        }
        None if majors.below(5) => (Truth::No, None),
        None => (Truth::Maybe, Some(Why::new(Reason::Runtime("the default of this azurerm version".into()), span))),
    };
    graph.vaults.push(Vault { resource: id, rbac, said, why, must_say: majors.at_least(5) });
}

/// The name of an argument that is there, as a value to point at.
fn present(value: Option<&Value>) -> Option<Value> {
    value.filter(|value| value.is_null() != Truth::Yes).cloned()
}
