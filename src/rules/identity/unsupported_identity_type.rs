use crate::azure::types::IdentityKinds;
use crate::graph::{Declared, Host, IdentityBlock};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for host in &cx.graph.hosts {
        let (Declared::Block(block), Some(resource)) = (&host.declared, cx.graph.resource(host.resource)) else {
            continue;
        };
        let Some(limit) = cx.graph.limit(host) else { continue };
        let Some((wanted, note)) = not_taken(block, limit) else { continue };
        let (taken, help) = match (limit.system, limit.user, limit.both) {
            (true, true, _) => ("takes one or the other", "ask for one of them"),
            (_, false, true) => ("needs its system-assigned one too", "ask for both"),
            (true, false, false) => ("takes a system-assigned one only", "ask for a system-assigned identity"),
            _ => ("takes user-assigned ones only", "ask for a user-assigned identity and name it"),
        };
        let first = block.kinds.alternatives().first().unwrap_or(&block.kinds);
        let message = format!("`{}` asks for {wanted}, but {taken}", resource.title);
        cx.report(
            Draft::new(resource.address.clone(), first.span, message)
                .note(note)
                .because(&block.kinds)
                .if_present(resource)
                .help(help),
        );
    }
}

/// Whether a resource certainly asks for kinds that its type does not take.
pub(super) fn is_unsupported(cx: &Cx<'_>, host: &Host) -> bool {
    match (&host.declared, cx.graph.limit(host)) {
        (Declared::Block(block), Some(limit)) => not_taken(block, limit).is_some(),
        _ => false,
    }
}

/// What every alternative asks for and is not given, of the first one.
fn not_taken(block: &IdentityBlock, limit: IdentityKinds) -> Option<(&'static str, &'static str)> {
    let unmet: Option<Vec<_>> = block.asked()?.into_iter().map(|asked| unmet(asked, limit)).collect();
    unmet?.first().copied()
}

/// What is asked for and not taken, in words for the message and for the place.
fn unmet(asked: (Truth, Truth), limit: IdentityKinds) -> Option<(&'static str, &'static str)> {
    match asked {
        (Truth::Yes, Truth::Yes) if !limit.both => Some(("both kinds of identity", "both at once")),
        (Truth::No, Truth::Yes) if !limit.user && limit.both => {
            Some(("a user-assigned identity only", "a user-assigned identity"))
        }
        (Truth::No, Truth::Yes) if !limit.user => Some(("a user-assigned identity", "a user-assigned identity")),
        (Truth::Yes, Truth::No) if !limit.system => Some(("a system-assigned identity", "a system-assigned identity")),
        _ => None,
    }
}
