//! Edits that move what is in the open to the place for secrets beside it.

use super::Language;
use crate::finding::Edit;
use crate::graph::Graph;
use crate::graph::open_variables::{OpenVariable, Remedy};
use crate::resolve::value::{Entry, Kind, Map, Truth};

/// Where azurerm keeps the variables of a container group.
const OPEN: &str = "environment_variables";
/// Where it keeps those that nobody sees.
const SECURE: &str = "secure_environment_variables";

impl Graph<'_> {
    /// The edits that keep variables from view, all of one container or one alone.
    #[must_use]
    pub fn secure(&self, variables: &[&OpenVariable]) -> Option<Vec<Edit>> {
        let first = variables.first()?;
        match &first.remedy {
            Remedy::None => None,
            Remedy::Rename(entry) => {
                let is_arm = self.resource(first.resource)?.kind.contains('/');
                let new = if is_arm { "secureValue" } else { "secure_value" };
                Some(vec![self.renamed(entry.key_span, "value", new)?])
            }
            Remedy::Move(_, container) => {
                let entry = |variable: &&OpenVariable| match &variable.remedy {
                    Remedy::Move(entry, _) => Some(entry.clone()),
                    Remedy::Rename(_) | Remedy::None => None,
                };
                self.moved(container, &variables.iter().filter_map(entry).collect::<Vec<_>>())
            }
        }
    }

    /// The edits that move entries of the open variables of a container to the others.
    fn moved(&self, container: &Map, entries: &[Entry]) -> Option<Vec<Edit>> {
        let open = container.get(OPEN)?;
        let Kind::Map(all) = &open.value.kind else { return None };
        let is_here = open.value.via.is_none() && all.rest.is_none() && container.rest.is_none();
        if !is_here || self.language(open.key_span)? != Language::Hcl {
            return None;
        }
        let written = |entry: &Entry| {
            let (key, value) = (self.sources.slice(entry.key_span), self.sources.slice(self.value_place(entry)?));
            (!value.contains('\n')).then(|| (key.to_owned(), value.to_owned()))
        };
        let remove = |entry: &Entry| self.remove_entry(entry);
        let is_all = all.entries.len() == entries.len();
        match container.get(SECURE).filter(|entry| entry.value.is_null() != Truth::Yes) {
            Some(secure) => {
                let Kind::Map(map) = &secure.value.kind else { return None };
                if is_all || secure.value.via.is_some() {
                    return None;
                }
                let mut edits = Vec::new();
                for entry in entries {
                    let (key, value) = written(entry)?;
                    edits.extend([self.insert_entry(map, &key, &value)?, remove(entry)?]);
                }
                Some(edits)
            }
            None if is_all => Some(vec![self.renamed(open.key_span, OPEN, SECURE)?]),
            None => {
                let lines =
                    entries.iter().map(|entry| written(entry).map(|(key, value)| format!("  {key} = {value}\n")));
                let lines: String = lines.collect::<Option<_>>()?;
                let mut edits = vec![self.entry_before(open.key_span, SECURE, &format!("{{\n{lines}}}"))?];
                for entry in entries {
                    edits.push(remove(entry)?);
                }
                Some(edits)
            }
        }
    }
}
