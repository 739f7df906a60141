//! Diagnostics: sent when they change, or given to whoever asks.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::Client;
use super::look::{Snapshot, World};
use super::protocol::{About, Diagnostic, params};
use super::uri;
use super::wire::Failure;
use super::worker::View;

/// What the client is told of this.
pub(super) fn offers(_client: &Client) -> Vec<(&'static str, Value)> {
    vec![(
        "diagnosticProvider",
        json!({ "identifier": "identilint", "interFileDependencies": true, "workspaceDiagnostics": true }),
    )]
}

/// What is said of each file of which something is said, by the address that the client knows it by.
pub(super) fn by_uri(world: &World, snapshot: &Snapshot) -> BTreeMap<String, Vec<Diagnostic>> {
    let of = |(path, items): (&std::path::PathBuf, &Vec<super::filing::Item>)| {
        (address(world, path), items.iter().map(|item| item.diagnostic.clone()).collect())
    };
    snapshot.files.iter().map(of).collect()
}

/// The address of a file: the client's own, if it is open.
pub(super) fn address(world: &World, path: &Path) -> String {
    world.documents.get(path).map_or_else(|| uri::of_path(path), |document| document.uri.clone())
}

/// What differs between diagnostics that differ.
fn result_id(diagnostics: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    json!(diagnostics).to_string().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    #[serde(default)]
    previous_result_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AllKnown {
    #[serde(default)]
    previous_result_ids: Vec<KnownResult>,
}

#[derive(Deserialize)]
struct KnownResult {
    uri: String,
    value: String,
}

/// A report, or that it is the one that the client has.
fn report(diagnostics: &[Diagnostic], known: Option<&str>) -> Value {
    let id = result_id(diagnostics);
    if known == Some(&id) {
        json!({ "kind": "unchanged", "resultId": id })
    } else {
        json!({ "kind": "full", "resultId": id, "items": diagnostics })
    }
}

/// Answers what is said of one document. Of what is no file nothing is said.
pub(super) fn of_document(view: &View, asked: Value) -> Result<Value, Failure> {
    let about: About = params(asked.clone())?;
    let known: Known = params(asked)?;
    let path = uri::to_path(&about.text_document.uri);
    let items = path.and_then(|path| view.snapshot.files.get(&path)).map(Vec::as_slice).unwrap_or_default();
    let diagnostics: Vec<Diagnostic> = items.iter().map(|item| item.diagnostic.clone()).collect();
    Ok(report(&diagnostics, known.previous_result_id.as_deref()))
}

/// Answers what is said of every document of which something is said, or was when the client asked before.
pub(super) fn of_workspace(view: &View, asked: Value) -> Result<Value, Failure> {
    let known: AllKnown = params(asked)?;
    let known: BTreeMap<String, String> =
        known.previous_result_ids.into_iter().map(|one| (one.uri, one.value)).collect();
    let mut all = by_uri(&view.world, &view.snapshot);
    for uri in known.keys() {
        all.entry(uri.clone()).or_default();
    }
    let items = all.into_iter().map(|(uri, diagnostics)| {
        let mut item = report(&diagnostics, known.get(&uri).map(String::as_str));
        let path = uri::to_path(&uri);
        let version = path.and_then(|path| view.world.documents.get(&path)).map(|document| document.version);
        if let Value::Object(item) = &mut item {
            item.insert("uri".to_owned(), json!(uri));
            item.insert("version".to_owned(), json!(version));
        }
        item
    });
    Ok(json!({ "items": items.collect::<Vec<_>>() }))
}

/// What was sent of whom.
#[derive(Debug, Default)]
pub(super) struct Sent {
    diagnostics: BTreeMap<String, Vec<Diagnostic>>,
}

impl Sent {
    /// What is to be sent now: what is new, and of what there is nothing to say any more that there is nothing.
    pub(super) fn changes(&mut self, world: &World, snapshot: &Snapshot) -> Vec<Value> {
        let now = by_uri(world, snapshot);
        let gone = self.diagnostics.keys().filter(|uri| !now.contains_key(*uri)).map(|uri| (uri.clone(), Vec::new()));
        let changed = now.iter().filter(|(uri, new)| self.diagnostics.get(*uri) != Some(new));
        let changed = changed.map(|(uri, new)| (uri.clone(), new.clone()));
        let all: BTreeMap<String, Vec<Diagnostic>> = gone.chain(changed).collect();
        self.diagnostics = now;
        let message = |(uri, diagnostics): (String, Vec<Diagnostic>)| {
            let path = uri::to_path(&uri);
            match path.and_then(|path| world.documents.get(&path)) {
                Some(document) => json!({ "uri": uri, "version": document.version, "diagnostics": diagnostics }),
                None => json!({ "uri": uri, "diagnostics": diagnostics }),
            }
        };
        all.into_iter().map(message).collect()
    }
}
