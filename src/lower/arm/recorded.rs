//! Nested templates whose expressions are evaluated by the template around them: Azure records what comes out.

use std::collections::HashSet;

use super::deployments::{evaluates_inside, is_deployment};
use super::expr::Context;
use super::members;
use crate::ir::{Expr, ExprKind, Name, Recorded, Seclusion};
use crate::source::Span;
use crate::syntax::arm_expr::{self, Expr as Expression, Kind as ArmKind, Parsed};
use crate::syntax::json::{Kind, Node};

/// The sections of a template whose expressions are evaluated with it.
const SECTIONS: [&str; 3] = ["variables", "resources", "outputs"];

/// The nested template of a deployment, as Azure records it. The root is the template that the deployment stands in.
pub(super) fn recorded(context: &Context<'_>, node: &Node, span: Span, symbol: &str) -> Option<Recorded> {
    let properties = node.get("properties")?;
    let template = properties.get("template")?;
    let mut strings = Vec::new();
    SECTIONS.iter().filter_map(|section| template.get(section)).for_each(|node| collect(node, &mut strings));
    let name = node.get_ignore_case("name").map(|node| context.unreported(|| context.value(node)));
    let condition = node.get_ignore_case("condition").map(|node| context.unreported(|| context.value(node)));
    Some(Recorded {
        symbol: symbol.into(),
        name: name.unwrap_or(Expr { span, kind: ExprKind::Null }),
        span,
        condition,
        expressions: strings.iter().map(|node| context.unreported(|| context.value(node))).collect(),
        declared: secure_parameters(template),
        seclusion: seclusion(context, node, properties, template, &strings),
    })
}

/// Every string that may be an expression, save in templates that evaluate their own.
fn collect<'n>(node: &'n Node, strings: &mut Vec<&'n Node>) {
    match &node.kind {
        Kind::String(text) if text.value.starts_with('[') => strings.push(node),
        Kind::Array(items) => items.iter().for_each(|item| collect(item, strings)),
        Kind::Object(members) => {
            let kind = node.get_ignore_case("type").and_then(Node::as_str).unwrap_or("");
            let is_apart = is_deployment(kind) && evaluates_inside(node);
            for member in members {
                match member
                    .value
                    .as_object()
                    .filter(|_| is_apart && member.key.value.eq_ignore_ascii_case("properties"))
                {
                    Some(inner) => {
                        let evaluated = inner.iter().filter(|one| !one.key.value.eq_ignore_ascii_case("template"));
                        evaluated.for_each(|one| collect(&one.value, strings));
                    }
                    None => collect(&member.value, strings),
                }
            }
        }
        _ => {}
    }
}

fn secure_parameters(template: &Node) -> Vec<Name> {
    let parameters = template.get("parameters").into_iter().flat_map(members);
    let is_secure = |node: &Node| {
        let kind = node.get("type").and_then(Node::as_str).unwrap_or("");
        kind.to_ascii_lowercase().starts_with("secure")
    };
    parameters.filter(|member| is_secure(&member.value)).map(|member| Name::from(&*member.key.value)).collect()
}

/// What lets the template evaluate its own expressions; none if it then would not find what they name, or find something
/// else.
fn seclusion(
    context: &Context<'_>,
    node: &Node,
    properties: &Node,
    template: &Node,
    strings: &[&Node],
) -> Option<Seclusion> {
    let elsewhere = ["resourceGroup", "subscriptionId", "scope", "copy"];
    let functions = template.get("functions").and_then(Node::as_array).is_some_and(|functions| !functions.is_empty());
    if elsewhere.iter().any(|name| node.get_ignore_case(name).is_some()) || functions {
        return None;
    }
    let names = |section: Option<&Node>| -> HashSet<String> {
        section.into_iter().flat_map(members).map(|member| member.key.value.to_lowercase()).collect()
    };
    let given = names(properties.get("parameters"));
    let declared = template.get("parameters").into_iter().flat_map(members);
    let has_value = |name: &str, node: &Node| given.contains(name) || node.get("defaultValue").is_some();
    let parameters: HashSet<String> = declared
        .map(|member| (member.key.value.to_lowercase(), &member.value))
        .filter(|(name, node)| has_value(name, node))
        .map(|(name, _)| name)
        .collect();
    let variables = names(template.get("variables"));
    let stands_alone = |node: &&Node| {
        let Kind::String(text) = &node.kind else { return false };
        match arm_expr::parse(context.source, text, node.span.start + 1).0 {
            Parsed::Literal(_) => true,
            Parsed::Expression(expr) => finds_names(&expr, &parameters, &variables),
        }
    };
    if !strings.iter().all(stands_alone) {
        return None;
    }
    match properties.get("expressionEvaluationOptions") {
        None => Some(Seclusion::Before(properties.as_object()?.first()?.key_span)),
        Some(options) => {
            let scope =
                options.get("scope").filter(|scope| scope.as_str().is_some_and(|text| !text.starts_with('[')))?;
            Some(Seclusion::Instead(scope.span))
        }
    }
}

/// Whether an expression names only these parameters and variables, and nothing else of the template around.
fn finds_names(expr: &Expression, parameters: &HashSet<String>, variables: &HashSet<String>) -> bool {
    let inside = |expr: &Expression| finds_names(expr, parameters, variables);
    match &expr.kind {
        ArmKind::Call { namespace: Some(_), .. } | ArmKind::Broken => false,
        ArmKind::Call { namespace: None, name, args, .. } => {
            let first = match args.first().map(|arg| &arg.kind) {
                Some(ArmKind::Str(text)) => Some(text.to_lowercase()),
                _ => None,
            };
            let is_found = |names: &HashSet<String>| first.as_ref().is_some_and(|name| names.contains(name));
            match name.to_ascii_lowercase().as_str() {
                "parameters" => is_found(parameters),
                "variables" => is_found(variables),
                "copyindex" | "deployment" => false,
                // By its name, a resource is found only in its own template.
                function if function.starts_with("list") || function == "reference" => {
                    first.is_none_or(|name| name.starts_with('/')) && args.iter().all(inside)
                }
                _ => args.iter().all(inside),
            }
        }
        ArmKind::Property { base, .. } => inside(base),
        ArmKind::Index { base, index } => inside(base) && inside(index),
        ArmKind::Str(_) | ArmKind::Int(_) | ArmKind::Float(_) => true,
    }
}
