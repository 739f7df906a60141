//! What cannot be told, and why: a card never says that there is nothing where there may be something.

use super::Topic;
use super::face::{Draft, Said};
use super::words::{code, no_principal, resource};
use crate::graph::{Declared, Graph, Host, Ids, Principal, ResourceId, Thing};
use crate::resolve::value::Truth;

/// What may be granted to a principal beside what is seen.
pub(super) fn of_principal(graph: &Graph<'_>, principal: &Principal, draft: &mut Draft) {
    if let Some(opening) = graph.opening(principal) {
        draft.say(Topic::Unknown, Said::at(opening.reason.clone(), opening.span));
    }
    for grant in &graph.grants {
        if graph.reaches(&grant.principal, principal) != Truth::Maybe {
            continue;
        }
        if let Some(given) = no_principal(graph, &grant.principal) {
            let names_it = graph.led_to(&grant.principal).contains(&Thing::Principal(principal.clone()));
            if names_it {
                let text = format!("nothing by {}: it is given {given}", code(&graph.address(grant.by)));
                let said = Said::at(text, grant.span).named_at(grant.principal.put_in_at());
                draft.say(Topic::Roles, Said { none: true, ..said });
            }
            continue;
        }
        // Whose id is written out is nobody that is made here.
        let principals = graph.principals(&grant.principal);
        let doubt = principals.iter().find_map(|one| match one {
            Err(why) => Some(why.reason.to_string()),
            Ok(Principal::Group(id)) => {
                Some(format!("it is for group {}, which may have it as a member", code(&graph.title(*id))))
            }
            Ok(own) if own == principal => Some("it is one of several instances".to_owned()),
            Ok(_) => None,
        });
        if let Some(doubt) = doubt {
            let text = format!("{} may be for it: {doubt}", code(&graph.address(grant.by)));
            draft.say(Topic::Unknown, Said::at(text, grant.span).named_at(grant.principal.span));
        }
    }
    not_read(graph, draft);
}

/// The modules whose source is not here.
pub(super) fn not_read(graph: &Graph<'_>, draft: &mut Draft) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for call in &graph.opaque {
        // One source is one gap, however often it is called.
        if seen.contains(&(&*call.source, call.reason)) {
            continue;
        }
        seen.push((&*call.source, call.reason));
        let same = |other: &&crate::graph::OpaqueCall| other.source == call.source && other.reason == call.reason;
        let others = graph.opaque.iter().filter(same).count().saturating_sub(1);
        let others = if others > 0 { format!(" and {others} more") } else { String::new() };
        let source = if call.source.is_empty() { String::new() } else { format!(" from {}", code(&call.source)) };
        let text = format!("{}{others}{source}: {}", code(&call.address), call.reason);
        draft.say(Topic::NotRead, Said::at(text, call.span));
    }
}

/// Whether a host has an identity, where that cannot be told.
pub(super) fn of_host_having(graph: &Graph<'_>, host: &Host, draft: &mut Draft) {
    let reason = doubt(graph, host).unwrap_or_else(|| "it has identities that are not known here".to_owned());
    let header = graph.resource(host.resource).map(|one| one.span);
    let said = Said::of(format!("{} may have it: {reason}", resource(graph, host.resource)));
    draft.say(Topic::Unknown, Said { at: header, ..said });
}

/// What of a host's identities cannot be told.
pub(super) fn of_host(graph: &Graph<'_>, id: ResourceId, draft: &mut Draft) {
    let Some(host) = graph.host(id) else { return };
    if let Some(reason) = doubt(graph, host) {
        let at = block(host).map(|block| block.span);
        draft.say(Topic::Unknown, Said { at, ..Said::of(format!("which identities it has: {reason}")) });
    }
}

fn block(host: &Host) -> Option<&crate::graph::IdentityBlock> {
    match &host.declared {
        Declared::Block(block) => Some(block),
        Declared::Perhaps(block) => Some(block),
        Declared::None(_) | Declared::Unknown(_) => None,
    }
}

/// Why it cannot be told which identities a host has.
pub(super) fn doubt(graph: &Graph<'_>, host: &Host) -> Option<String> {
    if graph.is_touched(host.resource) {
        return Some("something else than its declaration may change its identities".to_owned());
    }
    match &host.declared {
        Declared::None(_) => None,
        Declared::Unknown(why) => Some(why.reason.to_string()),
        Declared::Perhaps(_) => Some("whether it declares one hangs on what is not known".to_owned()),
        Declared::Block(block) => match &block.ids {
            Ids::Unknown(why) | Ids::Listed { rest: Some(why), .. } => Some(why.reason.to_string()),
            Ids::Malformed { what, .. } => Some(format!("{what} stands where their ids should")),
            _ => block.kinds.why().map(|why| why.reason.to_string()),
        },
    }
}
