//! How often things exist: `count` and `for_each` of resources and module calls.

use std::rc::Rc;

use super::expr::Scope;
use super::{Answer, Deployment, Question};
use crate::ir::{ModuleId, Name, Repeat};
use crate::resolve::value::{Hop, InstanceId, Kind, List, Map, NodeId, Reason, Ref, Target, Truth, Value, Why};
use crate::source::Span;

/// Beyond this a repeated thing is looked at once, as any of them.
const MAX_REPEAT: usize = 300;
/// Beyond this a deployment's further module calls are not followed.
const MAX_INSTANCES: usize = 20_000;
/// Beyond this its further resources are looked at once each.
const MAX_NODES: usize = 200_000;
/// Modules nested deeper call themselves.
const MAX_MODULE_DEPTH: u32 = 24;

/// Begins the key of an instance whose own is not known.
const NAMELESS: char = '\0';

/// Which of its kind an instance is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The only one.
    Once,
    /// This one of a count.
    Number(u64),
    /// The one of this key.
    Text(Name),
    /// Any of them: their keys are not known.
    Any,
}

/// What an instance sees as `each` and `count`.
#[derive(Debug, Clone, Default)]
pub struct Each {
    /// The key.
    pub key: Option<Value>,
    /// The value.
    pub value: Option<Value>,
    /// The number.
    pub index: Option<Value>,
}

/// An instance of a module.
#[derive(Debug)]
pub struct Instance {
    /// Its id.
    pub id: InstanceId,
    /// The module.
    pub module: ModuleId,
    /// The instance that calls it, and by which of its calls.
    pub parent: Option<(InstanceId, usize)>,
    /// What its call sees as `each`.
    pub each: Each,
    /// Its address: `module.web["a"]`; empty for the root.
    pub path: Name,
    /// Whether it exists.
    pub presence: Truth,
    depth: u32,
}

impl Instance {
    /// An instance that nothing calls.
    pub(super) fn alone(id: InstanceId, module: ModuleId) -> Self {
        let each = Each::default();
        Self { id, module, parent: None, each, path: "".into(), presence: Truth::Yes, depth: 0 }
    }
}

/// An instance of a resource.
#[derive(Debug)]
pub struct Node {
    /// Its id.
    pub id: NodeId,
    /// The instance of the module that declares it.
    pub instance: InstanceId,
    /// Its place among the module's resources.
    pub resource: usize,
    /// Which instance it is.
    pub key: Key,
    /// What it sees as `each`.
    pub each: Each,
    /// Whether it exists.
    pub presence: Truth,
}

/// The instances of one declaration.
#[derive(Debug)]
pub enum Expansion<T> {
    /// Not repeated.
    Once(T),
    /// Repeated: the instances whose keys are known, and one that stands for any other there may be.
    Many {
        /// Whether they are numbered, not named.
        list: bool,
        /// The instances by key.
        items: Vec<(Key, T)>,
        /// Stands for the others.
        rest: Option<(T, Why)>,
    },
}

impl<T> Expansion<T> {
    /// All instances.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        let (once, items, rest) = match self {
            Self::Once(one) => (Some(one), None, None),
            Self::Many { items, rest, .. } => (None, Some(items), rest.as_ref()),
        };
        once.into_iter().chain(items.into_iter().flatten().map(|(_, item)| item)).chain(rest.map(|(item, _)| item))
    }
}

struct Slot {
    key: Key,
    each: Each,
    presence: Truth,
}

struct Slots {
    list: bool,
    items: Vec<Slot>,
    rest: Option<(Slot, Why)>,
}

impl Deployment<'_> {
    /// The instances of a resource of a module instance.
    #[must_use]
    pub fn resource_instances(&self, instance: InstanceId, resource: usize) -> Rc<Expansion<NodeId>> {
        let found = self.resources.borrow().get(&(instance, resource)).cloned();
        if let Some(Some(expansion)) = found {
            return expansion;
        }
        let Some((parent, declared)) =
            self.instance(instance).zip(self.module(instance).and_then(|module| module.resources.get(resource)))
        else {
            return Rc::new(Expansion::Many { list: true, items: Vec::new(), rest: None });
        };
        let make = |slot: Slot| {
            let holds = self.holds(instance, declared.condition.as_ref(), &slot.each);
            let mut nodes = self.nodes.borrow_mut();
            let id = NodeId(u32::try_from(nodes.len()).unwrap_or(u32::MAX));
            let presence = parent.presence.and(slot.presence).and(holds);
            nodes.push(Rc::new(Node { id, instance, resource, key: slot.key, each: slot.each, presence }));
            id
        };
        // Asked again while it is being found out: it depends on itself.
        if found.is_some() {
            let why = Why::new(Reason::Cycle(declared.name.clone()), declared.span);
            return Rc::new(expansion(any(&why, declared.span), make));
        }
        self.resources.borrow_mut().insert((instance, resource), None);
        let mut slots = self.slots(instance, &parent.each, &declared.repeat);
        if let Some(slots) = &mut slots
            && self.nodes.borrow().len() > MAX_NODES
        {
            *slots = any(&Why::new(Reason::Budget, declared.span), declared.span);
        }
        let expansion = Rc::new(match slots {
            None => Expansion::Once(make(Slot { key: Key::Once, each: Each::default(), presence: Truth::Yes })),
            Some(slots) => expansion(slots, make),
        });
        self.resources.borrow_mut().insert((instance, resource), Some(expansion.clone()));
        expansion
    }

    /// The instances of a called module; none if its source is not here.
    #[must_use]
    pub fn call_instances(&self, instance: InstanceId, call: usize) -> Option<Rc<Expansion<InstanceId>>> {
        let found = self.calls.borrow().get(&(instance, call)).cloned();
        if let Some(found) = found {
            return found;
        }
        let parent = self.instance(instance)?;
        let module = self.program.link(parent.module, call)?;
        let declared = self.module(instance)?.calls.get(call)?;
        if parent.depth >= MAX_MODULE_DEPTH || self.instances.borrow().len() >= MAX_INSTANCES {
            return None;
        }
        if self.is_ancestor(&parent, module) {
            return None;
        }
        self.calls.borrow_mut().insert((instance, call), None);
        let make = |slot: Slot| {
            let holds = self.holds(instance, declared.condition.as_ref(), &slot.each);
            let mut instances = self.instances.borrow_mut();
            let id = InstanceId(u32::try_from(instances.len()).unwrap_or(u32::MAX));
            let path = format!("{}module.{}{}", prefix(&parent.path), declared.name, suffix(&slot.key)).into();
            instances.push(Rc::new(Instance {
                id,
                module,
                parent: Some((instance, call)),
                each: slot.each,
                path,
                presence: parent.presence.and(slot.presence).and(holds),
                depth: parent.depth + 1,
            }));
            id
        };
        let expansion = Rc::new(match self.slots(instance, &parent.each, &declared.repeat) {
            None => Expansion::Once(make(Slot { key: Key::Once, each: Each::default(), presence: Truth::Yes })),
            Some(slots) => expansion(slots, make),
        });
        self.calls.borrow_mut().insert((instance, call), Some(expansion.clone()));
        Some(expansion)
    }

    /// Whether the module is the instance's own or that of one above it.
    fn is_ancestor(&self, instance: &Rc<Instance>, module: ModuleId) -> bool {
        let mut current = Some(instance.clone());
        while let Some(instance) = current {
            if instance.module == module {
                return true;
            }
            current = instance.parent.and_then(|(parent, _)| self.instance(parent));
        }
        false
    }

    /// The address of a resource instance: `module.web.azurerm_linux_web_app_slot.staging["a"]`.
    #[must_use]
    pub fn address(&self, node: NodeId) -> Name {
        let (Some(node), Some(resource)) = (self.node(node), self.resource(node)) else { return "".into() };
        let path = self.instance(node.instance).map(|instance| instance.path.clone()).unwrap_or_default();
        format!("{}{}{}", prefix(&path), resource.address(), suffix(&node.key)).into()
    }

    /// Whether a condition holds; without one it does.
    fn holds(&self, instance: InstanceId, condition: Option<&crate::ir::Expr>, each: &Each) -> Truth {
        let Some(condition) = condition else { return Truth::Yes };
        let value = self.known(&self.eval(condition, Scope { instance, each, frame: None }));
        match value.as_bool() {
            Some(holds) if !value.assumed => holds.into(),
            _ => Truth::Maybe,
        }
    }

    /// None if the thing is not repeated.
    fn slots(&self, instance: InstanceId, _outer: &Each, repeat: &Repeat) -> Option<Slots> {
        match repeat {
            Repeat::Once => None,
            Repeat::Count(count) => {
                let value = self.known(&self.eval_in(instance, count));
                Some(count_slots(&value, count.span))
            }
            Repeat::ForEach(for_each) => {
                let value = self.known(&self.eval_in(instance, for_each));
                Some(self.for_each_slots(&value, for_each.span))
            }
        }
    }

    fn for_each_slots(&self, value: &Value, span: Span) -> Slots {
        let alternatives = value.alternatives();
        let mut items: Vec<(Slot, usize, Vec<Value>)> = Vec::new();
        let mut open: Option<(Value, Why)> = None;
        for alternative in alternatives {
            let iteration = self.iterate(alternative);
            if iteration.items.len() > MAX_REPEAT {
                return any(&Why::new(Reason::TooLarge, span), span);
            }
            if let Some(why) = &iteration.rest {
                open.get_or_insert((Value::unknown(why.clone(), span), why.clone()));
            }
            for (at, (key, item)) in iteration.items.into_iter().enumerate() {
                let key = if iteration.is_map { key } else { self.known(&item) };
                // An entry is there, whatever its key will be; members of a set may be the same.
                let unnamed = || iteration.is_map.then(|| Name::from(format!("{NAMELESS}{at}")));
                let Some(name) = key.as_str().map(Name::from).or_else(unnamed) else {
                    let why = key.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, span));
                    open.get_or_insert((item, why));
                    continue;
                };
                let key = Value { span: key.span, ..key }.passed(Hop::Each, span);
                let item = item.passed(Hop::Each, span);
                match items.iter_mut().find(|(slot, ..)| slot.key == Key::Text(name.clone())) {
                    Some((_, seen, values)) => {
                        *seen += 1;
                        values.push(item);
                    }
                    None => {
                        let each = Each { key: Some(key), value: None, index: None };
                        items.push((Slot { key: Key::Text(name), each, presence: Truth::Yes }, 1, vec![item]));
                    }
                }
            }
        }
        // Whatever is run over may itself not exist.
        let unsure = open.as_ref().is_some_and(|(_, why)| why.reason == Reason::Presence);
        let open = open.filter(|_| !unsure);
        let everywhere = alternatives.len() + usize::from(unsure);
        let items = items.into_iter().map(|(mut slot, seen, values)| {
            slot.each.value = Some(Value::one_of(values, span));
            if seen < everywhere || value.assumed {
                slot.presence = Truth::Maybe;
            }
            slot
        });
        let items = items.collect();
        // Whoever deploys may give the root input other entries.
        let mut open = open;
        if value.assumed && open.is_none() {
            let why = Why::new(Reason::OverridableDefault, value.span);
            open = Some((Value::unknown(why.clone(), span), why));
        }
        let rest = open.map(|(item, why)| {
            let key = Some(Value::unknown(why.clone(), span));
            let item = if item.why().is_some() { Value::unknown(why.clone(), span) } else { item };
            (Slot { key: Key::Any, each: Each { key, value: Some(item), index: None }, presence: Truth::Maybe }, why)
        });
        Slots { list: false, items, rest }
    }

    /// The resource itself as a value: one reference, or a collection of them.
    pub(super) fn resource_value(&self, instance: InstanceId, resource: usize, span: Span) -> Value {
        let reference = |node: &NodeId| Value::new(Kind::Ref(Ref::node(*node)), span);
        match &*self.resource_instances(instance, resource) {
            Expansion::Once(node) => reference(node),
            expansion @ Expansion::Many { .. } => {
                let slot = |node: &NodeId| self.node(*node).map(|node| (node.presence, node.each.key.clone()));
                collection(expansion, span, reference, slot)
            }
        }
    }

    /// A called module as a value: its outputs are taken from there.
    pub(super) fn module_value(&self, instance: InstanceId, call: usize, span: Span) -> Value {
        let reference = |child: &InstanceId| {
            Value::new(Kind::Ref(Ref { target: Target::Instance(*child), path: Vec::new(), many: false }), span)
        };
        match self.call_instances(instance, call).as_deref() {
            None => {
                let many = self
                    .module(instance)
                    .and_then(|module| module.calls.get(call))
                    .is_some_and(|call| !matches!(call.repeat, Repeat::Once));
                let target = Target::Opaque(instance, u32::try_from(call).unwrap_or(u32::MAX));
                Value::new(Kind::Ref(Ref { target, path: Vec::new(), many }), span)
            }
            Some(Expansion::Once(child)) => reference(child),
            Some(expansion) => {
                let slot =
                    |child: &InstanceId| self.instance(*child).map(|child| (child.presence, child.each.key.clone()));
                collection(expansion, span, reference, slot)
            }
        }
    }

    /// An output of a called module, with the hop by which the caller comes to it.
    pub(super) fn output_answer(&self, instance: InstanceId, name: &str) -> Option<Value> {
        self.output(instance, name)?;
        let at = self.module(instance)?.output(name)?;
        let answers = self.answers.borrow();
        let answer: &Answer = answers.get(&Question::Output(instance, at))?.as_ref()?;
        Some(answer.value.clone())
    }
}

/// The instances as one value. `slot` tells whether one exists, and its key.
fn collection<T>(
    expansion: &Expansion<T>,
    span: Span,
    reference: impl Fn(&T) -> Value,
    slot: impl Fn(&T) -> Option<(Truth, Option<Value>)>,
) -> Value {
    let Expansion::Many { list, items, rest } = expansion else { return Value::null(span) };
    if let ([], Some((one, _))) = (items.as_slice(), rest) {
        let mut value = reference(one);
        if let Kind::Ref(reference) = &mut value.kind {
            reference.many = true;
        }
        return value;
    }
    // An instance that may not exist leaves open how many there are.
    let unsure = items.iter().any(|(_, item)| slot(item).map(|(presence, _)| presence) != Some(Truth::Yes));
    let unsure = unsure.then(|| Why::new(Reason::Presence, span));
    let rest = rest.as_ref().map(|(_, why)| why.clone()).or(unsure);
    let kind = if *list {
        Kind::List(List { items: items.iter().map(|(_, item)| reference(item)).collect(), rest })
    } else {
        let entries = items.iter().filter_map(|(key, item)| match key {
            Key::Text(key) => {
                // Without a name it is found by what its key is.
                let own = key.starts_with(NAMELESS).then(|| slot(item)).flatten().and_then(|(_, key)| key);
                let own = own.map(std::sync::Arc::new);
                let entry = super::super::value::Entry::new(key.clone(), span, reference(item));
                Some(super::super::value::Entry { reference: own, ..entry })
            }
            _ => None,
        });
        Kind::Map(Map::new(entries.collect(), rest))
    };
    Value::new(kind, span)
}

fn expansion<T>(slots: Slots, make: impl Fn(Slot) -> T) -> Expansion<T> {
    let items = slots.items.into_iter().map(|slot| (slot.key.clone(), make(slot))).collect();
    let rest = slots.rest.map(|(slot, why)| (make(slot), why));
    Expansion::Many { list: slots.list, items, rest }
}

/// One instance that stands for any.
fn any(why: &Why, span: Span) -> Slots {
    let unknown = Some(Value::unknown(why.clone(), span));
    let each = Each { key: unknown.clone(), value: unknown.clone(), index: unknown };
    let slot = Slot { key: Key::Any, each, presence: Truth::Maybe };
    Slots { list: true, items: Vec::new(), rest: Some((slot, why.clone())) }
}

fn count_slots(value: &Value, span: Span) -> Slots {
    let mut counts = Vec::new();
    for alternative in value.alternatives() {
        match alternative.kind {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked to be a small whole number"
            )]
            Kind::Number(number) if (0.0..=1e9).contains(&number) => counts.push(number as usize),
            Kind::Null => counts.push(1),
            Kind::Unknown(ref why) => return any(why, span),
            _ => return any(&Why::new(Reason::Condition, span), span),
        }
    }
    let (least, most) = (counts.iter().min().copied().unwrap_or(0), counts.iter().max().copied().unwrap_or(0));
    if most > MAX_REPEAT {
        return any(&Why::new(Reason::TooLarge, span), span);
    }
    // A root input that turns it off by default may turn it on.
    if value.assumed && most == 0 {
        return any(&Why::new(Reason::OverridableDefault, value.span), span);
    }
    let items = (0..most).map(|at| {
        #[expect(clippy::cast_precision_loss, reason = "at most MAX_REPEAT")]
        let index = Value::number(at as f64, span);
        let presence = if at < least && !value.assumed { Truth::Yes } else { Truth::Maybe };
        Slot { key: Key::Number(at as u64), each: Each { index: Some(index), ..Each::default() }, presence }
    });
    Slots { list: true, items: items.collect(), rest: None }
}

fn prefix(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("{path}.") }
}

fn suffix(key: &Key) -> String {
    match key {
        Key::Once | Key::Any => String::new(),
        Key::Number(number) => format!("[{number}]"),
        Key::Text(text) if text.starts_with(NAMELESS) => "[…]".to_owned(),
        Key::Text(text) => format!("[{:?}]", &**text),
    }
}
