//! What a credential is, and what takes its place.

/// What a credential is by its shape. Of two detections of one text the first of these says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// A string that says where a service is and lets in whoever has it.
    Connection,
    /// A key of an Azure service, by itself.
    Key,
    /// A secret, token or private key of somebody.
    Token,
}

/// A kind of credential.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Which rule speaks of it.
    pub family: Family,
    /// What it is, for messages: `a storage account key`.
    pub what: &'static str,
    /// What to do instead: which service takes an identity, with which role, and what is switched off then.
    pub instead: &'static str,
}

impl Kind {
    pub(super) const fn connection(what: &'static str, instead: &'static str) -> Self {
        Self { family: Family::Connection, what, instead }
    }

    pub(super) const fn key(what: &'static str, instead: &'static str) -> Self {
        Self { family: Family::Key, what, instead }
    }

    pub(super) const fn token(what: &'static str, instead: &'static str) -> Self {
        Self { family: Family::Token, what, instead }
    }
}

pub(super) const STORAGE: &str = "Azure Storage takes an identity: grant it `Storage Blob Data Contributor`, or the role for \
    queues, tables or files, then switch shared key access off";
pub(super) const COSMOS: &str = "Cosmos DB takes an identity: assign it the data role `Cosmos DB Built-in Data Contributor`, \
    then switch local authentication off";
pub(super) const SERVICE_BUS: &str = "Service Bus takes an identity: grant it `Azure Service Bus Data Sender` or \
    `Azure Service Bus Data Receiver`, then switch local authentication off";
pub(super) const EVENT_HUBS: &str = "Event Hubs takes an identity: grant it `Azure Event Hubs Data Sender` or \
    `Azure Event Hubs Data Receiver`, then switch local authentication off";
pub(super) const MESSAGING: &str = "the namespace takes an identity: grant it `Azure Service Bus Data Sender` or \
    `Azure Service Bus Data Receiver`, for Event Hubs their counterparts, then switch local authentication off";
pub(super) const RELAY: &str = "Azure Relay takes an identity: grant it `Azure Relay Sender` or `Azure Relay Listener`";
pub(super) const IOT_HUB: &str = "IoT Hub takes an identity: grant it `IoT Hub Data Contributor`, then switch local \
    authentication off";
pub(super) const IOT_DEVICE: &str = "a device can authenticate with an X.509 certificate instead of a key";
pub(super) const IOT_PROVISIONING: &str = "the provisioning service takes an identity: grant it \
    `Device Provisioning Service Data Contributor`; devices can enrol with X.509 certificates";
pub(super) const REDIS: &str = "Redis takes an identity: assign it the access policy `Data Contributor`, then switch access \
    keys off";
pub(super) const EVENT_GRID: &str = "Event Grid takes an identity: grant it `EventGrid Data Sender`, then switch local \
    authentication off";
pub(super) const SEARCH: &str = "AI Search takes an identity: grant it `Search Index Data Reader` or \
    `Search Index Data Contributor`, then switch local authentication off";
pub(super) const REGISTRY: &str = "the registry takes an identity: grant it `AcrPull`, or `AcrPush` to push, then switch the \
    admin user off";
pub(super) const FUNCTIONS: &str = "the app can ask its callers for a token of Microsoft Entra ID (App Service \
    authentication), which an identity gets without a secret";
pub(super) const AI: &str = "Azure AI services take an identity: grant it `Cognitive Services User`, for OpenAI \
    `Cognitive Services OpenAI User`, then switch local authentication off";
pub(super) const APP_CONFIGURATION: &str = "App Configuration takes an identity: grant it `App Configuration Data Reader`, \
    then switch local authentication off";
pub(super) const MAPS: &str = "Azure Maps takes an identity: grant it `Azure Maps Data Reader`, then switch local \
    authentication off";
pub(super) const COMMUNICATION: &str = "Communication Services take an identity: grant it \
    `Communication and Email Service Owner`";
pub(super) const SIGNALR: &str = "SignalR and Web PubSub take an identity: grant it `SignalR App Server` or \
    `Web PubSub Service Owner`, then switch local authentication off";
pub(super) const BATCH: &str = "Batch takes an identity: grant it `Azure Batch Data Contributor`, then leave only `AAD` among \
    the allowed authentication modes";
pub(super) const API_MANAGEMENT: &str = "API Management can ask its callers for a token of Microsoft Entra ID \
    (`validate-azure-ad-token`); for its own management use an identity with a role";
pub(super) const VAULT: &str = "no identity takes its place: keep it in a key vault and refer to it";
pub(super) const SQL: &str = "the database takes an identity: create a user for it from Microsoft Entra ID, and connect \
    without a password";
pub(super) const ADDRESS: &str = "if the service takes an identity, use that; else keep the address in a key vault and refer \
    to it";
pub(super) const LOGIC_APP: &str = "a workflow can ask its callers for a token of Microsoft Entra ID (an authorization policy \
    of the trigger), which an identity gets without a secret";
pub(super) const ENTRA: &str = "use a managed identity, or outside Azure a federated credential, which need no secret";
pub(super) const DEVOPS: &str = "Azure DevOps takes managed identities and service principals as users; a service connection \
    can use workload identity federation";
pub(super) const GITHUB: &str = "in workflows use the token that the job is given, elsewhere a GitHub App; for Azure let the \
    workflow federate";
pub(super) const DATABRICKS: &str = "Databricks takes managed identities and service principals: sign in with Microsoft Entra \
    ID instead of a personal token";
pub(super) const PRIVATE_KEY: &str = "let the key vault make the key and keep it, or use an identity, which needs none";

#[cfg(test)]
mod tests {
    use super::*;

    /// Roles that are not Azure's own, and words that are no roles.
    const OTHERS: [&str; 4] =
        ["Cosmos DB Built-in Data Contributor", "Data Contributor", "AAD", "validate-azure-ad-token"];

    #[test]
    fn every_role_that_is_named_exists() {
        let texts = [
            STORAGE,
            COSMOS,
            SERVICE_BUS,
            EVENT_HUBS,
            MESSAGING,
            RELAY,
            IOT_HUB,
            IOT_DEVICE,
            IOT_PROVISIONING,
            REDIS,
            EVENT_GRID,
            SEARCH,
            REGISTRY,
            FUNCTIONS,
            AI,
            APP_CONFIGURATION,
            MAPS,
            COMMUNICATION,
            SIGNALR,
            BATCH,
            API_MANAGEMENT,
            VAULT,
            SQL,
            ADDRESS,
            LOGIC_APP,
            ENTRA,
            DEVOPS,
            GITHUB,
            DATABRICKS,
            PRIVATE_KEY,
        ];
        for role in texts.iter().flat_map(|text| text.split('`').skip(1).step_by(2)) {
            assert!(OTHERS.contains(&role) || crate::azure::roles::by_name(role).is_some(), "{role}");
        }
    }
}
