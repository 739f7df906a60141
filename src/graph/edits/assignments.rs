//! Edits of what a role assignment lacks, or has at the wrong place.

use super::{Language, Written};
use crate::azure::ids::IdLevel;
use crate::finding::Edit;
use crate::graph::{Grant, Graph, NamedScope};
use crate::resolve::value::{Entry, Kind};
use crate::source::Span;

impl Graph<'_> {
    /// The edit that says what kind of principal gets a role, where that can be said.
    #[must_use]
    pub fn say_principal_type(&self, grant: &Grant, kind: &str) -> Option<Edit> {
        let resource = self.resource(grant.by)?;
        let kind = Written::Text(kind);
        let item = self.passed_item(resource);
        let properties = resource.argument("properties").filter(|value| value.via.is_none());
        let place = item.as_ref().or(properties)?;
        if let Some(entry) = place.property("principalType") {
            let between = Span { start: entry.key_span.end, end: entry.value.span.start, ..entry.key_span };
            let stands_there =
                entry.key_span.source == entry.value.span.source && entry.key_span.end <= entry.value.span.start;
            let is_plain = stands_there && matches!(self.sources.slice(between).trim(), ":" | "=");
            return self.replace(&entry.value, kind, grant.by).filter(|_| is_plain);
        }
        // Before this version the property was not there.
        let is_known =
            item.is_some() || resource.version.as_deref().is_some_and(|version| version >= "2018-09-01-preview");
        match &place.kind {
            Kind::Map(map) if is_known => self.entry_in(map, "principalType", kind, grant.by),
            _ => None,
        }
    }

    /// The edit that takes an entry away, wherever its value comes from: its line, and in JSON the comma before the last.
    #[must_use]
    pub fn remove_entry(&self, entry: &Entry) -> Option<Edit> {
        let place = self.value_place(entry)?;
        if let Some(lines) = self.lines_of(place) {
            return Some(Edit { span: lines, text: String::new() });
        }
        let text = self.sources.get(place.source).filter(|_| self.language(place) == Some(Language::Json))?.text();
        let mut below = text.get(place.end as usize..)?.lines().skip(1).map(str::trim).filter(|line| !line.is_empty());
        let before = text.get(..entry.key_span.start as usize)?.trim_end_matches('"').trim_end();
        let is_last = below.next().is_some_and(|line| line.starts_with('}')) && before.ends_with(',');
        let span = Span { start: u32::try_from(before.len() - 1).ok()?, ..place };
        is_last.then(|| Edit { span, text: String::new() })
    }

    /// Where the value of an entry is written, or what stands for it; on the line of its name.
    pub(super) fn value_place(&self, entry: &Entry) -> Option<Span> {
        let file = self.sources.get(entry.key_span.source)?;
        let after = entry.key_span.end as usize;
        let line = file.text().get(after..)?.lines().next()?;
        if self.language(entry.key_span) == Some(Language::Json) {
            // An expression is only a part of the string.
            let start = line.find(':').and_then(|colon| Some(colon + line.get(colon..)?.find('"')?))?;
            let end = start + 1 + closing_quote(line.get(start + 1..)?)?;
            let is_value = line.get(..start)?.trim_start_matches('"').trim() == ":";
            return is_value.then(|| Span::new(entry.key_span.source, after + start, after + end + 1));
        }
        let place = entry.value.via.as_ref().map_or(entry.value.span, |step| step.span);
        let is_here = place.source == entry.key_span.source && place.start as usize >= after;
        let between = file.text().get(after..place.start as usize).filter(|_| is_here)?;
        matches!(between.trim(), "=" | ":").then_some(place).filter(|_| !between.contains('\n'))
    }

    /// The edits that make an assignment hold where its properties say, if nothing else is said there.
    #[must_use]
    pub fn move_scope(&self, named: &NamedScope<'_>) -> Option<Vec<Edit>> {
        let resource = self.resource(named.by)?;
        let whole = &resource.body.property("properties")?.value;
        let remove = self.remove_entry(named.entry).filter(|_| whole.via.is_none())?;
        let place = self.value_place(named.entry)?;
        let text = self.sources.slice(place);
        let said = resource.body.property("scope")?;
        let is_written = self.sources.slice(said.key_span).trim_matches('"').eq_ignore_ascii_case("scope");
        let first = || self.first_key(&resource.body).filter(|_| !is_written);
        let add = match self.language(place)? {
            Language::Hcl if self.level(&named.actual) != Some(IdLevel::Resource) => {
                let old = said.value.via.as_ref().map_or(said.value.span, |step| step.span);
                (old.source == place.source).then(|| Edit { span: old, text: text.to_owned() })
            }
            Language::Hcl => None,
            Language::Bicep => {
                let target = self.named_by(&named.entry.value).filter(|id| self.same_module(*id, named.by))?;
                self.entry_before(first()?, "scope", &self.as_scope(target)?)
            }
            // What is known only later can be no scope.
            Language::Json if text.contains("reference(") => None,
            Language::Json => self.entry_before(first()?, "scope", text),
        };
        Some(vec![add?, remove])
    }
}

/// Where a string ends whose first quote is behind us.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends.then_some(at)
    })
}
