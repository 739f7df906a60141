//! Text to trees with spans. Knows nothing of Azure and opens no file.

pub mod arm_expr;
pub mod bicep;
pub mod hcl;
pub mod json;
pub mod pieces;
pub mod sql;
pub mod yaml;

use crate::source::Span;

/// A place where the text does not follow its language's grammar. The rest of the file is still read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where the parser stopped understanding.
    pub span: Span,
    /// What it expected, as a sentence without a full stop.
    pub message: String,
}
