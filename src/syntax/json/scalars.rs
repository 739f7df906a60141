//! Strings, numbers and words.

use super::scan::{float, is_number, line_string_stop, small_integer, string_stop};
use super::{Kind, MAX_REREADS, Node, Parser, Span, Text};

impl<'a> Parser<'a> {
    pub(super) fn string(&mut self, quote: u8) -> (Text, Span) {
        let start = self.pos;
        let (content, escaped) = self.string_end(quote);
        let span = self.span(start, self.pos);
        if quote == b'\'' {
            self.error_at(span, format_args!("expected double quotes around this string"));
        }
        if !escaped {
            return (Text::plain(content), span);
        }
        let text = Text::decode(content, quote, |from, to, message| {
            self.error(start + 1 + from, start + 1 + to, format_args!("{message}"));
        });
        (text, span)
    }

    /// Moves past the string at the cursor; gives its content and whether that holds a backslash.
    pub(super) fn string_end(&mut self, quote: u8) -> (&'a str, bool) {
        let start = self.pos;
        // An apostrophe is more often a slip than a quote, so it reaches no further than its line.
        let one_line = self.strings_end_at_line || quote == b'\'';
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        let mut escaped = false;
        let closed = loop {
            let rest = bytes.get(at..).unwrap_or_default();
            at += if one_line { line_string_stop(rest, quote) } else { string_stop(rest) };
            match bytes.get(at) {
                Some(b'\\') => {
                    escaped = true;
                    // Past an escaped quote, but not past a line break where that ends the string.
                    at += if one_line && bytes.get(at + 1) == Some(&b'\n') { 1 } else { 2 };
                }
                Some(byte) if *byte == quote => break true,
                _ => break false,
            }
        };
        if closed {
            let content = self.text.get(start + 1..at).unwrap_or_default();
            if !self.ran_into_next_string(content, at + 1) {
                self.pos = at + 1;
                return (content, escaped);
            }
            self.rereads += 1;
        } else {
            self.strings_end_at_line |= !one_line;
        }
        self.error(start, start + 1, format_args!("this string is never closed"));
        let rest = self.text.get(start + 1..).unwrap_or_default();
        let line = rest.split_once('\n').map_or(rest, |(line, _)| line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        // The comma at the end of the line was hardly meant to be in the string.
        let content = line.trim_end().strip_suffix(',').unwrap_or(line);
        self.pos = start + 1 + content.len();
        (content, content.contains('\\'))
    }

    /// Whether a string of several lines took the opening quote of the next string for its own closing quote: then
    /// what follows, at `end`, cannot follow a string.
    fn ran_into_next_string(&self, content: &str, end: usize) -> bool {
        let after = self.text.as_bytes().get(end..).unwrap_or_default();
        let follower = after.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
        let plausible = matches!(follower, None | Some(b',' | b':' | b'}' | b']' | b'"' | b'\n' | b'\r' | b'/'));
        !plausible && self.rereads < MAX_REREADS && content.contains('\n')
    }

    pub(super) fn number(&mut self) -> Node {
        let start = self.pos;
        let rest = self.rest();
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_');
        let len = rest.bytes().take_while(word).count();
        let written = rest.get(..len).unwrap_or_default();
        self.pos += len;
        let span = self.span(start, self.pos);
        if is_number(written.as_bytes()) {
            return Node { span, kind: Kind::Number(small_integer(written).unwrap_or_else(|| float(written))) };
        }
        self.error_at(span, format_args!("not a valid JSON number"));
        // `01`, `+1`, `1.` and `.5` have an obvious meaning; `1.2.3` and `-inf` have none.
        let digits =
            written.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E'));
        let value = written.parse().ok().filter(|_| digits);
        Node { span, kind: value.map_or(Kind::Null, Kind::Number) }
    }

    pub(super) fn literal(&mut self) -> Node {
        let start = self.pos;
        let word = self.word();
        self.pos += word.len();
        let span = self.span(start, self.pos);
        let kind = match word {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null" => Kind::Null,
            _ => {
                self.error_at(span, format_args!("expected a value, strings need double quotes"));
                Kind::Null
            }
        };
        Node { span, kind }
    }
}
