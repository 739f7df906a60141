//! Workloads among those who are granted something.

use crate::graph::{Declared, Grant, Ids, Principal};
use crate::resolve::value::Value;
use crate::rules::Cx;

/// A workload that is granted something.
pub(super) struct Holder {
    /// What the message calls it.
    pub(super) name: String,
    /// What it is.
    pub(super) what: &'static str,
    /// Whether it is there to remedy what policies find.
    pub(super) policy: bool,
    /// Who it is, where that is known.
    pub(super) principal: Option<Principal>,
}

/// Who gets it, if that is certainly a workload and no person or group.
pub(super) fn holder(cx: &Cx<'_>, grant: &Grant) -> Option<Holder> {
    let principals = cx.graph.principals(&grant.principal);
    let named: Vec<&Principal> = principals.iter().flatten().collect();
    let holders: Vec<Holder> = named.iter().filter_map(|principal| workload(cx, principal)).collect();
    let policy = holders.iter().any(|holder| holder.policy);
    if !holders.is_empty() && holders.len() == principals.len() {
        return holders.into_iter().next();
    }
    let said = grant.principal_type.as_ref().map(|value| cx.graph.known(value));
    let is_service_principal = said.as_ref().and_then(Value::as_str) == Some("ServicePrincipal");
    let is_deployer = named.iter().any(|principal| matches!(principal, Principal::Deployer(_)));
    (is_service_principal && !is_deployer).then(|| Holder {
        name: "a service principal".to_owned(),
        what: "a service principal, as its type says",
        policy,
        principal: None,
    })
}

fn workload(cx: &Cx<'_>, principal: &Principal) -> Option<Holder> {
    let title = |id| format!("`{}`", cx.graph.title(id));
    let principal = Some(principal.clone());
    Some(match principal.as_ref()? {
        Principal::System(id) => Holder {
            name: title(*id),
            what: "a system-assigned identity",
            policy: is_policy_assignment(cx, *id),
            principal: principal.clone(),
        },
        Principal::User(id) => Holder {
            name: title(*id),
            what: "a user-assigned identity",
            policy: only_policies_use(cx, *id),
            principal: principal.clone(),
        },
        Principal::Other(id) => Holder {
            name: title(*id),
            what: "an identity of this resource",
            policy: false,
            principal: principal.clone(),
        },
        Principal::ServicePrincipal(id) => {
            Holder { name: title(*id), what: "a service principal", policy: false, principal: principal.clone() }
        }
        Principal::Group(_) | Principal::Person(_) | Principal::Deployer(_) | Principal::Literal(_) => return None,
    })
}

fn is_policy_assignment(cx: &Cx<'_>, id: crate::graph::ResourceId) -> bool {
    let facts = cx.graph.resource(id).and_then(|resource| resource.facts);
    facts.is_some_and(|facts| facts.arm.eq_ignore_ascii_case("Microsoft.Authorization/policyAssignments"))
}

/// Whether a user-assigned identity is attached to policy assignments and to nothing else.
fn only_policies_use(cx: &Cx<'_>, id: crate::graph::ResourceId) -> bool {
    let mut hosts = cx.graph.hosts.iter().filter(|host| match &host.declared {
        Declared::Block(block) => match &block.ids {
            Ids::Listed { items, .. } => items.iter().any(|item| cx.graph.named_by(item) == Some(id)),
            _ => false,
        },
        _ => false,
    });
    hosts.next().is_some_and(|first| {
        is_policy_assignment(cx, first.resource) && hosts.all(|host| is_policy_assignment(cx, host.resource))
    })
}
