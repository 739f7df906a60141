//! Apps and slots, with the settings that stand in them or in `config` children.

use crate::graph::{
    Feature, Graph, HOST_STORAGE, ReferenceIdentity, Resource, ResourceId, Setting, Site, Sticky, flatten, last_segment,
};
use crate::resolve::value::{Kind, Reason, Truth, Value, Why};

const SITE: &str = "Microsoft.Web/sites";
const SLOT: &str = "Microsoft.Web/sites/slots";

pub(super) fn site(graph: &mut Graph<'_>, id: ResourceId) {
    let Some(resource) = graph.resource(id) else { return };
    let is_slot = resource.is(SLOT);
    if !is_slot && !resource.is(SITE) {
        return;
    }
    let mut site = empty(id, is_slot);
    let properties = resource.argument("properties");
    let value = properties.and_then(|value| value.property("keyVaultReferenceIdentity")).map(|entry| &entry.value);
    if let Some(value) = value {
        site.reference_identity = reference_identity(value);
    } else if graph.is_touched(id) {
        let why = Why::new(Reason::Runtime("a change through the ARM API".into()), resource.span);
        site.reference_identity = ReferenceIdentity::Unknown(why);
    } else if properties.is_some_and(|value| !is_complete(value)) {
        let why = properties.and_then(|value| value.why().cloned());
        let why = why.unwrap_or_else(|| Why::new(Reason::Condition, resource.span));
        site.reference_identity = ReferenceIdentity::Unknown(why);
    }
    if let Some(config) = properties.and_then(|value| value.property("siteConfig")) {
        site_config(graph, &config.value, &mut site);
    }
    site.features.extend(selected(&site.reference_identity));
    graph.sites.push(site);
}

fn empty(resource: ResourceId, is_slot: bool) -> Site {
    Site {
        resource,
        is_slot,
        of: None,
        settings: Vec::new(),
        more_settings: None,
        reference_identity: ReferenceIdentity::Default,
        features: Vec::new(),
        sticky: Sticky::default(),
        auto_swap: None,
    }
}

fn is_complete(value: &Value) -> bool {
    matches!(&value.kind, Kind::Map(map) if map.rest.is_none())
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

fn selected(identity: &ReferenceIdentity) -> Option<Feature> {
    match identity {
        ReferenceIdentity::User(value) => {
            Some(Feature::new("references resolved by a user-assigned identity", value.span))
        }
        _ => None,
    }
}

fn site_config(graph: &Graph<'_>, config: &Value, site: &mut Site) {
    let undecided = |value: &Value| value.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, value.span));
    if !is_complete(config) {
        site.more_settings.get_or_insert_with(|| undecided(config));
    }
    for (list, text) in [("appSettings", "value"), ("connectionStrings", "connectionString")] {
        let Some(entry) = config.property(list) else { continue };
        if !matches!(&entry.value.kind, Kind::List(list) if list.rest.is_none()) {
            site.more_settings.get_or_insert_with(|| undecided(&entry.value));
        }
        for item in flatten(&entry.value) {
            let (Some(name), Some(value)) = (item.property("name"), item.property(text)) else { continue };
            match graph.known(&name.value).as_str() {
                Some(name) => add(site, name, value.key_span, &value.value, list == "connectionStrings"),
                None => {
                    site.more_settings.get_or_insert_with(|| undecided(&name.value));
                }
            }
        }
    }
    let auto_swap = config.property("autoSwapSlotName").map(|entry| entry.value.clone());
    site.auto_swap = auto_swap.or(site.auto_swap.take());
    let is_on = |name: &str| config.property(name).filter(|entry| graph.known(&entry.value).as_bool() == Some(true));
    if let Some(entry) = is_on("acrUseManagedIdentityCreds") {
        site.features.push(Feature::new("image pulls by identity", entry.value.span));
    }
}

fn add(site: &mut Site, name: &str, span: crate::source::Span, value: &Value, connection: bool) {
    // The host's storage by identity.
    if name.eq_ignore_ascii_case("AzureWebJobsStorage__accountName") && value.is_null() == Truth::No {
        site.features.push(Feature::new(HOST_STORAGE, span));
    }
    site.settings.push(Setting { name: name.into(), span, value: value.clone(), connection });
}

fn leave_open(site: &mut Site, why: &Why) {
    site.more_settings.get_or_insert_with(|| why.clone());
    site.sticky.more.get_or_insert_with(|| why.clone());
}

/// The settings of a `config` child join those of its site or slot.
pub(super) fn settings(graph: &mut Graph<'_>, id: ResourceId) {
    let Some(resource) = graph.resource(id) else { return };
    let parent = match resource.kind.to_ascii_lowercase().as_str() {
        "microsoft.web/sites/config" => graph.parent(resource, SITE),
        "microsoft.web/sites/slots/config" => graph.parent(resource, SLOT),
        _ => return,
    };
    let name = resource.argument("name").map(|name| graph.known(name));
    let is_named = name.as_ref().is_some_and(|name| last_segment(name).is_some());
    let why = Why::new(Reason::Runtime("a site's configuration".into()), resource.span);
    let Some(parent) = parent else {
        // It may be any site's.
        graph.sites.iter_mut().for_each(|site| leave_open(site, &why));
        return;
    };
    let Some(at) = graph.sites.iter().position(|site| site.resource == parent) else { return };
    let title = resource.title.to_ascii_lowercase();
    let properties = resource.argument("properties").cloned();
    let found = config(graph, resource, &title, properties.as_ref());
    // Beside a site of another shape: what that says of its settings is overwritten.
    if (title == "appsettings" || !is_named) && graph.resource(parent).is_some_and(|site| !site.kind.contains('/')) {
        graph.resettled.push(parent);
    }
    if let Some(site) = graph.sites.get_mut(at) {
        if !is_named {
            leave_open(site, &why);
        }
        for (name, span, value, connection) in found.settings {
            add(site, &name, span, &value, connection);
        }
        site.sticky.settings.extend(found.sticky.settings);
        site.sticky.connections.extend(found.sticky.connections);
        site.sticky.more = site.sticky.more.take().or(found.sticky.more);
        site.more_settings = site.more_settings.take().or(found.more);
        site.features.extend(found.features);
        site.auto_swap = found.auto_swap.or(site.auto_swap.take());
        site.settings.sort_by_key(|setting| (setting.span.source, setting.span.start));
    }
}

#[derive(Default)]
struct Config {
    settings: Vec<(String, crate::source::Span, Value, bool)>,
    sticky: Sticky,
    more: Option<Why>,
    features: Vec<Feature>,
    auto_swap: Option<Value>,
}

fn config(graph: &Graph<'_>, resource: &Resource, title: &str, properties: Option<&Value>) -> Config {
    let mut config = Config::default();
    let Some(properties) = properties else { return config };
    match (title, &properties.kind) {
        ("appsettings" | "connectionstrings", Kind::Map(map)) => {
            config.more.clone_from(&map.rest);
            for entry in map.entries.iter().filter(|entry| entry.reference.is_none()) {
                let value = crate::resolve::value::part_of(properties, &entry.value);
                let value = match (title, value.property("value")) {
                    ("connectionstrings", Some(inner)) => inner.value.clone(),
                    _ => value,
                };
                config.settings.push((entry.key.to_string(), entry.key_span, value, title == "connectionstrings"));
            }
        }
        ("appsettings" | "connectionstrings", _) => {
            let why = properties.why().cloned();
            config.more = Some(why.unwrap_or_else(|| Why::new(Reason::Condition, resource.span)));
        }
        ("slotconfignames", Kind::Map(map)) => {
            config.sticky.more.clone_from(&map.rest);
            for (list, names) in [
                ("appSettingNames", &mut config.sticky.settings),
                ("connectionStringNames", &mut config.sticky.connections),
            ] {
                if let Some(entry) = map.property(list) {
                    let value = crate::resolve::value::part_of(properties, &entry.value);
                    Sticky::add(names, &mut config.sticky.more, &value);
                }
            }
        }
        ("slotconfignames", _) => {
            let why = properties.why().cloned();
            config.sticky.more = Some(why.unwrap_or_else(|| Why::new(Reason::Condition, resource.span)));
        }
        ("web", _) => {
            let mut site = empty(resource.id, false);
            site_config(graph, properties, &mut site);
            config.more = site.more_settings;
            config.features = site.features;
            config.auto_swap = site.auto_swap;
            config.settings = site
                .settings
                .into_iter()
                .map(|setting| (setting.name.to_string(), setting.span, setting.value, setting.connection))
                .collect();
        }
        ("logs" | "metadata" | "authsettings" | "authsettingsv2" | "azurestorageaccounts" | "backup", _) => {}
        _ => config.more = Some(Why::new(Reason::Runtime("a site's configuration".into()), resource.span)),
    }
    config
}

/// Which site each slot belongs to.
pub(super) fn parents(graph: &mut Graph<'_>) {
    let parents: Vec<(usize, ResourceId)> = graph
        .sites
        .iter()
        .enumerate()
        .filter(|(_, site)| site.is_slot)
        .filter_map(|(at, site)| {
            let resource = graph.resource(site.resource).filter(|resource| resource.is(SLOT))?;
            let parent = graph.parent(resource, SITE)?;
            graph.site(parent).filter(|parent| !parent.is_slot)?;
            Some((at, parent))
        })
        .collect();
    for (at, parent) in parents {
        if let Some(site) = graph.sites.get_mut(at) {
            site.of = Some(parent);
        }
    }
}
