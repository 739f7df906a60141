use super::unsupported_identity_type::is_unsupported;
use crate::graph::{Declared, Ids};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for host in &cx.graph.hosts {
        let (Declared::Block(block), Some(resource)) = (&host.declared, cx.graph.resource(host.resource)) else {
            continue;
        };
        // What cannot be attached at all needs no ids.
        if block.user != Truth::Yes || is_unsupported(cx, host) {
            continue;
        }
        let (value, note) = match &block.ids {
            Ids::Absent => (&block.kinds, "user-assigned, but none is named"),
            Ids::Empty(list) => (list, "no identity is named"),
            Ids::Listed { .. } | Ids::Malformed { .. } | Ids::Unknown(_) => continue,
        };
        let message = format!("`{}` is to have user-assigned identities, but none is attached", resource.title);
        cx.report(
            Draft::new(resource.address.clone(), value.span, message)
                .note(note)
                .label(block.kinds.span, "user-assigned identities are asked for here")
                .because(value)
                .because(&block.kinds)
                .if_present(resource)
                .help("name the identities by their resource ids, or ask for a system-assigned identity only"),
        );
    }
}
