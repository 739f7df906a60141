//! A resource: one instance of a declaration, with what is written about it.

use super::{ResourceId, azapi};
use crate::azure::types::{self, ResourceType};
use crate::ir::{Mode, Name};
use crate::resolve::eval::{Deployment, Key};
use crate::resolve::value::{Kind, Map, NodeId, TextPart, Truth, Value};
use crate::source::Span;

/// An instance of a resource.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Its address in the code.
    pub address: Name,
    /// Its type as the code names it.
    pub kind: Name,
    /// What is known of that type.
    pub facts: Option<&'static ResourceType>,
    /// Made or looked up.
    pub mode: Mode,
    /// Whether it exists.
    pub presence: Truth,
    /// The header of its declaration.
    pub span: Span,
    /// The api version, where one is written.
    pub version: Option<Name>,
    /// Its arguments.
    pub body: Map,
    /// What people call it: the name it has in Azure where that is written, else its symbolic name.
    pub title: Name,
    pub(super) declaration: (u32, usize),
    /// Whether it stands for any number of instances, none included.
    pub(super) any: bool,
}

impl Resource {
    /// An argument that is there and not null.
    #[must_use]
    pub fn argument(&self, name: &str) -> Option<&Value> {
        let entry = if self.kind.contains('/') { self.body.property(name) } else { self.body.get(name) };
        entry.map(|entry| &entry.value).filter(|value| value.is_null() != Truth::Yes)
    }

    /// The ARM type; empty if its id is no ARM id.
    #[must_use]
    pub fn arm_type(&self) -> &str {
        if self.kind.contains('/') { &self.kind } else { self.facts.map_or("", |facts| facts.arm) }
    }

    /// Whether it is of this type as the code names it, in any case.
    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// Whether it is of this ARM type, whatever the code calls it.
    #[must_use]
    pub fn is_arm(&self, kind: &str) -> bool {
        self.arm_type().eq_ignore_ascii_case(kind)
    }

    /// Whether it is a role definition.
    pub(super) fn is_role_definition(&self) -> bool {
        &*self.kind == "azurerm_role_definition" || self.is("Microsoft.Authorization/roleDefinitions")
    }

    /// Whether it is made through the ARM API, and nobody knows as what.
    #[must_use]
    pub fn may_be_anything(&self) -> bool {
        &*self.kind == "azapi_resource" && self.mode == Mode::Managed
    }

    /// Every value at a path of names joined by dots; lists on the way, and maps at a `{}`, are gone through.
    #[must_use]
    pub fn values_at(&self, path: &str) -> Vec<&Value> {
        let mut parts = path.split('.');
        let first = parts.next().unwrap_or("");
        let any_case = self.kind.contains('/');
        let entry = if any_case { self.body.property(first) } else { self.body.get(first) };
        let mut values: Vec<&Value> = entry.map(|entry| vec![&entry.value]).unwrap_or_default();
        for part in parts {
            let name = part.trim_end_matches("[]").trim_end_matches("{}");
            let entry = |value| if any_case { Value::property(value, name) } else { Value::get(value, name) };
            values = values.into_iter().flat_map(flatten).filter_map(|value| Some(&entry(value)?.value)).collect();
            if part.ends_with("{}") {
                values = values.into_iter().flat_map(map_values).collect();
            }
        }
        let values: Vec<&Value> =
            if path.ends_with("[]") { values.into_iter().flat_map(flatten).collect() } else { values };
        values.into_iter().filter(|value| value.is_null() != Truth::Yes).collect()
    }

    /// Whether something on the way to what stands at a path is not known, so that more may stand there.
    #[must_use]
    pub fn is_open_at(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('.').map(|name| name.trim_end_matches("[]").trim_end_matches("{}")).collect();
        is_open(&self.body, &names, self.kind.contains('/'))
    }

    /// Whether this and the other are instances of one declaration, at least one of them standing for any.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        self.declaration == other.declaration && (self.any || other.any)
    }
}

fn is_open(map: &Map, names: &[&str], any_case: bool) -> bool {
    let Some((name, rest)) = names.split_first() else { return false };
    let entry = if any_case { map.property(name) } else { map.get(name) };
    let Some(entry) = entry else { return map.rest.is_some() };
    value_is_open(&entry.value, rest, any_case)
}

fn value_is_open(value: &Value, names: &[&str], any_case: bool) -> bool {
    match &value.kind {
        Kind::Map(map) => is_open(map, names, any_case),
        Kind::List(list) => list.rest.is_some() || list.items.iter().any(|item| value_is_open(item, names, any_case)),
        Kind::OneOf(_) | Kind::Unknown(_) => true,
        _ => false,
    }
}

/// The values of a map.
fn map_values(value: &Value) -> Vec<&Value> {
    match &value.kind {
        Kind::Map(map) => map.entries.iter().map(|entry| &entry.value).collect(),
        _ => Vec::new(),
    }
}

/// A map, or the only block of a list.
#[must_use]
pub fn map_or_none(value: &Value) -> Option<&Value> {
    match &value.kind {
        Kind::Map(_) => Some(value),
        Kind::List(list) if list.rest.is_none() => match list.items.as_ref() {
            [only] => map_or_none(only),
            _ => None,
        },
        _ => None,
    }
}

/// The value, or the items if it is a list.
pub(super) fn flatten(value: &Value) -> Vec<&Value> {
    match &value.kind {
        Kind::List(list) => list.items.iter().collect(),
        _ => vec![value],
    }
}

/// Reads the resource of a node.
pub(super) fn read(deployment: &Deployment<'_>, id: NodeId) -> Option<Resource> {
    let (node, declared) = (deployment.node(id)?, deployment.resource(id)?);
    let written = deployment.body(id)?;
    let (kind, version, body) = match azapi::shaped(deployment, id, &written) {
        Some(shaped) => (shaped.kind, Some(shaped.version), shaped.body),
        None => (declared.kind.clone(), declared.version.clone(), written),
    };
    let name = body.get("name").map(|entry| deployment.known(&entry.value));
    // A child's name in ARM begins with its parents'.
    let last = name.as_ref().and_then(last_segment);
    let title = last.unwrap_or_else(|| called(deployment, node.instance).unwrap_or_else(|| declared.name.clone()));
    Some(Resource {
        id,
        address: deployment.address(id),
        facts: types::by_name(&kind),
        kind,
        mode: declared.mode,
        presence: node.presence,
        span: declared.span,
        version,
        body,
        title,
        declaration: (node.instance.0, node.resource),
        any: node.key == Key::Any,
    })
}

/// What a call of a module is called whose resources nobody sees.
fn called(deployment: &Deployment<'_>, instance: crate::resolve::value::InstanceId) -> Option<Name> {
    deployment.module(instance)?.stands_in?;
    let (caller, call) = deployment.instance(instance)?.parent?;
    deployment.module(caller)?.calls.get(call).map(|call| call.name.clone())
}

/// The last segment of a name, if it is written.
pub(super) fn last_segment(name: &Value) -> Option<Name> {
    let parts = name.text_parts()?;
    let TextPart::Text(last) = parts.last()? else { return None };
    match (last.rsplit_once('/'), parts.len()) {
        (Some((_, name)), _) => Some(name.into()),
        (None, 1) => Some(last.clone()),
        (None, _) => None,
    }
}
