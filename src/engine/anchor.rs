//! Findings about modules that were fetched from elsewhere: they belong to whoever calls those.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::finding::{Finding, Label, Undecided};
use crate::ir::{Call, Module};
use crate::resolve::eval::{Deployment, Instance};
use crate::source::{SourceId, Span};

/// Files that nobody who reads a report can mend.
pub(super) struct Elsewhere<'w> {
    /// Those that were fetched.
    pub(super) fetched: &'w BTreeSet<SourceId>,
    /// Those that do not exist.
    pub(super) stand_ins: &'w BTreeSet<SourceId>,
}

impl Elsewhere<'_> {
    /// Points a finding whose primary span lies in a fetched file at the call, in a file of one's own, that leads there.
    pub(super) fn finding(&self, mut finding: Finding, deployment: &Deployment<'_>) -> Finding {
        let at = finding.primary.span.source;
        if self.fetched.contains(&at)
            && let Some(place) = self.place(&finding, deployment)
        {
            let inside = std::mem::replace(&mut finding.primary, place);
            finding.related.retain(|label| label.span != finding.primary.span);
            finding.related.insert(0, inside);
            // Nobody edits what is fetched again the next day.
            let is_own = |span: Span| !self.fetched.contains(&span.source);
            finding.fixes.retain(|fix| fix.edits.iter().all(|edit| is_own(edit.span)));
        }
        finding.related.retain(|label| !self.stand_ins.contains(&label.span.source));
        finding
    }

    /// Where a finding belongs: where the value came out of the module, if it did and is used in a file of one's own; else
    /// the call.
    fn place(&self, finding: &Finding, deployment: &Deployment<'_>) -> Option<Label> {
        let is_own = |label: &&Label| !self.fetched.contains(&label.span.source);
        let user = instance_by_path(&finding.subject, deployment);
        let is_used_here = user.is_none_or(|user| user.parent.is_none());
        let came_out = finding.related.iter().find(|label| label.step && is_own(label));
        if let Some(label) = came_out.filter(|_| is_used_here) {
            return Some(label.clone());
        }
        let call = self.call(&finding.subject, finding.primary.span.source, deployment)?;
        Some(Label::new(call.span, format!("through this call of `{}`", call.name)))
    }

    /// The same for what could not be decided.
    pub(super) fn undecided(&self, mut undecided: Undecided, deployment: &Deployment<'_>) -> Undecided {
        let at = undecided.span.source;
        if self.fetched.contains(&at)
            && let Some(call) = self.call(&undecided.subject, at, deployment)
        {
            undecided.span = call.span;
        }
        undecided
    }

    /// The call in a file of one's own that leads to what the subject is part of.
    fn call<'p>(&self, subject: &str, at: SourceId, deployment: &Deployment<'p>) -> Option<&'p Call> {
        let instance = instance(subject, at, deployment)?;
        own_call(&instance, deployment, self.fetched)
    }
}

/// The innermost module instance that the subject is part of.
fn instance(subject: &str, at: SourceId, deployment: &Deployment<'_>) -> Option<Rc<Instance>> {
    let instances = deployment.instances();
    let by_file =
        || instances.iter().find(|instance| deployment.module(instance.id).is_some_and(|module| is_of(module, at)));
    instance_by_path(subject, deployment).or_else(|| by_file().cloned())
}

/// The innermost module instance whose path the subject's address begins with.
fn instance_by_path(subject: &str, deployment: &Deployment<'_>) -> Option<Rc<Instance>> {
    let names = |path: &str| !path.is_empty() && subject.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
    let instances = deployment.instances().into_iter();
    instances.filter(|instance| names(&instance.path)).max_by_key(|instance| instance.path.len())
}

fn is_of(module: &Module, source: SourceId) -> bool {
    let params = module.params.iter().map(|param| param.span);
    let resources = module.resources.iter().map(|resource| resource.span);
    let mut spans = params.chain(resources).chain(module.calls.iter().map(|call| call.span));
    spans.any(|span| span.source == source)
}

/// The nearest call above the instance that stands in a file of one's own.
fn own_call<'p>(instance: &Instance, deployment: &Deployment<'p>, fetched: &BTreeSet<SourceId>) -> Option<&'p Call> {
    let mut next = instance.parent;
    while let Some((parent, call)) = next {
        let call = deployment.module(parent)?.calls.get(call)?;
        if !fetched.contains(&call.span.source) {
            return Some(call);
        }
        next = deployment.instance(parent)?.parent;
    }
    None
}
