use crate::azure::ids::IdLevel;
use crate::finding::Severity;
use crate::graph::{Declared, Grant, Ids, Principal, Right};
use crate::resolve::value::{Reason, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let Right::Role { written, .. } = &grant.right else { continue };
        let Some(roles) = grant.right.built_in() else { continue };
        if !roles.iter().all(|role| role.is_administrator()) {
            continue;
        }
        // A condition narrows what may be granted, and granting is all that these roles do.
        if grant.condition.is_some() && roles.iter().all(|role| role.only_grants()) {
            continue;
        }
        let level = match graph.level(&grant.scope) {
            Some(IdLevel::Subscription) => "a whole subscription",
            Some(IdLevel::ManagementGroup) => "a whole management group",
            _ => continue,
        };
        let Some(holder) = holder(cx, grant) else { continue };
        // Code that makes the management group is a platform's; giving it an administrator is its business.
        if made_here(cx, &grant.scope) {
            continue;
        }
        let (Some(role), Some(resource)) = (roles.first(), graph.resource(grant.by)) else { continue };
        let message = format!("{} gets {} on {level}", holder.name, role.name);
        let mut draft = Draft::new(resource.address.clone(), grant.scope.span, message)
            .note(format!("{level}: everything in it, today's and tomorrow's"))
            .label(written.span, format!("{} may {}", role.name, what(role.flags.contains(&"star"), role.name)))
            .label(grant.principal.span, holder.what)
            .because(&grant.scope)
            .because(written)
            .if_present(resource)
            .help("grant the narrowest role that does the job, on the resource group or resource where it does it");
        if holder.policy {
            draft = draft.severity(Severity::Medium);
        }
        cx.report(draft);
    }
}

fn what(does_everything: bool, name: &str) -> &'static str {
    match (does_everything, name) {
        (true, "Contributor") => "change and delete everything",
        (true, _) => "do everything, granting roles included",
        _ => "grant roles, to itself too",
    }
}

struct Holder {
    name: String,
    what: &'static str,
    policy: bool,
}

/// Who gets it, if that is certainly a workload and no person or group.
fn holder(cx: &Cx<'_>, grant: &Grant) -> Option<Holder> {
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
    })
}

fn workload(cx: &Cx<'_>, principal: &Principal) -> Option<Holder> {
    let title = |id| format!("`{}`", cx.graph.title(id));
    Some(match principal {
        Principal::System(id) => {
            Holder { name: title(*id), what: "a system-assigned identity", policy: is_policy_assignment(cx, *id) }
        }
        Principal::User(id) => {
            Holder { name: title(*id), what: "a user-assigned identity", policy: only_policies_use(cx, *id) }
        }
        Principal::Other(id) => Holder { name: title(*id), what: "an identity of this resource", policy: false },
        Principal::ServicePrincipal(id) => Holder { name: title(*id), what: "a service principal", policy: false },
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

/// Whether what is granted on is made by the same code, or may be: its id is not known, and a subscription is made.
fn made_here(cx: &Cx<'_>, scope: &Value) -> bool {
    let makes_subscription = || {
        let mut made = cx.graph.resources().filter(|resource| resource.mode == crate::graph::Mode::Managed);
        made.any(|resource| resource.is_arm("Microsoft.Subscription/aliases"))
    };
    let mut made = false;
    scope.walk(&mut |value| {
        // That the current subscription is known only while deploying does not make it another one.
        made |= value.why().is_some_and(|why| !matches!(why.reason, Reason::Runtime(_))) && makes_subscription();
        let start = value.as_ref().and_then(|reference| reference.start()).and_then(|id| cx.graph.resource(id));
        made |= start.is_some_and(|resource| resource.mode == crate::graph::Mode::Managed);
    });
    made
}
