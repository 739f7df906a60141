//! The requests about what was seen: one file for each group of them, and one line here for each method.

use serde_json::{Map, Value};

use super::client::Client;
use super::wire::Failure;
use super::worker::View;
use super::{actions, cards, diagnostics, names};

/// How a request is answered from a view.
pub(super) type Ask = fn(&View, Value) -> Result<Value, Failure>;

/// A request about what was seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Method {
    /// Its name.
    pub(super) name: &'static str,
    /// How it is answered.
    pub(super) ask: Ask,
    /// Whether it is about what the editor shows whenever the answer comes. Others are about a place in a text, and void when
    /// that text changes.
    pub(super) lasts: bool,
}

const fn method(name: &'static str, ask: Ask) -> Method {
    Method { name, ask, lasts: false }
}

const fn lasting(name: &'static str, ask: Ask) -> Method {
    Method { name, ask, lasts: true }
}

const METHODS: [Method; 9] = [
    method("codeAction/resolve", actions::resolve),
    method("textDocument/codeAction", actions::at_range),
    method("textDocument/codeLens", cards::lenses),
    method("textDocument/definition", cards::definition),
    lasting("textDocument/diagnostic", diagnostics::of_document),
    method("textDocument/documentLink", names::links),
    method("textDocument/hover", cards::hover),
    method("textDocument/references", cards::references),
    lasting("workspace/diagnostic", diagnostics::of_workspace),
];

/// The request of that name.
pub(super) fn find(name: &str) -> Option<Method> {
    METHODS.into_iter().find(|method| method.name == name)
}

/// What the client is told of these requests.
pub(super) fn offers(client: &Client) -> Map<String, Value> {
    let groups = [diagnostics::offers(client), actions::offers(client), names::offers(), cards::offers()];
    groups.into_iter().flat_map(|offers| offers.into_iter().map(|(name, value)| (name.to_owned(), value))).collect()
}
