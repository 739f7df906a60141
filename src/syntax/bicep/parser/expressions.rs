//! Expressions, from the loosest operator to the tightest. What only some expressions need has its own function, for the
//! sake of the stack: the others pass through here at every level.

use super::lists::Separator;
use super::{Broken, Kind, Parsed, Parser};
use crate::syntax::bicep::ast::{BinaryOp, Call, Expr, ExprKind, Get, Ident, Index, Lambda, UnaryOp};

/// Words in front of which a line end behind `=>` ends the statement: the body was forgotten.
const DECLARATIONS: [&str; 9] =
    ["assert", "import", "metadata", "param", "var", "resource", "output", "module", "type"];

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.nested(Self::ternary)
    }

    /// The node from `start` to here.
    fn node(&self, start: u32, kind: ExprKind) -> Expr {
        Expr { span: self.span(start), kind }
    }

    fn ternary(&mut self) -> Parsed<Expr> {
        let start = self.current.start;
        let condition = self.binary(0)?;
        if self.kind() == Kind::NewLine && self.ahead(1) == Kind::Question {
            self.bump();
        }
        if self.kind() == Kind::Question { self.branches(start, condition) } else { Ok(condition) }
    }

    /// `? value : other`.
    fn branches(&mut self, start: u32, condition: Expr) -> Parsed<Expr> {
        self.bump();
        let value = self.expression()?;
        if self.kind() == Kind::NewLine && self.ahead(1) == Kind::Colon {
            self.bump();
        }
        self.expect(Kind::Colon)?;
        let other = self.expression()?;
        Ok(self.node(start, ExprKind::Cond(Box::new([condition, value, other]))))
    }

    /// Operators that bind more tightly than this, and what they stand between.
    fn binary(&mut self, loosest: u8) -> Parsed<Expr> {
        let start = self.current.start;
        let left = self.unary()?;
        if self.operator(loosest).is_some() { self.operation(start, left, loosest) } else { Ok(left) }
    }

    fn operator(&self, loosest: u8) -> Option<(BinaryOp, u8)> {
        self.kind().binary().filter(|(_, tightness)| *tightness > loosest)
    }

    fn operation(&mut self, start: u32, mut left: Expr, loosest: u8) -> Parsed<Expr> {
        while let Some((op, tightness)) = self.operator(loosest) {
            self.bump();
            let right = self.binary(tightness)?;
            self.grow()?;
            left = self.node(start, ExprKind::Binary(op, Box::new([left, right])));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let op = match self.kind() {
            Kind::Exclamation => UnaryOp::Not,
            Kind::Minus => UnaryOp::Minus,
            _ => return self.member(),
        };
        let start = self.bump().start;
        let operand = self.nested(Self::unary)?;
        Ok(self.node(start, ExprKind::Unary(op, Box::new(operand))))
    }

    /// A value and what is taken from it.
    fn member(&mut self) -> Parsed<Expr> {
        let start = self.current.start;
        let mut result = self.primary();
        while let Ok(target) = result {
            if !matches!(self.kind(), Kind::Dot | Kind::LeftSquare | Kind::DoubleColon | Kind::Exclamation) {
                return Ok(target);
            }
            result = self.part(start, target);
        }
        result
    }

    /// What is taken from a value.
    fn part(&mut self, start: u32, target: Expr) -> Parsed<Expr> {
        let kind = match self.kind() {
            Kind::Dot => self.access(target)?,
            Kind::LeftSquare => self.index(target)?,
            Kind::DoubleColon => {
                self.bump();
                let name = self.ident("the name of a nested resource")?;
                ExprKind::Nested(Box::new((target, name)))
            }
            _ => {
                self.bump();
                ExprKind::NonNull(Box::new(target))
            }
        };
        self.grow()?;
        Ok(self.node(start, kind))
    }

    fn access(&mut self, target: Expr) -> Parsed<ExprKind> {
        self.bump();
        let safe = self.eat(Kind::Question);
        let name = self.ident("the name of a property or function")?;
        if self.kind() != Kind::LeftParen {
            return Ok(ExprKind::Get(Box::new(Get { target, name, safe })));
        }
        if safe {
            self.fail(format_args!("a function is called with `.`, not with `.?`"));
        }
        Ok(self.call(Some(target), name))
    }

    fn index(&mut self, target: Expr) -> Parsed<ExprKind> {
        self.bump();
        let outer = self.open;
        self.open.squares += 1;
        let safe = self.eat(Kind::Question);
        let from_end = self.eat(Kind::Hat);
        let index = self.expression().and_then(|index| self.expect(Kind::RightSquare).map(|_| index));
        self.open = outer;
        Ok(ExprKind::Index(Box::new(Index { target, index: index?, safe, from_end })))
    }

    fn call(&mut self, target: Option<Expr>, name: Ident) -> ExprKind {
        let args = self.list(Kind::RightParen, Separator::Commas, Self::expression);
        ExprKind::Call(Box::new(Call { target, name, args }))
    }

    fn primary(&mut self) -> Parsed<Expr> {
        match self.kind() {
            Kind::Identifier => self.name(),
            Kind::StringComplete | Kind::StringLeft => Ok(self.string()),
            Kind::LeftBrace => {
                let object = self.object(false);
                Ok(Expr { span: object.span, kind: ExprKind::Object(object) })
            }
            Kind::LeftSquare => self.array_or_loop(),
            Kind::LeftParen => self.parenthesized(),
            Kind::Integer | Kind::True | Kind::False | Kind::Null => self.literal(),
            _ => Err(self.fail(format_args!("expected an expression"))),
        }
    }

    /// A variable, a call, or a lambda with one parameter.
    fn name(&mut self) -> Parsed<Expr> {
        let ident = self.ident("a name")?;
        let start = ident.span.start;
        let kind = match self.kind() {
            Kind::LeftParen => self.call(None, ident),
            Kind::Arrow => self.lambda(vec![ident])?,
            _ => ExprKind::Name(ident.name),
        };
        Ok(self.node(start, kind))
    }

    /// `(value)`, or a lambda.
    fn parenthesized(&mut self) -> Parsed<Expr> {
        let (at, start) = (self.at, self.current.start);
        let items = self.list(Kind::RightParen, Separator::Commas, Self::expression);
        if self.kind() == Kind::Arrow { self.lambda_of(start, items) } else { self.only_item(at, start, items) }
    }

    fn only_item(&mut self, at: usize, start: u32, mut items: Vec<Expr>) -> Parsed<Expr> {
        match (items.pop(), items.is_empty()) {
            (Some(item), true) => Ok(item),
            _ if self.blamed_since(at) => Err(Broken),
            _ => {
                self.blame(self.span(start), format_args!("expected one expression in parentheses"));
                Err(Broken)
            }
        }
    }

    fn lambda_of(&mut self, start: u32, items: Vec<Expr>) -> Parsed<Expr> {
        let params = items.into_iter().map(|item| self.param(item)).collect::<Parsed<Vec<_>>>()?;
        let kind = self.lambda(params)?;
        Ok(self.node(start, kind))
    }

    fn param(&mut self, item: Expr) -> Parsed<Ident> {
        if let ExprKind::Name(name) = item.kind {
            return Ok(Ident { name, span: item.span });
        }
        self.blame(item.span, format_args!("expected the name of a parameter"));
        Err(Broken)
    }

    /// `=>` and the body.
    fn lambda(&mut self, params: Vec<Ident>) -> Parsed<ExprKind> {
        self.bump();
        self.new_line_before_body();
        let body = self.expression()?;
        Ok(ExprKind::Lambda(Box::new(Lambda { params, body })))
    }

    /// Reads a line end in front of the body of a function, unless the next line is a statement.
    pub(super) fn new_line_before_body(&mut self) {
        if self.kind() == Kind::NewLine {
            let next = self.tokens.get(self.at + 1).map_or("", |token| self.slice(*token));
            if !DECLARATIONS.contains(&next) {
                self.bump();
            }
        }
    }
}
