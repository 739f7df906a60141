//! Why a value is not known, and what would settle it.

use std::sync::Arc;

use crate::ir::Name;
use crate::source::Span;

/// Why a value is not known, and where that became so.
#[derive(Debug, Clone)]
pub struct Why {
    /// The reason.
    pub reason: Reason,
    /// Where it became unknown.
    pub span: Span,
}

impl PartialEq for Why {
    /// Two values are unknown for the same reason if they became so at the same place.
    fn eq(&self, other: &Self) -> bool {
        self.reason == other.reason && self.span == other.span
    }
}

/// The reasons there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// A root input without a value.
    RootInput(Name),
    /// A root input whose default is empty and may be filled by whoever deploys.
    OverridableDefault,
    /// A module whose source is not here.
    Module(Name),
    /// A function that is not evaluated.
    Function(Name),
    /// A value that only the running tool knows.
    Runtime(Name),
    /// The state of a resource of which only the id is known.
    Reference,
    /// A name that is not declared.
    Undeclared(Name),
    /// An attribute or item that is not there.
    Missing(Name),
    /// A wrong kind of value for an operation or function.
    Invalid(&'static str),
    /// A condition that cannot be decided.
    Condition,
    /// All entries are there, but what one is called is not known whole.
    Key,
    /// Instances that may or may not exist: the items that are listed may be absent too.
    Presence,
    /// A definition that goes round in a circle.
    Cycle(Name),
    /// Nesting beyond the limit.
    TooDeep,
    /// More work than one deployment is given.
    Budget,
    /// A collection beyond the limit.
    TooLarge,
    /// More alternatives than are kept apart.
    TooManyAlternatives,
    /// Several unknowns, of which this is the first.
    Among(Arc<Reason>),
}

impl Why {
    /// This reason, found at `span`.
    #[must_use]
    pub fn new(reason: Reason, span: Span) -> Self {
        Self { reason, span }
    }

    /// Whether the tool itself would stop here with an error, which `try` and `can` catch.
    #[must_use]
    pub fn is_error(&self) -> bool {
        matches!(self.reason, Reason::Missing(_) | Reason::Invalid(_))
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RootInput(name) => write!(f, "input `{name}` has no value here; a parameter file would settle it"),
            Self::OverridableDefault => {
                write!(f, "it rests on the default of a root input; a parameter file would settle it")
            }
            Self::Module(source) => write!(f, "module `{source}` is not here; its source on disk would settle it"),
            Self::Function(name) => write!(f, "function `{name}` is not evaluated"),
            Self::Runtime(name) => write!(f, "`{name}` is known only while deploying"),
            Self::Reference => f.write_str("`reference()` is known only while deploying"),
            Self::Undeclared(name) => write!(f, "`{name}` is not declared"),
            Self::Missing(name) => write!(f, "there is no `{name}`"),
            Self::Invalid(what) => f.write_str(what),
            Self::Condition => f.write_str("a condition cannot be decided"),
            Self::Key => f.write_str("the key of an entry is not known whole"),
            Self::Presence => f.write_str("instances may or may not exist"),
            Self::Cycle(name) => write!(f, "`{name}` is defined by itself"),
            Self::TooDeep => f.write_str("it is nested too deeply"),
            Self::Budget => f.write_str("the evaluation of this deployment was cut off"),
            Self::TooLarge => f.write_str("the collection is too large"),
            Self::TooManyAlternatives => f.write_str("there are too many alternatives"),
            Self::Among(first) => first.fmt(f),
        }
    }
}
