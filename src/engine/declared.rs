//! What is declared and has no effect: grants that nothing here needs from elsewhere, slots that do not differ.

use std::collections::HashMap;

use crate::finding::{Finding, Label};
use crate::graph::{Effect, Graph};
use crate::ir::{Module, ModuleId, Program};
use crate::policy::{ExternalGrant, IntendedSlotDifference, Policies, Policy};
use crate::rules::{self, RULES};
use crate::source::Span;
use crate::workspace::Workspace;

/// The rule of what has no effect.
const UNUSED: &str = "unused-configuration";

/// The family of the rules that an intended difference is about, unless it names some.
const SLOTS: &str = "slots";

/// What declarations do, by where they stand: the greatest effect in any deployment.
pub(super) type Effects = HashMap<Span, Effect>;

/// The policy for what is deployed from a module: that of its first file.
pub(super) fn policy_of<'p>(policies: &'p Policies, program: &Program, root: ModuleId) -> &'p Policy {
    let first = program.module(root).and_then(|module| Module::files(module).min());
    first.map_or(&policies.default, |file| policies.of(file))
}

/// What the declarations of a policy do in a deployment that all rules have looked at.
pub(super) fn effects(graph: &Graph<'_>, policy: &Policy) -> Vec<(Span, Effect)> {
    let grants = policy.external_grants.iter().map(|entry| entry.span).zip(graph.effects_of_grants());
    let slots = policy.intended_slot_differences.iter().map(|entry| entry.span).zip(graph.effects_of_slots());
    grants.chain(slots).filter_map(|(span, effect)| Some((span?, effect))).collect()
}

/// The declarations without effect, if all that they could be for was looked at.
pub(super) fn unused(workspace: &Workspace, policies: &Policies, effects: &Effects) -> Vec<Finding> {
    let is_whole = workspace.focus.is_none()
        && !workspace.roots.is_empty()
        && !workspace.unreadable
        && workspace.errors.is_empty()
        && workspace.partial.is_empty()
        && workspace.skipped.is_empty();
    if !is_whole {
        return Vec::new();
    }
    let mut found: HashMap<Span, Option<Finding>> = HashMap::new();
    for policy in policies.all() {
        for (span, finding) in of(policy, effects) {
            // What is said once may be in several policies: it has no effect if it has none in any of them.
            found.entry(span).and_modify(|one| *one = one.take().filter(|_| finding.is_some())).or_insert(finding);
        }
    }
    found.retain(|span, _| !policies.partly.contains(&span.source));
    found.into_values().flatten().collect()
}

/// Each declaration of a policy, with the finding that it is.
fn of(policy: &Policy, effects: &Effects) -> Vec<(Span, Option<Finding>)> {
    let effect = |span: Span| effects.get(&span).copied().unwrap_or(Effect::NamesNothing);
    let grants = policy.external_grants.iter().filter_map(|entry| {
        let span = entry.span?;
        Some((span, grant(entry, span, effect(span))))
    });
    let slots = policy.intended_slot_differences.iter().filter_map(|entry| {
        let span = entry.span?;
        Some((span, slot(entry, span, effect(span)).filter(|_| is_judged(policy, entry))))
    });
    grants.chain(slots).collect()
}

/// Whether the rules that an intended difference is for are asked for: those that are not find nothing.
fn is_judged(policy: &Policy, entry: &IntendedSlotDifference) -> bool {
    let is_meant = |rule: &&rules::Rule| match entry.rules.as_slice() {
        [] => rule.family == SLOTS,
        names => names.iter().any(|name| name == rule.id || name == rule.family),
    };
    let mut meant = RULES.iter().filter(is_meant).map(|rule| policy.wants(rule.id, rule.family));
    if policy.select.is_some() { meant.all(|wanted| wanted) } else { meant.any(|wanted| wanted) }
}

fn grant(entry: &ExternalGrant, span: Span, effect: Effect) -> Option<Finding> {
    let (principal, scope) = (&entry.principal, entry.scope.as_deref().unwrap_or_default());
    let why = match effect {
        Effect::NamesNothing => format!("nothing here has the address `{principal}`"),
        Effect::NoScope => format!("nothing here has the address `{scope}`"),
        Effect::Needless => format!("what is needed of `{scope}` is granted here"),
        Effect::Some => return None,
    };
    let help = match effect {
        Effect::Needless => "remove it, or the grant that is made here",
        _ => "remove it, or name what is there",
    };
    finding(span, principal, format!("the external grant to `{principal}` has no effect: {why}"), help)
}

fn slot(entry: &IntendedSlotDifference, span: Span, effect: Effect) -> Option<Finding> {
    let slot = &entry.slot;
    let (why, help) = match effect {
        Effect::NamesNothing => (format!("no slot here has the address `{slot}`"), "remove it, or name a slot"),
        Effect::NoScope | Effect::Needless => ("no rule finds that it differs from its site".to_owned(), "remove it"),
        Effect::Some => return None,
    };
    finding(span, slot, format!("the intended difference of the slot `{slot}` has no effect: {why}"), help)
}

fn finding(span: Span, subject: &str, message: String, help: &str) -> Option<Finding> {
    let rule = rules::find(UNUSED)?;
    let meta = rule.meta();
    let label = Label::new(span, "has no effect");
    let finding = Finding::new((rule.id, rule.family), meta.severity, message, subject.into(), label);
    let (confidence, persona) = (meta.confidence, meta.persona);
    Some(Finding { confidence, persona, help: Some(help.to_owned()), ..finding })
}
