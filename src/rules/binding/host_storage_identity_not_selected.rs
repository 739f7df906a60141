use crate::azure::needs::HOST_STORAGE;
use crate::finding::{Fix, Severity};
use crate::graph::{Connection, Declared, Graph, IdKind, Property, Site, Written, is_blank, is_filled};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for site in graph.sites.iter().filter(|site| graph.runs_functions(site) == Truth::Yes) {
        let (Some(owner), Some(host)) = (graph.resource(site.resource), graph.host(site.resource)) else { continue };
        let Declared::Block(block) = &host.declared else { continue };
        if block.system != Truth::No || block.user != Truth::Yes || graph.is_resettled(site.resource) {
            continue;
        }
        let connections = graph.connections(site);
        let connection = connections.iter().find(|connection| connection.name.eq_ignore_ascii_case(HOST_STORAGE));
        let Some((at, value)) = by_identity(graph, site, connection) else { continue };
        if has_key(graph, site) || selects(connection) {
            continue;
        }
        if let Some(why) = &site.more_settings {
            let reason = format!("which identity opens the host storage: {}", why.reason);
            cx.undecided(owner.address.clone(), reason, why.span);
            continue;
        }
        let title = &owner.title;
        let message = format!(
            "`{title}` opens its host storage as its system-assigned identity, but has only user-assigned ones"
        );
        let mut draft = Draft::new(owner.address.clone(), at, message)
            .note("opened as the system-assigned identity")
            .label(block.kinds.span, "there is none")
            .because(&value)
            .because(&block.kinds)
            .if_present(owner)
            .help(
                "select the identity for host storage: set `AzureWebJobsStorage__credential` to `managedidentity` and \
                 `AzureWebJobsStorage__clientId` to its client id",
            );
        // Some credentials look there as well.
        let by_default = site
            .settings
            .iter()
            .any(|setting| setting.name.eq_ignore_ascii_case("AZURE_CLIENT_ID") && !is_blank(&setting.value));
        if by_default {
            draft = draft.severity(Severity::Low);
        }
        cx.report(draft.fix(select(graph, site, connection)));
    }
}

/// Selects the only identity that is attached.
fn select(graph: &Graph<'_>, site: &Site, connection: Option<&Connection<'_>>) -> Option<Fix> {
    let identity = graph.only_attached(site.resource)?;
    let client = ("AzureWebJobsStorage__clientId", Written::Id(identity, IdKind::Client));
    let credential = ("AzureWebJobsStorage__credential", Written::Text("managedidentity"));
    let has_credential = connection.is_some_and(|connection| connection.any("credential").is_some());
    let all = [credential, client];
    let new = if has_credential { &all[1..] } else { &all[..] };
    let beside = connection.and_then(|connection| connection.parts.first()).map(|(_, setting)| setting.span);
    let edit = graph.add_settings(site.resource, beside.or(site.settings.first().map(|first| first.span)), new)?;
    Some(Fix::safe(format!("select `{}` for host storage", graph.title(identity)), edit))
}

/// Where it is said that an identity opens the host storage.
fn by_identity(graph: &Graph<'_>, site: &Site, connection: Option<&Connection<'_>>) -> Option<(Span, Value)> {
    if let Property::Is(on) = graph.property(site.resource, "storage_uses_managed_identity", "")
        && graph.known(&on).as_bool() == Some(true)
    {
        return Some((on.span, on));
    }
    let connection = connection?;
    let first = connection.parts.iter().find(|(part, setting)| {
        matches!(part.as_str(), "accountname" | "blobserviceuri" | "queueserviceuri" | "tableserviceuri")
            && is_filled(&setting.value)
    });
    first.map(|(_, setting)| (setting.span, setting.value.clone()))
}

/// Whether a key opens it as well, or may.
fn has_key(graph: &Graph<'_>, site: &Site) -> bool {
    let whole = site.settings.iter().rfind(|setting| setting.name.eq_ignore_ascii_case(HOST_STORAGE));
    whole.is_some_and(|setting| !is_blank(&setting.value))
        || ["storage_account_access_key", "storage_key_vault_secret_id"]
            .iter()
            .any(|argument| !matches!(graph.property(site.resource, argument, ""), Property::Absent))
}

/// Whether an identity is selected, or may be.
fn selects(connection: Option<&Connection<'_>>) -> bool {
    ["clientid", "managedidentityresourceid"].iter().any(|part| {
        connection.and_then(|connection| connection.any(part)).is_some_and(|setting| !is_blank(&setting.value))
    })
}
