use super::holders::{Holder, holder};
use super::privileged_role_at_wide_scope;
use crate::finding::{Fix, Severity};
use crate::graph::{Grant, Principal, Resource, Right, Written};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

/// Bars whoever has it from granting and taking away Owner, User Access Administrator and Role Based Access Control
/// Administrator (learn.microsoft.com, role-based-access-control/delegate-role-assignments-examples).
const CONDITION: &str = "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR \
    (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals \
    {8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9, f58310d9-a9f6-439a-9e8d-f62e7b41a168})) AND \
    ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR \
    (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals \
    {8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9, f58310d9-a9f6-439a-9e8d-f62e7b41a168}))";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for grant in &cx.graph.grants {
        if let Some(holder) = found(cx, grant) {
            report(cx, grant, &holder);
        }
    }
}

/// Whether this rule speaks of a grant.
pub(super) fn speaks(cx: &Cx<'_>, grant: &Grant) -> bool {
    found(cx, grant).is_some()
}

fn found(cx: &Cx<'_>, grant: &Grant) -> Option<Holder> {
    let roles = grant.right.built_in()?;
    let grants_all = roles.iter().all(|role| role.grants_any_role());
    let holder = holder(cx, grant).filter(|_| grants_all && cx.graph.grants_freely(grant) == Truth::Yes)?;
    // What reaches further is said of the reach.
    (!privileged_role_at_wide_scope::speaks(cx, grant)).then_some(holder)
}

fn report(cx: &mut Cx<'_>, grant: &Grant, holder: &Holder) {
    let graph = cx.graph;
    let (Right::Role { written, .. }, Some(resource)) = (&grant.right, graph.resource(grant.by)) else { return };
    let Some(role) = grant.right.built_in().and_then(|roles| roles.first().copied()) else { return };
    let without = match &grant.condition {
        None => "without a condition",
        Some(_) => "under a condition that leaves this free,",
    };
    let message = format!("{} gets {} {without} and may grant any role, to itself too", holder.name, role.name);
    let mut draft = Draft::new(resource.address.clone(), written.said_at(), message)
        .note("hands out every role, Owner included")
        .label(grant.principal.span, holder.what)
        .because(written)
        .because(&grant.principal)
        .if_present(resource)
        .help("add a condition that lists the roles it may grant, or grant a role that grants none");
    if let Some(condition) = &grant.condition {
        draft = draft.label(condition.span, "says nothing of what may be granted").because(condition);
    }
    if holder.policy {
        draft = draft.severity(Severity::Medium);
    }
    if let Some(credential) = holder.principal.as_ref().and_then(|principal| federated(cx, principal)) {
        let vouched = format!("whoever this issuer vouches for is {}", holder.name);
        draft = draft.label(credential.span, vouched).severity(Severity::Critical);
    }
    let new = [
        ("condition_version", "properties.conditionVersion", Written::Text("2.0")),
        ("condition", "properties.condition", Written::Text(CONDITION)),
    ];
    let edit = graph
        .insert_all(grant.by, &new)
        .filter(|_| written.via.is_none() && grant.condition.is_none() && graph.takes_condition(grant.by));
    cx.report(draft.fix(edit.map(|edit| Fix::suggested("bar it from granting Owner and the like", edit))));
}

/// A federated credential by which others act as a principal.
fn federated<'g>(cx: &Cx<'g>, principal: &Principal) -> Option<&'g Resource> {
    let (Principal::User(id) | Principal::ServicePrincipal(id)) = principal else { return None };
    cx.graph.federated_credentials(*id).into_iter().find(|credential| credential.presence == Truth::Yes)
}
