use std::collections::BTreeMap;

use crate::finding::{Fix, Severity};
use crate::graph::{Grant, Naming};
use crate::resolve::value::Value;
use crate::rules::{Cx, Draft};
use crate::source::Span;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let mut literals: BTreeMap<Span, Vec<(&Grant, Value)>> = BTreeMap::new();
    for grant in &graph.grants {
        let Some(name) = graph.assignment_name(grant) else { continue };
        match graph.naming(grant, &name) {
            Some(Naming::Literal) => literals.entry(grant.span).or_default().push((grant, name)),
            Some(naming) => report(cx, grant, &name, naming, None),
            None => {}
        }
    }
    // A name that is written out is good for one assignment.
    for named in literals.into_values() {
        for (at, (grant, name)) in named.iter().enumerate() {
            let is_same = |other: &Value| graph.known(other).same(&graph.known(name));
            let same = named.iter().skip(at + 1).find(|(one, other)| is_same(other) && graph.differ(grant, one));
            if let Some((other, _)) = same {
                report(cx, grant, name, Naming::Literal, Some(other));
                break;
            }
        }
    }
}

fn report(cx: &mut Cx<'_>, grant: &Grant, name: &Value, naming: Naming, other: Option<&Grant>) {
    let graph = cx.graph;
    let Some(resource) = graph.resource(grant.by) else { return };
    let (message, note) = match naming {
        Naming::NewEachDeployment => (
            "the role assignment gets a new name with every deployment, and the second one fails because the role is assigned already",
            "new each time".to_owned(),
        ),
        Naming::NewEachPlan => {
            ("the role assignment gets a new name with every plan, which replaces it", "new each time".to_owned())
        }
        Naming::WithoutPrincipal | Naming::ByOwner => (
            "the name of the role assignment does not depend on the principal, so a new principal cannot take it over",
            "the principal is not in it".to_owned(),
        ),
        Naming::Literal => {
            let other = other.map(|other| graph.address(other.by)).unwrap_or_default();
            ("several role assignments get one and the same name", format!("asked for by `{other}` as well"))
        }
    };
    let mut draft = Draft::new(resource.address.clone(), name.span, message)
        .note(note)
        .because(name)
        .if_present(resource)
        .help(graph.name_remedy(grant));
    if naming == Naming::ByOwner {
        draft = draft.severity(Severity::Low);
    }
    if naming == Naming::WithoutPrincipal {
        let edit = graph.name_by_owner(grant, name);
        draft = draft.fix(edit.map(|edit| Fix::suggested("add the identity to the name", edit)));
    }
    cx.report(draft);
}
