//! Who relies on which right: what a consumer reads, as whom, from where.

use super::{Graph, Need, Resolver, ResourceId, VaultReference};
use crate::azure::references::ReferenceKind;
use crate::resolve::value::Value;
use crate::source::Span;

/// A consumer's need of something.
#[derive(Debug)]
pub struct Use {
    /// The resource that needs it.
    pub consumer: ResourceId,
    /// As whom it asks.
    pub identity: Resolver,
    /// What it asks for something of, if that is made here.
    pub target: Option<ResourceId>,
    /// What it must be permitted.
    pub need: Need,
    /// Where the need is written: the name of the setting.
    pub at: Span,
    /// What says so.
    pub value: Value,
}

/// The uses of all sites, in the order of their settings.
pub(super) fn read(graph: &Graph<'_>) -> Vec<Use> {
    let mut uses = Vec::new();
    for site in &graph.sites {
        for setting in &site.settings {
            let Some(reference) = graph.reference(&setting.value) else { continue };
            if reference.kind != ReferenceKind::KeyVault {
                continue;
            }
            uses.push(Use {
                consumer: site.resource,
                identity: graph.resolver(site),
                target: match reference.vault {
                    VaultReference::Declared(vault) => Some(vault),
                    VaultReference::Elsewhere | VaultReference::Unknown(_) => None,
                },
                need: Need::ReadSecret,
                at: setting.span,
                value: setting.value.clone(),
            });
        }
    }
    uses
}
