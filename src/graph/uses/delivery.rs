//! What Event Grid delivers to as an identity of the topic.

use super::Use;
use crate::graph::{Graph, Mode, Need, Resolver, Resource, ResourceId, flatten, map_or_none};
use crate::resolve::value::{Entry, Truth, Value, part_of};

/// What lies where, and what it takes to send there
/// (learn.microsoft.com, event-grid/add-identity-roles).
const DESTINATIONS: [(&str, Need); 3] = [
    ("Microsoft.ServiceBus/namespaces", Need::SendMessages),
    ("Microsoft.EventHub/namespaces", Need::SendEvents),
    ("Microsoft.Storage/storageAccounts", Need::AddToQueue),
];

/// Arguments of azurerm that name a destination; of a storage queue it stands in a block.
const ARGUMENTS: [&str; 7] = [
    "service_bus_queue_endpoint_id",
    "service_bus_topic_endpoint_id",
    "eventhub_endpoint_id",
    // The names in azurerm 5 (registry.terraform.io, azurerm 5.0 upgrade guide).
    "service_bus_queue_id",
    "service_bus_topic_id",
    "eventhub_id",
    "storage_queue_endpoint",
];

/// A delivery by identity.
struct Delivery<'g> {
    topic: ResourceId,
    identity: &'g Value,
    /// The name in it of what selects a user-assigned one.
    selector: &'static str,
    /// The id of where to.
    destination: &'g Entry,
}

/// Adds what a subscription to events delivers to by identity.
pub(super) fn read(graph: &Graph<'_>, subscription: &Resource, uses: &mut Vec<Use>) {
    if subscription.mode != Mode::Managed || graph.is_touched(subscription.id) {
        return;
    }
    let found =
        if subscription.kind.contains('/') { in_arm(graph, subscription) } else { in_azurerm(graph, subscription) };
    let Some(Delivery { topic: consumer, identity, selector, destination }) = found else { return };
    let (at, value) = (destination.key_span, destination.value.clone());
    let Some((target, need)) = graph.destination(&value) else { return };
    let (identity, selected) = actor(graph, consumer, identity, selector);
    uses.push(Use { consumer, by: subscription.id, identity, selected, target: Some(target), need, at, value });
}

fn in_arm<'g>(graph: &'g Graph<'_>, subscription: &'g Resource) -> Option<Delivery<'g>> {
    let topic = graph.topic_of(subscription)?;
    let way = subscription.values_at("properties.deliveryWithResourceIdentity").into_iter().next()?;
    let identity = &way.property("identity")?.value;
    let destination = way.property("destination")?.value.property("properties")?.value.property("resourceId")?;
    Some(Delivery { topic, identity, selector: "userAssignedIdentity", destination })
}

fn in_azurerm<'g>(graph: &'g Graph<'_>, subscription: &'g Resource) -> Option<Delivery<'g>> {
    let topic = graph.topic_of(subscription)?;
    let identity = map_or_none(subscription.argument("delivery_identity")?)?;
    let destination = ARGUMENTS.iter().find_map(|name| {
        let entry = subscription.body.get(name).filter(|entry| entry.value.is_null() == Truth::No)?;
        match flatten(&entry.value).as_slice() {
            [block] if *name == "storage_queue_endpoint" => block.get("storage_account_id"),
            _ => Some(entry),
        }
    })?;
    Some(Delivery { topic, identity, selector: "user_assigned_identity", destination })
}

/// As whom the topic delivers, and what selects a user-assigned identity.
fn actor(graph: &Graph<'_>, topic: ResourceId, identity: &Value, name: &str) -> (Resolver, Option<Value>) {
    let kind = identity.property("type").map(|entry| graph.known(&entry.value));
    match kind.as_ref().and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref() {
        Some("systemassigned") => (graph.acting(topic, None), None),
        Some("userassigned") => match identity.property(name) {
            Some(entry) => {
                let value = part_of(identity, &entry.value);
                (graph.acting(topic, Some(&value)), Some(value))
            }
            None => (Resolver::Unknown, None),
        },
        _ => (Resolver::Unknown, None),
    }
}

impl Graph<'_> {
    /// The resource of this tree that an id lies in, and what it takes to send there.
    fn destination(&self, id: &Value) -> Option<(ResourceId, Need)> {
        let mut current = self.resource(self.named_by(id)?)?;
        // No type has more segments than this.
        for _ in 0..8 {
            let found = DESTINATIONS.iter().find(|(kind, _)| current.is_arm(kind));
            if let Some((_, need)) = found.filter(|_| current.mode == Mode::Managed) {
                return Some((current.id, *need));
            }
            current = self.resource(self.container(current)?)?;
        }
        None
    }
}
