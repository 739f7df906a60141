//! What messages call principals, roles and scopes.

use crate::azure::ids::IdLevel;
use crate::graph::{Grant, Principal, Right, Role};
use crate::resolve::value::Value;
use crate::rules::Cx;

/// Who is granted something, if that is certain.
pub(super) fn principal(cx: &Cx<'_>, value: &Value) -> Option<String> {
    Some(match cx.graph.only_principal(value)? {
        Principal::Literal(id) => format!("`{id}`"),
        Principal::Deployer(_) => "whoever deploys".to_owned(),
        Principal::System(id)
        | Principal::User(id)
        | Principal::Other(id)
        | Principal::ServicePrincipal(id)
        | Principal::Group(id)
        | Principal::Person(id) => format!("`{}`", cx.graph.title(id)),
    })
}

/// The role that is granted, if it is certain which one.
pub(super) fn role(cx: &Cx<'_>, grant: &Grant) -> Option<String> {
    let Right::Role { roles, .. } = &grant.right else { return None };
    let [role] = roles.as_slice() else { return None };
    Some(match role {
        Role::BuiltIn(role) => role.name.to_owned(),
        Role::Custom(id) => format!("`{}`", cx.graph.role_title(*id)),
        Role::Named(name) => format!("`{name}`"),
        Role::Guid(guid) => format!("the role `{guid}`"),
        Role::Unknown(_) => return None,
    })
}

/// Where something is granted: what is wider than a resource group goes by its kind.
pub(super) fn scope(cx: &Cx<'_>, scope: &Value, article: &str) -> Option<String> {
    Some(match cx.graph.level(scope)? {
        IdLevel::Resource => match cx.graph.named_by(scope) {
            Some(id) => format!("`{}`", cx.graph.title(id)),
            None => format!("`{}`", cx.graph.scoped_type(scope)?.title),
        },
        IdLevel::ResourceGroup => format!("{article} whole resource group"),
        IdLevel::Subscription => format!("{article} whole subscription"),
        IdLevel::ManagementGroup => format!("{article} whole management group"),
        IdLevel::Tenant => format!("{article} whole tenant"),
    })
}
