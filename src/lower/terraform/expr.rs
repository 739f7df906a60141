//! Expressions. Names are told apart here: `var.x` is a parameter, `each.key` the instance, anything else a resource.

use hcl::edit::Span as _;
use hcl::edit::expr::BinaryOperator as Operator;
use hcl::edit::expr::{Expression, ForExpr, FuncCall, Object, ObjectKey, Traversal, TraversalOperator, UnaryOperator};
use hcl::edit::structure::Attribute;
use hcl::edit::template::{Directive, Element, Template};

use crate::ir::{
    Attr, BinaryOp, EachPart, Expr, ExprKind, For, Item, Mode, Name, Part, Remark, TEMPLATE_LOOP, UnaryOp,
};
use crate::source::{SourceId, Span};
use crate::syntax::SyntaxError;

/// How offsets of the tree become offsets of the file.
pub(super) enum Offsets<'t> {
    /// The tree begins at this byte.
    From(usize),
    /// The tree was read from a string of a JSON file, whose escapes shift offsets.
    Json(&'t crate::syntax::json::Text, u32),
}

/// The state of lowering one tree.
pub(super) struct Lowering<'t> {
    pub(super) source: SourceId,
    pub(super) text: &'t str,
    offsets: Offsets<'t>,
    /// Names that a `for` or a dynamic block binds here, innermost last.
    pub(super) bound: Vec<Name>,
    pub(super) errors: Vec<SyntaxError>,
    /// Comments behind ids.
    pub(super) remarks: Vec<Remark>,
}

impl<'t> Lowering<'t> {
    pub(super) fn new(source: SourceId, text: &'t str, base: usize) -> Self {
        Self { source, text, offsets: Offsets::From(base), bound: Vec::new(), errors: Vec::new(), remarks: Vec::new() }
    }

    pub(super) fn json(source: SourceId, text: &'t str, string: &'t crate::syntax::json::Text, start: u32) -> Self {
        Self {
            source,
            text,
            offsets: Offsets::Json(string, start),
            bound: Vec::new(),
            errors: Vec::new(),
            remarks: Vec::new(),
        }
    }

    pub(super) fn span(&self, range: Option<std::ops::Range<usize>>) -> Span {
        let range = range.unwrap_or(0..0);
        match &self.offsets {
            Offsets::From(base) => Span::new(self.source, base + range.start, base + range.end),
            Offsets::Json(string, start) => {
                let map = |at: usize| string.source_offset(*start, u32::try_from(at).unwrap_or(u32::MAX));
                Span { source: self.source, start: map(range.start), end: map(range.end) }
            }
        }
    }

    pub(super) fn span_of(&self, expression: &Expression) -> Span {
        self.span(expression.span())
    }

    /// A name as it was written: a repair may have changed the tree's.
    fn written<'n>(&self, range: Option<std::ops::Range<usize>>, name: &'n str) -> &'n str
    where
        't: 'n,
    {
        match self.offsets {
            Offsets::From(base) => {
                let written = range.and_then(|range| self.text.get(base + range.start..base + range.end));
                written.filter(|written| written.len() == name.len()).unwrap_or(name)
            }
            Offsets::Json(..) => name,
        }
    }

    pub(super) fn attribute(&mut self, attribute: &Attribute) -> Attr {
        Attr {
            name: attribute.key.as_str().into(),
            span: self.span(attribute.key.span()),
            value: self.expr(&attribute.value),
        }
    }

    pub(super) fn expr(&mut self, expression: &Expression) -> Expr {
        let span = self.span_of(expression);
        let kind = match expression {
            Expression::Parenthesis(inner) => return self.expr(inner.inner()),
            Expression::Null(_) => ExprKind::Null,
            Expression::Bool(value) => ExprKind::Bool(*value.value()),
            Expression::Number(number) => ExprKind::Number(number.value().as_f64().unwrap_or(f64::NAN)),
            Expression::String(text) => {
                self.reject_line_break(span);
                self.remark(span, text.value());
                ExprKind::Str(text.value().as_str().into())
            }
            Expression::Array(items) => ExprKind::List(items.iter().map(|item| self.expr(item)).collect()),
            Expression::Object(object) => self.object(object),
            Expression::StringTemplate(template) => {
                let kind = self.elements(template.iter(), span);
                if let ExprKind::Template(parts) = &kind
                    && let Some(Part::Text(last, _)) = parts.last()
                {
                    let last = last.clone();
                    self.remark(span, &last);
                }
                kind
            }
            Expression::HeredocTemplate(heredoc) => self.elements(heredoc.template.iter(), span),
            Expression::Variable(name) => self.root(self.written(name.span(), name.as_str())),
            Expression::Traversal(traversal) => return self.traversal(traversal, span),
            Expression::FuncCall(call) => self.call(call),
            Expression::Conditional(cond) => ExprKind::Cond(Box::new([
                self.expr(&cond.cond_expr),
                self.expr(&cond.true_expr),
                self.expr(&cond.false_expr),
            ])),
            Expression::UnaryOp(operation) => {
                let operator = match operation.operator.value() {
                    UnaryOperator::Not => UnaryOp::Not,
                    UnaryOperator::Neg => UnaryOp::Minus,
                };
                ExprKind::Unary(operator, Box::new(self.expr(&operation.expr)))
            }
            Expression::BinaryOp(operation) => ExprKind::Binary(
                binary(*operation.operator.value()),
                Box::new([self.expr(&operation.lhs_expr), self.expr(&operation.rhs_expr)]),
            ),
            Expression::ForExpr(expression) => self.for_expr(expression),
        };
        Expr { span, kind }
    }

    /// Keeps the comment that says what a GUID stands for.
    fn remark(&mut self, span: Span, value: &str) {
        if !matches!(self.offsets, Offsets::Json(..)) {
            self.remarks.extend(crate::lower::remark(self.text, span, value));
        }
    }

    /// The library accepts a line break inside a quoted string, Terraform does not.
    fn reject_line_break(&mut self, span: Span) {
        let written = self.text.get(span.start as usize..span.end as usize).unwrap_or("");
        if written.starts_with('"')
            && matches!(self.offsets, Offsets::From(_))
            && let Some(at) = written.find('\n')
        {
            let start = span.start as usize;
            let end = start + written.get(..at).map_or(at, |line| line.trim_end().len());
            self.errors.push(SyntaxError {
                span: Span::new(self.source, start, end),
                message: "a quoted string must end on the line where it begins".to_owned(),
            });
        }
    }

    fn object(&mut self, object: &Object) -> ExprKind {
        let items = object.iter().map(|(key, value)| Item { key: self.key(key), value: self.expr(value.expr()) });
        ExprKind::Object(items.collect())
    }

    /// A key that is a plain name or string is read from the original text: a repair may have changed the tree's.
    fn key(&mut self, key: &ObjectKey) -> Expr {
        let (span, name) = match key {
            ObjectKey::Ident(name) => (self.span(name.span()), name.as_str()),
            ObjectKey::Expression(Expression::String(text)) => (self.span(text.span()), text.as_str()),
            ObjectKey::Expression(Expression::Variable(name)) => (self.span(name.span()), name.as_str()),
            ObjectKey::Expression(other) => return self.expr(other),
        };
        let written = match self.offsets {
            Offsets::From(_) => {
                self.text.get(span.start as usize..span.end as usize).map(|text| text.trim_matches('"'))
            }
            Offsets::Json(..) => None,
        };
        let name = written.filter(|text| !text.contains('\\')).unwrap_or(name);
        Expr { span, kind: ExprKind::Str(name.into()) }
    }

    fn elements<'e>(&mut self, elements: impl Iterator<Item = &'e Element>, span: Span) -> ExprKind {
        let mut parts: Vec<Part> = elements.map(|element| self.part(element)).collect();
        match parts.as_mut_slice() {
            [] => ExprKind::Str("".into()),
            [Part::Text(text, _)] => ExprKind::Str(text.clone()),
            // `"${x}"` is x itself, of whatever type.
            [Part::Hole(_)] if !self.is_heredoc(span) => match parts.pop() {
                Some(Part::Hole(hole)) => hole.kind,
                _ => ExprKind::Null,
            },
            _ => ExprKind::Template(parts.into()),
        }
    }

    fn is_heredoc(&self, span: Span) -> bool {
        self.text.get(span.start as usize..).is_some_and(|text| text.starts_with("<<"))
    }

    fn part(&mut self, element: &Element) -> Part {
        match element {
            Element::Literal(text) => Part::Text(text.as_str().into(), self.span(text.span())),
            Element::Interpolation(interpolation) => Part::Hole(self.expr(&interpolation.expr)),
            Element::Directive(directive) => {
                let span = self.span(directive.span());
                let kind = match &**directive {
                    Directive::If(directive) => {
                        let condition = self.expr(&directive.if_expr.cond_expr);
                        let then = self.template(&directive.if_expr.template, span);
                        let otherwise = match &directive.else_expr {
                            Some(otherwise) => self.template(&otherwise.template, span),
                            None => Expr { span, kind: ExprKind::Str("".into()) },
                        };
                        ExprKind::Cond(Box::new([condition, then, otherwise]))
                    }
                    Directive::For(_) => ExprKind::Opaque(TEMPLATE_LOOP.into()),
                };
                Part::Hole(Expr { span, kind })
            }
        }
    }

    /// A template by itself, such as a string of a JSON file.
    pub(super) fn template(&mut self, template: &Template, span: Span) -> Expr {
        Expr { span, kind: self.elements(template.iter(), span) }
    }

    fn root(&self, name: &str) -> ExprKind {
        if self.bound.iter().any(|bound| &**bound == name) {
            ExprKind::Bound(name.into())
        } else {
            ExprKind::Opaque(name.into())
        }
    }

    fn traversal(&mut self, traversal: &Traversal, span: Span) -> Expr {
        let mut operators = traversal.operators.as_slice();
        let first = self.span_of(&traversal.expr);
        let root = match &traversal.expr {
            Expression::Variable(name) => {
                let name = self.written(name.span(), name.as_str());
                if self.bound.iter().any(|bound| **bound == *name) {
                    ExprKind::Bound(name.into())
                } else {
                    named_root(name, &mut operators)
                }
            }
            other => self.expr(other).kind,
        };
        let end =
            operators.first().and_then(|operator| operator.span()).map_or(span.end, |next| self.span(Some(next)).start);
        let root = Expr { span: Span { end, ..first }, kind: root };
        self.follow(root, operators)
    }

    fn follow(&mut self, mut base: Expr, operators: &[hcl::edit::Decorated<TraversalOperator>]) -> Expr {
        for (at, operator) in operators.iter().enumerate() {
            let here = self.span(operator.span());
            let span = Span { end: here.end.max(base.span.end), ..base.span };
            let kind = match operator.value() {
                TraversalOperator::GetAttr(name) => {
                    ExprKind::Get(Box::new(base), name.as_str().into(), self.span(name.span()))
                }
                TraversalOperator::Index(index) => ExprKind::Index(Box::new(base), Box::new(self.expr(index))),
                #[expect(clippy::cast_precision_loss, reason = "an index beyond 2^52 is beyond any list")]
                TraversalOperator::LegacyIndex(index) => {
                    let index = Expr { span: here, kind: ExprKind::Number(*index.value() as f64) };
                    ExprKind::Index(Box::new(base), Box::new(index))
                }
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let rest = operators.get(at + 1..).unwrap_or_default();
                    // `a.*.b[0]` takes the first of all b; only names belong to an attribute splat.
                    let inner = match operator.value() {
                        TraversalOperator::FullSplat(_) => rest.len(),
                        _ => {
                            rest.iter().take_while(|next| matches!(next.value(), TraversalOperator::GetAttr(_))).count()
                        }
                    };
                    let (inner, outer) = rest.split_at(inner.min(rest.len()));
                    let item = Expr { span: here, kind: ExprKind::Item };
                    let item = self.follow(item, inner);
                    let span = Span { end: item.span.end.max(span.end), ..span };
                    let splat = Expr { span, kind: ExprKind::Splat(Box::new(base), Box::new(item)) };
                    return self.follow(splat, outer);
                }
            };
            base = Expr { span, kind };
        }
        base
    }

    fn call(&mut self, call: &FuncCall) -> ExprKind {
        let args = call.args.iter().map(|arg| self.expr(arg)).collect();
        let mut name = String::new();
        for part in &call.name.namespace {
            name.push_str(part.as_str());
            name.push_str("::");
        }
        name.push_str(self.written(call.name.name.span(), call.name.name.as_str()));
        // `core::` names the built-in functions.
        let name = name.strip_prefix("core::").unwrap_or(&name);
        ExprKind::Call(name.into(), args, call.args.expand_final())
    }

    fn for_expr(&mut self, expression: &ForExpr) -> ExprKind {
        let collection = self.expr(&expression.intro.collection_expr);
        let key_name: Option<Name> = expression.intro.key_var.as_ref().map(|name| name.as_str().into());
        let value_name: Name = expression.intro.value_var.as_str().into();
        let outer = self.bound.len();
        self.bound.extend(key_name.clone());
        self.bound.push(value_name.clone());
        let key = expression.key_expr.as_ref().map(|key| self.expr(key));
        let value = self.expr(&expression.value_expr);
        let condition = expression.cond.as_ref().map(|condition| self.expr(&condition.expr));
        self.bound.truncate(outer);
        let grouping = expression.grouping;
        ExprKind::For(Box::new(For { key_name, value_name, collection, key, value, condition, grouping }))
    }
}

fn binary(operator: Operator) -> BinaryOp {
    match operator {
        Operator::Eq => BinaryOp::Eq,
        Operator::NotEq => BinaryOp::Ne,
        Operator::LessEq => BinaryOp::Le,
        Operator::GreaterEq => BinaryOp::Ge,
        Operator::Less => BinaryOp::Lt,
        Operator::Greater => BinaryOp::Gt,
        Operator::Plus => BinaryOp::Add,
        Operator::Minus => BinaryOp::Sub,
        Operator::Mul => BinaryOp::Mul,
        Operator::Div => BinaryOp::Div,
        Operator::Mod => BinaryOp::Rem,
        Operator::And => BinaryOp::And,
        Operator::Or => BinaryOp::Or,
    }
}

/// The thing that a dotted name starts from; takes the operators that belong to it.
fn named_root(name: &str, operators: &mut &[hcl::edit::Decorated<TraversalOperator>]) -> ExprKind {
    let part = |at: usize| match operators.get(at).map(|operator| operator.value()) {
        Some(TraversalOperator::GetAttr(name)) => Some(Name::from(name.as_str())),
        _ => None,
    };
    let (kind, taken) = match (name, part(0), part(1)) {
        ("var", Some(name), _) => (ExprKind::Param(name), 1),
        ("local", Some(name), _) => (ExprKind::Local(name), 1),
        ("module", Some(name), _) => (ExprKind::Module(name), 1),
        ("data", Some(kind), Some(name)) => (ExprKind::Resource(Mode::Data, kind, name), 2),
        ("ephemeral", Some(kind), Some(name)) => (ExprKind::Resource(Mode::Ephemeral, kind, name), 2),
        ("each", Some(part), _) if &*part == "key" => (ExprKind::Each(EachPart::Key), 1),
        ("each", Some(part), _) if &*part == "value" => (ExprKind::Each(EachPart::Value), 1),
        ("count", Some(part), _) if &*part == "index" => (ExprKind::Each(EachPart::Index), 1),
        ("path" | "terraform" | "self", Some(part), _) => (ExprKind::Opaque(format!("{name}.{part}").into()), 1),
        (kind, Some(name), _) if kind.contains('_') => (ExprKind::Resource(Mode::Managed, kind.into(), name), 1),
        _ => (ExprKind::Opaque(name.into()), 0),
    };
    *operators = operators.get(taken..).unwrap_or_default();
    kind
}
