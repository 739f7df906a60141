//! Tokens to statements, by recursive descent. A production that fails has said why; whoever can go on without it skips
//! to where it ends.

mod body;
mod expressions;
mod imports;
mod lists;
mod literals;
mod parameters;
mod recover;
mod statements;
mod types;

use super::ast::{Ident, Statement, StatementKind};
use super::lexer::Lexed;
use super::token::{Kind, Token};
use super::{Dialect, MAX_DEPTH, MAX_ERRORS};
use crate::source::{SourceId, Span};
use crate::syntax::SyntaxError;

/// A production failed, and the error is on record.
struct Broken;

type Parsed<T> = Result<T, Broken>;

/// A statement, and where its header ends.
type Headed = (StatementKind, u32);

/// How many brackets of each kind are being read: a stray one ends them only if it closes one of them.
#[derive(Debug, Clone, Copy, Default)]
struct Brackets {
    braces: usize,
    squares: usize,
    parens: usize,
    holes: usize,
}

pub(super) struct Parser<'a> {
    source: SourceId,
    text: &'a str,
    dialect: Dialect,
    tokens: &'a [Token],
    /// What the lexer blamed: nobody needs to hear what follows from it.
    blamed_by_lexer: &'a [(u32, u32)],
    unbalanced: bool,
    /// The index of the current token.
    at: usize,
    current: Token,
    /// The end of the last token that was read, line ends left out.
    read_to: u32,
    open: Brackets,
    depth: usize,
    /// The height of the highest tree read since the current production began.
    height: usize,
    errors: Vec<SyntaxError>,
    /// The index of the token at which the last error was found: what else is wrong there follows from it.
    blamed: Option<usize>,
    /// The last statement was broken; until the next one, all is part of it.
    lost: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn new(source: SourceId, text: &'a str, dialect: Dialect, lexed: &'a Lexed) -> Self {
        let end = Token { kind: Kind::End, start: 0, end: 0 };
        Self {
            source,
            text,
            dialect,
            tokens: &lexed.tokens,
            blamed_by_lexer: &lexed.blamed,
            unbalanced: lexed.unbalanced,
            at: 0,
            current: lexed.tokens.first().copied().unwrap_or(end),
            read_to: 0,
            open: Brackets::default(),
            depth: 0,
            height: 0,
            errors: Vec::new(),
            blamed: None,
            lost: false,
        }
    }

    /// Reads the whole file.
    pub(super) fn file(mut self) -> (Vec<Statement>, Vec<SyntaxError>) {
        let mut statements = Vec::new();
        loop {
            self.new_lines();
            if self.kind() == Kind::End {
                return (statements, self.errors);
            }
            statements.extend(self.statement());
        }
    }

    fn kind(&self) -> Kind {
        self.current.kind
    }

    /// The kind of the token so many places behind the current one.
    fn ahead(&self, places: usize) -> Kind {
        self.tokens.get(self.at + places).map_or(Kind::End, |token| token.kind)
    }

    fn bump(&mut self) -> Token {
        let token = self.current;
        if let Some(next) = self.tokens.get(self.at + 1) {
            self.at += 1;
            self.current = *next;
            if token.kind != Kind::NewLine {
                self.read_to = token.end;
            }
        }
        token
    }

    fn eat(&mut self, kind: Kind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.bump();
        }
        found
    }

    fn expect(&mut self, kind: Kind) -> Parsed<Token> {
        if self.kind() == kind { Ok(self.bump()) } else { Err(self.fail(format_args!("expected {}", kind.sign()))) }
    }

    fn new_lines(&mut self) {
        while self.eat(Kind::NewLine) {}
    }

    fn slice(&self, token: Token) -> &'a str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// Whether the current token is this word.
    fn at_word(&self, word: &str) -> bool {
        self.kind() == Kind::Identifier && self.slice(self.current) == word
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.bump();
        }
        found
    }

    fn ident(&mut self, what: &str) -> Parsed<Ident> {
        if self.kind() != Kind::Identifier {
            return Err(self.fail(format_args!("expected {what}")));
        }
        let token = self.bump();
        Ok(Ident { name: self.slice(token).into(), span: self.token_span(token) })
    }

    fn token_span(&self, token: Token) -> Span {
        Span { source: self.source, start: token.start, end: token.end }
    }

    /// From `start` to the end of what was read.
    fn span(&self, start: u32) -> Span {
        Span { source: self.source, start, end: self.read_to.max(start) }
    }

    /// Reads something that may hold itself, unless it is too deep.
    fn nested<T>(&mut self, production: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.too_deep());
        }
        let outer = std::mem::take(&mut self.height);
        self.depth += 1;
        let result = production(self).and_then(|tree| self.grow().map(|()| tree));
        self.depth -= 1;
        self.height = self.height.max(outer);
        result
    }

    /// The tree being read gets a node on top of it.
    fn grow(&mut self) -> Parsed<()> {
        self.height += 1;
        if self.height > MAX_DEPTH { Err(self.too_deep()) } else { Ok(()) }
    }

    fn too_deep(&mut self) -> Broken {
        self.fail(format_args!("this is nested too deeply"))
    }
}
