//! JSON as people write it in templates: comments, multi-line strings and trailing commas are fine, and a mistake costs
//! an error, not the document. Every node knows its bytes.

mod scalars;
mod scan;
mod text;
mod tree;

#[cfg(test)]
mod tests;

use std::fmt::Arguments;

use crate::source::{SourceId, Span};
use crate::syntax::SyntaxError;
use scan::is_word;
pub use text::Text;
pub use tree::{Json, Kind, Member, Node};

/// Containers nested deeper than this are skipped: no template needs them, and the stack is finite.
const MAX_DEPTH: usize = 128;
/// A file with this many errors is not JSON; more of them would help nobody.
const MAX_ERRORS: usize = 100;

/// How often the text behind a forgotten quote may be read again: enough for slips, too few to make a file slow.
const MAX_REREADS: usize = 20;

/// Reads a document. Never fails: what cannot be read is an error beside everything that can.
///
/// Accepted without an error: a byte order mark, comments, line breaks and control characters in strings, a comma after
/// the last element. The time is linear in the length of the text, whatever it holds.
#[must_use]
pub fn parse(source: SourceId, text: &str) -> Json {
    let mut parser = Parser {
        source,
        text,
        pos: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
        open_objects: 0,
        open_arrays: 0,
        errors: Vec::new(),
        strings_end_at_line: false,
        rereads: 0,
        saw_end: false,
        saw_too_deep: false,
    };
    let root = parser.document();
    // Some errors are found at the end of what they blame.
    parser.errors.sort_by_key(|error| (error.span.start, error.span.end));
    Json { root, errors: parser.errors }
}

struct Parser<'a> {
    source: SourceId,
    text: &'a str,
    pos: usize,
    /// Containers being read, by kind: a stray bracket ends them only if it closes one of them.
    open_objects: usize,
    open_arrays: usize,
    errors: Vec<SyntaxError>,
    /// Set by the first string that runs to the end of the file. To look that far again for each later one would take
    /// quadratic time.
    strings_end_at_line: bool,
    /// How many strings were cut at their first line after their end had been found further down.
    rereads: usize,
    /// The end of the file was reported for the innermost open container; the outer ones would only repeat it.
    saw_end: bool,
    saw_too_deep: bool,
}

impl<'a> Parser<'a> {
    fn document(&mut self) -> Option<Node> {
        self.skip_trivia();
        let Some(byte) = self.peek() else {
            self.error(0, self.text.len(), format_args!("expected a JSON value, the file holds none"));
            return None;
        };
        let literal = ["true", "false", "null"].contains(&self.word());
        let root = if literal || !self.at_word() { self.value(byte) } else { None };
        let root = root.or_else(|| {
            // Not JSON so far: a document may still follow a stray line, such as the output of a tool.
            let start = self.pos;
            self.error(start, self.line_end(start), format_args!("expected a JSON value"));
            let (at, bracket) = self.rest().bytes().enumerate().find(|(_, byte)| matches!(byte, b'{' | b'['))?;
            self.pos += at;
            self.value(bracket)
        })?;
        self.skip_trivia();
        if self.peek().is_some() {
            let message = format_args!("unexpected text after the end of the document");
            self.error(self.pos, self.line_end(self.pos), message);
        }
        Some(root)
    }

    /// The value at the cursor; `None`, and the cursor unmoved, if none starts there.
    fn value(&mut self, first: u8) -> Option<Node> {
        match first {
            b'"' | b'\'' => {
                let (text, span) = self.string(first);
                Some(Node { span, kind: Kind::String(text) })
            }
            b'{' | b'[' if self.open_objects + self.open_arrays >= MAX_DEPTH => Some(self.skip_container(first)),
            b'{' => Some(self.object()),
            b'[' => Some(self.array()),
            b'-' | b'+' | b'.' | b'0'..=b'9' => Some(self.number()),
            _ if self.at_word() => Some(self.literal()),
            _ => None,
        }
    }

    fn object(&mut self) -> Node {
        let open = self.pos;
        self.pos += 1;
        self.open_objects += 1;
        let mut members: Vec<Member> = Vec::new();
        let mut next_key = None;
        while let Some((key, key_span)) = next_key.take().or_else(|| self.key(open)) {
            let after_key = self.pos;
            let mut blamed = !self.colon(key_span);
            let value_start = if blamed { after_key } else { self.pos };
            let mut value = self.member_value(&mut blamed);
            if let Some(Node { kind: Kind::String(_), .. }) = value {
                self.skip_trivia();
                if self.peek() == Some(b':')
                    && let Some(Node { span, kind: Kind::String(text) }) = value.take()
                {
                    // The value was forgotten, and this string is the key of the next member.
                    next_key = Some((text, span));
                }
            }
            if value.is_none() && !blamed {
                self.error_at(key_span, format_args!("expected a value after this key"));
            }
            let value = value.unwrap_or_else(|| Node { span: self.span(value_start, value_start), kind: Kind::Null });
            if next_key.is_none() {
                self.separator(b'}', Some(&value));
            }
            members.push(Member { key, key_span, value });
        }
        self.open_objects -= 1;
        Node { span: self.span(open, self.pos), kind: Kind::Object(members) }
    }

    /// The next key of the object that was opened at `open`; `None` at the object's end.
    fn key(&mut self, open: usize) -> Option<(Text, Span)> {
        loop {
            let first = self.next_item(open, b'}')?;
            let start = self.pos;
            if matches!(first, b'"' | b'\'') {
                return Some(self.string(first));
            }
            if self.at_word() {
                let word = self.word();
                self.pos += word.len();
                let span = self.span(start, self.pos);
                self.error_at(span, format_args!("expected a key in double quotes"));
                self.skip_trivia();
                if self.peek() == Some(b':') {
                    return Some((Text::bare(word), span));
                }
                self.separator(b'}', None);
            } else if let Some(node) = self.value(first) {
                let end = if matches!(first, b'{' | b'[') { start + 1 } else { node.span.end as usize };
                self.error(start, end, format_args!("expected a key in double quotes"));
                self.separator(b'}', None);
            } else {
                self.junk(true);
            }
        }
    }

    fn colon(&mut self, key_span: Span) -> bool {
        self.skip_trivia();
        let found = self.peek() == Some(b':');
        if found {
            self.pos += 1;
        } else {
            self.error_at(key_span, format_args!("expected `:` after this key"));
        }
        found
    }

    /// The value of a member, found behind whatever is in its way; `blamed` says that an error covers that already.
    fn member_value(&mut self, blamed: &mut bool) -> Option<Node> {
        loop {
            self.skip_trivia();
            let first = self.peek().filter(|byte| !matches!(byte, b',' | b'}' | b']'))?;
            if let Some(node) = self.value(first) {
                return Some(node);
            }
            self.junk(!*blamed);
            *blamed = true;
        }
    }

    fn array(&mut self) -> Node {
        let open = self.pos;
        self.pos += 1;
        self.open_arrays += 1;
        let mut elements = Vec::new();
        while let Some(first) = self.next_item(open, b']') {
            match self.value(first) {
                Some(node) => {
                    self.separator(b']', Some(&node));
                    elements.push(node);
                }
                None => self.junk(true),
            }
        }
        self.open_arrays -= 1;
        Node { span: self.span(open, self.pos), kind: Kind::Array(elements) }
    }

    /// The first byte of the next item of a container; `None` once the container has ended, for good or bad.
    fn next_item(&mut self, open: usize, close: u8) -> Option<u8> {
        let name = if close == b'}' { "object" } else { "array" };
        loop {
            self.skip_trivia();
            match self.peek() {
                None => {
                    if !self.saw_end {
                        self.error(open, open + 1, format_args!("this {name} is never closed"));
                    }
                    self.saw_end = true;
                    return None;
                }
                Some(byte) if byte == close => {
                    self.pos += 1;
                    return None;
                }
                Some(byte @ (b'}' | b']')) => {
                    if self.closes_one(byte) {
                        let (close, byte) = (char::from(close), char::from(byte));
                        let message = format_args!("expected `{close}` before this `{byte}` to end the {name}");
                        self.error(self.pos, self.pos + 1, message);
                        return None;
                    }
                    self.junk(true);
                }
                Some(b',') => self.junk(true),
                Some(byte) => return Some(byte),
            }
        }
    }

    /// Whether a closing bracket ends any of the open containers.
    fn closes_one(&self, bracket: u8) -> bool {
        if bracket == b'}' { self.open_objects > 0 } else { self.open_arrays > 0 }
    }

    /// Reads the comma after an item, and what is in its way. The end of the container is left to [`Self::next_item`].
    /// `item` is what the comma should follow, unless an error covers it already.
    fn separator(&mut self, close: u8, item: Option<&Node>) {
        let mut blamed = item.is_none();
        loop {
            self.skip_trivia();
            match self.peek() {
                None => return,
                Some(b',') => {
                    self.pos += 1;
                    return;
                }
                Some(byte @ (b'}' | b']')) if self.closes_one(byte) => return,
                Some(byte) if self.starts_value(byte) => break,
                Some(_) => {
                    self.junk(!blamed);
                    blamed = true;
                }
            }
        }
        if let Some(item) = item.filter(|_| !blamed) {
            let end = item.span.end as usize;
            let start = match item.kind {
                // The whole of it may be many lines; its bracket is enough.
                Kind::Array(_) | Kind::Object(_) => end.saturating_sub(1),
                _ => item.span.start as usize,
            };
            let close = char::from(close);
            self.error(start, end, format_args!("expected `,` or `{close}` after this value"));
        }
    }

    /// Passes over characters that mean nothing here: at least one, and the like that follow.
    fn junk(&mut self, report: bool) {
        let start = self.pos;
        let mut chars = self.rest().char_indices();
        let Some((_, first)) = chars.next() else { return };
        let stop = chars.find(|(_, char)| {
            char.is_ascii_whitespace()
                || matches!(char, '"' | '\'' | '{' | '}' | '[' | ']' | ',' | ':' | '/' | '-' | '+' | '.' | '0'..='9')
                || is_word(*char)
        });
        let structural = matches!(first, '}' | ']' | ',' | ':');
        let run = if structural { 1 } else { stop.map_or(self.rest().len(), |(at, _)| at) };
        self.pos += run;
        if !report {
            return;
        }
        if first.is_control() || first.is_whitespace() || first == '\u{feff}' {
            self.error(start, self.pos, format_args!("unexpected invisible character U+{:04X}", u32::from(first)));
        } else {
            self.error(start, self.pos, format_args!("unexpected `{first}`"));
        }
    }

    /// Passes over a container that is nested too deep, without a stack.
    fn skip_container(&mut self, first: u8) -> Node {
        let start = self.pos;
        if !self.saw_too_deep {
            self.saw_too_deep = true;
            let message = format_args!("nested more than {MAX_DEPTH} levels deep, the content is ignored");
            self.error(start, start + 1, message);
        }
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\'' => _ = self.string_end(byte),
                b'/' if self.skip_comment() => {}
                _ => self.pos += 1,
            }
            match byte {
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
        }
        let kind = if first == b'{' { Kind::Object(Vec::new()) } else { Kind::Array(Vec::new()) };
        Node { span: self.span(start, self.pos), kind }
    }

    /// The bare word at the cursor; empty if there is none.
    fn word(&self) -> &'a str {
        let rest = self.rest();
        let inside = |char: char| is_word(char) || char.is_numeric() || matches!(char, '-' | '.');
        let end = if self.at_word() { rest.find(|char| !inside(char)).unwrap_or(rest.len()) } else { 0 };
        rest.get(..end).unwrap_or_default()
    }

    fn at_word(&self) -> bool {
        self.rest().chars().next().is_some_and(is_word)
    }

    fn starts_value(&self, byte: u8) -> bool {
        matches!(byte, b'"' | b'\'' | b'{' | b'[' | b'-' | b'+' | b'.' | b'0'..=b'9') || self.at_word()
    }

    fn skip_trivia(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.pos) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.pos += 1,
                Some(b'/') if self.skip_comment() => {}
                _ => return,
            }
        }
    }

    /// Moves past the comment at the cursor, if there is one.
    fn skip_comment(&mut self) -> bool {
        let start = self.pos;
        let rest = self.rest();
        if rest.starts_with("//") {
            self.pos += rest.find('\n').unwrap_or(rest.len());
        } else if let Some(body) = rest.strip_prefix("/*") {
            if let Some(len) = body.find("*/") {
                self.pos += len + 4;
            } else {
                self.error(start, start + 2, format_args!("this comment is never closed"));
                self.pos = self.text.len();
            }
        }
        self.pos > start
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.pos).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    /// The end of the line that `start` lies on, without trailing blanks.
    fn line_end(&self, start: usize) -> usize {
        let line = self.text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        start + line.trim_end().len()
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    fn error(&mut self, start: usize, end: usize, message: Arguments<'_>) {
        self.error_at(self.span(start, end), message);
    }

    /// Takes unformatted arguments, so that an error too many costs nothing.
    fn error_at(&mut self, span: Span, message: Arguments<'_>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError { span, message: message.to_string() });
        }
    }
}
