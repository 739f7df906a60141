//! Resources that can have an identity: which they have, what these may reach, what they need.

use super::face::{Draft, Said};
use super::words::{self, code};
use super::{Kind, Topic, identities, slots, targets, unknown, uses};
use crate::graph::{Declared, Graph, Host, Ids, Principal, ResourceId};
use crate::resolve::value::Truth;

pub(super) fn draft(graph: &Graph<'_>, id: ResourceId) -> Option<Draft> {
    let site = graph.site(id);
    let is_slot = site.is_some_and(|site| site.is_slot);
    let mut draft =
        Draft::new(if is_slot { Kind::Slot } else { Kind::Host }, graph.title(id).to_string(), words::kind(graph, id));
    if is_slot {
        let of = site.and_then(|site| site.of);
        draft.what = of.map_or("slot".to_owned(), |of| format!("slot of {}", words::resource(graph, of)));
    }
    if let Some(host) = graph.host(id) {
        own(graph, host, &mut draft);
        unknown::of_host(graph, id, &mut draft);
    }
    for principal in principals(graph, id) {
        for grant in identities::grants_to(graph, &principal) {
            let text = format!("{}, as {}", identities::role(graph, grant), as_whom(graph, &principal));
            draft.say(Topic::Roles, Said::at(text, grant.span).named_at(grant.principal.put_in_at()));
        }
        unknown::of_principal(graph, &principal, &mut draft);
    }
    if draft.says(Topic::Identities) {
        draft.say_none(Topic::Roles, identities::NO_ROLE);
    }
    for one in graph.uses.iter().filter(|one| one.consumer == id) {
        draft.say(Topic::Uses, uses::of_host(graph, one));
    }
    settings(graph, id, &mut draft);
    targets::access(graph, id, &mut draft);
    slots::add(graph, id, &mut draft);
    let says = [Topic::Identities, Topic::Uses, Topic::UsedBy, Topic::Access, Topic::Slots];
    let is_silent = !says.iter().any(|topic| draft.says(*topic)) && draft.tables.is_empty();
    (!is_silent || site.is_some()).then_some(draft)
}

/// The identities that a host certainly has.
pub(super) fn principals(graph: &Graph<'_>, id: ResourceId) -> Vec<Principal> {
    let system = graph.host(id).is_some_and(|host| host.system() == Truth::Yes);
    let own = system.then_some(Principal::System(id));
    own.into_iter().chain(graph.identities_listed_by(id).into_iter().map(|(id, _)| Principal::User(id))).collect()
}

fn as_whom(graph: &Graph<'_>, principal: &Principal) -> String {
    match principal {
        Principal::User(id) => code(&graph.title(*id)),
        _ => "itself".to_owned(),
    }
}

/// Which identities a host says that it has.
fn own(graph: &Graph<'_>, host: &Host, draft: &mut Draft) {
    let block = match &host.declared {
        Declared::None(_) => {
            // What could have one and has none is worth a word only where apps run.
            if graph.site(host.resource).is_some() {
                draft.say_none(Topic::Identities, "none");
            }
            return;
        }
        Declared::Unknown(_) => return,
        Declared::Block(block) => block,
        Declared::Perhaps(block) => block,
    };
    let perhaps = if matches!(host.declared, Declared::Perhaps(_)) { ", perhaps" } else { "" };
    match block.system {
        Truth::Yes => draft.say(
            Topic::Identities,
            Said::at(format!("system-assigned{perhaps}"), block.span).named_at(block.kinds.span),
        ),
        Truth::Maybe => draft.say(Topic::Unknown, Said::at("whether it has a system-assigned identity", block.span)),
        Truth::No => {}
    }
    let Ids::Listed { items, .. } = &block.ids else { return };
    for item in items {
        let at = item.put_in_at();
        let said = match graph.identity_of(item) {
            Some(identity) => {
                let declared = graph.resource(identity).map(|one| one.span);
                let text = format!("{}, user-assigned{perhaps}", code(&graph.title(identity)));
                Said { at: declared, ..Said::of(text) }
            }
            None => Said::at(format!("{}, user-assigned, not made here{perhaps}", words::text(graph, item)), at),
        };
        draft.say(Topic::Identities, said.named_at(at));
    }
}

/// Settings that name an identity.
fn settings(graph: &Graph<'_>, id: ResourceId, draft: &mut Draft) {
    for one in graph.id_settings.iter().filter(|one| one.resource == id) {
        let named = match graph.identity_of(&one.value) {
            Some(identity) => code(&graph.title(identity)),
            None => words::text(graph, &one.value),
        };
        let at = one.value.put_in_at();
        draft.say(Topic::Uses, Said::at(format!("{} names {named}", code(&one.name)), at).named_at(at));
    }
}
