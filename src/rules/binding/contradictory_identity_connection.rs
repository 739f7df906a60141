use crate::azure::needs::HOST_STORAGE;
use crate::finding::Fix;
use crate::graph::{Connection, Property, Site, is_filled};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for site in graph.sites.iter().filter(|site| graph.runs_functions(site) == Truth::Yes) {
        if graph.is_resettled(site.resource) {
            continue;
        }
        let connections = graph.connections(site);
        for connection in &connections {
            let whole = connection.whole.filter(|setting| is_connection_string(cx, &setting.value));
            if let (Some(whole), Some(part)) = (whole, connection.by_identity()) {
                ignored(
                    cx,
                    site,
                    &connection.name,
                    (whole.span, &whole.value),
                    part.span,
                    &[&whole.value, &part.value],
                );
            } else if let Some((client, resource)) = two_ids(cx, connection).filter(|_| site.more_settings.is_none()) {
                let name = &connection.name;
                let Some(owner) = graph.resource(site.resource) else { continue };
                let message = format!(
                    "connection `{name}` of `{}` selects its identity by client id and by resource id, of which only one may be given",
                    owner.title
                );
                cx.report(
                    Draft::new(owner.address.clone(), resource.span, message)
                        .note("a second selector")
                        .label(client.span, "the first")
                        .because(&resource.value)
                        .because(&client.value)
                        .if_present(owner)
                        .help("keep one of the two ids: remove the resource id")
                        .fix(remove(cx, &resource.value, "remove the resource id")),
                );
            }
        }
        host_storage(cx, site, &connections);
    }
}

/// Whether a value certainly is a connection string: a plain word is the name of something else.
fn is_connection_string(cx: &Cx<'_>, value: &Value) -> bool {
    let known = cx.graph.known(value);
    let is_word = |one: &Value| one.as_str().is_some_and(|text| !text.contains(['=', '@', ':']));
    is_filled(value) && !known.alternatives().iter().any(is_word)
}

fn ignored(cx: &mut Cx<'_>, site: &Site, name: &str, (whole, counts): (Span, &Value), part: Span, because: &[&Value]) {
    let Some(owner) = cx.graph.resource(site.resource) else { return };
    let message = format!(
        "connection `{name}` of `{}` has a connection string, so its settings for an identity are ignored",
        owner.title
    );
    let mut draft = Draft::new(owner.address.clone(), whole, message)
        .note("counts for the whole connection")
        .label(part, "ignored")
        .if_present(owner)
        .help("remove the setting that holds the connection string");
    for value in because {
        draft = draft.because(value);
    }
    cx.report(draft.fix(remove(cx, counts, "remove the connection string")));
}

fn remove(cx: &Cx<'_>, value: &Value, title: &str) -> Option<Fix> {
    cx.graph.remove(value).map(|edit| Fix::suggested(title, edit))
}

/// The settings that select an identity twice, where that is not what the credential wants.
fn two_ids<'s>(
    cx: &Cx<'_>,
    connection: &Connection<'s>,
) -> Option<(&'s crate::graph::Setting, &'s crate::graph::Setting)> {
    let (client, resource) = (connection.part("clientid")?, connection.part("managedidentityresourceid")?);
    if let Some(credential) = connection.any("credential") {
        let known = cx.graph.known(&credential.value);
        let text = known.as_str()?;
        if text.eq_ignore_ascii_case("managedidentityasfederatedidentity") {
            return None;
        }
    }
    Some((client, resource))
}

/// Host storage by the arguments that stand for its settings.
fn host_storage(cx: &mut Cx<'_>, site: &Site, connections: &[Connection<'_>]) {
    let graph = cx.graph;
    let key = match graph.property(site.resource, "storage_account_access_key", "") {
        Property::Is(key) => Some(key),
        _ => None,
    };
    let by_identity = match graph.property(site.resource, "storage_uses_managed_identity", "") {
        Property::Is(on) if graph.known(&on).as_bool() == Some(true) => Some(on),
        _ => None,
    };
    let connection = connections.iter().find(|connection| connection.name.eq_ignore_ascii_case(HOST_STORAGE));
    if let Some(key) = &key
        && let Some(part) = connection.and_then(Connection::by_identity)
        && connection.is_none_or(|connection| connection.whole.is_none())
    {
        ignored(cx, site, HOST_STORAGE, (key.span, key), part.span, &[&part.value]);
    }
    let whole = site.settings.iter().rfind(|setting| setting.name.eq_ignore_ascii_case(HOST_STORAGE));
    if let Some(on) = &by_identity
        && let Some(whole) = whole.filter(|setting| is_connection_string(cx, &setting.value))
        && connection.is_none_or(|connection| connection.by_identity().is_none())
    {
        ignored(cx, site, HOST_STORAGE, (whole.span, &whole.value), on.span, &[&whole.value]);
    }
}
