use super::words;
use crate::finding::{Fix, Safety, Severity};
use crate::graph::{LoneVersion, NamedScope};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for found in graph.lone_versions() {
        version(cx, &found);
    }
    for found in graph.named_scopes() {
        scope(cx, &found);
    }
}

fn version(cx: &mut Cx<'_>, found: &LoneVersion<'_>) {
    let Some(resource) = cx.graph.resource(found.by) else { return };
    let message = "the role assignment has a condition version but no condition, which is refused";
    let edit = cx.graph.remove_entry(found.entry).filter(|_| found.never);
    let draft = Draft::new(resource.address.clone(), found.entry.key_span, message)
        .note("no condition goes with it")
        .because(&found.entry.value)
        .doubt(found.refused)
        .if_present(resource)
        .help("write the condition, or remove its version")
        .fix(edit.map(|edit| fix("remove the version", Safety::Safe, vec![edit])));
    cx.report(draft);
}

fn scope(cx: &mut Cx<'_>, found: &NamedScope<'_>) {
    let Some(resource) = cx.graph.resource(found.by) else { return };
    let Some(actual) = words::scope(cx, &found.actual, "the") else { return };
    let key = found.entry.key_span;
    let draft = match found.same {
        Truth::Maybe => return,
        Truth::Yes => {
            let message = format!("`properties.scope` is read-only and says what holds anyway: {actual}");
            let edit = cx.graph.remove_entry(found.entry);
            Draft::new(resource.address.clone(), key, message)
                .note("needless")
                .severity(Severity::Low)
                .help("remove it")
                .fix(edit.map(|edit| fix("remove it", Safety::Safe, vec![edit])))
        }
        Truth::No => {
            let Some(named) = words::scope(cx, &found.entry.value, "the") else { return };
            let message = format!("`properties.scope` is read-only: the role holds for {actual}, not for {named}");
            let edits = cx.graph.move_scope(found);
            Draft::new(resource.address.clone(), key, message)
                .note("Azure does not look here")
                .label(found.actual.span, "it holds here")
                .help("put the scope beside the properties")
                .fix(edits.map(|edits| fix("move it to where it counts", Safety::Unsafe, edits)))
        }
    };
    cx.report(draft.because(&found.entry.value).because(&found.actual).if_present(resource));
}

fn fix(title: &str, safety: Safety, edits: Vec<crate::finding::Edit>) -> Fix {
    Fix { title: title.to_owned(), safety, edits }
}
