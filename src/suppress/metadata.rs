//! Suppressions where a format has no comments: `"metadata": {"identilint": …}` in ARM templates, `"//"` in Terraform's
//! JSON.

use super::directive::{self, Directive, MARK, NO_DAY};
use super::{Language, Named, Reach, Suppression};
use crate::day::Day;
use crate::source::{SourceId, Span};
use crate::syntax::json::{self, Kind, Member, Node};

/// The member that holds suppressions in ARM's metadata.
pub(super) const KEY: &str = "identilint";

/// The suppressions in the members of a document.
pub(super) fn read(source: SourceId, text: &str, language: Language) -> Vec<Suppression> {
    let tree = json::parse(source, text);
    let mut reader = Reader { source, language, found: Vec::new() };
    if let Some(root) = &tree.root {
        reader.node(root, Holder { span: root.span, is_root: true });
    }
    reader.found
}

/// What a suppression is written in, and covers: an object with its key, if it has one.
#[derive(Clone, Copy)]
struct Holder {
    span: Span,
    is_root: bool,
}

/// A value, and what is taken away to be rid of it.
#[derive(Clone, Copy)]
struct Place<'t> {
    node: &'t Node,
    whole: Span,
}

struct Reader {
    source: SourceId,
    language: Language,
    found: Vec<Suppression>,
}

impl Reader {
    /// Looks through a value; the parser bounds how deep it is.
    fn node(&mut self, node: &Node, holder: Holder) {
        match &node.kind {
            Kind::Array(items) => {
                items.iter().for_each(|item| self.node(item, Holder { span: item.span, is_root: false }));
            }
            Kind::Object(members) => {
                for (at, member) in members.iter().enumerate() {
                    let whole = member_whole(members, at);
                    let place = Place { node: &member.value, whole };
                    match self.language {
                        Language::TerraformJson if &*member.key.value == "//" => self.texts(place, holder),
                        Language::Json if member.key.value.eq_ignore_ascii_case("metadata") => {
                            self.metadata(place, holder);
                        }
                        _ => {
                            let span = member.key_span.to(member.value.span);
                            self.node(&member.value, Holder { span, is_root: false });
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// A comment of Terraform's JSON, or several; others than ours are none of our business.
    fn texts(&mut self, place: Place<'_>, holder: Holder) {
        let is_ours = |node: &Node| node.as_str().is_some_and(|text| text.trim_start().starts_with(MARK));
        match &place.node.kind {
            Kind::String(_) if is_ours(place.node) => self.text(place, holder),
            Kind::Array(items) => {
                for (at, item) in items.iter().enumerate().filter(|(_, item)| is_ours(item)) {
                    let whole = if items.len() == 1 { place.whole } else { item_whole(items, at) };
                    self.text(Place { node: item, whole }, holder);
                }
            }
            _ => {}
        }
    }

    fn metadata(&mut self, place: Place<'_>, holder: Holder) {
        let Some(members) = place.node.as_object() else { return };
        for (at, member) in members.iter().enumerate().filter(|(_, member)| &*member.key.value == KEY) {
            let whole = if members.len() == 1 { place.whole } else { member_whole(members, at) };
            let value = &member.value;
            match &value.kind {
                Kind::Object(inner) => {
                    let other = inner.iter().find(|member| &*member.key.value != "ignore");
                    if let Some(other) = other {
                        self.fault(other.key_span, whole, "expected `ignore` here, with a list of suppressions");
                    }
                    for list in inner.iter().filter(|member| &*member.key.value == "ignore") {
                        self.list(Place { node: &list.value, whole }, holder);
                    }
                }
                _ => self.list(Place { node: value, whole }, holder),
            }
        }
    }

    /// One suppression or several.
    fn list(&mut self, place: Place<'_>, holder: Holder) {
        match &place.node.kind {
            Kind::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    let whole = if items.len() == 1 { place.whole } else { item_whole(items, at) };
                    self.one(Place { node: item, whole }, holder);
                }
            }
            _ => self.one(place, holder),
        }
    }

    fn one(&mut self, place: Place<'_>, holder: Holder) {
        match &place.node.kind {
            Kind::String(_) => self.text(place, holder),
            Kind::Object(members) => self.object(place, members, holder),
            _ => {
                let message = "expected `ignore[rule] reason`, or an object with `rules` and `reason`";
                self.fault(place.node.span, place.whole, message);
            }
        }
    }

    fn text(&mut self, place: Place<'_>, holder: Holder) {
        let Kind::String(text) = &place.node.kind else { return };
        let start = place.node.span.start + 1;
        let value = text.value.trim_end();
        let skipped = value.len() - value.trim_start().len();
        let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let at = |at: usize| text.source_offset(start, small(at + skipped)) as usize;
        let own = value.trim_start();
        let mut one = Suppression::new(directive::parse(own), self.source, own.len(), at);
        if one.reach == Reach::File && !holder.is_root && one.fault.is_none() {
            one.fault = Some((one.span, directive::BELOW_CODE));
        }
        self.add(one, place.whole, holder);
    }

    fn object(&mut self, place: Place<'_>, members: &[Member], holder: Holder) {
        let mut read = Directive::default();
        let mut fault = None;
        let mut names = Vec::new();
        for member in members {
            let value = &member.value;
            match (&*member.key.value, &value.kind) {
                ("rules", Kind::Array(items)) => {
                    for (at, item) in items.iter().enumerate() {
                        match item.as_str().filter(|name| directive::is_name(name)) {
                            Some(name) => {
                                let span = Span {
                                    start: item.span.start + 1,
                                    end: item.span.end.saturating_sub(1),
                                    ..item.span
                                };
                                names.push(Named { name: name.to_owned(), span, whole: item_whole(items, at) });
                            }
                            None => fault = fault.or(Some((item.span, "this is no name of a rule"))),
                        }
                    }
                }
                ("reason", Kind::String(text)) => read.reason = directive::reason(&text.value),
                ("until", Kind::String(text)) => {
                    read.until = Day::parse(&text.value);
                    if read.until.is_none() {
                        fault = fault.or(Some((value.span, NO_DAY)));
                    }
                }
                ("rules", _) => fault = fault.or(Some((value.span, "expected a list of rules"))),
                ("reason" | "until", _) => fault = fault.or(Some((value.span, "expected a string"))),
                _ => fault = fault.or(Some((member.key_span, "expected `rules`, `reason` and `until` here"))),
            }
        }
        if names.is_empty() {
            fault = fault.or(Some((place.node.span, "this names no rule; list the rules in `rules`")));
        }
        let start = place.node.span.start as usize;
        let length = (place.node.span.end as usize).saturating_sub(start);
        let mut one = Suppression::new(read, self.source, length, |at| start + at);
        (one.names, one.fault) = (names, fault);
        self.add(one, place.whole, holder);
    }

    fn add(&mut self, mut one: Suppression, whole: Span, holder: Holder) {
        one.whole = whole;
        one.covers = Some(holder.span);
        if one.reach == Reach::Line {
            one.reach = Reach::Construct;
        }
        self.found.push(one);
    }

    fn fault(&mut self, span: Span, whole: Span, message: &'static str) {
        let start = span.start as usize;
        let length = (span.end as usize).saturating_sub(start);
        let mut one = Suppression::new(Directive::default(), self.source, length, |at| start + at);
        (one.whole, one.fault) = (whole, Some((span, message)));
        self.found.push(one);
    }
}

/// A member with the comma and blanks that go with it.
fn member_whole(members: &[Member], at: usize) -> Span {
    let span = |member: &Member| member.key_span.to(member.value.span);
    whole(&members.iter().map(span).collect::<Vec<_>>(), at)
}

/// The same for an element of a list.
fn item_whole(items: &[Node], at: usize) -> Span {
    whole(&items.iter().map(|item| item.span).collect::<Vec<_>>(), at)
}

fn whole(all: &[Span], at: usize) -> Span {
    let own = all.get(at).copied().unwrap_or(Span::new(SourceId(0), 0, 0));
    let before = at.checked_sub(1).and_then(|before| all.get(before));
    match (all.get(at + 1), before) {
        (Some(next), _) => Span { end: next.start, ..own },
        (None, Some(before)) => Span { start: before.end, ..own },
        (None, None) => own,
    }
}
