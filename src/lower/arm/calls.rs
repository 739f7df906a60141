//! Calls of functions: those that name things, those that take functions, all others.

use super::expr::{Context, Symbol, argument, loop_name, variable};
use crate::ir::{BinaryOp, EachPart, Expr, ExprKind, Fold, For, Name};
use crate::lower::renamed;
use crate::source::Span;
use crate::syntax::arm_expr::{Expr as Expression, Kind as ArmKind};

impl Context<'_> {
    pub(super) fn call(&self, name: &str, args: &[Expression], span: Span) -> ExprKind {
        let text = |at: usize| match args.get(at).map(|arg| &arg.kind) {
            Some(ArmKind::Str(text)) => Some(&**text),
            _ => None,
        };
        let lower = name.to_ascii_lowercase();
        match (lower.as_str(), text(0)) {
            ("parameters", Some(name)) if self.arguments.contains(&name.to_lowercase()) => {
                ExprKind::Bound(argument(name))
            }
            ("parameters", Some(name)) => match self.params.get(&name.to_lowercase()) {
                Some(name) => ExprKind::Param(name.clone()),
                None => ExprKind::Opaque(format!("parameters('{name}')").into()),
            },
            ("variables", Some(name)) => match self.locals.get(&name.to_lowercase()) {
                Some(name) => ExprKind::Local(name.clone()),
                None => ExprKind::Opaque(format!("variables('{name}')").into()),
            },
            ("copyindex", name) => self.copy_index(name, args, span),
            ("true", _) => ExprKind::Bool(true),
            ("false", _) => ExprKind::Bool(false),
            ("null", _) => ExprKind::Null,
            ("if", _) if args.len() == 3 => {
                let mut parts = args.iter().map(|arg| self.expr(arg));
                match (parts.next(), parts.next(), parts.next()) {
                    (Some(condition), Some(then), Some(otherwise)) => {
                        ExprKind::Cond(Box::new([condition, then, otherwise]))
                    }
                    _ => ExprKind::Null,
                }
            }
            ("reference", _) => self.reference(args, span),
            // Of a symbolic name, too.
            (function, _) if function.starts_with("list") => {
                let listed = |(at, arg): (usize, &Expression)| {
                    let symbol = if at == 0 { self.symbol(arg, false) } else { None };
                    symbol.unwrap_or_else(|| self.expr(arg))
                };
                let args = args.iter().enumerate().map(listed).collect();
                ExprKind::Call(format!("arm:{function}").into(), args, false)
            }
            ("lambdavariables", Some(name)) => ExprKind::Bound(variable(name)),
            ("map" | "filter" | "toobject" | "reduce" | "groupby" | "mapvalues", _) => self.higher(&lower, args, span),
            _ => {
                let args = args.iter().map(|arg| self.expr(arg)).collect();
                ExprKind::Call(format!("arm:{lower}").into(), args, false)
            }
        }
    }

    /// The state of a resource: its properties, or with `'full'` all of it.
    fn reference(&self, args: &[Expression], span: Span) -> ExprKind {
        let full =
            args.iter().skip(1).any(|arg| matches!(&arg.kind, ArmKind::Str(text) if text.eq_ignore_ascii_case("full")));
        let symbol = args.first().and_then(|first| self.symbol(first, false));
        let resource = match symbol {
            Some(resource) => resource,
            None => {
                let args = args.iter().take(1).map(|arg| self.expr(arg)).collect();
                Expr { span, kind: ExprKind::Call("arm:reference".into(), args, false) }
            }
        };
        if full { resource.kind } else { ExprKind::Get(Box::new(resource), "properties".into(), span) }
    }

    /// What a symbolic name, or `format('name[{0}]', index)` for an instance of a loop, stands for.
    pub(super) fn symbol(&self, expr: &Expression, deployments: bool) -> Option<Expr> {
        let span = expr.span;
        let (written, index) = match &expr.kind {
            ArmKind::Str(text) => (text.to_lowercase(), None),
            ArmKind::Call { namespace: None, name, args, .. } if name.eq_ignore_ascii_case("format") => {
                match args.as_slice() {
                    [first, index] => match &first.kind {
                        ArmKind::Str(text) => {
                            (text.to_lowercase().strip_suffix("[{0}]")?.to_owned(), Some(self.expr(index)))
                        }
                        _ => return None,
                    },
                    _ => return None,
                }
            }
            _ => return None,
        };
        let (name, symbol) = self.symbols.get(&written)?;
        let kind = match symbol {
            Symbol::Deployment if deployments => ExprKind::Module(name.clone()),
            Symbol::Deployment => return None,
            Symbol::Resource(mode, kind) => ExprKind::Resource(*mode, kind.clone(), name.clone()),
        };
        let base = Expr { span, kind };
        Some(match index {
            Some(index) => Expr { span, kind: ExprKind::Index(Box::new(base), Box::new(index)) },
            None => base,
        })
    }

    /// Functions that take functions are loops.
    fn higher(&self, name: &str, args: &[Expression], span: Span) -> ExprKind {
        self.loop_of(name, args, span).unwrap_or_else(|| ExprKind::Opaque(format!("{name}()").into()))
    }

    fn loop_of(&self, name: &str, args: &[Expression], span: Span) -> Option<ExprKind> {
        let collection = self.expr(args.first()?);
        let bound = |name: &Name| Expr { span, kind: ExprKind::Bound(name.clone()) };
        if name == "reduce" {
            return self.reduce(collection, args.get(1)?, args.get(2)?);
        }
        let (names, body) = self.lambda(args.get(1)?)?;
        let value_name = names.first()?.clone();
        let mut key_name = names.get(1).cloned();
        let (key, value, condition) = match name {
            "map" => (None, body, None),
            "filter" => (None, bound(&value_name), Some(body)),
            "mapvalues" => (Some(bound(key_name.get_or_insert_with(|| variable("(key)")))), body, None),
            _ => match args.get(2) {
                None => (Some(body), bound(&value_name), None),
                Some(second) => {
                    let (names, value) = self.lambda(second)?;
                    let value = renamed(value, names.first()?, &value_name, span);
                    (Some(body), value, None)
                }
            },
        };
        let grouping = name == "groupby";
        Some(ExprKind::For(Box::new(For { key_name, value_name, collection, key, value, condition, grouping })))
    }

    fn reduce(&self, collection: Expr, start: &Expression, lambda: &Expression) -> Option<ExprKind> {
        let start = self.expr(start);
        // A union of everything: each part counts by itself, known or not.
        if union_of_both(lambda).is_some() {
            return Some(ExprKind::Call("arm:unionall".into(), Box::new([collection, start]), false));
        }
        let (names, value) = self.lambda(lambda)?;
        let [so_far, item, rest @ ..] = names.as_slice() else { return None };
        let (so_far, item, index) = (so_far.clone(), item.clone(), rest.first().cloned());
        Some(ExprKind::Fold(Box::new(Fold { collection, start, so_far, item, index, value })))
    }

    fn lambda(&self, expr: &Expression) -> Option<(Vec<Name>, Expr)> {
        let (names, body) = lambda_parts(expr)?;
        Some((names.into_iter().map(variable).collect(), self.expr(body)))
    }

    fn copy_index(&self, name: Option<&str>, args: &[Expression], span: Span) -> ExprKind {
        let of_resource = match (name, &self.resource_loop) {
            (None, _) => !self.in_output,
            (Some(name), Some(own)) => name.eq_ignore_ascii_case(own),
            (Some(_), None) => false,
        };
        let index =
            if of_resource { ExprKind::Each(EachPart::Index) } else { ExprKind::Bound(loop_name(name.unwrap_or(""))) };
        match args.get(usize::from(name.is_some())) {
            Some(offset) => {
                let sides = Box::new([Expr { span, kind: index }, self.expr(offset)]);
                ExprKind::Binary(BinaryOp::Add, sides)
            }
            None => index,
        }
    }
}

/// The names and the body of `lambda('x', …)`.
fn lambda_parts(expr: &Expression) -> Option<(Vec<&str>, &Expression)> {
    let ArmKind::Call { namespace: None, name, args, .. } = &expr.kind else { return None };
    let (body, names) = args.split_last().filter(|_| name.eq_ignore_ascii_case("lambda"))?;
    let names = names.iter().map(|name| match &name.kind {
        ArmKind::Str(text) => Some(&**text),
        _ => None,
    });
    Some((names.collect::<Option<Vec<_>>>()?, body))
}

/// Whether a lambda of two is the union of the two.
fn union_of_both(expr: &Expression) -> Option<()> {
    let (names, body) = lambda_parts(expr)?;
    let ArmKind::Call { name, args, .. } = &body.kind else { return None };
    let both = args.iter().zip(&names).all(|(arg, wanted)| match &arg.kind {
        ArmKind::Call { name, args, .. } if name.eq_ignore_ascii_case("lambdaVariables") => {
            matches!(args.first().map(|arg| &arg.kind), Some(ArmKind::Str(text)) if **text == **wanted)
        }
        _ => false,
    });
    let unites = name.eq_ignore_ascii_case("union") || name.eq_ignore_ascii_case("shallowMerge");
    (unites && both && args.len() == 2 && names.len() == 2).then_some(())
}
