//! Passwords of Azure container registries: what pulls with one, and admin users that are on.

use super::demand::Needer;
use super::{KeySwitch, Property};
use crate::azure::secrets::is_harmless;
use crate::graph::{Graph, Mode, Resource, ResourceId, SecretArgument, Setting, Site, flatten, is_filled};
use crate::resolve::value::{Kind, Value};
use crate::source::Span;

const REGISTRY: &str = "Microsoft.ContainerRegistry/registries";

const WORKSPACE: &str = "Microsoft.MachineLearningServices/workspaces";

/// What names the registry of a workspace, and what its first identity: arguments of azurerm, and paths below the properties
/// in ARM.
const REGISTRY_OF: (&str, &str) = ("container_registry_id", "containerRegistry");
const PRIMARY: (&str, &str) = ("primary_user_assigned_identity", "primaryUserAssignedIdentity");

/// Hosts of registries in Azure's clouds (learn.microsoft.com, container-registry/container-registry-concepts;
/// azure-government/compare-azure-government-global-azure, china/resources-developer-guide).
const HOSTS: [&str; 3] = [".azurecr.io", ".azurecr.us", ".azurecr.cn"];

/// Something that pulls images from an Azure container registry with a password.
#[derive(Debug)]
pub struct PullByPassword {
    /// What pulls.
    pub consumer: ResourceId,
    /// The registry, if that is made here.
    pub registry: Option<ResourceId>,
    /// The host of the registry, as far as it is written.
    pub host: String,
    /// What holds the password or names it.
    pub password: Value,
    /// Whether it is the password itself, written out.
    pub is_literal: bool,
    /// Whether it stands in the code where secrets are looked for, which is the graver defect.
    pub is_known: bool,
    /// What switches the admin user of the registry on, if that is made here.
    pub admin: Option<Value>,
    /// Where the registry is named.
    pub server: Span,
    /// What says that it is to pull as its identity instead, in the words of the code.
    pub instead: &'static str,
}

/// A registry whose admin user is switched on.
#[derive(Debug)]
pub struct AdminUser {
    /// The registry.
    pub registry: ResourceId,
    /// The value that says so.
    pub said: Value,
    /// Who is given its password.
    pub needers: Vec<Needer>,
}

/// A place where a resource keeps what it pulls with.
struct Credential<'v> {
    server: &'v Value,
    password: &'v Value,
    /// What the password is, where that only names it.
    behind: Option<&'v Value>,
    /// Whether `password` is the name of a secret.
    is_name: bool,
}

impl Graph<'_> {
    /// Everything made here that certainly pulls from an Azure container registry with a password.
    #[must_use]
    pub fn pulls_by_password(&self) -> Vec<PullByPassword> {
        let mut found = Vec::new();
        for site in &self.sites {
            self.of_site(site, &mut found);
        }
        for resource in self.resources().filter(|resource| resource.mode == Mode::Managed) {
            self.of_containers(resource, &mut found);
        }
        found
    }

    /// Every registry made here whose admin user is switched on in the code, and of whose password nothing is seen to pull.
    #[must_use]
    pub fn admin_users(&self, pulls: &[PullByPassword]) -> Vec<AdminUser> {
        let registries = self.resources().filter(|one| one.mode == Mode::Managed && one.is_arm(REGISTRY));
        let on: Vec<(ResourceId, Value)> = registries
            .filter(|one| !pulls.iter().any(|pull| pull.registry == Some(one.id)) && !self.is_demanded(one.id))
            .filter_map(|one| match self.key_switch(one.id)? {
                KeySwitch::On(Some(said)) => Some((one.id, said)),
                _ => None,
            })
            .collect();
        if on.is_empty() {
            return Vec::new();
        }
        let mut needs = self.key_needs();
        on.into_iter()
            .map(|(registry, said)| {
                let needers = needs.needers.remove(&registry).unwrap_or_default();
                AdminUser { registry, said, needers }
            })
            .collect()
    }

    /// Whether a workspace of Azure Machine Learning is given a registry, which asks for the admin user then
    /// (registry.terraform.io, azurerm `machine_learning_workspace`, `container_registry_id`). With a user-assigned identity
    /// as its first it can do without
    /// (learn.microsoft.com, machine-learning/how-to-identity-based-service-authentication).
    fn is_demanded(&self, registry: ResourceId) -> bool {
        // What is of no known type may be one.
        let refers = |one: &Resource| {
            let mut found = false;
            let mut see = |value: &Value| {
                found |= self.reference_of(value).is_some_and(|(_, resource)| resource.id == registry);
            };
            one.body.entries.iter().for_each(|entry| entry.value.walk(&mut see));
            found
        };
        if self.resources().any(|one| one.may_be_anything() && refers(one)) {
            return true;
        }
        self.resources().filter(|one| one.mode == Mode::Managed && one.is_arm(WORKSPACE)).any(|workspace| {
            let of = |(argument, path): (&str, &str)| self.property(workspace.id, argument, path);
            let asks_as_itself = matches!(of(PRIMARY), Property::Is(_));
            let names = |value: &Value| {
                let mut named = Vec::new();
                value.walk(&mut |one| named.extend(self.named_by(one)));
                // One that is not found here may be this one under a name that is not known.
                named.is_empty() || named.contains(&registry)
            };
            let is_its_own = match of(REGISTRY_OF) {
                Property::Is(value) => names(&value),
                Property::Unknown(_) => true,
                Property::Absent => false,
            };
            is_its_own && !asks_as_itself
        })
    }

    /// The arguments and settings of an app or slot.
    fn of_site(&self, site: &Site, found: &mut Vec<PullByPassword>) {
        let Some(resource) = self.resource(site.resource).filter(|one| one.mode == Mode::Managed) else { return };
        let in_arm = resource.kind.contains('/');
        let by_identity = self.property(
            site.resource,
            "site_config.container_registry_use_managed_identity",
            "siteConfig.acrUseManagedIdentityCreds",
        );
        let pulls_as_itself = match by_identity {
            Property::Absent => false,
            Property::Is(value) => self.known(&value).as_bool() != Some(false),
            Property::Unknown(_) => true,
        };
        if pulls_as_itself || self.is_resettled(site.resource) {
            return;
        }
        let instead = if in_arm {
            "`acrUseManagedIdentityCreds: true`"
        } else {
            "`container_registry_use_managed_identity = true`"
        };
        let stack = "site_config.application_stack";
        for (prefix, name) in [(stack.to_owned(), "docker_registry_"), (format!("{stack}.docker"), "registry_")] {
            let value = |what: &str| resource.values_at(&format!("{prefix}.{name}{what}")).first().copied();
            if let (Some(server), Some(password)) = (value("url"), value("password")) {
                let credential = Credential { server, password, behind: None, is_name: false };
                found.extend(self.pull(resource, &credential, instead));
            }
        }
        let setting = |name: &str| -> Option<&Setting> {
            site.settings.iter().rfind(|one| !one.connection && one.name.eq_ignore_ascii_case(name))
        };
        let (server, password) = (setting("DOCKER_REGISTRY_SERVER_URL"), setting("DOCKER_REGISTRY_SERVER_PASSWORD"));
        if let (Some(server), Some(password)) = (server, password) {
            let (server, password) = (&server.value, &password.value);
            let credential = Credential { server, password, behind: None, is_name: false };
            found.extend(self.pull(resource, &credential, instead));
        }
    }

    /// The registries of a container app or job, or of a container group.
    fn of_containers(&self, resource: &Resource, found: &mut Vec<PullByPassword>) {
        let in_arm = resource.kind.contains('/');
        let is_app = resource.is_arm("Microsoft.App/containerApps") || resource.is_arm("Microsoft.App/jobs");
        let is_group = resource.is_arm("Microsoft.ContainerInstance/containerGroups");
        let (path, password, instead) = match (is_app, is_group, in_arm) {
            (true, _, true) => {
                ("properties.configuration.registries", "passwordSecretRef", "`identity` in `registries`")
            }
            (true, _, false) => ("registry", "password_secret_name", "`identity` in `registry`"),
            (_, true, true) => {
                ("properties.imageRegistryCredentials", "password", "`identity` in `imageRegistryCredentials`")
            }
            (_, true, false) => {
                ("image_registry_credential", "password", "`user_assigned_identity_id` in `image_registry_credential`")
            }
            _ => return,
        };
        if self.is_touched(resource.id) {
            return;
        }
        for one in resource.values_at(path).into_iter().flat_map(flatten) {
            let value = |name: &str| one.property(name).map(|entry| &entry.value);
            let (Some(server), Some(password)) = (value("server"), value(password)) else { continue };
            let behind = self.secret_of(resource, password).filter(|_| is_app);
            let credential = Credential { server, password, behind, is_name: is_app };
            found.extend(self.pull(resource, &credential, instead));
        }
    }

    /// The secret of a container app that goes by this name.
    fn secret_of<'r>(&self, resource: &'r Resource, name: &Value) -> Option<&'r Value> {
        let path = if resource.kind.contains('/') { "properties.configuration.secrets" } else { "secret" };
        let name = self.known(name);
        let is_meant = |secret: &&Value| {
            secret.property("name").is_some_and(|own| {
                let own = self.known(&own.value);
                own.same(&name) || own.as_str().is_some_and(|own| name.as_str() == Some(own))
            })
        };
        let secret = resource.values_at(path).into_iter().flat_map(flatten).find(is_meant)?;
        secret.property("value").map(|entry| &entry.value)
    }

    fn pull(&self, consumer: &Resource, credential: &Credential<'_>, instead: &'static str) -> Option<PullByPassword> {
        let password = credential.password;
        // What is not known may be empty.
        if !is_filled(password) {
            return None;
        }
        let source = credential.behind.unwrap_or(password);
        let by_key = source.as_ref().and_then(|_| self.key_owner(source));
        let by_key = by_key.filter(|id| self.resource(*id).is_some_and(|owner| owner.is_arm(REGISTRY)));
        // That the admin user is off, so that there is no such password, is a finding of its own.
        if by_key.is_some_and(|registry| self.keys_off(registry).is_some()) {
            return None;
        }
        let registry = self.registry_of(credential.server).or(by_key);
        // The secret that is meant may hold that password all the same.
        let may_be_its_own = credential.is_name && credential.behind.is_none();
        if may_be_its_own && registry.is_some_and(|registry| self.keys_off(registry).is_some()) {
            return None;
        }
        let host = self.host_of(credential.server);
        // What stands in angle brackets is filled in later.
        if host.contains('<') {
            return None;
        }
        if registry.is_none() && !HOSTS.iter().any(|end| host.to_ascii_lowercase().ends_with(end)) {
            return None;
        }
        let is_known = self.is_known_literal(consumer, source);
        let is_literal = !credential.is_name && password.as_str().is_some();
        let admin = registry.and_then(|registry| match self.key_switch(registry)? {
            KeySwitch::On(said) => said,
            KeySwitch::Off(_) => None,
        });
        let (password, server, consumer) = (password.clone(), credential.server.span, consumer.id);
        Some(PullByPassword { consumer, registry, host, password, is_literal, is_known, admin, server, instead })
    }

    /// Whether a password is a literal of which it is known by its shape or by its place that it is a secret.
    pub(in crate::graph) fn is_known_literal(&self, consumer: &Resource, password: &Value) -> bool {
        let password = self.known(password);
        let is_there = |argument: &SecretArgument| {
            let is_password = argument.resource == consumer.id && argument.credential().is_some();
            is_password && self.known(&argument.value).span == password.span
        };
        let by_shape = || self.sightings.iter().any(|one| password.span.contains(one.secret));
        let by_place = || self.secret_arguments.iter().any(is_there);
        by_shape() || password.as_str().is_some_and(|text| !is_harmless(text)) && by_place()
    }

    /// The host that a server or URL names, holes marked.
    fn host_of(&self, server: &Value) -> String {
        let Kind::Text(text) = self.known(server).kind else { return String::new() };
        let pattern = text.pattern();
        let host = pattern.split_once("://").map_or(&*pattern, |(_, rest)| rest);
        host.split('/').next().unwrap_or("").to_owned()
    }
}
