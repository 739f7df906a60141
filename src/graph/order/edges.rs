//! Where one step leads: what a declaration names.

use super::{Declaration, Point};
use crate::graph::{Graph, Mode};
use crate::ir::{self, Body, Expr, ExprKind, Name, Repeat, is_unread};
use crate::resolve::value::{InstanceId, NodeId, Target, Truth};

/// Expressions nested deeper are not read.
const MAX_DEPTH: u32 = 250;

/// So many instances of a resource are asked what they name by value.
const MAX_INSTANCES: usize = 8;

/// Where a step leads by what is waited for.
pub(super) fn of(graph: &Graph<'_>, from: Point) -> Vec<(Point, Truth)> {
    found(graph, from, false)
}

/// Where a step leads by what is read, whatever is only waited for.
pub(super) fn read_by(graph: &Graph<'_>, from: Point) -> Vec<(Point, Truth)> {
    found(graph, from, true)
}

fn found(graph: &Graph<'_>, from: Point, only_reads: bool) -> Vec<(Point, Truth)> {
    let instance = match from {
        Point::Resource((instance, _))
        | Point::Local((instance, _))
        | Point::Param((instance, _))
        | Point::Output((instance, _))
        | Point::Call((instance, _))
        | Point::Opaque((instance, _))
        | Point::Whole(instance) => instance,
        Point::Unread => return Vec::new(),
    };
    let Some(module) = graph.deployment.module(instance) else { return Vec::new() };
    let mut names = Names {
        graph,
        instance,
        module,
        nodes: Vec::new(),
        truth: Truth::Yes,
        waits: false,
        only_reads,
        found: Vec::new(),
    };
    match from {
        Point::Resource((_, at)) => names.resource(at),
        Point::Local((_, at)) => names.expr_of(module.locals.get(at).map(|local| &local.value)),
        Point::Param((_, at)) => names.param(at),
        Point::Output((_, at)) => names.output(at),
        Point::Whole(_) => names.whole(),
        Point::Call((_, at)) => names.call(at),
        Point::Opaque((_, at)) => {
            names.truth = Truth::Maybe;
            names.call(at);
            names.args(at);
        }
        Point::Unread => {}
    }
    names.found
}

/// What the expressions of one module instance name.
struct Names<'g, 'd> {
    graph: &'g Graph<'d>,
    instance: InstanceId,
    module: &'d ir::Module,
    /// The instances of the resource at hand.
    nodes: Vec<NodeId>,
    /// Whether what is found now is certainly waited for.
    truth: Truth,
    /// Whether `depends_on` is at hand: whole modules are meant, and what names nothing may name anything.
    waits: bool,
    /// Whether only what is read counts.
    only_reads: bool,
    found: Vec<(Point, Truth)>,
}

impl Names<'_, '_> {
    fn push(&mut self, point: Point) {
        self.found.push((point, self.truth));
    }

    /// Does something with what is found being no more certain than this.
    fn at_most(&mut self, truth: Truth, work: impl FnOnce(&mut Self)) {
        let before = self.truth;
        self.truth = before.and(truth);
        work(self);
        self.truth = before;
    }

    fn waits(&mut self, waits: &[Expr]) {
        if self.only_reads {
            return;
        }
        self.waits = true;
        for expr in waits {
            // A name in quotes, as in Terraform before 0.12.
            if matches!(expr.kind, ExprKind::Str(_)) {
                self.at_most(Truth::Maybe, |names| names.push(Point::Unread));
            }
            self.expr(expr, 0);
        }
        self.waits = false;
    }

    /// Nothing of a module is made before its call may be.
    fn around(&mut self) {
        let parent = self.graph.deployment.instance(self.instance).and_then(|here| here.parent);
        if let Some((caller, call)) = parent.filter(|_| !self.only_reads) {
            self.push(Point::Call((caller, call)));
        }
    }

    fn resource(&mut self, at: usize) {
        let Some(resource) = self.module.resources.get(at) else { return };
        let all = self.graph.deployment.resource_instances(self.instance, at);
        self.nodes = all.all().copied().take(MAX_INSTANCES).collect();
        self.around();
        self.repeat(&resource.repeat);
        self.expr_of(resource.condition.as_ref());
        self.body(&resource.body);
        self.waits(&resource.depends_on);
    }

    fn body(&mut self, body: &Body) {
        body.exprs().into_iter().for_each(|expr| self.expr(expr, 0));
    }

    fn repeat(&mut self, repeat: &Repeat) {
        self.expr_of(repeat.expr());
    }

    fn output(&mut self, at: usize) {
        let Some(output) = self.module.outputs.get(at) else { return };
        self.around();
        self.expr(&output.value, 0);
        self.waits(&output.depends_on);
        if self.module.as_a_whole && !self.only_reads {
            let sure = if self.module.stands_in.is_some() { Truth::Maybe } else { Truth::Yes };
            self.at_most(sure, |names| names.push(Point::Whole(names.instance)));
        }
    }

    fn whole(&mut self) {
        self.around();
        (0..self.module.resources.len()).for_each(|at| self.push(Point::Resource((self.instance, at))));
        (0..self.module.calls.len()).for_each(|at| self.whole_call(at));
    }

    fn whole_call(&mut self, at: usize) {
        match self.graph.first_instance((self.instance, at)) {
            Some(child) => self.push(Point::Whole(child)),
            None => self.push(Point::Opaque((self.instance, at))),
        }
    }

    /// What the call itself waits for. A module that is deployed as a whole waits for all that it is given.
    fn call(&mut self, at: usize) {
        let Some(call) = self.module.calls.get(at) else { return };
        self.around();
        self.repeat(&call.repeat);
        self.expr_of(call.condition.as_ref());
        self.expr_of(call.scope.as_ref());
        self.expr_of(call.subscription.as_ref());
        self.waits(&call.depends_on);
        let called = self.graph.first_instance((self.instance, at));
        if let Some(called) = called.and_then(|child| self.graph.deployment.module(child))
            && called.as_a_whole
        {
            let sure = if called.stands_in.is_some() { Truth::Maybe } else { Truth::Yes };
            self.at_most(sure, |names| names.args(at));
        }
    }

    fn args(&mut self, at: usize) {
        let args = self.module.calls.get(at).map(|call| call.args.as_slice()).unwrap_or_default();
        args.iter().for_each(|arg| self.expr(&arg.value, 0));
    }

    /// What the caller gives for a parameter.
    fn param(&mut self, at: usize) {
        let Some(name) = self.module.params.get(at).map(|param| &param.name) else { return };
        let Some((caller, call)) = self.graph.deployment.instance(self.instance).and_then(|here| here.parent) else {
            return;
        };
        let Some(module) = self.graph.deployment.module(caller) else { return };
        let args = module.calls.get(call).map(|call| call.args.as_slice()).unwrap_or_default();
        let mut outer =
            Names { graph: self.graph, instance: caller, module, nodes: Vec::new(), found: Vec::new(), ..*self };
        args.iter().filter(|arg| arg.name == *name).for_each(|arg| outer.expr(&arg.value, 0));
        self.found.append(&mut outer.found);
    }

    fn expr_of(&mut self, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.expr(expr, 0);
        }
    }

    fn expr(&mut self, expr: &Expr, depth: u32) {
        if depth > MAX_DEPTH {
            self.at_most(Truth::Maybe, |names| names.push(Point::Unread));
            return;
        }
        let depth = depth + 1;
        match &expr.kind {
            ExprKind::Param(name) => self.declared(self.module.param(name), Point::Param),
            ExprKind::Local(name) => self.declared(self.module.local(name), Point::Local),
            ExprKind::Resource(mode, kind, name) => self.named(*mode, kind, name),
            ExprKind::Module(name) => self.module_named(name, None),
            ExprKind::Get(base, name, _) => match module_of(base) {
                Some(module) => {
                    self.module_named(module, Some(name));
                    self.indexes(base, depth);
                }
                None => self.expr(base, depth),
            },
            ExprKind::Index(base, index) => {
                // Where iterations are things of their own, one of them need not be the one that is asked for.
                let is_one =
                    self.module.as_a_whole && matches!(base.kind, ExprKind::Resource(..) | ExprKind::Module(_));
                let sure = if is_one { Truth::Maybe } else { Truth::Yes };
                self.at_most(sure, |names| names.expr(base, depth));
                self.expr(index, depth);
            }
            ExprKind::Call(name, args, _) => {
                args.iter().for_each(|arg| self.expr(arg, depth));
                if &**name == "arm:reference" || name.starts_with("arm:list") {
                    self.by_value(expr, args.first());
                }
            }
            ExprKind::Cond(parts) => {
                let sure = if self.waits { Truth::Maybe } else { Truth::Yes };
                self.at_most(sure, |names| parts.iter().for_each(|part| names.expr(part, depth)));
            }
            ExprKind::Opaque(what) => {
                if self.waits || is_unread(what) {
                    self.at_most(Truth::Maybe, |names| names.push(Point::Unread));
                }
            }
            _ => expr.parts().into_iter().for_each(|part| self.expr(part, depth)),
        }
    }

    fn declared(&mut self, at: Option<usize>, point: fn(Declaration) -> Point) {
        if let Some(at) = at {
            self.push(point((self.instance, at)));
        }
    }

    fn named(&mut self, mode: Mode, kind: &Name, name: &Name) {
        self.declared(self.module.resource(mode, kind, name), Point::Resource);
    }

    /// A called module: one output of it, all of them, or all that it makes.
    fn module_named(&mut self, name: &Name, output: Option<&Name>) {
        let Some(at) = self.module.call(name) else { return };
        if self.waits {
            self.whole_call(at);
            return;
        }
        let Some(child) = self.graph.first_instance((self.instance, at)) else {
            self.push(Point::Opaque((self.instance, at)));
            return;
        };
        let Some(module) = self.graph.deployment.module(child) else { return };
        match output {
            Some(output) => match module.output(output) {
                Some(at) => self.push(Point::Output((child, at))),
                None => self.at_most(Truth::Maybe, |names| names.push(Point::Whole(child))),
            },
            None => (0..module.outputs.len()).for_each(|at| self.push(Point::Output((child, at)))),
        }
    }

    /// What stands in the brackets behind a module.
    fn indexes(&mut self, base: &Expr, depth: u32) {
        if let ExprKind::Index(base, index) = &base.kind {
            self.expr(index, depth);
            self.indexes(base, depth + 1);
        }
    }

    /// The resource that a function of templates names by a value. A reference by id makes nothing wait by itself
    /// (learn.microsoft.com, azure-resource-manager/templates/template-functions-resource, implicit dependency).
    fn by_value(&mut self, expr: &Expr, first: Option<&Expr>) {
        let is_name = first.is_some_and(|first| matches!(first.kind, ExprKind::Str(_)));
        let sure = if is_name || self.waits { Truth::Yes } else { Truth::Maybe };
        let deployment = self.graph.deployment;
        let values = match self.nodes.as_slice() {
            [] => vec![deployment.value_in(self.instance, expr)],
            nodes => nodes.iter().map(|node| deployment.value_at(*node, expr)).collect(),
        };
        let mut named = Vec::new();
        let mut unknown = false;
        for value in &values {
            value.walk(&mut |one| match one.as_ref().map(|reference| reference.target) {
                Some(Target::Node(node)) => named.push(node),
                _ => unknown |= one.why().is_some(),
            });
        }
        named.sort_unstable();
        named.dedup();
        let found: Vec<Declaration> = named.into_iter().filter_map(|node| self.graph.declaration(node)).collect();
        self.at_most(sure, |names| found.into_iter().for_each(|one| names.push(Point::Resource(one))));
        if unknown && self.waits && !first.is_some_and(|first| matches!(first.kind, ExprKind::Resource(..))) {
            self.at_most(Truth::Maybe, |names| names.push(Point::Unread));
        }
    }
}

/// The called module that an output is taken of.
fn module_of(base: &Expr) -> Option<&Name> {
    match &base.kind {
        ExprKind::Module(name) => Some(name),
        ExprKind::Index(base, _) => module_of(base),
        _ => None,
    }
}
