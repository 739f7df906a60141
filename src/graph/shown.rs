//! What everybody sees who may read a resource: its name and its tags.

use super::{Graph, Resource, Secret, SecretKind};
use crate::azure::secrets::{names_identifier, names_secret};
use crate::ir::Holds;
use crate::resolve::value::{Hop, InstanceId, Kind, Step, Value};

/// Through more declarations that keep a value secret no text is followed.
const MAX_DEPTH: u32 = 8;

impl Graph<'_> {
    /// The name and the tags of a resource, and what a message calls them.
    #[must_use]
    pub fn labels_of(&self, resource: &Resource) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        found.extend(resource.argument("name").map(|name| ("a name".to_owned(), name.clone())));
        if let Some(tags) = resource.argument("tags") {
            let known = self.known(tags);
            if let Kind::Map(map) = &known.kind {
                let entry = |entry: &crate::resolve::value::Entry| {
                    (
                        format!("tag `{}` of `{}`", entry.key, resource.title),
                        crate::resolve::value::part_of(&known, &entry.value),
                    )
                };
                found.extend(map.entries.iter().map(entry));
            }
        }
        found
    }

    /// Whether the root module is certainly deployed as it stands: it is a template, has been given values, or says which
    /// provider or which backend it uses. Else it may be a module that somebody else calls.
    #[must_use]
    pub fn is_deployed(&self) -> bool {
        let root = self.deployment.module(InstanceId(0));
        root.is_some_and(|root| {
            let says = root.settings.iter().any(|block| {
                let of_state = |inner: &crate::ir::Block| ["backend", "cloud"].contains(&&*inner.name);
                &*block.name == "provider" || block.body.blocks.iter().any(of_state)
            });
            root.as_a_whole || says || !self.deployment.root().given.is_empty()
        })
    }

    /// The secrets that a value shows to whoever sees it. An input that is kept secret need not be one in all its parts: a
    /// member counts if its name says so. What is written in the code is no secret by where it leads through, and what only
    /// identifies somebody is none.
    #[must_use]
    pub fn shows(&self, value: &Value) -> Vec<Secret> {
        self.shown_in(value, MAX_DEPTH)
    }

    /// Whether a secret is no member of an input, but all of it.
    #[must_use]
    pub fn is_whole_input(&self, secret: &Secret) -> bool {
        matches!(secret.kind, SecretKind::Input(_)) && member(secret).is_none()
    }

    fn shown_in(&self, value: &Value, depth: u32) -> Vec<Secret> {
        self.secrets_in(value).into_iter().filter(|secret| self.is_the_secret(secret, depth)).collect()
    }

    fn is_the_secret(&self, secret: &Secret, depth: u32) -> bool {
        let (SecretKind::Input(name) | SecretKind::Output(name)) = &secret.kind else { return true };
        if names_identifier(name) {
            return false;
        }
        let value = &secret.value;
        if value.as_str().is_some() {
            let in_file = value.steps().iter().any(|step| matches!(step.hop, Hop::ParameterFile(_)));
            let inputs = self.inputs_of(value);
            return in_file && inputs.iter().any(|input| input.name == *name && input.holds == Holds::Text);
        }
        // What is put together from seen parts is as secret as these.
        let is_seen = match &value.kind {
            Kind::Unknown(_) => value.made_of.is_some(),
            Kind::Text(_) | Kind::OneOf(_) | Kind::List(_) | Kind::Map(_) => true,
            _ => return false,
        };
        if is_seen && value.via.is_some() {
            let inside = Value { via: None, ..value.clone() };
            return depth > 0 && !self.shown_in(&inside, depth - 1).is_empty();
        }
        member(secret).is_none_or(names_secret)
    }
}

/// The member of an input or output that a secret is, if it is not all of it.
fn member(secret: &Secret) -> Option<&str> {
    let is_kept = |step: &&Step| step.through.is_some_and(|through| through.secure);
    let since = secret.value.back().take_while(|step| !is_kept(step));
    since.filter_map(|step| if let Hop::Part(part) = &step.hop { Some(&**part) } else { None }).last()
}
