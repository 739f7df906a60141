//! Role assignments in their forms, and access policies in a vault or below it.

use super::names::id_of;
use crate::graph::edits::Language;
use crate::graph::{AccessPolicy, Grant, Graph, Resource, ResourceId, Right, Role, VAULT, flatten};
use crate::resolve::value::{Kind, Reason, Text, TextPart, Truth, Value, Why};
use crate::source::Span;

pub(super) fn read(graph: &mut Graph<'_>, id: ResourceId) {
    let Some(resource) = graph.resource(id) else { return };
    let kind = resource.kind.to_ascii_lowercase();
    let grants = match kind.as_str() {
        "microsoft.authorization/roleassignments" => vec![role_assignment(graph, resource, scope(graph, resource))],
        // An eligible role (`roleEligibilityScheduleRequests`) is none until somebody activates it.
        "microsoft.authorization/roleassignmentschedulerequests" => scheduled(graph, resource),
        VAULT_LOWER => vault_policies(graph, resource),
        "microsoft.keyvault/vaults/accesspolicies" => child_policies(graph, resource),
        _ => match kind.strip_suffix("/providers/roleassignments") {
            Some(base) => vec![role_assignment(graph, resource, extended(graph, resource, base))],
            None => Vec::new(),
        },
    };
    graph.grants.extend(grants);
}

const VAULT_LOWER: &str = "microsoft.keyvault/vaults";

fn property(resource: &Resource, name: &str) -> Option<Value> {
    let value = &resource.argument("properties")?.property(name)?.value;
    (value.is_null() != Truth::Yes).then(|| value.clone())
}

fn absent(span: Span) -> Value {
    Value::unknown(Why::new(Reason::Missing("property".into()), span), span)
}

fn role_assignment(graph: &Graph<'_>, resource: &Resource, scope: Value) -> Grant {
    let missing = || absent(resource.span);
    let written = property(resource, "roleDefinitionId").unwrap_or_else(missing);
    let roles = graph.roles_by_id(&written);
    let roles = if roles.is_empty() { vec![Role::Unknown(Why::new(Reason::Condition, resource.span))] } else { roles };
    let principal = property(resource, "principalId").unwrap_or_else(missing);
    let at = (resource.id, graph.passed_item(resource).map_or(resource.span, |item| item.span), resource.presence);
    Grant {
        principal_type: property(resource, "principalType"),
        condition: property(resource, "condition"),
        ..Grant::new(at, principal, Right::Role { written, roles }, scope)
    }
}

impl Graph<'_> {
    /// What the caller of a published module wrote for this resource of it: an item of the list of role assignments.
    pub(in crate::graph) fn passed_item(&self, resource: &Resource) -> Option<Value> {
        let node = self.deployment.node(resource.id)?;
        self.deployment.module(node.instance)?.stands_in?;
        resource.argument("item").cloned()
    }

    /// Whether Azure looks the principal of a role assignment up before it accepts it, and the deployment does not try
    /// again where that fails. What azurerm sends, it sends again until the principal is found.
    #[must_use]
    pub fn looks_up_once(&self, grant: &Grant) -> bool {
        let Some((resource, declared)) = self.resource(grant.by).zip(self.deployment.resource(grant.by)) else {
            return false;
        };
        let kind = resource.kind.to_ascii_lowercase();
        let is_assignment =
            kind == "microsoft.authorization/roleassignments" || kind.ends_with("/providers/roleassignments");
        // What Terraform's verified modules are made of.
        let is_azurerm = self.passed_item(resource).is_some() && self.language(grant.span) == Some(Language::Hcl);
        is_assignment && !is_azurerm && !declared.retries
    }
}

/// A request to Privileged Identity Management for a role that holds without activation. Which requests give one:
/// <https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests/create#requesttype>
fn scheduled(graph: &Graph<'_>, resource: &Resource) -> Vec<Grant> {
    let kind = property(resource, "requestType").map(|kind| graph.known(&kind));
    let presence = match kind.as_ref().and_then(Value::as_str) {
        Some("AdminAssign" | "AdminUpdate" | "AdminExtend" | "AdminRenew") => resource.presence,
        Some(_) => return Vec::new(),
        None => Truth::Maybe,
    };
    let grant = role_assignment(graph, resource, scope(graph, resource));
    vec![Grant { presence, ..grant }]
}

/// Where a role assignment holds: a resource, its id, a path relative to the template's own scope, or that scope.
fn scope(graph: &Graph<'_>, resource: &Resource) -> Value {
    let Some(written) = resource.argument("scope") else { return absent(resource.span) };
    let each = written.alternatives().iter().map(|one| match &one.kind {
        Kind::Ref(reference) if reference.path.is_empty() => match graph.named_by(one) {
            Some(id) => Value { kind: id_of(id, one.span).kind, ..one.clone() },
            None => one.clone(),
        },
        Kind::Map(map) => map.property("id").map_or_else(|| absent(one.span), |entry| entry.value.clone()),
        Kind::Text(_) => relative(graph, one, resource.id).unwrap_or_else(|| one.clone()),
        _ => one.clone(),
    });
    Value::one_of(each, written.span).resting_on(written)
}

/// `Microsoft.KeyVault/vaults/kv`: the resource of that type and name. What goes on below a resource that is made here
/// is a path in it.
fn relative(graph: &Graph<'_>, written: &Value, by: ResourceId) -> Option<Value> {
    let segments = written.segments()?;
    let literal = |at: usize| match segments.get(at).map(Vec::as_slice) {
        Some([TextPart::Text(text)]) => Some(text.to_string()),
        _ => None,
    };
    // An id in the template's own resource group says the same at more length.
    let is_own = |at: usize| match segments.get(at).map(Vec::as_slice) {
        Some([TextPart::Hole(hole)]) => hole.why().is_some_and(|why| matches!(why.reason, Reason::Runtime(_))),
        _ => false,
    };
    let start = if is_own(2) && is_own(4) { 6 } else { 0 };
    let mut kind = literal(start).filter(|provider| provider.contains('.'))?;
    let mut names = Vec::new();
    let mut found = None;
    for at in (start + 1..segments.len().saturating_sub(1)).step_by(2) {
        kind = format!("{kind}/{}", literal(at)?);
        names.push(segments.get(at + 1)?.clone());
        if let Some(id) = graph.made_beside(&kind, &Value::joined(&names, written.span), by) {
            found = Some((id, at + 2));
        }
    }
    let (id, rest) = found?;
    let id = id_of(id, written.span);
    if rest >= segments.len() {
        return Some(Value { kind: id.kind, ..written.clone() });
    }
    let mut parts = vec![TextPart::Hole(id)];
    for segment in segments.get(rest..)? {
        parts.push(TextPart::Text("/".into()));
        parts.extend(segment.iter().cloned());
    }
    Some(Value { kind: Kind::Text(Text::new(parts)), ..written.clone() })
}

/// Where an assignment holds, in either form.
pub(in crate::graph) fn place(graph: &Graph<'_>, resource: &Resource) -> Value {
    match resource.kind.to_ascii_lowercase().strip_suffix("/providers/roleassignments") {
        Some(base) => extended(graph, resource, base),
        None => scope(graph, resource),
    }
}

/// The old form: the assignment's type and name begin with those of the resource.
fn extended(graph: &Graph<'_>, resource: &Resource, base: &str) -> Value {
    let name = resource.argument("name").and_then(Value::segments);
    let depth = base.split('/').count() - 1;
    let id = name.and_then(|segments| graph.made(base, &Value::joined(segments.get(..depth)?, resource.span)));
    id.map_or_else(|| absent(resource.span), |id| id_of(id, resource.span))
}

fn child_policies(graph: &Graph<'_>, resource: &Resource) -> Vec<Grant> {
    let last = resource.argument("name").and_then(Value::segments).and_then(|mut segments| segments.pop());
    let scope =
        graph.parent(resource, VAULT).map_or_else(|| absent(resource.span), |vault| id_of(vault, resource.span));
    match last.as_deref() {
        Some([TextPart::Text(name)]) if name.eq_ignore_ascii_case("remove") => Vec::new(),
        Some([TextPart::Text(_)]) => policies(resource, &scope, "accessPolicies"),
        // Whether it adds or removes is not known.
        _ => vec![unknown_policy(resource, absent(resource.span), &scope)],
    }
}

/// The policies in a vault; where others may be and policies may count, one of which nothing else is known.
fn vault_policies(graph: &Graph<'_>, resource: &Resource) -> Vec<Grant> {
    let own = id_of(resource.id, resource.span);
    let mut grants = policies(resource, &own, "accessPolicies");
    let properties = resource.argument("properties");
    let rest = match properties.map(|value| &value.kind) {
        Some(Kind::Map(map)) if map.property("accessPolicies").is_none() => map.rest.clone(),
        Some(Kind::Map(_)) | None => None,
        Some(_) => Some(Why::new(Reason::Condition, resource.span)),
    };
    let changed = graph.is_touched(resource.id);
    let counts = graph.vault(resource.id).is_none_or(|vault| vault.rbac != Truth::Yes);
    if counts && (changed || rest.is_some()) {
        let why =
            rest.unwrap_or_else(|| Why::new(Reason::Runtime("a change through the ARM API".into()), resource.span));
        grants.push(unknown_policy(resource, Value::unknown(why, resource.span), &own));
    }
    grants
}

/// A policy of which nothing is known but the vault.
fn unknown_policy(resource: &Resource, unknown: Value, scope: &Value) -> Grant {
    let any = || Some(unknown.clone());
    let right = Right::Policy(Box::new(AccessPolicy {
        secrets: any(),
        keys: any(),
        certificates: any(),
        storage: any(),
        application: None,
    }));
    Grant::new((resource.id, unknown.span, Truth::Maybe), unknown, right, scope.clone())
}

fn policies(resource: &Resource, scope: &Value, name: &str) -> Vec<Grant> {
    let Some(list) = property(resource, name) else { return Vec::new() };
    let mut grants: Vec<Grant> = flatten(&list)
        .into_iter()
        .filter(|item| matches!(item.kind, Kind::Map(_)))
        .map(|item| {
            let get = |name: &str| {
                item.property(name).map(|entry| entry.value.clone()).filter(|value| value.is_null() != Truth::Yes)
            };
            let of = |kind: &str| {
                get("permissions").and_then(|permissions| match permissions.property(kind) {
                    Some(entry) => Some(entry.value.clone()),
                    None if permissions.why().is_some() => Some(permissions),
                    None => None,
                })
            };
            let principal = get("objectId").unwrap_or_else(|| absent(item.span));
            let right = Right::Policy(Box::new(AccessPolicy {
                secrets: of("secrets"),
                keys: of("keys"),
                certificates: of("certificates"),
                storage: of("storage"),
                application: get("applicationId"),
            }));
            Grant::new((resource.id, item.span, resource.presence), principal, right, scope.clone())
        })
        .collect();
    if !matches!(&list.kind, Kind::List(list) if list.rest.is_none()) {
        let why = list.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, list.span));
        grants.push(unknown_policy(resource, Value::unknown(why, list.span), scope));
    }
    grants
}
