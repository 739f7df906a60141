//! Settings, variables and secrets that a consumer is given, wherever it reads them.

use super::{Graph, KeySource, Mode, ResourceId, Runner, Secret, SecretKind, Site};
use crate::azure::needs::HOST_STORAGE;
use crate::ir::Name;
use crate::resolve::value::{Kind, Truth, Value};
use crate::source::Span;

/// What a key is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A setting of an app.
    Setting,
    /// A connection string of an app.
    ConnectionString,
    /// A secret of a container app.
    Secret,
    /// A variable of a container.
    Variable,
    /// A secret of a vault.
    Vault,
}

impl Place {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Setting => "setting",
            Self::ConnectionString => "connection string",
            Self::Secret | Self::Vault => "secret",
            Self::Variable => "environment variable",
        }
    }
}

/// A setting that holds a key of a resource that takes identities.
#[derive(Debug)]
pub struct KeySetting {
    /// What is given the setting.
    pub consumer: ResourceId,
    /// What the setting is.
    pub place: Place,
    /// Its name.
    pub name: Name,
    /// Where its value is put in.
    pub span: Span,
    /// Its value.
    pub value: Value,
    /// The key in it.
    pub secret: Secret,
    /// What the key opens.
    pub key: KeySource,
    /// Whether it opens the host storage of an app that runs Functions.
    pub is_host_storage: bool,
    /// Whether it may be a connection of Functions, which take an identity by settings alone.
    pub is_connection: bool,
}

/// Settings in which nothing but a key will do: a file share takes no identity
/// (learn.microsoft.com, azure-functions/storage-considerations).
const KEYS_ONLY: [&str; 1] = ["WEBSITE_CONTENTAZUREFILECONNECTIONSTRING"];

/// The setting by which an app pulls its image with a password (learn.microsoft.com, app-service/reference-app-settings).
const PULL: &str = "DOCKER_REGISTRY_SERVER_PASSWORD";

const COSMOS: &str = "Microsoft.DocumentDB/databaseAccounts";

const REGISTRY: &str = "Microsoft.ContainerRegistry/registries";

impl Graph<'_> {
    /// Every setting that certainly holds a key of a resource that takes identities, and takes keys at all.
    #[must_use]
    pub fn key_settings(&self) -> Vec<KeySetting> {
        let mut found = self.all_key_settings();
        // A key that opens nothing is a defect of its own.
        let dead: Vec<Span> = self.dead_keys().into_iter().map(|dead| dead.key.span).collect();
        found.retain(|setting| {
            !dead.contains(&setting.secret.value.span) && !self.is_perhaps_dead(setting.consumer, &setting.key)
        });
        found
    }

    /// Whether a key opens nothing, and what is given it need not exist: it may be there for keys that are switched on.
    pub(super) fn is_perhaps_dead(&self, consumer: ResourceId, key: &KeySource) -> bool {
        let is_sure = self.resource(consumer).is_some_and(|consumer| consumer.presence == Truth::Yes);
        !is_sure && key.owner.is_some_and(|owner| self.keys_off(owner).is_some())
    }

    fn all_key_settings(&self) -> Vec<KeySetting> {
        let mut found = Vec::new();
        for site in &self.sites {
            self.keys_of_site(site, &mut found);
        }
        for variable in self.environments.values().flat_map(|environment| &environment.variables) {
            let place = match (variable.secret, variable.runner) {
                (true, _) => Place::Secret,
                (false, Runner::Pod) => continue,
                (false, _) => Place::Variable,
            };
            let name = variable.name.clone();
            if let Some(setting) = self.key_setting(variable.resource, place, (name, variable.span), &variable.value) {
                // By such a secret an image is pulled.
                let pulls = place == Place::Secret && setting.key.kind.eq_ignore_ascii_case(REGISTRY);
                found.extend(Some(setting).filter(|_| !pulls));
            }
        }
        for argument in self.secret_arguments.iter().filter(|argument| argument.vault_secret) {
            let name = self.title(argument.resource);
            let at = argument.value.put_in_at();
            found.extend(self.key_setting(argument.resource, Place::Vault, (name, at.at_start()), &argument.value));
        }
        found
    }

    fn keys_of_site(&self, site: &Site, found: &mut Vec<KeySetting>) {
        let of_functions = self.runs_functions(site);
        let runs_functions = of_functions == Truth::Yes;
        let (packages, unnamed) = self.packages_setting(site);
        for setting in site.settings.iter().filter(|_| !unnamed) {
            let is = |name: &str| setting.name.eq_ignore_ascii_case(name);
            let is_doubled = self.has_identity_too(site, &setting.name);
            let opens_packages = packages.as_ref().is_some_and(|name| is(name));
            // Whose storage it opens depends on what the app runs.
            let is_unclear = of_functions == Truth::Maybe && is(HOST_STORAGE);
            if opens_packages || is_unclear || KEYS_ONLY.iter().any(|name| is(name)) || is(PULL) || is_doubled {
                continue;
            }
            let place = if setting.connection { Place::ConnectionString } else { Place::Setting };
            let key_setting =
                self.key_setting(site.resource, place, (setting.name.clone(), setting.span), &setting.value);
            let is_host_storage = runs_functions && is(HOST_STORAGE);
            found.extend(key_setting.map(|one| {
                // A bare key connects nothing.
                let is_whole = matches!(one.value.kind, Kind::Ref(_)) && !one.key.given_by.contains("connection");
                KeySetting { is_host_storage, is_connection: runs_functions && !is_whole, ..one }
            }));
        }
    }

    /// Whether a connection has settings for an identity beside the one that names it.
    pub(super) fn has_identity_too(&self, site: &Site, name: &str) -> bool {
        let connections = self.connections(site);
        connections
            .iter()
            .any(|connection| connection.name.eq_ignore_ascii_case(name) && connection.by_identity().is_some())
    }

    /// The name of the setting by which a Flex Consumption app opens the storage of its packages, and whether there is one
    /// whose name is not known.
    pub(super) fn packages_setting(&self, site: &Site) -> (Option<Name>, bool) {
        let path = "properties.functionAppConfig.deployment.storage.authentication.storageAccountConnectionStringName";
        let named =
            self.resource(site.resource).and_then(|app| app.values_at(path).first().map(|name| self.known(name)));
        let name = named.as_ref().and_then(Value::as_str).map(Name::from);
        let is_unknown = named.is_some() && name.is_none();
        (name, is_unknown)
    }

    fn key_setting(
        &self,
        consumer: ResourceId,
        place: Place,
        (name, at): (Name, Span),
        value: &Value,
    ) -> Option<KeySetting> {
        let (secret, key) = self.key_kept_in(value)?;
        Some(KeySetting {
            consumer,
            place,
            name,
            span: value.put_in_behind(at),
            value: value.clone(),
            secret,
            key,
            is_host_storage: false,
            is_connection: false,
        })
    }

    /// The key that a value holds whichever way conditions go, of a resource that takes identities and keys.
    #[must_use]
    pub fn key_kept_in(&self, value: &Value) -> Option<(Secret, KeySource)> {
        let secrets = self.secrets_in(value);
        let sure = secrets.iter().filter(|secret| secret.sure);
        let mut keys = sure.filter_map(|secret| match &secret.kind {
            SecretKind::Key(key) => Some((secret.clone(), key.clone())),
            SecretKind::Input(_) | SecretKind::Output(_) => None,
        });
        keys.find(|(_, key)| self.takes_identities(key))
    }

    /// What people call the vault that a secret lies in.
    #[must_use]
    pub fn vault_title(&self, secret: ResourceId) -> Name {
        let vault = self.resource(secret).and_then(|secret| {
            let named = secret.argument("key_vault_id").and_then(|id| self.named_by(id));
            named.or_else(|| self.container(secret))
        });
        self.title(vault.unwrap_or(secret))
    }

    fn takes_identities(&self, key: &KeySource) -> bool {
        let known = crate::azure::keys::of(&key.kind).is_some_and(|keys| !keys.given_by.is_empty());
        let owner = key.owner.and_then(|owner| self.resource(owner));
        // Which API an account of Cosmos DB speaks is said where it is made.
        let is_made = owner.is_some_and(|owner| owner.mode == Mode::Managed && !self.speaks_another_api(owner));
        known && (is_made || !key.kind.eq_ignore_ascii_case(COSMOS))
    }
}
