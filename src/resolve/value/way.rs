//! How a value came from where it was written to where it is used.

use std::sync::Arc;

use super::Value;
use crate::ir::Name;
use crate::source::Span;

/// Hops that are kept of one way; no report shows more.
const MAX_HOPS: usize = 24;

/// One hop of a value's way.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What kind of hop.
    pub hop: Hop,
    /// Where the value was taken up again.
    pub span: Span,
    /// The parameter or output that it led through.
    pub through: Option<Declared>,
    /// The hop before.
    pub from: Option<Arc<Step>>,
}

impl Step {
    /// Whether the two end at the same place.
    #[must_use]
    pub fn same_place(&self, other: &Self) -> bool {
        self.span == other.span && self.hop == other.hop
    }

    /// This way, and before `last` is reached, whatever the whole went through after it.
    #[must_use]
    pub fn after(&self, last: &Arc<Self>) -> Arc<Self> {
        let mut hops = Vec::new();
        let mut step = Some(last);
        while let Some(next) = step.filter(|_| hops.len() < MAX_HOPS) {
            hops.push(next);
            step = next.from.as_ref();
        }
        let mut way = Arc::new(self.clone());
        for hop in hops.into_iter().rev() {
            way = Arc::new(Self { hop: hop.hop.clone(), span: hop.span, through: hop.through, from: Some(way) });
        }
        way
    }
}

/// A parameter or an output that a value led through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    /// The header of its declaration.
    pub span: Span,
    /// Whether the language hides its value.
    pub secure: bool,
}

/// How a value passed from one place to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hop {
    /// As a parameter that whoever deploys gives a value, and that is kept secret.
    Input(Name),
    /// As the default of this parameter.
    Default(Name),
    /// As the argument for this parameter of a called module.
    Argument(Name),
    /// Through this local.
    Local(Name),
    /// From a parameter file, for this root parameter.
    ParameterFile(Name),
    /// As this output of a called module.
    Output(Name),
    /// Turned into its opposite.
    Turned,
    /// As an entry of the collection that an instance runs over.
    Each,
    /// As this part of something of which nothing is known.
    Part(Name),
    /// Through a function that says that it is a secret.
    Hidden,
    /// Through a function that says that it is no secret any more.
    Revealed,
    /// Out of a map or of all role definitions, by a key that a caller gave; where that is written.
    Key(Name),
}

impl Value {
    /// Where it was taken: the last output that it came out of, else where it is written.
    #[must_use]
    pub fn taken_at(&self) -> Span {
        let out = self.steps().into_iter().rev().find(|step| matches!(step.hop, Hop::Output(_)));
        out.map_or(self.span, |step| step.span)
    }

    /// Where it is put in: the last place of its way where it was taken up, else where it is written.
    #[must_use]
    pub fn put_in_at(&self) -> Span {
        let taken = self.back().find(|step| !matches!(step.hop, Hop::Key(_) | Hop::Each));
        taken.map_or(self.span, |step| step.span)
    }

    /// Where it is put in behind a name: the first place of its way that stands there, else the end of its way. A map that
    /// was passed on as a whole holds its values where they are written.
    #[must_use]
    pub fn put_in_behind(&self, name: Span) -> Span {
        let places = self.back().map(|step| step.span).chain([self.span]);
        let behind = places.filter(|place| place.source == name.source && place.start >= name.end);
        behind.min_by_key(|place| place.start).unwrap_or_else(|| self.put_in_at())
    }

    /// Whether a caller or a parameter file gave it, at any remove.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.back().any(|step| matches!(step.hop, Hop::Argument(_) | Hop::ParameterFile(_)))
    }

    /// Where it is said what it is to be: the key that picked it out of a map last, else where it is written.
    #[must_use]
    pub fn said_at(&self) -> Span {
        let picked = self.back().find(|step| matches!(step.hop, Hop::Key(_)));
        picked.map_or(self.span, |step| step.span)
    }

    /// The hops of its way, first one first.
    #[must_use]
    pub fn steps(&self) -> Vec<&Step> {
        let mut steps: Vec<&Step> = self.back().collect();
        steps.reverse();
        steps
    }

    /// The hops of its way, last one first.
    pub(crate) fn back(&self) -> impl Iterator<Item = &Step> {
        std::iter::successors(self.via.as_deref(), |step| step.from.as_deref())
    }

    /// Whether it is the default of an input, at any remove: nobody who uses the module says it.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.assumed || self.back().any(|step| matches!(step.hop, Hop::Default(_)))
    }

    /// The same value after a hop whose end is at `span`.
    #[must_use]
    pub fn passed(self, hop: Hop, span: Span) -> Self {
        self.passed_through(hop, span, None)
    }

    /// The same value after a hop through a declaration whose end is at `span`.
    #[must_use]
    pub fn passed_through(mut self, hop: Hop, span: Span, through: Option<Declared>) -> Self {
        self.via = Some(Arc::new(Step { hop, span, through, from: self.via.take() }));
        self
    }
}
