use crate::graph::Shared;
use crate::rules::{Cx, Draft};

/// So many names are written out.
const NAMED: usize = 3;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for shared in cx.graph.shared_identities() {
        report(cx, &shared);
    }
}

fn report(cx: &mut Cx<'_>, shared: &Shared) {
    let graph = cx.graph;
    let Some(identity) = graph.resource(shared.identity) else { return };
    if cx.option_matches("shared-identities", &identity.address) {
        return;
    }
    let names: Vec<String> = shared.by.iter().map(|(id, _)| format!("`{}`", graph.title(*id))).collect();
    let so = match names.len() {
        2 => "so the one may do whatever the other may",
        _ => "so each may do what any of them may",
    };
    let message = format!("{} run as the same identity `{}`, {so}", list(&names), identity.title);
    let help = if shared.environments { "give each environment" } else { "give each workload" };
    let mut draft = Draft::new(identity.address.clone(), identity.span, message)
        .note("one identity for all of them")
        .if_present(identity)
        .help(format!("{help} an identity of its own"));
    for (_, at) in &shared.by {
        draft = draft.label(*at, "attached here");
    }
    cx.report(draft);
}

/// `a`, `b` and `c`, or the first three and how many more there are.
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        _ if names.len() > NAMED => {
            let first: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
            format!("{} and {} more", first.join(", "), names.len() - NAMED)
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
