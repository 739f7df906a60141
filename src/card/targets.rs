//! Resources on which something is granted, or that are used by identity.

use super::face::{Draft, Said};
use super::words;
use super::{Kind, Topic, unknown, uses};
use crate::azure::ids::IdLevel;
use crate::graph::{Graph, ResourceId};
use crate::resolve::value::Truth;

/// The card; none if nothing in the code says anything of who may use the resource.
pub(super) fn draft(graph: &Graph<'_>, id: ResourceId) -> Option<Draft> {
    let mut draft = Draft::new(Kind::Target, graph.title(id).to_string(), words::kind(graph, id));
    access(graph, id, &mut draft);
    if !draft.says(Topic::Access) && !draft.says(Topic::UsedBy) {
        return None;
    }
    draft.say_none(Topic::Access, "nobody in this code");
    unknown::not_read(graph, &mut draft);
    Some(draft)
}

/// Who is granted something on a resource, and who uses it.
pub(super) fn access(graph: &Graph<'_>, id: ResourceId, draft: &mut Draft) {
    for grant in graph.grants.iter().filter(|grant| grant.presence != Truth::No) {
        let is_here = graph.named_by(&grant.scope) == Some(id) || graph.scoped_to(&grant.scope) == Some(id);
        // What is granted on the whole of something wider holds here too.
        let inherits = !is_here
            && graph.level(&grant.scope).is_some_and(|level| level != IdLevel::Resource)
            && graph.covers(&grant.scope, id) == Truth::Yes;
        if !is_here && !inherits {
            continue;
        }
        let class = words::good_for(&grant.right).map(|class| format!(" ({class})")).unwrap_or_default();
        let from = if inherits { format!(", from {}", words::scope(graph, &grant.scope)) } else { String::new() };
        let text = format!(
            "{}: {}{class}{from}{}",
            words::principals(graph, &grant.principal),
            words::right(graph, &grant.right),
            words::provisos(grant)
        );
        draft.say(Topic::Access, Said::at(text, grant.span).named_at(grant.scope.put_in_at()));
    }
    for one in graph.uses.iter().filter(|one| one.target == Some(id)) {
        draft.say(Topic::UsedBy, uses::of_target(graph, one));
    }
}
