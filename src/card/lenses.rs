//! One line over a declaration: how many hosts, roles and federated credentials it has.

use super::face::{self, Draft, Said};
use super::{Cards, Kind, Topic, deployments, merge};
use crate::graph::{Host, Mode, Principal, Thing};
use crate::resolve::value::Truth;
use crate::source::{SourceId, Span};
use crate::text::count;

/// What is said where more may be given than is seen.
const OPEN: &str = "more may be given elsewhere";

/// A line over a declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lens {
    /// The header of the declaration.
    pub span: Span,
    /// `2 hosts · 3 roles`.
    pub title: String,
    /// The places that it counts.
    pub places: Vec<Span>,
}

impl Cards<'_> {
    /// The lenses of a file, in its order. A declaration of which there is nothing to say has none.
    #[must_use]
    pub fn lenses(&self, source: SourceId) -> Vec<Lens> {
        let (seen, _) = deployments::each(self.workspace, self.policies, source, |graph, deployment| {
            let mut found = Vec::new();
            for resource in graph.declared_in(source).into_iter().filter(|one| one.mode == Mode::Managed) {
                let thing = match graph.thing_of(resource) {
                    thing @ Thing::Principal(Principal::User(_)) => thing,
                    thing @ Thing::Resource(_) if graph.host(resource.id).is_some_and(has_one) => thing,
                    thing @ Thing::Resource(_) if graph.site(resource.id).is_some_and(|site| site.is_slot) => thing,
                    _ => continue,
                };
                if let Some(face) = face::of(graph, &thing) {
                    let address = resource.address.to_string();
                    found.push(merge::Seen { span: resource.span, face, deployment: deployment.to_owned(), address });
                }
            }
            found
        });
        let mut lenses: Vec<Lens> = merge::merged(seen).into_iter().filter_map(|face| self.lens(&face)).collect();
        lenses.sort_by_key(|lens| lens.span);
        lenses
    }

    fn lens(&self, face: &Draft) -> Option<Lens> {
        let topics = match face.kind {
            Kind::Identity => [Topic::Hosts, Topic::Roles, Topic::Federations],
            _ => [Topic::Identities, Topic::Roles, Topic::Slots],
        };
        let lines = |topic: Topic| -> Vec<&Said> {
            let lines = face.topics.get(&topic).into_iter().flatten();
            lines.filter(|line| !line.none && !line.text.contains("selected, but not attached")).collect()
        };
        let [first, roles, last] = topics.map(lines);
        let what = if face.kind == Kind::Identity { ["host", "federated credential"] } else { ["identity", "slot"] };
        let [one_first, one_last] = what;
        let mut parts = Vec::new();
        if face.kind == Kind::Identity || !first.is_empty() {
            parts.push(plural(distinct(&first), one_first));
            parts.push(count(distinct(&roles), "role"));
        } else if face.kind == Kind::Slot {
            parts.push("no identity".to_owned());
        }
        if !last.is_empty() {
            parts.push(count(distinct(&last), one_last));
        }
        if parts.is_empty() {
            return None;
        }
        if face.topics.get(&Topic::Unknown).is_some_and(|lines| !lines.is_empty()) {
            parts.push(OPEN.to_owned());
        }
        let spans = first.iter().chain(&roles).chain(&last).filter_map(|line| line.reference.or(line.at));
        let mut places: Vec<Span> = spans.filter(|span| self.place(*span).is_some()).collect();
        places.sort_unstable();
        places.dedup();
        Some(Lens { span: face.declared?, title: parts.join(" · "), places })
    }
}

/// How many different things lines tell of: instances of one declaration count once each.
fn distinct(lines: &[&Said]) -> usize {
    let mut seen: Vec<(&str, Option<Span>)> = Vec::new();
    for line in lines {
        if !seen.contains(&(line.text.as_str(), line.at)) {
            seen.push((line.text.as_str(), line.at));
        }
    }
    seen.len()
}

fn plural(number: usize, one: &str) -> String {
    if one == "identity" && number != 1 { format!("{number} identities") } else { count(number, one) }
}

/// Whether a host has, or may have, an identity.
fn has_one(host: &Host) -> bool {
    host.system().or(host.user()) != Truth::No
}
