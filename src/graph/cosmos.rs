//! Roles of Cosmos DB accounts, which are not Azure's: their definitions and assignments.

use super::{Grant, Graph, Mode, ResourceId, Right, own_id};
use crate::resolve::value::{Kind, Reason, Text, Value, Why};

/// What a role of a Cosmos DB account is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CosmosRole {
    /// The built-in reader.
    Reader,
    /// The built-in contributor.
    Contributor,
    /// Another definition of an account.
    Other,
}

/// The types of role definitions below an account.
const DEFINITIONS: [&str; 6] = [
    "sqlroledefinitions",
    "tableroledefinitions",
    "cassandraroledefinitions",
    "gremlinroledefinitions",
    "mongodbroledefinitions",
    "mongomiroledefinitions",
];

const ACCOUNT: &str = "Microsoft.DocumentDB/databaseAccounts";

/// Reads a role assignment of an account. Whatever part of the account it is for counts as the whole.
pub(super) fn read(graph: &mut Graph<'_>, id: ResourceId) {
    let Some(resource) = graph.resource(id) else { return };
    let paths = match &*resource.kind {
        "azurerm_cosmosdb_sql_role_assignment" => ["principal_id", "role_definition_id"],
        _ if resource.is("Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments") => {
            ["properties.principalId", "properties.roleDefinitionId"]
        }
        _ => return,
    };
    let account = match resource.argument("account_name") {
        Some(name) => graph.named_by(name).or_else(|| graph.made(ACCOUNT, name)),
        None => graph.parent(resource, ACCOUNT),
    };
    let absent = || Value::unknown(Why::new(Reason::Missing("property".into()), resource.span), resource.span);
    let [principal, written] = paths.map(|path| match resource.values_at(path).as_slice() {
        [only] => (*only).clone(),
        _ => absent(),
    });
    let scope = account.map_or_else(absent, |account| own_id(account, resource.span));
    let grant = Grant::new((id, resource.span, resource.presence), principal, Right::OfAccount { written }, scope);
    graph.grants.push(grant);
}

impl Graph<'_> {
    /// The role of a Cosmos DB account that this role name or definition certainly is.
    #[must_use]
    pub fn cosmos_role(&self, written: &Value) -> Option<CosmosRole> {
        let mut each = written.alternatives().iter().map(|one| self.one_cosmos_role(one));
        let first = each.next()??;
        each.all(|other| other.is_some()).then_some(first)
    }

    fn one_cosmos_role(&self, written: &Value) -> Option<CosmosRole> {
        if let Some((_, resource)) = self.reference_of(written) {
            let kind = resource.arm_type().rsplit('/').next().unwrap_or("").to_ascii_lowercase();
            if &*resource.kind == "azurerm_cosmosdb_sql_role_definition" || DEFINITIONS.contains(&kind.as_str()) {
                let id = resource.argument("role_definition_id").map(|id| self.known(id));
                let id = id.as_ref().and_then(Value::as_str).and_then(|id| id.rsplit('/').next());
                // In ARM the name ends in the GUID.
                return Some(by_guid(id.unwrap_or(&resource.title)).unwrap_or(CosmosRole::Other));
            }
            if &*resource.kind == "azurerm_role_definition" && resource.mode == Mode::Data {
                return by_name(self.known(resource.argument("name")?).as_str()?);
            }
            if resource.is_role_definition() {
                return None;
            }
        }
        let known = self.known(written);
        let Kind::Text(text) = &known.kind else { return None };
        if let Text::Plain(name) = text
            && let Some(role) = by_name(name)
        {
            let own = self.custom_role_names();
            let is_own = own.is_none_or(|names| names.iter().any(|own| own.eq_ignore_ascii_case(name)));
            return (!is_own).then_some(role);
        }
        let pattern = text.pattern();
        let mut segments = pattern.trim_end_matches('/').rsplit('/');
        let (last, kind) = (segments.next()?, segments.next()?.to_ascii_lowercase());
        if DEFINITIONS.contains(&kind.as_str()) {
            return Some(by_guid(last).unwrap_or(CosmosRole::Other));
        }
        if kind == "roledefinitions" { by_guid(last) } else { None }
    }
}

fn by_guid(guid: &str) -> Option<CosmosRole> {
    match guid {
        "00000000-0000-0000-0000-000000000001" => Some(CosmosRole::Reader),
        "00000000-0000-0000-0000-000000000002" => Some(CosmosRole::Contributor),
        _ => None,
    }
}

fn by_name(name: &str) -> Option<CosmosRole> {
    match name.to_ascii_lowercase().as_str() {
        "cosmos db built-in data reader" => Some(CosmosRole::Reader),
        "cosmos db built-in data contributor" => Some(CosmosRole::Contributor),
        _ => None,
    }
}
