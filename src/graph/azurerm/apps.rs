//! Apps and slots.

use crate::graph::identity::ignores;
use crate::graph::{
    Feature, Graph, HOST_STORAGE, ReferenceIdentity, Resource, ResourceId, Setting, Site, Sticky, flatten,
};
use crate::resolve::value::{Kind, Reason, Truth, Value, Why};

/// Apps that resolve references in their settings.
const SITES: [&str; 8] = [
    "azurerm_linux_web_app",
    "azurerm_windows_web_app",
    "azurerm_linux_function_app",
    "azurerm_windows_function_app",
    "azurerm_function_app_flex_consumption",
    "azurerm_logic_app_standard",
    "azurerm_app_service",
    "azurerm_function_app",
];

/// Arguments by which a slot names its site, by id or, in older types, by name.
const PARENTS: [&str; 4] = ["app_service_id", "function_app_id", "app_service_name", "function_app_name"];

pub(super) fn read(graph: &mut Graph<'_>, id: ResourceId, kind: &str) {
    let Some(resource) = graph.resource(id) else { return };
    let is_slot = resource.facts.is_some_and(|facts| facts.slot);
    if !is_slot && !SITES.contains(&kind) {
        return;
    }
    let (settings, more_settings) = settings(resource);
    let left_alone = ignores(&resource.body, "app_settings");
    let reference_identity = match resource.body.get("key_vault_reference_identity_id").map(|entry| &entry.value) {
        None if graph.touched.contains(&id) => {
            ReferenceIdentity::Unknown(Why::new(Reason::Runtime("a change through the ARM API".into()), resource.span))
        }
        None => ReferenceIdentity::Default,
        Some(value) => reference_identity(value),
    };
    let features = features(graph, resource);
    let sticky = sticky(resource);
    let of = None;
    let auto_swap = resource.values_at("site_config.auto_swap_slot_name").first().map(|value| (*value).clone());
    graph.sites.push(Site {
        resource: id,
        is_slot,
        of,
        settings,
        more_settings,
        reference_identity,
        features,
        sticky,
        auto_swap,
    });
    if left_alone {
        graph.resettled.push(id);
    }
}

fn reference_identity(value: &Value) -> ReferenceIdentity {
    match &value.kind {
        Kind::Null => ReferenceIdentity::Default,
        Kind::Unknown(why) => ReferenceIdentity::Unknown(why.clone()),
        Kind::OneOf(_) => ReferenceIdentity::Unknown(Why::new(Reason::Condition, value.span)),
        _ if value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("SystemAssigned")) => {
            ReferenceIdentity::System
        }
        _ => ReferenceIdentity::User(value.clone()),
    }
}

fn settings(resource: &Resource) -> (Vec<Setting>, Option<Why>) {
    let mut settings = Vec::new();
    let mut more = None;
    let undecided = |value: &Value| value.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, value.span));
    if let Some(value) = resource.argument("app_settings") {
        match &value.kind {
            Kind::Map(map) => {
                more.clone_from(&map.rest);
                settings.extend(map.entries.iter().map(|entry| Setting {
                    name: entry.key.clone(),
                    span: entry.key_span,
                    value: crate::resolve::value::part_of(value, &entry.value),
                    connection: false,
                }));
            }
            _ => more = Some(undecided(value)),
        }
    }
    if let Some(value) = resource.argument("connection_string") {
        if !matches!(&value.kind, Kind::List(list) if list.rest.is_none()) {
            more.get_or_insert_with(|| undecided(value));
        }
        for block in flatten(value) {
            let (Some(name), Some(text)) = (block.get("name"), block.get("value")) else { continue };
            if let Some(name) = name.value.as_str() {
                let (value, connection) = (text.value.clone(), true);
                settings.push(Setting { name: name.into(), span: text.key_span, value, connection });
            } else {
                more.get_or_insert_with(|| undecided(&name.value));
            }
        }
    }
    settings.sort_by_key(|setting| (setting.span.source, setting.span.start));
    (settings, more)
}

/// The names that stay, in a block of the site.
fn sticky(resource: &Resource) -> Sticky {
    let mut sticky = Sticky::default();
    if ignores(&resource.body, "sticky_settings") {
        sticky.more = Some(Why::new(Reason::Runtime("sticky settings that are left alone".into()), resource.span));
    }
    let Some(value) = resource.argument("sticky_settings") else { return sticky };
    if !matches!(&value.kind, Kind::List(list) if list.rest.is_none()) {
        let why = value.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, value.span));
        sticky.more.get_or_insert(why);
    }
    for block in flatten(value) {
        if let Some(entry) = block.get("app_setting_names") {
            Sticky::add(&mut sticky.settings, &mut sticky.more, &entry.value);
        }
        if let Some(entry) = block.get("connection_string_names") {
            Sticky::add(&mut sticky.connections, &mut sticky.more, &entry.value);
        }
    }
    sticky
}

fn features(graph: &Graph<'_>, resource: &Resource) -> Vec<Feature> {
    let is_on = |value: &&Value| graph.known(value).as_bool() == Some(true);
    let mut features = Vec::new();
    for (path, what) in [
        ("storage_uses_managed_identity", HOST_STORAGE),
        ("site_config.container_registry_use_managed_identity", "image pulls by identity"),
    ] {
        let values = resource.values_at(path);
        features.extend(values.into_iter().filter(is_on).map(|value| Feature::new(what, value.span)));
    }
    if let Some(value) = resource.argument("key_vault_reference_identity_id")
        && value.is_null() == Truth::No
        && value.as_str() != Some("")
    {
        features.push(Feature::new("references resolved by a user-assigned identity", value.span));
    }
    features
}

/// Which site each slot belongs to.
pub(super) fn parents(graph: &mut Graph<'_>) {
    let parents: Vec<Option<ResourceId>> = graph
        .sites
        .iter()
        .map(|site| {
            let resource = graph.resource(site.resource).filter(|_| site.is_slot)?;
            let parent = PARENTS.iter().find_map(|name| resource.argument(name))?;
            graph.named_by(parent).filter(|id| graph.sites.iter().any(|other| other.resource == *id && !other.is_slot))
        })
        .collect();
    for (site, parent) in graph.sites.iter_mut().zip(parents) {
        site.of = parent;
    }
}
