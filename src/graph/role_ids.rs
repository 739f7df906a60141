//! Ids of role definitions that are none: bare GUIDs, names, and what Terraform keeps for itself.

use super::edits::Language;
use super::{Grant, Graph, Resource, Right};
use crate::azure::{ids, roles};
use crate::finding::{Edit, Fix, Safety};
use crate::ir::{Mode, Name};
use crate::resolve::value::{Kind, Text, TextPart, Value};

/// What stands in the place of the id of a role definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoRoleId {
    /// A GUID and nothing else.
    Guid(Name),
    /// A GUID that is not written out: what the name of a role definition is.
    SomeGuid,
    /// The GUID of a role definition whose name this is.
    GuidOf(Name),
    /// The name of a role.
    RoleName(Name),
    /// The id that Terraform has for a role definition: Azure's, a bar and the scope.
    TerraformId(Name),
}

impl Graph<'_> {
    /// What a role assignment has in the place of the id of a role definition, if it certainly has none: of several
    /// alternatives the first.
    #[must_use]
    pub fn no_role_id(&self, grant: &Grant) -> Option<NoRoleId> {
        let resource = self.resource(grant.by)?;
        let written = role_id(self, resource, grant)?;
        let mut each = written.alternatives().iter().map(|one| self.no_id(resource, one));
        let first = each.next()??;
        each.all(|other| other.is_some()).then_some(first)
    }

    /// Whether a provider stands between that would plan anew what Azure answers otherwise.
    #[must_use]
    pub fn is_planned(&self, grant: &Grant) -> bool {
        self.resource(grant.by).is_some_and(|resource| !resource.kind.contains('/'))
    }

    fn no_id(&self, assignment: &Resource, value: &Value) -> Option<NoRoleId> {
        if let Some((reference, resource)) = self.reference_of(value)
            && resource.is_role_definition()
        {
            return self.of_definition(resource, &reference.dotted());
        }
        let known = self.known(value);
        match &known.kind {
            Kind::Text(Text::Plain(text)) if ids::is_guid(text) => Some(NoRoleId::Guid(text.clone())),
            Kind::Text(Text::Plain(text)) => {
                let is_role = || roles::by_name(text).is_some() || self.custom_role(text).is_some();
                (!text.contains('/') && is_role()).then(|| NoRoleId::RoleName(text.clone()))
            }
            Kind::Text(Text::Parts(parts)) => {
                let is_made = matches!(parts.first(), Some(TextPart::Text(start)) if start.starts_with("guid(") || start.starts_with("uuidv5("));
                (is_made && assignment.kind.contains('/')).then_some(NoRoleId::SomeGuid)
            }
            _ => None,
        }
    }

    /// What an attribute of a role definition is. What a look-up by name calls `role_definition_id` is the whole id before
    /// azurerm 5 (hashicorp/terraform-provider-azurerm#32238).
    fn of_definition(&self, resource: &Resource, path: &str) -> Option<NoRoleId> {
        if resource.kind.contains('/') {
            let guid = resource.argument("name").map(|name| self.known(name));
            let guid = guid.as_ref().and_then(Value::as_str).filter(|guid| ids::is_guid(guid));
            return (path == "name").then(|| guid.map_or(NoRoleId::SomeGuid, |guid| NoRoleId::Guid(guid.into())));
        }
        let guid = || {
            let name = resource.argument("name").map(|name| self.known(name));
            let id = resource.argument("role_definition_id").map(|id| self.known(id));
            let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(Name::from));
            text(name).map(NoRoleId::GuidOf).or_else(|| text(id).map(NoRoleId::Guid)).unwrap_or(NoRoleId::SomeGuid)
        };
        match (resource.mode, path) {
            (Mode::Managed, "id") => Some(NoRoleId::TerraformId(format!("{}.id", resource.address).into())),
            (Mode::Managed, "role_definition_id") | (Mode::Data, "role_definition_uuid") => Some(guid()),
            (Mode::Data, "role_definition_id") => {
                let by_id = resource.argument("role_definition_id").is_some() && resource.argument("name").is_none();
                (by_id || self.azurerm.at_least(5)).then(guid)
            }
            _ => None,
        }
    }

    /// The change that puts the whole id, or in azurerm the name of the role, in its place.
    #[must_use]
    pub fn whole_role_id(&self, grant: &Grant, found: &NoRoleId) -> Option<Fix> {
        let resource = self.resource(grant.by)?;
        let written = role_id(self, resource, grant).filter(|value| value.via.is_none())?;
        let title = "take the id of the role definition";
        if let Some((_, definition)) = self.reference_of(written).filter(|(_, one)| one.is_role_definition()) {
            let attribute = match (definition.mode, definition.kind.contains('/')) {
                (_, true) => "id",
                (Mode::Managed, _) => "role_definition_resource_id",
                // Without a scope its id never equals what Azure stores.
                _ => definition.argument("scope").map(|_| "id")?,
            };
            return Some(Fix::safe(title, self.other_attribute(written, attribute)?));
        }
        let role = match found {
            NoRoleId::Guid(guid) => roles::by_guid(guid),
            NoRoleId::RoleName(name) => roles::by_name(name),
            _ => None,
        };
        let guid = match (role, found) {
            (Some(role), _) => role.guid,
            (None, NoRoleId::Guid(guid)) => guid,
            _ => return None,
        };
        match (self.language(written.span)?, resource.kind.contains('/')) {
            (Language::Bicep, _) => {
                let text = format!("subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{guid}')");
                written.as_str()?;
                Some(Fix::safe(title, Edit { span: written.span, text }))
            }
            (Language::Json, _) => {
                let text = format!("[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{guid}')]");
                Some(Fix::safe(title, self.other_text(written, &text)?))
            }
            (Language::Hcl, true) => {
                let text = format!("/providers/Microsoft.Authorization/roleDefinitions/{guid}");
                Some(Fix::suggested(title, self.other_text(written, &text)?))
            }
            (Language::Hcl, false) => {
                let key = resource.body.get("role_definition_id")?.key_span;
                let edits = vec![
                    Edit { span: key, text: "role_definition_name".to_owned() },
                    self.other_text(written, role?.name)?,
                ];
                Some(Fix { title: "take the role by its name".to_owned(), safety: Safety::Safe, edits })
            }
        }
    }
}

/// What is written where a role assignment takes the id of a role definition. Published modules take names and GUIDs, and
/// requests to Privileged Identity Management go another way.
fn role_id<'g>(graph: &Graph<'_>, resource: &'g Resource, grant: &'g Grant) -> Option<&'g Value> {
    let Right::Role { written, .. } = &grant.right else { return None };
    let module = graph.deployment.module(graph.deployment.node(grant.by)?.instance)?;
    let kind = resource.kind.to_ascii_lowercase();
    match kind.as_str() {
        "azurerm_role_assignment" if resource.argument("role_definition_name").is_none() => {
            resource.argument("role_definition_id")
        }
        "microsoft.authorization/roleassignments" if module.stands_in.is_none() => Some(written),
        _ => kind.ends_with("/providers/roleassignments").then_some(written),
    }
}
