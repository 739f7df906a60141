//! Values that this run was not given: with them, rules might find what they do not find now.

use std::collections::HashSet;

use crate::ir::{Expr, ExprKind, Module, ModuleId, Program, Root};
use crate::source::Span;

/// As deep as a chain of calls may be, so that a value has come everywhere after so many rounds.
const MAX_ROUNDS: usize = 24;

/// What of modules hangs on inputs without a value.
pub(super) struct Inputs<'p> {
    program: &'p Program,
    open: HashSet<Open<'p>>,
}

/// Something of which the value is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Open<'p> {
    Param(usize, &'p str),
    Local(usize, &'p str),
    /// Some output of what is called here.
    Call(usize, &'p str),
}

impl<'p> Inputs<'p> {
    /// Of what is deployed.
    pub(super) fn new(program: &'p Program, roots: &'p [Root]) -> Self {
        let mut inputs = Self { program, open: HashSet::new() };
        for root in roots {
            let at = root.module.0 as usize;
            let Some(module) = program.modules.get(at) else { continue };
            for param in &module.params {
                let is_given = root.given.iter().any(|given| given.attr.name == param.name);
                // A variable file that nobody named may be named the next time.
                let is_offered = root.offered.iter().any(|attr| attr.name == param.name);
                if is_offered || (param.default.is_none() && !is_given) {
                    inputs.open.insert(Open::Param(at, &param.name));
                }
            }
        }
        for _ in 0..MAX_ROUNDS {
            if inputs.open.is_empty() || !inputs.spread() {
                break;
            }
        }
        inputs
    }

    /// Takes what is open one step further; whether it came anywhere new.
    fn spread(&mut self) -> bool {
        let mut found: Vec<Open<'p>> = Vec::new();
        for (at, module) in self.program.modules.iter().enumerate() {
            let locals = module.locals.iter().filter(|local| self.reaches(at, &local.value));
            found.extend(locals.map(|local| Open::Local(at, &local.name)));
            let links = self.program.links.get(at).map(Vec::as_slice).unwrap_or_default();
            for (call, link) in module.calls.iter().zip(links) {
                let Some(ModuleId(to)) = link else { continue };
                let Some(called) = self.program.modules.get(*to as usize) else { continue };
                let args = call.args.iter().filter(|arg| self.reaches(at, &arg.value));
                found.extend(args.map(|arg| Open::Param(*to as usize, &arg.name)));
                if called.outputs.iter().any(|output| self.reaches(*to as usize, &output.value)) {
                    found.push(Open::Call(at, &call.name));
                }
            }
        }
        let before = self.open.len();
        self.open.extend(found);
        self.open.len() > before
    }

    /// Whether an expression of a module hangs on something open.
    fn reaches(&self, module: usize, expr: &'p Expr) -> bool {
        let mut reached = false;
        expr.walk(&mut |part| {
            let named = match &part.kind {
                ExprKind::Param(name) => Open::Param(module, name),
                ExprKind::Local(name) => Open::Local(module, name),
                ExprKind::Module(name) => Open::Call(module, name),
                _ => return,
            };
            reached |= self.open.contains(&named);
        });
        reached
    }

    /// Whether something in this piece of text hangs on them.
    pub(super) fn reach(&self, span: Span) -> bool {
        let is_here = |module: &Module| module.files().any(|file| file == span.source);
        let modules = self.program.modules.iter().enumerate().filter(|(_, module)| is_here(module));
        modules.into_iter().any(|(at, module)| {
            let exprs = module.exprs().into_iter().map(|(_, expr)| expr);
            exprs.filter(|expr| touches(span, expr.span)).any(|expr| self.reaches(at, expr))
        })
    }
}

/// Whether two places have something in common: a suppression may stand inside a larger value.
fn touches(one: Span, other: Span) -> bool {
    one.source == other.source && one.start < other.end && other.start < one.end
}
