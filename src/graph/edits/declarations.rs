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
        is_plain.then(|| Span::new(header.source, start, start + body.len()))
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
