//! Cards, navigation and lenses of the library, as the protocol has them.
//!
//! Whoever asks about a place in a text that is broken is answered about the last good one, where that place is the same. A
//! lens leads to the places that it counts by the command `identilint.showReferences`, if the client says that it has one of this
//! name: in its capabilities as `experimental.commands.commands`, a list of names. The command's argument is an object with
//! `uri` and `position` of the lens and the `locations`. Other clients are given the title alone.

use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::filing::Places;
use super::lines::Lines;
use super::look::Unit;
use super::names;
use super::protocol::{About, At, Identifier, Location, Position, params};
use super::shift::Shift;
use super::uri;
use super::wire::Failure;
use super::worker::View;
use crate::card::{Cards, Place};
use crate::policy::Policies;
use crate::source::{SourceId, Span};

/// The command that shows places beside a lens.
pub(super) const SHOW: &str = "identilint.showReferences";

/// What the client is told of this.
pub(super) fn offers() -> Vec<(&'static str, Value)> {
    vec![
        ("definitionProvider", json!(true)),
        ("referencesProvider", json!(true)),
        ("codeLensProvider", json!({ "resolveProvider": false })),
    ]
}

/// What is said with a request for references.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    context: Context,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    #[serde(default)]
    include_declaration: bool,
}

/// A file in what was analysed together.
struct Seen<'v> {
    view: &'v View,
    unit: &'v Unit,
    source: SourceId,
    policies: Policies,
}

impl<'v> Seen<'v> {
    fn of(view: &'v View, path: &Path) -> Option<Self> {
        let found = |unit: &'v Unit| {
            let mut files = unit.workspace.sources.iter();
            files.find(|(_, file)| file.path() == path).map(|(source, _)| (unit, source))
        };
        let (unit, source) = view.snapshot.units.iter().find_map(found)?;
        Some(Self { view, unit, source, policies: view.world.settings.policies(&unit.workspace) })
    }

    fn cards(&self) -> Cards<'_> {
        Cards::new(&self.unit.workspace, &self.policies, &self.unit.report)
    }

    fn places(&self) -> Places<'_> {
        Places::new(&self.view.world, &self.unit.workspace.sources)
    }

    /// The byte of a position in what was analysed; none if the text around it is another one now.
    fn offset(&self, position: Position) -> Option<u32> {
        let file = self.unit.workspace.sources.get(self.source)?;
        let document = self.view.world.documents.get(file.path())?;
        let at = Lines::new(&document.text, self.view.world.encoding).offset(position);
        let shift = Shift::new(&document.text, file.text());
        let at = if document.text == *file.text() { at } else { shift.range(at, at)?.0 };
        u32::try_from(at).ok()
    }

    fn locations(&self, spans: impl IntoIterator<Item = Span>) -> Vec<Location> {
        let mut places = self.places();
        spans.into_iter().filter_map(|span| places.location(span)).collect()
    }
}

/// The file and the byte that are asked about.
fn seen<'v>(view: &'v View, about: &Identifier, position: Position) -> Option<(Seen<'v>, u32)> {
    let seen = Seen::of(view, &uri::to_path(&about.uri)?)?;
    let offset = seen.offset(position)?;
    Some((seen, offset))
}

/// Answers what is shown of a place: the page of a rule that is named there, else its card.
pub(super) fn hover(view: &View, asked: Value) -> Result<Value, Failure> {
    let page = names::hover(view, asked.clone())?;
    if !page.is_null() {
        return Ok(page);
    }
    let at: At = params(asked)?;
    let hover = || {
        let (seen, offset) = seen(view, &at.text_document, at.position)?;
        let card = seen.cards().at(seen.source, offset)?;
        let places = std::cell::RefCell::new(seen.places());
        let link = |place: &Place| {
            let location = places.borrow_mut().location(place.span)?;
            // What editors understand: lines from 1.
            Some(format!("{}#L{}", location.uri, location.range.start.line + 1))
        };
        let text = card.markdown(link);
        let range = places.borrow_mut().range(card.span);
        Some(json!({ "contents": { "kind": "markdown", "value": text }, "range": range }))
    };
    Ok(hover().unwrap_or_default())
}

/// Answers where what stands at a place leads.
pub(super) fn definition(view: &View, asked: Value) -> Result<Value, Failure> {
    let at: At = params(asked)?;
    let jump = || {
        let (seen, offset) = seen(view, &at.text_document, at.position)?;
        let jump = seen.cards().definition(seen.source, offset)?;
        Some(json!(seen.locations(jump.to)))
    };
    Ok(jump().unwrap_or_default())
}

/// Answers what is related to what stands at a place.
pub(super) fn references(view: &View, asked: Value) -> Result<Value, Failure> {
    let (at, wanted): (At, Wanted) = (params(asked.clone())?, params(asked)?);
    let found = || {
        let (seen, offset) = seen(view, &at.text_document, at.position)?;
        let spans = seen.cards().references(seen.source, offset, wanted.context.include_declaration);
        Some(json!(seen.locations(spans)))
    };
    Ok(found().unwrap_or_default())
}

/// Answers what is shown over the declarations of a document.
pub(super) fn lenses(view: &View, asked: Value) -> Result<Value, Failure> {
    let about: About = params(asked)?;
    let path = uri::to_path(&about.text_document.uri);
    let Some(seen) = path.and_then(|path| Seen::of(view, &path)) else { return Ok(json!([])) };
    let mut places = seen.places();
    let lens = |lens: crate::card::Lens| {
        let range = places.range(lens.span)?;
        let command = if view.client.shows_references && !lens.places.is_empty() {
            let argument = json!({
                "uri": about.text_document.uri,
                "position": range.start,
                "locations": seen.locations(lens.places),
            });
            json!({ "title": lens.title, "command": SHOW, "arguments": [argument] })
        } else {
            json!({ "title": lens.title, "command": "" })
        };
        Some(json!({ "range": range, "command": command }))
    };
    Ok(seen.cards().lenses(seen.source).into_iter().filter_map(lens).collect())
}
