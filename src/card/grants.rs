//! Role assignments, access policies and their like, and federated credentials.

use super::face::{Draft, Said};
use super::words::{self, code, resource};
use super::{Kind, Topic, identities, uses};
use crate::graph::{Federation, Grant, Graph, Plane, Principal, Right, Role, Use};
use crate::resolve::value::Truth;

pub(super) fn draft(graph: &Graph<'_>, grant: &Grant) -> Option<Draft> {
    let by = graph.resource(grant.by)?;
    let what = match &grant.right {
        Right::Role { .. } => "role assignment".to_owned(),
        Right::Policy(_) => "access policy".to_owned(),
        Right::OfAccount { .. } => "role assignment of a Cosmos DB account".to_owned(),
        Right::InDirectory { application: Some(_), .. } => "permission in the directory".to_owned(),
        Right::InDirectory { .. } => "role assignment in the directory".to_owned(),
    };
    let title = words::right(graph, &grant.right).replace('`', "");
    let mut draft = Draft::new(Kind::Grant, title, what);
    draft.declared = Some(grant.span);
    draft.extents = vec![if grant.span == by.span { graph.extent(by.id).unwrap_or(by.span) } else { grant.span }];
    if grant.presence != Truth::Yes {
        draft.notes.push(Said::of("Whether it is made hangs on what is not known."));
    }
    for principal in graph.principals(&grant.principal) {
        match principal {
            Ok(principal) => holder(graph, grant, &principal, &mut draft),
            Err(why) => {
                let given = words::no_principal(graph, &grant.principal);
                let text = match given {
                    Some(given) => format!("it is given {given}"),
                    None => format!("who is granted it: {}", why.reason),
                };
                draft.say(Topic::Unknown, Said::at(text, why.span));
            }
        }
    }
    right(graph, grant, &mut draft);
    if !matches!(grant.right, Right::InDirectory { .. }) {
        let width = words::width(graph, &grant.scope).map(|width| format!(" {width}")).unwrap_or_default();
        let at = graph.named_by(&grant.scope).and_then(|id| graph.seen_at(id));
        let said = Said::of(format!("{}{width}", words::scope(graph, &grant.scope)));
        draft.say(Topic::Scope, Said { at, ..said }.named_at(grant.scope.put_in_at()));
    }
    if let Some(condition) = &grant.condition {
        draft.say(Topic::Condition, Said::at(words::text(graph, condition), condition.span));
    }
    used_by(graph, grant, &mut draft);
    Some(draft)
}

/// Whoever has it, and the hosts that this reaches.
fn holder(graph: &Graph<'_>, grant: &Grant, principal: &Principal, draft: &mut Draft) {
    let hosts = identities::hosts_of(graph, principal);
    let named: Vec<String> = hosts.iter().take(3).map(|host| resource(graph, *host)).collect();
    let mut text = words::principal(graph, principal);
    if matches!(principal, Principal::User(_)) {
        match (named.is_empty(), hosts.len().saturating_sub(3)) {
            (true, _) => text.push_str(", which nothing in this code is seen to have"),
            (false, 0) => text = format!("{text}, of {}", named.join(", ")),
            (false, more) => text = format!("{text}, of {} and {more} more", named.join(", ")),
        }
    }
    let at = principal.resource().and_then(|id| graph.seen_at(id));
    draft.say(Topic::Principal, Said { at, ..Said::of(text) }.named_at(grant.principal.put_in_at()));
}

/// What the right permits, in short.
fn right(graph: &Graph<'_>, grant: &Grant, draft: &mut Draft) {
    if let Some(class) = words::good_for(&grant.right) {
        let providers = grant.right.built_in().map(|roles| providers(&roles)).unwrap_or_default();
        draft.say(Topic::Right, Said::of(format!("{class}{providers}")));
    }
    if let Some((power, _)) = graph.directory_power(&grant.right) {
        draft.say(Topic::Right, Said::of(format!("privileged: may {}", power.what)));
    }
    let Right::Role { roles, .. } = &grant.right else { return };
    for role in roles {
        match role {
            Role::Custom(id) => custom(graph, *id, draft),
            Role::Named(name) => {
                draft.say(Topic::Unknown, Said::of(format!("no built-in role is called {}", code(name))));
            }
            Role::Guid(guid) => {
                draft.say(Topic::Unknown, Said::of(format!("{} is no built-in role's id", code(guid))));
            }
            Role::Unknown(why) => {
                draft.say(Topic::Unknown, Said::at(format!("which role: {}", why.reason), why.span));
            }
            Role::BuiltIn(_) => {}
        }
    }
}

/// Whose data a role reaches.
fn providers(roles: &[&'static crate::azure::roles::Role]) -> String {
    let mut names: Vec<&str> = roles.iter().flat_map(|role| role.data_providers.iter().copied()).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] => String::new(),
        ["*"] => ", of everything".to_owned(),
        names => {
            format!(", of {}", names.iter().take(3).map(|name| words::service(name)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// What a role permits that is made here.
fn custom(graph: &Graph<'_>, id: crate::graph::ResourceId, draft: &mut Draft) {
    let Some(span) = graph.resource(id).map(|one| one.span) else { return };
    let Some(role) = graph.role_definition(id) else {
        draft.say(Topic::Unknown, Said::at("what the role permits is said elsewhere", span));
        return;
    };
    let grants = role.permits(Plane::Management, "Microsoft.Authorization/roleAssignments/write");
    let everything = role.permits(Plane::Management, "*");
    let mut said = vec![format!("custom role {}", code(&graph.role_title(id)))];
    match (everything, grants) {
        (Truth::Yes, _) => said.push("may manage everything".to_owned()),
        (_, Truth::Yes) => said.push("may grant roles".to_owned()),
        (Truth::Maybe, _) | (_, Truth::Maybe) => said.push("whether it may grant roles is not known".to_owned()),
        _ => {}
    }
    let count = |plane: Plane| role.permissions.iter().map(|one| one.written(plane).len()).sum::<usize>();
    let (actions, data) = (count(Plane::Management), count(Plane::Data));
    said.push(format!("{}, {}", crate::text::count(actions, "action"), crate::text::count(data, "data action")));
    draft.say(Topic::Right, Said::at(said.join(": "), span));
}

/// What here uses it.
fn used_by(graph: &Graph<'_>, grant: &Grant, draft: &mut Draft) {
    if matches!(grant.right, Right::InDirectory { .. }) {
        return;
    }
    let needs = |one: &&Use| graph.serves(grant, one) != Truth::No;
    for one in graph.uses.iter().filter(needs) {
        draft.say(Topic::UsedBy, uses::by(graph, one));
    }
    draft.say_none(Topic::UsedBy, "no setting here is seen to need it; what code does with it is not looked at");
}

/// The card of a federated credential.
pub(super) fn of_federation(graph: &Graph<'_>, one: &Federation) -> Draft {
    let mut draft = Draft::new(Kind::Federation, one.title.to_string(), "federated credential");
    match one.holder {
        Some(holder) => {
            let at = graph.resource(holder.id()).map(|one| one.span);
            draft.say(Topic::Principal, Said { at, ..Said::of(identities::holder(graph, holder)) });
            if let Some(principal) = graph.principal_of(holder) {
                identities::roles(graph, &principal, &mut draft);
                draft.say_none(Topic::Roles, identities::NO_ROLE);
                super::unknown::of_principal(graph, &principal, &mut draft);
            }
        }
        None => draft.say(Topic::Unknown, Said::of("whose credential it is cannot be told")),
    }
    draft.notes.push(Said::of(trusted(graph, one)));
    if let Some(audiences) = &one.audiences {
        let texts = graph.texts(audiences).unwrap_or_default();
        let known = graph.known(audiences);
        let each: Vec<String> = match &known.kind {
            crate::resolve::value::Kind::List(list) => list.items.iter().map(|one| words::text(graph, one)).collect(),
            _ => texts.iter().map(|one| words::text(graph, one)).collect(),
        };
        if !each.is_empty() {
            draft.notes.push(Said::of(format!("audience {}", each.join(", "))));
        }
    }
    draft
}

/// Whose tokens a credential takes.
pub(super) fn trusted(graph: &Graph<'_>, one: &Federation) -> String {
    let text = |value: Option<&crate::resolve::value::Value>| {
        value.map_or_else(|| "not said".to_owned(), |value| words::text(graph, value))
    };
    let subject = match (one.subject(), one.expression()) {
        (_, Some(expression)) => format!("claims {}", text(Some(expression))),
        (subject, None) => format!("subject {}", text(subject)),
    };
    format!("issuer {}, {subject}", text(one.issuer.as_ref()))
}
