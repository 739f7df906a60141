use crate::azure::local_auth;
use crate::finding::Severity;
use crate::graph::{KeySetting, Place};
use crate::rules::words::called;
use crate::rules::{Cx, Draft};

/// The end of the setting that takes the place of a connection string, by the type that it connects to
/// (learn.microsoft.com, azure-functions/functions-reference#configure-an-identity-based-connection).
const SUFFIXES: [(&str, &str); 7] = [
    ("Microsoft.Storage/storageAccounts", "blobServiceUri` (or `queueServiceUri`, `tableServiceUri"),
    ("Microsoft.ServiceBus/namespaces", "fullyQualifiedNamespace"),
    ("Microsoft.EventHub/namespaces", "fullyQualifiedNamespace"),
    ("Microsoft.DocumentDB/databaseAccounts", "accountEndpoint"),
    ("Microsoft.SignalRService/signalR", "serviceUri"),
    ("Microsoft.SignalRService/webPubSub", "serviceUri"),
    ("Microsoft.EventGrid/topics", "topicEndpointUri"),
];

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for setting in cx.graph.key_settings().iter().filter(|setting| !setting.is_host_storage) {
        report(cx, setting);
    }
}

fn report(cx: &mut Cx<'_>, setting: &KeySetting) {
    let graph = cx.graph;
    let Some(consumer) = graph.resource(setting.consumer) else { return };
    let kept_by = match setting.place {
        Place::Vault => graph.vault_title(setting.consumer),
        _ => consumer.title.clone(),
    };
    let (place, name, key) = (setting.place.name(), &setting.name, called(&setting.secret));
    let message = format!("{place} `{name}` of `{kept_by}` holds {key}");
    let mut draft = Draft::new(consumer.address.clone(), setting.span, message)
        .note("holds the key")
        .label(setting.secret.value.span, key)
        .because(&setting.secret.value)
        .because(&setting.value)
        .if_present(consumer)
        .help(way_out(setting));
    if let Some(owner) = setting.key.owner.and_then(|owner| graph.resource(owner)) {
        draft = draft.label(owner.span, "takes identities").if_present(owner);
    }
    cx.report(if setting.place == Place::Vault { draft.severity(Severity::Low) } else { draft });
}

fn way_out(setting: &KeySetting) -> String {
    let title = &setting.key.title;
    let who = if title.is_empty() { "it".to_owned() } else { format!("`{title}`") };
    let suffix = SUFFIXES.iter().find(|(kind, _)| kind.eq_ignore_ascii_case(&setting.key.kind));
    let instead = local_auth::of(&setting.key.kind).map(|service| service.instead);
    let grant = instead.unwrap_or("grant the app's identity a data role on it, and let it ask as itself");
    match suffix.filter(|_| setting.is_connection) {
        Some((_, suffix)) => {
            let close = if suffix.contains('(') { ")" } else { "" };
            let name = &setting.name;
            format!("{who} takes an identity: replace the setting by `{name}__{suffix}`{close}, and {grant}")
        }
        None => format!("{who} takes an identity: give the app its address, and {grant}"),
    }
}
