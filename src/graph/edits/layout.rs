//! Where on the page something new goes, and what its lines look like.

use super::Language;
use crate::finding::Edit;
use crate::graph::Graph;
use crate::source::Span;

/// The line that a place is on.
struct Line<'t> {
    /// What stands before the place.
    before: &'t str,
    /// What stands from the place on.
    after: &'t str,
    /// How lines end here.
    ending: &'static str,
}

impl Graph<'_> {
    fn line(&self, span: Span) -> Option<Line<'_>> {
        let text = self.sources.get(span.source)?.text();
        let at = span.start as usize;
        let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
        let end = text.get(at..)?.find('\n').map_or(text.len(), |newline| at + newline);
        let ending =
            if text.get(..end)?.ends_with('\r') || text.get(..start)?.ends_with("\r\n") { "\r\n" } else { "\n" };
        Some(Line { before: text.get(start..at)?, after: text.get(at..end)?.trim_end_matches('\r'), ending })
    }

    /// Text on lines of its own before what stands at a place and begins its line.
    pub(super) fn lines_before(&self, place: Span, text: &str) -> Option<Edit> {
        let line = self.line(place)?;
        let indent = line.before.trim_start_matches('\u{feff}');
        if !indent.trim().is_empty() {
            return None;
        }
        let ending = line.ending;
        let mut new = String::new();
        for (at, one) in text.split('\n').enumerate() {
            // An empty line has no indentation.
            if at > 0 && !one.is_empty() {
                new.push_str(indent);
            }
            new.push_str(one);
            new.push_str(ending);
        }
        new.push_str(indent);
        Some(Edit { span: place.at_start(), text: new })
    }

    /// Lines behind the one on which an argument or entry ends that begins its line.
    pub(super) fn line_after(&self, name: Span, value: Span, text: &str) -> Option<Edit> {
        let line = self.line(name)?;
        let indent = line.before.trim_start_matches('\u{feff}');
        let whole = self.sources.get(value.source)?.text();
        let rest = whole.get(value.end as usize..)?;
        let behind = rest.split('\n').next().unwrap_or("").trim_end_matches('\r');
        // A comment stays with what it is about.
        let is_free = ["", "#", "//"].iter().any(|mark| behind.trim() == *mark)
            || ["#", "//"].iter().any(|mark| behind.trim_start().starts_with(mark));
        if !indent.trim().is_empty() || !is_free {
            return None;
        }
        let at = value.end as usize + behind.len();
        let new: String = text.split('\n').flat_map(|one| [line.ending, indent, one]).collect();
        Some(Edit { span: Span::new(value.source, at, at), text: new })
    }

    /// Entries one below the other, the first of which begins at a place that begins its line.
    pub(super) fn stacked(&self, place: Span, entries: &[String]) -> Option<String> {
        let line = self.line(place)?;
        let between = format!("{}{}", line.ending, line.before);
        line.before.trim().is_empty().then(|| entries.join(&between))
    }

    /// An entry of a map or an argument of a block, before the one whose name stands at a place.
    pub(in crate::graph) fn entry_before(&self, place: Span, name: &str, value: &str) -> Option<Edit> {
        let line = self.line(place)?;
        let begins = line.before.trim_start_matches('\u{feff}').trim().is_empty();
        match (self.language(place)?, begins) {
            (Language::Hcl, true) => self.lines_before(place, &argument(name, value, line.after)),
            (Language::Bicep, true) => self.lines_before(place, &format!("{name}: {value}")),
            (Language::Json, true) => self.lines_before(place, &format!("\"{name}\": {value},")),
            // Several entries on one line are an object's; a block has room for one.
            (Language::Hcl, false) if value.contains('\n') || !line.before.contains('=') => None,
            (_, false) if value.contains('\n') => None,
            (language, false) => {
                let text = match language {
                    Language::Hcl => format!("{name} = {value}, "),
                    Language::Bicep => format!("{name}: {value}, "),
                    Language::Json => format!("\"{name}\": {value}, "),
                };
                Some(Edit { span: place.at_start(), text })
            }
        }
    }

    /// The whole line of a value that has it for itself with its name, or as an item of a list.
    pub(in crate::graph) fn lines_of(&self, value: Span) -> Option<Span> {
        let text = self.sources.get(value.source)?.text();
        let (at, end) = (value.start as usize, value.end as usize);
        let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
        let newline = text.get(end..)?.find('\n').map(|newline| end + newline)?;
        let before = text.get(start..at)?.trim();
        // What a comment behind it says is about it.
        let after = text.get(end..newline)?.split(['#', '/']).next().unwrap_or("").trim();
        let named = before.strip_suffix(['=', ':']).map(|name| name.trim().trim_matches(['"', '\'']));
        let is_name = |name: &str| {
            !matches!(name, "" | "value") && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
        };
        let (alone, comma) = match after {
            "" | "," => (named.is_some_and(is_name), after == ","),
            "}" | "}," => (before.starts_with('{') && before.to_ascii_lowercase().contains("name"), after == "},"),
            _ => (false, false),
        };
        // The last entry of a JSON object would leave the comma of the one before it.
        let last = self.language(value) == Some(Language::Json) && !comma;
        (alone && !last).then(|| Span::new(value.source, start, newline + 1))
    }

    /// The lines of an item with a name and a value, each on a line of its own, and of its braces.
    pub(super) fn item_of(&self, value: Span) -> Option<Span> {
        let brace = self.item_around(value)?;
        let text = self.sources.get(value.source)?.text();
        let start = text.get(..brace.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
        let rest = text.get(value.end as usize..)?;
        let close = rest.find('}')?;
        let newline = rest.get(close..)?.find('\n').map(|newline| close + newline)?;
        let behind = rest.get(..close)?.lines().next().unwrap_or("").split(['#', '/']).next().unwrap_or("");
        let after = rest.get(close + 1..newline)?.trim();
        let is_whole = behind.trim().is_empty()
            && rest.get(..close)?.lines().count() == 2
            && text.get(start..brace.start as usize)?.trim().is_empty()
            && matches!(after, "" | ",");
        let last = self.language(value) == Some(Language::Json) && after.is_empty();
        (is_whole && !last).then(|| Span::new(value.source, start, value.end as usize + newline + 1))
    }

    /// A declaration of its own before another one, above the comments and decorators that belong to that.
    pub(super) fn declaration_before(&self, header: Span, text: &str) -> Option<Edit> {
        let whole = self.sources.get(header.source)?.text();
        let line_start = |at: usize| whole.get(..at).and_then(|text| text.rfind('\n')).map_or(0, |newline| newline + 1);
        let mut start = line_start(header.start as usize);
        while start > 0 {
            let above = line_start(start - 1);
            let line = whole.get(above..start)?.trim();
            if !["#", "//", "@"].iter().any(|mark| line.starts_with(mark)) {
                // The end of a decorator of several lines.
                let is_decorator = self.language(header) == Some(Language::Bicep) && line.ends_with(')');
                if is_decorator {
                    return None;
                }
                break;
            }
            start = above;
        }
        let bom = if start == 0 && whole.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        self.lines_before(Span::new(header.source, start + bom, start + bom), &format!("{text}\n"))
    }
}

/// An argument with its sign of equality above that of its neighbour, if there is room; of several lines, or beside a
/// block, with an empty line between.
fn argument(name: &str, value: &str, neighbour: &str) -> String {
    let equals = neighbour.find('=').filter(|at| neighbour.get(..*at).is_some_and(|key| !key.contains(['{', '('])));
    match equals {
        _ if value.contains('\n') => format!("{name} = {value}\n"),
        Some(at) => {
            let width = neighbour.get(..at).map_or(at, |key| key.chars().count());
            if name.chars().count() < width { format!("{name:<width$}= {value}") } else { format!("{name} = {value}") }
        }
        None => format!("{name} = {value}\n"),
    }
}
