//! Edits of the members of JSON objects.

use crate::finding::Edit;
use crate::graph::Graph;
use crate::source::Span;

impl Graph<'_> {
    /// The string that an expression is written in, or what stands there if it is none.
    pub(in crate::graph) fn whole_string(&self, expression: Span) -> Span {
        let (start, end) = (expression.start as usize, expression.end as usize);
        let text = self.sources.get(expression.source).map_or("", |file| file.text());
        let opens = text.get(..start).is_some_and(|before| before.ends_with("\"["));
        let closes = text.get(end..).is_some_and(|after| after.starts_with("]\""));
        if opens && closes { Span::new(expression.source, start - 2, end + 2) } else { expression }
    }

    /// The edit that takes a member away from an object, with the comma that then is one too many. None if comments stand
    /// between its parts.
    pub(in crate::graph) fn without_member(&self, name: &str, value: Span) -> Option<Edit> {
        let text = self.sources.get(value.source)?.text();
        let (before, after) = (text.get(..value.start as usize)?, text.get(value.end as usize..)?);
        let key = before.trim_end().strip_suffix(':')?.trim_end().strip_suffix('"')?;
        let start = key.len().checked_sub(name.len())?;
        let is_it = key.get(start..)?.eq_ignore_ascii_case(name);
        let head = key.get(..start)?.strip_suffix('"').filter(|_| is_it)?;
        let rest = after.trim_start();
        let gap = after.len() - rest.len();
        let (from, to) = if let Some(rest) = rest.strip_prefix(',') {
            // What comes next takes its place.
            let next = rest.len() - rest.trim_start().len();
            (head.len(), value.end as usize + gap + 1 + next)
        } else if behind_comments(rest).starts_with('}') {
            let kept = head.trim_end();
            (kept.strip_suffix(',').unwrap_or(kept).len(), value.end as usize)
        } else {
            return None;
        };
        let is_plain = head.trim_end().ends_with(['{', ',']);
        is_plain.then(|| Edit { span: Span::new(value.source, from, to), text: String::new() })
    }
}

/// What follows comments that go to the end of their lines.
fn behind_comments(mut text: &str) -> &str {
    while let Some(comment) = text.strip_prefix("//") {
        text = comment.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    }
    text
}
