use super::unconditional_role_granting;
use super::words;
use super::workloads::{Workload, workload};
use crate::azure::ids::IdLevel;
use crate::graph::{Grant, Right, Vault};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};
use crate::source::Span;

/// Managed Identity Operator, which attaches.
const OPERATOR: &str = "f1a07417-d97a-45cb-824c-7a7467783830";

/// Managed Identity Contributor, and Managed Identity Federated Identity Credential Contributor.
const CREDENTIALS: [&str; 2] = ["e40ec5ca-96e0-45a2-b4ff-59039f2c2b59", "7e559ce2-48d7-4b27-9128-fa1b247f1308"];

const KEY_VAULT_CONTRIBUTOR: &str = "f25e0fa2-a7c8-4377-a976-54943a77a395";

/// What attaches identities to machines that it makes, or manages what others made.
const MANAGERS: [&str; 12] = [
    "Microsoft.ContainerService/managedClusters",
    "Microsoft.ContainerService/fleets",
    "Microsoft.RedHatOpenShift/openShiftClusters",
    "Microsoft.Kubernetes/connectedClusters",
    "Microsoft.Authorization/policyAssignments",
    "Microsoft.Resources/deploymentScripts",
    "Microsoft.Automation/automationAccounts",
    "Microsoft.VirtualMachineImages/imageTemplates",
    "Microsoft.DevOpsInfrastructure/pools",
    "Microsoft.DevCenter/devcenters",
    "Microsoft.Batch/batchAccounts",
    "Microsoft.MachineLearningServices/workspaces",
];

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for grant in &cx.graph.grants {
        match what(cx, grant) {
            Some(Takeover::Identities(verb)) => identities(cx, grant, verb),
            Some(Takeover::Vault(vault)) => policies(cx, grant, vault),
            None => {}
        }
    }
}

/// What a role lets its holder take over.
enum Takeover<'g> {
    /// Any identity of the scope, and how.
    Identities(&'static str),
    /// What this vault keeps.
    Vault(&'g Vault),
}

/// Whether this rule speaks of a grant.
pub(super) fn speaks(cx: &Cx<'_>, grant: &Grant) -> bool {
    what(cx, grant).is_some() && workload(cx.graph, &grant.principal, &MANAGERS).is_some()
}

fn what<'g>(cx: &Cx<'g>, grant: &Grant) -> Option<Takeover<'g>> {
    let graph = cx.graph;
    // Whoever may grant any role needs no policy.
    if unconditional_role_granting::speaks(cx, grant) {
        return None;
    }
    let roles = grant.right.built_in()?;
    let all = |test: &dyn Fn(&str) -> bool| roles.iter().all(|role| test(role.guid));
    let level = graph.level(&grant.scope)?;
    let is_wide = matches!(level, IdLevel::ResourceGroup | IdLevel::Subscription | IdLevel::ManagementGroup);
    if is_wide && all(&|guid| guid == OPERATOR) {
        return Some(Takeover::Identities("attach"));
    }
    if is_wide && all(&|guid| CREDENTIALS.contains(&guid)) {
        return Some(Takeover::Identities("add federated credentials to"));
    }
    let by_policies = |vault: &&Vault| vault.rbac == Truth::No;
    let manages = |role: &str| matches!(role, "Key Vault Contributor" | "Contributor" | "Owner");
    if level == IdLevel::Resource && roles.iter().all(|role| manages(role.name)) {
        let vault = graph.vault(graph.named_by(&grant.scope)?).filter(by_policies)?;
        return Some(Takeover::Vault(vault));
    }
    // What is more than that role is said where it is granted to a workload, whatever it reaches.
    let mut vaults = graph.vaults.iter().filter(by_policies);
    let reached = vaults.find(|vault| graph.covers(&grant.scope, vault.resource) == Truth::Yes);
    reached.filter(|_| is_wide && all(&|guid| guid == KEY_VAULT_CONTRIBUTOR)).map(Takeover::Vault)
}

fn identities(cx: &mut Cx<'_>, grant: &Grant, verb: &str) {
    let found = parts(cx, grant, grant.scope.span);
    let (Some((who, draft)), Some(place)) = (found, words::scope(cx, &grant.scope, "a")) else { return };
    let Right::Role { written, .. } = &grant.right else { return };
    let message = format!("{} may {verb} any user-assigned identity of {place}", who.name);
    let draft = draft(message)
        .note("every identity in it, today's and tomorrow's")
        .label(written.span, format!("may {verb} identities"))
        .help("give the role on the one identity that has to be attached");
    cx.report(who.shown(draft, &grant.principal).because(&grant.scope).because(written));
}

fn policies(cx: &mut Cx<'_>, grant: &Grant, vault: &Vault) {
    let Right::Role { written, .. } = &grant.right else { return };
    let (Some((who, draft)), Some(resource)) = (parts(cx, grant, written.span), cx.graph.resource(vault.resource))
    else {
        return;
    };
    let message = format!("{} may write itself an access policy for `{}`", who.name, resource.title);
    let mut draft = draft(message).note("manages the vault, its policies included");
    draft = match &vault.said {
        Some(said) => draft.label(said.span, "decides by policies").because(said),
        None => draft.label(resource.span, "decides by policies, as it says nothing else"),
    };
    if cx.graph.named_by(&grant.scope) != Some(vault.resource) {
        draft = draft.label(grant.scope.span, "the vault is in it");
    }
    draft = draft.if_present(resource).help("let the vault decide by roles, or give a role that does not manage it");
    cx.report(who.shown(draft, &grant.principal).because(written).because(&grant.scope));
}

/// Who is granted it, and how the finding begins.
fn parts(cx: &Cx<'_>, grant: &Grant, at: Span) -> Option<(Workload, impl FnOnce(String) -> Draft + use<>)> {
    let who = workload(cx.graph, &grant.principal, &MANAGERS)?;
    let (address, span, presence) = (cx.graph.resource(grant.by)?.address.clone(), at, grant.presence);
    Some((who, move |message| Draft::new(address, span, message).doubt(presence)))
}
