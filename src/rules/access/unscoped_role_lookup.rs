use crate::finding::Fix;
use crate::graph::Right;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let (Right::Role { written, .. }, Some(look_up)) = (&grant.right, graph.unscoped_look_up(grant)) else {
            continue;
        };
        let (Some(by), Some(look_up)) = (graph.resource(grant.by), graph.resource(look_up)) else { continue };
        let message = format!(
            "`{}` has no scope, so its id never equals the one that Azure stores and every run replaces the assignment",
            graph.called_in_module(look_up.id)
        );
        let fix = graph.name_role(grant, look_up.id).map(|edit| Fix::suggested("give the role by its name", edit));
        cx.report(
            Draft::new(by.address.clone(), written.span, message)
                .note("an id without a subscription")
                .label(look_up.span, "looked up without a scope")
                .because(written)
                .if_present(by)
                .help("give the look-up the subscription as `scope`, or write `role_definition_name`")
                .fix(fix),
        );
    }
}
