//! Subscriptions to events, whose deliveries are made as the topic.

use super::{Graph, Resource, ResourceId};

/// The form that extends what it subscribes to.
const EXTENSION: &str = "Microsoft.EventGrid/eventSubscriptions";

impl Graph<'_> {
    /// The topic, domain or system topic that a subscription is for, if the resource is one.
    pub(super) fn topic_of(&self, subscription: &Resource) -> Option<ResourceId> {
        match &*subscription.kind {
            "azurerm_eventgrid_event_subscription" => self.named_by(subscription.argument("scope")?),
            "azurerm_eventgrid_system_topic_event_subscription" => {
                self.named_by(subscription.argument("system_topic")?)
            }
            _ if subscription.is(EXTENSION) => self.named_by(subscription.argument("scope")?),
            kind => {
                let kind = kind.to_ascii_lowercase();
                let topic = kind.strip_suffix("/eventsubscriptions")?;
                topic.starts_with("microsoft.eventgrid/").then(|| self.ancestor(subscription, topic)).flatten()
            }
        }
    }
}
