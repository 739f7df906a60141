use super::identity_setting_not_sticky::Pair;
use super::slot_without_role::{granted, hands_over_a_key, missing};
use crate::finding::Fix;
use crate::graph::{Declared, Grant, Graph, Ids, Mode, Principal, Resolver, ResourceId, Setting, Site, VaultReference};
use crate::resolve::value::{Kind, Truth};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for slot in graph.sites.iter().filter(|site| site.is_slot) {
        let Some(pair) = Pair::new(graph, slot) else { continue };
        for (ours, theirs) in pair.settings() {
            let (Some(ours), Some(theirs)) = (ours, theirs) else { continue };
            if pair.site.sticky.holds(graph, ours) != Truth::No || pair.names_identities(ours, theirs) {
                continue;
            }
            judge(cx, &pair, ours, theirs);
        }
    }
}

/// What a setting makes an app reach.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Reached {
    id: ResourceId,
    secrets: bool,
}

fn judge(cx: &mut Cx<'_>, pair: &Pair<'_>, ours: &Setting, theirs: &Setting) {
    let graph = cx.graph;
    let (Some(own), Some(other)) = (reached(graph, ours), reached(graph, theirs)) else { return };
    let same_type = graph.resource(own.id).zip(graph.resource(other.id)).is_some_and(|(a, b)| a.is_arm(b.arm_type()));
    if own.id == other.id || own.secrets != other.secrets || !same_type {
        return;
    }
    let (Some(slot), Some(site)) = (identities(graph, pair.slot, own), identities(graph, pair.site, other)) else {
        return;
    };
    // Each has what it needs today: so the identities and grants of these targets are in this code.
    let (Some(for_slot), Some(for_site)) = (grant(graph, &slot, own), grant(graph, &site, other)) else { return };
    let (site_breaks, slot_breaks) = (lacks(graph, &site, own), lacks(graph, &slot, other));
    let (breaks, target, proof) = if site_breaks {
        (pair.site, own, for_site)
    } else if slot_breaks {
        (pair.slot, other, for_slot)
    } else {
        return;
    };
    let (Some(resource), Some(target)) = (graph.resource(breaks.resource), graph.resource(target.id)) else { return };
    let name = &ours.name;
    let message = format!(
        "a swap takes `{}` to `{}`, where its identity has no access, because `{name}` is not sticky",
        resource.title, target.title
    );
    let right = proof.right.words();
    let list = if ours.connection { "sticky connection strings" } else { "sticky app settings" };
    let edit = graph.make_sticky(pair.site, ours);
    let address = graph.address(pair.slot.resource);
    cx.report(
        Draft::new(address, ours.span, message)
            .note("goes to production with the next swap")
            .label(theirs.span, "production's own")
            .label(proof.span, format!("`{}` has {} here, and nowhere else", resource.title, right))
            .because(&ours.value)
            .because(&theirs.value)
            .if_present(resource)
            .help(format!("add `{name}` to the site's {list}, or give both identities access to both"))
            .fix(edit.map(|edit| Fix::suggested(format!("make `{name}` sticky"), edit))),
    );
}

/// The one resource that a setting certainly names.
fn reached(graph: &Graph<'_>, setting: &Setting) -> Option<Reached> {
    if let Some(reference) = graph.reference(&setting.value) {
        return match reference.vault {
            VaultReference::Declared(id) => Some(Reached { id, secrets: true }),
            _ => None,
        };
    }
    if !matches!(setting.value.kind, Kind::Text(_) | Kind::Ref(_)) {
        return None;
    }
    let mut found: Vec<ResourceId> = Vec::new();
    let mut keys = false;
    setting.value.walk(&mut |value| {
        let Some(reference) = value.as_ref() else { return };
        keys |= hands_over_a_key(&reference.dotted());
        let managed = |id: &ResourceId| graph.resource(*id).is_some_and(|resource| resource.mode == Mode::Managed);
        found.extend(reference.start().filter(managed));
    });
    found.dedup();
    match found.as_slice() {
        [id] if !keys => Some(Reached { id: *id, secrets: false }),
        _ => None,
    }
}

/// As whom an app reaches it; none if that cannot be told.
fn identities(graph: &Graph<'_>, site: &Site, reached: Reached) -> Option<Vec<Principal>> {
    if reached.secrets {
        return match graph.resolver(site) {
            Resolver::Principal(principal) => Some(vec![principal]),
            Resolver::None | Resolver::Unknown => None,
        };
    }
    let host = graph.host(site.resource)?;
    let Declared::Block(block) = &host.declared else { return None };
    let mut found = Vec::new();
    match block.system {
        Truth::Yes => found.push(Principal::System(site.resource)),
        Truth::No => {}
        Truth::Maybe => return None,
    }
    match &block.ids {
        Ids::Absent | Ids::Empty(_) => {}
        Ids::Listed { items, rest: None } => {
            for item in items {
                found.push(Principal::User(graph.identity_of(item)?));
            }
        }
        _ => return None,
    }
    Some(found)
}

fn grant<'g>(graph: &'g Graph<'g>, principals: &[Principal], reached: Reached) -> Option<&'g Grant> {
    let target = graph.resource(reached.id)?;
    principals.iter().find_map(|principal| granted(graph, principal, target, reached.secrets))
}

/// Whether none of the identities certainly has access.
fn lacks(graph: &Graph<'_>, principals: &[Principal], reached: Reached) -> bool {
    let Some(target) = graph.resource(reached.id) else { return false };
    !principals.is_empty()
        && principals.iter().all(|principal| missing(graph, principal, target, reached.secrets).is_ok())
}
