//! Documents that are open in the editor: what they say holds, whatever is on disk.

use std::sync::Arc;

use super::lines::{Encoding, Lines};
use super::protocol::Change;

/// An open document.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Its address, as the client writes it.
    pub(super) uri: String,
    /// Its version.
    pub(super) version: i64,
    /// Its text.
    pub(super) text: Arc<str>,
}

impl Document {
    /// Applies changes, one after the other: each counts in the text that the one before left.
    pub(super) fn change(&mut self, changes: Vec<Change>, encoding: Encoding) {
        for change in changes {
            let Some(range) = change.range else {
                self.text = change.text.into();
                continue;
            };
            let bytes = Lines::new(&self.text, encoding).bytes(range);
            let (before, after) = (self.text.get(..bytes.start), self.text.get(bytes.end..));
            self.text = [before.unwrap_or_default(), &change.text, after.unwrap_or_default()].concat().into();
        }
    }
}
