//! What a suppression says: `identilint: ignore[rule, other-rule] reason until=2027-01-31`.

use std::ops::Range;

use crate::day::Day;

/// The word that all of them begin with.
pub(super) const MARK: &str = "identilint:";

/// A suppression as written; places count from the first byte of its text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Directive {
    /// Whether it is for the whole file.
    pub(super) whole_file: bool,
    /// The rules and families.
    pub(super) names: Vec<(String, Range<usize>)>,
    /// Why; empty if it does not say.
    pub(super) reason: String,
    /// The last day on which it holds.
    pub(super) until: Option<Day>,
    /// Where it does not follow this form, and what was expected.
    pub(super) fault: Option<(Range<usize>, &'static str)>,
}

/// Where the texts of suppressions are in a comment: from the mark to the end of its line, or of the comment.
///
/// Only a comment's first word, or one behind a mark of another comment, counts: others only talk about it.
pub(super) fn find(comment: &str) -> Vec<Range<usize>> {
    let comment = comment.strip_suffix("*/").filter(|rest| rest.starts_with("/*") && rest.len() > 1).unwrap_or(comment);
    let mut found = Vec::new();
    let mut from = 0;
    for line in comment.split_inclusive(['\n', '\r']) {
        let marks = line.match_indices(MARK).map(|(at, _)| at);
        let is_first = |at: &usize| {
            let before = line.get(..*at).unwrap_or_default().trim_end();
            before.is_empty() || before.ends_with(['#', '/', '*'])
        };
        if let Some(at) = marks.into_iter().find(is_first) {
            found.push(from + at..from + line.trim_end().len());
        }
        from += line.len();
    }
    found
}

/// Reads a suppression behind its mark, if it has one.
pub(super) fn parse(text: &str) -> Directive {
    let mut directive = Directive::default();
    let fault =
        |directive: Directive, range: Range<usize>, message| Directive { fault: Some((range, message)), ..directive };
    let start = text.strip_prefix(MARK).map_or(0, |_| MARK.len());
    let rest = text.get(start..).unwrap_or_default();
    let word_at = start + (rest.len() - rest.trim_start().len());
    let rest = rest.trim_start();
    let word = rest.get(..rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count());
    directive.whole_file = match word {
        Some("ignore") => false,
        Some("ignore-file") => true,
        _ => {
            let message = "expected `ignore[rule]` or `ignore-file[rule]` behind `identilint:`";
            return fault(directive, 0..text.len(), message);
        }
    };
    let word = word.unwrap_or_default();
    let at = word_at + word.len();
    let behind = text.get(at..).unwrap_or_default();
    let Some(list) = behind.trim_start().strip_prefix('[') else {
        return fault(directive, word_at..at, "this names no rule; write the rules in brackets: `ignore[rule]`");
    };
    let open = text.len() - list.len();
    let Some((list, reason)) = list.split_once(']') else {
        return fault(directive, open - 1..open, "this bracket is never closed");
    };
    let mut from = open;
    for part in list.split(',') {
        let name = part.trim();
        let at = from + (part.len() - part.trim_start().len());
        from += part.len() + 1;
        if name.is_empty() && (list.trim().is_empty() || at < open + list.len()) {
            return fault(directive, open - 1..open + list.len() + 1, "a rule is missing in these brackets");
        }
        if !is_name(name) {
            if name.is_empty() {
                continue;
            }
            return fault(directive, at..at + name.len(), "this is no name of a rule");
        }
        directive.names.push((name.to_owned(), at..at + name.len()));
    }
    reason_and_day(directive, text, text.len() - reason.len())
}

/// Whether it has the form of a rule's name.
pub(super) fn is_name(name: &str) -> bool {
    let fits = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    fits && !name.is_empty() && name.len() <= 64
}

/// What is wrong with a suppression of a whole file anywhere else.
pub(super) const BELOW_CODE: &str = "a suppression for the whole file must stand above all code";

/// What is wrong with a date.
pub(super) const NO_DAY: &str = "this is no day; write it as `until=2027-01-31`";

fn reason_and_day(mut directive: Directive, text: &str, from: usize) -> Directive {
    let mut words: Vec<&str> = Vec::new();
    let mut at = from;
    let mut rest = text.get(from..).unwrap_or_default();
    loop {
        let trimmed = rest.trim_start();
        at += rest.len() - trimmed.len();
        let Some(word) = trimmed.split_whitespace().next() else { break };
        let place = at..at + word.len();
        rest = trimmed.get(word.len()..).unwrap_or_default();
        at += word.len();
        if word == "until" && rest.trim_start().starts_with('=') {
            directive.fault = Some((place, "write `until=` and the day without blanks: `until=2027-01-31`"));
            return directive;
        }
        let Some(day) = word.strip_prefix("until=") else {
            words.push(word);
            continue;
        };
        // It may end a sentence.
        let until = Day::parse(day.trim_end_matches(['.', ',', ';', ')']));
        directive.fault = match until {
            None => Some((place, NO_DAY)),
            Some(_) if directive.until.is_some() => Some((place, "one suppression ends on one day")),
            Some(_) => None,
        };
        if directive.fault.is_some() {
            return directive;
        }
        directive.until = until;
    }
    directive.reason = reason(&words.join(" "));
    directive
}

/// A reason without the dash or colon in front of it; empty if it says nothing.
pub(super) fn reason(text: &str) -> String {
    let text = text.trim().trim_start_matches([':', '-', '–', '—', ' ']).trim_end();
    if text.chars().any(char::is_alphanumeric) { text.to_owned() } else { String::new() }
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test stops at a surprise")]
mod tests {
    use super::{find, parse};

    #[test]
    fn a_suppression_is_read() {
        let read = parse("identilint: ignore[wrong-principal-id, slots] granted by é team until=2027-01-31");
        let names: Vec<&str> = read.names.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["wrong-principal-id", "slots"]);
        assert_eq!(read.names[1].1, 39..44);
        assert_eq!(read.reason, "granted by é team");
        assert_eq!(read.until.map(|day| day.to_string()).as_deref(), Some("2027-01-31"));
        assert_eq!((read.whole_file, read.fault), (false, None));
        let read = parse("identilint:ignore-file [a]: until=2027-01-31 x");
        assert_eq!((read.whole_file, read.reason.as_str(), read.fault.as_ref()), (true, "x", None));
        assert_eq!(parse("ignore[a] — why").reason, "why");
        assert_eq!(parse("ignore[a] - ").reason, "");
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        for (text, place, word) in [
            ("identilint: ignroe[a] x", 0..23, "expected"),
            ("identilint:", 0..11, "expected"),
            ("identilint: ignore why", 12..18, "brackets"),
            ("identilint: ignore[a why", 18..19, "never closed"),
            ("identilint: ignore[] x", 18..20, "missing"),
            ("identilint: ignore[a,,b] x", 18..24, "missing"),
            ("identilint: ignore[a, *] x", 22..23, "no name"),
            ("identilint: ignore[é] x", 19..21, "no name"),
            ("identilint: ignore[a] x until=2027-02-30", 24..40, "no day"),
            ("identilint: ignore[a] x until=", 24..30, "no day"),
            ("identilint: ignore[a] x until = 2027-02-03", 24..29, "without blanks"),
            ("identilint: ignore[a] until=2027-01-01 until=2027-01-01", 39..55, "one day"),
        ] {
            let fault = parse(text).fault.unwrap_or_else(|| panic!("{text} has a fault"));
            assert_eq!(fault.0, place, "{text}");
            assert!(fault.1.contains(word), "{text}: {}", fault.1);
        }
        assert_eq!(parse("identilint: ignore[a,] x").fault, None);
    }

    #[test]
    fn only_a_comment_that_begins_so_is_one() {
        for (comment, expected) in [
            ("# identilint: ignore[a] b ", vec!["identilint: ignore[a] b"]),
            ("//identilint: ignore[a] b", vec!["identilint: ignore[a] b"]),
            ("/* identilint: ignore[a] b */", vec!["identilint: ignore[a] b"]),
            (
                "/*\r\n * identilint: ignore[a] é\r\n * identilint: ignore[b] c\r\n */",
                vec!["identilint: ignore[a] é", "identilint: ignore[b] c"],
            ),
            ("# tfsec:ignore:x # identilint: ignore[a] b", vec!["identilint: ignore[a] b"]),
            ("# see identilint: ignore[a]", vec![]),
            ("# identilint is a linter", vec![]),
            ("/*/", vec![]),
        ] {
            let found: Vec<&str> = find(comment).into_iter().map(|range| &comment[range]).collect();
            assert_eq!(found, expected, "{comment}");
        }
    }
}
