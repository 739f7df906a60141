use crate::finding::{Fix, Severity};
use crate::graph::{Grant, Resource, Right, Vault, Written};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};

const KEY_VAULT: &str = "microsoft.keyvault";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let Some(vault) = graph.scoped_to(&grant.scope).and_then(|id| graph.vault(id)) else { continue };
        let (Some(by), Some(resource)) = (graph.resource(grant.by), graph.resource(vault.resource)) else { continue };
        // One input may decide of both, so that they never stand together.
        if vault.said.as_ref().is_some_and(|said| said.assumed) && by.presence != Truth::Yes {
            continue;
        }
        match (&grant.right, vault.rbac) {
            (Right::Role { written, .. }, Truth::No) if is_data_role(grant) => {
                let draft = inert_role(grant, written, vault, by, resource);
                cx.report(draft.fix(by_roles(cx, vault)));
            }
            (Right::Policy(_), Truth::Yes) if has_any(grant) && !stands_for_any(cx, by) => {
                cx.report(inert_policy(cx, grant, vault, by, resource));
            }
            (Right::Policy(_), Truth::Maybe) if has_any(grant) => {
                if let Some(why) = &vault.why {
                    let reason = format!("the permission model of `{}` is not known: {}", resource.title, why.reason);
                    cx.undecided(by.address.clone(), reason, why.span);
                }
            }
            _ => {}
        }
    }
}

fn is_data_role(grant: &Grant) -> bool {
    let is_data = |role: &crate::azure::roles::Role| role.reaches_data_of(KEY_VAULT);
    grant.right.every_role(is_data) == Truth::Yes
}

/// A generated policy whose number is not known may well be none.
fn has_any(grant: &Grant) -> bool {
    grant.principal.why().is_none_or(|_| grant.presence == Truth::Yes)
}

fn stands_for_any(cx: &Cx<'_>, resource: &Resource) -> bool {
    cx.graph.stands_for_any(resource.id)
}

fn inert_role(grant: &Grant, written: &Value, vault: &Vault, by: &Resource, resource: &Resource) -> Draft {
    let role = grant.right.built_in().and_then(|roles| roles.first().map(|role| role.name)).unwrap_or("this role");
    let title = &resource.title;
    let message = format!("vault `{title}` decides by access policies, so the role {role} has no effect there");
    let draft = Draft::new(by.address.clone(), written.span, message).note("a role for the vault's data");
    model(draft, vault, resource, "roles are switched off here", "roles are off unless switched on")
        .because(written)
        .because(&grant.scope)
        .if_present(by)
        .help("switch the vault to role-based access control, or give the principal an access policy")
}

fn inert_policy(cx: &Cx<'_>, grant: &Grant, vault: &Vault, by: &Resource, resource: &Resource) -> Draft {
    let title = &resource.title;
    let message = format!("vault `{title}` decides by roles, so this access policy has no effect");
    let draft = Draft::new(by.address.clone(), grant.span, message).note("an access policy");
    let draft = model(draft, vault, resource, "roles are switched on here", "roles are on unless switched off")
        .if_present(by)
        .help("grant the principal a Key Vault role on the vault instead, and remove the policy");
    match migrated(cx, grant, vault) {
        Some(other) => draft.label(other.span, "the same principal already has a role").severity(Severity::Medium),
        None => draft,
    }
}

fn model(draft: Draft, vault: &Vault, resource: &Resource, said: &str, unsaid: &str) -> Draft {
    match &vault.said {
        Some(value) => draft.label(value.span, said).because(value),
        None => draft.label(resource.span, unsaid),
    }
}

/// Makes a vault decide by roles that nobody has a policy for.
fn by_roles(cx: &Cx<'_>, vault: &Vault) -> Option<Fix> {
    let graph = cx.graph;
    let has_policies = graph
        .grants
        .iter()
        .any(|grant| matches!(grant.right, Right::Policy(_)) && graph.scoped_to(&grant.scope) == Some(vault.resource));
    let edit = match &vault.said {
        Some(said) => graph.replace(said, Written::Bool(true), vault.resource),
        None => graph.state_model(vault.resource, true),
    };
    edit.filter(|_| !has_policies).map(|edit| Fix::suggested("make the vault decide by roles", edit))
}

/// The role that the policy's principal already has for the vault's data.
fn migrated<'g>(cx: &Cx<'g>, grant: &Grant, vault: &Vault) -> Option<&'g Grant> {
    let principal = cx.graph.only_principal(&grant.principal);
    // Somebody who is not known, but the same by the same id.
    let by_id = |other: &Value| (other.as_str().is_some() || other.as_ref().is_some()) && other.same(&grant.principal);
    cx.graph.grants.iter().find(|other| {
        let is_same = match &principal {
            Some(principal) => cx.graph.reaches(&other.principal, principal) == Truth::Yes,
            None => by_id(&other.principal),
        };
        is_data_role(other) && is_same && cx.graph.covers(&other.scope, vault.resource) != Truth::No
    })
}
