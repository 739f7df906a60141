//! Positions of the protocol: a line from 0, and a column in the unit that was agreed.

use super::protocol::{Position, Range};

/// In what a column is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    /// In bytes.
    Utf8,
    /// In units of UTF-16: what holds if nothing was agreed.
    #[default]
    Utf16,
    /// In characters.
    Utf32,
}

impl Encoding {
    /// The name that the protocol has for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    fn width(self, char: char) -> usize {
        match self {
            Self::Utf8 => char.len_utf8(),
            Self::Utf16 => char.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// A text and where its lines begin. A line ends as the protocol says: with `\n`, `\r\n` or `\r`.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl<'t> Lines<'t> {
    /// Of a text that is counted in this way.
    pub(super) fn new(text: &'t str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { text, starts, encoding }
    }

    /// The line, without what ends it, and the byte at which it begins.
    fn line(&self, line: usize) -> Option<(usize, &'t str)> {
        let start = *self.starts.get(line)?;
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let text = self.text.get(start..end)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        Some((start, text.strip_suffix('\r').unwrap_or(text)))
    }

    /// The byte at a position. Beyond the end of a line is its end, beyond the last line is the end of the text, and within a
    /// character is its start.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some((start, text)) = self.line(line) else { return self.text.len() };
        let wanted = usize::try_from(position.character).unwrap_or(usize::MAX);
        let mut column = 0;
        for (at, char) in text.char_indices() {
            column += self.encoding.width(char);
            if column > wanted {
                return start + at;
            }
        }
        start + text.len()
    }

    /// The bytes of a range; one whose end comes first is empty.
    pub(super) fn bytes(&self, range: Range) -> std::ops::Range<usize> {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        start..end.max(start)
    }

    /// The position of a byte. Within a character is its start, within the end of a line is the end of that line, and beyond
    /// the text is its end.
    pub(super) fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let Some((start, text)) = self.line(line) else { return Position::default() };
        let before = text.char_indices().take_while(|(at, char)| start + at + char.len_utf8() <= offset);
        let column = before.map(|(_, char)| self.encoding.width(char)).sum();
        Position { line: small(line), character: small(column) }
    }

    /// The range of these bytes.
    pub(super) fn range(&self, start: usize, end: usize) -> Range {
        Range { start: self.position(start), end: self.position(end.max(start)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a\r\né🦀b\rc\n";

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_what_was_agreed() {
        let b = TEXT.find('b').unwrap_or_default();
        for (encoding, column) in [(Encoding::Utf8, 6), (Encoding::Utf16, 3), (Encoding::Utf32, 2)] {
            let lines = Lines::new(TEXT, encoding);
            assert_eq!(lines.position(b), at(1, column), "{encoding:?}");
            assert_eq!(lines.offset(at(1, column)), b, "{encoding:?}");
        }
    }

    #[test]
    fn every_place_comes_back() {
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let lines = Lines::new(TEXT, encoding);
            for (byte, _) in TEXT.char_indices().filter(|(byte, _)| TEXT.get(*byte..*byte + 1) != Some("\n")) {
                assert_eq!(lines.offset(lines.position(byte)), byte, "{encoding:?} {byte}");
            }
        }
    }

    #[test]
    fn what_lies_beyond_is_clamped() {
        let lines = Lines::new(TEXT, Encoding::Utf16);
        assert_eq!(lines.offset(at(0, 99)), 1);
        assert_eq!(lines.offset(at(2, u32::MAX)), TEXT.len() - 1);
        assert_eq!(lines.offset(at(u32::MAX, 0)), TEXT.len());
        // Within the crab, and within the end of a line.
        assert_eq!(lines.offset(at(1, 2)), lines.offset(at(1, 1)));
        assert_eq!(lines.position(2), at(0, 1));
        assert_eq!(lines.position(TEXT.len() + 9), at(3, 0));
        assert_eq!(lines.bytes(Range { start: at(1, 1), end: at(0, 0) }), 5..5);
    }
}
