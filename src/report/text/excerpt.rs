//! Whole lines of a file, for a report that shows nothing else of it.

use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::source::{ColumnUnit, SourceFile};

/// Labels at most so many lines apart are shown in one piece.
const JOINED: usize = 3;

/// The longest line that is shown whole; of a longer one, half as much before and after the span.
const MAX_LINE: usize = 400;

/// A file to take lines from.
#[derive(Debug)]
pub(super) struct Excerpt<'a> {
    file: &'a SourceFile,
    /// What of it may be shown: as long as it is, with the same lines.
    text: Arc<str>,
}

impl<'a> Excerpt<'a> {
    /// The start of the character that holds this byte.
    fn boundary(&self, mut at: usize) -> usize {
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }

    pub(super) fn new(file: &'a SourceFile, text: Arc<str>) -> Self {
        Self { file, text }
    }

    /// The number of line breaks before a byte.
    fn line(&self, at: usize) -> usize {
        let position = self.file.position(u32::try_from(at).unwrap_or(u32::MAX), ColumnUnit::Bytes);
        (position.line as usize).saturating_sub(1)
    }
}

impl SourceCode for Excerpt<'_> {
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
        let line = self.line(from);
        let lines = self.line(to) - line;
        let column = self.text.get(start..from).map_or(0, |text| text.chars().count());
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.display().to_string(),
            bytes.get(start..end).unwrap_or_default(),
            (start, end - start).into(),
            line,
            column,
            lines + JOINED,
        )))
    }
}
