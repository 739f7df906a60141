//! What consumers use, as whom, and whether they may.

use super::face::{Draft, Said};
use super::words::{self, code, resource};
use super::{Kind, Topic, identities, unknown};
use crate::graph::{Graph, Principal, Resolver, Standing, Use};

/// A need, where the identity is the subject.
pub(super) fn by(graph: &Graph<'_>, one: &Use) -> Said {
    let text = format!("{} of {} {}", name(graph, one), resource(graph, one.consumer), what(graph, one));
    Said::at(text, one.at).named_at(one.selected.as_ref().map_or(one.at, |selected| selected.put_in_at()))
}

/// The same where the host is the subject.
pub(super) fn of_host(graph: &Graph<'_>, one: &Use) -> Said {
    let as_whom = match &one.identity {
        Resolver::Principal(Principal::User(id)) => format!(", as {}", code(&graph.title(*id))),
        Resolver::Principal(_) => ", as itself".to_owned(),
        Resolver::None => ", as nobody: it has no such identity".to_owned(),
        Resolver::Unknown => ", as whom is not known".to_owned(),
    };
    Said::at(format!("{} {}{as_whom}", name(graph, one), what(graph, one)), one.at).named_at(one.at)
}

/// The same where what is used is the subject.
pub(super) fn of_target(graph: &Graph<'_>, one: &Use) -> Said {
    let standing = standing(graph, one).map(|standing| format!(" ({standing})")).unwrap_or_default();
    let text = format!(
        "{} of {} uses its {}{standing}",
        name(graph, one),
        resource(graph, one.consumer),
        one.need.required().what
    );
    Said::at(text, one.at).named_at(one.value.put_in_at())
}

/// What is needed of what, and whether it may be.
fn what(graph: &Graph<'_>, one: &Use) -> String {
    let target = match one.target {
        Some(target) => resource(graph, target),
        None => "something that is not made here".to_owned(),
    };
    let standing = standing(graph, one).map(|standing| format!(" ({standing})")).unwrap_or_default();
    format!("uses {} of {target}{standing}", one.need.required().what)
}

/// How the need stands, in words; nothing where nobody or nothing is known of whom or what that could be told.
fn standing(graph: &Graph<'_>, one: &Use) -> Option<String> {
    let Resolver::Principal(principal) = &one.identity else { return None };
    Some(match graph.standing(principal, one.target?, one.need) {
        Standing::Granted => "it has the role".to_owned(),
        Standing::Elsewhere => "declared to be granted elsewhere".to_owned(),
        Standing::Unknown(..) => "whether it has the role is not known".to_owned(),
        Standing::Managing(_) => "it may only manage it: the role for its data is missing".to_owned(),
        Standing::Partly(_) => "its role is only a part of what that takes".to_owned(),
        Standing::ToNoEffect => "its role has no effect there".to_owned(),
        Standing::Missing => format!("no role for it in this code: {} would do", one.need.required().role),
    })
}

/// What the code calls the setting or argument.
fn name(graph: &Graph<'_>, one: &Use) -> String {
    code(&graph.name_of_use(one))
}

/// The card of a need.
pub(super) fn draft(graph: &Graph<'_>, one: &Use) -> Draft {
    let what = format!("needs {}, by identity", one.need.required().what);
    let mut draft = Draft::new(Kind::Use, graph.name_of_use(one).to_string(), what);
    draft.declared = Some(one.at);
    let host = graph.seen_at(one.consumer);
    if let Some(span) = host {
        draft.say(Topic::Hosts, Said::at(resource(graph, one.consumer), span));
    }
    match &one.identity {
        Resolver::Principal(principal) => {
            let declared = principal.resource().and_then(|id| graph.seen_at(id));
            draft.say(Topic::Principal, Said { at: declared, ..Said::of(words::principal(graph, principal)) });
            if let Some(target) = one.target {
                for grant in identities::grants_to(graph, principal) {
                    if graph.covers(&grant.scope, target) != crate::resolve::value::Truth::No {
                        let text = identities::role(graph, grant);
                        draft.say(Topic::Roles, Said::at(text, grant.span).named_at(grant.principal.put_in_at()));
                    }
                }
                draft.say_none(Topic::Roles, "none in this code that reaches there");
            }
            unknown::of_principal(graph, principal, &mut draft);
        }
        Resolver::None => {
            draft.say(Topic::Principal, Said::none("nobody: the identity that it should ask as is not there"));
        }
        Resolver::Unknown => draft.say(Topic::Unknown, Said::of("as whom it asks cannot be told")),
    }
    let target = one.target.and_then(|id| graph.resource(id));
    let said = Said::of(words_of_target(graph, one));
    draft.say(Topic::Uses, Said { at: target.map(|target| target.span), ..said });
    draft
}

fn words_of_target(graph: &Graph<'_>, one: &Use) -> String {
    let whole = what(graph, one);
    whole.strip_prefix("uses ").unwrap_or(&whole).to_owned()
}
