//! HCL: strings and heredocs with holes, in which strings may stand again.

use super::{Piece, PieceKind, small};

/// The pieces of a text in HCL. Linear in its length, whatever it holds.
#[must_use]
pub fn hcl(text: &str) -> Vec<Piece> {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lexer = Lexer { text, bytes: text.as_bytes(), pos: start, open: Vec::new(), pieces: Vec::new() };
    while lexer.piece() {}
    lexer.pieces
}

/// Something that a `}` may end.
#[derive(Clone, Copy)]
enum Open<'t> {
    /// A hole of a `"…"`.
    Quoted,
    /// A hole of a heredoc with this word at its end.
    Heredoc(&'t str),
    /// A brace inside a hole.
    Brace,
}

struct Lexer<'t> {
    text: &'t str,
    bytes: &'t [u8],
    pos: usize,
    open: Vec<Open<'t>>,
    pieces: Vec<Piece>,
}

impl<'t> Lexer<'t> {
    fn piece(&mut self) -> bool {
        let start = self.pos;
        let Some(byte) = self.bytes.get(start).copied() else { return false };
        self.pos += 1;
        let kind = match byte {
            b' ' | b'\t' | b'\r' => return true,
            b'\n' => PieceKind::NewLine,
            b'#' => self.line_comment(start),
            b'/' if self.rest().starts_with('/') => self.line_comment(start),
            b'/' if self.rest().starts_with('*') => {
                let length = self.rest().get(1..).and_then(|rest| rest.find("*/")).map(|length| length + 3);
                self.pos += length.unwrap_or(self.rest().len());
                PieceKind::Comment
            }
            b'"' => self.quoted(true),
            b'<' => self.heredoc(),
            b'{' => {
                if !self.open.is_empty() {
                    self.open.push(Open::Brace);
                }
                PieceKind::Open
            }
            b'[' | b'(' => PieceKind::Open,
            b']' | b')' => PieceKind::Close,
            b'}' => match self.open.last() {
                Some(Open::Quoted) => self.quoted(false),
                Some(Open::Heredoc(word)) => self.heredoc_text(word, false),
                Some(Open::Brace) => {
                    self.open.pop();
                    PieceKind::Close
                }
                None => PieceKind::Close,
            },
            b',' => PieceKind::Comma,
            _ => {
                self.pos += self.run(|byte| !b" \t\r\n#/\"<{}[](),".contains(&byte));
                PieceKind::Code
            }
        };
        self.pieces.push(Piece { kind, start: small(start), end: small(self.pos) });
        true
    }

    fn line_comment(&mut self, start: usize) -> PieceKind {
        let line = self.run(|byte| byte != b'\n');
        self.pos += line;
        if line > 0 && self.bytes.get(self.pos - 1) == Some(&b'\r') && self.pos - 1 > start {
            self.pos -= 1;
        }
        PieceKind::Comment
    }

    /// A `"…"` behind its first quote, or behind the end of a hole.
    fn quoted(&mut self, first: bool) -> PieceKind {
        loop {
            self.pos += self.run(|byte| !matches!(byte, b'"' | b'\\' | b'$' | b'%' | b'\n'));
            match self.bytes.get(self.pos) {
                Some(b'"') => {
                    self.pos += 1;
                    return self.last(first);
                }
                Some(b'\\') if self.bytes.get(self.pos + 1) != Some(&b'\n') => self.pos += 2,
                Some(b'\\') => self.pos += 1,
                Some(b'$' | b'%') => {
                    if self.hole() {
                        return self.before_hole(first, Open::Quoted);
                    }
                }
                // It should have ended on its line.
                Some(_) => return self.last(first),
                None => {
                    self.pos = self.bytes.len();
                    return self.last(first);
                }
            }
        }
    }

    /// `<` was read: a heredoc begins with another one, and a word that ends the line.
    fn heredoc(&mut self) -> PieceKind {
        let rest = self.rest();
        let Some(head) = rest.strip_prefix('<') else { return PieceKind::Code };
        let line = head.split_once('\n').map(|(line, _)| line);
        let word = line.map(|line| line.strip_prefix('-').unwrap_or(line).trim_end());
        let is_word = |word: &&str| {
            !word.is_empty() && word.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '-'))
        };
        let (Some(line), Some(word)) = (line, word.filter(is_word)) else {
            self.pos += 1;
            return PieceKind::Code;
        };
        self.pos += 1 + line.len() + 1;
        self.heredoc_lines(word, true)
    }

    /// The text of a heredoc behind a hole.
    fn heredoc_text(&mut self, word: &'t str, first: bool) -> PieceKind {
        if self.line_of_heredoc() {
            return self.before_hole(first, Open::Heredoc(word));
        }
        self.heredoc_lines(word, first)
    }

    /// Whole lines of a heredoc.
    fn heredoc_lines(&mut self, word: &'t str, first: bool) -> PieceKind {
        while self.pos < self.bytes.len() {
            let rest = self.rest();
            let line = rest.split_once('\n').map_or(rest, |(line, _)| line);
            if line.trim() == word {
                self.pos += line.trim_end().len();
                return self.last(first);
            }
            if self.line_of_heredoc() {
                return self.before_hole(first, Open::Heredoc(word));
            }
        }
        self.last(first)
    }

    /// Moves behind the end of the line, or behind the `${` of a hole: then true.
    fn line_of_heredoc(&mut self) -> bool {
        loop {
            self.pos += self.run(|byte| !matches!(byte, b'$' | b'%' | b'\n'));
            match self.bytes.get(self.pos) {
                Some(b'\n') => {
                    self.pos += 1;
                    return false;
                }
                Some(_) => {
                    if self.hole() {
                        return true;
                    }
                }
                None => return false,
            }
        }
    }

    /// At a `$` or `%`: moves past it, and past the bracket of a hole; whether there is one. A doubled sign escapes it.
    fn hole(&mut self) -> bool {
        let sign = self.bytes.get(self.pos).copied();
        let at = |lexer: &Self, distance: usize| lexer.bytes.get(lexer.pos + distance).copied();
        if at(self, 1) == sign && at(self, 2) == Some(b'{') {
            self.pos += 3;
            return false;
        }
        let hole = at(self, 1) == Some(b'{');
        self.pos += if hole { 2 } else { 1 };
        hole
    }

    fn before_hole(&mut self, first: bool, open: Open<'t>) -> PieceKind {
        if first {
            self.open.push(open);
            return PieceKind::HoleStart;
        }
        PieceKind::HoleMiddle
    }

    fn last(&mut self, first: bool) -> PieceKind {
        if first {
            return PieceKind::Code;
        }
        self.open.pop();
        PieceKind::HoleEnd
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    /// How many bytes from the cursor on are such bytes.
    fn run(&self, such: impl Fn(u8) -> bool) -> usize {
        let rest = self.bytes.get(self.pos..).unwrap_or_default();
        rest.iter().position(|byte| !such(*byte)).unwrap_or(rest.len())
    }
}
