//! How role assignments are written: what stands where Azure does not look for it.

use super::{Grant, Graph, Mode, Resource, ResourceId, arm};
use crate::azure::ids;
use crate::ir::{Expr, ExprKind};
use crate::resolve::value::{Entry, Kind, Map, Text, Truth, Value};

/// A version of a condition that is not there.
#[derive(Debug)]
pub struct LoneVersion<'g> {
    /// The assignment.
    pub by: ResourceId,
    /// The argument or property.
    pub entry: &'g Entry,
    /// Whether it is certainly refused: azurerm does so itself, "`condition_version` should not be set without
    /// `condition`" (hashicorp/terraform-provider-azurerm, `role_assignment_resource.go`).
    pub refused: Truth,
    /// Whether no instance of the declaration has a condition.
    pub never: bool,
}

/// A scope among the properties, which is read-only there
/// (learn.microsoft.com, azure/templates/microsoft.authorization/roleassignments).
#[derive(Debug)]
pub struct NamedScope<'g> {
    /// The assignment.
    pub by: ResourceId,
    /// The property.
    pub entry: &'g Entry,
    /// Where the assignment holds.
    pub actual: Value,
    /// Whether that is the same.
    pub same: Truth,
}

/// ARM types of assignments and of requests to Privileged Identity Management for one.
const REQUESTS: [&str; 3] = [
    "Microsoft.Authorization/roleAssignments",
    "Microsoft.Authorization/roleAssignmentScheduleRequests",
    "Microsoft.Authorization/roleEligibilityScheduleRequests",
];

impl Graph<'_> {
    /// Whether a role assignment says nothing of its scope and holds wherever its template is deployed to.
    #[must_use]
    pub fn says_no_scope(&self, grant: &Grant) -> bool {
        let declared = self.deployment.resource(grant.by);
        declared.and_then(|declared| declared.body.attr("scope")).is_some_and(|scope| is_own_scope(&scope.value))
    }

    /// Versions of conditions without a condition.
    #[must_use]
    pub fn lone_versions(&self) -> Vec<LoneVersion<'_>> {
        let made = self.resources().filter(|resource| resource.mode == Mode::Managed);
        made.filter_map(|resource| {
            let is_azurerm = &*resource.kind == "azurerm_role_assignment";
            let (map, condition, version) = match properties(resource) {
                Some(properties) => (properties, "condition", "conditionVersion"),
                None if is_azurerm => (&resource.body, "condition", "condition_version"),
                None => return None,
            };
            let entry = map.property(version).filter(|entry| entry.value.is_null() == Truth::No)?;
            let condition = map.property(condition).map(|entry| &entry.value);
            let is_alone = condition.map_or(map.rest.is_none(), |value| value.is_null() == Truth::Yes);
            let refused = if is_azurerm { Truth::Yes } else { Truth::Maybe };
            let never = condition.is_none_or(|value| value.via.is_none());
            is_alone.then_some(LoneVersion { by: resource.id, entry, refused, never })
        })
        .collect()
    }

    /// Scopes among the properties of assignments.
    #[must_use]
    pub fn named_scopes(&self) -> Vec<NamedScope<'_>> {
        let made = self.resources().filter(|resource| resource.mode == Mode::Managed);
        made.filter_map(|resource| {
            let entry = properties(resource)?.property("scope")?;
            let actual = arm::grants::place(self, resource);
            let same = self.same_scope(&entry.value, &actual, resource.id);
            Some(NamedScope { by: resource.id, entry, actual, same })
        })
        .collect()
    }

    /// Whether two scopes that stand in one resource are the same place.
    fn same_scope(&self, a: &Value, b: &Value, by: ResourceId) -> Truth {
        if matches!(a.kind, Kind::OneOf(_)) || matches!(b.kind, Kind::OneOf(_)) {
            return Truth::Maybe;
        }
        if let (Some(a), Some(b)) = (self.scope_key(a, by), self.scope_key(b, by))
            && a == b
        {
            return Truth::Yes;
        }
        let made = |value: &Value| {
            let id = self.named_by(value)?;
            self.resource(id).filter(|resource| resource.mode == Mode::Managed && !self.stands_for_any(id))?;
            Some(id)
        };
        let differ = match (self.level(a), self.level(b)) {
            (Some(a), Some(b)) if a != b => true,
            (Some(_), Some(_)) => match (&a.kind, &b.kind) {
                // Two ids that are written out, and differ.
                (Kind::Text(Text::Plain(a)), Kind::Text(Text::Plain(b))) => ids::level(a) == ids::level(b),
                _ => made(a).zip(made(b)).is_some_and(|(a, b)| a != b),
            },
            _ => false,
        };
        if differ { Truth::No } else { Truth::Maybe }
    }
}

/// The properties of an ARM assignment, or of a request for one.
fn properties(resource: &Resource) -> Option<&Map> {
    let is_request = REQUESTS.iter().any(|kind| resource.is(kind))
        || resource.kind.to_ascii_lowercase().ends_with("/providers/roleassignments");
    match &resource.argument("properties").filter(|_| is_request)?.kind {
        Kind::Map(map) => Some(map),
        _ => None,
    }
}

/// Whether a scope is where the template is deployed to, for want of another.
pub(super) fn is_own_scope(scope: &Expr) -> bool {
    matches!(&scope.kind, ExprKind::Call(function, ..) if &**function == "arm:scope")
}
