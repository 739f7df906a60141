use crate::finding::{Fix, Safety};
use crate::graph::IdKind;
use crate::resolve::value::{Hop, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for argument in &cx.graph.id_arguments {
        if argument.takes != IdKind::Principal {
            continue;
        }
        let Some(kind) = cx.graph.id_kind(&argument.value).filter(|kind| *kind != IdKind::Principal) else { continue };
        let Some(resource) = cx.graph.resource(argument.resource) else { continue };
        let value = argument.value.alternatives().first().unwrap_or(&argument.value);
        let whose =
            value.as_ref().and_then(|reference| reference.start()).map(|id| format!(" of `{}`", cx.graph.title(id)));
        let message =
            format!("the {}{} is given where a principal (object) id belongs", kind.name(), whose.unwrap_or_default());
        let span = place(value, kind);
        let fix = (span == value.span).then(|| cx.graph.other_id(value, IdKind::Principal)).flatten().map(|edit| Fix {
            title: "take the principal id".to_owned(),
            // Others may use the same definition, and may want the id that stands there.
            safety: if value.via.is_none() { Safety::Safe } else { Safety::Unsafe },
            edits: vec![edit],
        });
        cx.report(
            Draft::new(resource.address.clone(), span, message)
                .note(format!("this is a {}", kind.name()))
                .label(resource.span, format!("`{}` here names who is granted access", argument.argument))
                .because(value)
                .if_present(resource)
                .help("a grant is looked up by the object id of the principal: for a managed identity its principal id")
                .fix(fix),
        );
    }
}

/// Where the mistake was made: where the value was written, or, if it has an honest name on the way, where that name
/// was used for something else.
pub(in crate::rules) fn place(value: &Value, kind: IdKind) -> Span {
    let honest = |name: &str| {
        let name = name.to_ascii_lowercase();
        match kind {
            IdKind::Client => name.contains("client_id") || name.contains("clientid") || name.contains("app_id"),
            IdKind::Resource => name == "id" || name.contains("resource_id") || name.contains("identity_id"),
            IdKind::Application => name.contains("application"),
            IdKind::Principal => name.contains("principal") || name.contains("object_id") || name.contains("objectid"),
        }
    };
    let steps = value.steps();
    let named = steps.iter().rev().find(|step| match &step.hop {
        Hop::Output(name) | Hop::Local(name) => honest(name),
        _ => false,
    });
    named.map_or(value.span, |step| step.span)
}
