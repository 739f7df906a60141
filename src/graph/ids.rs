//! The three ids of an identity, and arguments that take one of them.

use super::{Graph, ResourceId};
use crate::azure::ids;
use crate::resolve::value::{Kind, Value};

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

impl Graph<'_> {
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
                let path = reference.dotted();
                match (&*resource.kind, path.as_str()) {
                    ("azuread_application" | "azuread_application_registration", "object_id" | "id") => {
                        Some(IdKind::Application)
                    }
                    (_, "client_id" | "application_id")
                        if matches!(
                            &*resource.kind,
                            "azurerm_user_assigned_identity"
                                | "azurerm_client_config"
                                | "azuread_client_config"
                                | "azuread_application"
                                | "azuread_application_registration"
                                | "azuread_service_principal"
                        ) =>
                    {
                        Some(IdKind::Client)
                    }
                    (_, path) if path.ends_with("_identity.client_id") => Some(IdKind::Client),
                    (_, path) if path.ends_with("_identity.user_assigned_identity_id") => Some(IdKind::Resource),
                    (kind, "id") if kind.starts_with("azurerm_") => {
                        resource.facts.filter(|facts| !facts.arm.is_empty()).map(|_| IdKind::Resource)
                    }
                    _ if self.principals(value).iter().all(|one| {
                        matches!(one, Ok(principal) if !matches!(principal, super::Principal::Literal(_)))
                    }) =>
                    {
                        Some(IdKind::Principal)
                    }
                    _ => self.deployment.configured(reference).and_then(|configured| self.id_kind(&configured)),
                }
            }
            _ => None,
        }
    }
}
