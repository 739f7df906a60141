use super::instead;
use crate::azure::roles::Role;
use crate::finding::Severity;
use crate::graph::{Grant, Mode, ResourceId, Right};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};

const REGISTRY: &str = "Microsoft.ContainerRegistry/registries";

/// Roles that a registry which decides by repository permissions does not honour, and what takes their place
/// (learn.microsoft.com, container-registry/container-registry-rbac-abac-repository-permissions).
const REPLACED: [(&str, &str); 3] = [
    ("AcrPull", "Container Registry Repository Reader"),
    ("AcrPush", "Container Registry Repository Writer"),
    ("AcrDelete", "Container Registry Repository Contributor"),
];

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let Right::Role { written, .. } = &grant.right else { continue };
        let Some((roles, id)) = grant.right.built_in().zip(graph.scoped_to(&grant.scope)) else { continue };
        let Some(new_roles) = roles.iter().map(|role| replacement(role)).collect::<Option<Vec<_>>>() else { continue };
        let (Some(registry), Some(by)) = (graph.resource(id), graph.resource(grant.by)) else { continue };
        if !registry.is_arm(REGISTRY) || registry.mode != Mode::Managed {
            continue;
        }
        let Some(mode) = mode(cx, id) else { continue };
        let (Some(role), Some(new)) = (roles.first(), new_roles.first()) else { continue };
        let message = format!(
            "registry `{}` decides by repository permissions, so the role {} has no effect there",
            registry.title, role.name
        );
        let mut draft = Draft::new(by.address.clone(), written.span, message)
            .note("a role that this registry does not honour")
            .label(mode.span, "repository permissions are switched on here")
            .because(&mode)
            .because(written)
            .because(&grant.scope)
            .if_present(by)
            .doubt(registry.presence);
        draft = match already(cx, grant, id) {
            Some((other, name)) => draft
                .label(other.span, format!("the same principal already has {name}"))
                .severity(Severity::Medium)
                .help(format!("remove the assignment: the principal already has {name}")),
            None => draft.help(format!("grant the role {new} instead")).fix(instead::grant(graph, written, role, new)),
        };
        cx.report(draft);
    }
}

fn replacement(role: &Role) -> Option<&'static str> {
    REPLACED.iter().find(|(old, _)| *old == role.name).map(|(_, new)| *new)
}

/// The value that switches repository permissions on, if they certainly are.
fn mode(cx: &Cx<'_>, registry: ResourceId) -> Option<Value> {
    let mode = cx.graph.property(registry, "role_assignment_mode", "roleAssignmentMode");
    let mode = mode.value()?;
    let known = cx.graph.known(mode);
    let is_on = |one: &Value| one.as_str().is_some_and(|text| text.eq_ignore_ascii_case("AbacRepositoryPermissions"));
    known.alternatives().iter().all(is_on).then(|| mode.clone())
}

/// The role that the principal has for the registry's repositories.
fn already<'g>(cx: &Cx<'g>, grant: &Grant, registry: ResourceId) -> Option<(&'g Grant, &'static str)> {
    let principal = cx.graph.only_principal(&grant.principal)?;
    cx.graph.grants.iter().find_map(|other| {
        let role = *other.right.built_in()?.first()?;
        let is_new = role.name.starts_with("Container Registry Repository ") && !role.name.contains("Catalog");
        let reaches = cx.graph.reaches(&other.principal, &principal) == Truth::Yes;
        (is_new && reaches && cx.graph.covers(&other.scope, registry) == Truth::Yes).then_some((other, role.name))
    })
}
