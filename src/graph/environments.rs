//! Environment variables of containers, and secrets that container apps keep for them.

use super::{Graph, Mode, Resource, ResourceId, flatten};
use crate::ir::Name;
use crate::resolve::value::{Kind, Map, Reason, TextPart, Truth, Value, Why};
use crate::source::Span;

/// What runs containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// A container app.
    ContainerApp,
    /// A job of container apps.
    Job,
    /// A container group.
    Group,
    /// A pod of Kubernetes.
    Pod,
}

/// A value that a container is given.
#[derive(Debug)]
pub struct Variable {
    /// The resource.
    pub resource: ResourceId,
    /// What runs it.
    pub runner: Runner,
    /// Its name.
    pub name: Name,
    /// Where its value begins: the entry's key.
    pub span: Span,
    /// Its value.
    pub value: Value,
    /// Whether it is a secret of a container app, not a variable.
    pub secret: bool,
    /// Whether the container's own command reads Key Vault references.
    pub reads_references: bool,
}

/// What is known of the variables of one resource.
#[derive(Debug, Default)]
pub struct Environment {
    /// The variables and secrets, in the order of the text.
    pub variables: Vec<Variable>,
    /// Why there may be others.
    pub more: Option<Why>,
}

/// What runs the containers of a resource of this type.
pub(super) fn runner(resource: &Resource) -> Option<Runner> {
    if resource.is_arm("Microsoft.App/containerApps") {
        return Some(Runner::ContainerApp);
    }
    if resource.is_arm("Microsoft.App/jobs") {
        return Some(Runner::Job);
    }
    if resource.is_arm("Microsoft.ContainerInstance/containerGroups") {
        return Some(Runner::Group);
    }
    let pods = ["deployment", "stateful_set", "daemon_set", "job", "cron_job", "pod", "replication_controller"];
    let kind = resource.kind.strip_prefix("kubernetes_")?;
    pods.contains(&kind.trim_end_matches("_v1")).then_some(Runner::Pod)
}

/// The environment of a resource, if it runs containers.
pub(super) fn read(graph: &Graph<'_>, resource: &Resource) -> Option<Environment> {
    let runner = runner(resource).filter(|_| resource.mode == Mode::Managed)?;
    let mut found = Environment::default();
    for container in containers(resource, &mut found.more) {
        let reads_references = runs_own_reader(container);
        let properties = container.property("properties").map(|entry| &entry.value);
        for holder in [Some(container), properties].into_iter().flatten() {
            for list in ["env", "environmentVariables", "environment_variables", "secure_environment_variables"] {
                let Some(entry) = holder.property(list) else { continue };
                for (name, span, value) in pairs(graph, &entry.value, &["value", "secureValue"], &mut found.more) {
                    let (resource, secret) = (resource.id, false);
                    found.variables.push(Variable { resource, runner, name, span, value, secret, reads_references });
                }
            }
        }
    }
    let secrets =
        resource.values_at(if resource.kind.contains('/') { "properties.configuration.secrets" } else { "secret" });
    for list in secrets {
        for (name, span, value) in pairs(graph, list, &["value"], &mut found.more) {
            let (resource, secret, reads_references) = (resource.id, true, false);
            found.variables.push(Variable { resource, runner, name, span, value, secret, reads_references });
        }
    }
    found.variables.sort_by_key(|variable| (variable.span.source, variable.span.start));
    Some(found)
}

/// The containers of a resource, and why there may be others.
pub(super) fn containers<'r>(resource: &'r Resource, more: &mut Option<Why>) -> Vec<&'r Value> {
    let mut found = Vec::new();
    for entry in resource.body.entries.iter() {
        collect(&entry.key, &entry.value, &mut found, more);
    }
    if let Some(why) = &resource.body.rest {
        more.get_or_insert_with(|| why.clone());
    }
    found
}

/// Every container below a value.
fn collect<'v>(key: &str, value: &'v Value, found: &mut Vec<&'v Value>, more: &mut Option<Why>) {
    const LISTS: [&str; 4] = ["container", "init_container", "containers", "initContainers"];
    if LISTS.iter().any(|list| list.eq_ignore_ascii_case(key)) {
        if let Kind::List(list) = &value.kind {
            if let Some(why) = &list.rest {
                more.get_or_insert_with(|| why.clone());
            }
        } else if let Some(why) = value.why() {
            more.get_or_insert_with(|| why.clone());
        }
        found.extend(flatten(value).into_iter().filter(|item| matches!(item.kind, Kind::Map(_))));
        return;
    }
    match &value.kind {
        Kind::Map(map) => {
            map.entries.iter().for_each(|entry| collect(&entry.key, &entry.value, found, more));
        }
        Kind::List(list) => list.items.iter().for_each(|item| collect(key, item, found, more)),
        _ => {}
    }
}

/// Names and values of a list of both, or of a map.
fn pairs(graph: &Graph<'_>, value: &Value, names: &[&str], more: &mut Option<Why>) -> Vec<(Name, Span, Value)> {
    match &value.kind {
        Kind::Map(Map { entries, rest }) if value.property("name").is_none() => {
            if let Some(why) = rest {
                more.get_or_insert_with(|| why.clone());
            }
            entries.iter().map(|entry| (entry.key.clone(), entry.key_span, entry.value.clone())).collect()
        }
        Kind::List(_) | Kind::Map(_) => {
            if let Kind::List(list) = &value.kind
                && let Some(why) = &list.rest
            {
                more.get_or_insert_with(|| why.clone());
            }
            let mut found = Vec::new();
            for item in flatten(value) {
                let Some(label) = item.property("name").map(|entry| &entry.value) else { continue };
                let Some(entry) = names.iter().find_map(|name| item.property(name)) else { continue };
                match graph.known(label).as_str() {
                    Some(name) if entry.value.is_null() != Truth::Yes => {
                        found.push((Name::from(name), entry.key_span, entry.value.clone()));
                    }
                    Some(_) => {}
                    None => {
                        let why = label.why().cloned();
                        more.get_or_insert_with(|| why.unwrap_or_else(|| Why::new(Reason::Condition, label.span)));
                    }
                }
            }
            found
        }
        _ => {
            if let Some(why) = value.why() {
                more.get_or_insert_with(|| why.clone());
            }
            Vec::new()
        }
    }
}

/// Whether a container's command deals with Key Vault references itself.
fn runs_own_reader(container: &Value) -> bool {
    let mut found = false;
    let properties = container.property("properties").map(|entry| &entry.value);
    for holder in [Some(container), properties].into_iter().flatten() {
        for name in ["command", "commands", "args"] {
            let Some(entry) = holder.property(name) else { continue };
            entry.value.walk(&mut |value| {
                let parts = value.text_parts().unwrap_or_default();
                found |= parts
                    .iter()
                    .any(|part| matches!(part, TextPart::Text(text) if text.contains("Microsoft.KeyVault")));
                found |= matches!(value.kind, Kind::Unknown(_));
            });
        }
    }
    found
}
