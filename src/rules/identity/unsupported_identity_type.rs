use crate::graph::Declared;
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for host in &cx.graph.hosts {
        let (Declared::Block(block), Some(resource)) = (&host.declared, cx.graph.resource(host.resource)) else {
            continue;
        };
        let takes = host.takes;
        let (system, user) = (block.system == Truth::Yes, block.user == Truth::Yes);
        let asked = if user && !takes.user {
            "user-assigned identities"
        } else if system && !takes.system && !(user && takes.both) {
            "a system-assigned identity"
        } else if system && user && !takes.both {
            "both kinds of identity at once"
        } else {
            continue;
        };
        let taken = match (takes.system, takes.user, takes.both) {
            (true, true, true) => "either kind, or both",
            (true, true, false) => "one kind or the other",
            (true, false, true) => "a system-assigned one, or both kinds",
            (true, false, false) => "a system-assigned one only",
            (false, _, true) => "both kinds at once",
            (false, _, false) => "user-assigned ones only",
        };
        let kind = if resource.arm_type().is_empty() { &resource.kind } else { resource.arm_type() };
        let message = format!("`{}` asks for {asked}, which `{kind}` does not take", resource.title);
        cx.report(
            Draft::new(resource.address.clone(), block.kinds.span, message)
                .note(format!("this type takes {taken}"))
                .because(&block.kinds)
                .if_present(resource)
                .help(format!("ask for what the type takes: {taken}")),
        );
    }
}
