use super::accepted::is_accepted;
use super::holders::{Holder, holder};
use crate::azure::ids::IdLevel;
use crate::azure::roles::Role;
use crate::finding::Severity;
use crate::graph::{Grant, Right};
use crate::resolve::value::{Reason, Truth, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let (Right::Role { written, .. }, Some((role, level, holder))) = (&grant.right, found(cx, grant)) else {
            continue;
        };
        let Some(resource) = graph.resource(grant.by).filter(|_| !is_accepted(cx, grant)) else { continue };
        let message = format!("{} gets {} on {level}", holder.name, role.name);
        let mut draft = Draft::new(resource.address.clone(), grant.scope.span, message)
            .note(format!("{level}: everything in it, today's and tomorrow's"))
            .label(written.span, format!("{} may {}", role.name, what(role)))
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

/// Whether this rule speaks of a grant.
pub(super) fn speaks(cx: &Cx<'_>, grant: &Grant) -> bool {
    found(cx, grant).is_some()
}

/// The role, where it is granted, and to whom, if that is too much.
fn found(cx: &Cx<'_>, grant: &Grant) -> Option<(&'static Role, &'static str, Holder)> {
    let roles = grant.right.built_in()?;
    // A condition narrows what may be granted, and granting is all that some of these roles do.
    let narrowed = cx.graph.grants_freely(grant) != Truth::Yes && !roles.iter().any(|role| role.permits_everything());
    if narrowed || !roles.iter().all(|role| role.is_administrator()) {
        return None;
    }
    let level = match cx.graph.level(&grant.scope)? {
        IdLevel::Subscription => "a whole subscription",
        IdLevel::ManagementGroup => "a whole management group",
        _ => return None,
    };
    let holder = holder(cx, grant)?;
    // Code that makes the management group is a platform's; giving it an administrator is its business.
    (!made_here(cx, &grant.scope)).then_some((roles.first().copied()?, level, holder))
}

/// What the holder of such a role may do.
pub(super) fn what(role: &Role) -> &'static str {
    match (role.permits_everything(), role.grants_any_role()) {
        (true, false) => "change and delete everything",
        (true, true) => "do everything, granting roles included",
        _ => "grant roles, to itself too",
    }
}

/// Whether what is granted on is made by the same code, or may be: its id is not known, and a subscription is made.
pub(super) fn made_here(cx: &Cx<'_>, scope: &Value) -> bool {
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
