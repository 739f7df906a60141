//! Edits by which the language keeps a value secret.

use crate::finding::Edit;
use crate::graph::Graph;
use crate::ir::Keeping;

impl Graph<'_> {
    /// The edit by which a parameter or an output is kept secret.
    #[must_use]
    pub fn keep(&self, keeping: Keeping) -> Option<Edit> {
        match keeping {
            Keeping::Never => None,
            Keeping::Argument(first) => self.entry_before(first, "sensitive", "true"),
            Keeping::Decorator(place) => self.lines_before(place, "@secure()"),
            Keeping::Type(kind, new) => Some(Edit { span: kind, text: format!("\"{new}\"") }),
        }
    }
}
