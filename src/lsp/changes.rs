//! Edits of files, as the client applies them. An edit is for the text that was analysed: of a file that says something else by
//! now there is none.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::diagnostics::address;
use super::lines::Lines;
use super::look::Unit;
use super::protocol::{Edits, TextEdit};
use super::worker::View;
use crate::finding::Edit;
use crate::source::SourceFile;

/// What stands for the words that the user is to fill in. It says nothing, so it is no reason.
pub(super) const TO_FILL_IN: &str = "…";

/// The edits as edits of what the editor shows, by file; none if one of the files is not to be changed, or is not what was
/// analysed any more.
pub(super) fn of_edits(view: &View, unit: &Unit, edits: &[Edit]) -> Option<BTreeMap<PathBuf, Vec<TextEdit>>> {
    let workspace = &unit.workspace;
    let mut changes: BTreeMap<PathBuf, Vec<TextEdit>> = BTreeMap::new();
    for edit in edits {
        let id = edit.span.source;
        let is_broken = workspace.errors.iter().any(|error| error.span.source == id);
        if is_broken || workspace.fetched.contains(&id) || workspace.stand_ins.contains(&id) {
            return None;
        }
        let file = workspace.sources.get(id)?;
        let hidden = hidden(view, file)?;
        let lines = Lines::new(file.text().get(hidden..)?, view.world.encoding);
        let at = |offset: u32| (offset as usize).saturating_sub(hidden);
        let range = lines.range(at(edit.span.start), at(edit.span.end));
        changes.entry(file.path().to_path_buf()).or_default().push(TextEdit { range, new_text: edit.text.clone() });
    }
    Some(changes)
}

/// So many bytes at the start of the file does the editor not show; none if it shows something else than what was analysed.
fn hidden(view: &View, file: &SourceFile) -> Option<usize> {
    let text = file.text();
    if let Some(document) = view.world.documents.get(file.path()) {
        return (document.text == *text).then_some(0);
    }
    let on_disk = std::fs::read(file.path()).ok()?;
    let mark = '\u{feff}';
    (on_disk == text.as_bytes()).then(|| if text.starts_with(mark) { mark.len_utf8() } else { 0 })
}

/// The edits that make one text of another, line by line.
pub(super) fn of_texts(view: &View, old: &str, new: &str) -> Vec<TextEdit> {
    let lines = Lines::new(old, view.world.encoding);
    let (old_lines, new_lines): (Vec<&str>, Vec<&str>) =
        (old.split_inclusive('\n').collect(), new.split_inclusive('\n').collect());
    let ends = |lines: &[&str]| -> Vec<usize> {
        let end = lines.iter().scan(0, |end, line| {
            *end += line.len();
            Some(*end)
        });
        std::iter::once(0).chain(end).collect()
    };
    let (old_at, new_at) = (ends(&old_lines), ends(&new_lines));
    let place = |ends: &[usize], line: usize| ends.get(line).copied().unwrap_or_default();
    let diff = capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines);
    let changed = diff.into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed
        .map(|op| {
            let (from, to) = (op.old_range(), op.new_range());
            let range = lines.range(place(&old_at, from.start), place(&old_at, from.end));
            let text = new.get(place(&new_at, to.start)..place(&new_at, to.end)).unwrap_or_default();
            TextEdit { range, new_text: text.to_owned() }
        })
        .collect()
}

/// Whether a part of an edit is for the user to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Words {
    /// No.
    Final,
    /// What stands for it is selected, if the client can do that.
    ToFillIn,
}

/// The edits in the form that the client understands, with the versions of documents that they are for.
pub(super) fn for_client(view: &View, changes: BTreeMap<PathBuf, Vec<TextEdit>>, words: Words) -> Value {
    if !view.client.versioned_edits {
        let changes: Edits = changes.into_iter().map(|(path, edits)| (address(&view.world, &path), edits)).collect();
        return json!({ "changes": changes });
    }
    let selects = words == Words::ToFillIn && view.client.snippet_edits;
    let edit = |edit: TextEdit| match edit.new_text.rsplit_once(TO_FILL_IN).filter(|_| selects) {
        Some((before, after)) => {
            let escaped = |text: &str| text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}");
            let value = format!("{}${{1:{TO_FILL_IN}}}{}", escaped(before), escaped(after));
            json!({ "range": edit.range, "snippet": { "kind": "snippet", "value": value } })
        }
        None => json!(edit),
    };
    let changes = changes.into_iter().map(|(path, edits)| {
        let version = view.world.documents.get(&path).map(|document| document.version);
        let edits: Vec<Value> = edits.into_iter().map(edit).collect();
        json!({ "textDocument": { "uri": address(&view.world, &path), "version": version }, "edits": edits })
    });
    json!({ "documentChanges": changes.collect::<Vec<_>>() })
}
