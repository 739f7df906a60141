use crate::finding::{Fix, Safety};
use crate::graph::{Chosen, Declared, Ids, ResourceId};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let mut seen: Vec<(ResourceId, std::sync::Arc<str>)> = Vec::new();
    for selection in graph.selections.iter().filter(|selection| selection.chosen == Chosen::Identity) {
        let (Some(host), Some(resource)) = (graph.host(selection.host), graph.resource(selection.host)) else {
            continue;
        };
        let Declared::Block(block) = &host.declared else { continue };
        // Asking for user-assigned identities and naming none is another mistake.
        let names_none = matches!(block.ids, Ids::Absent | Ids::Empty(_)) && block.user != Truth::No;
        if names_none || graph.attached(host, &selection.value) != Truth::No {
            continue;
        }
        let Some(name) = selection.value.alternatives().iter().find_map(|one| graph.name_of(one)) else { continue };
        if seen.contains(&(host.resource, name.clone())) {
            continue;
        }
        seen.push((host.resource, name.clone()));
        let message = format!("`{}` is to use `{name}`, which is not attached to it", resource.title);
        let (attached, note) = match &block.ids {
            Ids::Listed { items, .. } => (items.first().map_or(block.kinds.span, |item| item.span), "this is attached"),
            _ => (block.kinds.span, "system-assigned only"),
        };
        let fix = graph.attach(host, &selection.value).filter(|_| selection.value.via.is_none()).map(|edit| Fix {
            title: "attach it".to_owned(),
            safety: Safety::Unsafe,
            edits: vec![edit],
        });
        cx.report(
            Draft::new(graph.address(selection.by), selection.value.span, message)
                .note("not one of its identities")
                .label(attached, note)
                .because(&selection.value)
                .because(&block.kinds)
                .if_present(resource)
                .help("attach the identity to the resource too, or select one that is attached")
                .fix(fix),
        );
    }
}
