use crate::graph::{Principal, Right};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let (Right::InDirectory { written, .. }, Some((power, place))) =
            (&grant.right, graph.directory_power(&grant.right))
        else {
            continue;
        };
        let (id, what) = match graph.only_principal(&grant.principal) {
            Some(Principal::System(id)) => (id, "a system-assigned identity"),
            Some(Principal::User(id)) => (id, "a user-assigned identity"),
            _ => continue,
        };
        let Some(resource) = graph.resource(grant.by) else { continue };
        let message = format!("`{}` gets {}: it may {}", graph.title(id), power.name, power.what);
        let mut draft = Draft::new(resource.address.clone(), written.span, message)
            .note(power.name)
            .label(grant.principal.span, what)
            .because(written)
            .because(&grant.principal)
            .if_present(resource)
            .help("give a narrower permission, or let a person do it through a pipeline");
        if let Some(place) = place {
            let note = if power.of_graph { "this is Microsoft Graph" } else { "this role" };
            draft = draft.label(place, note);
        }
        cx.report(draft);
    }
}
