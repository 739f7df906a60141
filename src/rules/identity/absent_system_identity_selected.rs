use crate::finding::{Edit, Fix, Safety};
use crate::graph::{Declared, IdKind, Ids};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};

/// How services write "the system-assigned identity" where a user-assigned one could stand.
const SYSTEM: [&str; 3] = ["system", "SystemAssigned", "[system]"];

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for argument in &graph.id_arguments {
        if !matches!(argument.takes, IdKind::Resource | IdKind::Client) || !is_system(&argument.value) {
            continue;
        }
        let (Some(resource), Some(host)) = (graph.resource(argument.resource), graph.host(argument.resource)) else {
            continue;
        };
        let Declared::Block(block) = &host.declared else { continue };
        if block.system != Truth::No {
            continue;
        }
        let title = &resource.title;
        let message = format!("`{title}` selects its system-assigned identity, but has user-assigned ones only");
        let only = match &block.ids {
            Ids::Listed { items, rest: None } if items.len() == 1 => items.first(),
            _ => None,
        };
        let id = only.and_then(|item| graph.identity_of(item)).filter(|id| graph.same_module(*id, resource.id));
        let text = id.filter(|_| argument.value.via.is_none()).and_then(|id| graph.expression(id, argument.takes));
        let fix = text.map(|text| Fix {
            title: "select the identity that is attached".to_owned(),
            safety: Safety::Unsafe,
            edits: vec![Edit { span: argument.value.span, text }],
        });
        cx.report(
            Draft::new(resource.address.clone(), argument.value.span, message)
                .note("the system-assigned identity")
                .label(block.kinds.span, "there is none")
                .because(&argument.value)
                .because(&block.kinds)
                .if_present(resource)
                .help("select the user-assigned identity, or ask for a system-assigned one too")
                .fix(fix),
        );
    }
}

fn is_system(value: &Value) -> bool {
    let written = |one: &Value| one.as_str().is_some_and(|text| SYSTEM.iter().any(|own| own.eq_ignore_ascii_case(text)));
    value.alternatives().iter().all(written)
}
