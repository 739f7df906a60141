use crate::finding::{Edit, Fix, Safety};
use crate::graph::{Grant, Graph, Principal, Written};
use crate::resolve::value::{Kind, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let Some(skips) = &grant.skips_lookup else { continue };
        let Some(resource) = graph.resource(grant.by).filter(|_| graph.known(skips).as_bool() == Some(true)) else {
            continue;
        };
        // What is said of the type counts more.
        let said = grant.principal_type.as_ref().map(|value| graph.known(value));
        if said.as_ref().is_some_and(|value| value.as_str() != Some("ServicePrincipal")) {
            continue;
        }
        let Some((title, what)) = somebody(graph, grant) else { continue };
        let message = format!(
            "`{title}` is a {what}, but the assignment says that it is a service principal, which Azure rejects"
        );
        let mut draft = Draft::new(resource.address.clone(), skips.span, message)
            .note("makes the request say `ServicePrincipal`")
            .label(grant.principal.span, format!("a {what}"))
            .because(skips)
            .because(&grant.principal)
            .if_present(resource)
            .help("remove the argument; it is for service principals that are made in the same run");
        if let Some(said) = &grant.principal_type {
            draft = draft.label(said.span, "and so does this").because(said);
        }
        cx.report(draft.fix(fix(graph, grant, skips, what)));
    }
}

/// The person or group that it certainly is: the first, if it may be several.
fn somebody(graph: &Graph<'_>, grant: &Grant) -> Option<(String, &'static str)> {
    let mut each = graph.principals(&grant.principal).into_iter().map(|principal| match principal {
        Ok(Principal::Group(id)) => Some((graph.title(id).to_string(), "group")),
        Ok(Principal::Person(id)) => Some((graph.title(id).to_string(), "user")),
        _ => None,
    });
    let first = each.next()??;
    each.all(|other| other.is_some()).then_some(first)
}

/// Looks the principal up after all. What a local or a caller says may be meant for others too.
fn fix(graph: &Graph<'_>, grant: &Grant, skips: &Value, what: &str) -> Option<Fix> {
    let off: Edit = match &skips.kind {
        Kind::Bool(_) => graph.replace(skips, Written::Bool(false), grant.by)?,
        _ => graph.other_text(skips, "false").filter(|_| skips.via.is_none())?,
    };
    let mut edits = vec![off];
    if let Some(said) = &grant.principal_type {
        let right = if what == "group" { "Group" } else { "User" };
        edits.push(graph.other_text(said, right).filter(|_| said.via.is_none())?);
    }
    Some(Fix { title: "look the principal up after all".to_owned(), safety: Safety::Safe, edits })
}
