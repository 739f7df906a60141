use super::wrong_principal_id::place;
use crate::azure::ids;
use crate::finding::{Fix, Safety};
use crate::graph::{IdKind, ResourceId};
use crate::resolve::value::Value;
use crate::rules::{Cx, Draft};

/// Types whose arguments look like identities and are audiences of tokens.
const AUDIENCES: [&str; 2] = ["Microsoft.SignalRService/SignalR", "Microsoft.SignalRService/WebPubSub"];

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let arguments = graph.id_arguments.iter().map(|one| (one.resource, one.argument, one.takes, &one.value));
    let settings = graph.id_settings.iter().map(|one| (one.resource, &*one.name, one.takes, &one.value));
    let places: Vec<(ResourceId, &str, IdKind, &Value)> =
        arguments.chain(settings).filter(|(_, _, takes, _)| *takes != IdKind::Principal).collect();
    for (resource, name, takes, value) in places {
        let Some(resource) = graph.resource(resource) else { continue };
        if AUDIENCES.iter().any(|audience| resource.arm_type().starts_with(audience)) {
            continue;
        }
        let Some(given) = given(cx, value, takes) else { continue };
        let first = value.alternatives().first().unwrap_or(value);
        let wanted = match takes {
            IdKind::Client => "client id",
            _ => "resource id",
        };
        let message = format!("{} is given where a {wanted} belongs", given.what);
        let span = given.kind.map_or(first.span, |kind| place(first, kind));
        let edit = (span == first.span).then(|| graph.other_id(first, takes)).flatten();
        let fix = edit.map(|edit| Fix {
            title: format!("take the {wanted}"),
            safety: if first.via.is_none() { Safety::Safe } else { Safety::Unsafe },
            edits: vec![edit],
        });
        cx.report(
            Draft::new(resource.address.clone(), span, message)
                .note(given.note)
                .label(resource.span, format!("`{name}` here selects an identity by its {wanted}"))
                .because(first)
                .if_present(resource)
                .help(format!("take the {wanted} of the identity"))
                .fix(fix),
        );
    }
}

struct Given {
    what: String,
    note: String,
    kind: Option<IdKind>,
}

/// What a value certainly is, if that is not what the place takes.
fn given(cx: &Cx<'_>, value: &Value, takes: IdKind) -> Option<Given> {
    let graph = cx.graph;
    let is_guid = |one: &Value| one.as_str().is_some_and(ids::is_guid);
    if takes == IdKind::Resource && value.alternatives().iter().all(is_guid) {
        return Some(Given { what: "a GUID".to_owned(), note: "a GUID names no resource".to_owned(), kind: None });
    }
    let kind = graph.id_kind(value).filter(|kind| *kind != takes)?;
    let first = value.alternatives().first().unwrap_or(value);
    let whose = first.as_ref().and_then(|reference| reference.start()).map(|id| format!(" of `{}`", graph.title(id)));
    let what = match kind {
        IdKind::Application => "object id of an app registration",
        kind => kind.name(),
    };
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    Some(Given {
        what: format!("the {what}{}", whose.unwrap_or_default()),
        note: format!("this is {article} {what}"),
        kind: Some(kind),
    })
}
