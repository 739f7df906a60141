//! Where a resource picks one of its identities for a purpose.

use super::{Graph, IdKind, Resource, ResourceId};
use crate::resolve::value::{Truth, Value};

/// A choice of an identity.
#[derive(Debug)]
pub struct Selection {
    /// The resource in which the choice is made.
    pub by: ResourceId,
    /// The resource whose identity is chosen: the same one, or the one that it belongs to.
    pub host: ResourceId,
    /// What is chosen.
    pub chosen: Chosen,
    /// The value that says so.
    pub value: Value,
}

/// What a choice of an identity names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chosen {
    /// A user-assigned identity, by its resource id.
    Identity,
    /// The system-assigned one, by a word.
    System,
}

/// Types whose arguments name identities of something else than the resource: nodes and pods of a cluster, pools of a
/// Batch account, the audience of a token, the virtual machine below a SQL one.
const OF_OTHERS: [&str; 6] = [
    "Microsoft.ContainerService/managedClusters",
    "Microsoft.RedHatOpenShift/openShiftClusters",
    "Microsoft.Batch/batchAccounts",
    "Microsoft.SignalRService/SignalR",
    "Microsoft.SignalRService/WebPubSub",
    "Microsoft.SqlVirtualMachine/sqlVirtualMachines",
];

/// Types that select an identity of another resource, and the arguments that choose and that name that resource.
const BESIDE: [(&str, &str, &str); 8] = [
    ("azurerm_data_factory_credential_user_managed_identity", "identity_id", "data_factory_id"),
    ("azurerm_data_factory_customer_managed_key", "user_assigned_identity_id", "data_factory_id"),
    ("azurerm_storage_account_customer_managed_key", "user_assigned_identity_id", "storage_account_id"),
    ("azurerm_eventhub_namespace_customer_managed_key", "user_assigned_identity_id", "eventhub_namespace_id"),
    ("azurerm_kusto_cluster_customer_managed_key", "user_identity", "cluster_id"),
    ("azurerm_netapp_account_encryption", "user_assigned_identity_id", "netapp_account_id"),
    ("azurerm_eventgrid_event_subscription", "delivery_identity.user_assigned_identity", "scope"),
    ("azurerm_eventgrid_event_subscription", "dead_letter_identity.user_assigned_identity", "scope"),
];

/// Arguments that choose by a word alone, and the argument that names the resource; empty: the resource itself.
const WORDS: [(&str, &str, &str); 9] = [
    ("azurerm_function_app_flex_consumption", "storage_authentication_type", ""),
    ("azurerm_cosmosdb_account", "default_identity_type", ""),
    ("azurerm_container_registry_task", "registry_credential.custom.identity", ""),
    ("azurerm_eventgrid_event_subscription", "delivery_identity.type", "scope"),
    ("azurerm_eventgrid_event_subscription", "dead_letter_identity.type", "scope"),
    ("Microsoft.Web/sites", "properties.functionAppConfig.deployment.storage.authentication.type", ""),
    ("Microsoft.Web/sites/slots", "properties.functionAppConfig.deployment.storage.authentication.type", ""),
    ("Microsoft.DocumentDB/databaseAccounts", "properties.defaultIdentity", ""),
    ("Microsoft.ContainerRegistry/registries/tasks", "properties.credentials.customRegistries{}.identity", ""),
];

/// How services write "the system-assigned identity", in any case.
const SYSTEM: [&str; 4] = ["system", "SystemAssigned", "SystemAssignedIdentity", "[system]"];

/// Reads every choice, in the order of the arguments.
pub(super) fn read(graph: &Graph<'_>) -> Vec<Selection> {
    let mut found = Vec::new();
    for argument in graph.id_arguments.iter().filter(|argument| argument.takes != IdKind::Principal) {
        let Some(resource) = graph.resource(argument.resource) else { continue };
        let is_own = !OF_OTHERS.iter().any(|other| resource.is_arm(other));
        let is_word = is_system(&argument.value);
        if is_own && (is_word || argument.takes == IdKind::Resource) && graph.host(resource.id).is_some() {
            let chosen = if is_word { Chosen::System } else { Chosen::Identity };
            let (by, host) = (resource.id, resource.id);
            found.push(Selection { by, host, chosen, value: argument.value.clone() });
        }
    }
    for resource in graph.resources().filter(|resource| resource.mode == super::Mode::Managed) {
        for (_, path, owner) in BESIDE.iter().filter(|(kind, ..)| resource.is(kind)) {
            add(graph, &mut found, resource, path, owner, Chosen::Identity);
        }
        for (_, path, owner) in WORDS.iter().filter(|(kind, ..)| resource.is(kind)) {
            add(graph, &mut found, resource, path, owner, Chosen::System);
        }
    }
    let in_arm = |resource: &&Resource| resource.mode == super::Mode::Managed && resource.kind.contains('/');
    for resource in graph.resources().filter(in_arm) {
        let Some(host) = graph.topic_of(resource).filter(|host| graph.host(*host).is_some()) else { continue };
        for way in ["deliveryWithResourceIdentity", "deadLetterWithResourceIdentity"] {
            for value in resource.values_at(&format!("properties.{way}.identity.type")) {
                if is_system(value) {
                    found.push(Selection { by: resource.id, host, chosen: Chosen::System, value: value.clone() });
                }
            }
            for value in resource.values_at(&format!("properties.{way}.identity.userAssignedIdentity")) {
                found.push(Selection { by: resource.id, host, chosen: Chosen::Identity, value: value.clone() });
            }
        }
    }
    for site in &graph.sites {
        for setting in site.settings.iter().filter(|setting| names_identity(&setting.name)) {
            let (by, host) = (site.resource, site.resource);
            found.push(Selection { by, host, chosen: Chosen::Identity, value: setting.value.clone() });
        }
    }
    found.extend(super::policies::read(graph));
    found
}

fn add(graph: &Graph<'_>, found: &mut Vec<Selection>, by: &Resource, path: &str, owner: &str, chosen: Chosen) {
    let host = if owner.is_empty() { Some(by.id) } else { by.argument(owner).and_then(|owner| graph.named_by(owner)) };
    let Some(host) = host.filter(|host| graph.host(*host).is_some()) else { return };
    for value in by.values_at(path) {
        if is_system(value) == (chosen == Chosen::System) {
            found.push(Selection { by: by.id, host, chosen, value: value.clone() });
        }
    }
}

/// Whether the value is certainly a word for the system-assigned identity.
fn is_system(value: &Value) -> bool {
    let word = |one: &Value| one.as_str().is_some_and(|text| SYSTEM.iter().any(|own| own.eq_ignore_ascii_case(text)));
    value.is_null() == Truth::No && value.alternatives().iter().all(word)
}

/// `X__managedIdentityResourceId` of an identity-based connection.
fn names_identity(setting: &str) -> bool {
    setting.to_ascii_lowercase().ends_with("__managedidentityresourceid")
}
