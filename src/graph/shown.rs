//! What everybody sees who may read a resource: its name and its tags.

use super::{Graph, Resource};
use crate::resolve::value::{InstanceId, Kind, Value};

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
}
