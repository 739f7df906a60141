//! Who pulls images from a registry that is made here, as whom.

use super::Use;
use crate::graph::{Graph, Mode, Need, Property, Resolver, Resource, ResourceId, Site, flatten};
use crate::resolve::value::{Truth, Value};

const REGISTRY: &[&str] = &["Microsoft.ContainerRegistry/registries"];
const SITE: &str = "Microsoft.Web/sites";
const SLOT: &str = "Microsoft.Web/sites/slots";

/// Adds the pull of a site that is told to pull by identity.
pub(super) fn of_site(graph: &Graph<'_>, site: &Site, uses: &mut Vec<Use>) {
    let Some(resource) = graph.resource(site.resource).filter(|resource| resource.mode == Mode::Managed) else {
        return;
    };
    if graph.is_touched(site.resource) {
        return;
    }
    let bodies = configurations(graph, resource);
    let values = |argument: &str, name: &str| -> Vec<&Value> {
        if resource.kind.contains('/') {
            bodies.iter().filter_map(|body| body.property(name).map(|entry| &entry.value)).collect()
        } else {
            resource.values_at(&format!("site_config.{argument}"))
        }
    };
    let switch = values("container_registry_use_managed_identity", "acrUseManagedIdentityCreds");
    let Some(switch) = switch.into_iter().find(|value| graph.known(value).as_bool() == Some(true)) else { return };
    let images = ["application_stack.docker_registry_url", "application_stack.docker.registry_url"]
        .iter()
        .flat_map(|argument| values(argument, "linuxFxVersion"))
        .chain(values("application_stack.docker_image", "windowsFxVersion"));
    let Some(registry) = images.into_iter().find_map(|image| graph.registry_of(image)) else { return };
    let selected = values("container_registry_managed_identity_client_id", "acrUserManagedIdentityID");
    let is_set = |value: &&Value| value.is_null() != Truth::Yes && value.as_str() != Some("");
    let selected = selected.into_iter().find(is_set);
    push(graph, resource.id, registry, switch, selected, uses);
}

/// The `siteConfig` of an ARM site, and its `config` child of the name `web`.
fn configurations<'g>(graph: &'g Graph<'_>, site: &'g Resource) -> Vec<&'g Value> {
    if !site.kind.contains('/') {
        return Vec::new();
    }
    let parent = if site.is(SLOT) { SLOT } else { SITE };
    let kind = format!("{parent}/config");
    let children = graph.resources().filter(|child| {
        child.is(&kind) && child.title.eq_ignore_ascii_case("web") && graph.parent(child, parent) == Some(site.id)
    });
    let own = site.values_at("properties.siteConfig");
    own.into_iter().chain(children.filter_map(|child| child.argument("properties"))).collect()
}

/// Adds the pulls of container apps, jobs and container groups.
pub(super) fn of_containers(graph: &Graph<'_>, resource: &Resource, uses: &mut Vec<Use>) {
    if resource.mode != Mode::Managed || graph.is_touched(resource.id) {
        return;
    }
    let in_arm = resource.kind.contains('/');
    let (credentials, who, images): (&str, &str, &[&str]) =
        if resource.is_arm("Microsoft.App/containerApps") || resource.is_arm("Microsoft.App/jobs") {
            if in_arm {
                let images = &["properties.template.containers.image", "properties.template.initContainers.image"];
                ("properties.configuration.registries", "identity", images)
            } else {
                ("registry", "identity", &["template.container.image", "template.init_container.image"])
            }
        } else if resource.is_arm("Microsoft.ContainerInstance/containerGroups") {
            if in_arm {
                let images = &["properties.containers.properties.image", "properties.initContainers.properties.image"];
                ("properties.imageRegistryCredentials", "identity", images)
            } else {
                ("image_registry_credential", "user_assigned_identity_id", &["container.image", "init_container.image"])
            }
        } else {
            return;
        };
    let pulled: Vec<ResourceId> =
        images.iter().flat_map(|path| resource.values_at(path)).filter_map(|image| graph.registry_of(image)).collect();
    let lists = resource.values_at(credentials);
    for credential in lists.into_iter().flat_map(flatten) {
        let (Some(server), Some(identity)) = (credential.property("server"), credential.property(who)) else {
            continue;
        };
        let Some(registry) = graph.registry_of(&server.value).filter(|registry| pulled.contains(registry)) else {
            continue;
        };
        let identity = crate::resolve::value::part_of(credential, &identity.value);
        let known = graph.known(&identity);
        if identity.is_null() != Truth::No || known.as_str() == Some("") {
            continue;
        }
        let is_system = known.as_str().is_some_and(|text| text.eq_ignore_ascii_case("system"));
        push(graph, resource.id, registry, &identity, Some(&identity).filter(|_| !is_system), uses);
    }
}

fn push(
    graph: &Graph<'_>,
    consumer: ResourceId,
    registry: ResourceId,
    switch: &Value,
    selected: Option<&Value>,
    uses: &mut Vec<Use>,
) {
    let is_open = match graph.property(registry, "anonymous_pull_enabled", "anonymousPullEnabled") {
        Property::Absent => false,
        Property::Is(value) => graph.known(&value).as_bool() != Some(false),
        Property::Unknown(_) => true,
    };
    let identity = if is_open { Resolver::Unknown } else { graph.acting(consumer, selected) };
    let (at, value) = (switch.span, switch.clone());
    let (selected, target, need) = (selected.cloned(), Some(registry), Need::PullImage);
    uses.push(Use { consumer, by: consumer, identity, selected, target, need, at, value });
}

impl Graph<'_> {
    /// The registry that an image, a server or its URL begins with.
    pub(in crate::graph) fn registry_of(&self, value: &Value) -> Option<ResourceId> {
        let is_elsewhere = value.as_str().is_some_and(|text| !text.to_ascii_lowercase().contains(".azurecr."));
        self.endpoint_of(value, REGISTRY).filter(|_| !is_elsewhere)
    }
}
