//! How a value came from where it was written to where it is used.

use std::sync::Arc;

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
