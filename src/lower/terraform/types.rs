//! Type constraints, reduced to what they add: attributes that may be left out, and their defaults.

use hcl::edit::Span as _;
use hcl::edit::expr::{Expression, FuncCall, ObjectKey};

use super::expr::Lowering;
use crate::ir::{Field, Holds, Shape};

pub(super) fn shape(lowering: &mut Lowering<'_>, expression: &Expression) -> Shape {
    match expression {
        Expression::Parenthesis(inner) => shape(lowering, inner.inner()),
        Expression::FuncCall(call) => constructor(lowering, call),
        _ => Shape::Any,
    }
}

/// What a type has room for.
pub(super) fn holds(expression: &Expression) -> Holds {
    match expression {
        Expression::Parenthesis(inner) => holds(inner.inner()),
        Expression::Variable(name) if name.as_str() == "string" => Holds::Text,
        Expression::Variable(name) if ["number", "bool"].contains(&name.as_str()) => Holds::Plain,
        _ => Holds::Parts,
    }
}

fn constructor(lowering: &mut Lowering<'_>, call: &FuncCall) -> Shape {
    let Some(first) = call.args.get(0) else { return Shape::Any };
    match (call.name.name.as_str(), first) {
        ("list" | "set" | "map", item) => match shape(lowering, item) {
            Shape::Any => Shape::Any,
            item => Shape::Each(Box::new(item)),
        },
        ("object", Expression::Object(object)) => {
            Shape::Object(object.iter().filter_map(|(key, value)| field(lowering, key, value.expr())).collect())
        }
        _ => Shape::Any,
    }
}

fn field(lowering: &mut Lowering<'_>, key: &ObjectKey, value: &Expression) -> Option<Field> {
    let (name, span) = match key {
        ObjectKey::Ident(name) => (name.as_str(), lowering.span(name.span())),
        ObjectKey::Expression(Expression::String(text)) => (text.as_str(), lowering.span(text.span())),
        ObjectKey::Expression(Expression::Variable(name)) => (name.as_str(), lowering.span(name.span())),
        ObjectKey::Expression(_) => return None,
    };
    let (name, optional) = (name.into(), optional(value));
    Some(match optional {
        Some(call) => Field {
            name,
            span,
            optional: true,
            default: call.args.get(1).map(|default| lowering.expr(default)),
            shape: call.args.get(0).map_or(Shape::Any, |inner| shape(lowering, inner)),
        },
        None => Field { name, span, optional: false, default: None, shape: shape(lowering, value) },
    })
}

fn optional(expression: &Expression) -> Option<&FuncCall> {
    expression.as_func_call().filter(|call| call.name.name.as_str() == "optional")
}
