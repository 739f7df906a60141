//! Passwords of app registrations, and who holds them.

use super::{Graph, Name, Resource, ResourceId, Runner};
use crate::ir::Mode;
use crate::resolve::value::{Kind, Truth, Value};
use crate::source::Span;

/// A password of an app registration.
#[derive(Debug)]
pub struct ApplicationPassword {
    /// The resource that makes it.
    pub by: ResourceId,
    /// Where it is made: a header.
    pub span: Span,
    /// What the app registration is called.
    pub application: Name,
    /// Who is seen to hold it.
    pub holder: Option<PasswordHolder>,
}

/// What holds a password and could do without: it has tokens of its own.
#[derive(Debug)]
pub struct PasswordHolder {
    /// The resource.
    pub resource: ResourceId,
    /// Where it is given the password, or the vault's secret with it.
    pub span: Span,
    /// Whether it is a pipeline, whose tokens are not Azure's.
    pub is_pipeline: bool,
}

/// The client secret with which an app signs its users in.
#[derive(Debug)]
pub struct SignInSecret {
    /// The resource that says so.
    pub resource: ResourceId,
    /// The app, if it is made here.
    pub app: Option<ResourceId>,
    /// What the app is called.
    pub title: Name,
    /// The name of the setting that holds the secret.
    pub setting: Name,
    /// What names it.
    pub said: Value,
}

/// What makes passwords of app registrations (registry.terraform.io, hashicorp/azuread), and how a reference to one ends.
const PASSWORDS: [(&str, &str); 3] = [
    ("azuread_application_password", "value"),
    ("azuread_service_principal_password", "value"),
    ("azuread_application", "password.value"),
];

/// What hands a password to pipelines that can log in by tokens of their own
/// (learn.microsoft.com, entra/workload-id/workload-identity-federation).
const PIPELINES: [&str; 5] = [
    "github_actions_secret",
    "github_actions_environment_secret",
    "github_actions_organization_secret",
    "azuredevops_serviceendpoint_azurerm",
    "azuredevops_serviceendpoint_azurecr",
];

/// Where an app of each ARM type says which setting holds the client secret of its sign-in.
const SIGN_INS: [(&str, &str, &str); 3] = [
    ("Microsoft.Web/sites/config", "authsettingsv2", "Microsoft.Web/sites"),
    ("Microsoft.Web/sites/slots/config", "authsettingsv2", "Microsoft.Web/sites/slots"),
    ("Microsoft.App/containerApps/authConfigs", "current", "Microsoft.App/containerApps"),
];

/// The setting that a portal makes for the client secret of a sign-in.
const SETTING: &str = "MICROSOFT_PROVIDER_AUTHENTICATION_SECRET";

/// The setting, without its marks, that stands for an identity in the place of a client secret
/// (learn.microsoft.com, app-service/configure-authentication-provider-aad).
const BY_IDENTITY: &str = "overrideusemificassertionclientid";

impl Graph<'_> {
    /// Every password that is made for an app registration, save those that tools outside Azure sign in to.
    #[must_use]
    pub fn application_passwords(&self) -> Vec<ApplicationPassword> {
        let mut found = Vec::new();
        for resource in self.resources().filter(|resource| resource.mode == Mode::Managed) {
            let Some((kind, path)) = PASSWORDS.iter().find(|(kind, _)| resource.is(kind)) else { continue };
            let block =
                resource.argument("password").filter(|block| matches!(block.kind, Kind::List(_) | Kind::Map(_)));
            if *kind == "azuread_application" && block.is_none() {
                continue;
            }
            let application = self.registration_of(resource);
            if application.is_some_and(|application| self.signs_in_elsewhere(application) != Truth::No) {
                continue;
            }
            found.push(ApplicationPassword {
                by: resource.id,
                span: resource.span,
                application: application.map_or_else(|| resource.title.clone(), |one| one.title.clone()),
                holder: application.and_then(|_| self.holder_of(resource.id, path)),
            });
        }
        found
    }

    /// The app registration that a password is for, if it is made here.
    fn registration_of<'r>(&'r self, resource: &'r Resource) -> Option<&'r Resource> {
        let arguments = ["application_id", "application_object_id", "service_principal_id", "client_id"];
        let mut current = resource;
        for _ in 0..3 {
            if current.is("azuread_application") || current.is("azuread_application_registration") {
                return (current.mode == Mode::Managed).then_some(current);
            }
            let value = arguments.iter().find_map(|argument| current.argument(argument))?;
            current = self.resource(value.as_ref()?.start()?)?;
        }
        None
    }

    /// Whether an app registration stands for a product of others, which knows no other way.
    fn signs_in_elsewhere(&self, application: &Resource) -> Truth {
        let tag = |path: &str| {
            let said = application.values_at(path).into_iter().map(|value| match self.known(value).as_bool() {
                Some(value) => Truth::from(value),
                None => Truth::Maybe,
            });
            let open = if application.is_open_at(path) { Truth::Maybe } else { Truth::No };
            said.fold(open, Truth::or)
        };
        let tags = ["feature_tags.custom_single_sign_on", "feature_tags.gallery"].map(tag);
        let from_template = Truth::from(application.argument("template_id").is_some());
        let principals = self.resources().filter(|one| one.is("azuread_service_principal"));
        let own = principals.filter(|one| {
            let client = one.argument("client_id").or_else(|| one.argument("application_id"));
            client.and_then(|client| client.as_ref()?.start()) == Some(application.id)
        });
        let modes = own.filter_map(|one| one.argument("preferred_single_sign_on_mode")).map(|mode| {
            self.known(mode).as_str().map_or(Truth::Maybe, |mode| Truth::from(mode.eq_ignore_ascii_case("saml")))
        });
        modes.chain(tags).fold(from_template, Truth::or)
    }

    /// The first that holds a password itself or reads it from a vault.
    fn holder_of(&self, by: ResourceId, path: &str) -> Option<PasswordHolder> {
        let is_password =
            |value: &Value| value.as_ref().is_some_and(|one| one.start() == Some(by) && one.dotted() == path);
        if let Some(holder) = self.first_holder(&is_password) {
            return Some(holder);
        }
        let kept = self.resources().filter(|one| self.is_vault_secret(one.id) && one.mode == Mode::Managed);
        let mut kept =
            kept.filter(|one| one.body.entries.iter().any(|entry| place(&entry.value, &is_password).is_some()));
        kept.find_map(|secret| {
            self.first_holder(&|value| value.as_ref().and_then(super::Ref::start) == Some(secret.id))
        })
    }

    fn first_holder(&self, is_it: &dyn Fn(&Value) -> bool) -> Option<PasswordHolder> {
        let settings =
            self.sites.iter().flat_map(|site| site.settings.iter().map(|setting| (site.resource, &setting.value)));
        // Where pods run nobody can tell from them.
        let variables = self.environments.values().flat_map(|environment| &environment.variables);
        let variables = variables.filter(|variable| variable.runner != Runner::Pod);
        let running = settings.chain(variables.map(|variable| (variable.resource, &variable.value)));
        let bodies =
            self.resources().filter(|one| one.mode == Mode::Managed && one.presence != Truth::No).filter(|one| {
                self.site(one.id).is_some()
                    || self.environments.contains_key(&one.id) && !one.kind.starts_with("kubernetes_")
                    || PIPELINES.iter().any(|kind| one.is(kind))
            });
        let given = bodies.flat_map(|one| one.body.entries.iter().map(|entry| (one.id, &entry.value)));
        running.chain(given).find_map(|(resource, value)| {
            let is_pipeline = self.resource(resource).is_some_and(|one| PIPELINES.iter().any(|kind| one.is(kind)));
            Some(PasswordHolder { resource, span: place(value, is_it)?, is_pipeline })
        })
    }

    /// Every client secret with which an app that could use an identity signs its users in, each app once.
    #[must_use]
    pub fn sign_in_secrets(&self) -> Vec<SignInSecret> {
        let mut found: Vec<SignInSecret> = Vec::new();
        let mut settled: Vec<ResourceId> = Vec::new();
        for resource in self.resources().filter(|one| one.mode == Mode::Managed && one.presence != Truth::No) {
            let (app, title, registration, switches) = if self.site(resource.id).is_some()
                && !resource.kind.contains('/')
            {
                let path = "auth_settings_v2.active_directory_v2.client_secret_setting_name";
                let switches = vec!["auth_settings_v2.auth_enabled"];
                (Some(resource.id), resource.title.clone(), path, switches)
            } else {
                let is_it =
                    |one: &&(&str, &str, &str)| resource.is(one.0) && resource.title.eq_ignore_ascii_case(one.1);
                let Some((_, _, parent)) = SIGN_INS.iter().find(is_it) else { continue };
                let path = "properties.identityProviders.azureActiveDirectory.registration.clientSecretSettingName";
                let switches =
                    vec!["properties.platform.enabled", "properties.identityProviders.azureActiveDirectory.enabled"];
                let app = self.parent(resource, parent);
                (app, app.map_or_else(|| self.first_name(resource), |app| self.title(app)), path, switches)
            };
            let values = resource.values_at(registration);
            settled.extend(app.filter(|_| !values.is_empty()));
            // azurerm leaves the sign-in off unless told otherwise, the API does not.
            let is_on = |path: &&str| {
                let said = resource.values_at(path);
                said.iter().all(|value| self.known(value).as_bool() == Some(true))
                    && (resource.kind.contains('/') || !said.is_empty())
            };
            let [value] = values.as_slice() else { continue };
            let known = self.known(value);
            let name = known.as_str().filter(|name| !name.trim().is_empty() && !stands_for_identity(name));
            if let Some(name) = name.filter(|_| switches.iter().all(is_on)) {
                let setting = name.into();
                found.push(SignInSecret { resource: resource.id, app, title, setting, said: known.clone() });
            }
        }
        for site in self.sites.iter().filter(|site| !settled.contains(&site.resource)) {
            let has_value = |value: &Value| match &value.kind {
                Kind::Ref(_) => true,
                Kind::Text(text) => !text.pattern().trim().is_empty(),
                _ => false,
            };
            let setting =
                site.settings.iter().find(|one| one.name.eq_ignore_ascii_case(SETTING) && has_value(&one.value));
            if let Some(setting) = setting {
                found.push(SignInSecret {
                    resource: site.resource,
                    app: Some(site.resource),
                    title: self.title(site.resource),
                    setting: setting.name.clone(),
                    said: Value::text(setting.name.clone(), setting.span),
                });
            }
        }
        found
    }

    /// What the name of a child begins with.
    fn first_name(&self, child: &Resource) -> Name {
        let name = child.argument("name").map(|name| self.known(name));
        let first = name.as_ref().and_then(|name| name.as_str()?.split('/').next().map(Name::from));
        first.unwrap_or_else(|| child.address.clone())
    }
}

/// Where in a value something is referred to.
fn place(value: &Value, is_it: &dyn Fn(&Value) -> bool) -> Option<Span> {
    let mut found = None;
    value.walk(&mut |one| {
        if found.is_none() && is_it(one) {
            found = Some(one.span);
        }
    });
    found
}

/// Whether a setting's name says that an identity takes the place of the secret.
fn stands_for_identity(setting: &str) -> bool {
    let letters: String = setting.chars().filter(|letter| letter.is_alphanumeric()).collect();
    letters.to_ascii_lowercase().starts_with(BY_IDENTITY)
}
