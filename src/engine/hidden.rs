//! What no report may show: the credentials that were found, and whatever else in the lines that reports show looks like
//! one, in comments and in code that could not be read.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::azure::credentials;
use crate::finding::Finding;
use crate::source::{SourceId, Sources, Span};

/// A report shows the lines between two that it points at, if these are near.
const NEAR: usize = 4;

/// A longer line is cut before it is shown, and so it is before it is looked through.
const LONGEST: usize = 1 << 16;

/// A secret's name and a string, in code that could not be read.
static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name =
        r"(?:password|passwd|pwd|passphrase|secret|token|(?:access|account|api|shared)_?key|connection_?string|sas)";
    Regex::new(&format!(r#"(?i){name}(?:_wo)?["']?[ \t]*[=:][ \t]*["']([^\r\n]+)"#)).ok()
});

/// The spans of secrets in the lines that these findings point at, and around them; in broken files more is held for one.
pub(super) fn secrets(sources: &Sources, broken: &BTreeSet<SourceId>, findings: &[Finding]) -> Vec<Span> {
    let mut lines: BTreeSet<Span> = BTreeSet::new();
    for label in findings.iter().flat_map(|finding| std::iter::once(&finding.primary).chain(&finding.related)) {
        lines.extend(shown(sources, label.span));
    }
    let mut found = Vec::new();
    for line in lines {
        let text = sources.slice(line);
        let at = |from: usize, to: usize| {
            let start = line.start as usize;
            Span::new(line.source, start + from, start + to)
        };
        found.extend(credentials::detect(text).into_iter().map(|one| at(one.secret.start, one.secret.end)));
        let assigned = ASSIGNED.as_ref().filter(|_| broken.contains(&line.source));
        let values = assigned.into_iter().flat_map(|assigned| assigned.captures_iter(text));
        found.extend(values.filter_map(|value| value.get(1)).map(|value| at(value.start(), value.end())));
    }
    found
}

/// The lines of a span and those around it, the long ones left out.
fn shown(sources: &Sources, span: Span) -> Vec<Span> {
    let Some(file) = sources.get(span.source) else { return Vec::new() };
    let text = file.text();
    let (start, end) = ((span.start as usize).min(text.len()), (span.end as usize).min(text.len()));
    let (before, after) = (text.get(..start).unwrap_or(""), text.get(end..).unwrap_or(""));
    let from = before.rmatch_indices('\n').nth(NEAR).map_or(0, |(at, _)| at + 1);
    let to = end + after.match_indices('\n').nth(NEAR).map_or(after.len(), |(at, _)| at);
    let mut lines = Vec::new();
    let mut at = from;
    for line in text.get(from..to.max(from)).unwrap_or("").split_inclusive('\n') {
        if line.len() <= LONGEST {
            lines.push(Span::new(span.source, at, at + line.len()));
        }
        at += line.len();
    }
    lines
}
