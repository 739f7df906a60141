//! The strings of templates and their parameter files: of all their sections, and in expressions.

use super::deployments::is_deployment;
use super::expr::unnamed;
use super::members;
use crate::azure::credentials;
use crate::ir::Sighting;
use crate::lower::strings::Strings;
use crate::source::{SourceId, Span};
use crate::syntax::arm_expr::{self, Expr, Kind as ArmKind, Parsed};
use crate::syntax::json::{Kind, Node, Text};

/// Those of a template, with the templates in it.
pub(super) fn of_template(source: SourceId, text: &str, root: &Node) -> Vec<Sighting> {
    let mut strings = Strings::new(source, text);
    for section in members(root) {
        let name = &*section.key.value;
        let kind = match name {
            "parameters" => "variable",
            "variables" => "local",
            "outputs" => "output",
            "resources" => {
                resources(&mut strings, &section.value);
                continue;
            }
            _ => {
                strings.subject = name.into();
                walk(&mut strings, &section.value, true);
                continue;
            }
        };
        for member in members(&section.value) {
            strings.subject = format!("{kind}.{}", member.key.value).into();
            strings.under(&member.key.value, |strings| walk(strings, &member.value, true));
        }
    }
    strings.found
}

/// Those of a parameter file, where nothing is an expression.
pub(super) fn of_parameters(source: SourceId, text: &str, root: &Node) -> Vec<Sighting> {
    let mut strings = Strings::new(source, text);
    for section in members(root) {
        if &*section.key.value != "parameters" {
            strings.subject = (*section.key.value).into();
            walk(&mut strings, &section.value, false);
            continue;
        }
        for member in members(&section.value) {
            strings.subject = format!("variable.{}", member.key.value).into();
            strings.under(&member.key.value, |strings| walk(strings, &member.value, false));
        }
    }
    strings.found
}

fn resources(strings: &mut Strings<'_>, node: &Node) {
    let named: Vec<(String, &Node)> = match &node.kind {
        Kind::Array(items) => unnamed(items).into_iter().zip(items).collect(),
        _ => members(node).map(|member| (member.key.value.to_string(), &member.value)).collect(),
    };
    for (symbol, resource) in named {
        let kind = resource.get_ignore_case("type").and_then(Node::as_str).unwrap_or("");
        let kind = if is_deployment(kind) { "module" } else { kind };
        strings.subject = format!("{kind}.{symbol}").into();
        walk(strings, resource, true);
    }
}

fn walk(strings: &mut Strings<'_>, node: &Node, expressions: bool) {
    match &node.kind {
        Kind::String(text) => string(strings, text, node.span, expressions),
        Kind::Array(items) => items.iter().for_each(|item| walk(strings, item, expressions)),
        Kind::Object(members) => {
            // What settings and parameters are called stands beside their values.
            let name = node.get("name").and_then(Node::as_str).map(str::to_owned);
            for member in members {
                string(strings, &member.key, member.key_span, expressions);
                let label = name.as_deref().filter(|_| &*member.key.value == "value");
                strings.under(label.unwrap_or(&member.key.value), |strings| walk(strings, &member.value, expressions));
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
    }
}

fn string(strings: &mut Strings<'_>, text: &Text, span: Span, expressions: bool) {
    if !expressions || !text.value.starts_with('[') {
        return strings.look(&text.value, span);
    }
    // Most expressions hold nothing, and are not read a second time.
    if !credentials::may_hold_one(&text.value) {
        return;
    }
    match arm_expr::parse(strings.source, text, span.start + 1) {
        (Parsed::Literal(literal), _) => strings.look(&literal, span),
        (Parsed::Expression(expr), errors) => {
            expression(strings, &expr);
            // What could not be read is looked at as it stands.
            if !errors.is_empty() && strings.found.last().is_none_or(|last| !span.contains(last.literal)) {
                strings.look(&text.value, span);
            }
        }
    }
}

fn expression(strings: &mut Strings<'_>, expr: &Expr) {
    match &expr.kind {
        ArmKind::Str(text) => strings.look(text, expr.span),
        ArmKind::Call { args, .. } => args.iter().for_each(|arg| expression(strings, arg)),
        ArmKind::Property { base, .. } => expression(strings, base),
        ArmKind::Index { base, index } => {
            expression(strings, base);
            expression(strings, index);
        }
        ArmKind::Int(_) | ArmKind::Float(_) | ArmKind::Broken => {}
    }
}
