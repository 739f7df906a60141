//! Workloads: what runs here as an identity to do its own work, not to manage that of others.

use crate::graph::{Declared, Graph, Ids, Principal, Resource, ResourceId};
use crate::resolve::value::{Truth, Value};
use crate::rules::Draft;
use crate::source::Span;

/// A workload that a principal id belongs to.
pub(super) struct Workload {
    /// What the message calls it: the resource, or the identity that it runs as.
    pub(super) name: String,
    /// Whether it is there.
    pub(super) presence: Truth,
    /// What runs as it, and where that says so, if it is a user-assigned identity.
    pub(super) host: Option<(String, Span)>,
}

impl Workload {
    /// Adds to a finding who it is.
    pub(super) fn shown(&self, draft: Draft, principal: &Value) -> Draft {
        let draft = match &self.host {
            Some((title, span)) => draft.label(*span, format!("`{title}` runs as it")),
            None => draft,
        };
        let what = if self.host.is_some() { "a user-assigned identity" } else { "a system-assigned identity" };
        draft.label(principal.span, what).because(principal).doubt(self.presence)
    }
}

/// The workload that certainly acts as a principal; resources of some ARM types do what others are for.
pub(super) fn workload(graph: &Graph<'_>, principal: &Value, others: &[&str]) -> Option<Workload> {
    let works = |resource: &Resource| !others.iter().any(|kind| resource.is_arm(kind));
    match graph.only_principal(principal)? {
        Principal::System(id) => {
            let resource = graph.resource(id).filter(|resource| works(resource) && !resource.arm_type().is_empty())?;
            let name = format!("`{}`", graph.title(id));
            Some(Workload { name, presence: resource.presence, host: None })
        }
        Principal::User(id) => {
            let own = graph.id_of(id, principal.span);
            let mut hosts: Vec<(Truth, String, Span)> = graph
                .hosts
                .iter()
                .filter(|host| graph.attached(host, &own) == Truth::Yes)
                .filter_map(|host| {
                    let resource = graph.resource(host.resource).filter(|resource| works(resource))?;
                    Some((resource.presence, graph.title(host.resource).to_string(), place(graph, &host.declared, id)?))
                })
                .collect();
            hosts.sort_by(|a, b| (b.0, &a.1, a.2).cmp(&(a.0, &b.1, b.2)));
            let (presence, title, span) = hosts.into_iter().next()?;
            Some(Workload { name: format!("`{}`", graph.title(id)), presence, host: Some((title, span)) })
        }
        _ => None,
    }
}

/// Where a host lists an identity.
fn place(graph: &Graph<'_>, declared: &Declared, identity: ResourceId) -> Option<Span> {
    let Declared::Block(block) = declared else { return None };
    let Ids::Listed { items, .. } = &block.ids else { return None };
    items.iter().find(|item| graph.identity_of(item) == Some(identity)).map(|item| item.span)
}
