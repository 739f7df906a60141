//! What is granted in Microsoft Entra ID: roles of the directory, and permissions of applications such as Microsoft Graph.

use super::{Grant, Graph, Resource, ResourceId, Right};
use crate::resolve::value::{Reason, Truth, Value, Why};

/// A type whose resources grant something in the directory, and where they say whom and what.
struct Form {
    kind: &'static str,
    principal: &'static str,
    role: &'static str,
    /// The application whose permission it is; empty for roles of the directory.
    application: &'static str,
}

/// Resources of azuread, and of Bicep's extension for Microsoft Graph
/// (learn.microsoft.com, graph/templates/bicep/reference/overview).
const FORMS: [Form; 4] = [
    Form {
        kind: "azuread_app_role_assignment",
        principal: "principal_object_id",
        role: "app_role_id",
        application: "resource_object_id",
    },
    Form {
        kind: "azuread_directory_role_assignment",
        principal: "principal_object_id",
        role: "role_id",
        application: "",
    },
    Form {
        kind: "azuread_directory_role_member",
        principal: "member_object_id",
        role: "role_object_id",
        application: "",
    },
    Form {
        kind: "Microsoft.Graph/appRoleAssignedTo",
        principal: "principalId",
        role: "appRoleId",
        application: "resourceId",
    },
];

/// Reads a resource that grants something in the directory.
pub(super) fn read(graph: &mut Graph<'_>, id: ResourceId) {
    let Some(resource) = graph.resource(id) else { return };
    let Some(form) = FORMS.iter().find(|form| resource.is(form.kind)) else { return };
    let grant = grant(resource, form);
    graph.grants.push(grant);
}

fn grant(resource: &Resource, form: &Form) -> Grant {
    let absent = || Value::unknown(Why::new(Reason::Missing("argument".into()), resource.span), resource.span);
    let argument = |name: &str| resource.argument(name).cloned();
    let right = Right::InDirectory {
        written: argument(form.role).unwrap_or_else(absent),
        application: argument(form.application).filter(|one| one.is_null() != Truth::Yes),
    };
    // It holds nowhere in Azure.
    let scope = Value::null(resource.span);
    let at = (resource.id, resource.span, resource.presence);
    Grant::new(at, argument(form.principal).unwrap_or_else(absent), right, scope)
}
