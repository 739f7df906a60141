//! What whoever owns the code says about it: which findings they want, and what is arranged elsewhere. Data and nothing
//! else: the command line and configuration files fill it in.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::day::Day;
use crate::finding::{Confidence, Persona, Severity};
use crate::source::{SourceId, Span};

/// What holds for one part of the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// If given, only these rules and families.
    pub select: Option<Vec<String>>,
    /// Not these rules and families.
    pub ignore: Vec<String>,
    /// For whom.
    pub persona: Persona,
    /// Nothing less severe.
    pub min_severity: Severity,
    /// Nothing less sure.
    pub min_confidence: Confidence,
    /// The least severity that fails the run.
    pub fail_on: Severity,
    /// Severities other than the rules' own, by rule.
    pub severities: BTreeMap<String, Severity>,
    /// What rules are told, by rule and option.
    pub options: BTreeMap<(String, String), Vec<String>>,
    /// Role assignments that are made elsewhere.
    pub external_grants: Vec<ExternalGrant>,
    /// Slots that are meant to differ from their sites.
    pub intended_slot_differences: Vec<IntendedSlotDifference>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            select: None,
            ignore: Vec::new(),
            persona: Persona::Regular,
            min_severity: Severity::Info,
            min_confidence: Confidence::Hint,
            fail_on: Severity::Info,
            severities: BTreeMap::new(),
            options: BTreeMap::new(),
            external_grants: Vec::new(),
            intended_slot_differences: Vec::new(),
        }
    }
}

impl Policy {
    /// Whether a rule is asked for, by its name or its family's.
    #[must_use]
    pub fn wants(&self, rule: &str, family: &str) -> bool {
        let named = |names: &[String]| names.iter().any(|name| name == rule || name == family);
        self.select.as_deref().is_none_or(named) && !named(&self.ignore)
    }
}

/// A role assignment, access policy or data-plane role that code outside this tree makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalGrant {
    /// The address of the identity, of its host, or of the host's slot, as findings name it; `*` and `?` as in file names.
    pub principal: String,
    /// The role's name; none: whatever is needed.
    pub role: Option<String>,
    /// The address of the resource, or of one that it lies in; none: wherever it is needed.
    pub scope: Option<String>,
    /// Why it is made elsewhere.
    pub reason: String,
    /// Where this is declared.
    pub span: Option<Span>,
}

/// A slot that does not have, on purpose, what its site has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntendedSlotDifference {
    /// The address of the slot, as findings name it; `*` and `?` as in file names.
    pub slot: String,
    /// If given, only what these rules would say.
    pub rules: Vec<String>,
    /// Why it differs.
    pub reason: String,
    /// Where this is declared.
    pub span: Option<Span>,
}

/// Which policy holds where.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// Where nothing else is said.
    pub default: Policy,
    /// Others.
    pub others: Vec<Policy>,
    /// The files for which one of the others holds.
    pub of: HashMap<SourceId, usize>,
    /// Whether suppressions in the code count for nothing.
    pub no_ignore: bool,
    /// The day on which suppressions must still hold; without one they hold for ever.
    pub today: Option<Day>,
    /// Configuration files of whose folders only a part is looked at, so that what of them has no effect cannot be told.
    pub partly: HashSet<SourceId>,
}

impl Policies {
    /// One for everything.
    #[must_use]
    pub fn everywhere(policy: Policy) -> Self {
        Self { default: policy, ..Self::default() }
    }

    /// The policy for a file.
    #[must_use]
    pub fn of(&self, file: SourceId) -> &Policy {
        self.of.get(&file).and_then(|at| self.others.get(*at)).unwrap_or(&self.default)
    }

    /// The same without what limits them to some rules or severities, if they do: a fix must not bring up a finding of a rule
    /// that is left out of this run.
    #[must_use]
    pub fn wider(&self) -> Option<Self> {
        let is_narrow = |policy: &Policy| policy.select.is_some() || policy.min_severity > Severity::Info;
        if !self.all().any(is_narrow) {
            return None;
        }
        let mut wider = self.clone();
        for policy in std::iter::once(&mut wider.default).chain(&mut wider.others) {
            policy.select = None;
            policy.min_severity = Severity::Info;
        }
        Some(wider)
    }

    /// All that hold somewhere.
    pub fn all(&self) -> impl Iterator<Item = &Policy> {
        std::iter::once(&self.default).chain(&self.others)
    }
}
