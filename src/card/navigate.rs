//! From a reference to what it means, and from a thing to all that names it, along the edges of identity: across files,
//! modules and languages.

use std::collections::BTreeSet;

use super::face::{self, Draft};
use super::{Cards, Topic, deployments};
use crate::graph::{Grant, Graph, Principal, Resolver, Sight, Thing};
use crate::source::{SourceId, Span};

/// So many places are gone to at most.
const MAX_PLACES: usize = 500;

/// Where something leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jump {
    /// The text that leads there.
    pub from: Span,
    /// The declarations, in the order of files and places.
    pub to: Vec<Span>,
}

impl Cards<'_> {
    /// Where what stands at a byte offset leads: a reference to its declaration; a grant, a federated credential and a
    /// setting to the identity that they are about; a declaration to itself.
    #[must_use]
    pub fn definition(&self, source: SourceId, offset: u32) -> Option<Jump> {
        let (found, _) = deployments::each(self.workspace, self.policies, source, |graph, _| {
            let sights = graph.at(source, offset).into_iter();
            sights.map(|sight| (sight.span, definitions(graph, &sight))).collect()
        });
        let from = found.iter().map(|(span, _)| *span).min_by_key(|span| span.end - span.start)?;
        let to = self.places(found.into_iter().flat_map(|(_, to)| to));
        (!to.is_empty()).then_some(Jump { from, to })
    }

    /// All that stands in a relation of identity to what stands at a byte offset: the hosts of an identity, what is granted
    /// to it, its federated credentials, what uses it; likewise for a host, a grant and a resource. With its declaration if
    /// that is wanted.
    #[must_use]
    pub fn references(&self, source: SourceId, offset: u32, with_declaration: bool) -> Vec<Span> {
        let (found, _) = deployments::each(self.workspace, self.policies, source, |graph, _| {
            let sights = graph.at(source, offset).into_iter();
            sights
                .filter_map(|sight| Some((declarations(graph, &sight.thing), face::of(graph, &sight.thing)?)))
                .collect()
        });
        let mut spans: Vec<Span> = Vec::new();
        for (declared, face) in found {
            if with_declaration {
                spans.extend(declared);
            }
            spans.extend(named(&face));
        }
        self.places(spans)
    }

    /// Places that files hold, each once, by file and place.
    fn places(&self, spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
        let sorted: BTreeSet<Span> = spans.into_iter().filter(|span| self.place(*span).is_some()).collect();
        sorted.into_iter().take(MAX_PLACES).collect()
    }
}

/// Where a face says that its thing is named.
pub(super) fn named(face: &Draft) -> Vec<Span> {
    let said =
        face.topics.iter().filter(|(topic, _)| !matches!(topic, Topic::Unknown | Topic::NotRead | Topic::Findings));
    let lines = said.flat_map(|(_, lines)| lines).filter(|line| !line.none);
    lines.filter_map(|line| line.reference.or(line.at)).collect()
}

fn declarations(graph: &Graph<'_>, thing: &Thing) -> Vec<Span> {
    graph.declared_at(thing).into_iter().collect()
}

fn definitions(graph: &Graph<'_>, sight: &Sight) -> Vec<Span> {
    let of_principal =
        |principal: &Principal| principal.resource().and_then(|id| graph.resource(id)).map(|one| one.span);
    let led: Vec<Span> = match &sight.thing {
        Thing::Grant(at) if sight.declared => {
            graph.grants.get(*at).map_or_else(Vec::new, |grant| holders(graph, grant))
        }
        Thing::Federation(at) if sight.declared => {
            let holder = graph.federations.get(*at).and_then(|one| one.holder);
            holder.and_then(|holder| graph.resource(holder.id())).map(|one| one.span).into_iter().collect()
        }
        Thing::Use(at) => match graph.uses.get(*at).map(|one| &one.identity) {
            Some(Resolver::Principal(principal)) => of_principal(principal).into_iter().collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    if led.is_empty() { declarations(graph, &sight.thing) } else { led }
}

/// Where whoever is granted something is declared.
fn holders(graph: &Graph<'_>, grant: &Grant) -> Vec<Span> {
    let principals = graph.principals(&grant.principal).into_iter().flatten();
    let ids = principals.filter_map(|principal| principal.resource());
    ids.filter_map(|id| graph.seen_at(id)).collect()
}
