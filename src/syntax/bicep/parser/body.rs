//! Resources, modules and tests: a name, a string, and a body that may be repeated or conditional.

use super::recover::LINE;
use super::{Headed, Kind, Parsed, Parser, Span};
use crate::syntax::bicep::ast::{Body, Expr, Module, Object, Resource, Statement, StatementKind};
use crate::syntax::bicep::token::Kinds;

const HEADER: Kinds = LINE.and(Kind::Assign);
const CONDITION: Kinds = LINE.and(Kind::LeftBrace);

impl Parser<'_> {
    pub(super) fn resource(&mut self) -> Parsed<Headed> {
        let (resource, header) = self.resource_with_body()?;
        Ok((StatementKind::Resource(resource), header))
    }

    /// A resource from the keyword on, and where its header ends. What is large is on the heap before the body is read:
    /// this function may run once for each level of nesting.
    fn resource_with_body(&mut self) -> Parsed<(Box<Resource>, u32)> {
        let mut resource = self.resource_header()?;
        let header = self.read_to;
        resource.body = self.body(true);
        Ok((resource, header))
    }

    fn resource_header(&mut self) -> Parsed<Box<Resource>> {
        self.bump();
        let name = self.ident("the name of the resource")?;
        let kind = self.string_until(HEADER, "the type of the resource as a string");
        let start = self.current.start;
        let existing = self.eat_word("existing").then(|| self.span(start));
        Ok(Box::new(Resource { name, kind, existing, body: Body::default() }))
    }

    /// A resource, with its decorators, inside the body of another. The end of the line is left to the body.
    pub(super) fn nested_resource(&mut self) -> Parsed<Box<Statement>> {
        let start = self.current.start;
        let decorators = self.decorators();
        let header = self.current.start;
        if !self.at_word("resource") {
            return Err(self.fail(format_args!("expected a resource behind this decorator")));
        }
        let (resource, header_end) = self.resource_with_body()?;
        let header = Span { source: self.source, start: header, end: header_end };
        let kind = StatementKind::Resource(resource);
        Ok(Box::new(Statement { span: self.span(start), header, decorators, kind }))
    }

    pub(super) fn module(&mut self) -> Parsed<Headed> {
        self.bump();
        let name = self.ident("the name of the module")?;
        let path = self.string_until(HEADER, "the path of the module as a string");
        let header = self.read_to;
        let body = self.body(false);
        Ok((StatementKind::Module(Box::new(Module { name, path, body })), header))
    }

    pub(super) fn test(&mut self) -> Parsed<Headed> {
        self.bump();
        let name = self.ident("the name of the test")?;
        let path = self.string_until(HEADER, "the path of the test as a string");
        let header = self.read_to;
        let body = self.or_skip(LINE, |parser| {
            parser.expect(Kind::Assign)?;
            parser.expect_object()
        });
        Ok((StatementKind::Test(name, path, body), header))
    }

    /// A string; an error node, and on to one of these, if there is none.
    pub(super) fn string_until(&mut self, stops: Kinds, what: &str) -> Expr {
        let start = self.current.start;
        let string = self.or_skip(stops, |parser| parser.expect_string(what));
        string.unwrap_or_else(|| self.skipped(start))
    }

    pub(super) fn expect_string(&mut self, what: &str) -> Parsed<Expr> {
        match self.kind() {
            Kind::StringComplete | Kind::StringLeft => Ok(self.string()),
            _ => Err(self.fail(format_args!("expected {what}"))),
        }
    }

    pub(super) fn expect_object(&mut self) -> Parsed<Object> {
        match self.kind() {
            Kind::LeftBrace => Ok(self.object(false)),
            _ => Err(self.fail(format_args!("expected `{{`"))),
        }
    }

    /// `=` and a body; an empty one if it is broken.
    fn body(&mut self, of_resource: bool) -> Body {
        self.or_skip(LINE, |parser| parser.assigned_body(of_resource)).unwrap_or_default()
    }

    fn assigned_body(&mut self, of_resource: bool) -> Parsed<Body> {
        self.expect(Kind::Assign)?;
        if self.kind() == Kind::NewLine && self.next_word() == "if" {
            self.bump();
        }
        let repeated = self.kind() == Kind::LeftSquare && self.at_loop();
        if repeated { self.repeated_body(of_resource) } else { self.conditional(of_resource) }
    }

    fn repeated_body(&mut self, of_resource: bool) -> Parsed<Body> {
        self.repeated(|parser, header| {
            let mut body = parser.conditional(of_resource)?;
            body.repeat = Some(header);
            Ok(body)
        })
    }

    fn next_word(&self) -> &str {
        self.tokens.get(self.at + 1).map_or("", |token| self.slice(*token))
    }

    /// `{…}` or `if (…) {…}`.
    fn conditional(&mut self, of_resource: bool) -> Parsed<Body> {
        let condition = self.at_word("if").then(|| self.condition());
        let object = match self.kind() {
            Kind::LeftBrace => Some(self.object(of_resource)),
            _ if condition.is_none() => return Err(self.fail(format_args!("expected `{{`, `if` or `[for`"))),
            _ => {
                self.fail(format_args!("expected `{{`"));
                self.skip_line();
                None
            }
        };
        Ok(Body { repeat: None, condition, object })
    }

    /// `if (…)`.
    fn condition(&mut self) -> Expr {
        self.bump();
        if self.kind() == Kind::LeftParen {
            self.expression_until(CONDITION)
        } else {
            self.missing("a condition in parentheses", CONDITION)
        }
    }
}
