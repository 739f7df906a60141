//! The storage of function apps: that of the host, and that of the packages of a Flex Consumption app
//! (learn.microsoft.com, azure-functions/functions-reference#connecting-to-host-storage-with-an-identity).

use super::{Graph, KeySource, Mode, Resource, ResourceId, Secret, Written};
use crate::azure::needs::HOST_STORAGE;
use crate::finding::Edit;
use crate::resolve::value::Kind;
use crate::resolve::value::{Text, TextPart, Truth, Value};
use crate::source::Span;

/// A function app that opens storage with a key.
#[derive(Debug)]
pub struct StorageKey {
    /// The app or the slot.
    pub app: ResourceId,
    /// Whether it is the storage of its packages, not that of the host.
    pub packages: bool,
    /// Where that is said.
    pub span: Span,
    /// What is said there.
    pub value: Value,
    /// The key, if it is seen.
    pub key: Option<(Secret, KeySource)>,
    /// The edits by which the app opens it as its own system-assigned identity; none where that takes more.
    pub edits: Vec<Edit>,
}

/// Resource types of azurerm that take the key of the host's storage, and an identity in its place.
const APPS: [&str; 4] = [
    "azurerm_linux_function_app",
    "azurerm_linux_function_app_slot",
    "azurerm_windows_function_app",
    "azurerm_windows_function_app_slot",
];

/// Those that demand the key.
const CLASSIC: [&str; 2] = ["azurerm_function_app", "azurerm_function_app_slot"];

const KEY: &str = "storage_account_access_key";
const IDENTITY: &str = "storage_uses_managed_identity";
const FLEX: &str = "azurerm_function_app_flex_consumption";
const PACKAGES: &str = "properties.functionAppConfig.deployment.storage.authentication";
const BY_KEY: &str = "StorageAccountConnectionString";

impl Graph<'_> {
    /// Function apps that certainly open their storage with a key, although it takes an identity.
    #[must_use]
    pub fn storage_keys(&self) -> Vec<StorageKey> {
        let mut found = Vec::new();
        for resource in self.resources().filter(|resource| resource.mode == Mode::Managed) {
            found.extend(self.by_argument(resource));
            found.extend(self.packages_by_key(resource));
        }
        // A key that opens nothing is worse than that there is one.
        let dead_keys = self.dead_keys();
        let dead: Vec<ResourceId> = dead_keys.iter().map(|dead| dead.user).collect();
        found.retain(|one| match &one.key {
            Some((secret, key)) => {
                !dead_keys.iter().any(|dead| dead.key.span == secret.value.span) && !self.is_perhaps_dead(one.app, key)
            }
            None => !dead.contains(&one.app),
        });
        // Where an argument says so, a setting says the same.
        let said: Vec<ResourceId> = found.iter().filter(|one| !one.packages).map(|one| one.app).collect();
        let is_new = |app: ResourceId| !said.contains(&app);
        let settings = self.key_settings().into_iter();
        let settings = settings.filter(|setting| setting.is_host_storage && is_new(setting.consumer));
        let with_key: Vec<StorageKey> = settings
            .map(|setting| StorageKey {
                app: setting.consumer,
                packages: false,
                span: setting.span,
                value: setting.value,
                key: Some((setting.secret, setting.key)),
                edits: Vec::new(),
            })
            .collect();
        let written = self.sites.iter().flat_map(|site| {
            let host = site.settings.iter().filter(|setting| setting.name.eq_ignore_ascii_case(HOST_STORAGE));
            let is_written = |value: &Value| has_account_key(value) && self.key_kept_in(value).is_none();
            host.filter(move |setting| is_written(&setting.value)).map(move |setting| (site, setting))
        });
        let written = written.filter(|(site, _)| {
            self.runs_functions(site) == Truth::Yes
                && is_new(site.resource)
                && !self.has_identity_too(site, HOST_STORAGE)
                && !dead.contains(&site.resource)
                && with_key.iter().all(|known| known.app != site.resource)
        });
        found.extend(written.map(|(site, setting)| StorageKey {
            app: site.resource,
            packages: false,
            span: setting.value.put_in_behind(setting.span),
            value: setting.value.clone(),
            key: None,
            edits: Vec::new(),
        }));
        found.extend(with_key);
        // What runs workflows keeps its files in a share, which takes a key.
        let takes_none = |app: &Resource| self.runs_workflows(app) != Truth::No || CLASSIC.contains(&&*app.kind);
        found.retain(|one| self.resource(one.app).is_some_and(|app| !takes_none(app)));
        found
    }

    fn by_argument(&self, resource: &Resource) -> Option<StorageKey> {
        let is_either = resource.argument(IDENTITY).is_some();
        let argument = resource.argument(KEY).filter(|_| APPS.contains(&&*resource.kind) && !is_either)?;
        let key = self.key_kept_in(argument)?;
        Some(StorageKey {
            app: resource.id,
            packages: false,
            span: argument.put_in_at(),
            value: argument.clone(),
            key: Some(key),
            edits: self.by_identity(resource, argument).unwrap_or_default(),
        })
    }

    /// The edits that put the identity in the place of the key, for an app that certainly has one of its own.
    fn by_identity(&self, resource: &Resource, argument: &Value) -> Option<Vec<Edit>> {
        let says_so = |host: &super::Host| match &host.declared {
            super::Declared::Block(block) => block.kinds.via.is_none(),
            _ => false,
        };
        let has_own = self.host(resource.id).is_some_and(|host| host.system() == Truth::Yes && says_so(host));
        let is_free = self.has_share(resource) == Truth::No && self.is_only_one(resource);
        let insertion = self.insert(resource.id, IDENTITY, "", Written::Bool(true)).filter(|_| has_own && is_free)?;
        Some(vec![insertion, self.remove(argument)?])
    }

    /// Whether an app keeps its files in a share, which the provider makes with the key: on plans that scale by themselves
    /// (hashicorp/terraform-provider-azurerm, `helpers/function_app_schema.go`).
    fn has_share(&self, app: &Resource) -> Truth {
        let plan = app.argument("service_plan_id").and_then(|plan| self.resource(self.named_by(plan)?));
        let sku = plan.and_then(|plan| plan.argument("sku_name")).map(|sku| self.known(sku));
        match sku.as_ref().filter(|sku| !sku.assumed).and_then(Value::as_str) {
            Some(sku) => Truth::from(sku.starts_with('Y') || sku.starts_with("EP")),
            None => Truth::Maybe,
        }
    }

    /// Whether no setting names the storage of the host once more.
    fn is_only_one(&self, app: &Resource) -> bool {
        let names_it =
            |name: &str| name.get(..HOST_STORAGE.len()).is_some_and(|start| start.eq_ignore_ascii_case(HOST_STORAGE));
        let site = self.site(app.id);
        site.is_some_and(|site| site.more_settings.is_none() && !site.settings.iter().any(|one| names_it(&one.name)))
    }

    fn packages_by_key(&self, resource: &Resource) -> Option<StorageKey> {
        let (path, key) = if &*resource.kind == FLEX {
            ("storage_authentication_type".to_owned(), resource.argument("storage_access_key").cloned())
        } else if resource.is("Microsoft.Web/sites") || resource.is("Microsoft.Web/sites/slots") {
            let site = self.site(resource.id);
            let named = site.and_then(|site| self.packages_setting(site).0);
            let setting =
                named.and_then(|name| site?.settings.iter().find(|setting| setting.name.eq_ignore_ascii_case(&name)));
            (format!("{PACKAGES}.type"), setting.map(|setting| setting.value.clone()))
        } else {
            return None;
        };
        let values = resource.values_at(&path);
        let [said] = values.as_slice() else { return None };
        let is_by_key = self.known(said).as_str().is_some_and(|text| text.eq_ignore_ascii_case(BY_KEY));
        let key = key.and_then(|key| self.key_kept_in(&key));
        is_by_key.then(|| StorageKey {
            app: resource.id,
            packages: true,
            span: said.put_in_at(),
            value: (*said).clone(),
            key,
            edits: Vec::new(),
        })
    }
}

/// Whether a connection string certainly names an account and gives its key.
fn has_account_key(value: &Value) -> bool {
    value.alternatives().iter().all(|one| match &one.kind {
        Kind::Text(Text::Parts(parts)) => parts.windows(2).any(|pair| {
            let says = |text: &str| text.to_ascii_lowercase().trim_end().ends_with("accountkey=");
            matches!(pair, [TextPart::Text(text), TextPart::Hole(_)] if says(text))
        }),
        _ => false,
    })
}
