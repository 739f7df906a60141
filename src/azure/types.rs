//! Resource types as azurerm and as ARM names them. Sources, commits and columns stand in the heads of `azurerm.tsv` and
//! `arm.tsv`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::{items, rows};

/// The kinds of identity that a resource takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IdentityKinds {
    /// A system-assigned one.
    pub system: bool,
    /// User-assigned ones.
    pub user: bool,
    /// Both at once.
    pub both: bool,
}

impl IdentityKinds {
    /// What either of the two takes.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { system: self.system || other.system, user: self.user || other.user, both: self.both || other.both }
    }
}

/// A resource type.
#[derive(Debug)]
pub struct ResourceType {
    /// The name in azurerm, azuread or ARM.
    pub name: &'static str,
    /// The ARM type; empty if its id is no ARM id.
    pub arm: &'static str,
    /// What its identity block takes; none if it has no such block.
    pub identity: Option<IdentityKinds>,
    /// What it takes from the fifth major version of azurerm on.
    pub identity_since_5: Option<IdentityKinds>,
    /// Arguments that hold a secret.
    pub secrets: Vec<SecretArgument>,
    /// Arguments that take a principal (object) id.
    pub principal_arguments: Vec<&'static str>,
    /// Arguments that take the client id of a managed identity.
    pub client_arguments: Vec<&'static str>,
    /// Arguments that take the resource id of a user-assigned identity.
    pub resource_id_arguments: Vec<&'static str>,
    /// Whether it is a deployment slot.
    pub slot: bool,
}

/// An argument that holds a secret.
#[derive(Debug, Clone, Copy)]
pub struct SecretArgument {
    /// Its path, nested blocks by dots.
    pub path: &'static str,
    /// Whether the provider keeps it out of the state.
    pub write_only: bool,
    /// Whether the provider's schema says so; otherwise its name does.
    pub flagged: bool,
}

static TABLE: LazyLock<HashMap<&'static str, ResourceType>> = LazyLock::new(|| {
    rows(include_str!("azurerm.tsv")).filter_map(|cells| resource_type(&cells)).map(|row| (row.name, row)).collect()
});

static ARM: LazyLock<HashMap<String, ResourceType>> = LazyLock::new(|| {
    let types = rows(include_str!("arm.tsv")).filter_map(|cells| arm_type(&cells));
    types.map(|row| (row.name.to_lowercase(), row)).collect()
});

fn arm_type(cells: &[&'static str]) -> Option<ResourceType> {
    let [name, identity, secrets, principal, client, resource_ids, marks] = cells else { return None };
    resource_type(&[name, name, identity, secrets, principal, client, resource_ids, marks])
}

fn resource_type(cells: &[&'static str]) -> Option<ResourceType> {
    let [name, arm, identity, secrets, principal, client, resource_ids, marks] = cells else { return None };
    let kinds =
        |text: &str| IdentityKinds { system: text.contains('S'), user: text.contains('U'), both: text.contains('B') };
    Some(ResourceType {
        name,
        arm: if arm.starts_with("in:") { "" } else { arm },
        identity: identity.split(',').next().filter(|text| !text.is_empty()).map(kinds),
        identity_since_5: identity.split(',').find_map(|text| text.strip_prefix("5:")).map(kinds),
        secrets: items(secrets, ',').into_iter().map(secret).collect(),
        principal_arguments: items(principal, ','),
        client_arguments: items(client, ','),
        resource_id_arguments: items(resource_ids, ','),
        slot: marks.split(',').any(|mark| mark == "slot"),
    })
}

fn secret(cell: &'static str) -> SecretArgument {
    let path = cell.trim_start_matches('?').trim_end_matches(['!', '^']);
    SecretArgument { path, write_only: cell.ends_with('^'), flagged: !cell.starts_with('?') }
}

/// The type of that name; ARM's names hold a slash and do not tell upper from lower case.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static ResourceType> {
    if name.contains('/') { ARM.get(&name.to_lowercase()) } else { TABLE.get(name) }
}

/// ARM types, in lower case, to which azurerm gives an identity block.
static WITH_IDENTITY: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let with = TABLE.values().filter(|row| row.identity.is_some() && !row.arm.is_empty());
    with.map(|row| row.arm.to_lowercase()).collect()
});

/// Types whose identity is not for data: assignments of policies, which need one only for some policies.
const OF_ITS_OWN_KIND: &str = "microsoft.authorization/policyassignments";

/// Whether resources of an ARM type usually take an identity. The ARM table also names types that have one only in
/// their newest versions; those that azurerm knows with one have had it for long.
#[must_use]
pub fn has_identity_everywhere(arm: &str) -> bool {
    let arm = arm.to_lowercase();
    arm != OF_ITS_OWN_KIND && WITH_IDENTITY.contains(&arm)
}

/// A resource provider as the tables spell it.
#[must_use]
pub fn provider(name: &str) -> Option<&'static str> {
    let spelled = ARM.values().filter_map(|row| row.name.split('/').next());
    spelled.filter(|spelled| spelled.eq_ignore_ascii_case(name)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_whole() {
        assert_eq!(TABLE.len(), rows(include_str!("azurerm.tsv").trim_end()).count());
    }

    #[test]
    fn arm_types_are_found_in_any_case() {
        assert_eq!(ARM.len(), rows(include_str!("arm.tsv").trim_end()).count());
        let slot = by_name("microsoft.web/SITES/slots").expect("a known type");
        assert!(slot.slot && slot.identity.is_some_and(|kinds| kinds.both));
    }

    #[test]
    fn a_slot_says_what_it_takes() {
        let slot = by_name("azurerm_linux_function_app_slot").expect("a known type");
        assert!(slot.slot && slot.arm == "Microsoft.Web/sites/slots");
        assert_eq!(slot.identity, Some(IdentityKinds { system: true, user: true, both: true }));
        assert!(slot.secrets.iter().any(|secret| secret.path == "storage_account_access_key"));
        assert_eq!(
            by_name("azurerm_role_assignment").map(|row| row.principal_arguments.as_slice()),
            Some(&["principal_id"][..])
        );
    }
}
