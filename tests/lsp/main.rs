//! The language server, end to end: the real binary, and an editor without a screen.

#![expect(clippy::expect_used, clippy::string_slice, clippy::indexing_slicing, reason = "a test stops at a surprise")]
#![expect(clippy::disallowed_types, reason = "an editor starts the server")]

mod actions;
mod cards;
mod diagnostics;
mod editor;
mod edits;
mod folders;
mod orders;
mod protocol;
