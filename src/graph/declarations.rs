//! What whoever owns the code declares of it: grants that are made elsewhere, slots that are meant to differ, and what
//! rules are told.

mod addresses;
mod grants;

use std::cell::Cell;
use std::collections::HashMap;

use super::Graph;
use crate::policy::{IntendedSlotDifference, Policy};
use addresses::Addresses;

/// What is declared for a deployment.
#[derive(Debug, Default)]
pub(super) struct Declarations<'d> {
    policy: Option<&'d Policy>,
    /// The grants.
    grants: grants::Declared,
    /// The slots that are meant to differ, in the order of the policy.
    slots: Vec<Slots>,
    /// Their places, by the addresses of slots.
    of_slot: HashMap<String, Vec<usize>>,
}

/// Slots that are meant to differ.
#[derive(Debug)]
struct Slots {
    /// What is known before a rule asks.
    before: Effect,
    /// Whether a rule asked for it.
    used: Cell<bool>,
}

/// What a declaration does in a deployment. Of one that is declared for several, the greatest effect counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// None: nothing here has the address that it names.
    NamesNothing,
    /// None: nothing here has the address of its scope.
    NoScope,
    /// None: what it declares is granted here, or there is no difference.
    Needless,
    /// Some, or that cannot be told.
    Some,
}

impl Effect {
    /// The effect of a pattern that names no resource: that cannot be told if it may name what cannot be seen.
    fn without(self, addresses: &Addresses, pattern: &str) -> Self {
        if addresses.may_name_unseen(pattern) { Self::Some } else { self }
    }
}

impl<'d> Graph<'d> {
    /// Obeys what is declared for this deployment. Without this, nothing is.
    pub fn obey(&mut self, policy: &'d Policy) {
        self.declarations = Declarations { policy: Some(policy), ..Declarations::default() };
        if policy.external_grants.is_empty() && policy.intended_slot_differences.is_empty() {
            return;
        }
        let addresses = Addresses::of(self);
        self.declarations.grants = grants::Declared::read(self, &policy.external_grants, &addresses);
        for (at, entry) in policy.intended_slot_differences.iter().enumerate() {
            let mut slots = addresses.find(&entry.slot);
            let names_other = !slots.is_empty() && !entry.slot.contains(['*', '?']);
            slots.retain(|id| self.site(*id).is_some_and(|site| site.is_slot));
            let before = match slots.as_slice() {
                [] if names_other => Effect::NamesNothing,
                [] => Effect::NamesNothing.without(&addresses, &entry.slot),
                // What cannot be seen into may make it differ.
                _ if !self.opaque.is_empty() => Effect::Some,
                _ => Effect::Needless,
            };
            for id in slots {
                let address = self.address(id).to_string();
                self.declarations.of_slot.entry(address).or_default().push(at);
            }
            self.declarations.slots.push(Slots { before, used: Cell::new(false) });
        }
    }

    /// What a rule is told by an option; nothing unless somebody says something.
    #[must_use]
    pub fn option(&self, rule: &str, name: &str) -> &[String] {
        let options = self.declarations.policy.map(|policy| &policy.options).filter(|options| !options.is_empty());
        let told = options.and_then(|options| options.get(&(rule.to_owned(), name.to_owned())));
        told.map_or(&[], Vec::as_slice)
    }

    /// The declaration by which a slot is meant to be different in what a rule speaks of. Unless it names the rule, or its
    /// family, that holds only where the rule `compares` the slot with its site.
    #[must_use]
    pub fn intended(
        &self,
        slot: &str,
        (rule, family): (&str, &str),
        compares: bool,
    ) -> Option<&'d IntendedSlotDifference> {
        let entries = &self.declarations.policy?.intended_slot_differences;
        let is_meant = |entry: &IntendedSlotDifference| match entry.rules.as_slice() {
            [] => compares,
            rules => rules.iter().any(|one| one == rule || one == family),
        };
        let own = self.declarations.of_slot.get(slot)?;
        let (at, entry) = own.iter().find_map(|at| Some((*at, entries.get(*at).filter(|entry| is_meant(entry))?)))?;
        if let Some(slots) = self.declarations.slots.get(at) {
            slots.used.set(true);
        }
        Some(entry)
    }

    /// What each of the slots that are meant to differ does here, in the order of the policy. To be asked for after the
    /// rules.
    #[must_use]
    pub fn effects_of_slots(&self) -> Vec<Effect> {
        let effect = |slots: &Slots| if slots.used.get() { Effect::Some } else { slots.before };
        self.declarations.slots.iter().map(effect).collect()
    }
}
