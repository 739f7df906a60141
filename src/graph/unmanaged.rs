//! Secrets that nobody has to renew: without an end in a vault, or kept beside a vault.

use super::{Graph, Mode, Property, Resource, ResourceId};
use crate::azure::secrets::{is_placeholder, looks_like_configuration};
use crate::resolve::eval::Key;
use crate::resolve::value::{Truth, Value};

/// A secret of a vault that never expires, or of API Management that is in no vault.
#[derive(Debug)]
pub enum Unmanaged {
    /// A secret in a vault without an end.
    Endless(ResourceId),
    /// A named value that keeps its secret itself.
    NamedValue(ResourceId, Value),
}

const NAMED_VALUE: &str = "Microsoft.ApiManagement/service/namedValues";

impl Graph<'_> {
    /// Every secret made here that certainly has no end, or is certainly kept in API Management.
    #[must_use]
    pub fn unmanaged_secrets(&self) -> Vec<Unmanaged> {
        let made = self.resources().filter(|one| one.mode == Mode::Managed);
        made.filter_map(|one| if self.is_endless(one) { Some(Unmanaged::Endless(one.id)) } else { self.kept(one) })
            .collect()
    }

    /// Whether a secret in a vault has no end. What many are made of at once, or what something else writes anew, is an
    /// app's configuration or renewed by whoever writes it.
    fn is_endless(&self, secret: &Resource) -> bool {
        let kind = self.is_vault_secret(secret.id);
        let is_one = self.deployment.node(secret.id).is_some_and(|node| node.key == Key::Once);
        let renewed = ["value", "expiration_date", "body"].iter().any(|name| self.leaves_alone(secret.id, name));
        if !kind || !is_one || renewed || self.is_touched(secret.id) || self.stands_in(secret.id) {
            return false;
        }
        let is_off = match self.property(secret.id, "", "attributes.enabled") {
            Property::Absent => false,
            Property::Is(value) => self.known(&value).as_bool() != Some(true),
            Property::Unknown(_) => true,
        };
        let end = secret.body.get("expiration_date");
        let may_be_given = end.is_some_and(|entry| entry.value.assumed);
        let no_end = matches!(self.property(secret.id, "expiration_date", "attributes.exp"), Property::Absent);
        no_end && !may_be_given && !is_off && !self.holds_configuration(secret)
    }

    /// Whether the value of a secret is plainly not one.
    fn holds_configuration(&self, secret: &Resource) -> bool {
        let value = match self.property(secret.id, "value", "value") {
            Property::Is(value) => self.known(&value),
            Property::Absent | Property::Unknown(_) => return false,
        };
        value.as_str().is_some_and(|text| is_placeholder(text) || looks_like_configuration(&secret.title, text))
    }

    /// The value of a named value that is marked as secret and is written there.
    fn kept(&self, named: &Resource) -> Option<Unmanaged> {
        if !named.is_arm(NAMED_VALUE) || self.is_touched(named.id) {
            return None;
        }
        let says = |argument: &str, path: &str| match self.property(named.id, argument, path) {
            Property::Is(value) => Some(value),
            Property::Absent | Property::Unknown(_) => None,
        };
        let vault = self.property(named.id, "value_from_key_vault", "keyVault");
        let is_secret = self.known(&says("secret", "secret")?).as_bool() == Some(true);
        let value = says("value", "value").filter(|value| value.is_null() == Truth::No)?;
        let is_none = self.known(&value).as_str().is_some_and(is_placeholder);
        let left_alone = self.leaves_alone(named.id, "value");
        let is_kept = is_secret && matches!(vault, Property::Absent) && !is_none && !left_alone;
        is_kept.then_some(Unmanaged::NamedValue(named.id, value))
    }
}
