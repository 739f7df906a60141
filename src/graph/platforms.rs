//! What an app runs on, as far as it is written: on the slot, on its site or on the plan of either.

use super::{Graph, Resource, Site};
use crate::resolve::value::{Truth, Value};
use crate::source::Span;

/// What an app runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// A web app on Linux; the place that says so.
    Linux(Span),
    /// A web app in a container; the place that says so.
    Container(Span),
    /// Anything else: a web app on Windows, a function or logic app, or it cannot be told.
    Other,
}

const PLAN: &str = "Microsoft.Web/serverfarms";

impl Graph<'_> {
    /// What a site or slot runs on. A slot runs on what its site runs on.
    #[must_use]
    pub fn platform(&self, site: &Site) -> Platform {
        let Some(resource) = self.resource(site.resource) else { return Platform::Other };
        if !resource.kind.contains('/') {
            return self.provider_platform(resource);
        }
        let parent = site.of.and_then(|id| self.resource(id));
        let resources: Vec<&Resource> = [Some(resource), parent].into_iter().flatten().collect();
        let kinds: Vec<&Value> = resources.iter().filter_map(|resource| resource.argument("kind")).collect();
        for kind in &kinds {
            let known = self.known(kind);
            let Some(text) = known.as_str() else { return Platform::Other };
            let says = |token: &str| text.split(',').any(|part| part.trim().eq_ignore_ascii_case(token));
            if ["functionapp", "workflowapp", "api"].iter().any(|token| says(token)) {
                return Platform::Other;
            }
            if says("container") {
                return Platform::Container(kind.span);
            }
            if says("linux") {
                return Platform::Linux(kind.span);
            }
        }
        // Without a kind it is a web app, but only what has no kind anywhere has none.
        if kinds.is_empty() && parent.is_none() {
            return Platform::Other;
        }
        let stated = resources.iter().find_map(|resource| self.arm_platform(resource));
        stated.or_else(|| resources.iter().find_map(|resource| self.plan_platform(resource))).unwrap_or(Platform::Other)
    }

    fn provider_platform(&self, resource: &Resource) -> Platform {
        if &*resource.kind == "azurerm_linux_web_app_slot" {
            return Platform::Linux(resource.span);
        }
        let at = |path: &str| self.filled(resource, path);
        let found = match &*resource.kind {
            "azurerm_windows_web_app_slot" => at("site_config.application_stack.docker_image_name")
                .or_else(|| at("site_config.application_stack.docker_container_name"))
                .map(Platform::Container),
            "azurerm_app_service_slot" => at("site_config.linux_fx_version")
                .map(Platform::Linux)
                .or_else(|| at("site_config.windows_fx_version").map(Platform::Container)),
            _ => None,
        };
        found.unwrap_or(Platform::Other)
    }

    fn arm_platform(&self, resource: &Resource) -> Option<Platform> {
        let is_on = |path: &str| {
            let values = resource.values_at(path);
            values.into_iter().find(|value| self.known(value).as_bool() == Some(true)).map(|value| value.span)
        };
        let linux =
            self.filled(resource, "properties.siteConfig.linuxFxVersion").or_else(|| is_on("properties.reserved"));
        let container = self
            .filled(resource, "properties.siteConfig.windowsFxVersion")
            .or_else(|| is_on("properties.hyperV"))
            .or_else(|| is_on("properties.isXenon"));
        linux.map(Platform::Linux).or_else(|| container.map(Platform::Container))
    }

    fn plan_platform(&self, resource: &Resource) -> Option<Platform> {
        let id = resource.values_at("properties.serverFarmId").into_iter().find_map(|value| self.named_by(value))?;
        let plan = self.resource(id).filter(|plan| plan.is(PLAN))?;
        let reserved = plan.values_at("properties.reserved");
        let reserved = reserved.into_iter().find(|value| self.known(value).as_bool() == Some(true));
        let linux = || {
            let kind = plan.argument("kind")?;
            let known = self.known(kind);
            known.as_str()?.split(',').any(|token| token.trim().eq_ignore_ascii_case("linux")).then_some(kind)
        };
        reserved.or_else(linux).map(|value| Platform::Linux(value.span))
    }

    /// Where a text stands that is known and not empty.
    fn filled(&self, resource: &Resource, path: &str) -> Option<Span> {
        let values = resource.values_at(path);
        values.into_iter().find(|value| is_filled_text(&self.known(value))).map(|value| value.span)
    }
}

/// Whether a value is certainly a text with something in it.
fn is_filled_text(value: &Value) -> bool {
    value.is_null() == Truth::No
        && match (value.as_str(), value.text_parts()) {
            (Some(text), _) => !text.trim().is_empty(),
            (None, Some(_)) => true,
            (None, None) => false,
        }
}
