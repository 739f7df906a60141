//! Which identities are attached to a resource, and whether one that it selects is among them.

use super::meaning::{Meaning, meaning};
use super::{Declared, Graph, Host, Ids, Principal, ResourceId};
use crate::azure::ids;
use crate::ir::Name;
use crate::resolve::value::{Kind, Text, TextPart, Truth, Value, every};

/// What a value that selects an identity names.
enum Named {
    /// A user-assigned identity that is made or looked up here.
    Identity(ResourceId),
    /// A resource id as text, in lower case.
    Literal(String),
    /// One of this name, in lower case, somewhere: an id of which not all is known.
    Somewhere(String),
}

impl Graph<'_> {
    /// The user-assigned identity that a value certainly names by its resource id or its client id.
    #[must_use]
    pub fn identity_of(&self, value: &Value) -> Option<ResourceId> {
        match self.named(value)? {
            Named::Identity(id) => Some(id),
            Named::Literal(_) | Named::Somewhere(_) => None,
        }
    }

    /// What people call the identity that a value names.
    #[must_use]
    pub fn name_of(&self, value: &Value) -> Option<Name> {
        match self.named(value)? {
            Named::Identity(id) => Some(self.title(id)),
            Named::Literal(_) | Named::Somewhere(_) => {
                let parts = value.text_parts()?;
                let TextPart::Text(last) = parts.last()? else { return None };
                last.trim_end_matches('/').rsplit('/').next().map(Name::from)
            }
        }
    }

    fn named(&self, value: &Value) -> Option<Named> {
        let is_identity = |id: &ResourceId| {
            self.resource(*id).is_some_and(|resource| resource.is_arm(super::arm::USER_ASSIGNED_IDENTITY))
        };
        if let Some((reference, resource)) = self.reference_of(value) {
            let dotted = reference.dotted();
            let by_client = meaning(resource, &dotted) == Some(Meaning::Client);
            let id = if by_client { Some(resource.id) } else { self.named_by(value) };
            return id.filter(is_identity).map(Named::Identity);
        }
        if let Kind::Text(Text::Parts(parts)) = &value.kind
            && let Some(TextPart::Text(last)) = parts.last()
            && let Some((path, name)) = last.trim_end_matches('/').rsplit_once('/')
        {
            let is_identity = path.to_ascii_lowercase().ends_with("microsoft.managedidentity/userassignedidentities");
            return is_identity.then(|| Named::Somewhere(name.to_ascii_lowercase()));
        }
        let text = value.as_str().filter(|text| ids::level(text) == Some(ids::IdLevel::Resource))?;
        Some(Named::Literal(text.trim_end_matches('/').to_ascii_lowercase()))
    }

    /// Whether the identity that a value names, by resource id or client id, is attached to the host.
    #[must_use]
    pub fn attached(&self, host: &Host, value: &Value) -> Truth {
        let (block, there) = match &host.declared {
            Declared::None(_) => return Truth::No,
            Declared::Unknown(_) => return Truth::Maybe,
            Declared::Block(block) => (block, Truth::Yes),
            Declared::Perhaps(block) => (&**block, Truth::Maybe),
        };
        if self.touched.contains(&host.resource) {
            return Truth::Maybe;
        }
        let (items, open): (&[Value], bool) = match &block.ids {
            Ids::Absent | Ids::Empty(_) => (&[], false),
            Ids::Listed { items, rest } => (items, rest.is_some()),
            Ids::Unknown(_) | Ids::Malformed { .. } => return Truth::Maybe,
        };
        let named = every(value.alternatives().iter().map(|one| match self.named(one) {
            None => Truth::Maybe,
            Some(wanted) => {
                // An item that may be null attaches nothing then.
                let items = items.iter().flat_map(Value::alternatives).filter(|item| item.is_null() != Truth::Yes);
                let found = items.map(|item| self.is_named(item, &wanted));
                found.fold(if open { Truth::Maybe } else { Truth::No }, Truth::or)
            }
        }));
        named.and(there)
    }

    /// References are compared with references, texts with texts: one may be the other.
    fn is_named(&self, item: &Value, wanted: &Named) -> Truth {
        match (self.named(item), wanted) {
            (Some(Named::Identity(a)), Named::Identity(b)) => self.is_same(&Principal::User(a), &Principal::User(*b)),
            (Some(Named::Literal(a)), Named::Literal(b)) => Truth::from(a == *b),
            // Another name is another identity; the same name may be one in another resource group.
            (Some(Named::Somewhere(a)), Named::Somewhere(b)) if a != *b => Truth::No,
            _ => Truth::Maybe,
        }
    }

    /// The user-assigned identity that is the only one attached to a resource.
    #[must_use]
    pub fn only_attached(&self, id: ResourceId) -> Option<ResourceId> {
        let Declared::Block(block) = &self.host(id)?.declared else { return None };
        match &block.ids {
            Ids::Listed { items, rest: None } => match items.as_slice() {
                [only] => self.identity_of(only),
                _ => None,
            },
            _ => None,
        }
    }
}
