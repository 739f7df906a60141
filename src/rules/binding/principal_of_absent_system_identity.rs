use std::sync::Arc;

use crate::finding::{Fix, Safety};
use crate::graph::{Declared, IdKind, Ids, Principal, ResourceId};
use crate::resolve::value::{Seg, Truth, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let arguments =
        graph.id_arguments.iter().filter(|argument| argument.takes == IdKind::Principal).filter_map(|argument| {
            let resource = graph.resource(argument.resource)?;
            Some((resource.address.clone(), &argument.value, resource.presence, Some(resource.id)))
        });
    // An empty id that a module offers and nobody takes does no harm; one that cannot even be read does.
    let outputs = graph.outputs.iter().filter(|output| output.root || is_unreadable(cx, &output.value));
    let outputs = outputs.map(|output| (output.address.clone(), &output.value, Truth::Yes, None));
    let places: Vec<(Arc<str>, &Value, Truth, Option<ResourceId>)> = arguments.chain(outputs).collect();
    for (subject, value, presence, at) in places {
        if let Some(draft) = absent(cx, subject, value, presence, at) {
            cx.report(draft);
        }
    }
}

/// Whether the value is the principal id of a resource without any identity, which ends the plan with an error.
fn is_unreadable(cx: &Cx<'_>, value: &Value) -> bool {
    match cx.graph.only_principal(value) {
        Some(Principal::System(host)) => {
            cx.graph.host(host).is_some_and(|host| matches!(host.declared, Declared::None(_)))
        }
        _ => false,
    }
}

fn absent(cx: &Cx<'_>, subject: Arc<str>, value: &Value, presence: Truth, at: Option<ResourceId>) -> Option<Draft> {
    let Principal::System(host) = cx.graph.only_principal(value)? else { return None };
    // `one(x.identity[*].principal_id)` is written for the case that there is none.
    let reference = value.as_ref().filter(|reference| !reference.path.contains(&Seg::Any))?;
    let declared = cx.graph.host(host).filter(|declared| declared.system() == Truth::No)?;
    let resource = cx.graph.resource(host)?;
    let title = &resource.title;
    let (message, span, note) = match &declared.declared {
        Declared::Block(block) => (
            format!("`{title}` has only user-assigned identities, so it has no principal id of its own"),
            block.kinds.span,
            "no system-assigned identity here",
        ),
        _ => (
            format!("`{title}` has no identity, so it has no principal id"),
            resource.span,
            "no identity is declared here",
        ),
    };
    let mut draft = Draft::new(subject, value.span, message)
        .note("the principal id of a system-assigned identity")
        .label(span, note)
        .because(value)
        .help("take the principal id of the user-assigned identity itself, or give the resource a system-assigned one");
    if let Declared::None(Some(said)) = &declared.declared {
        draft = draft.because(said);
    }
    if let Declared::Block(block) = &declared.declared {
        draft = draft.because(&block.kinds);
        if let (Ids::Listed { items, rest: None }, Some(at)) = (&block.ids, at)
            && let [only] = items.as_slice()
            && value.via.is_none()
            && reference.path.len() > 1
        {
            draft = draft.fix(own_principal(cx, only, at, value));
        }
    }
    // What refers to a resource exists no more often than it, so one doubt covers both.
    Some(draft.doubt(presence.and(resource.presence)))
}

fn own_principal(cx: &Cx<'_>, identity: &Value, at: ResourceId, value: &Value) -> Option<Fix> {
    let id = cx.graph.named_by(identity)?;
    if !cx.graph.same_module(id, at) {
        return None;
    }
    let text = cx.graph.expression(id, IdKind::Principal)?;
    let edits = vec![crate::finding::Edit { span: value.span, text }];
    Some(Fix { title: "take the principal id of the user-assigned identity".to_owned(), safety: Safety::Unsafe, edits })
}
