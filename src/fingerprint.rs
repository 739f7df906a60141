//! What makes a finding the same finding after the lines around it moved.

use std::collections::HashMap;

use crate::finding::Finding;
use crate::source::{Sources, Span};

/// Spans of one kind, by place, to ask whether another one touches them.
struct Places {
    /// By place, each with the furthest end so far in its file.
    sorted: Vec<(Span, u32)>,
}

impl Places {
    fn new(spans: &[Span]) -> Self {
        let mut spans = spans.to_vec();
        spans.sort_unstable();
        let mut furthest: Option<Span> = None;
        let sorted = spans.into_iter().map(|span| {
            let before = furthest.filter(|before| before.source == span.source).map_or(0, |before| before.end);
            let end = span.end.max(before);
            furthest = Some(Span { end, ..span });
            (span, end)
        });
        Self { sorted: sorted.collect() }
    }

    fn touch(&self, span: Span) -> bool {
        let before = self.sorted.partition_point(|(place, _)| (place.source, place.start) < (span.source, span.end));
        let last = before.checked_sub(1).and_then(|last| self.sorted.get(last));
        last.is_some_and(|(place, end)| place.source == span.source && *end > span.start)
    }
}

/// Gives findings their fingerprints, in their order: from the rule, the file's path in its repository, the subject and the text at the span, never
/// from a line number. Text that holds one of the secrets is left out, as it could be guessed from the fingerprint; the
/// message takes its place. Of findings that agree in all of these, the first is 1, the next is 2, and so on.
pub fn fingerprint(findings: &mut [Finding], secrets: &[Span], sources: &Sources) {
    let secrets = Places::new(secrets);
    let mut seen: HashMap<u64, u32> = HashMap::new();
    for finding in findings {
        let span = finding.primary.span;
        let path = sources.below_root(span.source);
        let path = path.or_else(|| Some(sources.get(span.source)?.display().to_string())).unwrap_or_default();
        let snippet = if secrets.touch(span) { &finding.message } else { sources.slice(span) };
        let snippet = snippet.split_whitespace().collect::<Vec<_>>().join(" ");
        let hash = [finding.rule, &path, &finding.subject, &snippet].iter().fold(OFFSET, |hash, part| {
            // A byte that no part holds keeps the parts apart.
            part.bytes().chain([0xff]).fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
        });
        let count = seen.entry(hash).or_insert(0);
        *count += 1;
        finding.fingerprint = format!("{hash:016x}:{count}");
    }
}

/// FNV-1a: short, and the same on every machine and in every version.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

#[cfg(test)]
mod tests {
    use super::Places;
    use crate::source::{SourceId, Span};

    #[test]
    fn spans_touch_if_they_share_a_byte() {
        let span = |start, end| Span::new(SourceId(1), start, end);
        let places = Places::new(&[span(30, 40), span(0, 20), span(2, 4), Span::new(SourceId(2), 0, 90)]);
        for (start, end, expected) in
            [(0, 1, true), (10, 12, true), (19, 25, true), (20, 30, false), (25, 31, true), (40, 50, false)]
        {
            assert_eq!(places.touch(span(start, end)), expected, "{start}..{end}");
        }
        assert!(!places.touch(Span::new(SourceId(0), 0, 90)));
        assert!(!places.touch(Span::new(SourceId(3), 0, 90)));
    }
}
