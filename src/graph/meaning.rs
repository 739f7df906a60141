//! What an attribute of a resource identifies, in each spelling.

use super::Resource;

/// What an attribute identifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The principal of the resource's own system-assigned identity.
    SystemPrincipal,
    /// The principal of the user-assigned identity that the resource is.
    UserPrincipal,
    /// A principal that the resource makes beside its own, such as a cluster's kubelet identity.
    OtherPrincipal,
    /// The service principal that the resource is.
    ServicePrincipal,
    /// The group that the resource is.
    Group,
    /// The person that the resource is.
    Person,
    /// Whoever deploys.
    Deployer,
    /// The application behind an identity.
    Client,
    /// The resource itself.
    Resource,
    /// An app registration.
    Application,
}

/// What the attribute at this path, names joined by dots, identifies.
pub(super) fn meaning(resource: &Resource, path: &str) -> Option<Meaning> {
    if resource.kind.contains('/') { arm(resource, path) } else { azurerm(resource, path) }
}

fn azurerm(resource: &Resource, path: &str) -> Option<Meaning> {
    Some(match (&*resource.kind, path) {
        ("azurerm_user_assigned_identity", "principal_id") => Meaning::UserPrincipal,
        ("azurerm_user_assigned_identity", "client_id") => Meaning::Client,
        ("azuread_service_principal", "object_id" | "id") => Meaning::ServicePrincipal,
        ("azuread_group", "object_id" | "id") => Meaning::Group,
        ("azuread_user", "object_id" | "id") => Meaning::Person,
        ("azurerm_client_config" | "azuread_client_config" | "azapi_client_config", "object_id") => Meaning::Deployer,
        ("azuread_application" | "azuread_application_registration", "object_id" | "id") => Meaning::Application,
        (
            "azurerm_client_config"
            | "azuread_client_config"
            | "azuread_application"
            | "azuread_application_registration"
            | "azuread_service_principal",
            "client_id" | "application_id",
        ) => Meaning::Client,
        (_, "identity.principal_id") => Meaning::SystemPrincipal,
        (_, path) if path.ends_with("_identity.object_id") || path.ends_with("_identity.principal_id") => {
            Meaning::OtherPrincipal
        }
        (_, path) if path.ends_with("_identity.client_id") => Meaning::Client,
        (_, path) if path.ends_with("_identity.user_assigned_identity_id") => Meaning::Resource,
        (kind, "id") if kind.starts_with("azurerm_") && !resource.arm_type().is_empty() => Meaning::Resource,
        _ => return None,
    })
}

fn arm(resource: &Resource, path: &str) -> Option<Meaning> {
    let kind = resource.kind.to_ascii_lowercase();
    if let Some(kind) = kind.strip_prefix("microsoft.graph/") {
        return graph(kind, path);
    }
    let identity = resource.is(super::arm::USER_ASSIGNED_IDENTITY);
    Some(match super::azapi::path(path) {
        "properties.principalId" if identity => Meaning::UserPrincipal,
        "properties.clientId" if identity => Meaning::Client,
        "identity.principalId" => Meaning::SystemPrincipal,
        "id" => Meaning::Resource,
        path if path.to_ascii_lowercase().ends_with("identity.objectid") => Meaning::OtherPrincipal,
        path if path.to_ascii_lowercase().ends_with("identity.clientid") => Meaning::Client,
        _ => return None,
    })
}

/// What Microsoft Graph calls `id` is the object id (learn.microsoft.com, graph/templates/bicep/reference/overview).
fn graph(kind: &str, path: &str) -> Option<Meaning> {
    Some(match (kind, path) {
        ("serviceprincipals", "id") => Meaning::ServicePrincipal,
        ("groups", "id") => Meaning::Group,
        ("users", "id") => Meaning::Person,
        ("applications", "id") => Meaning::Application,
        ("serviceprincipals" | "applications", "appId") => Meaning::Client,
        _ => return None,
    })
}
