//! What happens where the text is not Bicep: one error, and on with whatever follows.

use std::fmt::Arguments;

use super::{Broken, Kind, MAX_ERRORS, Parsed, Parser, Span, SyntaxError};
use crate::syntax::bicep::ast::{Expr, ExprKind};
use crate::syntax::bicep::token::Kinds;

pub(super) const LINE: Kinds = Kinds::of(Kind::NewLine);

impl Parser<'_> {
    /// Blames the current token.
    pub(super) fn fail(&mut self, message: Arguments<'_>) -> Broken {
        let span = self.token_span(self.current);
        match self.kind() {
            Kind::NewLine => self.blame(span.at_start(), message),
            Kind::Unknown if self.slice(self.current) == "\"" => {
                self.blame(span, format_args!("strings are written in single quotes"));
            }
            Kind::Unknown => self.blame(span, format_args!("this character means nothing here")),
            _ => self.blame(span, message),
        }
        Broken
    }

    /// Records an error that is found at the current token, unless it follows from one that is on record.
    pub(super) fn blame(&mut self, span: Span, message: Arguments<'_>) {
        let known = self.blamed == Some(self.at) || self.lexer_blames();
        self.blamed = Some(self.at);
        if !known && self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError { span, message: message.to_string() });
        }
    }

    /// Whether anything from this token on was found to be wrong.
    pub(super) fn blamed_since(&self, at: usize) -> bool {
        self.blamed >= Some(at)
    }

    /// Whether the lexer found something wrong earlier on this line, or on that of the last token.
    fn lexer_blames(&self) -> bool {
        [self.read_to, self.current.start].into_iter().any(|place| {
            let before = self.blamed_by_lexer.partition_point(|(start, _)| *start <= place);
            let last = before.checked_sub(1).and_then(|at| self.blamed_by_lexer.get(at));
            last.is_some_and(|(_, end)| place <= *end)
        })
    }

    /// Skips to a token of such a kind that is in no bracket opened on the way. Ends at the end of an outer bracket and
    /// in front of a new declaration, too.
    pub(super) fn skip(&mut self, stops: Kinds) {
        let (mut braces, mut squares, mut parens, mut holes) = (0_usize, 0_usize, 0_usize, 0_usize);
        loop {
            let kind = self.kind();
            let inside = braces + squares + parens + holes > 0;
            if kind == Kind::End || !inside && stops.has(kind) {
                return;
            }
            match kind {
                Kind::LeftBrace => braces += 1,
                Kind::LeftSquare => squares += 1,
                Kind::LeftParen => parens += 1,
                Kind::StringLeft => holes += 1,
                Kind::RightBrace if braces == 0 && self.open.braces > 0 => return,
                Kind::RightSquare if squares == 0 && self.open.squares > 0 => return,
                Kind::RightParen if parens == 0 && self.open.parens > 0 => return,
                Kind::StringMiddle | Kind::StringRight if holes == 0 && self.open.holes > 0 => return,
                Kind::RightBrace => braces = braces.saturating_sub(1),
                Kind::RightSquare => squares = squares.saturating_sub(1),
                Kind::RightParen => parens = parens.saturating_sub(1),
                Kind::StringRight => holes = holes.saturating_sub(1),
                _ if self.at_new_declaration(false) => return,
                _ => {}
            }
            self.bump();
        }
    }

    /// Skips to the end of the line, or of the bracket that the line is in.
    pub(super) fn skip_line(&mut self) {
        self.skip(LINE);
    }

    /// Reads a part whose end is known: if it is broken, it is skipped.
    pub(super) fn or_skip<T>(&mut self, stops: Kinds, production: impl FnOnce(&mut Self) -> Parsed<T>) -> Option<T> {
        let result = production(self);
        if result.is_err() {
            self.skip(stops);
        }
        result.ok()
    }

    /// An expression that ends at one of these; an error node if it is broken.
    pub(super) fn expression_until(&mut self, stops: Kinds) -> Expr {
        let start = self.current.start;
        let expr = self.or_skip(stops, Self::expression);
        expr.unwrap_or_else(|| self.skipped(start))
    }

    /// Says that something is missing here, skips to one of these, and stands in for an expression.
    pub(super) fn missing(&mut self, what: &str, stops: Kinds) -> Expr {
        let start = self.current.start;
        self.fail(format_args!("expected {what}"));
        self.skip(stops);
        self.skipped(start)
    }

    /// Stands in for an expression that was to start here.
    pub(super) fn skipped(&self, start: u32) -> Expr {
        Expr { span: self.skipped_span(start), kind: ExprKind::Error }
    }

    /// What was skipped from here on; the end of the last token if nothing was.
    pub(super) fn skipped_span(&self, start: u32) -> Span {
        self.span(start.min(self.read_to))
    }

    /// Whether the current token closes a bracket that is being read.
    pub(super) fn at_outer_end(&self) -> bool {
        match self.kind() {
            Kind::RightBrace => self.open.braces > 0,
            Kind::RightSquare => self.open.squares > 0,
            Kind::RightParen => self.open.parens > 0,
            Kind::StringMiddle | Kind::StringRight => self.open.holes > 0,
            _ => false,
        }
    }

    /// Whether a declaration starts here that cannot be part of what is being read, because it starts its line and
    /// reads on like one. Brackets that are still open were forgotten.
    ///
    /// A resource that `may_be_inside` is no proof, nor is a decorator, unless the brackets of the file do not match.
    pub(super) fn at_new_declaration(&self, may_be_inside: bool) -> bool {
        let before = (self.current.start as usize).checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        if !matches!(before, Some(b'\n' | b'\r')) {
            return false;
        }
        let next = self.ahead(1);
        let string = matches!(next, Kind::StringComplete | Kind::StringLeft);
        match self.kind() {
            Kind::At => self.unbalanced && next == Kind::Identifier,
            Kind::Identifier => match self.slice(self.current) {
                "resource" => next == Kind::Identifier && (self.unbalanced || !may_be_inside),
                "param" | "var" | "module" | "output" | "metadata" | "type" | "func" | "assert" | "test"
                | "extensionConfig" => next == Kind::Identifier,
                "targetScope" => next == Kind::Assign,
                "import" => string || matches!(next, Kind::LeftBrace | Kind::Asterisk),
                "extension" | "using" => string || next == Kind::Identifier,
                "extends" => string,
                _ => false,
            },
            _ => false,
        }
    }
}
