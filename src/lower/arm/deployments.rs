//! Nested deployments: which one a template refers to, and what it gives.

use super::expr::Context;
use crate::ir::{Expr, ExprKind, Name};
use crate::source::Span;
use crate::syntax::arm_expr::{self, Expr as Expression, Kind as ArmKind, Parsed};
use crate::syntax::json::{Kind, Node};

impl Context<'_> {
    /// Learns how the template names a deployment, if the resource is one.
    pub(super) fn declare_deployment(&mut self, node: &Node, symbol: &str) {
        let Some(Node { kind: Kind::String(name), span, .. }) = node.get_ignore_case("name") else { return };
        let kind = node.get_ignore_case("type").and_then(Node::as_str).unwrap_or("");
        if !is_deployment(kind) {
            return;
        }
        let is_here = node.get("properties").is_some_and(|properties| properties.get("template").is_some());
        if is_here && !evaluates_inside(node) {
            self.outer.insert(symbol.into());
        }
        // Its errors are reported where the resource itself is read.
        let parsed = arm_expr::parse(self.source, name, span.start + 1).0;
        if node.get_ignore_case("copy").is_some() {
            if let Parsed::Expression(expr) = parsed {
                self.loops.push((expr, symbol.into()));
            }
            return;
        }
        let written = match parsed {
            Parsed::Literal(text) => Some(format!("{text:?}")),
            Parsed::Expression(expr) => written(&expr),
        };
        if let Some(written) = written {
            self.deployments.insert(written.to_lowercase(), symbol.into());
        }
    }

    /// `reference('module').outputs.x.value` and `listOutputsWithSecureValues('module', version).x` are output `x` of
    /// the nested template.
    pub(super) fn module_output(&self, base: &arm_expr::Expr, name: &str, name_span: Span) -> Option<ExprKind> {
        if let ArmKind::Call { namespace: None, name: function, args, .. } = &base.kind
            && function.eq_ignore_ascii_case("listOutputsWithSecureValues")
        {
            let module = self.deployment(args.first()?)?;
            return Some(ExprKind::Get(Box::new(module), name.into(), name_span));
        }
        let ArmKind::Property { base: outputs, name: output, name_span } = &base.kind else { return None };
        let ArmKind::Property { base: reference, name: section, .. } = &outputs.kind else { return None };
        if !name.eq_ignore_ascii_case("value") || !section.eq_ignore_ascii_case("outputs") {
            return None;
        }
        let ArmKind::Call { namespace: None, name: function, args, .. } = &reference.kind else { return None };
        let first = args.first().filter(|_| function.eq_ignore_ascii_case("reference"))?;
        let module = self.deployment(first)?;
        match &module.kind {
            ExprKind::Module(symbol) if self.outer.contains(symbol) => {
                Some(ExprKind::Local(outer_output(symbol, output)))
            }
            _ => Some(ExprKind::Get(Box::new(module), Name::from(&**output), *name_span)),
        }
    }

    /// The nested deployment that is meant by its symbol, its name or its id.
    fn deployment(&self, expr: &arm_expr::Expr) -> Option<Expr> {
        if let Some(symbol) = self.symbol(expr, true) {
            return Some(symbol);
        }
        let name = match &expr.kind {
            // Whatever group or subscription it is deployed to.
            ArmKind::Call { namespace: None, name, args, .. } if name.to_ascii_lowercase().ends_with("resourceid") => {
                let is_type = |arg: &Expression| matches!(&arg.kind, ArmKind::Str(kind) if is_deployment(kind));
                match args.get(args.iter().position(is_type)? + 1..)? {
                    [name] => name,
                    _ => return None,
                }
            }
            _ => expr,
        };
        if let Some(symbol) = self.deployments.get(&written(name)?.to_lowercase()) {
            return Some(Expr { span: expr.span, kind: ExprKind::Module(symbol.clone()) });
        }
        self.loops.iter().find_map(|(pattern, symbol)| {
            let mut index = None;
            let module = || Expr { span: expr.span, kind: ExprKind::Module(symbol.clone()) };
            let is_one = is_instance(pattern, name, &mut index);
            let index = self.expr(index.filter(|_| is_one)?);
            Some(Expr { span: expr.span, kind: ExprKind::Index(Box::new(module()), Box::new(index)) })
        })
    }
}

/// Whether a name is what another one gives for an index, and which.
pub(super) fn is_instance<'e>(pattern: &Expression, name: &'e Expression, index: &mut Option<&'e Expression>) -> bool {
    match (&pattern.kind, &name.kind) {
        (ArmKind::Call { name: function, args, .. }, _)
            if function.eq_ignore_ascii_case("copyIndex")
                && args.iter().all(|arg| matches!(arg.kind, ArmKind::Str(_))) =>
        {
            let same = index.is_none_or(|seen| written(seen).is_some() && written(seen) == written(name));
            *index = Some(name);
            same
        }
        (ArmKind::Call { name: a, args: of_a, .. }, ArmKind::Call { name: b, args: of_b, .. }) => {
            a.eq_ignore_ascii_case(b)
                && of_a.len() == of_b.len()
                && of_a.iter().zip(of_b).all(|(a, b)| is_instance(a, b, index))
        }
        (ArmKind::Property { base: a, name: own, .. }, ArmKind::Property { base: b, name: other, .. }) => {
            own.eq_ignore_ascii_case(other) && is_instance(a, b, index)
        }
        (ArmKind::Index { base: a, index: at_a }, ArmKind::Index { base: b, index: at_b }) => {
            is_instance(a, b, index) && is_instance(at_a, at_b, index)
        }
        _ => written(pattern).is_some() && written(pattern) == written(name),
    }
}

/// Whether the expressions of a nested template are evaluated inside it.
pub(super) fn evaluates_inside(deployment: &Node) -> bool {
    let options = deployment.get("properties").and_then(|properties| properties.get("expressionEvaluationOptions"));
    let scope = options.and_then(|options| options.get("scope")).and_then(Node::as_str);
    scope.is_some_and(|scope| scope.eq_ignore_ascii_case("inner"))
}

/// What an output of a nested template is called whose expressions are those of the template around it.
pub(super) fn outer_output(symbol: &str, output: &str) -> Name {
    format!("{symbol}::outputs.{}", output.to_lowercase()).into()
}

pub(super) fn is_deployment(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("Microsoft.Resources/deployments")
}

/// An expression as text, the same for the same expression; none if it cannot be read.
pub(super) fn written(expr: &Expression) -> Option<String> {
    Some(match &expr.kind {
        ArmKind::Str(text) => format!("{text:?}"),
        ArmKind::Int(number) => number.to_string(),
        ArmKind::Float(number) => number.to_string(),
        ArmKind::Call { namespace, name, args, .. } => {
            let args: Option<Vec<String>> = args.iter().map(written).collect();
            format!("{}.{name}({})", namespace.as_deref().unwrap_or(""), args?.join(","))
        }
        ArmKind::Property { base, name, .. } => format!("{}.{name}", written(base)?),
        ArmKind::Index { base, index } => format!("{}[{}]", written(base)?, written(index)?),
        ArmKind::Broken => return None,
    })
}
