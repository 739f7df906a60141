//! Whole lines of a file, for a report that shows nothing else of it.

use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// Labels at most so many lines apart are shown in one piece.
const JOINED: usize = 3;

/// The longest line that is shown whole; of a longer one, half as much before and after the span.
const MAX_LINE: usize = 400;

/// A file to take lines from.
#[derive(Debug)]
pub(super) struct Excerpt {
    path: Arc<str>,
    text: Arc<str>,
}

impl Excerpt {
    /// The start of the character that holds this byte.
    fn boundary(&self, mut at: usize) -> usize {
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    pub(super) fn new(path: Arc<str>, text: Arc<str>) -> Self {
        Self { path, text }
    }
}

#[expect(clippy::naive_bytecount, reason = "a report is short; a crate for it is not worth its place")]
fn breaks(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

impl SourceCode for Excerpt {
    /// The lines that the span touches. miette's own sources begin at the span, not at its line, and join snippets
    /// that are far apart.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let bytes = self.text.as_bytes();
        let from = span.offset().min(bytes.len());
        let to = (span.offset() + span.len()).clamp(from, bytes.len());
        let (head, tail) = (bytes.get(..from).unwrap_or_default(), bytes.get(to..).unwrap_or_default());
        let start = head.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let end = to + tail.iter().position(|byte| *byte == b'\n').map_or(tail.len(), |newline| newline + 1);
        // Of a line that goes on and on, what stands around the span is enough.
        let (start, end) = if end - start <= MAX_LINE {
            (start, end)
        } else {
            let (near, far) = (from.saturating_sub(MAX_LINE / 2), to.saturating_add(MAX_LINE / 2));
            (self.boundary(start.max(near)), self.boundary(end.min(far)))
        };
        let line = breaks(head);
        let lines = breaks(bytes.get(from..to).unwrap_or_default());
        let column = self.text.get(start..from).map_or(0, |text| text.chars().count());
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.to_string(),
            bytes.get(start..end).unwrap_or_default(),
            (start, end - start).into(),
            line,
            column,
            lines + JOINED,
        )))
    }
}
