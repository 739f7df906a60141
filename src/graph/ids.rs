//! The three ids of an identity, and arguments that take one of them.

use super::meaning::{Meaning, meaning};
use super::{Graph, ResourceId};
use crate::azure::ids;
use crate::finding::Edit;
use crate::resolve::value::{Kind, Value};
use crate::source::Span;

/// What an id identifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdKind {
    /// A principal: its object id.
    Principal,
    /// The application of an identity: its client id.
    Client,
    /// An ARM resource.
    Resource,
    /// An app registration, which is not a principal.
    Application,
}

impl IdKind {
    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Principal => "principal (object) id",
            Self::Client => "client id",
            Self::Resource => "resource id",
            Self::Application => "id of an app registration",
        }
    }
}

/// An argument that takes an id of a certain kind.
#[derive(Debug)]
pub struct IdArgument {
    /// The resource.
    pub resource: ResourceId,
    /// The argument's path.
    pub argument: &'static str,
    /// The kind it takes.
    pub takes: IdKind,
    /// What it is given.
    pub value: Value,
}

/// The attribute of a user-assigned identity.
fn id_name(kind: IdKind, arm: bool) -> Option<&'static str> {
    match (kind, arm) {
        (IdKind::Principal, false) => Some("principal_id"),
        (IdKind::Client, false) => Some("client_id"),
        (IdKind::Resource, false) => Some("id"),
        (IdKind::Principal, true) => Some("principalId"),
        (IdKind::Client, true) => Some("clientId"),
        (IdKind::Resource, true) | (IdKind::Application, _) => None,
    }
}

impl Graph<'_> {
    /// The edit that turns a reference to one id of a user-assigned identity into one to another id of it, where the
    /// language gives each a name of its own.
    #[must_use]
    pub fn other_id(&self, value: &Value, wanted: IdKind) -> Option<Edit> {
        let (reference, resource) = self.reference_of(value)?;
        let (_, span) = reference.last_name()?;
        if !resource.is_arm(super::arm::USER_ASSIGNED_IDENTITY) {
            return None;
        }
        // In ARM the ids stand below `properties`, the resource id does not: only those are told apart by one name.
        let arm = resource.kind.contains('/');
        let dotted = reference.dotted();
        if super::azapi::path(&dotted).split('.').count() != if arm { 2 } else { 1 } {
            return None;
        }
        Some(Edit { span, text: id_name(wanted, arm)?.to_owned() })
    }

    /// How a resource's module refers to an id of a user-assigned identity, or to the resource id of anything else, that it
    /// declares once.
    #[must_use]
    pub fn expression(&self, id: ResourceId, wanted: IdKind) -> Option<String> {
        let resource = self.resource(id)?;
        let once = self.deployment.node(id).is_some_and(|node| node.key == crate::resolve::eval::Key::Once);
        let declared = self.deployment.resource(id)?;
        if resource.kind.contains('/') {
            let is_identity = resource.is_arm(super::arm::USER_ASSIGNED_IDENTITY);
            let is_bicep = self.language(declared.span) == Some(super::edits::Language::Bicep);
            let attribute = match id_name(wanted, true) {
                _ if !once || !is_bicep || declared.name.contains("::") => return None,
                None if wanted == IdKind::Resource => "id".to_owned(),
                Some(name) if is_identity => format!("properties.{name}"),
                _ => return None,
            };
            return Some(format!("{}.{attribute}", declared.name));
        }
        let is_identity = &*resource.kind == "azurerm_user_assigned_identity";
        let has_id = resource.kind.starts_with("azurerm_") && !resource.arm_type().is_empty();
        if !once || !(is_identity || wanted == IdKind::Resource && has_id) {
            return None;
        }
        let data = if resource.mode == crate::ir::Mode::Data { "data." } else { "" };
        Some(format!("{data}{}.{}.{}", resource.kind, declared.name, id_name(wanted, false)?))
    }

    /// The edit that takes another attribute of the same resource, where attributes are written behind its name.
    #[must_use]
    pub fn other_attribute(&self, value: &Value, name: &str) -> Option<Edit> {
        let (reference, resource) = self.reference_of(value).filter(|_| value.via.is_none())?;
        let (_, span) = reference.last_name().filter(|_| reference.path.len() == 1)?;
        // In ARM's expressions the id of a resource is the call of a function.
        let written = !resource.kind.contains('/') || span.end - span.start == 2;
        written.then(|| Edit { span, text: name.to_owned() })
    }

    /// Whether a text is what a reference to an identity looks like without its quotes.
    #[must_use]
    pub fn is_reference_in_quotes(&self, text: &str) -> bool {
        text.strip_prefix("data.").unwrap_or(text).starts_with("azurerm_user_assigned_identity.")
    }

    /// Whether two resources are declared in the same instance of a module.
    #[must_use]
    pub fn same_module(&self, a: ResourceId, b: ResourceId) -> bool {
        let instance = |id| self.deployment.node(id).map(|node| node.instance);
        instance(a).is_some() && instance(a) == instance(b)
    }

    /// The edit that puts another text between the quotes of a literal, if the value is exactly one.
    #[must_use]
    pub fn other_text(&self, value: &Value, text: &str) -> Option<Edit> {
        let written = value.as_str()?;
        let inside = value.span.end.checked_sub(value.span.start)?.checked_sub(2)?;
        let span = Span { start: value.span.start + 1, end: value.span.end - 1, ..value.span };
        (inside as usize == written.len()).then(|| Edit { span, text: text.to_owned() })
    }

    /// The edit that adds to the end of a literal, if that is where its text ends.
    #[must_use]
    pub fn longer_text(&self, value: &Value, text: &str) -> Option<Edit> {
        let crate::resolve::value::TextPart::Text(last) = value.text_parts()?.pop()? else { return None };
        let inside = self.sources.slice(value.span).strip_suffix(['"', '\''])?;
        let end = Span { start: value.span.end - 1, end: value.span.end - 1, ..value.span };
        inside.ends_with(&*last).then(|| Edit { span: end, text: text.to_owned() })
    }

    /// What kind of id a value certainly is.
    #[must_use]
    pub fn id_kind(&self, value: &Value) -> Option<IdKind> {
        if let Some(text) = value.as_str() {
            return (ids::level(text) == Some(ids::IdLevel::Resource)).then_some(IdKind::Resource);
        }
        match &value.kind {
            Kind::OneOf(values) => {
                let mut kinds = values.iter().map(|one| self.id_kind(one));
                let first = kinds.next()??;
                kinds.all(|kind| kind == Some(first)).then_some(first)
            }
            Kind::Ref(reference) => {
                let (_, resource) = self.reference_of(value)?;
                match meaning(resource, &reference.dotted()) {
                    Some(Meaning::Application) => Some(IdKind::Application),
                    Some(Meaning::Client) => Some(IdKind::Client),
                    Some(Meaning::Resource) => Some(IdKind::Resource),
                    Some(_) => Some(IdKind::Principal),
                    None => self.deployment.configured(reference).and_then(|configured| self.id_kind(&configured)),
                }
            }
            _ => None,
        }
    }
}
