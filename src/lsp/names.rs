//! Names of rules, in suppressions and in configuration files: their pages as hovers, and links to them.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::document::Document;
use super::lines::Lines;
use super::protocol::{About, At, params};
use super::uri;
use super::wire::Failure;
use super::worker::View;
use crate::config;
use crate::rules::{self, RULES};
use crate::source::{SourceFile, SourceId, Span};
use crate::suppress;

/// What the client is told of this.
pub(super) fn offers() -> Vec<(&'static str, Value)> {
    vec![("hoverProvider", json!(true)), ("documentLinkProvider", json!({ "resolveProvider": false }))]
}

/// The names in a document, and where they stand.
fn names(path: &Path, document: &Document) -> Vec<(String, Span)> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let id = SourceId(0);
    if config::NAMES.contains(&name) {
        return config::names(id, &document.text).into_iter().map(|word| (word.text, word.span)).collect();
    }
    suppress::names(id, &SourceFile::new(path.to_path_buf(), name, document.text.clone()))
}

/// What there is to say of the name of a rule or family.
fn page(name: &str) -> Option<String> {
    if let Some(rule) = rules::find(name) {
        // Pages lead to others in the repository, which a hover is not part of.
        let repository = format!("]({}/blob/main/", env!("CARGO_PKG_REPOSITORY"));
        return Some(rule.markdown().replace("](../../", &repository));
    }
    let mut text = format!("# `{name}`\n\n");
    let before = text.len();
    for rule in RULES.iter().filter(|rule| rule.family == name) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "- [`{}`]({}): {}", rule.id, rule.url(), rule.title());
    }
    (text.len() > before).then_some(text)
}

/// Answers what is shown of a place.
pub(super) fn hover(view: &View, asked: Value) -> Result<Value, Failure> {
    let at: At = params(asked)?;
    let hover = || {
        let path = uri::to_path(&at.text_document.uri)?;
        let document = view.world.documents.get(&path)?;
        let lines = Lines::new(&document.text, view.world.encoding);
        let offset = u32::try_from(lines.offset(at.position)).ok()?;
        let names = names(&path, document).into_iter();
        let (name, span) = names.into_iter().find(|(_, span)| span.start <= offset && offset <= span.end)?;
        let range = lines.range(span.start as usize, span.end as usize);
        Some(json!({ "contents": { "kind": "markdown", "value": page(&name)? }, "range": range }))
    };
    Ok(hover().unwrap_or_default())
}

/// Answers which names lead to pages.
pub(super) fn links(view: &View, asked: Value) -> Result<Value, Failure> {
    let about: About = params(asked)?;
    let path = uri::to_path(&about.text_document.uri);
    let document = path.and_then(|path| Some((view.world.documents.get(&path)?, path)));
    let Some((document, path)) = document else { return Ok(json!([])) };
    let lines = Lines::new(&document.text, view.world.encoding);
    let found = names(&path, document).into_iter().filter_map(|(name, span)| {
        let rule = rules::find(&name)?;
        let range = lines.range(span.start as usize, span.end as usize);
        Some(json!({ "range": range, "target": rule.url(), "tooltip": rule.title() }))
    });
    Ok(found.collect())
}
