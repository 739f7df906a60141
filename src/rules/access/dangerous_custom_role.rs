use crate::azure::actions::covers_action;
use crate::finding::Severity;
use crate::graph::{Mode, Permissions, Plane, Resource};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

const GRANT: &str = "Microsoft.Authorization/roleAssignments/write";

/// With and without the name of the identity: the built-in operator has the first, Azure asks for the second
/// (learn.microsoft.com, role-based-access-control/permissions/identity).
const ATTACH: [&str; 2] = [
    "Microsoft.ManagedIdentity/userAssignedIdentities/x/assign/action",
    "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
];

/// What an action lets one do that its role should not, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Danger {
    Everything,
    EveryChange,
    Granting,
    Attaching,
    AllData,
    EveryChangeOfData,
    Keys,
}

/// A dangerous action of a role.
struct Found<'r> {
    danger: Danger,
    action: &'r Value,
    /// The exceptions that keep it from granting roles.
    but: Option<&'r Value>,
}

impl Found<'_> {
    fn severity(&self) -> Severity {
        if self.but.is_some() || self.danger == Danger::Keys { Severity::Medium } else { Severity::High }
    }
}

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for resource in graph.resources().filter(|resource| resource.mode == Mode::Managed) {
        let Some(role) = graph.role_definition(resource.id) else { continue };
        let mut found: Vec<Found<'_>> = role.permissions.iter().flat_map(dangers).collect();
        // The sort is stable: of equals the first written one comes first.
        found.sort_by_key(|one| (std::cmp::Reverse(one.severity()), one.danger));
        if let Some((worst, others)) = found.split_first() {
            report(cx, resource, worst, others);
        }
    }
}

fn dangers(one: &Permissions) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    for plane in [Plane::Management, Plane::Data] {
        // What is not known may take anything back.
        if !one.knows_exceptions(plane) {
            continue;
        }
        for action in one.written(plane) {
            let each = action.alternatives().iter().map(|action| danger(one, plane, action.as_str()?));
            // Of several possible actions the mildest is certain.
            let Some(danger) = each.collect::<Option<Vec<_>>>().and_then(|each| each.into_iter().max()) else {
                continue;
            };
            let narrowed =
                matches!(danger, Danger::Everything | Danger::EveryChange) && one.takes_back(plane, GRANT) != Truth::No;
            found.push(Found { danger, action, but: one.lists(plane).1.filter(|_| narrowed) });
        }
    }
    found
}

/// What is dangerous about an action that is not taken back.
fn danger(one: &Permissions, plane: Plane, action: &str) -> Option<Danger> {
    let left = |wanted: &str| covers_action(action, wanted) && one.takes_back(plane, wanted) == Truth::No;
    let (everything, every_change) = match plane {
        Plane::Management => (Danger::Everything, Danger::EveryChange),
        Plane::Data => (Danger::AllData, Danger::EveryChangeOfData),
    };
    match action.to_ascii_lowercase().as_str() {
        "*" => left("*").then_some(everything),
        "*/write" => left("*/write").then_some(every_change),
        _ if plane == Plane::Data => None,
        _ if left(GRANT) => Some(Danger::Granting),
        _ if ATTACH.iter().any(|wanted| left(wanted)) => Some(Danger::Attaching),
        lower if lower.ends_with("/listkeys/action") => left(action).then_some(Danger::Keys),
        _ => None,
    }
}

fn report(cx: &mut Cx<'_>, resource: &Resource, worst: &Found<'_>, others: &[Found<'_>]) {
    let action = worst.action.alternatives().first().and_then(Value::as_str).unwrap_or("*");
    let what = match (worst.danger, worst.but.is_some()) {
        (Danger::Everything, false) => "everything, the granting of roles included",
        (Danger::Everything, true) => "everything but its exceptions",
        (Danger::EveryChange, false) => "changing everything, role assignments included",
        (Danger::EveryChange, true) => "changing everything but its exceptions",
        (Danger::Granting, _) => "its holder can make itself Owner",
        (Danger::Attaching, _) => "its holder can act as any identity in its scope",
        (Danger::AllData, _) => "reading and changing the data of every service",
        (Danger::EveryChangeOfData, _) => "changing the data of every service",
        (Danger::Keys, _) => "the keys open all data past every role",
    };
    let on_data = if matches!(worst.danger, Danger::AllData | Danger::EveryChangeOfData) { " on data" } else { "" };
    let name = cx.graph.role_title(resource.id);
    let message = format!("custom role `{name}` permits `{action}`{on_data}: {what}");
    let mut draft = Draft::new(resource.address.clone(), worst.action.span, message)
        .note("this")
        .because(worst.action)
        .severity(worst.severity())
        .if_present(resource)
        .help("name the actions that are used");
    if let Some(exceptions) = worst.but {
        draft = draft.label(exceptions.span, "all but these");
    }
    let places: Vec<Span> = others.iter().map(|other| other.action.span).collect();
    for place in places {
        draft = draft.label(place, "and this");
    }
    cx.report(draft);
}
