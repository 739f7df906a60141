//! What is made before what: `depends_on`, references, and the calls of modules around them.
//!
//! The walk is over declarations, not their instances: a Terraform resource waits for all instances of what it names
//! (developer.hashicorp.com, language/meta-arguments/depends_on). It reads expressions, not their values, for a value
//! no longer says what a function swallowed.

mod back;
mod edges;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

pub(super) use back::ReadBack;

use super::world::exposed;
use super::{Graph, ResourceId};
use crate::resolve::value::{InstanceId, Truth};

/// Beyond so many steps a walk tells nothing more.
const MAX_POINTS: usize = 50_000;

/// A declaration in an instance of its module.
pub(super) type Declaration = (InstanceId, usize);

/// A place on the way from one declaration to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Point {
    Resource(Declaration),
    Local(Declaration),
    Param(Declaration),
    Output(Declaration),
    /// Everything that a module makes.
    Whole(InstanceId),
    /// What must be there before a call is made.
    Call(Declaration),
    /// A module that is not here, by its call.
    Opaque(Declaration),
    /// Text that nobody could read, or that names nothing that can be found: it may name anything.
    Unread,
}

/// Where a point leads, and whether it certainly does.
type Edges = Rc<[(Point, Truth)]>;

/// What was found out about the order so far.
#[derive(Debug, Default)]
pub(super) struct Order {
    edges: RefCell<HashMap<Point, Edges>>,
    read_by: RefCell<HashMap<Point, Edges>>,
    reached: RefCell<HashMap<Declaration, Rc<Reached>>>,
    /// For each instance of a module the one that stands for all instances of its call.
    alike: RefCell<HashMap<InstanceId, InstanceId>>,
}

/// What a declaration waits for.
#[derive(Debug, Default)]
struct Reached {
    surely: HashSet<Point>,
    perhaps: HashSet<Point>,
    /// It was too much to look at.
    cut: bool,
}

impl Reached {
    fn has(&self, point: Point) -> Truth {
        if self.surely.contains(&point) {
            Truth::Yes
        } else if self.cut || self.perhaps.contains(&point) || self.perhaps.contains(&Point::Unread) {
            Truth::Maybe
        } else {
            Truth::No
        }
    }
}

impl Graph<'_> {
    /// Whether a resource is made only when another one is there: by its `depends_on`, by a reference, or by either of
    /// them over other resources and modules. Instances of one declaration are not told apart.
    #[must_use]
    pub fn waits_for(&self, waiting: ResourceId, other: ResourceId) -> Truth {
        match (self.declaration(waiting), self.declaration(other)) {
            (Some(waiting), Some(other)) => self.reached(waiting).has(Point::Resource(other)),
            _ => Truth::Maybe,
        }
    }

    /// Whether a resource waits, or may wait, for a module that is not here and that is handed an identity, so that it
    /// may wait for a grant that nobody sees.
    #[must_use]
    pub fn may_wait_unseen(&self, waiting: ResourceId, identity: ResourceId) -> bool {
        let (Some(waiting), Some(identity)) = (self.declaration(waiting), self.declaration(identity)) else {
            return true;
        };
        let is_handed =
            |point: &Point| match point {
                Point::Opaque((caller, call)) => self.deployment.arguments(*caller, *call).iter().any(|value| {
                    exposed(self, value, true).into_iter().any(|id| self.declaration(id) == Some(identity))
                }),
                _ => false,
            };
        let reached = self.reached(waiting);
        reached.surely.union(&reached.perhaps).any(is_handed)
    }

    /// The resources that a resource reads something of, over locals, parameters and outputs.
    pub(super) fn reads_of(&self, id: ResourceId) -> Vec<Declaration> {
        self.declaration(id).map(|from| self.reads_from(Point::Resource(from))).unwrap_or_default()
    }

    /// The resources of which something is given out by the root module, or to a module that is not here or only known
    /// by its interface.
    pub(super) fn read_outside(&self) -> Vec<Declaration> {
        let mut found = Vec::new();
        for instance in self.module_instances() {
            let Some(module) = self.deployment.module(instance) else { continue };
            if instance == InstanceId(0) {
                found.extend((0..module.outputs.len()).flat_map(|at| self.reads_from(Point::Output((instance, at)))));
            }
            for call in 0..module.calls.len() {
                let child = self.first_instance((instance, call)).and_then(|child| self.deployment.module(child));
                if child.is_none_or(|child| child.stands_in.is_some()) {
                    found.extend(self.reads_from(Point::Opaque((instance, call))));
                }
            }
        }
        found
    }

    fn reads_from(&self, from: Point) -> Vec<Declaration> {
        let mut seen: HashSet<Point> = HashSet::new();
        let mut todo = vec![from];
        let mut found = Vec::new();
        while let Some(point) = todo.pop() {
            for (next, _) in self.read_by(point).iter().copied() {
                if !seen.insert(next) || seen.len() > MAX_POINTS {
                    continue;
                }
                match next {
                    Point::Resource(declaration) => found.push(declaration),
                    other => todo.push(other),
                }
            }
        }
        found
    }

    /// The declaration of a resource, in the instance of its module that stands for all of its kind.
    pub(super) fn declaration(&self, id: ResourceId) -> Option<Declaration> {
        let node = self.deployment.node(id)?;
        Some((self.alike(node.instance), node.resource))
    }

    /// The instance that stands for all instances of the same call.
    fn alike(&self, instance: InstanceId) -> InstanceId {
        if let Some(found) = self.order.alike.borrow().get(&instance) {
            return *found;
        }
        let parent = self.deployment.instance(instance).and_then(|here| here.parent);
        let first = parent.and_then(|(parent, call)| self.first_instance((self.alike(parent), call)));
        let found = first.unwrap_or(instance);
        self.order.alike.borrow_mut().insert(instance, found);
        found
    }

    /// The first instance of a called module, if its source is here.
    fn first_instance(&self, (caller, call): Declaration) -> Option<InstanceId> {
        self.deployment.call_instances(caller, call)?.all().next().copied()
    }

    fn reached(&self, from: Declaration) -> Rc<Reached> {
        if let Some(found) = self.order.reached.borrow().get(&from) {
            return found.clone();
        }
        let mut found = Reached::default();
        for least in [Truth::Yes, Truth::Maybe] {
            let mut todo = vec![Point::Resource(from)];
            let mut seen: HashSet<Point> = HashSet::new();
            while let Some(point) = todo.pop() {
                for (next, truth) in self.edges(point).iter() {
                    if (*truth == Truth::Yes || least == Truth::Maybe) && seen.insert(*next) {
                        todo.push(*next);
                    }
                }
                if seen.len() > MAX_POINTS {
                    found.cut = true;
                    break;
                }
            }
            if least == Truth::Yes {
                found.surely = seen;
            } else {
                found.perhaps = seen;
            }
        }
        let found = Rc::new(found);
        self.order.reached.borrow_mut().insert(from, found.clone());
        found
    }

    fn edges(&self, from: Point) -> Edges {
        remembered(&self.order.edges, from, || edges::of(self, from))
    }

    fn read_by(&self, from: Point) -> Edges {
        remembered(&self.order.read_by, from, || edges::read_by(self, from))
    }
}

/// A step that was taken before leads where it led.
fn remembered(
    before: &RefCell<HashMap<Point, Edges>>,
    from: Point,
    work: impl FnOnce() -> Vec<(Point, Truth)>,
) -> Edges {
    if let Some(found) = before.borrow().get(&from) {
        return found.clone();
    }
    let found: Edges = work().into();
    before.borrow_mut().insert(from, found.clone());
    found
}
