//! Configuration files: what whoever owns the code says about it, which file holds where, and what of them has no effect.
//!
//! The nearest file holds, with what it extends: layers, the lowest first, and what is said for some paths above what is
//! said for all. The command line is the topmost layer.

mod explain;
mod file;
mod find;
mod keys;
mod layer;
mod names;
mod patterns;
mod problem;
mod schema;
mod table;
mod unused;

pub use explain::{Explanation, Setting};
pub use find::{Choice, Config, Disk, Reading};
pub use keys::ALL;
pub use layer::{Given, Layer, Origin};
pub use names::names;
pub use schema::schema;

use crate::source::Span;

/// The names of configuration files.
pub const NAMES: [&str; 2] = ["identilint.toml", ".identilint.toml"];

/// A string of a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// What it says.
    pub text: String,
    /// Where it stands, with its quotes.
    pub span: Span,
}
