//! What the connections of Functions use, as whom.

use super::Use;
use crate::azure::needs::HOST_STORAGE;
use crate::graph::{Connection, Graph, Mode, Need, Property, Resolver, ResourceId, Site, is_blank, is_filled};
use crate::resolve::value::{Truth, Value};
use crate::source::Span;

const STORAGE: &[&str] = &["Microsoft.Storage/storageAccounts"];
const SERVICE_BUS: &str = "Microsoft.ServiceBus/namespaces";
const BUSES: &[&str] = &[SERVICE_BUS, "Microsoft.EventHub/namespaces"];
const COSMOS: &[&str] = &["Microsoft.DocumentDB/databaseAccounts"];

/// Adds what a site's connections use. What has a connection string, or may have one, is opened by that.
pub(super) fn read(graph: &Graph<'_>, site: &Site, uses: &mut Vec<Use>) {
    let is_managed = graph.resource(site.resource).is_some_and(|resource| resource.mode == Mode::Managed);
    if !is_managed || graph.is_resettled(site.resource) {
        return;
    }
    let of_functions = graph.runs_functions(site) == Truth::Yes;
    let connections = graph.connections(site);
    let host = connections.iter().find(|connection| connection.name.eq_ignore_ascii_case(HOST_STORAGE));
    by_argument(graph, site, host, uses);
    for connection in &connections {
        let is_host = connection.name.eq_ignore_ascii_case(HOST_STORAGE);
        if !(is_host || of_functions) || connection.whole.is_some_and(|whole| !is_blank(&whole.value)) {
            continue;
        }
        let mut found: Vec<(Need, ResourceId, Span, &Value)> = Vec::new();
        for (part, setting) in connection.parts.iter().filter(|(_, setting)| is_filled(&setting.value)) {
            let value = &setting.value;
            let storage = |need| graph.endpoint_of(value, STORAGE).map(|id| (need, id, setting.span, value));
            found.extend(match part.as_str() {
                "accountname" | "blobserviceuri" if is_host => storage(Need::HostState),
                "blobserviceuri" => storage(Need::ReadBlobs),
                "queueserviceuri" => storage(Need::UseQueues),
                "tableserviceuri" => storage(Need::ReadTables),
                "serviceuri" => storage_service(value).and_then(storage),
                "fullyqualifiednamespace" => graph.endpoint_of(value, BUSES).map(|id| {
                    let is_bus = graph.resource(id).is_some_and(|resource| resource.is_arm(SERVICE_BUS));
                    (if is_bus { Need::Messages } else { Need::Events }, id, setting.span, value)
                }),
                "accountendpoint" => graph.endpoint_of(value, COSMOS).map(|id| (Need::Items, id, setting.span, value)),
                _ => None,
            });
        }
        // The state of the host counts once, and stands for its blobs.
        let mut seen = Vec::new();
        for (need, target, at, value) in found {
            if !seen.contains(&(need, target)) {
                seen.push((need, target));
                push(graph, site, Some(connection), (need, target, at), value, uses);
            }
        }
    }
}

/// The argument of azurerm that makes the provider write the settings of the host storage.
fn by_argument(graph: &Graph<'_>, site: &Site, connection: Option<&Connection<'_>>, uses: &mut Vec<Use>) {
    let Property::Is(on) = graph.property(site.resource, "storage_uses_managed_identity", "") else { return };
    let Property::Is(name) = graph.property(site.resource, "storage_account_name", "") else { return };
    let whole = site.settings.iter().rfind(|setting| setting.name.eq_ignore_ascii_case(HOST_STORAGE));
    if graph.known(&on).as_bool() != Some(true) || whole.is_some_and(|whole| !is_blank(&whole.value)) {
        return;
    }
    if let Some(account) = graph.endpoint_of(&name, STORAGE) {
        push(graph, site, connection, (Need::HostState, account, on.span), &on, uses);
    }
}

fn push(
    graph: &Graph<'_>,
    site: &Site,
    connection: Option<&Connection<'_>>,
    (need, target, at): (Need, ResourceId, Span),
    value: &Value,
    uses: &mut Vec<Use>,
) {
    let part = |name: &str| connection.and_then(|connection| connection.any(name));
    let selected = ["clientid", "managedidentityresourceid"]
        .iter()
        .find_map(|name| part(name).filter(|setting| !is_blank(&setting.value)))
        .map(|setting| setting.value.clone());
    let by_secret = part("clientsecret").is_some_and(|setting| !is_blank(&setting.value));
    // Settings that cannot be seen may choose another way in.
    let identity = if by_secret || site.more_settings.is_some() {
        Resolver::Unknown
    } else {
        graph.acting(site.resource, selected.as_ref())
    };
    let (consumer, target, value) = (site.resource, Some(target), value.clone());
    uses.push(Use { consumer, by: consumer, identity, selected, target, need, at, value });
}

/// The service of an account whose endpoint this is.
fn storage_service(value: &Value) -> Option<Need> {
    let path = match value.as_ref() {
        Some(reference) => reference.dotted(),
        None => match &value.kind {
            crate::resolve::value::Kind::Text(text) => text.pattern(),
            _ => return None,
        },
    };
    let path = path.to_ascii_lowercase();
    let words: Vec<&str> = path.split(|letter: char| !letter.is_alphanumeric()).collect();
    [("blob", Need::ReadBlobs), ("queue", Need::UseQueues), ("table", Need::ReadTables)]
        .into_iter()
        .find_map(|(word, need)| words.contains(&word).then_some(need))
}
