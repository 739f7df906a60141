//! Strings, in one piece or around their holes.

use super::{Lexer, Open};
use crate::syntax::bicep::strings::escape;
use crate::syntax::bicep::token::Kind;

impl Lexer<'_> {
    /// A string whose first quote was read, behind so many `$`.
    pub(super) fn string(&mut self, dollars: usize) -> Kind {
        if self.rest().starts_with(b"''") {
            self.pos += 2;
            return self.rest_of_triple(dollars, true);
        }
        self.rest_of_single(true)
    }

    /// `$` was read: more of them and three quotes may follow.
    pub(super) fn dollar(&mut self) -> Kind {
        self.pos += self.run(|byte| *byte == b'$');
        if !self.rest().starts_with(b"'''") {
            return Kind::Unknown;
        }
        let dollars = self.bytes.get(..self.pos).unwrap_or(&[]).iter().rev().take_while(|byte| **byte == b'$').count();
        self.pos += 1;
        self.string(dollars)
    }

    /// The text of a `'…'` from its start or from the end of a hole on.
    pub(super) fn rest_of_single(&mut self, first: bool) -> Kind {
        let start = self.pos - 1;
        loop {
            self.pos += self.run(|byte| !matches!(byte, b'\'' | b'$' | b'\\' | b'\n' | b'\r'));
            match self.peek() {
                Some(b'\'') => {
                    self.pos += 1;
                    return self.last_piece(first);
                }
                Some(b'$') => {
                    self.pos += 1;
                    if self.peek() == Some(b'{') {
                        self.pos += 1;
                        return self.piece_before_hole(first, Open::Single);
                    }
                }
                Some(b'\\') => self.escape(),
                _ => {
                    self.error(start, self.pos, "expected `'` to end this string before the end of the line");
                    return self.last_piece(first);
                }
            }
        }
    }

    /// The text of a `'''…'''` from its start or from the end of a hole on.
    pub(super) fn rest_of_triple(&mut self, dollars: usize, first: bool) -> Kind {
        let start = self.pos - 1;
        loop {
            self.pos += self.run(|byte| !matches!(byte, b'\'' | b'$'));
            match self.peek() {
                Some(b'\'') => {
                    let quotes = self.run(|byte| *byte == b'\'');
                    self.pos += quotes;
                    if quotes >= 3 {
                        return self.last_piece(first);
                    }
                }
                Some(_) => {
                    let signs = self.run(|byte| *byte == b'$');
                    self.pos += signs;
                    if dollars > 0 && signs >= dollars && self.peek() == Some(b'{') {
                        self.pos += 1;
                        return self.piece_before_hole(first, Open::Triple(dollars));
                    }
                }
                None => {
                    // No quotes of this kind follow in the whole file, so this is not looked for again.
                    self.pos = start;
                    self.pos += self.run(|byte| !matches!(byte, b'\n' | b'\r'));
                    self.error(start, self.pos, "expected `'''` to end this string");
                    return self.last_piece(first);
                }
            }
        }
    }

    fn piece_before_hole(&mut self, first: bool, open: Open) -> Kind {
        if !first {
            return Kind::StringMiddle;
        }
        self.open.push(open);
        Kind::StringLeft
    }

    fn last_piece(&mut self, first: bool) -> Kind {
        if first {
            return Kind::StringComplete;
        }
        self.open.pop();
        Kind::StringRight
    }

    fn escape(&mut self) {
        let start = self.pos;
        self.pos += 1;
        let after = self.text.get(self.pos..).unwrap_or("");
        if let Some((_, length)) = escape(after) {
            self.pos += length;
        } else if let Some(char) = after.chars().next().filter(|char| !matches!(char, '\n' | '\r')) {
            self.error(start, self.pos + char.len_utf8(), "this is no escape sequence; a backslash is written `\\\\`");
        }
    }

    /// Ends the strings whose holes the end of the file cuts off.
    pub(super) fn end_strings(&mut self) {
        if !self.open.is_empty() {
            self.end_strings_at(self.pos);
        }
    }

    /// Ends the strings whose holes are cut off here, with an empty last piece for each.
    pub(super) fn end_strings_at(&mut self, at: usize) {
        self.error(at, at, "expected `}` to end this hole and `'` to end the string around it");
        let end = std::mem::replace(&mut self.pos, at);
        while let Some(open) = self.open.pop() {
            if open == Open::Brace {
                self.braces -= 1;
            } else {
                self.push(Kind::StringRight, at);
            }
        }
        self.pos = end;
    }
}
