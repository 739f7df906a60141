use crate::finding::{Fix, Safety};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for found in graph.unknown_keys() {
        let message = format!(
            "the keys of `for_each` hold the {} of `{}`, which is known only after it is made",
            found.what,
            graph.title(found.of)
        );
        let fix = Fix {
            title: "use names as keys and the ids as values".to_owned(),
            safety: Safety::Unsafe,
            edits: found.edits,
        };
        cx.report(
            Draft::new(found.subject, found.span, message)
                .note("not known before apply")
                .label(found.key.span, format!("the {} of `{}`", found.what, graph.title(found.of)))
                .because(&found.key)
                .help("use names as keys and the ids as values")
                .fix(Some(fix).filter(|fix| !fix.edits.is_empty())),
        );
    }
}
