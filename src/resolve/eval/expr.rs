//! Expressions to values.

use super::{Answer, Deployment, Each, Question};
use crate::ir::{EachPart, Expr, ExprKind, Item, Name, Part};
use crate::resolve::functions;
use crate::resolve::value::{
    Declared, Entry, Hop, InstanceId, Kind, List, MAX_ALTERNATIVES, Map, Reason, Text, TextPart, Value, Why,
};
use crate::source::Span;

use super::{MAX_DEPTH, MAX_STEPS};

/// How many parts a value may have, a part of a text being 64 bytes.
const MAX_WEIGHT: u32 = 50_000;

/// So many parts cost as much as evaluating an expression.
const WEIGHT_OF_STEP: u32 = 8;

/// Items of one collection beyond which it is unknown.
pub(super) const MAX_ITEMS: usize = 5_000;

/// Where an expression is evaluated: what `each`, and names bound further in, mean there.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) instance: InstanceId,
    pub(super) each: &'a Each,
    pub(super) frame: Option<&'a Frame<'a>>,
}

/// A name bound by a `for`, a splat (no name) or a dynamic block.
pub(super) struct Frame<'a> {
    pub(super) outer: Option<&'a Frame<'a>>,
    pub(super) name: Option<&'a str>,
    pub(super) value: Value,
}

impl Deployment<'_> {
    /// Evaluates an expression of a module outside any resource.
    pub(super) fn eval_in(&self, instance: InstanceId, expr: &Expr) -> Value {
        let each = Each::default();
        self.eval(expr, Scope { instance, each: &each, frame: None })
    }

    pub(super) fn eval(&self, expr: &Expr, scope: Scope<'_>) -> Value {
        if self.steps.get() >= MAX_STEPS {
            return Value::unknown(Why::new(Reason::Budget, expr.span), expr.span);
        }
        if self.depth.get() >= MAX_DEPTH {
            return Value::unknown(Why::new(Reason::TooDeep, expr.span), expr.span);
        }
        self.steps.set(self.steps.get() + 1);
        self.depth.set(self.depth.get() + 1);
        let value = self.eval_kind(expr, scope);
        self.depth.set(self.depth.get() - 1);
        self.bounded(expr, value)
    }

    /// A value that was put together here, unless it is too large: a few lines can double something thirty times.
    fn bounded(&self, expr: &Expr, value: Value) -> Value {
        let grows = matches!(
            expr.kind,
            ExprKind::List(_)
                | ExprKind::Object(_)
                | ExprKind::Template(_)
                | ExprKind::Call(..)
                | ExprKind::For(_)
                | ExprKind::Fold(_)
                | ExprKind::Apply(..)
                | ExprKind::Splat(..)
        );
        if !grows {
            return value;
        }
        let weight = value.weight(MAX_WEIGHT);
        self.steps.set(self.steps.get().saturating_add(weight / WEIGHT_OF_STEP));
        if weight > MAX_WEIGHT {
            return Value::unknown(Why::new(Reason::TooLarge, expr.span), expr.span);
        }
        value
    }

    fn eval_kind(&self, expr: &Expr, scope: Scope<'_>) -> Value {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Null => Value::null(span),
            ExprKind::Bool(value) => Value::bool(*value, span),
            ExprKind::Number(value) => Value::number(*value, span),
            ExprKind::Str(text) => Value::text(text.clone(), span),
            ExprKind::Template(parts) => self.template(parts, scope, span),
            ExprKind::List(items) => Value::list(items.iter().map(|item| self.eval(item, scope)).collect(), span),
            ExprKind::Object(items) => self.object(items, scope, span),
            ExprKind::Param(name) => self.param(scope.instance, name, span),
            ExprKind::Local(name) => self.local(scope.instance, name, span),
            ExprKind::Imported(import, name) => match self.imported(scope.instance, *import) {
                Some(instance) => self.local(instance, name, span),
                None => not_here(name, span),
            },
            ExprKind::Module(name) => match self.module(scope.instance).and_then(|module| module.call(name)) {
                Some(call) => self.module_value(scope.instance, call, span),
                None => undeclared(&format!("module.{name}"), span),
            },
            ExprKind::Resource(mode, kind, name) => {
                match self.module(scope.instance).and_then(|module| module.resource(*mode, kind, name)) {
                    Some(resource) => self.resource_value(scope.instance, resource, span),
                    None => undeclared(&format!("{kind}.{name}"), span),
                }
            }
            ExprKind::Each(part) => each(scope.each, *part, span),
            ExprKind::Bound(name) => bound(scope.frame, Some(name), span),
            ExprKind::Item => bound(scope.frame, None, span),
            ExprKind::Get(base, name, name_span) => {
                let base = self.eval(base, scope);
                self.get(&base, name, *name_span, span)
            }
            ExprKind::Index(base, index) => {
                let base = self.eval(base, scope);
                let index = self.eval(index, scope);
                self.index(&base, &index, span)
            }
            ExprKind::Splat(base, item) => {
                let base = self.eval(base, scope);
                self.splat(&base, item, scope, span)
            }
            ExprKind::Call(name, args, spread) => {
                let mut values: Vec<Value> = args.iter().map(|arg| self.eval(arg, scope)).collect();
                let mut why = None;
                if *spread && let Some(last) = values.pop() {
                    let iteration = self.iterate(&last);
                    values.extend(iteration.items.into_iter().map(|(_, item)| item));
                    why = iteration.rest;
                }
                functions::call(self, scope.instance, name, values, why, span)
            }
            ExprKind::Apply(callee, args) => {
                let args: Vec<Value> = args.iter().map(|arg| self.eval(arg, scope)).collect();
                self.apply(callee, &args, scope.instance, span)
            }
            ExprKind::Cond(parts) => {
                let [condition, then, otherwise] = &**parts;
                self.conditional(condition, then, otherwise, scope, span)
            }
            ExprKind::Binary(operator, sides) => {
                let [left, right] = &**sides;
                let (left, right) = (self.eval(left, scope), self.eval(right, scope));
                self.binary(*operator, &left, &right, span)
            }
            ExprKind::Unary(operator, operand) => {
                let operand = self.eval(operand, scope);
                self.unary(*operator, &operand, span)
            }
            ExprKind::For(for_) => {
                let collection = self.known(&self.eval(&for_.collection, scope));
                self.for_expr(for_, &collection, scope, span)
            }
            ExprKind::Fold(fold) => {
                let collection = self.known(&self.eval(&fold.collection, scope));
                self.fold(fold, &collection, scope, span)
            }
            ExprKind::Opaque(name) => Value::unknown(Why::new(Reason::Runtime(name.clone()), span), span),
        }
    }

    /// The value of a parameter as seen at `span`.
    fn param(&self, instance: InstanceId, name: &Name, span: Span) -> Value {
        let Some(at) = self.module(instance).and_then(|module| module.param(name)) else {
            return undeclared(&format!("var.{name}"), span);
        };
        let answer = self.remember(Question::Param(instance, at), name, || self.find_param(instance, at));
        let param = self.module(instance).and_then(|module| module.params.get(at));
        let through = param.map(|param| Declared { span: param.span, secure: param.secure });
        match answer.hop {
            Some(hop) => answer.value.passed_through(hop, span, through),
            None if param.is_some_and(|param| param.secure) => {
                Value { span, ..answer.value }.passed_through(Hop::Input(name.clone()), span, through)
            }
            None => Value { span, ..answer.value },
        }
    }

    fn find_param(&self, instance: InstanceId, at: usize) -> Answer {
        let (Some(here), Some(param)) =
            (self.instance(instance), self.module(instance).and_then(|module| module.params.get(at)))
        else {
            return Answer { value: self.lost("parameter"), hop: None };
        };
        let name = &param.name;
        let given = match here.parent {
            Some((parent, call)) => {
                let call = self.module(parent).and_then(|module| module.calls.get(call));
                let arg = call.and_then(|call| call.args.iter().find(|arg| arg.name == *name));
                let scope = Scope { instance: parent, each: &here.each, frame: None };
                arg.map(|arg| (self.eval(&arg.value, scope), Hop::Argument(name.clone())))
            }
            None => {
                let is_root = instance == InstanceId(0);
                let given = self.root.given.iter().rev().find(|given| is_root && given.attr.name == *name);
                given.map(|given| {
                    let within = given.within.map_or(instance, |module| self.looked_into(module));
                    (self.eval_in(within, &given.attr.value), Hop::ParameterFile(name.clone()))
                })
            }
        };
        let default = || param.default.as_ref().map(|default| self.eval_in(instance, default));
        let (value, hop) = match given {
            Some((Value { kind: Kind::Null, .. }, _)) if param.default.is_some() => {
                (default().unwrap_or_else(|| self.lost(name)), Hop::Default(name.clone()))
            }
            Some(given) => given,
            None => match default() {
                // An empty default of a root input is there to be filled.
                Some(value) if here.parent.is_none() && is_empty(&value) => {
                    let why = Why::new(Reason::OverridableDefault, value.span);
                    (Value::unknown(why, value.span), Hop::Default(name.clone()))
                }
                Some(value) => (Value { assumed: here.parent.is_none(), ..value }, Hop::Default(name.clone())),
                None => {
                    let why = Why::new(Reason::RootInput(name.clone()), param.span);
                    return Answer { value: Value::unknown(why, param.span), hop: None };
                }
            },
        };
        let value = self.fill(&value, &param.shape, instance);
        Answer { value, hop: Some(hop) }
    }

    fn local(&self, instance: InstanceId, name: &Name, span: Span) -> Value {
        let Some(at) = self.module(instance).and_then(|module| module.local(name)) else {
            return undeclared(&format!("local.{name}"), span);
        };
        let answer = self.remember(Question::Local(instance, at), name, || {
            let local = self.module(instance).and_then(|module| module.locals.get(at));
            let value = local.map_or_else(|| self.lost(name), |local| self.eval_in(instance, &local.value));
            Answer { value, hop: Some(Hop::Local(name.clone())) }
        });
        match answer.hop {
            Some(hop) => answer.value.passed(hop, span),
            None => Value { span, ..answer.value },
        }
    }

    fn conditional(&self, condition: &Expr, then: &Expr, otherwise: &Expr, scope: Scope<'_>, span: Span) -> Value {
        let condition = self.known(&self.eval(condition, scope));
        match condition.as_bool() {
            Some(holds) if !condition.assumed => self.eval(if holds { then } else { otherwise }, scope),
            _ => Value::one_of([self.eval(then, scope), self.eval(otherwise, scope)], span),
        }
    }

    fn template(&self, parts: &[Part], scope: Scope<'_>, span: Span) -> Value {
        // The parts of each text, and the values that they were made of.
        let mut texts: Vec<(Vec<TextPart>, Vec<Value>)> = vec![(Vec::new(), Vec::new())];
        let mut assumed = false;
        for part in parts {
            let value = match part {
                Part::Text(text, _) => {
                    texts.iter_mut().for_each(|(parts, _)| parts.push(TextPart::Text(text.clone())));
                    continue;
                }
                Part::Hole(hole) => self.eval(hole, scope),
            };
            assumed |= value.assumed;
            let alternatives = value.alternatives();
            // Kept apart while they are few; otherwise the hole keeps them.
            if alternatives.len() > 1 && texts.len() * alternatives.len() <= MAX_ALTERNATIVES {
                let before = std::mem::take(&mut texts);
                for text in &before {
                    for alternative in alternatives {
                        let mut text = text.clone();
                        append(&mut text, alternative);
                        texts.push(text);
                    }
                }
            } else {
                texts.iter_mut().for_each(|text| append(text, &value));
            }
        }
        let values = texts.into_iter().map(|(parts, made_of)| {
            let text = Value::new(Kind::Text(Text::new(parts)), span);
            if made_of.is_empty() { text } else { text.made_of(made_of) }
        });
        Value { assumed, ..Value::one_of(values, span) }
    }

    fn object(&self, items: &[Item], scope: Scope<'_>, span: Span) -> Value {
        let mut entries = Vec::with_capacity(items.len());
        let mut rest = None;
        for item in items {
            let written = self.eval(&item.key, scope);
            let key = self.known(&written);
            let value = self.eval(&item.value, scope);
            if let Some(name) = super::operators::to_text(&key) {
                let said = written.via.is_some().then(|| std::sync::Arc::new(written));
                entries.push(Entry { said, ..Entry::new(name, item.key.span, value) });
                continue;
            }
            // What it is called cannot be told, but what it refers to can.
            if written.as_ref().is_some() || matches!(written.kind, Kind::Text(_)) {
                let name = format!("\u{0}{}", entries.len()).into();
                let is_sure = !written.holds_unknown();
                let reference = Some(std::sync::Arc::new(written));
                entries.push(Entry { key: name, key_span: item.key.span, reference, said: None, value });
                if !is_sure {
                    rest.get_or_insert_with(|| Why::new(Reason::Key, item.key.span));
                }
                continue;
            }
            rest.get_or_insert_with(|| {
                key.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, item.key.span))
            });
        }
        Value::new(Kind::Map(Map::new(entries, rest)), span)
    }

    fn splat(&self, base: &Value, item: &Expr, scope: Scope<'_>, span: Span) -> Value {
        if let Kind::OneOf(values) = &base.kind {
            return Value::one_of(values.iter().map(|one| self.splat(one, item, scope, span)), span).resting_on(base);
        }
        let iteration = self.splat_items(base);
        let items = iteration.items.into_iter().take(MAX_ITEMS).map(|(_, value)| {
            let frame = Frame { outer: scope.frame, name: None, value };
            self.eval(item, Scope { frame: Some(&frame), ..scope })
        });
        let items = items.collect();
        Value::new(Kind::List(List { items, rest: iteration.rest }), span).resting_on(base)
    }
}

/// Adds a value to a text. A hole is kept, so that only what becomes text is lost from sight.
fn append((parts, made_of): &mut (Vec<TextPart>, Vec<Value>), value: &Value) {
    if let Kind::Text(_) = value.kind {
        made_of.push(value.clone());
    }
    match super::operators::to_text(value) {
        Some(text) => parts.push(TextPart::Text(text)),
        None => match &value.kind {
            Kind::Text(text) => parts.extend(text.parts()),
            _ => parts.push(TextPart::Hole(value.clone())),
        },
    }
}

/// Whether a default says nothing: null, `""`, `[]` or `{}`.
fn is_empty(value: &Value) -> bool {
    match &value.kind {
        Kind::Null => true,
        Kind::Text(Text::Plain(text)) => text.is_empty(),
        Kind::List(list) => list.items.is_empty() && list.rest.is_none(),
        Kind::Map(map) => map.entries.is_empty() && map.rest.is_none(),
        _ => false,
    }
}

fn not_here(name: &Name, span: Span) -> Value {
    Value::unknown(Why::new(Reason::Runtime(format!("`{name}` of a file that is not here").into()), span), span)
}

pub(super) fn undeclared(name: &str, span: Span) -> Value {
    Value::unknown(Why::new(Reason::Undeclared(name.into()), span), span)
}

fn each(each: &Each, part: EachPart, span: Span) -> Value {
    let value = match part {
        EachPart::Key => &each.key,
        EachPart::Value => &each.value,
        EachPart::Index => &each.index,
    };
    match value {
        Some(value) if value.why().is_some() => Value { span, ..value.clone() },
        Some(value) => value.clone(),
        None => Value::unknown(Why::new(Reason::Runtime("each".into()), span), span),
    }
}

fn bound(mut frame: Option<&Frame<'_>>, name: Option<&str>, span: Span) -> Value {
    while let Some(current) = frame {
        if current.name == name {
            return current.value.clone();
        }
        frame = current.outer;
    }
    undeclared(name.unwrap_or("item"), span)
}
