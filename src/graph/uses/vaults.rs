//! Who reads secrets of a vault that is made here by something else than a setting of a site, and who encrypts with its keys.

use super::Use;
use crate::graph::{Declared, Graph, Ids, Mode, Need, Principal, Resolver, Resource, ResourceId, flatten};
use crate::resolve::value::{Entry, Kind, Truth, Value, part_of};

/// Who acts where nothing selects an identity.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Default {
    /// The system-assigned identity.
    System,
    /// The only identity that is there.
    Only,
    /// Nobody: a choice is needed.
    Nobody,
}

/// What a type takes from vaults. Each pair is the name in azurerm and the one in ARM; paths are joined by dots.
struct Taking {
    kind: &'static str,
    /// The azurerm type, where it is not the one of the ARM type.
    beside: Option<Beside>,
    need: Need,
    /// Where it stands: a block or object, or a list of those; empty: the resource itself.
    places: [&'static str; 2],
    /// What names the secret or key in it.
    names: [&'static str; 2],
    /// What in it selects the identity.
    selectors: [&'static str; 2],
    otherwise: Default,
}

/// An azurerm type of its own that sets something of another resource, and the argument that names that resource.
type Beside = (&'static str, &'static str);

const fn taking(kind: &'static str, need: Need, otherwise: Default, paths: [[&'static str; 2]; 3]) -> Taking {
    let [places, names, selectors] = paths;
    Taking { kind, beside: None, need, places, names, selectors, otherwise }
}

const fn beside(beside: Beside, kind: &'static str, names: &'static str, selector: &'static str) -> Taking {
    let (names, selectors) = ([names, ""], [selector, ""]);
    Taking {
        kind,
        beside: Some(beside),
        need: Need::UseKeys,
        places: ["", ""],
        names,
        selectors,
        otherwise: Default::System,
    }
}

const SECRETS: [&str; 2] = ["secret", "properties.configuration.secrets"];
const SECRET: [&str; 2] = ["key_vault_secret_id", "keyVaultUrl"];
const SERVER_KEY: [[&str; 2]; 3] = [
    ["customer_managed_key", "properties.dataEncryption"],
    ["key_vault_key_id", "primaryKeyURI"],
    ["primary_user_assigned_identity_id", "primaryUserAssignedIdentityId"],
];
const BUS_KEY: [[&str; 2]; 3] = [
    ["customer_managed_key", "properties.encryption.keyVaultProperties"],
    ["key_vault_key_id", "keyVaultUri"],
    ["identity_id", "identity.userAssignedIdentity"],
];

/// Documented with each type (learn.microsoft.com/azure/templates, registry.terraform.io azurerm).
const TAKING: [Taking; 16] = [
    taking(
        "Microsoft.App/containerApps",
        Need::ReadSecret,
        Default::Nobody,
        [SECRETS, SECRET, ["identity", "identity"]],
    ),
    taking("Microsoft.App/jobs", Need::ReadSecret, Default::Nobody, [SECRETS, SECRET, ["identity", "identity"]]),
    taking(
        "Microsoft.Network/applicationGateways",
        Need::ReadSecret,
        Default::Only,
        [
            ["ssl_certificate", "properties.sslCertificates"],
            ["key_vault_secret_id", "properties.keyVaultSecretId"],
            ["", ""],
        ],
    ),
    // A child of the service, whose identity reads it.
    taking(
        NAMED_VALUE,
        Need::ReadSecret,
        Default::System,
        [
            ["value_from_key_vault", "properties.keyVault"],
            ["secret_id", "secretIdentifier"],
            ["identity_client_id", "identityClientId"],
        ],
    ),
    taking(
        "Microsoft.Storage/storageAccounts",
        Need::UseKeys,
        Default::System,
        [
            ["customer_managed_key", "properties.encryption"],
            ["key_vault_key_id", "keyvaultproperties.keyvaulturi"],
            ["user_assigned_identity_id", "identity.userAssignedIdentity"],
        ],
    ),
    taking(
        "Microsoft.CognitiveServices/accounts",
        Need::UseKeys,
        Default::System,
        [
            ["customer_managed_key", "properties.encryption.keyVaultProperties"],
            ["key_vault_key_id", "keyVaultUri"],
            ["identity_client_id", "identityClientId"],
        ],
    ),
    taking(
        "Microsoft.ContainerRegistry/registries",
        Need::UseKeys,
        Default::Nobody,
        [
            ["encryption", "properties.encryption.keyVaultProperties"],
            ["key_vault_key_id", "keyIdentifier"],
            ["identity_client_id", "identity"],
        ],
    ),
    taking(
        "Microsoft.AppConfiguration/configurationStores",
        Need::UseKeys,
        Default::System,
        [
            ["encryption", "properties.encryption.keyVaultProperties"],
            ["key_vault_key_identifier", "keyIdentifier"],
            ["identity_client_id", "identityClientId"],
        ],
    ),
    taking("Microsoft.ServiceBus/namespaces", Need::UseKeys, Default::System, BUS_KEY),
    taking("Microsoft.EventHub/namespaces", Need::UseKeys, Default::System, BUS_KEY),
    taking("Microsoft.DBforPostgreSQL/flexibleServers", Need::UseKeys, Default::Nobody, SERVER_KEY),
    taking("Microsoft.DBforMySQL/flexibleServers", Need::UseKeys, Default::Nobody, SERVER_KEY),
    taking(
        "Microsoft.Compute/diskEncryptionSets",
        Need::UseKeys,
        Default::Only,
        [["", "properties.activeKey"], ["key_vault_key_id", "keyUrl"], ["", ""]],
    ),
    beside(
        ("azurerm_storage_account_customer_managed_key", "storage_account_id"),
        "Microsoft.Storage/storageAccounts",
        "key_vault_id",
        "user_assigned_identity_id",
    ),
    beside(
        ("azurerm_storage_account_customer_managed_key", "storage_account_id"),
        "Microsoft.Storage/storageAccounts",
        "key_vault_key_id",
        "user_assigned_identity_id",
    ),
    beside(
        ("azurerm_eventhub_namespace_customer_managed_key", "eventhub_namespace_id"),
        "Microsoft.EventHub/namespaces",
        "key_vault_key_ids",
        "user_assigned_identity_id",
    ),
];

const SERVICE: &str = "Microsoft.ApiManagement/service";
const NAMED_VALUE: &str = "Microsoft.ApiManagement/service/namedValues";

/// Adds what a resource takes.
pub(super) fn read(graph: &Graph<'_>, resource: &Resource, uses: &mut Vec<Use>) {
    if resource.mode != Mode::Managed || graph.is_touched(resource.id) {
        return;
    }
    let of = usize::from(resource.kind.contains('/'));
    let pick = |names: &[&'static str; 2]| names.get(of).copied().unwrap_or_default();
    for taking in &TAKING {
        let Some(consumer) = consumer(graph, resource, taking).filter(|id| !graph.is_touched(*id)) else { continue };
        for item in places(resource, pick(&taking.places)) {
            let Some((whole, named)) = nested(&item, pick(&taking.names)) else { continue };
            let values = part_of(&whole, &named.value);
            let Some(vault) = flatten(&values).into_iter().find_map(|value| graph.vault_of_secret(value)) else {
                continue;
            };
            // A client of another tenant's vault signs in as something else.
            if item.property("federated_identity_client_id").is_some() {
                continue;
            }
            let selected = match pick(&taking.selectors) {
                "" => None,
                path => nested(&item, path).map(|(whole, entry)| part_of(&whole, &entry.value)),
            };
            let (identity, selected) = actor(graph, consumer, selected, taking.otherwise);
            let (at, target, need, value) = (named.key_span, Some(vault), taking.need, values);
            uses.push(Use { consumer, by: resource.id, identity, selected, target, need, at, value });
        }
    }
}

/// Whose identity takes it, if the resource is one that does.
fn consumer(graph: &Graph<'_>, resource: &Resource, taking: &Taking) -> Option<ResourceId> {
    if let Some((kind, owner)) = taking.beside {
        return graph.named_by(resource.argument(owner).filter(|_| *resource.kind == *kind)?);
    }
    if !resource.is_arm(taking.kind) {
        return None;
    }
    match (taking.kind, resource.argument("api_management_name")) {
        (NAMED_VALUE, Some(name)) => graph.named_by(name),
        (NAMED_VALUE, None) => graph.parent(resource, SERVICE),
        _ => Some(resource.id),
    }
}

/// The blocks or objects at a path; the resource itself if it is empty.
fn places(resource: &Resource, path: &str) -> Vec<Value> {
    if path.is_empty() {
        return vec![Value::new(Kind::Map(resource.body.clone()), resource.span)];
    }
    resource.values_at(path).into_iter().flat_map(flatten).cloned().collect()
}

/// What stands at a path below a value, and what it stands in.
fn nested<'v>(value: &'v Value, path: &str) -> Option<(Value, &'v Entry)> {
    let (outer, last) = path.rsplit_once('.').unwrap_or(("", path));
    let mut whole = value.clone();
    let mut current = value;
    for name in outer.split('.').filter(|name| !name.is_empty()) {
        current = &current.property(name)?.value;
        whole = part_of(&whole, current);
    }
    let entry = current.property(last).filter(|entry| entry.value.is_null() != Truth::Yes)?;
    Some((whole, entry))
}

/// Who acts if this selects, and what does.
fn actor(
    graph: &Graph<'_>,
    consumer: ResourceId,
    selected: Option<Value>,
    otherwise: Default,
) -> (Resolver, Option<Value>) {
    let Some(value) = selected else {
        let identity = match otherwise {
            Default::System => graph.acting(consumer, None),
            Default::Only => only(graph, consumer),
            Default::Nobody => Resolver::Unknown,
        };
        return (identity, None);
    };
    let known = graph.known(&value);
    if known.as_str().is_some_and(|text| text.eq_ignore_ascii_case("system")) {
        return (graph.acting(consumer, None), None);
    }
    (graph.acting(consumer, Some(&value)), Some(value))
}

/// The only identity that a resource has.
fn only(graph: &Graph<'_>, consumer: ResourceId) -> Resolver {
    let Some(host) = graph.host(consumer) else { return Resolver::Unknown };
    let Declared::Block(block) = &host.declared else { return Resolver::Unknown };
    let principal = match (host.system(), &block.ids) {
        (Truth::Yes, Ids::Absent | Ids::Empty(_)) => Some(Principal::System(consumer)),
        (Truth::No, _) => graph.only_attached(consumer).map(Principal::User),
        _ => None,
    };
    principal.map_or(Resolver::Unknown, Resolver::Principal)
}
