//! Edits of app settings and of the lists of those that stay with their slot.

use super::{Language, Written};
use crate::finding::Edit;
use crate::graph::{Graph, Setting, Site};
use crate::resolve::value::Value;
use crate::source::Span;

impl Graph<'_> {
    /// The edit that gives a site settings in front of one that it has.
    #[must_use]
    pub fn add_settings(&self, site: &Site, beside: &Setting, new: &[(&str, Written<'_>)]) -> Option<Edit> {
        let language = self.language(beside.span)?;
        let mut edits = Vec::new();
        for (name, value) in new {
            let value = self.written(*value, language, site.resource)?;
            edits.push(self.setting_before(beside, name, &value, language)?);
        }
        let mut edits = edits.into_iter();
        let first = edits.next()?;
        let text = edits.fold(first.text, |text, edit| text + &edit.text);
        Some(Edit { span: first.span, text })
    }

    fn setting_before(&self, beside: &Setting, name: &str, value: &str, language: Language) -> Option<Edit> {
        let item = self.item_around(beside);
        match (language, item) {
            (Language::Hcl, None) => self.entry_before(beside.span, name, value),
            (Language::Hcl, Some(item)) => {
                self.lines_before(item, &format!("{{\n  name  = \"{name}\"\n  value = {value}\n}},"))
            }
            (Language::Bicep, Some(item)) => {
                self.lines_before(item, &format!("{{\n  name: '{name}'\n  value: {value}\n}}"))
            }
            (Language::Json, Some(item)) => {
                self.lines_before(item, &format!("{{\n  \"name\": \"{name}\",\n  \"value\": {value}\n}},"))
            }
            (_, None) => self.entry_before(beside.span, name, value),
        }
    }

    /// The brace that opens the item of a list that a setting is.
    fn item_around(&self, setting: &Setting) -> Option<Span> {
        let text = self.sources.get(setting.span.source)?.text();
        let before = text.get(..setting.span.start as usize)?;
        let brace = before.rfind('{')?;
        let between = before.get(brace + 1..)?.trim();
        let names_itself =
            between.trim_end_matches(['=', ':', ' ', '"']).trim_start_matches('"').eq_ignore_ascii_case("name");
        names_itself.then(|| Span::new(setting.span.source, brace, brace))
    }

    /// The edit that adds a name to a list of names that is written in one place.
    #[must_use]
    pub fn add_name(&self, names: &[Value], name: &str) -> Option<Edit> {
        let last = names.last().filter(|_| names.iter().all(|one| one.via.is_none()))?;
        let text = match self.language(last.span)? {
            Language::Bicep => format!("'{name}'"),
            Language::Hcl | Language::Json => format!("\"{name}\""),
        };
        let inside =
            self.sources.get(last.span.source)?.text().get(last.span.start as usize..last.span.end as usize)?;
        let is_literal = inside.starts_with(['"', '\'']);
        is_literal.then(|| self.item_after(last.span, &text)).flatten()
    }

    /// An item behind another one: on the same line, or on a line of its own where that is how the list is written.
    fn item_after(&self, last: Span, text: &str) -> Option<Edit> {
        let whole = self.sources.get(last.source)?.text();
        let start = whole.get(..last.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
        let before = whole.get(start..last.start as usize)?;
        let end = Span { start: last.end, ..last };
        if before.trim().is_empty() {
            let comma = if self.language(last)? == Language::Bicep { "" } else { "," };
            let ending = if whole.get(..start)?.ends_with("\r\n") { "\r\n" } else { "\n" };
            return Some(Edit { span: end, text: format!("{comma}{ending}{before}{text}") });
        }
        Some(Edit { span: end, text: format!(", {text}") })
    }
}
