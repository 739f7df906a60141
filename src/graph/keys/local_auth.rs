//! Services that take keys, or the like, beside identities.

use super::demand::{Demand, Needs};
use super::{KeySwitch, below};
use crate::azure::keys::{self, Off, Switch};
use crate::azure::local_auth;
use crate::finding::Edit;
use crate::graph::{Graph, Property, Resource, ResourceId, Written};
use crate::ir::Mode;
use crate::resolve::value::{Kind, Truth, Value};

/// A service that certainly takes something beside identities.
#[derive(Debug)]
pub struct LocalAuth {
    /// The resource.
    pub owner: ResourceId,
    /// What it takes, and the way without.
    pub service: &'static local_auth::LocalAuth,
    /// The value that switches it on; none if it is on by default.
    pub said: Option<Value>,
    /// Who needs it.
    pub demand: Demand,
    /// Whether there is no other way in as long as nothing else is changed.
    pub only_way: Truth,
    /// How it is switched off, as the code writes it.
    pub switch: String,
    /// What else must be set then.
    pub besides: Option<&'static str>,
    /// The edit that switches it off, where nothing else has to change.
    pub edit: Option<Edit>,
}

const ACCOUNT: &str = "Microsoft.Storage/storageAccounts";
const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";

/// What integrates a cluster with Microsoft Entra ID: the block of azurerm, and the path below the properties in ARM.
const ENTRA: (&str, &str) = ("azure_active_directory_role_based_access_control", "aadProfile");

impl Graph<'_> {
    /// Every service made here that certainly takes something beside identities.
    #[must_use]
    pub fn local_auth(&self) -> Vec<LocalAuth> {
        let on: Vec<_> = self.resources().filter_map(|resource| self.takes_keys(resource)).collect();
        if on.is_empty() {
            return Vec::new();
        }
        let needs = self.key_needs();
        on.into_iter().map(|(resource, service, said)| self.judged(resource, service, said, &needs)).collect()
    }

    fn takes_keys<'g>(
        &self,
        resource: &'g Resource,
    ) -> Option<(&'g Resource, &'static local_auth::LocalAuth, Option<Value>)> {
        let switched = keys::of(&resource.kind).is_some_and(|own| !own.switches.is_empty());
        let service = local_auth::of(resource.arm_type())
            .or_else(|| local_auth::of(&format!("{}/databases", resource.arm_type())))
            .filter(|_| switched && resource.mode == Mode::Managed && !self.decides_otherwise(resource))?;
        match self.key_switch(resource.id)? {
            KeySwitch::On(said) => Some((resource, service, said)),
            KeySwitch::Off(_) => None,
        }
    }

    /// Whether the kind of a service decides whether it takes keys: an automatic cluster has no local accounts, and an
    /// account for files alone is opened with keys.
    fn decides_otherwise(&self, resource: &Resource) -> bool {
        let is = |path: &str, one: &str| {
            let mut values = resource.values_at(path).into_iter();
            values.any(|value| self.known(value).as_str().is_none_or(|text| text.eq_ignore_ascii_case(one)))
        };
        resource.is_arm(CLUSTER) && is("sku.name", "Automatic")
            || resource.is_arm(ACCOUNT) && (is("kind", "FileStorage") || is("account_kind", "FileStorage"))
    }

    /// Whether nobody comes in without what the service takes: a cluster knows people only by Microsoft Entra ID or by a
    /// local account (learn.microsoft.com, aks/manage-local-accounts-managed-azure-ad).
    fn is_only_way(&self, resource: &Resource) -> Truth {
        if !resource.is_arm(CLUSTER) {
            return Truth::No;
        }
        match self.property(resource.id, ENTRA.0, ENTRA.1) {
            Property::Is(_) => Truth::No,
            Property::Absent if resource.is_open_at(ENTRA.0) => Truth::Maybe,
            Property::Absent => Truth::Yes,
            Property::Unknown(_) => Truth::Maybe,
        }
    }

    fn judged(
        &self,
        resource: &Resource,
        service: &'static local_auth::LocalAuth,
        said: Option<Value>,
        needs: &Needs,
    ) -> LocalAuth {
        let demand = if let Some(needer) = needs.needers.get(&resource.id).and_then(|needers| needers.first()) {
            Demand::Needed(needer.clone())
        } else if needs.unclear || needs.given_whole.contains(&resource.id) {
            Demand::Unclear
        } else {
            match self.served_by_identity(resource, service.provider, needs) {
                Some(users) => Demand::Idle(users),
                None => Demand::Unseen,
            }
        };
        let switch = self.preferred(resource);
        let by_provider = resource.is_arm(ACCOUNT) && !resource.kind.contains('/');
        LocalAuth {
            owner: resource.id,
            service,
            demand,
            only_way: self.is_only_way(resource),
            switch: switch.map(|switch| written(resource, switch)).unwrap_or_default(),
            besides: by_provider.then_some("`storage_use_azuread = true` in the provider's configuration"),
            edit: switch.and_then(|switch| self.switch_off(resource, service, said.as_ref(), switch)),
            said,
        }
    }

    /// The switch by the name that is written, else by the one that every possible version of the provider knows: azurerm 5
    /// took the older names away (registry.terraform.io, azurerm 5.0 upgrade guide).
    fn preferred(&self, resource: &Resource) -> Option<&'static Switch> {
        let own = keys::of(&resource.kind)?;
        let older = |switch: &&Switch| switch.path.ends_with("_disabled");
        let is_written = |switch: &&Switch| !resource.values_at(switch.path).is_empty();
        if let Some(written) = own.switches.iter().find(is_written) {
            return Some(written);
        }
        match own.switches.as_slice() {
            [_, _, ..] if self.azurerm.below(5) => own.switches.iter().find(older),
            [_, _, ..] => own.switches.iter().find(|switch| !older(switch)),
            switches => switches.first(),
        }
    }

    fn switch_off(
        &self,
        resource: &Resource,
        service: &local_auth::LocalAuth,
        said: Option<&Value>,
        switch: &Switch,
    ) -> Option<Edit> {
        let excluded = service
            .excludes
            .is_some_and(|(argument, path)| !matches!(self.property(resource.id, argument, path), Property::Absent));
        if !service.is_one_switch || excluded {
            return None;
        }
        if let Some(said) = said {
            let Kind::Bool(on) = &said.kind else { return None };
            return self.replace(said, Written::Bool(!on), resource.id);
        }
        let Off::Is(off) = switch.off else { return None };
        // Either name may be one that the provider does not know.
        let two_names = keys::of(&resource.kind).is_some_and(|own| own.switches.len() > 1);
        let is_known = !two_names || self.azurerm.below(5) || self.azurerm.at_least(5);
        let is_null = resource.values_at(switch.path).into_iter().any(|value| value.is_null() != Truth::No);
        let argument = if resource.kind.contains('/') { "" } else { switch.path };
        self.insert(resource.id, argument, switch.path, Written::Bool(off)).filter(|_| is_known && !is_null)
    }
}

/// How a switch is thrown in the code's own words.
fn written(resource: &Resource, switch: &Switch) -> String {
    let in_arm = resource.kind.contains('/');
    let name = if in_arm { below(switch.path) } else { switch.path };
    let sign = if in_arm { ": " } else { " = " };
    match &switch.off {
        Off::Is(value) => format!("`{name}{sign}{value}`"),
        Off::OneOf(texts) => format!("`{name}{sign}{}`", texts.first().copied().unwrap_or_default()),
        Off::Without(text) => format!("`{name}` without {text}"),
    }
}
