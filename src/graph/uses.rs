//! Who relies on which right: what a consumer uses, as whom, of what.

mod connections;
mod delivery;
mod pulls;
mod targets;
mod vaults;

use super::{Graph, Need, Principal, ReferenceIdentity, Resolver, ResourceId, Truth, VaultReference};
use crate::azure::references::ReferenceKind;
use crate::resolve::value::Value;
use crate::source::Span;

/// A consumer's need of something.
#[derive(Debug)]
pub struct Use {
    /// The resource that needs it.
    pub consumer: ResourceId,
    /// The resource that says so: the consumer itself, or one that sets something of it.
    pub by: ResourceId,
    /// As whom it asks.
    pub identity: Resolver,
    /// What selects a user-assigned identity for it.
    pub selected: Option<Value>,
    /// What it asks for something of, if that is made here.
    pub target: Option<ResourceId>,
    /// What it must be permitted.
    pub need: Need,
    /// Where the need is written: the name of the setting.
    pub at: Span,
    /// What says so.
    pub value: Value,
}

/// The uses of all resources, those of sites in the order of their settings.
pub(super) fn read(graph: &Graph<'_>) -> Vec<Use> {
    let mut uses = Vec::new();
    for site in &graph.sites {
        for setting in &site.settings {
            let Some(reference) = graph.reference(&setting.value) else { continue };
            let (need, target) = match (reference.kind, reference.vault) {
                (ReferenceKind::KeyVault, VaultReference::Declared(vault)) => (Need::ReadSecret, Some(vault)),
                (ReferenceKind::KeyVault, _) => (Need::ReadSecret, None),
                (ReferenceKind::AppConfiguration, _) => (Need::ReadSetting, graph.store_of(&setting.value)),
            };
            let selected = match &site.reference_identity {
                ReferenceIdentity::User(value) => Some(value.clone()),
                _ => None,
            };
            uses.push(Use {
                consumer: site.resource,
                by: site.resource,
                identity: graph.resolver(site),
                selected,
                target,
                need,
                at: setting.span,
                value: setting.value.clone(),
            });
        }
    }
    for site in &graph.sites {
        connections::read(graph, site, &mut uses);
        pulls::of_site(graph, site, &mut uses);
    }
    for resource in graph.resources() {
        pulls::of_containers(graph, resource, &mut uses);
        vaults::read(graph, resource, &mut uses);
        delivery::read(graph, resource, &mut uses);
    }
    uses
}

impl Graph<'_> {
    /// Who acts if this value selects an attached user-assigned identity, or nothing does.
    fn acting(&self, consumer: ResourceId, selected: Option<&Value>) -> Resolver {
        let Some(host) = self.host(consumer) else { return Resolver::Unknown };
        let Some(selected) = selected else {
            return match host.system() {
                Truth::Yes => Resolver::Principal(Principal::System(consumer)),
                Truth::No => Resolver::None,
                Truth::Maybe => Resolver::Unknown,
            };
        };
        match (self.identity_of(selected), self.attached(host, selected)) {
            (Some(identity), Truth::Yes) => Resolver::Principal(Principal::User(identity)),
            _ => Resolver::Unknown,
        }
    }

    /// What people call the identity that acts: `its system-assigned identity`, or a name.
    #[must_use]
    pub fn actor(&self, need: &Use) -> String {
        match &need.identity {
            Resolver::Principal(Principal::User(id)) => format!("`{}`", self.title(*id)),
            _ => "its system-assigned identity".to_owned(),
        }
    }
}
