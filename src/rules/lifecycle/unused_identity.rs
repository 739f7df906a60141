use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for idle in graph.idle_identities() {
        let Some(identity) = graph.resource(idle.identity) else { continue };
        let message = format!("nothing uses the identity `{}`", identity.title);
        let mut draft = Draft::new(identity.address.clone(), identity.span, message)
            .note("attached to nothing")
            .if_present(identity)
            .help("remove it, or attach it");
        for grant in idle.grants {
            draft = draft.label(grant.span, "this right serves nobody");
        }
        cx.report(draft);
    }
    for member in graph.only_members() {
        let (Some(by), Some(group)) = (graph.resource(member.by), graph.resource(member.group)) else { continue };
        let message = format!(
            "`{}` has its rights only through the group `{}`, and a change there reaches it up to a day later",
            graph.title(member.identity),
            member.group_name
        );
        cx.report(
            Draft::new(by.address.clone(), member.value.span, message)
                .note("a member, with no role of its own")
                .label(group.span, "what it may do, it may do through this")
                .because(&member.value)
                .if_present(by)
                .help("give the identity the role itself"),
        );
    }
}
