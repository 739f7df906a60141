//! Edits to texts.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use super::choose::Candidate;
use super::{Ground, Seen, Texts};
use crate::finding::{Edit, Fix};
use crate::source::{SourceId, Sources};

/// The texts after these fixes, which do not touch each other.
pub(super) fn apply(seen: &Seen, ground: &dyn Ground, texts: &Texts, chosen: &[&Candidate]) -> Texts {
    let mut texts = texts.clone();
    // Links to a file say the same as it.
    let mut paths: HashMap<PathBuf, Vec<PathBuf>> = HashMap::new();
    for (_, file) in seen.workspace.sources.iter() {
        paths.entry(ground.real(file.path())).or_default().push(file.path().to_path_buf());
    }
    for (id, edits) in by_file(chosen) {
        let Some(file) = seen.workspace.sources.get(id) else { continue };
        let new: Arc<str> = edited(file.text(), &edits).into();
        let same = paths.get(&ground.real(file.path())).into_iter().flatten();
        texts.extend(same.map(|path| (path.clone(), new.clone())));
    }
    texts
}

/// What files say after one fix, whatever it does to them.
#[must_use]
pub fn fixed(sources: &Sources, fix: &Fix) -> BTreeMap<SourceId, String> {
    let mut files: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for edit in &fix.edits {
        files.entry(edit.span.source).or_default().push(edit);
    }
    let text = |(id, mut edits): (SourceId, Vec<&Edit>)| {
        edits.sort_by_key(|edit| edit.span);
        Some((id, edited(sources.get(id)?.text(), &edits)))
    };
    files.into_iter().filter_map(text).collect()
}

/// Edits by file, in the order of the text.
pub(super) fn by_file<'c>(chosen: &[&'c Candidate]) -> BTreeMap<SourceId, Vec<&'c Edit>> {
    let mut files: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for edit in chosen.iter().flat_map(|one| &one.edits) {
        files.entry(edit.span.source).or_default().push(edit);
    }
    files.values_mut().for_each(|edits| edits.sort_by_key(|edit| edit.span));
    files
}

fn edited(old: &str, edits: &[&Edit]) -> String {
    let mut new = String::with_capacity(old.len());
    let mut from = 0;
    for edit in edits {
        new.push_str(old.get(from..edit.span.start as usize).unwrap_or(""));
        new.push_str(&edit.text);
        from = edit.span.end as usize;
    }
    new.push_str(old.get(from..).unwrap_or(""));
    new
}
