//! Literals: numbers, strings, arrays, objects, loops.

use super::lists::Separator;
use super::{Kind, Parsed, Parser, Token};
use crate::syntax::bicep::ast::{
    ArrayItem, Expr, ExprKind, For, Ident, Loop, Object, ObjectItem, Part, Property, Text,
};
use crate::syntax::bicep::strings::Quotes;
use crate::syntax::bicep::token::Kinds;

const HOLE_END: Kinds = Kinds::of(Kind::StringMiddle).and(Kind::StringRight).and(Kind::NewLine);
const ITEM_END: Kinds = Kinds::of(Kind::NewLine).and(Kind::Comma);

impl Parser<'_> {
    /// A number, `true`, `false` or `null`.
    pub(super) fn literal(&mut self) -> Parsed<Expr> {
        let kind = match self.kind() {
            Kind::True => ExprKind::Bool(true),
            Kind::False => ExprKind::Bool(false),
            Kind::Null => ExprKind::Null,
            _ => match self.slice(self.current).parse() {
                Ok(number) => ExprKind::Int(number),
                Err(_) => return Err(self.fail(format_args!("expected an integer below 2^64"))),
            },
        };
        let token = self.bump();
        Ok(Expr { span: self.token_span(token), kind })
    }

    /// A string, with holes or without.
    pub(super) fn string(&mut self) -> Expr {
        let first = self.bump();
        let quotes = Quotes::of(self.slice(first));
        let text = self.piece(quotes, first);
        if first.kind == Kind::StringComplete {
            return Expr { span: self.token_span(first), kind: ExprKind::Str(text) };
        }
        let mut parts = Vec::new();
        push_text(&mut parts, text);
        let outer = self.open;
        self.open.holes += 1;
        loop {
            parts.push(Part::Hole(self.expression_until(HOLE_END)));
            if !matches!(self.kind(), Kind::StringMiddle | Kind::StringRight) {
                self.fail(format_args!("expected `}}` to end this hole"));
                self.skip(HOLE_END);
            }
            let token = match self.kind() {
                Kind::StringMiddle | Kind::StringRight => self.bump(),
                _ => break,
            };
            let text = self.piece(quotes, token);
            push_text(&mut parts, text);
            if token.kind == Kind::StringRight {
                break;
            }
        }
        self.open = outer;
        Expr { span: self.span(first.start), kind: ExprKind::Template(parts) }
    }

    fn piece(&self, quotes: Quotes, token: Token) -> Text {
        let raw = self.slice(token);
        let (start, end) = quotes.inside(token.kind, raw);
        let base = token.start as usize;
        let span = super::Span::new(self.source, base + start, base + end);
        Text { value: quotes.decode(token.kind, raw.get(start..end).unwrap_or("")), span }
    }

    /// `[…]`, an array or a loop.
    pub(super) fn array_or_loop(&mut self) -> Parsed<Expr> {
        if self.at_loop() { self.for_expression() } else { Ok(self.array()) }
    }

    fn array(&mut self) -> Expr {
        let start = self.current.start;
        let items = self.list(Kind::RightSquare, Separator::Lines, |parser| {
            let kind = if parser.eat(Kind::Ellipsis) { ArrayItem::Spread } else { ArrayItem::Value };
            parser.expression().map(kind)
        });
        Expr { span: self.span(start), kind: ExprKind::Array(items) }
    }

    fn for_expression(&mut self) -> Parsed<Expr> {
        let start = self.current.start;
        let result =
            self.repeated(|parser, header| Ok(Box::new(For { body: parser.expression()?, header: *header })))?;
        Ok(Expr { span: self.span(start), kind: ExprKind::For(result) })
    }

    /// Whether the current bracket opens a loop.
    pub(super) fn at_loop(&self) -> bool {
        let place = if self.ahead(1) == Kind::NewLine { 2 } else { 1 };
        self.tokens.get(self.at + place).is_some_and(|token| self.slice(*token) == "for")
    }

    /// `[for … in …: body]`, from the bracket on.
    pub(super) fn repeated<T>(&mut self, body: impl FnOnce(&mut Self, Box<Loop>) -> Parsed<T>) -> Parsed<T> {
        let outer = self.open;
        self.open.squares += 1;
        let open = self.bump();
        let result = self.loop_header().and_then(|header| body(self, header));
        self.open = outer;
        if result.is_ok() {
            self.new_lines();
            if !self.eat(Kind::RightSquare) {
                let span = self.token_span(open);
                self.blame(span, format_args!("expected `]` to close this"));
            }
        }
        result
    }

    /// `for … in …:`.
    fn loop_header(&mut self) -> Parsed<Box<Loop>> {
        self.new_lines();
        let start = self.current.start;
        self.bump();
        let (item, index) = self.loop_names()?;
        self.expect_word("in")?;
        let collection = self.expression()?;
        let header = Box::new(Loop { span: self.span(start), item, index, collection });
        self.expect(Kind::Colon)?;
        Ok(header)
    }

    fn loop_names(&mut self) -> Parsed<(Ident, Option<Ident>)> {
        if !self.eat(Kind::LeftParen) {
            return Ok((self.ident("the name of the loop's item")?, None));
        }
        let item = self.ident("the name of the loop's item")?;
        self.expect(Kind::Comma)?;
        let index = self.ident("the name of the loop's index")?;
        self.expect(Kind::RightParen)?;
        Ok((item, Some(index)))
    }

    /// `{…}`, from the brace on; the body of a resource may hold resources.
    pub(super) fn object(&mut self, of_resource: bool) -> Object {
        let start = self.current.start;
        let separator = if of_resource { Separator::LinesWithDeclarations } else { Separator::Lines };
        let items = self.list(Kind::RightBrace, separator, |parser| parser.object_item(of_resource));
        Object { span: self.span(start), items }
    }

    fn object_item(&mut self, of_resource: bool) -> Parsed<ObjectItem> {
        let declares = self.kind() == Kind::At || self.at_word("resource") && self.ahead(1) == Kind::Identifier;
        if of_resource && declares {
            self.nested(Self::nested_resource).map(ObjectItem::Resource)
        } else if self.eat(Kind::Ellipsis) {
            self.expression().map(ObjectItem::Spread)
        } else {
            self.property().map(ObjectItem::Property)
        }
    }

    fn property(&mut self) -> Parsed<Property> {
        let key = self.key()?;
        let value = if self.eat(Kind::Colon) {
            self.expression_until(ITEM_END)
        } else {
            self.missing("`:` and a value", ITEM_END)
        };
        Ok(Property { key, value })
    }

    /// The name of a property.
    pub(super) fn key(&mut self) -> Parsed<Expr> {
        match self.kind() {
            Kind::Identifier => {
                let ident = self.ident("a property name")?;
                let text = Text { value: ident.name, span: ident.span };
                Ok(Expr { span: ident.span, kind: ExprKind::Str(text) })
            }
            Kind::StringComplete | Kind::StringLeft => Ok(self.string()),
            _ => Err(self.fail(format_args!("expected a property name"))),
        }
    }
}

fn push_text(parts: &mut Vec<Part>, text: Text) {
    if !text.value.is_empty() {
        parts.push(Part::Text(text));
    }
}
