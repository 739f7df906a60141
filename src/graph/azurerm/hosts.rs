//! The `identity` block.

use crate::azure::types::ResourceType;
use crate::graph::identity::{ignores_identity, kinds};
use crate::graph::{Declared, Graph, Host, IdentityBlock, Ids, ResourceId};
use crate::resolve::providers::Majors;
use crate::resolve::value::{Kind, Reason, Value, Why};

pub(super) fn read(graph: &mut Graph<'_>, id: ResourceId, facts: &'static ResourceType, majors: Majors) {
    let (Some(mut takes), Some(resource)) = (facts.identity, graph.resource(id)) else { return };
    if let Some(newer) = facts.identity_since_5 {
        takes = if majors.at_least(5) { newer } else { takes.or(newer) };
    }
    let elsewhere = Why::new(Reason::Runtime("an identity set elsewhere".into()), resource.span);
    let ignored = ignores_identity(&resource.body);
    let changed_elsewhere = graph.touched.contains(&id) || ignored;
    let declared = match resource.body.get("identity").map(|entry| &entry.value) {
        None | Some(Value { kind: Kind::Null, .. }) if changed_elsewhere => Declared::Unknown(elsewhere),
        None => Declared::None(None),
        Some(value) => block(value, majors),
    };
    graph.hosts.push(Host { resource: id, takes, declared });
    if ignored {
        graph.touched.push(id);
    }
}

fn block(value: &Value, majors: Majors) -> Declared {
    let undecided =
        || Declared::Unknown(value.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, value.span)));
    match &value.kind {
        Kind::Null => Declared::None(Some(value.clone())),
        Kind::List(list) => match (list.items.as_ref(), &list.rest) {
            ([], None) => Declared::None(Some(value.clone())),
            ([only], None) => block(only, majors),
            ([only], Some(why)) if why.reason == Reason::Presence => block(only, majors).perhaps(),
            (_, Some(why)) => Declared::Unknown(why.clone()),
            _ => undecided(),
        },
        Kind::OneOf(values) => Declared::among(values.iter().map(|one| block(one, majors))).unwrap_or_else(undecided),
        Kind::Map(map) => {
            let Some(written) = map.get("type") else { return undecided() };
            let (system, user) = kinds(&written.value);
            Declared::Block(IdentityBlock {
                span: value.span,
                kinds: written.value.clone(),
                // azurerm 2 and before had spellings of their own.
                exact: !majors.below(3),
                system,
                user,
                ids: Ids::read(map.get("identity_ids").map(|entry| &entry.value)),
            })
        }
        _ => undecided(),
    }
}
