//! Taking values apart: attributes, items, splats, iteration.

use super::Deployment;
use crate::ir::Name;
use crate::resolve::value::{
    Declared, Entry, Hop, Kind, List, Map, Reason, Ref, Seg, Target, Text, Value, Why, part_of as child,
};
use crate::source::Span;

/// What there is to run over.
#[derive(Debug)]
pub struct Iteration {
    /// Keys (or indexes) and values that are known to be there.
    pub items: Vec<(Value, Value)>,
    /// Why there may be others.
    pub rest: Option<Why>,
    /// Whether the keys are those of a map.
    pub is_map: bool,
}

impl Iteration {
    fn open(why: Why) -> Self {
        Self { items: Vec::new(), rest: Some(why), is_map: false }
    }
}

impl Deployment<'_> {
    /// An attribute of a value.
    #[must_use]
    pub fn get(&self, value: &Value, name: &Name, name_span: Span, span: Span) -> Value {
        match &value.kind {
            Kind::Map(map) => match map.get(name) {
                Some(entry) => child(value, &entry.value),
                None => missing(map.rest.as_ref(), name, value, span),
            },
            Kind::Ref(reference) => self.follow(value, reference, Seg::Name(name.clone(), name_span), span),
            // One block is a list of one; the JSON form and old syntax leave the index out.
            Kind::List(list) if list.items.len() == 1 && list.rest.is_none() => match list.items.first() {
                Some(only) => self.get(&child(value, only), name, name_span, span),
                None => missing(None, name, value, span),
            },
            Kind::OneOf(values) => {
                Value::one_of(values.iter().map(|one| self.get(&child(value, one), name, name_span, span)), span)
                    .resting_on(value)
            }
            Kind::Unknown(why) => inside(value, why, span).passed(Hop::Part(name.clone()), span),
            _ => missing(None, name, value, span),
        }
    }

    fn follow(&self, value: &Value, reference: &Ref, seg: Seg, span: Span) -> Value {
        if reference.many {
            let one = Ref { many: false, ..reference.clone() };
            return Value { kind: Kind::Ref(one), span, ..value.clone() };
        }
        if let (Target::Instance(instance), [], Seg::Name(name, _)) =
            (&reference.target, reference.path.as_slice(), &seg)
        {
            return match self.output_answer(*instance, name) {
                Some(output) => {
                    let module = self.module(*instance);
                    let declared = module.and_then(|module| module.outputs.get(module.output(name)?));
                    let through = declared.map(|output| Declared { span: output.span, secure: output.secure });
                    output.passed_through(Hop::Output(name.clone()), span, through)
                }
                None => Value::unknown(Why::new(Reason::Missing(name.clone()), span), span),
            };
        }
        Value { kind: Kind::Ref(reference.then(seg)), span, ..value.clone() }
    }

    /// An item of a value.
    #[must_use]
    pub fn index(&self, value: &Value, index: &Value, span: Span) -> Value {
        let index = self.known(index);
        match (&value.kind, &index.kind) {
            (Kind::OneOf(values), _) => {
                Value::one_of(values.iter().map(|one| self.index(&child(value, one), &index, span)), span)
                    .resting_on(value)
            }
            (_, Kind::OneOf(indexes)) => Value::one_of(indexes.iter().map(|one| self.index(value, one, span)), span),
            (Kind::Unknown(why), _) => inside(value, why, span),
            (Kind::Ref(reference), Kind::Number(_)) => {
                let seg = whole(&index).map_or(Seg::Any, Seg::Index);
                self.follow(value, reference, seg, span)
            }
            (Kind::Ref(reference), Kind::Text(Text::Plain(key))) => {
                self.follow(value, reference, Seg::Name(key.clone(), index.span), span)
            }
            (Kind::Ref(reference), _) => self.follow(value, reference, Seg::Any, span),
            (Kind::List(list), Kind::Number(_) | Kind::Text(Text::Plain(_))) => {
                let at = whole(&index).or_else(|| index.as_str()?.parse().ok());
                let item = at.and_then(|at| list.items.get(usize::try_from(at).ok()?));
                item.map_or_else(|| missing(list.rest.as_ref(), &"item".into(), value, span), |item| child(value, item))
            }
            (Kind::Map(_), Kind::Text(Text::Plain(key))) => {
                let entry = self.get(value, key, index.span, span);
                let picked = index.is_given() && entry.why().is_none();
                if picked { entry.passed(Hop::Key(key.clone()), index.span) } else { entry }
            }
            (Kind::Map(_), Kind::Number(number)) => {
                self.get(value, &super::operators::number(*number).into(), index.span, span)
            }
            (Kind::List(List { items, rest: None }), Kind::Unknown(_) | Kind::Ref(_) | Kind::Text(_))
                if !items.is_empty() =>
            {
                Value::one_of(items.iter().map(|item| child(value, item)), span)
            }
            (Kind::Map(map), _) => match keyed(map, &index) {
                Some(entry) => child(value, &entry.value),
                None => match index.why() {
                    Some(why) => Value::unknown(why.clone(), span),
                    None => missing(None, &"item".into(), value, span),
                },
            },
            (_, Kind::Unknown(why)) => Value::unknown(why.clone(), span),
            _ => missing(None, &"item".into(), value, span),
        }
    }

    /// What there is to run over in a value; alternatives are run over as an unknown rest, save when there is only one.
    #[must_use]
    pub fn iterate(&self, value: &Value) -> Iteration {
        let known = self.known(value);
        match &known.kind {
            Kind::List(list) => {
                let items = list.items.iter().enumerate().map(|(at, item)| {
                    #[expect(clippy::cast_precision_loss, reason = "lists are far shorter than 2^52")]
                    let key = Value::number(at as f64, item.span);
                    (key, child(&known, item))
                });
                Iteration { items: items.collect(), rest: list.rest.clone(), is_map: false }
            }
            Kind::Map(map) => {
                let items = map.entries.iter().map(|entry| {
                    let written = entry.reference.as_deref().cloned();
                    let key = Value {
                        assumed: known.assumed,
                        via: known.via.clone(),
                        ..written.unwrap_or_else(|| Value::text(entry.key.clone(), entry.key_span))
                    };
                    (key, child(&known, &entry.value))
                });
                Iteration { items: items.collect(), rest: map.rest.clone(), is_map: true }
            }
            Kind::Ref(reference) if reference.many => {
                let why = Why::new(Reason::Presence, known.span);
                let one = Value { kind: Kind::Ref(Ref { many: false, ..reference.clone() }), ..known.clone() };
                let key = Value::unknown(why.clone(), known.span);
                Iteration { items: vec![(key, one)], rest: Some(why), is_map: true }
            }
            Kind::Ref(_) => Iteration::open(Why::new(Reason::Runtime("a value of a resource".into()), known.span)),
            Kind::Unknown(why) => Iteration::open(why.clone()),
            Kind::OneOf(_) => Iteration::open(Why::new(Reason::Condition, known.span)),
            _ => Iteration { items: Vec::new(), rest: None, is_map: false },
        }
    }

    /// The items of a splat: a list's, or the value itself as a list of one; nothing if it is absent.
    pub(super) fn splat_items(&self, value: &Value) -> Iteration {
        match &value.kind {
            Kind::List(_) | Kind::Unknown(_) => self.iterate(value),
            Kind::Null => Iteration { items: Vec::new(), rest: None, is_map: false },
            Kind::Ref(reference) if reference.many => self.iterate(value),
            // A list attribute of a resource: its items are not known, but what each gives is.
            Kind::Ref(reference) if !reference.path.is_empty() => match self.configured(reference) {
                Some(configured) if matches!(configured.kind, Kind::List(_)) => {
                    let mut iteration = self.iterate(&configured);
                    for (at, (_, item)) in iteration.items.iter_mut().enumerate() {
                        let seg = Seg::Index(at as u64);
                        *item = Value { kind: Kind::Ref(reference.then(seg)), ..value.clone() };
                    }
                    iteration
                }
                _ => {
                    let why = Why::new(Reason::Runtime("a value of a resource".into()), value.span);
                    let item = Value { kind: Kind::Ref(reference.then(Seg::Any)), ..value.clone() };
                    Iteration { items: vec![(Value::number(0.0, value.span), item)], rest: Some(why), is_map: false }
                }
            },
            _ => Iteration { items: vec![(Value::number(0.0, value.span), value.clone())], rest: None, is_map: false },
        }
    }
}

/// A part of something that is not known: what is in a parameter that is kept secret is as secret, and what is in a list
/// of keys is one of them.
fn inside(value: &Value, why: &Why, span: Span) -> Value {
    let (via, made_of) = (value.via.clone(), value.made_of.clone());
    Value { via, made_of, ..Value::unknown(why.clone(), span).resting_on(value) }
}

/// The only entry whose key is that value, which is no plain text.
fn keyed<'m>(map: &'m Map, key: &Value) -> Option<&'m Entry> {
    let is_it = |entry: &&Entry| entry.reference.as_ref().is_some_and(|own| own.same(key));
    let mut found = map.entries.iter().filter(is_it);
    found.next().filter(|_| found.next().is_none())
}

fn missing(rest: Option<&Why>, name: &Name, value: &Value, span: Span) -> Value {
    let why = rest.cloned().unwrap_or_else(|| Why::new(Reason::Missing(name.clone()), span));
    Value::unknown(why, span).resting_on(value)
}

/// A whole number that is not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be small, whole and not negative"
)]
pub(in crate::resolve) fn whole(value: &Value) -> Option<u64> {
    match value.kind {
        Kind::Number(number) if number >= 0.0 && number.fract() == 0.0 && number < 1e15 => Some(number as u64),
        _ => None,
    }
}
