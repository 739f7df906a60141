use crate::finding::Fix;
use crate::graph::{Declared, Grant, Need, Right, Unawaited};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let mut groups: Vec<Vec<Unawaited<'_>>> = Vec::new();
    for found in graph.unawaited() {
        // One dependency mends all that is read with the same right.
        let same = |group: &&mut Vec<Unawaited<'_>>| {
            group.first().is_some_and(|first| {
                let (a, b) = (first.grants.first(), found.grants.first());
                (first.need.by, first.need.need, a.map(|a| a.span))
                    == (found.need.by, found.need.need, b.map(|b| b.span))
            })
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(found),
            None => groups.push(vec![found]),
        }
    }
    for group in groups {
        if let Some((first, rest)) = group.split_first()
            && let Some(grant) = first.grants.first()
        {
            report(cx, first, rest, grant);
        }
    }
}

fn report(cx: &mut Cx<'_>, found: &Unawaited<'_>, others: &[Unawaited<'_>], grant: &Grant) {
    let graph = cx.graph;
    let need = found.need;
    let Some(target) = need.target.and_then(|id| graph.resource(id)) else { return };
    let (Some(consumer), Some(by), Some(granter)) =
        (graph.resource(need.consumer), graph.resource(need.by), graph.resource(grant.by))
    else {
        return;
    };
    let identity = graph.title(found.identity);
    let (reads, acts) = match need.need {
        Need::PullImage => (format!("pulls images from `{}`", target.title), "this identity pulls"),
        Need::UseKeys => (format!("encrypts with a key of vault `{}`", target.title), "this identity reads"),
        _ => (format!("reads secrets of vault `{}`", target.title), "this identity reads"),
    };
    let is_policy = matches!(grant.right, Right::Policy { .. });
    let (right, given) = if is_policy { ("access policy", "access policy") } else { ("role", "role assignment") };
    let message = format!(
        "`{}` {reads} as `{identity}` while it is made, but does not wait for the {right} that lets it",
        consumer.title
    );
    // At least one of the grants is there whenever the consumer is.
    let there = found.grants.iter().map(|grant| graph.is_there_with(grant.by, by.id)).fold(Truth::No, Truth::or);
    let mut draft = Draft::new(by.address.clone(), need.at, message)
        .note(format!("read before the {right} may be there"))
        .label(granter.span, format!("nothing makes `{}` come after this", by.title))
        .because(&need.value)
        .doubt(there)
        .help(format!("add the {given} to what it depends on"));
    if let Some(selected) = need.selected.as_ref().filter(|selected| selected.span != need.at) {
        draft = draft.label(selected.span, acts).because(selected);
    } else if let Some(Declared::Block(block)) = graph.host(need.consumer).map(|host| &host.declared) {
        draft = draft.label(block.kinds.span, acts);
    }
    for other in others {
        draft = draft.label(other.need.at, "read in the same way");
    }
    let fix = graph.wait_for(by.id, grant.by).map(|(edit, safety)| {
        let title = format!("wait for the {given}");
        Fix { title, safety, edits: vec![edit] }
    });
    cx.report(draft.fix(fix));
}
