//! Edits that put something new beside what is written, or take something away. What is new is written as the language
//! at that place writes it, on a line of its own, and leaves everything else as it is.

mod assignments;
mod columns;
mod declarations;
mod grants;
mod identities;
mod keeping;
mod layout;
mod lists;
mod members;
mod references;
mod renames;
mod secured;
mod settings;
mod tidy;
mod turns;
mod waits;

use super::{Graph, IdKind, ResourceId};
use crate::finding::Edit;
use crate::resolve::value::{Entry, Kind, Map, Value};
use crate::source::Span;

/// A value to write.
#[derive(Debug, Clone, Copy)]
pub enum Written<'t> {
    /// A string.
    Text(&'t str),
    /// A truth value.
    Bool(bool),
    /// An id of a resource of the same module.
    Id(ResourceId, IdKind),
}

/// A language that edits are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// Terraform's own.
    Hcl,
    /// Bicep.
    Bicep,
    /// ARM templates.
    Json,
}

impl Graph<'_> {
    /// The language that stands at a place; none if edits there are not written.
    pub(super) fn language(&self, span: Span) -> Option<Language> {
        let path = self.sources.get(span.source)?.display().to_ascii_lowercase();
        match path.rsplit('.').next() {
            Some("tf" | "tofu") => Some(Language::Hcl),
            Some("bicep") => Some(Language::Bicep),
            Some("json" | "jsonc") if !path.ends_with(".tf.json") => Some(Language::Json),
            _ => None,
        }
    }

    /// How a value is written in the module of a resource.
    fn written(&self, value: Written<'_>, language: Language, at: ResourceId) -> Option<String> {
        match (value, language) {
            (Written::Text(text), _) if text.contains(['"', '\\', '$', '%', '\n']) => None,
            (Written::Text(text), Language::Bicep) => Some(format!("'{}'", text.replace('\'', "\\'"))),
            (Written::Text(text), _) => Some(format!("\"{text}\"")),
            (Written::Bool(value), _) => Some(value.to_string()),
            (Written::Id(id, kind), _) => {
                let text = self.expression(id, kind).filter(|_| self.same_module(id, at))?;
                Some(text)
            }
        }
    }

    /// Where the name of the first entry stands that is written as one.
    fn first_key(&self, map: &Map) -> Option<Span> {
        let is_written = |entry: &&Entry| {
            let text = self.sources.slice(entry.key_span);
            text.trim_matches(['"', '\'']).eq_ignore_ascii_case(&entry.key)
        };
        map.entries.iter().filter(is_written).map(|entry| entry.key_span).min_by_key(|span| span.start)
    }

    /// The edit that gives a map one more entry, in front of those that it has.
    fn insert_entry(&self, map: &Map, name: &str, value: &str) -> Option<Edit> {
        let first = self.first_key(map)?;
        let all_here = map.entries.iter().all(|entry| entry.key_span.source == first.source);
        let is_there = map.entries.iter().any(|entry| entry.key.eq_ignore_ascii_case(name));
        let open = map.rest.is_some() || !all_here || is_there;
        if open { None } else { self.entry_before(first, name, value) }
    }

    /// The edit that gives a resource one more argument: an azurerm one by its name, an ARM one by its path.
    #[must_use]
    pub fn insert(&self, id: ResourceId, argument: &str, path: &str, value: Written<'_>) -> Option<Edit> {
        let resource = self.resource(id)?;
        let declared = self.deployment.resource(id)?;
        let written = |language| self.written(value, language, id);
        if !resource.kind.contains('/') {
            let first = declared.body.attrs.first().filter(|_| declared.body.attr(argument).is_none())?;
            let text = written(self.language(first.span).filter(|language| *language == Language::Hcl)?)?;
            return self.entry_before(first.span, argument, &text);
        }
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        let map = match parent {
            "" => &resource.body,
            _ => match resource.values_at(parent).as_slice() {
                [only] if only.via.is_none() => match &only.kind {
                    Kind::Map(map) => map,
                    _ => return None,
                },
                _ => return None,
            },
        };
        self.entry_in(map, name, value, id)
    }

    /// The edit that gives a map in the declaration of a resource one more entry.
    pub(super) fn entry_in(&self, map: &Map, name: &str, value: Written<'_>, at: ResourceId) -> Option<Edit> {
        self.insert_entry(map, name, &self.written(value, self.language(self.first_key(map)?)?, at)?)
    }

    /// The edit that gives a resource several more arguments.
    #[must_use]
    pub fn insert_all(&self, id: ResourceId, new: &[(&str, &str, Written<'_>)]) -> Option<Edit> {
        let edits: Option<Vec<Edit>> =
            new.iter().map(|(argument, path, value)| self.insert(id, argument, path, *value)).collect();
        let mut edits = edits?.into_iter();
        let first = edits.next()?;
        let text = edits.fold(first.text, |text, edit| text + &edit.text);
        Some(Edit { span: first.span, text })
    }

    /// Whether a grant can have a condition: eligible and scheduled ones of azurerm have none.
    #[must_use]
    pub fn takes_condition(&self, grant: ResourceId) -> bool {
        self.resource(grant)
            .is_some_and(|resource| resource.kind.contains('/') || &*resource.kind == "azurerm_role_assignment")
    }

    /// The edit that selects one of a site's identities for the references in its settings.
    #[must_use]
    pub fn select_for_references(&self, site: ResourceId, identity: &Value) -> Option<Edit> {
        let id = self.identity_of(identity).filter(|_| identity.via.is_none())?;
        let value = Written::Id(id, IdKind::Resource);
        self.insert(site, "key_vault_reference_identity_id", "properties.keyVaultReferenceIdentity", value)
    }

    /// The edit that puts another value in the place of one that is written there as a literal.
    #[must_use]
    pub fn replace(&self, old: &Value, new: Written<'_>, at: ResourceId) -> Option<Edit> {
        let is_plain = old.via.is_none() && matches!(old.kind, Kind::Bool(_) | Kind::Null);
        let text = self.written(new, self.language(old.span)?, at).filter(|_| is_plain)?;
        Some(Edit { span: old.span, text })
    }

    /// The edit that refers to an id of another identity in the place of a reference.
    #[must_use]
    pub fn refer_to(&self, value: &Value, id: ResourceId, kind: IdKind, at: ResourceId) -> Option<Edit> {
        let language = self.language(value.span).filter(|language| *language != Language::Json)?;
        let is_reference = value.as_ref().is_some() && value.via.is_none();
        let text = self.written(Written::Id(id, kind), language, at).filter(|_| is_reference)?;
        Some(Edit { span: value.span, text })
    }

    /// The edit that turns a literal `false` to `true`, wherever the value came from.
    #[must_use]
    pub fn switched_on(&self, value: &Value) -> Option<Edit> {
        let is_written = matches!(value.kind, Kind::Bool(false)) && self.sources.slice(value.span) == "false";
        is_written.then(|| Edit { span: value.span, text: "true".to_owned() })
    }

    /// The edit that takes an argument, property or setting away, of which the value is written on one line with its name.
    #[must_use]
    pub fn remove(&self, value: &Value) -> Option<Edit> {
        let lines = self.item_of(value.span).or_else(|| self.lines_of(value.span));
        lines.filter(|_| value.via.is_none()).map(|span| Edit { span, text: String::new() })
    }

    /// The edit that states the permission model of a vault, by the name that every possible version of azurerm knows.
    #[must_use]
    pub fn state_model(&self, vault: ResourceId, roles: bool) -> Option<Edit> {
        let argument =
            if self.azurerm.at_least(5) { "rbac_authorization_enabled" } else { "enable_rbac_authorization" };
        let is_arm = self.resource(vault)?.kind.contains('/');
        let declared = self.deployment.resource(vault)?;
        let names = ["rbac_authorization_enabled", "enable_rbac_authorization"];
        let is_said = names.iter().any(|name| declared.body.attr(name).is_some());
        let is_known = is_arm || !is_said && (self.azurerm.at_least(5) || self.azurerm.below(5));
        let edit = self.insert(vault, argument, "properties.enableRbacAuthorization", Written::Bool(roles));
        edit.filter(|_| is_known)
    }

    /// How a value is written at a place of the module of a resource.
    pub(super) fn written_at(&self, value: Written<'_>, place: Span, at: ResourceId) -> Option<String> {
        self.written(value, self.language(place)?, at)
    }

    /// How an id of a resource is put into a text that stands at a place of the same module.
    #[must_use]
    pub fn hole(&self, id: ResourceId, kind: IdKind, place: Span, at: ResourceId) -> Option<String> {
        let language = self.language(place).filter(|language| *language != Language::Json)?;
        Some(format!("${{{}}}", self.written(Written::Id(id, kind), language, at)?))
    }
}
