//! Statements: what they start with and how they go on.

use super::lists::Separator;
use super::recover::LINE;
use super::{Dialect, Headed, Kind, Parsed, Parser, Span};
use crate::syntax::bicep::ast::{Decorator, Expr, Func, FuncParam, Ident, Statement, StatementKind};
use crate::syntax::bicep::token::Kinds;

const VALUE: Kinds = LINE.and(Kind::Assign);

/// What reads a statement from its keyword on.
type Production<'a> = fn(&mut Parser<'a>) -> Parsed<Headed>;

impl<'a> Parser<'a> {
    /// Reads a statement and the end of its line; `None` if it is broken.
    pub(super) fn statement(&mut self) -> Option<Statement> {
        let (at, start) = (self.at, self.current.start);
        let decorators = self.decorators();
        let header = self.current.start;
        let Some(production) = self.production() else {
            if !self.lost {
                let expected = match self.dialect {
                    Dialect::Template => "expected a statement, such as a `param`, `var`, `resource` or `module`",
                    Dialect::Parameters => "expected a statement, such as `using`, `param` or `var`",
                };
                self.fail(format_args!("{expected}"));
            }
            self.lost = true;
            if self.kind() != Kind::NewLine {
                // Even where a new declaration seems to start here: it is none in this kind of file.
                self.bump();
            }
            self.skip_line();
            return None;
        };
        let result = production(self);
        let read_to = self.read_to;
        if result.is_ok() && !matches!(self.kind(), Kind::NewLine | Kind::End) {
            self.fail(format_args!("expected the end of the line"));
        }
        self.lost = self.blamed_since(at);
        self.skip_line();
        let (kind, header_end) = result.ok()?;
        let header = Span { source: self.source, start: header, end: header_end };
        Some(Statement { span: Span { start, end: read_to, ..header }, header, decorators, kind })
    }

    /// What reads the statement that starts here.
    fn production(&self) -> Option<Production<'a>> {
        if self.kind() != Kind::Identifier || self.ahead(1) == Kind::Colon {
            return None;
        }
        let word = self.slice(self.current);
        Some(match (self.dialect, word) {
            (_, "var") => Self::var,
            (_, "type") => Self::type_declaration,
            (_, "extension") => Self::extension,
            (_, "import") => Self::import,
            (Dialect::Template, "param") => Self::param_declaration,
            (Dialect::Template, "resource") => Self::resource,
            (Dialect::Template, "module") => Self::module,
            (Dialect::Template, "output") => Self::output,
            (Dialect::Template, "func") => Self::func,
            (Dialect::Template, "metadata") => Self::metadata,
            (Dialect::Template, "assert") => Self::assertion,
            (Dialect::Template, "test") => Self::test,
            (Dialect::Template, "targetScope") => |parser| Ok(parser.target_scope()),
            (Dialect::Parameters, "param") => Self::param_value,
            (Dialect::Parameters, "using") => |parser| Ok(parser.using()),
            (Dialect::Parameters, "extends") => |parser| Ok(parser.extends()),
            (Dialect::Parameters, "extensionConfig") => Self::extension_config,
            _ => return None,
        })
    }

    /// Decorators, each on its line.
    pub(super) fn decorators(&mut self) -> Vec<Decorator> {
        let mut decorators = Vec::new();
        while self.kind() == Kind::At {
            let start = self.bump().start;
            if let Some(expr) = self.or_skip(LINE, Self::expression) {
                decorators.push(Decorator { span: self.span(start), expr });
                if !matches!(self.kind(), Kind::NewLine | Kind::End) {
                    // What it decorates may still follow.
                    self.fail(format_args!("expected a line end behind this decorator"));
                }
            }
            self.new_lines();
        }
        decorators
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.fail(format_args!("expected `{word}`"))) }
    }

    /// `=` and a value up to the end of the line.
    pub(super) fn assigned(&mut self) -> Expr {
        if self.eat(Kind::Assign) { self.expression_until(LINE) } else { self.missing("`=` and a value", LINE) }
    }

    fn param_declaration(&mut self) -> Parsed<Headed> {
        self.bump();
        let name = self.ident("the name of the parameter")?;
        let ty = self.declared_type_until(VALUE, false);
        let header = self.read_to;
        let default = (self.kind() == Kind::Assign).then(|| self.assigned());
        Ok((StatementKind::Param(name, ty, default), header))
    }

    fn var(&mut self) -> Parsed<Headed> {
        self.bump();
        let name = self.ident("the name of the variable")?;
        let untyped = matches!(self.kind(), Kind::Assign | Kind::NewLine | Kind::End);
        let ty = (!untyped).then(|| self.declared_type_until(VALUE, false));
        let header = self.read_to;
        let value = self.assigned();
        Ok((StatementKind::Var(name, ty, value), header))
    }

    fn output(&mut self) -> Parsed<Headed> {
        self.bump();
        let name = self.ident("the name of the output")?;
        let ty = self.declared_type_until(VALUE, true);
        let header = self.read_to;
        let value = self.assigned();
        Ok((StatementKind::Output(name, ty, value), header))
    }

    /// A keyword, a name and a value.
    fn named_value(&mut self, what: &str, kind: fn(Ident, Expr) -> StatementKind) -> Parsed<Headed> {
        self.bump();
        let name = self.ident(what)?;
        let header = self.read_to;
        let value = self.assigned();
        Ok((kind(name, value), header))
    }

    fn metadata(&mut self) -> Parsed<Headed> {
        self.named_value("the name of the metadata", StatementKind::Metadata)
    }

    fn assertion(&mut self) -> Parsed<Headed> {
        self.named_value("the name of the assertion", StatementKind::Assert)
    }

    fn param_value(&mut self) -> Parsed<Headed> {
        self.named_value("the name of the parameter", StatementKind::ParamValue)
    }

    fn target_scope(&mut self) -> Headed {
        self.bump();
        let header = self.read_to;
        (StatementKind::TargetScope(self.assigned()), header)
    }

    fn type_declaration(&mut self) -> Parsed<Headed> {
        self.bump();
        let name = self.ident("the name of the type")?;
        let header = self.read_to;
        self.expect(Kind::Assign)?;
        let ty = self.declared_type_until(LINE, false);
        Ok((StatementKind::Type(name, ty), header))
    }

    fn func(&mut self) -> Parsed<Headed> {
        self.bump();
        let name = self.ident("the name of the function")?;
        if self.kind() != Kind::LeftParen {
            return Err(self.fail(format_args!("expected `(` and the parameters of the function")));
        }
        let params = self.list(Kind::RightParen, Separator::Commas, |parser| {
            let name = parser.ident("the name of a parameter")?;
            Ok(FuncParam { name, ty: parser.declared_type(false)? })
        });
        let returns = self.declared_type_until(LINE.and(Kind::Arrow), false);
        let header = self.read_to;
        let start = self.current.start;
        let body = self.or_skip(LINE, |parser| {
            parser.expect(Kind::Arrow)?;
            parser.new_line_before_body();
            parser.expression()
        });
        let body = body.unwrap_or_else(|| self.skipped(start));
        Ok((StatementKind::Func(Box::new(Func { name, params, returns, body })), header))
    }
}
