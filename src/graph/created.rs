//! What is read while a resource is made as its own system-assigned identity, which exists only when it is made.

use super::awaited::{APP, JOB};
use super::{Grant, Graph, Mode, Need, Principal, Property, Resolver, Resource, ResourceId, Site, Standing, flatten};
use crate::azure::references::ReferenceKind;
use crate::resolve::value::{Kind, TextPart, Truth, Value, part_of};

const REGISTRY: &str = "Microsoft.ContainerRegistry/registries";
const COSMOS: &str = "Microsoft.DocumentDB/databaseAccounts";
const STORAGE: &str = "Microsoft.Storage/storageAccounts";

/// The setting with the connection to the share that a function app's content lies in, and the one that keeps the share
/// from being checked (learn.microsoft.com, app-service/app-service-key-vault-references, Azure Files mounting).
const SHARE: &str = "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING";
const UNCHECKED: &str = "WEBSITE_SKIP_CONTENTSHARE_VALIDATION";

/// A read that cannot succeed, for no role can be given before.
#[derive(Debug)]
pub struct EarlyRead<'g> {
    /// What is made.
    pub resource: ResourceId,
    /// What it reads.
    pub what: Early,
    /// What selects the identity, or, where nothing does, asks for one.
    pub at: Value,
    /// A grant to the identity, which comes too late.
    pub grant: Option<&'g Grant>,
}

/// What is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Early {
    /// Images of this registry.
    Images(ResourceId),
    /// Secrets of this vault.
    Secrets(ResourceId),
    /// A customer-managed key.
    Key,
    /// The connection to the share with an app's content.
    Share,
}

impl Graph<'_> {
    /// Every read of a resource, while it is made, as its own identity.
    #[must_use]
    pub fn early_reads(&self) -> Vec<EarlyRead<'_>> {
        let mut found: Vec<(ResourceId, Early, Value)> = Vec::new();
        let with_identity = self.hosts.iter().filter(|host| host.system() == Truth::Yes);
        for resource in with_identity.filter_map(|host| self.resource(host.resource)) {
            if !self.is_made(resource) {
                continue;
            }
            if resource.is_arm(APP) || resource.is_arm(JOB) {
                self.images(resource, &mut found);
            }
            // Jobs read their secrets when they run.
            if resource.is_arm(APP) {
                self.secrets(resource, &mut found);
            }
            found.extend(self.key(resource).map(|at| (resource.id, Early::Key, at)));
        }
        for site in &self.sites {
            found.extend(self.share(site).map(|at| (site.resource, Early::Share, at)));
        }
        let is_there = |id: ResourceId| self.resource(id).is_some_and(|resource| self.is_there_before(resource));
        found.retain(|(id, what, _)| !self.lacks_any_right(*id, *what) && !is_there(*id));
        let with_grant = |(resource, what, at)| {
            let principal = Principal::System(resource);
            let is_own = |grant: &&Grant| self.reaches(&grant.principal, &principal) == Truth::Yes;
            EarlyRead { resource, what, at, grant: self.grants.iter().find(is_own) }
        };
        found.into_iter().map(with_grant).collect()
    }

    /// Whether a resource is made here, and by its declaration alone.
    fn is_made(&self, resource: &Resource) -> bool {
        resource.mode == Mode::Managed && !self.is_touched(resource.id)
    }

    /// Whether nothing permits it at all, which is another mistake.
    fn lacks_any_right(&self, id: ResourceId, what: Early) -> bool {
        let (target, need) = match what {
            Early::Images(registry) => (registry, Need::PullImage),
            Early::Secrets(vault) => (vault, Need::ReadSecret),
            Early::Key | Early::Share => return false,
        };
        let is_made = self.resource(target).is_some_and(|target| target.mode == Mode::Managed);
        let standing = self.standing_here(&Principal::System(id), target, need);
        is_made && !matches!(standing, Standing::Granted | Standing::Unknown(..))
    }

    fn images(&self, app: &Resource, found: &mut Vec<(ResourceId, Early, Value)>) {
        let in_arm = app.kind.contains('/');
        let (credentials, images) = if in_arm {
            let images = ["properties.template.containers.image", "properties.template.initContainers.image"];
            ("properties.configuration.registries", images)
        } else {
            ("registry", ["template.container.image", "template.init_container.image"])
        };
        let pulled: Vec<ResourceId> =
            images.iter().flat_map(|path| app.values_at(path)).filter_map(|image| self.registry_in(image)).collect();
        for credential in app.values_at(credentials).into_iter().flat_map(flatten) {
            let (Some(server), Some(identity)) = (credential.property("server"), credential.property("identity"))
            else {
                continue;
            };
            let Some(registry) = self.registry_in(&server.value).filter(|registry| pulled.contains(registry)) else {
                continue;
            };
            let is_open = self.property(registry, "anonymous_pull_enabled", "anonymousPullEnabled");
            let is_closed = match is_open {
                Property::Absent => true,
                Property::Is(value) => self.known(&value).as_bool() == Some(false),
                Property::Unknown(_) => false,
            };
            if is_closed && self.is_system(&identity.value) {
                found.push((app.id, Early::Images(registry), part_of(credential, &identity.value)));
            }
        }
    }

    fn secrets(&self, app: &Resource, found: &mut Vec<(ResourceId, Early, Value)>) {
        let in_arm = app.kind.contains('/');
        let (path, name) = if in_arm {
            ("properties.configuration.secrets", "keyVaultUrl")
        } else {
            ("secret", "key_vault_secret_id")
        };
        for secret in app.values_at(path).into_iter().flat_map(flatten) {
            let (Some(url), Some(identity)) = (secret.property(name), secret.property("identity")) else { continue };
            if let Some(vault) = self.vault_of_secret(&part_of(secret, &url.value))
                && self.is_system(&identity.value)
            {
                found.push((app.id, Early::Secrets(vault), part_of(secret, &identity.value)));
            }
        }
    }

    /// What makes an account read its key as its own identity (learn.microsoft.com,
    /// cosmos-db/how-to-setup-customer-managed-keys, storage/common/customer-managed-keys-configure-new-account).
    fn key(&self, resource: &Resource) -> Option<Value> {
        let is = |value: &Value, wanted: &str| {
            let one = |one: &Value| self.known(one).as_str().is_some_and(|text| text.eq_ignore_ascii_case(wanted));
            value.alternatives().iter().all(one)
        };
        if resource.is_arm(COSMOS) {
            let Property::Is(identity) = self.property(resource.id, "default_identity_type", "defaultIdentity") else {
                return None;
            };
            let has_key = matches!(self.property(resource.id, "key_vault_key_id", "keyVaultKeyUri"), Property::Is(_));
            return Some(identity).filter(|identity| has_key && is(identity, "SystemAssignedIdentity"));
        }
        if resource.is(STORAGE) {
            let Property::Is(source) = self.property(resource.id, "", "encryption.keySource") else { return None };
            let selected = self.property(resource.id, "", "encryption.identity.userAssignedIdentity");
            return Some(source)
                .filter(|source| matches!(selected, Property::Absent) && is(source, "Microsoft.Keyvault"));
        }
        None
    }

    /// The reference by which a site is to find its content while it is made.
    fn share(&self, site: &Site) -> Option<Value> {
        let resource = self.resource(site.resource).filter(|resource| self.is_made(resource))?;
        let named = |name: &str| site.settings.iter().rfind(|setting| setting.name.eq_ignore_ascii_case(name));
        let setting = named(SHARE)?;
        let is_own =
            own_settings(resource).into_iter().any(|own| own.span == setting.value.span && own.same(&setting.value));
        let reference = self.reference(&setting.value)?;
        let by_itself = self.resolver(site) == Resolver::Principal(Principal::System(site.resource));
        let is_checked = named(UNCHECKED).is_none() && site.more_settings.is_none();
        let is_early = is_own && by_itself && is_checked && reference.kind == ReferenceKind::KeyVault;
        is_early.then(|| setting.value.clone())
    }

    fn is_system(&self, value: &Value) -> bool {
        let word = |one: &Value| self.known(one).as_str().is_some_and(|text| text.eq_ignore_ascii_case("system"));
        value.is_null() == Truth::No && value.alternatives().iter().all(word)
    }

    /// The registry, made or looked up here, that an image or a server certainly is of.
    fn registry_in(&self, value: &Value) -> Option<ResourceId> {
        let mut each = value.alternatives().iter().map(|one| self.one_registry(one));
        let first = each.next()??;
        each.all(|other| other == Some(first)).then_some(first)
    }

    fn one_registry(&self, value: &Value) -> Option<ResourceId> {
        match &value.kind {
            Kind::Ref(reference) if !reference.many => match self.reference_of(value) {
                Some((_, resource)) if resource.is_arm(REGISTRY) => Some(resource.id),
                _ => {
                    let known = self.known(value);
                    if known.as_ref().is_some() { None } else { self.registry_in(&known) }
                }
            },
            Kind::Text(_) => {
                let parts = value.text_parts()?;
                match parts.first()? {
                    TextPart::Hole(hole) if !matches!(parts.get(1), Some(TextPart::Text(next)) if !next.starts_with(['.', '/'])) => {
                        self.registry_in(hole)
                    }
                    TextPart::Text(text) => self.registry_called(text.split_once('.')?.0),
                    TextPart::Hole(_) => None,
                }
            }
            _ => None,
        }
    }

    fn registry_called(&self, name: &str) -> Option<ResourceId> {
        let mut named = self.resources().filter(|resource| {
            let own = resource.argument("name").map(|own| self.known(own));
            resource.is_arm(REGISTRY)
                && own.is_some_and(|own| own.as_str().is_some_and(|own| own.eq_ignore_ascii_case(name)))
        });
        let found = named.next()?.id;
        named.next().is_none().then_some(found)
    }
}

/// The settings that a site's own body has; those of a `config` resource come later.
fn own_settings(site: &Resource) -> Vec<&Value> {
    if site.kind.contains('/') {
        return site.values_at("properties.siteConfig.appSettings.value");
    }
    match site.argument("app_settings").map(|settings| &settings.kind) {
        Some(Kind::Map(map)) => map.entries.iter().map(|entry| &entry.value).collect(),
        _ => Vec::new(),
    }
}
