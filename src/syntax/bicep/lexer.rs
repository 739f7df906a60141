//! Text to tokens. A stack of open strings tells the `}` that ends a hole from the one that ends an object.

mod literals;
mod trivia;

use super::token::{Kind, Token};
use super::{Directive, MAX_ERRORS};
use crate::source::{SourceId, Span};
use crate::syntax::SyntaxError;

/// What a text consists of.
pub(super) struct Lexed {
    /// The tokens; the last one is [`Kind::End`].
    pub(super) tokens: Vec<Token>,
    pub(super) directives: Vec<Directive>,
    pub(super) comments: Vec<Span>,
    /// What is wrong inside tokens and comments, at most one per line.
    pub(super) errors: Vec<SyntaxError>,
    /// From each of these errors to the end of its line.
    pub(super) blamed: Vec<(u32, u32)>,
    /// Whether brackets of some kind are opened more or less often than closed.
    pub(super) unbalanced: bool,
}

/// Cuts a text into tokens.
pub(super) fn lex(source: SourceId, text: &str) -> Lexed {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lexer = Lexer {
        source,
        text,
        bytes: text.as_bytes(),
        pos: start,
        line_start: start,
        blamed_from: None,
        open: Vec::new(),
        braces: 0,
        squares: 0,
        parens: 0,
        // Templates have a token for every five bytes or so.
        out: Lexed {
            tokens: Vec::with_capacity(text.len() / 5 + 1),
            directives: Vec::new(),
            comments: Vec::new(),
            errors: Vec::new(),
            blamed: Vec::new(),
            unbalanced: false,
        },
    };
    while lexer.token() {}
    lexer.out.unbalanced = (lexer.braces, lexer.squares, lexer.parens) != (0, 0, 0);
    lexer.out
}

/// Something that a `}` may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// A hole of a `'…'`.
    Single,
    /// A hole of a `'''…'''` with so many `$`.
    Triple(usize),
    /// A brace inside a hole.
    Brace,
}

struct Lexer<'a> {
    source: SourceId,
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    /// Where the line of the cursor starts; strings and comments over several lines do not count.
    line_start: usize,
    /// Where the first error of this line is.
    blamed_from: Option<usize>,
    open: Vec<Open>,
    braces: i64,
    squares: i64,
    parens: i64,
    out: Lexed,
}

impl Lexer<'_> {
    /// Reads one token; false at the end of the text.
    fn token(&mut self) -> bool {
        self.skip_trivia();
        let start = self.pos;
        let Some(byte) = self.peek() else {
            self.end_strings();
            self.end_blame(start);
            self.push(Kind::End, start);
            return false;
        };
        self.pos += 1;
        let kind = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(start),
            b'\n' | b'\r' => {
                self.new_line(start);
                return true;
            }
            b'\'' => self.string(0),
            b'{' => self.brace(),
            b'}' => self.end_of_brace(),
            b'[' => count(&mut self.squares, 1, Kind::LeftSquare),
            b']' => count(&mut self.squares, -1, Kind::RightSquare),
            b'(' => count(&mut self.parens, 1, Kind::LeftParen),
            b')' => count(&mut self.parens, -1, Kind::RightParen),
            b'0'..=b'9' => {
                self.pos += self.run(u8::is_ascii_digit);
                Kind::Integer
            }
            b'$' => self.dollar(),
            _ => self.sign(byte),
        };
        self.push(kind, start);
        true
    }

    fn word(&mut self, start: usize) -> Kind {
        self.pos += self.run(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        match self.bytes.get(start..self.pos) {
            Some(b"true") => Kind::True,
            Some(b"false") => Kind::False,
            Some(b"null") => Kind::Null,
            _ => Kind::Identifier,
        }
    }

    fn new_line(&mut self, start: usize) {
        self.pos += self.run(|byte| matches!(byte, b'\n' | b'\r'));
        if !self.open.is_empty() {
            self.end_strings_at(start);
        }
        self.line_start = self.pos;
        self.end_blame(start);
        if self.out.tokens.last().is_some_and(|last| last.kind != Kind::NewLine) {
            self.push(Kind::NewLine, start);
        }
    }

    fn brace(&mut self) -> Kind {
        if !self.open.is_empty() {
            self.open.push(Open::Brace);
        }
        count(&mut self.braces, 1, Kind::LeftBrace)
    }

    fn end_of_brace(&mut self) -> Kind {
        match self.open.last() {
            Some(Open::Single) => self.rest_of_single(false),
            Some(Open::Triple(dollars)) => self.rest_of_triple(*dollars, false),
            Some(Open::Brace) => {
                self.open.pop();
                count(&mut self.braces, -1, Kind::RightBrace)
            }
            None => count(&mut self.braces, -1, Kind::RightBrace),
        }
    }

    fn sign(&mut self, byte: u8) -> Kind {
        let next = self.peek();
        let (kind, more) = match (byte, next) {
            (b':', Some(b':')) => (Kind::DoubleColon, 1),
            (b':', _) => (Kind::Colon, 0),
            (b',', _) => (Kind::Comma, 0),
            (b'.', Some(b'.')) if self.bytes.get(self.pos + 1) == Some(&b'.') => (Kind::Ellipsis, 2),
            (b'.', _) => (Kind::Dot, 0),
            (b'=', Some(b'=')) => (Kind::Equal, 1),
            (b'=', Some(b'~')) => (Kind::EqualInsensitive, 1),
            (b'=', Some(b'>')) => (Kind::Arrow, 1),
            (b'=', _) => (Kind::Assign, 0),
            (b'?', Some(b'?')) => (Kind::DoubleQuestion, 1),
            (b'?', _) => (Kind::Question, 0),
            (b'!', Some(b'=')) => (Kind::NotEqual, 1),
            (b'!', Some(b'~')) => (Kind::NotEqualInsensitive, 1),
            (b'!', _) => (Kind::Exclamation, 0),
            (b'<', Some(b'=')) => (Kind::LessOrEqual, 1),
            (b'<', _) => (Kind::Less, 0),
            (b'>', Some(b'=')) => (Kind::GreaterOrEqual, 1),
            (b'>', _) => (Kind::Greater, 0),
            (b'&', Some(b'&')) => (Kind::And, 1),
            (b'|', Some(b'|')) => (Kind::Or, 1),
            (b'|', _) => (Kind::Pipe, 0),
            (b'@', _) => (Kind::At, 0),
            (b'+', _) => (Kind::Plus, 0),
            (b'-', _) => (Kind::Minus, 0),
            (b'*', _) => (Kind::Asterisk, 0),
            (b'/', _) => (Kind::Slash, 0),
            (b'%', _) => (Kind::Percent, 0),
            (b'^', _) => (Kind::Hat, 0),
            _ => (Kind::Unknown, self.run(|byte| !byte.is_ascii())),
        };
        self.pos += more;
        kind
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.pos..).unwrap_or(&[])
    }

    /// How many bytes from the cursor on are such bytes.
    fn run(&self, such: impl Fn(&u8) -> bool) -> usize {
        let rest = self.rest();
        rest.iter().position(|byte| !such(byte)).unwrap_or(rest.len())
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.out.tokens.push(Token { kind, start: small(start), end: small(self.pos) });
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    fn error(&mut self, start: usize, end: usize, message: &str) {
        if self.blamed_from.is_none() && self.out.errors.len() < MAX_ERRORS {
            self.blamed_from = Some(start);
            self.out.errors.push(SyntaxError { span: self.span(start, end), message: message.to_owned() });
        }
    }

    /// The line ends here.
    fn end_blame(&mut self, end: usize) {
        if let Some(start) = self.blamed_from.take() {
            self.out.blamed.push((small(start), small(end)));
        }
    }
}

fn count(counter: &mut i64, step: i64, kind: Kind) -> Kind {
    *counter += step;
    kind
}

fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
