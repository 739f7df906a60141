//! Role assignments, and access policies in a vault or beside it.

use super::present;
use crate::graph::{AccessPolicy, Grant, Graph, ResourceId, Right, flatten, own_id};
use crate::resolve::value::{Reason, Truth, Value, Why};

pub(super) fn read(graph: &mut Graph<'_>, id: ResourceId, kind: &str) {
    match kind {
        "azurerm_role_assignment" | "azurerm_pim_active_role_assignment" => role_assignment(graph, id),
        "azurerm_key_vault_access_policy" => separate_policy(graph, id),
        _ => {}
    }
}

fn role_assignment(graph: &mut Graph<'_>, id: ResourceId) {
    let Some(resource) = graph.resource(id) else { return };
    let absent = || Value::unknown(Why::new(Reason::Missing("argument".into()), resource.span), resource.span);
    let name = present(resource.argument("role_definition_name"));
    let by_id = present(resource.argument("role_definition_id"));
    let (written, roles) = match (name, by_id) {
        // One of the two is given; where both may be, neither is certain.
        (Some(name), Some(by_id)) if name.is_null() == Truth::No && by_id.is_null() == Truth::No => {
            let both = Value::one_of([name, by_id], resource.span);
            (both.clone(), vec![crate::graph::Role::Unknown(Why::new(Reason::Condition, both.span))])
        }
        (Some(name), other) if other.is_none() || name.is_null() == Truth::No => {
            let roles = graph.roles_by_name(&name);
            (name, roles)
        }
        (_, Some(by_id)) => {
            let roles = graph.roles_by_id(&by_id);
            (by_id, roles)
        }
        (Some(name), None) => {
            let roles = graph.roles_by_name(&name);
            (name, roles)
        }
        (None, None) => {
            (absent(), vec![crate::graph::Role::Unknown(Why::new(Reason::Missing("role".into()), resource.span))])
        }
    };
    let argument = |name: &str| resource.argument(name).cloned().unwrap_or_else(absent);
    let at = (id, resource.span, resource.presence);
    let grant = Grant {
        principal_type: present(resource.argument("principal_type")),
        condition: present(resource.argument("condition")),
        skips_lookup: present(resource.argument("skip_service_principal_aad_check")),
        ..Grant::new(at, argument("principal_id"), Right::Role { written, roles }, argument("scope"))
    };
    graph.grants.push(grant);
}

fn separate_policy(graph: &mut Graph<'_>, id: ResourceId) {
    let Some(resource) = graph.resource(id) else { return };
    let grant = policy(
        id,
        resource.span,
        resource.presence,
        &|name| resource.argument(name).cloned(),
        resource.argument("key_vault_id").cloned(),
    );
    graph.grants.push(grant);
}

/// The policies inside a vault.
pub(super) fn inline_policies(graph: &mut Graph<'_>, id: ResourceId) {
    let Some(resource) = graph.resource(id) else { return };
    let Some(entry) = resource.body.get("access_policy") else { return };
    let scope = own_id(id, resource.span);
    let complete = matches!(&entry.value.kind, crate::resolve::value::Kind::List(list) if list.rest.is_none());
    let mut grants: Vec<Grant> = flatten(&entry.value)
        .into_iter()
        .filter(|value| matches!(value.kind, crate::resolve::value::Kind::Map(_)))
        .map(|block| {
            let argument = |name: &str| present(block.get(name).map(|entry| &entry.value));
            policy(id, block.span, resource.presence, &argument, Some(scope.clone()))
        })
        .collect();
    if !complete {
        let why = entry.value.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, entry.value.span));
        let unknown = |_: &str| Some(Value::unknown(why.clone(), entry.value.span));
        grants.push(policy(id, entry.value.span, Truth::Maybe, &unknown, Some(scope)));
    }
    graph.grants.extend(grants);
}

fn policy(
    by: ResourceId,
    span: crate::source::Span,
    presence: Truth,
    argument: &dyn Fn(&str) -> Option<Value>,
    scope: Option<Value>,
) -> Grant {
    let absent = || Value::unknown(Why::new(Reason::Missing("argument".into()), span), span);
    let right = Right::Policy(Box::new(AccessPolicy {
        secrets: argument("secret_permissions"),
        keys: argument("key_permissions"),
        certificates: argument("certificate_permissions"),
        storage: argument("storage_permissions"),
        application: argument("application_id"),
    }));
    let principal = argument("object_id").unwrap_or_else(absent);
    Grant::new((by, span, presence), principal, right, scope.unwrap_or_else(absent))
}
