//! Edits that grant a role.

use super::Language;
use crate::azure::roles::Role;
use crate::finding::Edit;
use crate::graph::assignments::is_own_scope;
use crate::graph::{Grant, Graph, IdKind, Principal, ResourceId};
use crate::resolve::eval::Key;
use crate::resolve::value::Value;

impl Graph<'_> {
    /// The edit that grants a principal a role on a resource, in a declaration of its own before that of `beside`; all of
    /// them are declared once, in one module.
    #[must_use]
    pub fn grant(&self, principal: &Principal, role: &Role, scope: ResourceId, beside: ResourceId) -> Option<Edit> {
        self.named_grant(principal, role, scope, beside).map(|(_, edit)| edit)
    }

    /// The edits that grant a principal a role on a resource, and make what reads with it wait for that.
    #[must_use]
    pub fn grant_first(
        &self,
        principal: &Principal,
        role: &Role,
        scope: ResourceId,
        reader: ResourceId,
    ) -> Option<Vec<Edit>> {
        let (name, edit) = self.named_grant(principal, role, scope, reader)?;
        Some(vec![edit, self.wait_for_new(reader, &name)?])
    }

    /// A grant, and how its module calls it.
    fn named_grant(
        &self,
        principal: &Principal,
        role: &Role,
        scope: ResourceId,
        beside: ResourceId,
    ) -> Option<(String, Edit)> {
        let owner = match principal {
            Principal::System(id) | Principal::User(id) => *id,
            _ => return None,
        };
        let header = self.deployment.resource(beside)?.span;
        let together = [owner, scope].iter().all(|id| self.same_module(*id, beside) && self.is_once(*id));
        let (name, host) =
            (self.deployment.resource(owner)?.name.clone(), self.deployment.resource(scope)?.name.clone());
        let name = self.unused(beside, &format!("{name}_on_{host}"))?;
        let text = match self.language(header).filter(|_| together)? {
            Language::Hcl => {
                let principal = match principal {
                    Principal::System(_) => format!("{}.identity[0].principal_id", self.symbol(owner)?),
                    _ => self.expression(owner, IdKind::Principal)?,
                };
                let scope = self.as_scope(scope)?;
                let role = role.name;
                format!(
                    "resource \"azurerm_role_assignment\" \"{name}\" {{\n  scope                = {scope}\n  role_definition_name = \"{role}\"\n  principal_id         = {principal}\n}}"
                )
            }
            Language::Bicep => {
                let (owner, scope, guid) = (self.symbol(owner)?, self.as_scope(scope)?, role.guid);
                let principal = match principal {
                    Principal::System(_) => format!("{owner}.identity.principalId"),
                    _ => format!("{owner}.properties.principalId"),
                };
                format!(
                    "// {}\nresource {name} 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{\n  scope: {scope}\n  name: guid({scope}.id, {owner}.id, '{guid}')\n  properties: {{\n    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '{guid}')\n    principalId: {principal}\n    principalType: 'ServicePrincipal'\n  }}\n}}",
                    role.name
                )
            }
            Language::Json => return None,
        };
        let symbol = match self.language(header)? {
            Language::Hcl => format!("azurerm_role_assignment.{name}"),
            _ => name,
        };
        Some((symbol, self.declaration_before(header, &text)?))
    }

    /// The edit that takes the principal id of a cluster's kubelet identity in the place of a value.
    #[must_use]
    pub fn kubelet_principal(&self, cluster: ResourceId, value: &Value) -> Option<Edit> {
        value.as_ref().filter(|reference| reference.start() == Some(cluster))?;
        let symbol = self.symbol(cluster).filter(|_| self.is_once(cluster))?;
        let text = match self.language(value.span)? {
            Language::Hcl => format!("{symbol}.kubelet_identity[0].object_id"),
            Language::Bicep => format!("{symbol}.properties.identityProfile.kubeletidentity.objectId"),
            Language::Json => return None,
        };
        Some(Edit { span: value.span, text })
    }

    /// How a resource is written as the scope of a role assignment of its module: in Bicep as itself, else by its id.
    #[must_use]
    pub fn as_scope(&self, id: ResourceId) -> Option<String> {
        match self.language(self.deployment.resource(id)?.span)? {
            Language::Hcl => self.expression(id, IdKind::Resource),
            // What lies in another group can only be the scope of an assignment in a module for that group (BCP139).
            Language::Bicep => self.symbol(id).filter(|_| self.is_once(id) && !self.lies_elsewhere(id)),
            Language::Json => None,
        }
    }

    /// The edit by which a role assignment that says nothing of its scope holds on one resource; `written` is how its
    /// template refers to the id of that.
    #[must_use]
    pub fn narrow(&self, grant: &Grant, target: ResourceId, written: Option<&Value>) -> Option<Edit> {
        let resource = self.resource(grant.by)?;
        let place = self.first_key(&resource.body)?;
        let together = self.same_module(target, grant.by) && !self.lies_elsewhere(target);
        let text = match self.language(place).filter(|_| together)? {
            Language::Bicep => self.as_scope(target)?,
            Language::Json => format!("\"[{}]\"", self.sources.slice(written?.span)),
            Language::Hcl => return None,
        };
        self.entry_before(place, "scope", &text)
    }

    /// Whether a resource says that it lies where its template does not deploy to.
    fn lies_elsewhere(&self, id: ResourceId) -> bool {
        let scope = self.deployment.resource(id).and_then(|resource| resource.body.attr("scope"));
        scope.is_some_and(|scope| !is_own_scope(&scope.value))
    }

    fn is_once(&self, id: ResourceId) -> bool {
        self.deployment.node(id).is_some_and(|node| node.key == Key::Once)
    }

    /// How the module calls a resource that it declares on its outermost level.
    fn symbol(&self, id: ResourceId) -> Option<String> {
        let (resource, declared) = (self.resource(id)?, self.deployment.resource(id)?);
        match self.language(declared.span)? {
            Language::Hcl if resource.kind.starts_with("azurerm_") => {
                Some(format!("{}.{}", resource.kind, declared.name))
            }
            Language::Bicep if !declared.name.contains("::") => Some(declared.name.to_string()),
            _ => None,
        }
    }

    /// A name that nothing in the module has: this one, or with a number behind it.
    fn unused(&self, beside: ResourceId, name: &str) -> Option<String> {
        let module = self.deployment.module(self.deployment.node(beside)?.instance)?;
        let names = module.resources.iter().map(|one| &one.name).chain(module.params.iter().map(|one| &one.name));
        let taken: Vec<_> = names.chain(module.locals.iter().map(|one| &one.name)).collect();
        let is_free = |name: &String| !taken.iter().any(|one| ***one == **name);
        let numbered = (2..100).map(|number| format!("{name}_{number}"));
        std::iter::once(name.to_owned()).chain(numbered).find(is_free)
    }
}
