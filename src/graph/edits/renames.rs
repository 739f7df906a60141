//! Edits that give an argument or a property another name.

use super::Language;
use crate::finding::Edit;
use crate::graph::Graph;
use crate::source::Span;

impl Graph<'_> {
    /// The edit that renames an argument or property, if the old name is what is written at its place. What follows it
    /// stays where it was, as far as there is room.
    pub(in crate::graph) fn renamed(&self, place: Span, old: &str, new: &str) -> Option<Edit> {
        let language = self.language(place)?;
        let text = self.sources.get(place.source)?.text();
        let written = text.get(place.start as usize..place.end as usize)?;
        let bare = written.trim_matches(['"', '\'']);
        if !bare.eq_ignore_ascii_case(old) {
            return None;
        }
        let after = text.get(place.end as usize..)?;
        let gap = after.len() - after.trim_start_matches(' ').len();
        let grown = new.len().saturating_sub(old.len());
        let eaten = if language == Language::Hcl && gap > grown { grown } else { 0 };
        let text = written.replacen(bare, new, 1);
        Some(Edit { span: Span::new(place.source, place.start as usize, place.end as usize + eaten), text })
    }
}
