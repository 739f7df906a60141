//! Keys of resources: what uses one, and whether the resource takes keys at all.

mod demand;
mod local_auth;
mod provider;
mod registries;
mod served;

pub use demand::{Demand, Needer};
pub use local_auth::LocalAuth;
pub use provider::StorageByKey;
pub use registries::{AdminUser, PullByPassword};

use super::properties::Property;
use super::{Graph, Resource, ResourceId};
use crate::azure::keys::{self, Off, Switch};
use crate::ir::Mode;
use crate::resolve::value::{Kind, Seg, Text, TextPart, Truth, Value};

/// A key that a resource is given although its owner takes none.
#[derive(Debug)]
pub struct KeyUse {
    /// The expression that fetches the key.
    pub key: Value,
    /// What is given the key.
    pub user: ResourceId,
    /// What takes no keys.
    pub off: KeysOff,
}

/// A resource that certainly takes no keys.
#[derive(Debug, Clone)]
pub struct KeysOff {
    /// The resource.
    pub owner: ResourceId,
    /// The value that switches keys off; none if they are off by default.
    pub said: Option<Value>,
}

/// Whether keys are taken, and the value that says so; none if that is the default.
#[derive(Debug)]
enum KeySwitch {
    On(Option<Value>),
    Off(Option<Value>),
}

/// Arguments that only decide when something is made anew.
const TRIGGERS: [&str; 4] = ["triggers", "triggers_replace", "keepers", "replace_triggers_external_values"];

/// Demanded by the provider whether it is used or not
/// (registry.terraform.io, azurerm `logic_app_standard`).
const DEMANDED: (&str, &str) = ("azurerm_logic_app_standard", "storage_account_access_key");

/// Capabilities of a Cosmos DB account that make it speak an API beside its native one.
const APIS: [&str; 4] = ["EnableMongo", "EnableCassandra", "EnableGremlin", "EnableTable"];

impl Graph<'_> {
    /// Every use of a key by a resource whose owner certainly takes no keys, each written key once.
    #[must_use]
    pub fn dead_keys(&self) -> Vec<KeyUse> {
        let mut found: Vec<KeyUse> = Vec::new();
        // What may not be made may be there for keys that are switched on.
        for user in self.resources().filter(|user| user.presence == Truth::Yes) {
            let given = user
                .body
                .entries
                .iter()
                .filter(|entry| !TRIGGERS.contains(&&*entry.key) && (&*user.kind, &*entry.key) != DEMANDED);
            for (key, off) in given.flat_map(|entry| self.dead_in(&entry.value)) {
                if !found.iter().any(|one| one.key.span == key.span && one.off.owner == off.owner) {
                    found.push(KeyUse { key, user: user.id, off });
                }
            }
        }
        found
    }

    /// The keys in a value, whichever way its conditions go.
    fn dead_in(&self, value: &Value) -> Vec<(Value, KeysOff)> {
        match &value.kind {
            Kind::Ref(_) => self
                .key_owner(value)
                .and_then(|owner| self.keys_off(owner))
                .map_or_else(Vec::new, |off| vec![(value.clone(), off)]),
            Kind::List(list) => list.items.iter().flat_map(|item| self.dead_in(item)).collect(),
            Kind::Map(map) => map.entries.iter().flat_map(|entry| self.dead_in(&entry.value)).collect(),
            Kind::Text(Text::Parts(parts)) => parts
                .iter()
                .filter_map(|part| if let TextPart::Hole(hole) = part { Some(hole) } else { None })
                .flat_map(|hole| self.dead_in(hole))
                .collect(),
            Kind::OneOf(values) => {
                let mut each = values.iter().map(|one| self.dead_in(one));
                let first = each.next().unwrap_or_default();
                if each.all(|other| !other.is_empty()) { first } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    /// The resource that decides about a key, if the value certainly is one.
    fn key_owner(&self, value: &Value) -> Option<ResourceId> {
        let (reference, resource) = self.reference_of(value).filter(|(reference, _)| !reference.many)?;
        let (function, of) = match reference.path.first()? {
            Seg::Name(name, _) if name.ends_with("()") => (name.trim_end_matches("()").to_owned(), resource),
            Seg::Name(name, _) if &**name == "output" => {
                let (function, id) = self.listing(resource)?;
                (function, self.resource(self.begins(id)?)?)
            }
            _ => {
                let own = keys::of(&resource.kind)?;
                let gives = own.given_by.contains(&reference.dotted().as_str());
                return self.holder_of_keys(resource).map(|holder| holder.id).filter(|_| gives);
            }
        };
        let holder = self.holder_of_keys(of)?;
        let gives = |kind: &str| keys::of(kind).is_some_and(|keys| keys.given_by.contains(&function.as_str()));
        gives(holder.arm_type()).then_some(holder.id)
    }

    /// What an azapi action lists, in lower case, and of what.
    pub(super) fn listing<'r>(&self, resource: &'r Resource) -> Option<(String, &'r Value)> {
        let action = resource.argument("action").filter(|_| &*resource.kind == "azapi_resource_action")?;
        let action = self.known(action).as_str()?.to_lowercase();
        let id = resource.argument("resource_id")?;
        action.starts_with("list").then_some((action, id))
    }

    /// The resource that an id names, or that it begins with.
    pub(super) fn begins(&self, id: &Value) -> Option<ResourceId> {
        self.named_by(id).or_else(|| match id.text_parts()?.first()? {
            TextPart::Hole(first) => self.named_by(first),
            TextPart::Text(_) => None,
        })
    }

    /// The resource, or the one it lies in, that has a switch for keys.
    fn holder_of_keys<'g>(&'g self, resource: &'g Resource) -> Option<&'g Resource> {
        let mut current = resource;
        // No type has more segments than this.
        for _ in 0..8 {
            let own = keys::of(&current.kind).filter(|own| !own.switches.is_empty());
            if keys::of(current.arm_type()).or(own).is_some() {
                return (current.mode == Mode::Managed).then_some(current);
            }
            current = self.container(current).or_else(|| self.whole_of(current)).and_then(|id| self.resource(id))?;
        }
        None
    }

    /// What azurerm keeps apart although Azure does not: a policy of `azurerm_iothub` is part of it.
    pub(super) fn whole_of(&self, part: &Resource) -> Option<ResourceId> {
        part.body.entries.iter().find_map(|entry| {
            let id = self.named_by(&entry.value)?;
            let whole = self.resource(id).filter(|whole| part.kind.starts_with(&*whole.kind))?;
            (whole.id != part.id).then_some(whole.id)
        })
    }

    /// A resource that certainly takes no keys.
    #[must_use]
    pub fn keys_off(&self, owner: ResourceId) -> Option<KeysOff> {
        match self.key_switch(owner).filter(|_| !self.stands_for_any(owner))? {
            KeySwitch::Off(said) => Some(KeysOff { owner, said }),
            KeySwitch::On(_) => None,
        }
    }

    /// Whether a resource that is made here takes keys; none if that cannot be told.
    fn key_switch(&self, owner: ResourceId) -> Option<KeySwitch> {
        let resource = self.resource(owner).filter(|resource| resource.mode == Mode::Managed)?;
        if self.speaks_another_api(resource) || self.leaves_alone(owner, "body") {
            return None;
        }
        let in_arm = resource.kind.contains('/');
        let own = keys::of(&resource.kind).filter(|_| !in_arm);
        // What is changed through the ARM API holds, whatever azurerm says.
        let through_arm = keys::of(resource.arm_type()).map_or(&[][..], |arm| &arm.switches);
        let mut said = self.said(owner, through_arm.iter().map(|switch| ("", below(switch.path), switch)))?;
        if let Some(own) = own.filter(|_| said.is_empty()) {
            said = self.said(owner, own.switches.iter().map(|switch| (switch.path, "", switch)))?;
        }
        let Some((first, value)) = said.first() else {
            let patched = self.patches.iter().any(|patch| patch.target == owner);
            let hidden = self.is_touched(owner) && !patched || self.stands_in(owner);
            let known = if in_arm { keys::of(&resource.kind) } else { own }?;
            let off = known.off_by_default.filter(|_| !hidden)?;
            return Some(if off { KeySwitch::Off(None) } else { KeySwitch::On(None) });
        };
        // Where two names of one switch are written, they say the same or it is an error.
        let agree = said.iter().all(|(off, _)| off == first);
        let switch = if *first { KeySwitch::Off } else { KeySwitch::On };
        agree.then(|| switch(Some(value.clone())))
    }

    /// What the switches say, by argument and path below `properties`; none if one of them cannot be told.
    fn said<'s>(
        &self,
        owner: ResourceId,
        switches: impl Iterator<Item = (&'s str, &'s str, &'s Switch)>,
    ) -> Option<Vec<(bool, Value)>> {
        let mut said = Vec::new();
        for (argument, path, switch) in switches {
            match self.property(owner, argument, path) {
                Property::Absent => {}
                Property::Is(value) => said.push((self.switches_off(&value, &switch.off)?, value)),
                Property::Unknown(_) => return None,
            }
        }
        Some(said)
    }

    /// Whether the value switches keys off; none if that cannot be told.
    fn switches_off(&self, value: &Value, off: &Off) -> Option<bool> {
        let known = self.known(value);
        match off {
            Off::Is(wanted) => known.as_bool().map(|is| is == *wanted),
            Off::OneOf(texts) => known.as_str().map(|is| texts.iter().any(|text| text.eq_ignore_ascii_case(is))),
            Off::Without(text) => match &known.kind {
                Kind::List(list) if list.is_sure() && !list.items.is_empty() => {
                    let items: Option<Vec<_>> = list.items.iter().map(|item| Some(item.as_str()?.to_owned())).collect();
                    Some(!items?.iter().any(|item| item.eq_ignore_ascii_case(text)))
                }
                _ => None,
            },
        }
    }

    /// Whether a Cosmos DB account also speaks an API that its switch is not about.
    pub(super) fn speaks_another_api(&self, resource: &Resource) -> bool {
        let native = |value: &Value| self.known(value).as_str().is_some_and(|kind| kind == "GlobalDocumentDB");
        let another = |value: &Value| {
            let known = self.known(value);
            known.as_str().is_none_or(|name| APIS.iter().any(|api| api.eq_ignore_ascii_case(name)))
        };
        let paths = ["capabilities.name", "properties.capabilities.name"];
        resource.is_arm("Microsoft.DocumentDB/databaseAccounts")
            && (resource.argument("kind").is_some_and(|kind| !native(kind))
                || paths
                    .iter()
                    .any(|path| resource.is_open_at(path) || resource.values_at(path).into_iter().any(another)))
    }

    /// Whether the resource stands for something in a module that nobody sees.
    pub(super) fn stands_in(&self, id: ResourceId) -> bool {
        let instance = self.deployment.node(id).map(|node| node.instance);
        let module = instance.and_then(|instance| self.deployment.module(instance));
        module.is_some_and(|module| module.stands_in.is_some())
    }
}

fn below(path: &str) -> &str {
    path.strip_prefix("properties.").unwrap_or(path)
}
