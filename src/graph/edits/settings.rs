//! Edits of app settings and of the lists of those that stay with their slot.

use super::{Language, Written};
use crate::finding::Edit;
use crate::graph::{Graph, ResourceId, Setting, Site};
use crate::resolve::value::Value;
use crate::source::Span;

impl Graph<'_> {
    /// The edit that gives an app settings: in front of one whose name stands at a place, or its first ones.
    #[must_use]
    pub fn add_settings(&self, app: ResourceId, beside: Option<Span>, new: &[(&str, Written<'_>)]) -> Option<Edit> {
        let Some(beside) = beside else { return self.first_settings(app, new) };
        let language = self.language(beside)?;
        let mut text = String::new();
        let mut place = None;
        for (name, value) in new {
            let edit = self.setting_before(beside, name, &self.written(*value, language, app)?, language)?;
            place = Some(edit.span);
            text.push_str(&edit.text);
        }
        Some(Edit { span: place?, text })
    }

    fn first_settings(&self, app: ResourceId, new: &[(&str, Written<'_>)]) -> Option<Edit> {
        let declared = self.deployment.resource(app)?;
        let first = declared.body.attrs.first().filter(|_| declared.body.attr("app_settings").is_none())?.span;
        let is_azurerm = declared.kind.starts_with("azurerm_") && self.language(first) == Some(Language::Hcl);
        let width = new.iter().map(|(name, _)| name.len()).max()?;
        let line = |(name, value): &(&str, Written<'_>)| {
            Some(format!("  {name:<width$} = {}\n", self.written(*value, Language::Hcl, app)?))
        };
        let lines = new.iter().map(line).collect::<Option<String>>()?;
        self.entry_before(first, "app_settings", &format!("{{\n{lines}}}")).filter(|_| is_azurerm)
    }

    fn setting_before(&self, beside: Span, name: &str, value: &str, language: Language) -> Option<Edit> {
        let Some(item) = self.item_around(beside) else { return self.entry_before(beside, name, value) };
        let text = self.sources.get(item.source)?.text();
        let is_one_line = text.get(item.start as usize..)?.lines().next()?.contains('}');
        let (open, gap, close) = if is_one_line { ("{ ", " ", " }") } else { ("{\n  ", "\n  ", "\n}") };
        let comma = if is_one_line { "," } else { "" };
        let text = match language {
            Language::Hcl if is_one_line => format!("{{ name = \"{name}\", value = {value} }},"),
            Language::Hcl => format!("{{\n  name  = \"{name}\"\n  value = {value}\n}},"),
            Language::Bicep => format!("{open}name: '{name}'{comma}{gap}value: {value}{close}"),
            Language::Json => format!("{open}\"name\": \"{name}\",{gap}\"value\": {value}{close},"),
        };
        self.lines_before(item, &text)
    }

    /// The brace that opens the item of a list that a setting is; the place is in front of its name or value.
    pub(super) fn item_around(&self, name: Span) -> Option<Span> {
        let text = self.sources.get(name.source)?.text();
        let (before, at) = (text.get(..name.start as usize)?, text.get(name.start as usize..)?);
        let brace = before.rfind('{')?;
        let between = before.get(brace + 1..)?.trim();
        let word = if between.is_empty() { at } else { between }.split([':', '=']).next()?;
        let names_itself = word.trim().trim_matches(['"', '\'']).eq_ignore_ascii_case("name");
        names_itself.then(|| Span::new(name.source, brace, brace))
    }

    /// The edit that makes a setting of a site, and of its slots, stay where it is.
    #[must_use]
    pub fn make_sticky(&self, site: &Site, setting: &Setting) -> Option<Edit> {
        let names = if setting.connection { &site.sticky.connections } else { &site.sticky.settings };
        if !names.is_empty() {
            return self.add_name(names, &setting.name);
        }
        let declared = self.deployment.resource(site.resource)?;
        let first = declared.body.attrs.first()?.span;
        let is_azurerm = declared.kind.starts_with("azurerm_") && self.language(first) == Some(Language::Hcl);
        if !is_azurerm || site.sticky.more.is_some() || declared.body.blocks("sticky_settings").next().is_some() {
            return None;
        }
        let list = if setting.connection { "connection_string_names" } else { "app_setting_names" };
        let name = self.written(Written::Text(&setting.name), Language::Hcl, site.resource)?;
        self.lines_before(first, &format!("sticky_settings {{\n  {list} = [{name}]\n}}\n"))
    }

    /// The edit that adds a name to a list of names that is written in one place.
    fn add_name(&self, names: &[Value], name: &str) -> Option<Edit> {
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
    pub(super) fn item_after(&self, last: Span, text: &str) -> Option<Edit> {
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
