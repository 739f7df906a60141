use std::collections::BTreeMap;

use crate::finding::{Fix, Safety};
use crate::graph::{Grant, Graph, Mode, Principal, ResourceId};
use crate::rules::{Cx, Draft};
use crate::source::Span;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    // What one module writes for several callers is right or wrong for all of them.
    let mut written: BTreeMap<Span, Vec<&Grant>> = BTreeMap::new();
    for grant in graph.grants.iter().filter(|grant| graph.looks_up_once(grant)) {
        written.entry(grant.span).or_default().push(grant);
    }
    for grants in written.into_values() {
        let new: Option<Vec<ResourceId>> = grants.iter().map(|grant| new_identity(graph, grant)).collect();
        let Some((grant, identity)) = grants.first().zip(new.and_then(|new| new.into_iter().next())) else { continue };
        let Some(resource) = graph.resource(grant.by) else { continue };
        let message = format!(
            "Azure may not find `{}` yet when it gets the role, because `principalType` is missing",
            graph.title(identity)
        );
        let draft = Draft::new(resource.address.clone(), grant.span, message)
            .note("does not say what kind of principal this is")
            .label(grant.principal.span, "made in this deployment")
            .because(&grant.principal)
            .if_present(resource)
            .help("say that the principal is a `ServicePrincipal`, which managed identities are");
        let edit = graph.say_principal_type(grant, "ServicePrincipal");
        // Later callers may hand in people.
        let safety = if grant.principal.via.is_some() { Safety::Unsafe } else { Safety::Safe };
        let title = "say that it is a service principal".to_owned();
        cx.report(draft.fix(edit.map(|edit| Fix { title, safety, edits: vec![edit] })));
    }
}

/// The managed identity, made in the same deployment, that it grants something without saying what that is.
fn new_identity(graph: &Graph<'_>, grant: &Grant) -> Option<ResourceId> {
    let mut each = graph.principals(&grant.principal).into_iter().map(|principal| match principal {
        Ok(Principal::System(id) | Principal::User(id) | Principal::Other(id)) => {
            graph.resource(id).filter(|resource| resource.mode == Mode::Managed).map(|_| id)
        }
        _ => None,
    });
    let first = each.next()??;
    (grant.principal_type.is_none() && each.all(|other| other.is_some())).then_some(first)
}
