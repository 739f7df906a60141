use super::words;
use crate::finding::{Fix, Severity};
use crate::graph::{Duplicate, Grant, Right};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for found in graph.duplicates() {
        report(cx, &found);
    }
}

fn report(cx: &mut Cx<'_>, found: &Duplicate<'_>) {
    let (graph, first, second) = (cx.graph, found.first, found.second);
    let place = words::scope(cx, &second.scope, "a");
    let words = words::principal(cx, &second.principal).zip(words::role(cx, second)).zip(place);
    let (Some(((who, role), place)), Some(resource)) = (words, graph.resource(second.by)) else { return };
    if found.above {
        let Some(above) = words::scope(cx, &first.scope, "a") else { return };
        let message = format!("{who} is given {role} on {place}, and has it from {above} already");
        let draft = Draft::new(resource.address.clone(), second.span, message)
            .note("needless")
            .label(first.span, "it has the role from here, in all that is below")
            .severity(Severity::Low)
            .hint()
            .help("remove it, or the wider one if the role was meant for this alone");
        cx.report(draft);
        return;
    }
    let differing = if graph.same_declaration(first.by, second.by) { differing(first, second) } else { None };
    let (span, note, before) = match differing {
        Some((earlier, later, what)) => (later.span, format!("the same {what} again"), earlier.span),
        None => (second.span, "the second time".to_owned(), first.span),
    };
    // What goes must not be more than what stays.
    let stays = first.presence == Truth::Yes && first.condition.is_none() && second.condition.is_none();
    let edit = graph.remove_declaration(second.by).filter(|_| stays && differing.is_none());
    let mut draft = Draft::new(resource.address.clone(), span, format!("{who} is given {role} twice on {place}"))
        .note(note)
        .label(before, "it has the role from here")
        .doubt(found.sure)
        .help("remove one of the two; two conditions become one, joined by OR")
        .fix(edit.map(|edit| Fix::suggested("remove the second assignment", edit)));
    for grant in [second, first] {
        draft = draft.because(&grant.principal).because(&grant.scope);
        if let Right::Role { written, .. } = &grant.right {
            draft = draft.because(written);
        }
    }
    cx.report(draft);
}

/// Where two assignments of one declaration were meant to differ.
fn differing<'g>(first: &'g Grant, second: &'g Grant) -> Option<(&'g Value, &'g Value, &'static str)> {
    let role = |grant: &'g Grant| match &grant.right {
        Right::Role { written, .. } => written,
        _ => &grant.principal,
    };
    let pairs = [
        (&first.principal, &second.principal, "principal"),
        (role(first), role(second), "role"),
        (&first.scope, &second.scope, "scope"),
    ];
    pairs.into_iter().find(|(first, second, _)| first.span != second.span)
}
