//! Edits that take items out of a list.

use super::Language;
use crate::finding::Edit;
use crate::graph::Graph;
use crate::resolve::value::{Kind, Value};
use crate::source::Span;

impl Graph<'_> {
    /// The edits that leave only some items in a list that is written out in its place; at least one stays.
    #[must_use]
    pub fn keep_items(&self, list: &Value, stays: &dyn Fn(&Value) -> bool) -> Option<Vec<Edit>> {
        let Kind::List(items) = &list.kind else { return None };
        let is_written = list.via.is_none() && items.rest.is_none();
        let text = self.sources.slice(list.span);
        let inside = |item: &&Value| list.span.contains(item.span) && item.span != list.span;
        let all_inside = items.items.iter().all(|item| inside(&item));
        let kept: Vec<&Value> = items.items.iter().filter(|item| stays(item)).collect();
        if !is_written || kept.is_empty() || !all_inside || !text.starts_with('[') || !text.ends_with(']') {
            return None;
        }
        if !text.contains('\n') {
            let kept: Vec<&str> = kept.iter().map(|item| self.sources.slice(item.span)).collect();
            return Some(vec![Edit { span: list.span, text: format!("[{}]", kept.join(", ")) }]);
        }
        let gone = items.items.iter().filter(|item| !stays(item));
        let mut edits: Vec<Edit> = gone
            .map(|item| Some(Edit { span: self.own_line(item.span)?, text: String::new() }))
            .collect::<Option<_>>()?;
        // What is last in JSON has no comma behind it.
        let end = kept.last().map(|item| item.span)?;
        let is_last_gone = items.items.iter().any(|item| !stays(item) && item.span.start > end.start);
        if self.language(end) == Some(Language::Json) && is_last_gone {
            let comma = Span { start: end.end, end: end.end + 1, ..end };
            edits.extend((self.sources.slice(comma) == ",").then(|| Edit { span: comma, text: String::new() }));
        }
        Some(edits)
    }

    /// The line of an item that has it for itself.
    fn own_line(&self, item: Span) -> Option<Span> {
        let text = self.sources.get(item.source)?.text();
        let start = text.get(..item.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
        let newline = item.end as usize + text.get(item.end as usize..)?.find('\n')?;
        let after = text.get(item.end as usize..newline)?.split(['#', '/']).next().unwrap_or("").trim();
        let alone = text.get(start..item.start as usize)?.trim().is_empty() && matches!(after, "" | ",");
        alone.then(|| Span::new(item.source, start, newline + 1))
    }
}
