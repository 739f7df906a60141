//! Identities and other principals: who has them, what they may do, who may act as them.

use super::face::{Draft, Said};
use super::words::{self, code, resource};
use super::{Kind, Topic, unknown, uses};
use crate::graph::{Chosen, Grant, Graph, Holder, Mode, Principal, Resolver, ResourceId};
use crate::resolve::value::Truth;

/// What is said where no grant is seen.
pub(super) const NO_ROLE: &str = "none in this code";

pub(super) fn draft(graph: &Graph<'_>, principal: &Principal) -> Option<Draft> {
    let id = principal.resource()?;
    let what = words::principal_kind(graph, principal);
    let mut draft = Draft::new(Kind::Identity, graph.title(id).to_string(), what);
    let is_looked_up = graph.resource(id).is_some_and(|one| one.mode == Mode::Data);
    if is_looked_up && !matches!(principal, Principal::Deployer(_)) {
        draft.notes.push(Said::of("Looked up here, made elsewhere."));
    }
    if let Principal::System(host) = principal {
        of_its_own(graph, *host, &mut draft);
    }
    if let Principal::User(identity) = principal {
        hosts(graph, *identity, &mut draft);
        draft.say_none(Topic::Hosts, "none in this code");
        selections(graph, *identity, &mut draft);
    }
    roles(graph, principal, &mut draft);
    draft.say_none(Topic::Roles, NO_ROLE);
    federations(graph, principal, &mut draft);
    for one in graph.uses.iter().filter(|one| one.identity == Resolver::Principal(principal.clone())) {
        draft.say(Topic::Uses, uses::by(graph, one));
    }
    unknown::of_principal(graph, principal, &mut draft);
    Some(draft)
}

/// What is peculiar to an identity that a resource has for itself.
fn of_its_own(graph: &Graph<'_>, host: ResourceId, draft: &mut Draft) {
    let has = graph.host(host).map_or(Truth::Maybe, crate::graph::Host::system);
    match has {
        Truth::Yes => {}
        Truth::No => draft.notes.push(Said::of(format!("{} has no such identity.", code(&graph.title(host))))),
        Truth::Maybe => {
            draft.notes.push(Said::of(format!("Whether {} has one cannot be told.", code(&graph.title(host)))));
        }
    }
    if has != Truth::No && graph.site(host).is_some_and(|site| site.is_slot) {
        draft.notes.push(super::slots::principal_note());
    }
    if let Some(span) = graph.seen_at(host) {
        draft.say(Topic::Hosts, Said::at(format!("{}: its own", resource(graph, host)), span));
    }
}

/// The hosts of a user-assigned identity.
fn hosts(graph: &Graph<'_>, identity: ResourceId, draft: &mut Draft) {
    let Some(own) = graph.resource(identity).map(|one| graph.id_of(identity, one.span)) else { return };
    for host in &graph.hosts {
        let Some(header) = graph.seen_at(host.resource) else { continue };
        let listed = graph.identities_listed_by(host.resource).into_iter().find(|(id, _)| *id == identity);
        let said = |text: String| {
            let at = listed.map_or_else(|| graph.attached_at(host.resource, identity, header), |(_, at)| at);
            Said::at(format!("{}: {text}", resource(graph, host.resource)), header).named_at(at)
        };
        match graph.attached(host, &own) {
            Truth::Yes => draft.say(Topic::Hosts, said("attached".to_owned())),
            Truth::Maybe if listed.is_some() => {
                let why = unknown::doubt(graph, host).map(|why| format!(" ({why})")).unwrap_or_default();
                draft.say(Topic::Hosts, said(format!("attached, perhaps{why}")));
            }
            Truth::Maybe => unknown::of_host_having(graph, host, draft),
            Truth::No => {
                let names = |one: &&crate::graph::Selection| {
                    one.host == host.resource
                        && one.chosen == Chosen::Identity
                        && graph.identity_of(&one.value) == Some(identity)
                };
                if let Some(selection) = graph.selections.iter().find(names) {
                    let text = format!("{}: selected, but not attached", resource(graph, host.resource));
                    draft.say(Topic::Hosts, Said::at(text, header).named_at(selection.value.span));
                }
            }
        }
    }
}

/// Where a user-assigned identity is picked among others, by settings too.
fn selections(graph: &Graph<'_>, identity: ResourceId, draft: &mut Draft) {
    for one in &graph.id_settings {
        if graph.identity_of(&one.value) == Some(identity) {
            let text = format!("{} of {} names it", code(&one.name), resource(graph, one.resource));
            let at = one.value.put_in_at();
            draft.say(Topic::Uses, Said::at(text, at).named_at(at));
        }
    }
    for one in graph.selections.iter().filter(|one| one.chosen == Chosen::Identity) {
        let is_setting = |setting: &crate::graph::IdSetting| setting.value.span == one.value.span;
        if graph.identity_of(&one.value) == Some(identity) && !graph.id_settings.iter().any(is_setting) {
            let text = format!("{} selects it", resource(graph, one.host));
            let at = one.value.put_in_at();
            draft.say(Topic::Uses, Said::at(text, at).named_at(at));
        }
    }
}

/// The grants that are certainly to a principal, in their order.
pub(super) fn grants_to<'g>(graph: &'g Graph<'_>, principal: &Principal) -> Vec<&'g Grant> {
    let is_own = |grant: &&Grant| {
        grant.presence != Truth::No
            && match graph.reaches(&grant.principal, principal) {
                Truth::Yes => true,
                // A loop whose instances are not known is one identity in the code.
                Truth::Maybe => graph.only_principal(&grant.principal).as_ref() == Some(principal),
                Truth::No => false,
            }
    };
    graph.grants.iter().filter(is_own).collect()
}

/// What a principal is granted.
pub(super) fn roles(graph: &Graph<'_>, principal: &Principal, draft: &mut Draft) {
    for grant in grants_to(graph, principal) {
        let said = Said::at(role(graph, grant), grant.span).named_at(grant.principal.put_in_at());
        draft.say(Topic::Roles, said);
    }
}

/// What is granted, where, and what weakens it.
pub(super) fn role(graph: &Graph<'_>, grant: &Grant) -> String {
    let class = words::good_for(&grant.right).map(|class| format!(" ({class})")).unwrap_or_default();
    let place = match grant.right {
        crate::graph::Right::InDirectory { .. } => "in the directory".to_owned(),
        _ => format!("on {}", words::scope(graph, &grant.scope)),
    };
    format!("{} {place}{class}{}", words::right(graph, &grant.right), words::provisos(grant))
}

/// Who may act as a principal by a token of another issuer.
pub(super) fn federations(graph: &Graph<'_>, principal: &Principal, draft: &mut Draft) {
    for one in &graph.federations {
        let holder = one.holder.and_then(|holder| graph.principal_of(holder));
        let Some(by) = graph.resource(one.by) else { continue };
        if holder.as_ref() == Some(principal) {
            let mut text = format!("{}: ", code(&one.title));
            text.push_str(&super::grants::trusted(graph, one));
            draft.say(Topic::Federations, Said::at(text, by.span));
        } else if one.holder.is_none() && matches!(principal, Principal::User(_)) {
            let text = format!("{} may be a credential of it: whose it is cannot be told", code(&one.title));
            draft.say(Topic::Unknown, Said::at(text, by.span));
        }
    }
}

/// The hosts that act as a principal, for a sentence.
pub(super) fn hosts_of(graph: &Graph<'_>, principal: &Principal) -> Vec<ResourceId> {
    match principal {
        Principal::System(id) => vec![*id],
        Principal::User(identity) => {
            let Some(own) = graph.resource(*identity).map(|one| graph.id_of(*identity, one.span)) else {
                return Vec::new();
            };
            let has = |host: &&crate::graph::Host| {
                let listed = || graph.identities_listed_by(host.resource).iter().any(|(id, _)| id == identity);
                graph.attached(host, &own) == Truth::Yes || listed()
            };
            graph.hosts.iter().filter(has).map(|host| host.resource).collect()
        }
        _ => Vec::new(),
    }
}

/// The identity or application of a federated credential.
pub(super) fn holder(graph: &Graph<'_>, holder: Holder) -> String {
    let what = match holder {
        Holder::Identity(_) => "user-assigned identity",
        Holder::Application(_) => "application",
    };
    format!("{what} {}", code(&graph.holder_title(holder)))
}
