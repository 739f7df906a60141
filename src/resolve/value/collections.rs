//! Lists and maps, and what may be missing in them.

use std::sync::Arc;

use super::{Reason, Value, Why};
use crate::ir::Name;
use crate::source::Span;

/// A list of items, and whether there may be more.
#[derive(Debug, Clone)]
pub struct List {
    /// The items that are known to be there.
    pub items: Arc<[Value]>,
    /// Why there may be others.
    pub rest: Option<Why>,
}

impl List {
    /// Whether the items are certainly there.
    #[must_use]
    pub fn is_sure(&self) -> bool {
        self.rest.as_ref().is_none_or(|why| why.reason != Reason::Presence)
    }
}

/// Entries sorted by key, and whether there may be more.
#[derive(Debug, Clone)]
pub struct Map {
    /// The entries that are known to be there.
    pub entries: Arc<[Entry]>,
    /// Why there may be others.
    pub rest: Option<Why>,
}

/// An entry of a map.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Name,
    /// Where the key is written.
    pub key_span: Span,
    /// What the key is, where it is no plain text: ARM keys maps by references. `key` is then only a stand-in.
    pub reference: Option<Arc<Value>>,
    /// Where a plain key came from, if it is not written in its place.
    pub said: Option<Arc<Value>>,
    /// The value.
    pub value: Value,
}

impl Entry {
    /// An entry with a plain key.
    #[must_use]
    pub fn new(key: Name, key_span: Span, value: Value) -> Self {
        Self { key, key_span, reference: None, said: None, value }
    }

    /// The key as a value, with the way that it came.
    #[must_use]
    pub fn key_value(&self) -> Value {
        match self.reference.as_ref().or(self.said.as_ref()) {
            Some(value) => (**value).clone(),
            None => Value::text(self.key.clone(), self.key_span),
        }
    }
}

impl Map {
    /// A map of these entries; of equal keys the last counts.
    #[must_use]
    pub fn new(mut entries: Vec<Entry>, rest: Option<Why>) -> Self {
        if !entries.is_sorted_by(|a, b| a.key < b.key) {
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            entries.reverse();
            entries.dedup_by(|a, b| a.key == b.key);
            // After the reversal the last of equal keys came first and was kept, but a stable sort put the last
            // written one last, so it is the first here.
            entries.reverse();
        }
        Self { entries: entries.into(), rest }
    }

    /// The entry of that key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.binary_search_by(|entry| (*entry.key).cmp(key)).ok().and_then(|at| self.entries.get(at))
    }

    /// The entry of that key, or of one that differs from it in case only.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Entry> {
        self.get(name).or_else(|| self.entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(name)))
    }
}
