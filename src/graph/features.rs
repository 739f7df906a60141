//! What resources do as their own identity, and so need one for.

use super::{Graph, IdKind, Property, Resource, ResourceId, Site, is_filled, map_or_none};
use crate::azure::features::{self, When};
use crate::azure::references::ReferenceKind;
use crate::ir::Mode;
use crate::resolve::value::{Truth, Value};
use crate::source::Span;

/// Something that needs an identity.
#[derive(Debug, Clone)]
pub struct Feature {
    /// What it is, in a few words.
    pub what: &'static str,
    /// Where it is asked for.
    pub span: Span,
    /// What asks for it.
    pub value: Option<Value>,
    /// Whether what asks for it exists, if that is a resource of its own.
    pub presence: Truth,
    /// Whether it is a reference in a setting, which is handed to the app as text if nobody resolves it.
    pub reference: bool,
}

impl Feature {
    /// A feature that is asked for at `span` of the resource itself.
    #[must_use]
    pub fn new(what: &'static str, span: Span) -> Self {
        Self { what, span, value: None, presence: Truth::Yes, reference: false }
    }

    fn because(mut self, value: &Value) -> Self {
        self.value = Some(value.clone());
        self
    }

    /// What a label at it says.
    #[must_use]
    pub fn note(&self) -> String {
        if self.reference {
            format!("{}: without an identity the app gets this text itself", self.what)
        } else {
            format!("{} needs one", self.what)
        }
    }
}

/// The storage of a Functions host, opened by an identity.
pub const HOST_STORAGE: &str = "host storage by identity";

/// Children by which a resource is told to do something: their ARM type, the azurerm type and its argument that names
/// the parent, and what in them asks for an identity, in azurerm and in ARM.
struct ByChild {
    parent: &'static str,
    kind: &'static str,
    azurerm: &'static str,
    names_parent: &'static str,
    asks: &'static [(&'static str, &'static str, &'static str)],
}

const DELIVERY: &[(&str, &str, &str)] = &[
    ("delivery_identity", "properties.deliveryWithResourceIdentity", "delivery by identity"),
    ("dead_letter_identity", "properties.deadLetterWithResourceIdentity", "dead letters by identity"),
];

const CHILDREN: [ByChild; 4] = [
    ByChild {
        parent: "Microsoft.ApiManagement/service",
        kind: "Microsoft.ApiManagement/service/namedValues",
        azurerm: "azurerm_api_management_named_value",
        names_parent: "api_management_name",
        asks: &[("value_from_key_vault", "properties.keyVault.secretIdentifier", "a named value from a vault")],
    },
    ByChild {
        parent: "Microsoft.EventGrid/topics",
        kind: "Microsoft.EventGrid/topics/eventSubscriptions",
        azurerm: "azurerm_eventgrid_event_subscription",
        names_parent: "scope",
        asks: DELIVERY,
    },
    ByChild {
        parent: "Microsoft.EventGrid/domains",
        kind: "Microsoft.EventGrid/domains/eventSubscriptions",
        azurerm: "azurerm_eventgrid_event_subscription",
        names_parent: "scope",
        asks: DELIVERY,
    },
    ByChild {
        parent: "Microsoft.EventGrid/systemTopics",
        kind: "Microsoft.EventGrid/systemTopics/eventSubscriptions",
        azurerm: "azurerm_eventgrid_system_topic_event_subscription",
        names_parent: "system_topic",
        asks: DELIVERY,
    },
];

const POLICY_ASSIGNMENT: &str = "Microsoft.Authorization/policyAssignments";

impl Graph<'_> {
    /// What a resource certainly does as its own identity, in the order of the code.
    #[must_use]
    pub fn features(&self, id: ResourceId) -> Vec<Feature> {
        let Some(resource) = self.resource(id) else { return Vec::new() };
        let mut found = self.site(id).map(|site| self.site_features(site)).unwrap_or_default();
        for feature in features::of(resource.arm_type()) {
            let path = if resource.kind.contains('/') { feature.path } else { feature.argument };
            let values = if path.is_empty() { Vec::new() } else { resource.values_at(path) };
            let asking = values.into_iter().find(|value| self.asks(&feature.when, value));
            found.extend(asking.map(|value| Feature::new(feature.what, value.span).because(value)));
        }
        for by in CHILDREN.iter().filter(|by| resource.is_arm(by.parent)) {
            found.extend(self.resources().filter_map(|child| self.asked_by(by, id, child)));
        }
        if resource.is_arm(POLICY_ASSIGNMENT) {
            found.extend(self.deployed_by(resource));
        }
        found.sort_by_key(|feature| (feature.span.source, feature.span.start));
        found
    }

    fn site_features(&self, site: &Site) -> Vec<Feature> {
        // With a secret beside it, which may stand where nobody sees it, a service principal opens the host storage.
        let has_secret = site.more_settings.is_some()
            || site
                .settings
                .iter()
                .any(|setting| setting.name.eq_ignore_ascii_case("AzureWebJobsStorage__clientSecret"));
        let own = site.features.iter().filter(|feature| !(has_secret && feature.what == HOST_STORAGE));
        let references = site.settings.iter().filter_map(|setting| {
            let what = match self.reference(&setting.value)?.kind {
                ReferenceKind::KeyVault => "a Key Vault reference",
                ReferenceKind::AppConfiguration => "an App Configuration reference",
            };
            Some(Feature { reference: true, ..Feature::new(what, setting.span).because(&setting.value) })
        });
        references.chain(own.cloned()).chain(self.selected_by_code(site)).collect()
    }

    /// The client id of a managed identity, by which the code of a site asks for tokens. With a credential of another kind
    /// beside it, it may be for that.
    fn selected_by_code(&self, site: &Site) -> Option<Feature> {
        const OTHERS: [&str; 4] = ["_SECRET", "_CERTIFICATE_PATH", "_PASSWORD", "_FEDERATED_TOKEN_FILE"];
        let is_other = |name: &str| {
            let name = name.to_ascii_uppercase();
            name.starts_with("AZURE_") && OTHERS.iter().any(|other| name.ends_with(other))
        };
        if site.more_settings.is_some() || site.settings.iter().any(|setting| is_other(&setting.name)) {
            return None;
        }
        let setting = site.settings.iter().find(|setting| setting.name.eq_ignore_ascii_case("AZURE_CLIENT_ID"))?;
        let selects =
            self.id_kind(&setting.value) == Some(IdKind::Client) && self.identity_of(&setting.value).is_some();
        let feature = || Feature::new("the client id of a managed identity", setting.span).because(&setting.value);
        selects.then(feature)
    }

    fn asks(&self, when: &When, value: &Value) -> bool {
        let text = || {
            let known = self.known(value);
            known.as_str().map(str::to_ascii_lowercase)
        };
        match when {
            When::Set => is_filled(value) && value.as_ref().is_none_or(|_| is_filled(&self.known(value))),
            When::Block => map_or_none(value).is_some_and(|block| {
                let enabled = block.get("enabled").map(|entry| self.known(&entry.value));
                enabled.is_none_or(|value| value.is_null() == Truth::Yes || value.as_bool() == Some(true))
            }),
            When::Is(texts) => text().is_some_and(|text| texts.iter().any(|own| own.eq_ignore_ascii_case(&text))),
            When::Begins(texts) => {
                text().is_some_and(|text| texts.iter().any(|own| text.starts_with(&own.to_ascii_lowercase())))
            }
        }
    }

    fn asked_by(&self, by: &ByChild, parent: ResourceId, child: &Resource) -> Option<Feature> {
        let extends = child.is("Microsoft.EventGrid/eventSubscriptions") && by.kind.ends_with("/eventSubscriptions");
        if child.mode != Mode::Managed || !(child.is(by.kind) || child.is(by.azurerm) || extends) {
            return None;
        }
        let in_arm = child.kind.contains('/');
        let of = match in_arm {
            _ if extends => self.topic_of(child)?,
            true => self.parent(child, by.parent)?,
            false => self.named_by(child.argument(by.names_parent)?)?,
        };
        if of != parent {
            return None;
        }
        by.asks.iter().find_map(|(argument, path, what)| {
            let value = child.values_at(if in_arm { path } else { argument }).into_iter().next()?;
            let is_there = map_or_none(value).is_some() || is_filled(value);
            is_there.then(|| Feature { presence: child.presence, ..Feature::new(what, value.span).because(value) })
        })
    }

    /// The policy of an assignment, if that deploys or modifies.
    fn deployed_by(&self, assignment: &Resource) -> Option<Feature> {
        let Property::Is(named) = self.property(assignment.id, "policy_definition_id", "policyDefinitionId") else {
            return None;
        };
        let definition = self.resource(self.named_by(&named)?).filter(|one| one.mode == Mode::Managed)?;
        let rule = if definition.kind.contains('/') {
            definition.values_at("properties.policyRule").first().map(|rule| (*rule).clone())?
        } else {
            self.deployment.structure(definition.id, &"policy_rule".into())?
        };
        let then = &rule.property("then")?.value;
        let deploys = then.property("details").and_then(|details| details.value.property("deployment"));
        let effect = then.property("effect").map(|entry| self.known(&entry.value));
        let changes = effect
            .as_ref()
            .and_then(Value::as_str)
            .is_some_and(|effect| ["deployIfNotExists", "modify"].iter().any(|own| own.eq_ignore_ascii_case(effect)));
        (deploys.is_some() || changes).then(|| Feature {
            presence: definition.presence,
            ..Feature::new("a policy that deploys", named.span).because(&named)
        })
    }
}
