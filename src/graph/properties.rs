//! A property of a resource, whatever the code calls it and wherever it is set.

use super::{Graph, ResourceId};
use crate::resolve::value::{Kind, Reason, Truth, Value, Why};

/// What is known of a property.
#[derive(Debug, Clone)]
pub enum Property {
    /// It is not set, so the service's default holds.
    Absent,
    /// It is this.
    Is(Value),
    /// It cannot be told.
    Unknown(Why),
}

impl Property {
    /// What it is, if that is said.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Unknown(_) => None,
        }
    }
}

/// What an `azapi_update_resource` changes.
#[derive(Debug)]
pub(super) struct Patch {
    pub(super) target: ResourceId,
    pub(super) body: Value,
}

impl Graph<'_> {
    /// A property by its names: the argument of azurerm, and the path below `properties` in ARM.
    #[must_use]
    pub fn property(&self, id: ResourceId, argument: &str, path: &str) -> Property {
        let Some(resource) = self.resource(id) else { return Property::Absent };
        let block = argument.split('.').next().unwrap_or(argument);
        if [argument, block].iter().any(|name| super::identity::ignores(&resource.body, name)) {
            let why = Reason::Runtime("an argument that is left alone".into());
            return Property::Unknown(Why::new(why, resource.span));
        }
        let mut found = if resource.kind.contains('/') {
            let properties = resource.body.property("properties").map(|entry| &entry.value);
            properties.map_or(Property::Absent, |properties| below(properties, path))
        } else {
            match resource.values_at(argument).as_slice() {
                [] => Property::Absent,
                [only] => settled(only),
                [first, ..] => Property::Unknown(Why::new(Reason::Condition, first.span)),
            }
        };
        for patch in self.patches.iter().filter(|patch| patch.target == id) {
            let patched = match &patch.body.kind {
                Kind::Map(map) => match map.property("properties") {
                    Some(properties) => below(&properties.value, path),
                    None => map.rest.clone().map_or(Property::Absent, Property::Unknown),
                },
                _ => Property::Unknown(not_known(&patch.body)),
            };
            if !matches!(patched, Property::Absent) {
                found = patched;
            }
        }
        found
    }
}

/// What stands at a path of names.
fn below(value: &Value, path: &str) -> Property {
    let mut current = value;
    for name in path.split('.') {
        let Kind::Map(map) = &current.kind else {
            return if current.is_null() == Truth::Yes {
                Property::Absent
            } else {
                Property::Unknown(not_known(current))
            };
        };
        match map.property(name) {
            Some(entry) => current = &entry.value,
            None => return map.rest.clone().map_or(Property::Absent, Property::Unknown),
        }
    }
    settled(&crate::resolve::value::part_of(value, current))
}

fn settled(value: &Value) -> Property {
    match value.is_null() {
        Truth::Yes => Property::Absent,
        Truth::No => Property::Is(value.clone()),
        Truth::Maybe => Property::Unknown(not_known(value)),
    }
}

fn not_known(value: &Value) -> Why {
    value.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, value.span))
}
