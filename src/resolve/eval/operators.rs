//! Operators in three values.

use super::Deployment;
use crate::ir::{BinaryOp, Name, UnaryOp};
use crate::resolve::value::{Kind, Reason, Target, Text, Truth, Value, Why};
use crate::source::Span;

impl Deployment<'_> {
    pub(super) fn unary(&self, operator: UnaryOp, operand: &Value, span: Span) -> Value {
        let operand = self.known(operand);
        if let Kind::OneOf(values) = &operand.kind {
            return Value::one_of(values.iter().map(|one| self.unary(operator, one, span)), span).resting_on(&operand);
        }
        let value = match (operator, &operand.kind) {
            (_, Kind::Unknown(why)) => Value::unknown(why.clone(), span),
            (UnaryOp::Not, _) => operand.opposite(span).unwrap_or_else(|| undecided(span)),
            (UnaryOp::Minus, Kind::Number(number)) => Value::number(-number, span),
            (UnaryOp::Minus, _) => undecided(span),
        };
        value.resting_on(&operand)
    }

    pub(super) fn binary(&self, operator: BinaryOp, left: &Value, right: &Value, span: Span) -> Value {
        let (left, right) = (self.known(left), self.known(right));
        if let Kind::OneOf(values) = &left.kind {
            let each = values.iter().map(|one| self.binary(operator, one, &right, span));
            return Value::one_of(each, span).resting_on(&left);
        }
        if let Kind::OneOf(values) = &right.kind {
            let each = values.iter().map(|one| self.binary(operator, &left, one, span));
            return Value::one_of(each, span).resting_on(&right);
        }
        match operator {
            BinaryOp::And => logical(false, &left, &right, span),
            BinaryOp::Or => logical(true, &left, &right, span),
            BinaryOp::Eq => truth(self.equal(&left, &right), span).resting_on(&left).resting_on(&right),
            BinaryOp::Ne => truth(!self.equal(&left, &right), span).resting_on(&left).resting_on(&right),
            _ => arithmetic(operator, &left, &right, span).resting_on(&left).resting_on(&right),
        }
    }

    /// Whether two values are equal.
    #[must_use]
    pub fn equal(&self, left: &Value, right: &Value) -> Truth {
        let (left, right) = (&self.known(left), &self.known(right));
        match (&left.kind, &right.kind) {
            (Kind::OneOf(values), _) => super::super::value::every(values.iter().map(|one| self.equal(one, right))),
            (_, Kind::OneOf(values)) => super::super::value::every(values.iter().map(|one| self.equal(left, one))),
            (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => Truth::Maybe,
            // What a resource gives is there: ids and names are never null.
            (Kind::Ref(_), Kind::Null) | (Kind::Null, Kind::Ref(_)) => Truth::No,
            (Kind::Ref(a), Kind::Ref(b)) => {
                let certain = |target: Target| match target {
                    Target::Node(node) => self.node(node).is_some_and(|node| node.key != super::Key::Any),
                    Target::Instance(_) | Target::Opaque(..) => true,
                };
                if a == b && !a.many && certain(a.target) { Truth::Yes } else { Truth::Maybe }
            }
            (Kind::Text(a), Kind::Text(b)) => match (a, b) {
                (Text::Plain(a), Text::Plain(b)) => (a == b).into(),
                (a, b) if a.same(b) && !left.holds_unknown() => Truth::Yes,
                _ => Truth::Maybe,
            },
            (Kind::Null, Kind::Null) => Truth::Yes,
            (Kind::Null, _) | (_, Kind::Null) => Truth::No,
            (Kind::List(a), Kind::List(b)) => {
                if a.rest.is_some() || b.rest.is_some() {
                    return Truth::Maybe;
                }
                if a.items.len() != b.items.len() {
                    return Truth::No;
                }
                a.items.iter().zip(b.items.iter()).fold(Truth::Yes, |so_far, (a, b)| so_far.and(self.equal(a, b)))
            }
            (Kind::Map(a), Kind::Map(b)) => {
                if a.rest.is_some() || b.rest.is_some() {
                    return Truth::Maybe;
                }
                if a.entries.len() != b.entries.len()
                    || a.entries.iter().zip(b.entries.iter()).any(|(a, b)| a.key != b.key)
                {
                    return Truth::No;
                }
                a.entries
                    .iter()
                    .zip(b.entries.iter())
                    .fold(Truth::Yes, |so_far, (a, b)| so_far.and(self.equal(&a.value, &b.value)))
            }
            (
                Kind::Bool(_) | Kind::Number(_) | Kind::Text(Text::Plain(_)),
                Kind::Bool(_) | Kind::Number(_) | Kind::Text(Text::Plain(_)),
            ) => match (to_text(left), to_text(right)) {
                (Some(a), Some(b)) => (a == b).into(),
                _ => Truth::Maybe,
            },
            _ => Truth::Maybe,
        }
    }
}

/// `&&` is settled by a false side, `||` by a true one, whatever the other is.
fn logical(settled_by: bool, left: &Value, right: &Value, span: Span) -> Value {
    let settles = |value: &Value| value.as_bool() == Some(settled_by);
    let settled = [left, right].into_iter().filter(|side| settles(side)).min_by_key(|side| side.assumed);
    if let Some(side) = settled {
        return Value::bool(settled_by, span).resting_on(side);
    }
    match (left.as_bool(), right.as_bool()) {
        (Some(_), Some(_)) => Value::bool(!settled_by, span).resting_on(left).resting_on(right),
        _ => {
            let why = left.why().or(right.why()).cloned();
            Value::unknown(why.unwrap_or_else(|| Why::new(Reason::Condition, span)), span)
        }
    }
}

fn arithmetic(operator: BinaryOp, left: &Value, right: &Value, span: Span) -> Value {
    if let Some(why) = left.why().or(right.why()) {
        return Value::unknown(why.clone(), span);
    }
    let as_number = |value: &Value| match &value.kind {
        Kind::Number(number) => Some(*number),
        Kind::Text(Text::Plain(text)) => text.parse::<f64>().ok(),
        _ => None,
    };
    let (Some(a), Some(b)) = (as_number(left), as_number(right)) else { return undecided(span) };
    match operator {
        BinaryOp::Lt => Value::bool(a < b, span),
        BinaryOp::Le => Value::bool(a <= b, span),
        BinaryOp::Gt => Value::bool(a > b, span),
        BinaryOp::Ge => Value::bool(a >= b, span),
        BinaryOp::Add => Value::number(a + b, span),
        BinaryOp::Sub => Value::number(a - b, span),
        BinaryOp::Mul => Value::number(a * b, span),
        BinaryOp::Div if b != 0.0 => Value::number(a / b, span),
        BinaryOp::Rem if b != 0.0 => Value::number(a % b, span),
        _ => undecided(span),
    }
}

fn truth(truth: Truth, span: Span) -> Value {
    match truth {
        Truth::Yes => Value::bool(true, span),
        Truth::No => Value::bool(false, span),
        Truth::Maybe => undecided(span),
    }
}

fn undecided(span: Span) -> Value {
    Value::unknown(Why::new(Reason::Condition, span), span)
}

/// A number as Terraform writes it in a string.
pub(in crate::resolve) fn number(number: f64) -> String {
    format!("{number}")
}

/// The text of a string, number or truth value.
pub(in crate::resolve) fn to_text(value: &Value) -> Option<Name> {
    match &value.kind {
        Kind::Text(Text::Plain(text)) => Some(text.clone()),
        Kind::Number(value) => Some(number(*value).into()),
        Kind::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
        _ => None,
    }
}
