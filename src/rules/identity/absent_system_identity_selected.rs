use crate::finding::{Edit, Fix, Safety};
use crate::graph::{Chosen, Declared, IdKind, Ids};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for selection in graph.selections.iter().filter(|selection| selection.chosen == Chosen::System) {
        let (Some(host), Some(resource)) = (graph.host(selection.host), graph.resource(selection.host)) else {
            continue;
        };
        let Declared::Block(block) = &host.declared else { continue };
        if host.system() != Truth::No || graph.is_touched(host.resource) {
            continue;
        }
        let only = match &block.ids {
            Ids::Listed { items, rest: None } if items.len() == 1 => items.first(),
            _ => None,
        };
        let id = only.and_then(|item| graph.identity_of(item)).filter(|id| graph.same_module(*id, selection.by));
        let takes_id = graph.id_arguments.iter().any(|argument| {
            argument.resource == selection.by
                && argument.takes == IdKind::Resource
                && argument.value.span == selection.value.span
        });
        let id = id.filter(|_| takes_id && selection.value.via.is_none());
        let fix = id.and_then(|id| graph.expression(id, IdKind::Resource)).map(|text| Fix {
            title: "select the identity that is attached".to_owned(),
            safety: Safety::Unsafe,
            edits: vec![Edit { span: selection.value.span, text }],
        });
        let title = &resource.title;
        let message = format!("`{title}` is to use its system-assigned identity, but has user-assigned ones only");
        cx.report(
            Draft::new(graph.address(selection.by), selection.value.span, message)
                .note("the system-assigned identity")
                .label(block.kinds.span, "there is none")
                .because(&selection.value)
                .because(&block.kinds)
                .if_present(resource)
                .help("select the user-assigned identity, or ask for a system-assigned one too")
                .fix(fix),
        );
    }
}
