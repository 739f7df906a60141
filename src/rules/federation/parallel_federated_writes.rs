use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for writes in graph.parallel_writes() {
        let (Some(credential), Some(other)) = (graph.resource(writes.credential), graph.resource(writes.other)) else {
            continue;
        };
        let message = format!(
            "federated credentials of `{}` are written at the same time, and Azure takes one at a time",
            writes.identity
        );
        let mut draft = Draft::new(credential.address.clone(), credential.span, message)
            .note("does not wait for the others")
            .label(other.span, "written at the same time")
            .doubt(writes.sure)
            .help(writes.remedy);
        if let Some(list) = &writes.list {
            draft = draft.because(list);
        }
        cx.report(draft.fix(writes.fix));
    }
}
