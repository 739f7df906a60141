//! What kind of resource a scope names, made here or not.

use super::{Graph, ResourceId};
use crate::azure::ids::IdLevel;
use crate::azure::types;
use crate::ir::Name;
use crate::resolve::value::{Kind, Text, TextPart, Value};

/// The resource that a scope names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopedType {
    /// Its ARM type, in the usual spelling where that is known.
    pub kind: String,
    /// The resource providers of it and of what it extends, in lower case.
    pub providers: Vec<String>,
    /// What people call it.
    pub title: Name,
}

impl Graph<'_> {
    /// The resource that a scope certainly names, by its id; none for anything wider.
    #[must_use]
    pub fn scoped_type(&self, scope: &Value) -> Option<ScopedType> {
        let mut each = scope.alternatives().iter().map(|one| self.one_scoped_type(one));
        let first = each.next()??;
        each.all(|other| other.is_some_and(|other| other.providers == first.providers)).then_some(first)
    }

    fn one_scoped_type(&self, scope: &Value) -> Option<ScopedType> {
        if self.level(scope) != Some(IdLevel::Resource) {
            return None;
        }
        if let Some(id) = self.named_by(scope) {
            return self.type_of(id);
        }
        let parts = scope.text_parts()?;
        let base = match parts.first() {
            Some(TextPart::Hole(hole)) if hole.as_ref().is_some() => Some(self.type_of(self.named_by(hole)?)?),
            _ => None,
        };
        let Kind::Text(text) = &scope.kind else { return None };
        let mut found = type_in(&text.pattern());
        if let Some(base) = base {
            let extends = found.as_ref().is_some_and(|found| !found.providers.is_empty());
            found = match found.filter(|_| extends) {
                Some(mut found) => {
                    found.providers.extend(base.providers);
                    Some(found)
                }
                // A child of it.
                None => Some(base),
            };
        }
        let mut found = found?;
        if let Text::Parts(_) = text
            && found.title.contains("{}")
        {
            found.title = "the scope".into();
        }
        Some(found)
    }

    /// The ARM type that an id as text ends in, any unknown part aside.
    #[must_use]
    pub fn type_in(&self, id: &Value) -> Option<String> {
        let Kind::Text(text) = &id.kind else { return None };
        type_in(&text.pattern()).map(|found| found.kind)
    }

    fn type_of(&self, id: ResourceId) -> Option<ScopedType> {
        let resource = self.resource(id)?;
        let kind = usual(resource.arm_type());
        let provider = kind.split('/').next().filter(|provider| provider.contains('.'))?.to_lowercase();
        Some(ScopedType { providers: vec![provider], kind, title: resource.title.clone() })
    }
}

/// The type that an id ends in, and the providers of all types in it.
fn type_in(id: &str) -> Option<ScopedType> {
    let segments: Vec<&str> = id.trim_end_matches('/').split('/').collect();
    let starts: Vec<usize> = (0..segments.len())
        .filter(|at| segments.get(*at).is_some_and(|one| one.eq_ignore_ascii_case("providers")))
        .collect();
    let last = starts.last()?;
    let provider = segments.get(last + 1).filter(|provider| provider.contains('.'))?;
    let mut kind = (*provider).to_owned();
    for at in (last + 2..segments.len()).step_by(2) {
        kind = format!("{kind}/{}", segments.get(at)?);
    }
    if !kind.contains('/') || kind.contains("{}") {
        return None;
    }
    let providers = starts.iter().rev().filter_map(|at| Some(segments.get(at + 1)?.to_lowercase())).collect();
    Some(ScopedType { kind: usual(&kind), providers, title: (*segments.last()?).into() })
}

/// A type in the spelling of the tables.
fn usual(kind: &str) -> String {
    types::by_name(kind).map_or_else(|| kind.to_owned(), |known| known.name.to_owned())
}
