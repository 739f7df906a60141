use crate::graph::{Declared, Ids};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for host in &cx.graph.hosts {
        let (Declared::Block(block), Some(resource)) = (&host.declared, cx.graph.resource(host.resource)) else {
            continue;
        };
        let Ids::Malformed { value, what } = &block.ids else { continue };
        let message = format!("`{}` gives its user-assigned identities as {what}", resource.title);
        cx.report(
            Draft::new(resource.address.clone(), value.span, message)
                .note("Azure takes a map from resource ids to empty objects")
                .because(value)
                .if_present(resource)
                .help("write a map whose keys are the resource ids of the identities and whose values are `{}`"),
        );
    }
}
