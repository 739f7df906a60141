//! Calls of functions: built in, defined here, imported; and those that take functions.

use super::expr::{Context, Symbol};
use crate::ir::{Callee, Expr, ExprKind, Fold, For, Name};
use crate::lower::renamed;
use crate::source::Span;
use crate::syntax::bicep as tree;

impl Context<'_> {
    pub(super) fn call(&mut self, call: &tree::Call, span: Span) -> ExprKind {
        if let Some(callee) = self.callee(call) {
            let args = call.args.iter().map(|arg| self.expr(arg)).collect();
            return ExprKind::Apply(callee, args);
        }
        let name = call.name.name.to_ascii_lowercase();
        let namespace = call.target.as_ref().map(|target| match &target.kind {
            tree::ExprKind::Name(name) if !self.symbols.contains_key(name) => matches!(&**name, "sys" | "az"),
            _ => false,
        });
        if let (Some(false), Some(target)) = (namespace, &call.target)
            && name.starts_with("list")
        {
            let args = std::iter::once(target).chain(&call.args).map(|arg| self.expr(arg)).collect();
            return ExprKind::Call(format!("arm:{name}").into(), args, false);
        }
        if namespace == Some(false) {
            let what =
                if name == "getsecret" { "a secret of a vault".to_owned() } else { format!("{}()", call.name.name) };
            return ExprKind::Opaque(what.into());
        }
        match (name.as_str(), call.args.as_slice()) {
            ("any", [only]) => self.expr(only).kind,
            ("map" | "filter" | "toobject" | "reduce" | "groupby" | "mapvalues", [collection, rest @ ..]) => {
                self.higher(&name, collection, rest, span)
            }
            (
                "readenvironmentvariable" | "externalinput" | "loadtextcontent" | "loadjsoncontent" | "loadyamlcontent",
                _,
            ) => ExprKind::Opaque(format!("{}()", call.name.name).into()),
            ("resourcegroup" | "subscription" | "managementgroup", [_, ..]) => {
                ExprKind::Opaque(format!("{}(…)", call.name.name).into())
            }
            _ => {
                let args = call.args.iter().map(|arg| self.expr(arg)).collect();
                let called = ExprKind::Call(format!("arm:{name}").into(), args, false);
                // The state of a resource: its properties, or with `'full'` all of it.
                let is_full = |arg: &tree::Expr| matches!(&arg.kind, tree::ExprKind::Str(text) if text.value.eq_ignore_ascii_case("full"));
                if name == "reference" && !call.args.iter().any(is_full) {
                    return ExprKind::Get(Box::new(Expr { span, kind: called }), "properties".into(), span);
                }
                called
            }
        }
    }

    /// The function that is called, if this file defines or imports it.
    fn callee(&self, call: &tree::Call) -> Option<Callee> {
        let name = &call.name.name;
        if let Some(target) = &call.target {
            return Some(Callee { import: Some(self.namespace(target)?), name: name.clone() });
        }
        match self.symbols.get(name)? {
            Symbol::Function => Some(Callee { import: None, name: name.clone() }),
            Symbol::Imported(import, name) => Some(Callee { import: Some(*import), name: name.clone() }),
            _ => None,
        }
    }

    /// Functions that take functions are loops.
    fn higher(&mut self, name: &str, collection: &tree::Expr, rest: &[tree::Expr], span: Span) -> ExprKind {
        let opaque = || ExprKind::Opaque(format!("{name}()").into());
        let collection = self.expr(collection);
        if name == "reduce" {
            return self.reduce(collection, rest).unwrap_or_else(opaque);
        }
        let lambda = |expr: Option<&tree::Expr>| match expr.map(|expr| &expr.kind) {
            Some(tree::ExprKind::Lambda(lambda)) => Some((**lambda).clone()),
            _ => None,
        };
        let Some(first) = lambda(rest.first()) else { return opaque() };
        let names: Vec<Name> = first.params.iter().map(|param| param.name.clone()).collect();
        let Some(value_name) = names.first().cloned() else { return opaque() };
        let body = self.within(names.iter(), |context| context.expr(&first.body));
        let bound = |name: &Name| Expr { span, kind: ExprKind::Bound(name.clone()) };
        let item = bound(&value_name);
        let mut key_name = names.get(1).cloned();
        let (key, value, condition) = match name {
            "map" => (None, body, None),
            "filter" => (None, item, Some(body)),
            "mapvalues" => {
                let name = key_name.get_or_insert_with(|| KEY.into());
                (Some(bound(name)), body, None)
            }
            _ => match lambda(rest.get(1)) {
                None => (Some(body), item, None),
                Some(second) => {
                    let Some(other) = second.params.first().map(|param| param.name.clone()) else { return opaque() };
                    let value = self.within([&other].into_iter(), |context| context.expr(&second.body));
                    (Some(body), renamed(value, &other, &value_name, span), None)
                }
            },
        };
        let grouping = name == "groupby";
        ExprKind::For(Box::new(For { key_name, value_name, collection, key, value, condition, grouping }))
    }

    fn reduce(&mut self, collection: Expr, rest: &[tree::Expr]) -> Option<ExprKind> {
        let [start, tree::Expr { kind: tree::ExprKind::Lambda(lambda), .. }] = rest else { return None };
        let start = self.expr(start);
        if unites_both(lambda) {
            return Some(ExprKind::Call("arm:unionall".into(), Box::new([collection, start]), false));
        }
        let names: Vec<Name> = lambda.params.iter().map(|param| param.name.clone()).collect();
        let [so_far, item, rest @ ..] = names.as_slice() else { return None };
        let value = self.within(names.iter(), |context| context.expr(&lambda.body));
        let (so_far, item, index) = (so_far.clone(), item.clone(), rest.first().cloned());
        Some(ExprKind::Fold(Box::new(Fold { collection, start, so_far, item, index, value })))
    }
}

/// A name that no file can bind.
const KEY: &str = "(key)";

/// Whether a lambda of two is the union of the two: then each part counts by itself, known or not.
fn unites_both(lambda: &tree::Lambda) -> bool {
    let tree::ExprKind::Call(call) = &lambda.body.kind else { return false };
    let names = lambda.params.iter().map(|param| &param.name);
    let same =
        call.args.iter().zip(names).all(|(arg, name)| matches!(&arg.kind, tree::ExprKind::Name(arg) if arg == name));
    same && lambda.params.len() == 2 && call.args.len() == 2 && matches!(&*call.name.name, "union" | "shallowMerge")
}
