//! Who reads secrets of a vault that is made here by something else than a setting of a site.

use super::Use;
use crate::graph::{Graph, Mode, Need, Principal, Resolver, Resource, ResourceId, flatten};
use crate::resolve::value::{Entry, Truth, Value, part_of};

/// A list of what a resource takes from vaults: the azurerm and the ARM path of the list, the name of a secret's id in an
/// item, and what in it selects the identity; none if the only attached one is used.
struct Lists {
    kind: &'static str,
    list: [&'static str; 2],
    secret: [&'static str; 2],
    identity: Option<[&'static str; 2]>,
}

const LISTS: [Lists; 4] = [
    Lists {
        kind: "Microsoft.App/containerApps",
        list: ["secret", "properties.configuration.secrets"],
        secret: ["key_vault_secret_id", "keyVaultUrl"],
        identity: Some(["identity", "identity"]),
    },
    Lists {
        kind: "Microsoft.App/jobs",
        list: ["secret", "properties.configuration.secrets"],
        secret: ["key_vault_secret_id", "keyVaultUrl"],
        identity: Some(["identity", "identity"]),
    },
    Lists {
        kind: "Microsoft.Network/applicationGateways",
        list: ["ssl_certificate", "properties.sslCertificates.properties"],
        secret: ["key_vault_secret_id", "keyVaultSecretId"],
        identity: None,
    },
    // A child of the service, whose identity reads it.
    Lists {
        kind: "Microsoft.ApiManagement/service/namedValues",
        list: ["value_from_key_vault", "properties.keyVault"],
        secret: ["secret_id", "secretIdentifier"],
        identity: Some(["identity_client_id", "identityClientId"]),
    },
];

const SERVICE: &str = "Microsoft.ApiManagement/service";

/// Adds what a resource reads.
pub(super) fn read(graph: &Graph<'_>, resource: &Resource, uses: &mut Vec<Use>) {
    let Some(lists) = LISTS.iter().find(|lists| resource.is_arm(lists.kind)) else { return };
    let of = usize::from(resource.kind.contains('/'));
    let Some(consumer) = consumer(graph, resource) else { return };
    if resource.mode != Mode::Managed || graph.is_touched(consumer) || graph.is_touched(resource.id) {
        return;
    }
    let pick = |names: &[&'static str; 2]| names.get(of).copied().unwrap_or_default();
    for item in resource.values_at(pick(&lists.list)).into_iter().flat_map(flatten) {
        let Some(secret) = item.property(pick(&lists.secret)) else { continue };
        let value = part_of(item, &secret.value);
        let Some(vault) = graph.vault_of_secret(&value) else { continue };
        let selected = lists.identity.as_ref().map(|names| item.property(pick(names)));
        let (identity, selected) = match selected {
            None => (only(graph, consumer), None),
            Some(selected) => chosen(graph, consumer, item, selected, resource.id != consumer),
        };
        let (at, target, need) = (secret.key_span, Some(vault), Need::ReadSecret);
        uses.push(Use { consumer, identity, selected, target, need, at, value });
    }
}

/// Whose identity reads it.
fn consumer(graph: &Graph<'_>, resource: &Resource) -> Option<ResourceId> {
    if !resource.is_arm("Microsoft.ApiManagement/service/namedValues") {
        return Some(resource.id);
    }
    match resource.argument("api_management_name") {
        Some(name) => graph.named_by(name),
        None => graph.parent(resource, SERVICE),
    }
}

/// The only identity that is attached.
fn only(graph: &Graph<'_>, consumer: ResourceId) -> Resolver {
    let is_system = graph.host(consumer).map_or(Truth::Maybe, crate::graph::Host::system);
    match graph.only_attached(consumer).filter(|_| is_system == Truth::No) {
        Some(identity) => Resolver::Principal(Principal::User(identity)),
        None => Resolver::Unknown,
    }
}

/// Who acts if this selects, and what does. Without a choice it is the system-assigned identity where there is a default.
fn chosen(
    graph: &Graph<'_>,
    consumer: ResourceId,
    item: &Value,
    selected: Option<&Entry>,
    has_default: bool,
) -> (Resolver, Option<Value>) {
    let selected = selected.map(|entry| part_of(item, &entry.value)).filter(|value| value.is_null() != Truth::Yes);
    let Some(value) = selected else {
        let identity = if has_default { graph.acting(consumer, None) } else { Resolver::Unknown };
        return (identity, None);
    };
    let known = graph.known(&value);
    if known.as_str().is_some_and(|text| text.eq_ignore_ascii_case("system")) {
        return (graph.acting(consumer, None), None);
    }
    (graph.acting(consumer, Some(&value)), Some(value))
}
