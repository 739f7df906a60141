//! What an expression is without running anything: known, a reference, one of several, or unknown for a reason. Every
//! value knows where it was written and the way it came.

mod collections;
mod text;
mod truth;
mod way;
mod why;

pub use collections::{Entry, List, Map};
pub use text::{Text, TextPart};
pub use truth::{Truth, every};
pub use way::{Declared, Hop, Step};
pub use why::{Reason, Why};

use std::sync::Arc;

use crate::ir::Name;
use crate::source::Span;

/// A value and its provenance.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// The text that made it: the literal or reference itself, wherever it stands.
    pub span: Span,
    /// The way it came from there, last step first.
    pub via: Option<Arc<Step>>,
    /// Whether it rests on the default of a root input, which whoever deploys may override.
    pub assumed: bool,
    /// What a function or a template made it of, where that cannot be seen in it any more.
    pub made_of: Option<Arc<[Value]>>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Absent.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string, perhaps with holes.
    Text(Text),
    /// A list, tuple or set.
    List(List),
    /// A map or object.
    Map(Map),
    /// A resource, one of its attributes, or a module that is not here.
    Ref(Ref),
    /// Every branch of a condition that cannot be decided. Never nested, never empty, at most [`MAX_ALTERNATIVES`].
    OneOf(Arc<[Value]>),
    /// Not to be known, and why.
    Unknown(Why),
}

/// A reference: kept as one, never flattened into unknown.
#[derive(Debug, Clone, PartialEq)]
pub struct Ref {
    /// What it starts from.
    pub target: Target,
    /// The attributes and items taken from there.
    pub path: Vec<Seg>,
    /// Whether it means all instances of a resource whose number is not known.
    pub many: bool,
}

/// Names one instance of a resource in a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Names one instance of a module in a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(pub u32);

/// What a reference starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// An instance of a resource.
    Node(NodeId),
    /// An instance of a module whose source is here.
    Instance(InstanceId),
    /// A call, by its place in the calling module, of a module whose source is not here.
    Opaque(InstanceId, u32),
}

/// One step of a reference's path.
#[derive(Debug, Clone)]
pub enum Seg {
    /// An attribute, and where its name stands.
    Name(Name, Span),
    /// An item of a list.
    Index(u64),
    /// An item whose place is not known.
    Any,
}

impl PartialEq for Seg {
    /// Where a name stands does not make it another name.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(a, _), Self::Name(b, _)) => a == b,
            (Self::Index(a), Self::Index(b)) => a == b,
            (Self::Any, Self::Any) => true,
            _ => false,
        }
    }
}

/// The most alternatives that are kept apart; beyond it a value is unknown.
pub const MAX_ALTERNATIVES: usize = 16;

impl Value {
    /// A value written at `span`, come no way at all.
    #[must_use]
    pub fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span, via: None, assumed: false, made_of: None }
    }

    /// The absent value.
    #[must_use]
    pub fn null(span: Span) -> Self {
        Self::new(Kind::Null, span)
    }

    /// A string without holes.
    #[must_use]
    pub fn text(text: impl Into<Name>, span: Span) -> Self {
        Self::new(Kind::Text(Text::Plain(text.into())), span)
    }

    /// A truth value.
    #[must_use]
    pub fn bool(value: bool, span: Span) -> Self {
        Self::new(Kind::Bool(value), span)
    }

    /// A number.
    #[must_use]
    pub fn number(value: f64, span: Span) -> Self {
        Self::new(Kind::Number(value), span)
    }

    /// A complete list.
    #[must_use]
    pub fn list(items: Vec<Value>, span: Span) -> Self {
        Self::new(Kind::List(List { items: items.into(), rest: None }), span)
    }

    /// Something that cannot be known.
    #[must_use]
    pub fn unknown(why: Why, span: Span) -> Self {
        Self::new(Kind::Unknown(why), span)
    }

    /// One of these: flattened, without repetitions; unknown if they are too many. An empty list is unknown too.
    #[must_use]
    pub fn one_of(values: impl IntoIterator<Item = Value>, span: Span) -> Self {
        let mut flat: Vec<Value> = Vec::new();
        for value in values {
            let alternatives: &[Value] = match &value.kind {
                Kind::OneOf(inner) => inner,
                _ => std::slice::from_ref(&value),
            };
            for alternative in alternatives {
                if !flat.iter().any(|seen| seen.same(alternative)) {
                    let assumed = alternative.assumed || value.assumed;
                    flat.push(Value { assumed, ..alternative.clone() });
                }
            }
            if flat.len() > MAX_ALTERNATIVES {
                return Self::unknown(Why::new(Reason::TooManyAlternatives, span), span);
            }
        }
        match flat.len() {
            0 => Self::unknown(Why::new(Reason::TooManyAlternatives, span), span),
            1 => flat.swap_remove(0),
            _ => Self::new(Kind::OneOf(flat.into()), span),
        }
    }

    /// The same text or unknown, made of these values.
    #[must_use]
    pub fn made_of(mut self, values: impl Into<Arc<[Value]>>) -> Self {
        match &self.kind {
            Kind::Text(_) | Kind::Unknown(_) => self.made_of = Some(values.into()),
            Kind::OneOf(each) => {
                let values = values.into();
                let each = each.iter().map(|one| match one.made_of {
                    Some(_) => one.clone(),
                    None => one.clone().made_of(Arc::clone(&values)),
                });
                self.kind = Kind::OneOf(each.collect());
            }
            _ => {}
        }
        self
    }

    /// The same value, assumed if it was or if `other` is.
    #[must_use]
    pub fn resting_on(mut self, other: &Value) -> Self {
        self.assumed |= other.assumed;
        self
    }

    /// What it can be: itself, or each alternative.
    #[must_use]
    pub fn alternatives(&self) -> &[Value] {
        match &self.kind {
            Kind::OneOf(values) => values,
            _ => std::slice::from_ref(self),
        }
    }

    /// Whether it is certainly absent, certainly not, or neither.
    #[must_use]
    pub fn is_null(&self) -> Truth {
        match &self.kind {
            Kind::Null => Truth::Yes,
            Kind::Unknown(_) => Truth::Maybe,
            Kind::OneOf(values) => every(values.iter().map(Value::is_null)),
            _ => Truth::No,
        }
    }

    /// The string, if it is one without holes.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(Text::Plain(text)) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one; Terraform accepts the strings too.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Bool(value) => Some(*value),
            Kind::Text(Text::Plain(text)) => match &**text {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// The reference, if it is one.
    #[must_use]
    pub fn as_ref(&self) -> Option<&Ref> {
        match &self.kind {
            Kind::Ref(reference) => Some(reference),
            _ => None,
        }
    }

    /// Why it is not known, if it is not.
    #[must_use]
    pub fn why(&self) -> Option<&Why> {
        match &self.kind {
            Kind::Unknown(why) => Some(why),
            _ => None,
        }
    }

    /// The entry of a map, if it is one and the entry is known to be there.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Entry> {
        match &self.kind {
            Kind::Map(map) => map.get(key),
            _ => None,
        }
    }

    /// The entry of a map by a name of which Azure does not tell upper from lower case.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Entry> {
        match &self.kind {
            Kind::Map(map) => map.property(name),
            _ => None,
        }
    }

    /// Whether the two are the same for all one can tell: equal where known, unknown for the same reason.
    #[must_use]
    pub fn same(&self, other: &Value) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Null, Kind::Null) => true,
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Number(a), Kind::Number(b)) => a.total_cmp(b).is_eq(),
            (Kind::Text(a), Kind::Text(b)) => a.same(b),
            (Kind::Ref(a), Kind::Ref(b)) => a == b,
            (Kind::List(a), Kind::List(b)) => a.rest == b.rest && same_all(&a.items, &b.items),
            (Kind::OneOf(a), Kind::OneOf(b)) => same_all(a, b),
            (Kind::Map(a), Kind::Map(b)) => {
                a.rest == b.rest
                    && a.entries.len() == b.entries.len()
                    && a.entries.iter().zip(b.entries.iter()).all(|(a, b)| a.key == b.key && a.value.same(&b.value))
            }
            (Kind::Unknown(a), Kind::Unknown(b)) => a == b,
            _ => false,
        }
    }

    /// Calls `visit` on this value and on every value inside it, alternatives and holes included.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Value)) {
        visit(self);
        match &self.kind {
            Kind::List(list) => list.items.iter().for_each(|item| item.walk(visit)),
            Kind::Map(map) => map.entries.iter().for_each(|entry| entry.value.walk(visit)),
            Kind::OneOf(values) => values.iter().for_each(|value| value.walk(visit)),
            Kind::Text(Text::Parts(parts)) => {
                for part in parts.iter() {
                    if let TextPart::Hole(value) = part {
                        value.walk(visit);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether any part of it is not known at all; a reference is.
    #[must_use]
    pub fn holds_unknown(&self) -> bool {
        let mut found = false;
        self.walk(&mut |value| found |= value.why().is_some());
        found
    }

    /// How many parts it has, counted up to just beyond the limit.
    #[must_use]
    pub fn weight(&self, limit: u32) -> u32 {
        let mut weight = 0;
        self.weigh(limit, &mut weight);
        weight
    }

    fn weigh(&self, limit: u32, weight: &mut u32) {
        *weight = weight.saturating_add(1);
        if *weight > limit {
            return;
        }
        let text = |text: &str| u32::try_from(text.len() / 64).unwrap_or(u32::MAX);
        let mut each = |value: &Value| {
            if *weight <= limit {
                value.weigh(limit, weight);
            }
        };
        match &self.kind {
            Kind::List(list) => list.items.iter().for_each(&mut each),
            Kind::Map(map) => map.entries.iter().for_each(|entry| each(&entry.value)),
            Kind::OneOf(values) => values.iter().for_each(&mut each),
            Kind::Text(Text::Plain(plain)) => *weight = weight.saturating_add(text(plain)),
            Kind::Text(Text::Parts(parts)) => {
                for part in parts.iter() {
                    match part {
                        TextPart::Text(plain) => *weight = weight.saturating_add(text(plain)),
                        TextPart::Hole(value) if *weight <= limit => value.weigh(limit, weight),
                        TextPart::Hole(_) => {}
                    }
                }
            }
            _ => {}
        }
    }
}

fn same_all(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
}

/// A part of a value: it came the way the whole came, unless it says otherwise.
#[must_use]
pub fn part_of(whole: &Value, part: &Value) -> Value {
    let via = match (&part.via, &whole.via) {
        (None, Some(via)) => Some(Arc::clone(via)),
        (Some(own), Some(via)) if !own.same_place(via) => Some(own.after(via)),
        (own, _) => own.clone(),
    };
    let assumed = part.assumed || whole.assumed;
    Value { kind: part.kind.clone(), span: part.span, via, assumed, made_of: part.made_of.clone() }
}

impl Ref {
    /// A reference to an instance of a resource as a whole.
    #[must_use]
    pub fn node(node: NodeId) -> Self {
        Self { target: Target::Node(node), path: Vec::new(), many: false }
    }

    /// The same with one more step.
    #[must_use]
    pub fn then(&self, seg: Seg) -> Self {
        let mut path = Vec::with_capacity(self.path.len() + 1);
        path.extend(self.path.iter().cloned());
        path.push(seg);
        Self { target: self.target, path, many: self.many }
    }

    /// The instance of a resource that it starts from.
    #[must_use]
    pub fn start(&self) -> Option<NodeId> {
        match self.target {
            Target::Node(node) => Some(node),
            Target::Instance(_) | Target::Opaque(..) => None,
        }
    }

    /// The path as names joined by dots, items left out: `identity.principal_id`.
    #[must_use]
    pub fn dotted(&self) -> String {
        let mut text = String::new();
        for seg in &self.path {
            if let Seg::Name(name, _) = seg {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
        }
        text
    }

    /// Where the last name of the path stands, and the name.
    #[must_use]
    pub fn last_name(&self) -> Option<(&str, Span)> {
        self.path.iter().rev().find_map(|seg| match seg {
            Seg::Name(name, span) => Some((&**name, *span)),
            Seg::Index(_) | Seg::Any => None,
        })
    }
}
