use crate::azure::removed::{Removed, VERSION, Was};
use crate::finding::{Fix, Safety, Severity};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let Some(version) = graph.version_with_removals() else { return };
    for name in graph.removed_names() {
        let removed = name.removed;
        let said = if version.allowed { format!("this allows {VERSION}") } else { format!("this excludes {VERSION}") };
        let mut draft = Draft::new(name.subject, name.span, message(removed))
            .note(format!("unknown to {VERSION}"))
            .label(version.said, said)
            .help(help(removed));
        if !version.allowed {
            draft = draft.severity(Severity::Info);
        }
        let safety = if version.least >= removed.since { Safety::Safe } else { Safety::Unsafe };
        let title = match removed.successors.first() {
            Some(new) if removed.was == Was::Reversed => format!("write `{}` and the opposite", last(new)),
            Some(new) => format!("rename it to `{}`", last(new)),
            None => "delete it".to_owned(),
        };
        let fix = Fix { title, safety, edits: name.edits };
        cx.report(draft.fix(Some(fix).filter(|fix| !fix.edits.is_empty())));
    }
}

fn message(removed: &Removed) -> String {
    let (name, kind) = (removed.name(), removed.kind);
    match (removed.was, removed.successors.first().map(|new| last(new))) {
        (Was::Type, Some(_)) => format!("{VERSION} has no `{kind}`; {} takes its place", choice(removed, "")),
        (Was::Type, None) => format!("{VERSION} has no `{kind}`, and nothing takes its place"),
        (Was::Attribute, Some(new)) => format!("{VERSION} does not export `{name}` of `{kind}`; it is `{new}` now"),
        (Was::Reversed, Some(new)) => {
            format!("{VERSION} rejects `{name}` of `{kind}`, which is `{new}` now, the other way round")
        }
        (Was::Argument, Some(new)) => format!("{VERSION} rejects `{name}` of `{kind}`, which is `{new}` now"),
        (_, None) => format!("{VERSION} rejects `{name}` of `{kind}`, which it reads from the identity"),
    }
}

fn help(removed: &Removed) -> String {
    match (removed.was, removed.successors.first()) {
        (Was::Type, Some(_)) if removed.kind.starts_with("data.") => format!("look up {}", choice(removed, "a ")),
        (Was::Type, Some(_)) => format!("make it {}, and move the state", choice(removed, "a ")),
        (Was::Type, None) => "take it out, or stay below that version".to_owned(),
        (Was::Reversed, Some(new)) => format!("write `{}` and the opposite value", last(new)),
        (_, Some(new)) => format!("rename it to `{}`", last(new)),
        (_, None) => "delete the line".to_owned(),
    }
}

fn choice(removed: &Removed, article: &str) -> String {
    let each = removed.successors.iter().map(|new| format!("{article}`{new}`"));
    each.collect::<Vec<_>>().join(" or ")
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
