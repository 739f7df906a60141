//! Integrations that are given a key although an identity would do.

use super::{Graph, Resource, ResourceId};
use crate::azure::integrations::{self, Integration, Key};
use crate::ir::Mode;
use crate::resolve::value::{Entry, Kind, Map, Reason, Ref, Seg, Text, Truth, Value};
use crate::source::Span;

/// A key that an integration is given.
#[derive(Debug)]
pub struct IntegrationKey {
    /// The resource.
    pub resource: ResourceId,
    /// What is known of the integration.
    pub integration: &'static Integration,
    /// The last name of the property or argument that takes the key.
    pub name: &'static str,
    /// Where that name stands.
    pub span: Span,
    /// What it is given.
    pub value: Value,
    /// What has to be set then, as it is written or in words; none if it is set already, or is not needed.
    pub way_out: Option<&'static str>,
    /// Whether a secret stands in the code there, which is the graver defect.
    pub is_known: bool,
}

/// Properties that older versions of an API do not have, where leaving the key out does
/// (learn.microsoft.com, azure/templates/microsoft.sql/servers/auditingsettings).
const SINCE: [(&str, &str); 1] = [("isManagedIdentityInUse", "2021-11-01")];

/// What says in a text that a key follows.
const MARKS: [&str; 6] = ["accountkey=", "sharedaccesskey=", "password=", "pwd=", "sig=", "accesskey="];

/// Names of attributes and of parts of what a function lists that are a connection string with its key.
const WHOLE: [&str; 2] = ["connectionstring", "connectionstringalias"];

/// What a connection of a logic app is given, and what says beside it that the way in is another one
/// (learn.microsoft.com, logic-apps/authenticate-with-managed-identity).
const PARAMETERS: &str = "properties.parameterValues";
const CHOICES: [&str; 2] = ["properties.parameterValueType", "properties.parameterValueSet"];

impl Graph<'_> {
    /// Every integration that certainly takes a key, each place once.
    #[must_use]
    pub fn integration_keys(&self) -> Vec<IntegrationKey> {
        let mut found = Vec::new();
        for resource in self.resources().filter(|one| one.mode == Mode::Managed && one.presence != Truth::No) {
            for integration in integrations::of(&resource.kind) {
                if !self.holds(resource, integration) {
                    continue;
                }
                for place in places(resource, integration.place) {
                    let keys = integration.keys.iter();
                    let key = keys
                        .flat_map(|key| entries(place, key.path, resource).into_iter().map(move |entry| (key, entry)));
                    let mut key = key.filter(|(key, entry)| self.is_key(key, &entry.value));
                    let Some((key, entry)) = key.next().filter(|_| self.asks_for_keys(resource, place, integration))
                    else {
                        continue;
                    };
                    found.push(IntegrationKey {
                        resource: resource.id,
                        integration,
                        name: key.path.rsplit('.').next().unwrap_or(key.path),
                        span: entry.key_span,
                        value: inner(&entry.value).clone(),
                        way_out: way_out(resource, place, integration),
                        is_known: self.is_known_literal(resource, inner(&entry.value)),
                    });
                }
            }
        }
        found
    }

    /// Whether the resource is of the kind that the row is about.
    fn holds(&self, resource: &Resource, integration: &Integration) -> bool {
        let Some((path, wanted)) = integration.condition else { return true };
        // Of several blocks each is asked for itself.
        path.starts_with('.') || resource.values_at(path).iter().any(|value| self.says(value, wanted))
    }

    fn says(&self, value: &Value, wanted: &str) -> bool {
        let Some(end) = wanted.strip_prefix('/') else {
            return self.known(value).as_str().is_some_and(|text| text.eq_ignore_ascii_case(wanted));
        };
        let end = format!("/{end}").to_ascii_lowercase();
        if let Some((reference, api)) = self.reference_of(value) {
            let name = api.argument("name").map(|name| self.known(name));
            let own = name.as_ref().and_then(Value::as_str).map(str::to_ascii_lowercase);
            return reference.dotted() == "id" && own.is_some_and(|own| end == format!("/managedapis/{own}"));
        }
        value.text_parts().is_some_and(|parts| match parts.last() {
            Some(crate::resolve::value::TextPart::Text(text)) => text.to_ascii_lowercase().ends_with(&end),
            _ => false,
        })
    }

    /// Whether what stands beside a key leaves it in use.
    fn asks_for_keys(&self, resource: &Resource, place: &Map, integration: &Integration) -> bool {
        let get = |name: &str| entry(place, name, resource);
        let own = integration.condition.and_then(|(path, wanted)| Some((path.strip_prefix('.')?, wanted)));
        if own.is_some_and(|(name, wanted)| !get(name).is_some_and(|entry| self.says(&entry.value, wanted))) {
            return false;
        }
        // A connection names its way in beside its parameters.
        let chosen = |path: &&str| !resource.values_at(path).is_empty() || resource.is_open_at(path);
        if integration.place == PARAMETERS && CHOICES.iter().any(chosen) {
            return false;
        }
        let Some((name, wanted)) = integration.by_identity else { return true };
        match get(name) {
            None => place.rest.is_none(),
            Some(entry) => {
                let known = self.known(&entry.value);
                let text = known.as_str().map(str::to_owned).or_else(|| known.as_bool().map(|value| value.to_string()));
                matches!(known.kind, Kind::Null) || text.is_some_and(|text| !text.eq_ignore_ascii_case(wanted))
            }
        }
    }

    /// Whether a value certainly is a key, or a text with one in it.
    fn is_key(&self, key: &Key, value: &Value) -> bool {
        let value = self.known(inner(value));
        match &value.kind {
            Kind::Text(text) => {
                let pattern = text.pattern();
                let is_reference = crate::azure::secrets::is_reference(&pattern);
                !pattern.trim().is_empty() && !is_reference && (!key.is_text || holds_mark(text))
            }
            Kind::Ref(reference) => !key.is_text || gives_whole(reference),
            Kind::Unknown(why) => match &why.reason {
                Reason::Runtime(what) | Reason::Function(what) => what.starts_with("list") && !key.is_text,
                _ => false,
            },
            Kind::OneOf(values) => values.iter().all(|one| self.is_key(key, one)),
            _ => false,
        }
    }
}

/// What has to be set in the key's place.
fn way_out(resource: &Resource, place: &Map, integration: &Integration) -> Option<&'static str> {
    let written = integration.way_out;
    let name = written.split([' ', ':']).next().unwrap_or(written);
    // A name alone asks for any value.
    let is_named = |key: &str| key == name || key.strip_suffix(name).is_some_and(|before| before.ends_with('_'));
    let is_set = name == written && place.entries.iter().any(|entry| is_named(&entry.key));
    let is_unknown = SINCE.iter().any(|(property, since)| {
        *property == name && resource.version.as_deref().is_none_or(|version| version < *since)
    });
    (!is_set && !is_unknown).then_some(written)
}

/// Whether a text says that a key is in it, and one is.
fn holds_mark(text: &Text) -> bool {
    let pattern = text.pattern().to_ascii_lowercase().replace(' ', "");
    MARKS.iter().any(|mark| {
        let behind = pattern.split_once(mark).map(|(_, behind)| behind);
        behind.is_some_and(|behind| behind.chars().next().is_some_and(|next| !matches!(next, ';' | '&' | '"' | '\'')))
    })
}

/// Whether a reference is to a connection string with its key.
fn gives_whole(reference: &Ref) -> bool {
    let last = reference.path.iter().rev().find_map(|seg| if let Seg::Name(name, _) = seg { Some(name) } else { None });
    let letters: String = last.map_or("", |name| name).chars().filter(|letter| letter.is_alphanumeric()).collect();
    let letters = letters.to_ascii_lowercase();
    WHOLE.iter().any(|end| letters.ends_with(end))
}

/// A secure string is an object around its value.
fn inner(value: &Value) -> &Value {
    let is_secure = value.property("type").is_some_and(|kind| kind.value.as_str() == Some("SecureString"));
    let held = value.property("value").filter(|_| is_secure);
    held.map_or(value, |held| &held.value)
}

/// What holds keys, as often as it is there.
fn places<'r>(resource: &'r Resource, path: &str) -> Vec<&'r Map> {
    if path.is_empty() {
        return vec![&resource.body];
    }
    let values = resource.values_at(path).into_iter().flat_map(super::flatten);
    values.filter_map(|value| if let Kind::Map(map) = &value.kind { Some(map) } else { None }).collect()
}

fn entry<'m>(map: &'m Map, name: &str, resource: &Resource) -> Option<&'m Entry> {
    let found = if resource.kind.contains('/') { map.property(name) } else { map.get(name) };
    found.filter(|entry| entry.value.is_null() != Truth::Yes)
}

/// The entries at a path below a map; lists on the way are gone through.
fn entries<'m>(map: &'m Map, path: &str, resource: &Resource) -> Vec<&'m Entry> {
    match path.split_once('.') {
        None => entry(map, path, resource).into_iter().collect(),
        Some((first, rest)) => {
            let inner = entry(map, first, resource).map(|entry| super::flatten(&entry.value)).unwrap_or_default();
            let maps =
                inner.into_iter().filter_map(|value| if let Kind::Map(map) = &value.kind { Some(map) } else { None });
            maps.flat_map(|map| entries(map, rest, resource)).collect()
        }
    }
}
