//! What stands between brackets, one after the other.

use super::{Kind, Parsed, Parser};
use crate::syntax::bicep::token::Kinds;

/// A line of fewer tokens is short.
const SHORT: usize = 64;

/// How the items of a list are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// By line ends or commas: objects and arrays.
    Lines,
    /// The same, where declarations and decorators may stand, too.
    LinesWithDeclarations,
    /// By commas, with line ends where one likes: arguments.
    Commas,
}

impl Separator {
    fn by_lines(self) -> bool {
        self != Self::Commas
    }
}

impl Parser<'_> {
    /// Reads a list from its opening bracket, which is the current token, to the closing one. A broken item is left
    /// out, a missing bracket is an error and no more.
    pub(super) fn list<T>(
        &mut self,
        close: Kind,
        separator: Separator,
        mut item: impl FnMut(&mut Self) -> Parsed<T>,
    ) -> Vec<T> {
        let outer = self.open;
        match close {
            Kind::RightBrace => self.open.braces += 1,
            Kind::RightSquare => self.open.squares += 1,
            _ => self.open.parens += 1,
        }
        let (at, open) = (self.at, self.bump());
        let stops = Kinds::of(Kind::NewLine).and(Kind::Comma).and(close);
        let mut items = Vec::new();
        let mut lost = false;
        self.new_lines();
        loop {
            let kind = self.kind();
            if kind == close {
                self.open = outer;
                self.bump();
                return items;
            }
            let may_be_inside = separator == Separator::LinesWithDeclarations;
            let forgotten = separator == Separator::Commas && self.at_next_property();
            if forgotten || kind == Kind::End || self.at_outer_end() || self.at_new_declaration(may_be_inside) {
                // Where the arguments are broken already, so is their end.
                if separator.by_lines() || !self.blamed_since(at) {
                    let span = self.token_span(open);
                    self.blame(span, format_args!("expected {} to close this", close.sign()));
                }
                self.open = outer;
                return items;
            }
            let (before, known) = (self.at, self.errors.len());
            let read = self.or_skip(stops, &mut item);
            let sound = read.is_some() && !self.broken_line(before);
            items.extend(read);
            let sound = self.separator(separator, close, stops) && sound;
            if !sound && lost {
                // What made the last item unreadable goes on here.
                self.errors.truncate(known);
            }
            lost = !sound;
            if self.at == before {
                // Whatever this is, it must not be met again.
                self.bump();
            }
        }
    }

    /// Whether all from this token on is one short line with something wrong in it.
    fn broken_line(&self, from: usize) -> bool {
        self.blamed_since(from)
            && self.at - from < SHORT
            && self.tokens.iter().skip(from).take(self.at - from).all(|token| token.kind != Kind::NewLine)
    }

    /// Whether the next line starts with a property: it belongs to an object around this list.
    fn at_next_property(&self) -> bool {
        self.kind() == Kind::NewLine
            && matches!(self.ahead(1), Kind::Identifier | Kind::StringComplete)
            && self.ahead(2) == Kind::Colon
    }

    /// Reads what tells an item from the next one; if it is missing, reports that and skips to it.
    fn separator(&mut self, separator: Separator, close: Kind, stops: Kinds) -> bool {
        if !separator.by_lines() && self.at_next_property() {
            return true;
        }
        let starts_line = self.eat(Kind::NewLine);
        match self.kind() {
            Kind::Comma => {
                if starts_line && separator.by_lines() {
                    self.fail(format_args!("expected an item in front of this comma"));
                }
                self.bump();
                if self.kind() == Kind::NewLine && separator.by_lines() {
                    self.fail(format_args!("items are told apart by a comma or a line end, not by both"));
                }
                self.new_lines();
                if self.kind() == close && !separator.by_lines() {
                    self.fail(format_args!("expected an argument behind the comma"));
                }
            }
            kind if kind == close || kind == Kind::End || self.at_outer_end() => {}
            _ if starts_line && separator.by_lines() => {}
            _ if starts_line && self.at_new_declaration(false) => {}
            _ if starts_line => {
                self.fail(format_args!("expected `,` in front of this argument"));
                return false;
            }
            _ => {
                let found = if separator.by_lines() { "a comma or a line end" } else { "`,`" };
                self.fail(format_args!("expected {found} behind this item"));
                self.skip(stops);
                let goes_on = separator.by_lines() || !self.at_next_property();
                if goes_on && matches!(self.kind(), Kind::NewLine | Kind::Comma) {
                    self.bump();
                    self.new_lines();
                }
                return false;
            }
        }
        true
    }
}
