//! Yes, no, and what cannot be decided.

use super::{Hop, Kind, Value};
use crate::source::Span;

/// A third truth value for what cannot be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// Certainly not.
    No,
    /// Not to be decided.
    Maybe,
    /// Certainly.
    Yes,
}

impl Truth {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// One holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Maybe => Self::Maybe,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Yes if all are yes, no if all are no, else maybe: what holds of a value that is one of several.
#[must_use]
pub fn every(truths: impl IntoIterator<Item = Truth>) -> Truth {
    let mut truths = truths.into_iter();
    let Some(first) = truths.next() else { return Truth::Maybe };
    if truths.all(|truth| truth == first) { first } else { Truth::Maybe }
}

impl Value {
    /// The opposite of a truth value, by an operator at `span`: of one that was handed over it is still shown where that is
    /// written.
    #[must_use]
    pub fn opposite(&self, span: Span) -> Option<Self> {
        let turned = Kind::Bool(!self.as_bool()?);
        Some(match self.via {
            Some(_) => Self { kind: turned, ..self.clone() }.passed(Hop::Turned, span),
            None => Self::new(turned, span).resting_on(self),
        })
    }
}
