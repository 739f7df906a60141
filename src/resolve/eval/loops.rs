//! Loops, reductions, and functions that modules define: expressions with names of their own.

use super::Deployment;
use super::expr::{Frame, MAX_ITEMS, Scope, undeclared};
use crate::ir::{Callee, Expr, Fold, For, Name};
use crate::resolve::value::{Entry, InstanceId, Kind, List, Map, Reason, Value, Why};
use crate::source::Span;

impl Deployment<'_> {
    pub(super) fn for_expr(&self, for_: &For, collection: &Value, scope: Scope<'_>, span: Span) -> Value {
        if let Kind::OneOf(values) = &collection.kind {
            let each = values.iter().map(|one| self.for_expr(for_, &self.known(one), scope, span));
            return Value::one_of(each, span).resting_on(collection);
        }
        let iteration = self.iterate(collection);
        if iteration.items.len() > MAX_ITEMS {
            return Value::unknown(Why::new(Reason::TooLarge, span), span);
        }
        let mut rest = iteration.rest;
        let mut entries: Vec<Entry> = Vec::new();
        let mut items: Vec<Value> = Vec::new();
        for (key, item) in iteration.items {
            let outer = Frame { outer: scope.frame, name: for_.key_name.as_deref(), value: key };
            let outer = if for_.key_name.is_some() { Some(&outer) } else { scope.frame };
            let frame = Frame { outer, name: Some(&for_.value_name), value: item };
            let inner = Scope { frame: Some(&frame), ..scope };
            if let Some(condition) = &for_.condition {
                let condition = self.known(&self.eval(condition, inner));
                match condition.as_bool() {
                    Some(false) if !condition.assumed => continue,
                    Some(true) if !condition.assumed => {}
                    _ => {
                        rest.get_or_insert_with(|| Why::new(Reason::Condition, span));
                        continue;
                    }
                }
            }
            let value = self.eval(&for_.value, inner);
            let Some(key) = &for_.key else {
                items.push(value);
                continue;
            };
            let key = self.known(&self.eval(key, inner));
            match super::operators::to_text(&key) {
                Some(name) => push_entry(&mut entries, for_.grouping, name, key.span, value),
                // What it is called cannot be told, but what it refers to can.
                None if !for_.grouping && (key.as_ref().is_some() || matches!(key.kind, Kind::Text(_))) => {
                    let name = format!("\u{0}{}", entries.len()).into();
                    if key.holds_unknown() {
                        rest.get_or_insert_with(|| Why::new(Reason::Key, key.span));
                    }
                    let (key_span, reference) = (key.span, Some(std::sync::Arc::new(key)));
                    entries.push(Entry { key: name, key_span, reference, said: None, value });
                }
                None => {
                    rest.get_or_insert_with(|| key.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, span)));
                }
            }
        }
        let kind = match for_.key {
            Some(_) => Kind::Map(Map::new(entries, rest)),
            None => Kind::List(List { items: items.into(), rest }),
        };
        Value::new(kind, span).resting_on(collection)
    }

    /// What is left of a collection when each item is worked into what there is so far.
    pub(super) fn fold(&self, fold: &Fold, collection: &Value, scope: Scope<'_>, span: Span) -> Value {
        if let Kind::OneOf(values) = &collection.kind {
            let each = values.iter().map(|one| self.fold(fold, &self.known(one), scope, span));
            return Value::one_of(each, span).resting_on(collection);
        }
        let iteration = self.iterate(collection);
        if let Some(why) = iteration.rest {
            return Value::unknown(why, span);
        }
        if iteration.items.len() > MAX_ITEMS {
            return Value::unknown(Why::new(Reason::TooLarge, span), span);
        }
        let mut so_far = self.eval(&fold.start, scope);
        #[expect(clippy::cast_precision_loss, reason = "collections are far shorter than 2^52")]
        for (at, (_, item)) in iteration.items.into_iter().enumerate() {
            let value = Value::number(at as f64, span);
            let index = Frame { outer: scope.frame, name: fold.index.as_deref(), value };
            let outer = if fold.index.is_some() { Some(&index) } else { scope.frame };
            let before = Frame { outer, name: Some(&fold.so_far), value: so_far };
            let item = Frame { outer: Some(&before), name: Some(&fold.item), value: item };
            so_far = self.eval(&fold.value, Scope { frame: Some(&item), ..scope });
        }
        Value { span, ..so_far }.resting_on(collection)
    }

    /// The result of a function that a module defines.
    pub(super) fn apply(&self, callee: &Callee, args: &[Value], instance: InstanceId, span: Span) -> Value {
        let home = match callee.import {
            Some(import) => self.imported(instance, import),
            None => Some(instance),
        };
        let found = home.and_then(|home| {
            let module = self.module(home)?;
            // Bicep compiles functions into a namespace of its own.
            let compiled = || module.function(&format!("__bicep.{}", callee.name.to_lowercase()));
            let at = module.function(&callee.name).or_else(compiled)?;
            Some((home, module.functions.get(at)?))
        });
        let Some((home, function)) = found else { return undeclared(&format!("{}()", callee.name), span) };
        if args.len() > function.params.len() {
            return Value::unknown(Why::new(Reason::Invalid("a function got too many arguments"), span), span);
        }
        let value = self.with_bound(&function.params, args, None, home, &function.body);
        Value { span: if value.why().is_some() { span } else { value.span }, ..value }
    }

    /// Evaluates an expression in which each name is bound to its value; names without one are null.
    fn with_bound(
        &self,
        names: &[Name],
        values: &[Value],
        frame: Option<&Frame<'_>>,
        instance: InstanceId,
        body: &Expr,
    ) -> Value {
        let Some((name, names)) = names.split_first() else {
            let each = super::Each::default();
            return self.eval(body, Scope { instance, each: &each, frame });
        };
        let (value, values) = match values.split_first() {
            Some((value, values)) => (value.clone(), values),
            None => (Value::null(body.span), values),
        };
        let frame = Frame { outer: frame, name: Some(name), value };
        self.with_bound(names, values, Some(&frame), instance, body)
    }
}

fn push_entry(entries: &mut Vec<Entry>, grouping: bool, key: Name, key_span: Span, value: Value) {
    if !grouping {
        entries.push(Entry::new(key, key_span, value));
        return;
    }
    let there = entries.iter_mut().find(|entry| entry.key == key);
    match there {
        Some(Entry { value: Value { kind: Kind::List(list), .. }, .. }) => {
            list.items = list.items.iter().cloned().chain([value]).collect();
        }
        _ => entries.push(Entry::new(key, key_span, Value::list(vec![value], key_span))),
    }
}
