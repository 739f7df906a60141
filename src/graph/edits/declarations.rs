//! Edits that take a declaration away.

use super::Language;
use crate::finding::Edit;
use crate::graph::{Graph, ResourceId};
use crate::resolve::eval::Key;
use crate::source::{SourceId, Span};

impl Graph<'_> {
    /// The edit that takes away a resource of the root that is made once and that nothing refers to, its lines whole.
    #[must_use]
    pub fn remove_declaration(&self, id: ResourceId) -> Option<Edit> {
        let (node, declared) = (self.deployment.node(id)?, self.deployment.resource(id)?);
        let in_root = self.deployment.instance(node.instance)?.parent.is_none();
        let header = declared.span;
        let language = self.language(header).filter(|language| *language != Language::Json)?;
        let lines = self.declaration_lines(header)?;
        let is_free = node.key == Key::Once && in_root && !self.is_mentioned(&declared.name, lines, language);
        is_free.then(|| Edit { span: lines, text: String::new() })
    }

    /// From the line of the header to that of the brace below it at the margin; none if something else may be meant.
    fn declaration_lines(&self, header: Span) -> Option<Span> {
        let text = self.sources.get(header.source)?.text();
        let start = text.get(..header.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
        let before = text.get(start..header.start as usize)?;
        let above = text.get(..start)?.lines().next_back().unwrap_or("").trim();
        let rest = text.get(start..)?;
        let mut end = None;
        let mut at = 0;
        for line in rest.split_inclusive('\n') {
            at += line.len();
            if line.trim_end() == "}" {
                end = Some(at);
                break;
            }
        }
        let body = rest.get(..end?)?;
        // A text of several lines may hold such a brace; a decorator above belongs to the declaration.
        let is_plain = before.is_empty() && !body.contains("<<") && !body.contains("'''") && !above.starts_with('@');
        let (start, end) = with_empty_lines(text, start, start + body.len());
        is_plain.then(|| Span::new(header.source, start, end))
    }

    /// Whether a name stands anywhere in its module outside its own declaration.
    fn is_mentioned(&self, name: &str, own: Span, language: Language) -> bool {
        let directory = |id: SourceId| {
            let path = self.sources.get(id).map(|file| file.display().clone()).unwrap_or_default();
            path.rsplit_once('/').map_or(String::new(), |(directory, _)| directory.to_owned())
        };
        let home = directory(own.source);
        self.sources.iter().any(|(id, file)| {
            let is_part = match language {
                Language::Hcl => directory(id) == home,
                _ => id == own.source,
            };
            is_part && names(file.text(), name, (id == own.source).then_some(own), language)
        })
    }
}

/// Whole lines with the empty ones that kept them apart from what is before them, where those would end the file or meet
/// others.
fn with_empty_lines(text: &str, start: usize, end: usize) -> (usize, usize) {
    let before = text.get(..start).unwrap_or("");
    let after = text.get(end..).unwrap_or("");
    let kept = before.trim_end().len();
    // Where the last line that says something ends.
    let line = kept + before.get(kept..).and_then(|rest| rest.find('\n')).map_or(0, |at| at + 1);
    let has_gap = line < start && kept > 0;
    if after.is_empty() && kept > 0 {
        // What ended without a line end still does.
        let ends = text.ends_with('\n');
        return (if ends { line } else { kept }, end);
    }
    let empty = after.split_inclusive('\n').next().filter(|line| line.trim().is_empty());
    if has_gap || kept == 0 { (start, end + empty.map_or(0, str::len)) } else { (start, end) }
}

/// Whether a name stands in a text as a word, in Terraform behind a dot.
fn names(text: &str, name: &str, except: Option<Span>, language: Language) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + name.len()..).and_then(|text| text.chars().next());
        let is_own = except.is_some_and(|own| (own.start as usize..own.end as usize).contains(&at));
        let begins = match language {
            Language::Hcl => before == Some('.'),
            _ => !before.is_some_and(is_word),
        };
        begins && !after.is_some_and(is_word) && !is_own
    })
}
