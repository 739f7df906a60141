//! Whether an app or a slot can be published to with a user name and a password.

use super::{Graph, Mode, Property, Resource, ResourceId, Site, Written, last_segment};
use crate::finding::Edit;
use crate::resolve::value::{Kind, Value};

/// A way to publish to an app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// FTP and FTPS.
    Ftp,
    /// The site beside the app: Web Deploy, Git and the like.
    Scm,
}

/// How an app stands to passwords on one channel.
#[derive(Debug)]
pub enum Publishing {
    /// It takes them, because this value says so.
    Said(Value),
    /// It takes them, because nothing says that it does not.
    Default,
    /// It refuses them.
    Refused,
    /// It cannot be told.
    Unknown,
}

/// Arguments of azurerm, by the types that have them: `webdeploy` is the SCM site
/// (registry.terraform.io, azurerm `linux_web_app`, `logic_app_standard`).
const FTP: &str = "ftp_publish_basic_authentication_enabled";
const WEBDEPLOY: &str = "webdeploy_publish_basic_authentication_enabled";
const SCM: &str = "scm_publish_basic_authentication_enabled";

const SITE: &str = "Microsoft.Web/sites";
const SLOT: &str = "Microsoft.Web/sites/slots";
const POLICIES: &str = "basicpublishingcredentialspolicies";

impl Channel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Ftp, Self::Scm];

    /// The name that everybody uses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ftp => "FTP",
            Self::Scm => "SCM",
        }
    }

    /// The argument of azurerm for an app of this type; none if it has none.
    fn argument(self, kind: &str) -> Option<&'static str> {
        match (self, kind) {
            (Self::Ftp, "azurerm_function_app_flex_consumption") => None,
            (Self::Scm, "azurerm_logic_app_standard") => Some(SCM),
            (_, "azurerm_app_service" | "azurerm_function_app" | "azurerm_app_service_slot") => None,
            (_, "azurerm_function_app_slot") => None,
            (Self::Ftp, _) => Some(FTP),
            (Self::Scm, _) => Some(WEBDEPLOY),
        }
    }
}

impl Graph<'_> {
    /// Whether an app or slot takes passwords on a channel. Both do unless told otherwise, a slot whatever its site does
    /// (learn.microsoft.com, app-service/configure-basic-auth-disable).
    #[must_use]
    pub fn publishing(&self, site: &Site, channel: Channel) -> Publishing {
        let Some(resource) = self.resource(site.resource).filter(|site| site.mode == Mode::Managed) else {
            return Publishing::Unknown;
        };
        let mut said: Vec<Value> = Vec::new();
        for policy in self.policies_of(resource, channel) {
            match policy {
                Some(value) => said.push(value),
                None => return Publishing::Unknown,
            }
        }
        let in_arm = resource.kind.contains('/');
        if !in_arm {
            let Some(argument) = channel.argument(&resource.kind) else { return Publishing::Unknown };
            match self.property(site.resource, argument, "") {
                Property::Is(value) => said.push(value),
                Property::Absent => {}
                Property::Unknown(_) => return Publishing::Unknown,
            }
        }
        let allows: Option<Vec<bool>> = said.iter().map(|value| self.known(value).as_bool()).collect();
        match (allows.as_deref(), said.first()) {
            (Some([]), _) if self.may_be_told_elsewhere(site, resource) => Publishing::Unknown,
            (Some([]), _) => Publishing::Default,
            (Some(all), _) if all.iter().all(|allow| !allow) => Publishing::Refused,
            (Some(all), Some(first)) if all.iter().all(|allow| *allow) => Publishing::Said(first.clone()),
            _ => Publishing::Unknown,
        }
    }

    /// What the children of an app say of a channel; none for what cannot be told.
    fn policies_of(&self, site: &Resource, channel: Channel) -> Vec<Option<Value>> {
        let name = channel.name().to_ascii_lowercase();
        let mut found = Vec::new();
        for policy in self.resources().filter(|one| one.mode == Mode::Managed && is_policy(one)) {
            let own = policy.argument("name").map(|name| self.known(name)).and_then(|name| last_segment(&name));
            let kind = if policy.kind.split('/').count() > 3 { SLOT } else { SITE };
            // What is looked up may be any app, this one included.
            let is_made = |id: &ResourceId| self.resource(*id).is_some_and(|one| one.mode == Mode::Managed);
            match self.parent(policy, kind).filter(is_made) {
                Some(parent) if parent != site.id => {}
                // It may be any app's.
                None if site.is_arm(kind) => found.push(None),
                None => {}
                Some(_) => match own {
                    Some(own) if !own.eq_ignore_ascii_case(&name) => {}
                    None => found.push(None),
                    Some(_) => found.push(match self.property(policy.id, "", "allow") {
                        Property::Is(value) => Some(value),
                        Property::Absent | Property::Unknown(_) => None,
                    }),
                },
            }
        }
        found
    }

    /// Whether something that is not seen may say what an app does: a change through the ARM API, a module that is not
    /// here and is told its name, or the module that made it.
    fn may_be_told_elsewhere(&self, site: &Site, resource: &Resource) -> bool {
        let is_named = |id: ResourceId| self.site(id).is_some_and(|site| site.sticky.more.is_some());
        let kind = resource.argument("kind").map(|kind| self.known(kind));
        let in_containers = kind.is_some_and(|kind| match &kind.kind {
            Kind::Text(text) => text.pattern().to_ascii_lowercase().contains("azurecontainerapps"),
            _ => true,
        });
        // Something is made below it of which nobody knows what it is.
        self.is_resettled(site.resource)
            || self.is_touched(site.resource)
            || self.stands_in(site.resource)
            || self.leaves_alone(site.resource, "body")
            || is_named(site.resource)
            || site.of.is_some_and(is_named)
            || in_containers
    }

    /// The edit that makes an app refuse passwords on these channels, where it has an argument for each.
    #[must_use]
    pub fn refuse_passwords(&self, site: ResourceId, channels: &[Channel]) -> Option<Edit> {
        let kind = &self.resource(site).filter(|site| !site.kind.contains('/'))?.kind;
        let arguments: Option<Vec<_>> = channels.iter().map(|channel| channel.argument(kind)).collect();
        let new: Vec<_> = arguments?.into_iter().map(|argument| (argument, "", Written::Bool(false))).collect();
        self.insert_all(site, &new)
    }
}

fn is_policy(resource: &Resource) -> bool {
    let kind = resource.kind.to_ascii_lowercase();
    kind.starts_with("microsoft.web/sites/") && kind.rsplit('/').next() == Some(POLICIES)
}
