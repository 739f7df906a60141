//! Who here still needs the keys of a resource.

use std::collections::{BTreeMap, BTreeSet};

use crate::azure::keys;
use crate::graph::{Graph, Mode, Resource, ResourceId, flatten};
use crate::ir::Name;
use crate::resolve::value::{Kind, Reason, Ref, Seg, Text, Value};
use crate::source::Span;

/// Who needs the keys of a resource that takes them.
#[derive(Debug)]
pub enum Demand {
    /// This one.
    Needed(Needer),
    /// Nobody: these use it as themselves, each by the grant that begins at a place.
    Idle(Vec<(ResourceId, Span)>),
    /// Something here may.
    Unclear,
    /// Nothing here does, as far as one sees.
    Unseen,
}

/// Something that needs a key.
#[derive(Debug, Clone)]
pub struct Needer {
    /// What people call it, as it is shown.
    pub title: String,
    /// Where it gets the key.
    pub span: Span,
    /// What stands there.
    pub note: &'static str,
}

/// What is known of the need for keys in a deployment.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// Those who need them, by the resource whose keys they are; resources before outputs and modules.
    pub(super) needers: BTreeMap<ResourceId, Vec<Needer>>,
    /// Resources of which something may fetch a key: a module that is not here is given them whole.
    pub(super) given_whole: BTreeSet<ResourceId>,
    /// Resources that others may find: a module that is not here, or whoever deploys, is told which they are.
    pub(super) told: BTreeSet<ResourceId>,
    /// Who reads something of whom.
    pub(super) readers: super::served::Readers,
    /// Whether a key is fetched of nobody knows what.
    pub(super) unclear: bool,
}

/// Where the files of an account are mounted, which takes a key: type and path of what names the account. A deployment
/// script has its files mounted, too
/// (learn.microsoft.com, app-service/configure-connect-to-azure-storage, container-apps/storage-mounts,
/// container-instances/container-instances-volume-azure-files, azure-resource-manager/bicep/deployment-script-develop; registry.terraform.io, azurerm `logic_app_standard`).
const MOUNTS: [(&str, &str); 14] = [
    ("azurerm_container_app_environment_storage", "account_name"),
    ("azurerm_container_group", "container.volume.storage_account_name"),
    ("azurerm_logic_app_standard", "storage_account_name"),
    ("azurerm_linux_web_app", "storage_account.account_name"),
    ("azurerm_linux_web_app_slot", "storage_account.account_name"),
    ("azurerm_windows_web_app", "storage_account.account_name"),
    ("azurerm_windows_web_app_slot", "storage_account.account_name"),
    ("azurerm_linux_function_app", "storage_account.account_name"),
    ("azurerm_windows_function_app", "storage_account.account_name"),
    ("Microsoft.App/managedEnvironments/storages", "properties.azureFile.accountName"),
    ("Microsoft.Resources/deploymentScripts", "properties.storageAccountSettings.storageAccountName"),
    ("Microsoft.ContainerInstance/containerGroups", "properties.volumes.azureFile.storageAccountName"),
    ("Microsoft.Web/sites", "properties.siteConfig.azureStorageAccounts{}.accountName"),
    ("Microsoft.Web/sites/slots", "properties.siteConfig.azureStorageAccounts{}.accountName"),
];

const ACCOUNT: &str = "Microsoft.Storage/storageAccounts";
const SHARE: &str = "Microsoft.Storage/storageAccounts/fileServices/shares";
const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";

/// How a cluster's client signs in, a local account included.
const CLIENT: [&str; 2] = ["kube_config", "kube_admin_config"];

impl Graph<'_> {
    /// Looks through everything for keys.
    pub(super) fn key_needs(&self) -> Needs {
        let mut needs = Needs { readers: self.readers(), ..Needs::default() };
        for resource in self.resources() {
            let action = resource.argument("action").filter(|_| &*resource.kind == "azapi_resource_action");
            needs.unclear |= action.is_some_and(|action| self.known(action).as_str().is_none());
            // What an action lists counts where it is used.
            if self.listing(resource).is_some() {
                continue;
            }
            let needer = |span| Needer { title: format!("`{}`", resource.title), span, note: "is given a key" };
            for entry in resource.body.entries.iter().filter(|entry| !super::TRIGGERS.contains(&&*entry.key)) {
                self.keys_in(&entry.value, &needer, &mut needs);
            }
            self.mounts(resource, &mut needs);
            self.gives_keys(resource, &mut needs);
        }
        for (account, needer) in self.signed_with_key() {
            match needer {
                Some(needer) => needs.needers.entry(account).or_default().push(needer),
                None => _ = needs.given_whole.insert(account),
            }
        }
        for output in self.outputs.iter().filter(|output| output.root) {
            let needer = |span| Needer { title: format!("`{}`", output.address), span, note: "gives a key out" };
            self.keys_in(&output.value, &needer, &mut needs);
            self.told(&output.value, &["id"], &mut needs);
        }
        self.keys_for_modules(&mut needs);
        self.keys_for_providers(&mut needs);
        needs
    }

    /// Notes every key in a value.
    fn keys_in(&self, value: &Value, needer: &dyn Fn(Span) -> Needer, needs: &mut Needs) {
        value.walk(&mut |one| match &one.kind {
            Kind::Ref(reference) => {
                if let Some(owner) = self.whose_key(one, reference, needs) {
                    needs.needers.entry(owner).or_default().push(needer(one.span));
                }
            }
            Kind::Unknown(why) => needs.unclear |= lists_keys(&why.reason),
            _ => {}
        });
    }

    /// The resource whose key a reference is. Which of several instances it is does not matter here.
    fn whose_key(&self, value: &Value, reference: &Ref, needs: &mut Needs) -> Option<ResourceId> {
        let one = Ref { many: false, ..reference.clone() };
        let own = self.key_owner(&Value { kind: Kind::Ref(one), ..value.clone() });
        if own.is_some() {
            return own;
        }
        let (_, resource) = self.reference_of(value)?;
        let first = match reference.path.iter().find(|seg| matches!(seg, Seg::Name(..)))? {
            Seg::Name(name, _) => &**name,
            _ => return None,
        };
        if resource.is_arm(CLUSTER) {
            let signs_in = CLIENT.iter().any(|client| first.starts_with(client)) || first.starts_with("list");
            return (signs_in && resource.mode == Mode::Managed).then_some(resource.id);
        }
        // What is looked up may be what is made here.
        let gives = keys::of(&resource.kind)?;
        let is_key = first.ends_with("()") || gives.given_by.contains(&reference.dotted().as_str());
        let name = resource.argument("name").filter(|_| resource.mode == Mode::Data && is_key)?;
        let made = self.made(resource.arm_type(), name);
        needs.unclear |= made.is_none() && self.known(name).as_str().is_none();
        made
    }

    /// Notes what mounts the files of an account, and shares that are there to be mounted.
    fn mounts(&self, resource: &Resource, needs: &mut Needs) {
        if resource.mode != Mode::Managed {
            return;
        }
        let title = || format!("`{}`", resource.title);
        for (_, path) in MOUNTS.iter().filter(|(kind, _)| resource.is(kind)) {
            for value in resource.values_at(path).into_iter().flat_map(flatten) {
                let account = self.named_by(value).or_else(|| self.made(ACCOUNT, value));
                if let Some(account) = account {
                    let needer =
                        Needer { title: title(), span: value.span, note: "needs a key, there is no other way" };
                    needs.needers.entry(account).or_default().push(needer);
                }
            }
        }
        let protocols = ["enabled_protocol", "properties.enabledProtocols"];
        let is_nfs = |value: &Value| self.known(value).as_str().is_none_or(|text| text.eq_ignore_ascii_case("NFS"));
        let is_mounted =
            resource.is_arm(SHARE) && !protocols.iter().any(|path| resource.values_at(path).into_iter().any(is_nfs));
        if let Some(account) = self.above_of(resource, ACCOUNT).filter(|_| is_mounted) {
            let needer =
                Needer { title: title(), span: resource.span, note: "a file share, which is mounted with a key" };
            needs.needers.entry(account).or_default().push(needer);
        }
    }

    /// Notes an authorization rule, which is made for keys of its own.
    fn gives_keys(&self, resource: &Resource, needs: &mut Needs) {
        let is_rule = resource.arm_type().to_ascii_lowercase().ends_with("/authorizationrules");
        if !is_rule || resource.mode != Mode::Managed {
            return;
        }
        if let Some(holder) = self.holder_of_keys(resource) {
            let title = format!("`{}`", resource.title);
            let needer = Needer { title, span: resource.span, note: "made for keys of its own" };
            needs.needers.entry(holder.id).or_default().push(needer);
        }
    }

    /// The resource of a type that another one lies in, whatever the code calls the two.
    fn above_of(&self, child: &Resource, kind: &str) -> Option<ResourceId> {
        let mut current = child;
        // No type has more segments than this.
        for _ in 0..8 {
            let Some(above) = self.container(current).and_then(|id| self.resource(id)) else { break };
            if above.is_arm(kind) {
                return Some(above.id);
            }
            current = above;
        }
        // What lies between the two need not be declared.
        let named = match current.argument("parent") {
            Some(parent) => self.begins(parent),
            None => self.parent(current, kind),
        };
        named.filter(|id| self.resource(*id).is_some_and(|above| above.is_arm(kind)))
    }

    /// Notes what modules are given that are not here, or are only known by their interface.
    fn keys_for_modules(&self, needs: &mut Needs) {
        for instance in self.module_instances() {
            let Some(module) = self.deployment.module(instance) else { continue };
            for (at, call) in module.calls.iter().enumerate() {
                let is_seen = self.deployment.call_instances(instance, at).is_some_and(|made| {
                    made.all().all(|one| self.deployment.module(*one).is_some_and(|one| one.stands_in.is_none()))
                });
                if is_seen {
                    continue;
                }
                let title: Name = call.name.clone();
                let needer = |span| Needer { title: format!("`module.{title}`"), span, note: "is given a key" };
                for value in self.deployment.arguments(instance, at) {
                    self.keys_in(&value, &needer, needs);
                    self.told(&value, &["id", "name", "resource_id"], needs);
                }
            }
        }
    }

    /// Notes the resources that a value names: whole, or by one of these attributes.
    fn told(&self, value: &Value, names: &[&str], needs: &mut Needs) {
        value.walk(&mut |one| {
            let Some((reference, resource)) = self.reference_of(one) else { return };
            let path = reference.dotted();
            if path.is_empty() || path == "output" {
                needs.given_whole.insert(resource.id);
            }
            if path.is_empty() || names.contains(&path.as_str()) {
                needs.told.insert(resource.id);
            }
        });
    }

    /// Notes keys in the configuration of providers, in whichever module that stands.
    fn keys_for_providers(&self, needs: &mut Needs) {
        for instance in self.module_instances() {
            let blocks = self.deployment.module(instance).map_or(&[][..], |module| &module.settings);
            for block in blocks.iter().filter(|block| &*block.name == "provider") {
                let title = block.labels.first().cloned().unwrap_or_default();
                let needer = |span| Needer { title: format!("`provider.{title}`"), span, note: "signs in with it" };
                for expr in block.body.exprs() {
                    self.keys_in(&self.deployment.value_in(instance, expr), &needer, needs);
                }
            }
        }
    }
}

/// Whether a value is not known because keys of something are listed of which nobody knows what it is.
fn lists_keys(reason: &Reason) -> bool {
    match reason {
        Reason::Function(name) => name.to_ascii_lowercase().starts_with("list"),
        Reason::Reference => true,
        Reason::Among(first) => lists_keys(first),
        _ => false,
    }
}

/// Whether a text has a key in it that is written out.
pub(super) fn holds_key(value: &Value) -> bool {
    let mut found = false;
    value.walk(&mut |one| {
        if let Kind::Text(Text::Plain(text)) = &one.kind {
            let lower = text.to_ascii_lowercase();
            found |= ["accountkey=", "sharedaccesskey=", "accesskey=", "apikey=", "sig="]
                .iter()
                .any(|mark| lower.contains(mark));
        }
    });
    found
}
