use crate::finding::Fix;
use crate::graph::DeferredRead;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for read in cx.graph.deferred_reads() {
        report(cx, read);
    }
}

fn report(cx: &mut Cx<'_>, read: DeferredRead) {
    let graph = cx.graph;
    let Some(by) = graph.resource(read.by) else { return };
    let what =
        if read.argument == "object_id" || read.argument == "key_vault_id" { "access policy" } else { "assignment" };
    let message = format!(
        "`{}` is read by `{}`, which waits for `{}`, so each change there replaces the {what}",
        read.argument,
        graph.called_in_module(read.look_up),
        read.delay.name
    );
    let (help, title) = if read.itself {
        (format!("read the id from `{}` itself", read.delay.name), format!("read it from `{}`", read.delay.name))
    } else {
        ("drop the `depends_on`".to_owned(), "drop the `depends_on`".to_owned())
    };
    cx.report(
        Draft::new(by.address.clone(), read.value.span, message)
            .note("known only after the look-up")
            .label(read.delay.entry, "this puts the look-up off")
            .because(&read.value)
            .doubt(by.presence.and(read.delay.presence))
            .help(help)
            .fix(read.edit.map(|edit| Fix::suggested(title, edit))),
    );
}
