//! What is granted in Microsoft Entra ID: roles of the directory, and permissions of applications such as Microsoft Graph.

use super::{Grant, Graph, Resource, ResourceId, Right};
use crate::azure::directory::{self, Power};
use crate::resolve::value::{Reason, Seg, Truth, Value, Why};
use crate::source::Span;

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
const FORMS: [Form; 5] = [
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
    // To be eligible for a role is to have it for the asking.
    Form {
        kind: "azuread_directory_role_eligibility_schedule_request",
        principal: "principal_id",
        role: "role_definition_id",
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

impl Graph<'_> {
    /// The right over the whole directory that is certainly granted, and where its role or application is looked up.
    #[must_use]
    pub fn directory_power(&self, right: &Right) -> Option<(&'static Power, Option<Span>)> {
        let Right::InDirectory { written, application } = right else { return None };
        let mut each = written.alternatives().iter().map(|one| self.one_power(one, application.is_some()));
        let first = each.next()??;
        each.all(|other| other.is_some()).then_some(first)
    }

    fn one_power(&self, written: &Value, of_graph: bool) -> Option<(&'static Power, Option<Span>)> {
        if let Some((reference, resource)) = self.reference_of(written) {
            let path = reference.path.as_slice();
            match (&*resource.kind, path) {
                ("azuread_service_principal", [Seg::Name(map, _), Seg::Name(name, _)]) if &**map == "app_role_ids" => {
                    let place = self.is_microsoft_graph(resource)?;
                    return Some((directory::by_name(name, true).filter(|_| of_graph)?, Some(place)));
                }
                ("azuread_directory_role", [Seg::Name(id, _)])
                    if matches!(&**id, "id" | "object_id" | "template_id") && !of_graph =>
                {
                    let by_name = self.text_of(resource, "display_name", |text| directory::by_name(text, false));
                    return by_name
                        .or_else(|| self.text_of(resource, "template_id", |text| directory::by_guid(text, false)));
                }
                _ => {}
            }
        }
        let known = self.known(written);
        Some((directory::by_guid(known.as_str()?, of_graph)?, None))
    }

    /// What the text of an argument means, and where it stands.
    fn text_of<T>(&self, resource: &Resource, name: &str, of: impl Fn(&str) -> Option<T>) -> Option<(T, Option<Span>)> {
        let known = self.known(resource.argument(name)?);
        Some((of(known.as_str()?)?, Some(known.span)))
    }

    /// Where it says that a service principal is that of Microsoft Graph, if it certainly is.
    fn is_microsoft_graph(&self, resource: &Resource) -> Option<Span> {
        let id = resource.argument("client_id").or_else(|| resource.argument("application_id"))?;
        if let Some((reference, published)) = self.reference_of(id)
            && &*published.kind == "azuread_application_published_app_ids"
        {
            return (reference.dotted() == "result.MicrosoftGraph").then_some(id.span);
        }
        let known = self.known(id);
        known.as_str()?.eq_ignore_ascii_case(directory::GRAPH).then_some(known.span)
    }
}
