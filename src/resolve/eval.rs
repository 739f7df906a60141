//! One root module with everything it calls, evaluated on demand. Nothing here fails or hangs: cycles, depth, size and
//! work are bounded, and what runs into a bound is unknown for that reason.

mod access;
mod body;
mod expr;
mod instances;
mod loops;
mod operators;
mod places;
mod shape;

pub use access::Iteration;
pub(super) use access::whole;
pub use instances::{Each, Expansion, Instance, Key, Node};
pub(super) use operators::to_text;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::value::{Hop, InstanceId, Kind, NodeId, Reason, Ref, Seg, Target, Text, TextPart, Truth, Value, Why};
use crate::ir::{Module, ModuleId, Name, Program, Resource, Root};
use crate::source::Span;

/// Evaluation steps that one deployment is given: many times what the largest real one takes.
const MAX_STEPS: u32 = 20_000_000;

/// How deep evaluation may nest, module calls and functions included.
const MAX_DEPTH: u32 = 250;

/// How many references one value may lead through.
const MAX_WAY: usize = 64;

/// Resources and their names.
type Names = Rc<Named>;

/// What a module instance declares of one type, by name.
#[derive(Debug, Default)]
struct Named {
    /// Where the name is known.
    written: HashMap<Name, Vec<NodeId>>,
    /// Where it is not.
    others: Vec<(NodeId, Value)>,
}

impl Named {
    /// Those whose name is the same for all one can tell.
    fn of(&self, name: &Value) -> Vec<(NodeId, Option<&Value>)> {
        match name.as_str() {
            Some(text) => self.written.get(text).into_iter().flatten().map(|node| (*node, None)).collect(),
            None => {
                let same = self.others.iter().filter(|(_, own)| own.same(name));
                same.map(|(node, own)| (*node, Some(own))).collect()
            }
        }
    }
}

/// A root module and all that hangs below it.
#[derive(Debug)]
pub struct Deployment<'p> {
    program: &'p Program,
    root: &'p Root,
    instances: RefCell<Vec<Rc<Instance>>>,
    nodes: RefCell<Vec<Rc<Node>>>,
    answers: RefCell<HashMap<Question, Option<Answer>>>,
    names: RefCell<HashMap<(InstanceId, String), Names>>,
    /// Modules that are only looked into for their locals and functions.
    looked_into: RefCell<HashMap<ModuleId, InstanceId>>,
    resources: Expansions<NodeId>,
    calls: Expansions<InstanceId>,
    steps: Cell<u32>,
    depth: Cell<u32>,
}

/// For an instance of a module and a declaration in it: its instances; none while they are being found out.
type Expansions<T> = RefCell<HashMap<(InstanceId, usize), Option<Rc<Expansion<T>>>>>;

/// Something that is evaluated once and remembered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Question {
    Param(InstanceId, usize),
    Local(InstanceId, usize),
    Output(InstanceId, usize),
    Attr(NodeId, Name),
}

/// A value, and the hop by which whoever asks comes to it.
#[derive(Debug, Clone)]
struct Answer {
    value: Value,
    hop: Option<Hop>,
}

impl<'p> Deployment<'p> {
    /// The deployment of a root module. Nothing is evaluated yet.
    #[must_use]
    pub fn new(program: &'p Program, root: &'p Root) -> Self {
        let deployment = Self {
            program,
            root,
            instances: RefCell::default(),
            nodes: RefCell::default(),
            answers: RefCell::default(),
            names: RefCell::default(),
            looked_into: RefCell::default(),
            resources: RefCell::default(),
            calls: RefCell::default(),
            steps: Cell::new(0),
            depth: Cell::new(0),
        };
        deployment.instances.borrow_mut().push(Rc::new(Instance::alone(InstanceId(0), root.module)));
        deployment
    }

    /// The program it is part of.
    #[must_use]
    pub fn program(&self) -> &'p Program {
        self.program
    }

    /// Its root module, and what that is given.
    #[must_use]
    pub fn root(&self) -> &'p Root {
        self.root
    }

    /// The instance of a module.
    #[must_use]
    pub fn instance(&self, id: InstanceId) -> Option<Rc<Instance>> {
        self.instances.borrow().get(id.0 as usize).cloned()
    }

    /// The instances of modules that are known of so far.
    #[must_use]
    pub fn instances(&self) -> Vec<Rc<Instance>> {
        self.instances.borrow().clone()
    }

    /// The instance of a resource.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<Rc<Node>> {
        self.nodes.borrow().get(id.0 as usize).cloned()
    }

    /// The module that an instance is of.
    #[must_use]
    pub fn module(&self, id: InstanceId) -> Option<&'p Module> {
        self.program.module(self.instance(id)?.module)
    }

    /// The declaration that an instance of a resource is of.
    #[must_use]
    pub fn resource(&self, id: NodeId) -> Option<&'p Resource> {
        let node = self.node(id)?;
        self.module(node.instance)?.resources.get(node.resource)
    }

    /// Everything there is: every instance of every module and resource, in a fixed order.
    #[must_use]
    pub fn expand(&self) -> (Vec<InstanceId>, Vec<NodeId>) {
        let mut todo = std::collections::VecDeque::from([InstanceId(0)]);
        let (mut instances, mut nodes) = (Vec::new(), Vec::new());
        while let Some(instance) = todo.pop_front() {
            instances.push(instance);
            let Some(module) = self.module(instance) else { continue };
            for resource in 0..module.resources.len() {
                let all = self.resource_instances(instance, resource);
                let exists = |id: &&NodeId| self.node(**id).is_some_and(|node| node.presence != Truth::No);
                nodes.extend(all.all().filter(exists).copied());
            }
            for call in 0..module.calls.len() {
                if let Some(children) = self.call_instances(instance, call) {
                    let exists =
                        |id: &&InstanceId| self.instance(**id).is_some_and(|child| child.presence != Truth::No);
                    todo.extend(children.all().filter(exists).copied());
                }
            }
        }
        (instances, nodes)
    }

    /// The arguments of a call, as its module instance gives them.
    #[must_use]
    pub fn arguments(&self, instance: InstanceId, call: usize) -> Vec<Value> {
        let call = self.module(instance).and_then(|module| module.calls.get(call));
        call.map(|call| call.args.iter().map(|arg| self.eval_in(instance, &arg.value)).collect()).unwrap_or_default()
    }

    /// What an expression of a module instance is, outside any resource.
    #[must_use]
    pub fn value_in(&self, instance: InstanceId, expr: &crate::ir::Expr) -> Value {
        self.eval_in(instance, expr)
    }

    /// What an expression of a resource is for one of its instances.
    #[must_use]
    pub fn value_at(&self, node: NodeId, expr: &crate::ir::Expr) -> Value {
        match self.node(node) {
            Some(here) => self.eval(expr, expr::Scope { instance: here.instance, each: &here.each, frame: None }),
            None => self.lost("a resource"),
        }
    }

    /// An argument of a block of the root module: of a provider's configuration, for example.
    #[must_use]
    pub fn root_setting(&self, block: &crate::ir::Block, name: &str) -> Option<Value> {
        Some(self.eval_in(InstanceId(0), &block.body.attr(name)?.value))
    }

    /// What a parameter file gives.
    #[must_use]
    pub fn given(&self, given: &crate::ir::Given) -> Value {
        let within = given.within.map_or(InstanceId(0), |module| self.looked_into(module));
        let hop = Hop::ParameterFile(given.attr.name.clone());
        self.eval_in(within, &given.attr.value).passed(hop, given.attr.span)
    }

    /// The value of an output of an instance, if the module declares it.
    #[must_use]
    pub fn output(&self, instance: InstanceId, name: &str) -> Option<Value> {
        let at = self.module(instance)?.output(name)?;
        let answer = self.remember(Question::Output(instance, at), name, || {
            let output = self.module(instance).and_then(|module| module.outputs.get(at));
            let value = output.map(|output| self.eval_in(instance, &output.value));
            Answer { value: value.unwrap_or_else(|| self.lost(name)), hop: Some(Hop::Output(name.into())) }
        });
        Some(answer.value)
    }

    /// What a reference is configured to be, if it names an argument of the resource: `azurerm_key_vault.kv.name`.
    #[must_use]
    pub fn configured(&self, reference: &Ref) -> Option<Value> {
        let value = self.configured_as(reference)?;
        // What is configured by itself, at any remove, is nothing that anybody could follow to an end.
        let mut seen = Vec::new();
        let leads_back = self.leads_to(&value, reference, &mut seen);
        (!leads_back).then_some(value)
    }

    /// Whether following a value leads to a reference; too long a way counts as one that does.
    fn leads_to(&self, value: &Value, reference: &Ref, seen: &mut Vec<Ref>) -> bool {
        match &value.kind {
            Kind::Ref(next) => {
                if next == reference || seen.len() > MAX_WAY {
                    return true;
                }
                if seen.contains(next) {
                    return false;
                }
                seen.push(next.clone());
                self.configured_as(next).is_some_and(|value| self.leads_to(&value, reference, seen))
            }
            Kind::OneOf(values) => values.iter().any(|one| self.leads_to(one, reference, seen)),
            Kind::Text(Text::Parts(parts)) => parts.iter().any(|part| match part {
                TextPart::Hole(hole) => self.leads_to(hole, reference, seen),
                TextPart::Text(_) => false,
            }),
            _ => false,
        }
    }

    fn configured_as(&self, reference: &Ref) -> Option<Value> {
        let Target::Node(node) = reference.target else { return None };
        let (Seg::Name(first, span), rest) = reference.path.split_first()? else { return None };
        if reference.many {
            return None;
        }
        let mut value = self.attr(node, first)?;
        for seg in rest {
            value = match seg {
                Seg::Name(name, at) => self.get(&value, name, *at, *at),
                #[expect(clippy::cast_precision_loss, reason = "an index beyond 2^52 is beyond any list")]
                Seg::Index(index) => self.index(&value, &Value::number(*index as f64, *span), *span),
                Seg::Any => return None,
            };
        }
        if value.why().is_some_and(Why::is_error) { None } else { Some(value) }
    }

    /// The value itself, or what the reference that it is is configured to be, followed to the end.
    #[must_use]
    pub fn known(&self, value: &Value) -> Value {
        let mut value = value.clone();
        for _ in 0..32 {
            let Some(next) = value.as_ref().and_then(|reference| self.configured(reference)) else { break };
            let assumed = value.assumed;
            value = next;
            value.assumed |= assumed;
        }
        value
    }

    /// The resource of this type and name that a module instance, or one above it, declares. A name that is another
    /// resource's name means that resource.
    #[must_use]
    pub fn declared(&self, instance: InstanceId, kind: &str, names: &[Value]) -> Option<NodeId> {
        if let [only] = names
            && let Some(reference) = only.as_ref()
            && let Some(node) = reference.start()
            && let [Seg::Name(name, _)] = reference.path.as_slice()
            && &**name == "name"
            && self.resource(node).is_some_and(|resource| resource.kind.eq_ignore_ascii_case(kind))
        {
            return Some(node);
        }
        let mut parts = Vec::new();
        for name in names {
            if !parts.is_empty() {
                parts.push(TextPart::Text("/".into()));
            }
            let name = self.known(name);
            parts.extend(name.text_parts()?);
        }
        let span = names.first()?.span;
        let wanted = match parts.as_slice() {
            [TextPart::Hole(only)] => only.clone(),
            _ => Value::new(Kind::Text(Text::new(parts)), span),
        };
        // An input without a value is the same text wherever it is used.
        let settled = |name: &Value| name.why().is_none_or(|why| matches!(why.reason, Reason::RootInput(_)));
        let mut current = Some(instance);
        while let Some(id) = current {
            let names = self.names(id, kind)?;
            let found = names.of(&wanted).into_iter().find(|(_, own)| own.is_none_or(settled));
            if let Some((node, _)) = found {
                return Some(node);
            }
            current = self.instance(id)?.parent.map(|(parent, _)| parent);
        }
        None
    }

    /// The one resource of this name, whatever its type, that a module instance declares.
    #[must_use]
    pub fn called(&self, instance: InstanceId, name: &Value) -> Option<NodeId> {
        let module = self.module(instance)?;
        let mut kinds: Vec<&Name> = module.resources.iter().map(|resource| &resource.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let wanted = self.known(name);
        let mut found = kinds
            .into_iter()
            .filter_map(|kind| self.names(instance, kind))
            .flat_map(|names| names.of(&wanted).into_iter().map(|(node, _)| node).collect::<Vec<_>>());
        found.next().filter(|_| found.next().is_none())
    }

    /// The resources of this type that a module instance declares, and their names: worked out once, for there are as
    /// many references to look up as there are resources. None meanwhile, for a name that needs itself.
    fn names(&self, instance: InstanceId, kind: &str) -> Option<Names> {
        let question = (instance, kind.to_ascii_lowercase());
        if let Some(names) = self.names.borrow().get(&question) {
            return Some(names.clone());
        }
        self.names.borrow_mut().insert(question.clone(), Names::default());
        let mut names = Named::default();
        let of_kind = self.module(instance)?.resources.iter().enumerate();
        for (at, _) in of_kind.filter(|(_, resource)| resource.kind.eq_ignore_ascii_case(kind)) {
            for node in self.resource_instances(instance, at).all() {
                if let Some(name) = self.attr(*node, &"name".into()) {
                    let name = self.known(&name);
                    match &name.kind {
                        Kind::Text(Text::Plain(text)) => names.written.entry(text.clone()).or_default().push(*node),
                        _ => names.others.push((*node, name)),
                    }
                }
            }
        }
        let names = Names::from(names);
        self.names.borrow_mut().insert(question, names.clone());
        Some(names)
    }

    /// The instance in which the locals and functions of a module are found that is not called.
    fn looked_into(&self, module: ModuleId) -> InstanceId {
        if let Some(instance) = self.looked_into.borrow().get(&module) {
            return *instance;
        }
        let mut instances = self.instances.borrow_mut();
        let id = InstanceId(u32::try_from(instances.len()).unwrap_or(u32::MAX));
        instances.push(Rc::new(Instance::alone(id, module)));
        self.looked_into.borrow_mut().insert(module, id);
        id
    }

    /// The instance of what a module imports, if its source is here.
    fn imported(&self, instance: InstanceId, import: usize) -> Option<InstanceId> {
        let module = self.program.import(self.instance(instance)?.module, import)?;
        Some(self.looked_into(module))
    }

    fn remember(&self, question: Question, name: &str, answer: impl FnOnce() -> Answer) -> Answer {
        let cached = self.answers.borrow().get(&question).cloned();
        match cached {
            Some(Some(answer)) => return answer,
            Some(None) => {
                let span = self.home();
                return Answer { value: Value::unknown(Why::new(Reason::Cycle(name.into()), span), span), hop: None };
            }
            None => {}
        }
        self.answers.borrow_mut().insert(question.clone(), None);
        let answer = answer();
        self.answers.borrow_mut().insert(question, Some(answer.clone()));
        answer
    }

    fn lost(&self, name: &str) -> Value {
        let span = self.home();
        Value::unknown(Why::new(Reason::Undeclared(name.into()), span), span)
    }

    /// A span for values that stand nowhere: the start of the root module's first declaration.
    fn home(&self) -> Span {
        let module = self.program.module(self.root.module);
        let first = module.and_then(|module| {
            let resource = module.resources.first().map(|resource| resource.span);
            resource.or_else(|| module.calls.first().map(|call| call.span))
        });
        first.map_or(Span::new(crate::source::SourceId(0), 0, 0), Span::at_start)
    }
}
