//! Federated credentials: whom an issuer vouches for.

use super::{Graph, Mode, Resource, ResourceId};

const CREDENTIAL: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";

impl Graph<'_> {
    /// The federated credentials by which others act as a user-assigned identity or a service principal.
    #[must_use]
    pub fn federated_credentials(&self, principal: ResourceId) -> Vec<&Resource> {
        let application = self.application_of(principal);
        let is_of = |resource: &&Resource| match &*resource.kind {
            "azurerm_federated_identity_credential" => ["user_assigned_identity_id", "parent_id"]
                .iter()
                .filter_map(|name| resource.argument(name))
                .any(|identity| self.named_by(identity) == Some(principal)),
            "azuread_application_federated_identity_credential" => {
                let of = resource.argument("application_id").and_then(|id| id.as_ref()?.start());
                of.is_some() && of == application
            }
            _ if resource.is(CREDENTIAL) => {
                self.parent(resource, super::arm::USER_ASSIGNED_IDENTITY) == Some(principal)
            }
            _ => false,
        };
        self.resources().filter(|resource| resource.mode == Mode::Managed).filter(is_of).collect()
    }

    /// The application that a service principal is of.
    fn application_of(&self, principal: ResourceId) -> Option<ResourceId> {
        let resource = self.resource(principal).filter(|one| &*one.kind == "azuread_service_principal")?;
        let id = resource.argument("client_id").or_else(|| resource.argument("application_id"))?;
        id.as_ref()?.start()
    }
}
