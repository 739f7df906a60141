use crate::finding::{Fix, Safety};
use crate::graph::{Declared, Ids};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for host in &cx.graph.hosts {
        let (Declared::Block(block), Some(resource)) = (&host.declared, cx.graph.resource(host.resource)) else {
            continue;
        };
        let Ids::Listed { items, .. } = &block.ids else { continue };
        let Some(first) = items.iter().find(|item| item.is_null() == Truth::No && item.as_str() != Some("")) else {
            continue;
        };
        if block.system != Truth::Yes || block.user != Truth::No {
            continue;
        }
        // Only where the type takes both at once.
        let edit = host.takes.both.then(|| cx.graph.other_text(&block.kinds, "SystemAssigned, UserAssigned")).flatten();
        let title = "ask for both kinds of identity".to_owned();
        let fix = edit.map(|edit| Fix { title, safety: Safety::Unsafe, edits: vec![edit] });
        let message =
            format!("`{}` names user-assigned identities, but asks for a system-assigned one only", resource.title);
        cx.report(
            Draft::new(resource.address.clone(), block.kinds.span, message)
                .note("system-assigned only")
                .label(first.span, "a user-assigned identity")
                .because(&block.kinds)
                .because(first)
                .if_present(resource)
                .help("ask for user-assigned identities too, or leave them out")
                .fix(fix),
        );
    }
}
