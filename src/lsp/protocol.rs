//! The part of the protocol that is spoken here, as plain data. What may be left out is left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A place between two characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Position {
    /// From 0.
    pub(super) line: u32,
    /// From 0, in the unit that was agreed.
    pub(super) character: u32,
}

/// From a place to another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Range {
    /// The first character.
    pub(super) start: Position,
    /// Behind the last one.
    pub(super) end: Position,
}

/// A range in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Location {
    /// The file.
    pub(super) uri: String,
    /// Where in it.
    pub(super) range: Range,
}

/// A finding as editors show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Diagnostic {
    /// Where.
    pub(super) range: Range,
    /// 1: error, 2: warning, 3: information, 4: hint.
    pub(super) severity: u8,
    /// The rule.
    pub(super) code: &'static str,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code_description: Option<CodeDescription>,
    /// Who says it.
    pub(super) source: &'static str,
    /// What is wrong.
    pub(super) message: String,
    /// 1: not needed, 2: deprecated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<u8>,
    /// The proof.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_information: Vec<Related>,
    /// The fingerprint: what makes it the same finding after an edit.
    pub(super) data: String,
}

/// Where to read on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct CodeDescription {
    /// The address.
    pub(super) href: String,
}

/// A place that is part of a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Related {
    /// Where.
    pub(super) location: Location,
    /// What stands there.
    pub(super) message: String,
}

/// Which document.
#[derive(Debug, Deserialize)]
pub(super) struct Identifier {
    /// Its address.
    pub(super) uri: String,
    /// Its version, where there is one.
    #[serde(default)]
    pub(super) version: Option<i64>,
}

/// What is said about one document, and nothing else.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct About {
    /// The document.
    pub(super) text_document: Identifier,
}

/// A document is opened.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Opened {
    /// The document.
    pub(super) text_document: OpenedDocument,
}

/// A document and what it says.
#[derive(Debug, Deserialize)]
pub(super) struct OpenedDocument {
    /// Its address.
    pub(super) uri: String,
    /// Its version.
    #[serde(default)]
    pub(super) version: i64,
    /// Its text.
    pub(super) text: String,
}

/// A document changes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Changed {
    /// The document.
    pub(super) text_document: Identifier,
    /// One after the other.
    pub(super) content_changes: Vec<Change>,
}

/// A new text for a range, or for all of it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Change {
    /// What is replaced; none: everything.
    #[serde(default)]
    pub(super) range: Option<Range>,
    /// By what.
    pub(super) text: String,
}

/// Folders come and go.
#[derive(Debug, Deserialize)]
pub(super) struct FoldersChanged {
    /// Which.
    pub(super) event: FoldersEvent,
}

/// The folders that come and go.
#[derive(Debug, Deserialize)]
pub(super) struct FoldersEvent {
    /// Those that come.
    #[serde(default)]
    pub(super) added: Vec<Folder>,
    /// Those that go.
    #[serde(default)]
    pub(super) removed: Vec<Folder>,
}

/// A folder of the workspace.
#[derive(Debug, Deserialize)]
pub(super) struct Folder {
    /// Its address.
    pub(super) uri: String,
}

/// Files changed on disk.
#[derive(Debug, Deserialize)]
pub(super) struct FilesChanged {
    /// Which.
    pub(super) changes: Vec<FileChange>,
}

/// A file that changed on disk.
#[derive(Debug, Deserialize)]
pub(super) struct FileChange {
    /// Its address.
    pub(super) uri: String,
    /// 1: it is new, 2: it changed, 3: it is gone.
    #[serde(rename = "type")]
    pub(super) kind: u8,
}

/// A place in a document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct At {
    /// The document.
    pub(super) text_document: Identifier,
    /// Where in it.
    pub(super) position: Position,
}

/// An edit of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TextEdit {
    /// What is replaced.
    pub(super) range: Range,
    /// By what.
    pub(super) new_text: String,
}

/// Edits of several files, by address.
pub(super) type Edits = BTreeMap<String, Vec<TextEdit>>;

/// Reads the parameters of a method.
///
/// # Errors
/// What does not fit.
pub(super) fn params<T: serde::de::DeserializeOwned>(params: Value) -> Result<T, super::wire::Failure> {
    serde_json::from_value(params)
        .map_err(|error| super::wire::Failure::new(super::wire::Code::InvalidParams, error.to_string()))
}
