use crate::finding::Fix;
use crate::graph::{Declared, IdKind, Ids, Property, Written};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for host in &graph.hosts {
        let (Declared::Block(block), Some(resource)) = (&host.declared, graph.resource(host.resource)) else {
            continue;
        };
        if !resource.is_arm("Microsoft.Sql/servers") || graph.is_touched(host.resource) {
            continue;
        }
        // With a system-assigned identity that one is the primary, and naming none is right.
        if block.system != Truth::No || block.user != Truth::Yes || matches!(block.ids, Ids::Absent | Ids::Empty(_)) {
            continue;
        }
        let primary =
            graph.property(host.resource, "primary_user_assigned_identity_id", "primaryUserAssignedIdentityId");
        if !matches!(primary, Property::Absent) {
            continue;
        }
        let message =
            format!("`{}` has only user-assigned identities, and none of them is its primary identity", resource.title);
        let mut draft = Draft::new(resource.address.clone(), block.kinds.span, message)
            .note("the server acts as none of them")
            .because(&block.kinds)
            .if_present(resource)
            .help("name one as the server's primary identity");
        if let Ids::Listed { items, .. } = &block.ids
            && let Some(first) = items.first()
        {
            draft = draft.label(first.span, "could be the primary identity");
            if let ([only], Some(identity)) = (items.as_slice(), graph.identity_of(first)) {
                let value = Written::Id(identity, IdKind::Resource);
                let (argument, path) =
                    ("primary_user_assigned_identity_id", "properties.primaryUserAssignedIdentityId");
                let edit = graph.insert(host.resource, argument, path, value).filter(|_| only.via.is_none());
                let title = || format!("make `{}` the primary identity", graph.title(identity));
                draft = draft.fix(edit.map(|edit| Fix::safe(title(), edit)));
            }
        }
        cx.report(draft);
    }
}
