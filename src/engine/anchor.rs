//! Findings about modules that were fetched from elsewhere: they belong to whoever calls those.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::finding::{Finding, Label};
use crate::ir::{Call, Module};
use crate::resolve::eval::{Deployment, Instance};
use crate::source::{SourceId, Span};

/// Points a finding whose primary span lies in a fetched file at the call, in a file of one's own, that leads there.
pub(super) fn at_call(mut finding: Finding, deployment: &Deployment<'_>, fetched: &BTreeSet<SourceId>) -> Finding {
    if !fetched.contains(&finding.primary.span.source) {
        return finding;
    }
    let Some(call) = instance(&finding, deployment).and_then(|instance| own_call(&instance, deployment, fetched))
    else {
        return finding;
    };
    let note = format!("through this call of `{}`", call.name);
    let inside = std::mem::replace(&mut finding.primary, Label { span: call.span, note });
    finding.related.retain(|label| label.span != call.span);
    finding.related.insert(0, inside);
    // Nobody edits what is fetched again the next day.
    let is_own = |span: Span| !fetched.contains(&span.source);
    finding.fixes.retain(|fix| fix.edits.iter().all(|edit| is_own(edit.span)));
    finding
}

/// The innermost module instance that the finding is about.
fn instance(finding: &Finding, deployment: &Deployment<'_>) -> Option<Rc<Instance>> {
    let instances = deployment.instances();
    let names =
        |path: &str| !path.is_empty() && finding.subject.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
    let by_subject =
        instances.iter().filter(|instance| names(&instance.path)).max_by_key(|instance| instance.path.len());
    let by_file = || {
        instances.iter().find(|instance| {
            deployment.module(instance.id).is_some_and(|module| is_of(module, finding.primary.span.source))
        })
    };
    by_subject.or_else(by_file).cloned()
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
