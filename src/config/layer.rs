//! What one place says about findings, and what several say together.

use std::collections::BTreeMap;

use super::keys::ALL;
use crate::finding::{Confidence, Persona, Severity};
use crate::policy::{ExternalGrant, IntendedSlotDifference, Policy};
use crate::source::Span;

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Nobody.
    Default,
    /// Whoever started the program.
    CommandLine,
    /// A configuration file, at this place.
    File(Span),
}

/// A value, and who says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given<T> {
    /// What is said.
    pub value: T,
    /// Who says it.
    pub origin: Origin,
}

impl<T> Given<T> {
    /// Said on the command line.
    #[must_use]
    pub fn asked(value: T) -> Self {
        Self { value, origin: Origin::CommandLine }
    }

    /// The place in a configuration file where it is said.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        match self.origin {
            Origin::File(span) => Some(span),
            Origin::Default | Origin::CommandLine => None,
        }
    }
}

/// What one place says; of what it does not say, others may.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// Only these rules and families, or `all`.
    pub select: Option<Vec<Given<String>>>,
    /// Not these rules and families.
    pub ignore: Vec<Given<String>>,
    /// For whom.
    pub persona: Option<Given<Persona>>,
    /// Nothing less severe.
    pub min_severity: Option<Given<Severity>>,
    /// Nothing less sure.
    pub min_confidence: Option<Given<Confidence>>,
    /// The least severity that fails the run.
    pub fail_on: Option<Given<Severity>>,
    /// Severities, by rule.
    pub severities: BTreeMap<String, Given<Severity>>,
    /// What rules are told, by rule and option.
    pub options: BTreeMap<(String, String), Given<Vec<String>>>,
    /// Role assignments that are made elsewhere.
    pub external_grants: Vec<ExternalGrant>,
    /// Slots that are meant to differ.
    pub intended_slot_differences: Vec<IntendedSlotDifference>,
}

impl Layer {
    /// Puts on top what somebody with more to say says. Lists of declarations grow; a selection begins anew, and what is
    /// ignored beside it is ignored of that selection.
    pub fn put(&mut self, upper: &Self) {
        fn replace<T: Clone>(slot: &mut Option<T>, upper: Option<&T>) {
            if let Some(upper) = upper {
                *slot = Some(upper.clone());
            }
        }
        if upper.select.is_some() {
            self.ignore.clear();
        }
        replace(&mut self.select, upper.select.as_ref());
        self.ignore.extend(upper.ignore.iter().cloned());
        replace(&mut self.persona, upper.persona.as_ref());
        replace(&mut self.min_severity, upper.min_severity.as_ref());
        replace(&mut self.min_confidence, upper.min_confidence.as_ref());
        replace(&mut self.fail_on, upper.fail_on.as_ref());
        self.severities.extend(upper.severities.iter().map(|(rule, severity)| (rule.clone(), severity.clone())));
        self.options.extend(upper.options.iter().map(|(option, values)| (option.clone(), values.clone())));
        self.external_grants.extend(upper.external_grants.iter().cloned());
        self.intended_slot_differences.extend(upper.intended_slot_differences.iter().cloned());
    }

    /// The policy that this is, with defaults for what nobody says.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let default = Policy::default();
        let names = |given: &[Given<String>]| given.iter().map(|name| name.value.clone()).collect::<Vec<_>>();
        let select = self.select.as_deref().filter(|select| !select.iter().any(|name| name.value == ALL));
        Policy {
            select: select.map(names),
            ignore: names(&self.ignore),
            persona: self.persona.as_ref().map_or(default.persona, |given| given.value),
            min_severity: self.min_severity.as_ref().map_or(default.min_severity, |given| given.value),
            min_confidence: self.min_confidence.as_ref().map_or(default.min_confidence, |given| given.value),
            fail_on: self.fail_on.as_ref().map_or(default.fail_on, |given| given.value),
            severities: self.severities.iter().map(|(rule, given)| (rule.clone(), given.value)).collect(),
            options: self.options.iter().map(|(option, given)| (option.clone(), given.value.clone())).collect(),
            external_grants: self.external_grants.clone(),
            intended_slot_differences: self.intended_slot_differences.clone(),
        }
    }
}
