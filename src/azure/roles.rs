//! Built-in roles. Source, commit and columns stand in the head of `roles.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{items, rows};

/// What a role is good for, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// May grant roles or do anything.
    Privileged,
    /// Reads or writes data and manages resources.
    Mixed,
    /// Reads or writes data.
    Data,
    /// Manages resources.
    Control,
    /// Reads what resources are.
    Read,
    /// No longer exists.
    Removed,
}

/// A built-in role definition.
#[derive(Debug)]
pub struct Role {
    /// The GUID of its definition, in lower case.
    pub guid: &'static str,
    /// Its class.
    pub class: Class,
    /// Why it is privileged, and the roads to escalation that it opens: `star`, `grant`, `keys` and so on.
    pub flags: Vec<&'static str>,
    /// Namespaces of the resource providers whose data it reaches, in lower case.
    pub data_providers: Vec<&'static str>,
    /// What it permits, as codes: `kv-secret-get`, `blob-read` and so on.
    pub permits: Vec<&'static str>,
    /// Its display name.
    pub name: &'static str,
    /// Names it had before.
    pub former_names: Vec<&'static str>,
}

impl Role {
    /// Whether it permits what this code stands for.
    #[must_use]
    pub fn permits(&self, code: &str) -> bool {
        self.permits.contains(&code)
    }

    /// Whether it reaches data of this resource provider, such as `microsoft.keyvault`.
    #[must_use]
    pub fn reaches_data_of(&self, provider: &str) -> bool {
        self.data_providers.iter().any(|there| *there == "*" || there.eq_ignore_ascii_case(provider))
    }

    /// Whether it is given to read or write data: those that only send measurements are not (Monitoring Metrics Publisher).
    #[must_use]
    pub fn is_for_data(&self) -> bool {
        let reaches = self.data_providers.iter().any(|provider| *provider != "microsoft.insights");
        matches!(self.class, Class::Data | Class::Mixed) && reaches
    }

    /// Whether it permits everything, or the granting of any role: it has the action `*`, or may write role assignments
    /// without a condition of its own.
    #[must_use]
    pub fn is_administrator(&self) -> bool {
        self.permits_everything() || self.grants_any_role()
    }

    /// Whether it has the action `*`, perhaps with exceptions.
    #[must_use]
    pub fn permits_everything(&self) -> bool {
        self.flags.contains(&"star")
    }

    /// Whether it may grant any role; other roles that grant some are bound by a condition in their definition.
    #[must_use]
    pub fn grants_any_role(&self) -> bool {
        self.flags.contains(&"grant")
    }
}

struct Table {
    roles: Vec<Role>,
    by_guid: HashMap<&'static str, usize>,
    by_name: HashMap<String, usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let roles: Vec<Role> = rows(include_str!("roles.tsv")).filter_map(|cells| role(&cells)).collect();
    let mut by_guid = HashMap::new();
    let mut by_name = HashMap::new();
    for (at, role) in roles.iter().enumerate() {
        by_guid.entry(role.guid).or_insert(at);
        by_name.entry(role.name.to_lowercase()).or_insert(at);
    }
    for (at, role) in roles.iter().enumerate() {
        for name in &role.former_names {
            by_name.entry(name.to_lowercase()).or_insert(at);
        }
    }
    Table { roles, by_guid, by_name }
});

fn role(cells: &[&'static str]) -> Option<Role> {
    let [guid, class, flags, providers, permits, name, former] = cells else { return None };
    let class = match *class {
        "P" => Class::Privileged,
        "M" => Class::Mixed,
        "D" => Class::Data,
        "C" => Class::Control,
        "R" => Class::Read,
        _ => Class::Removed,
    };
    Some(Role {
        guid,
        class,
        flags: items(flags, ','),
        data_providers: items(providers, ','),
        permits: items(permits, ','),
        name,
        former_names: items(former, '|'),
    })
}

/// All roles, removed ones last.
#[must_use]
pub fn all() -> &'static [Role] {
    &TABLE.roles
}

/// The role of that GUID, in any case.
#[must_use]
pub fn by_guid(guid: &str) -> Option<&'static Role> {
    TABLE.by_guid.get(guid.to_ascii_lowercase().as_str()).and_then(|at| TABLE.roles.get(*at))
}

/// The role of that name, now or formerly, in any case.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Role> {
    TABLE.by_name.get(&name.to_lowercase()).and_then(|at| TABLE.roles.get(*at))
}

/// The letters and digits of a name, in lower case: how code calls a role that it cannot spell with spaces.
#[must_use]
pub fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

static BY_LETTERS: LazyLock<HashMap<String, &'static Role>> = LazyLock::new(|| {
    // Of two roles of one name the first counts.
    all().iter().rev().map(|role| (letters(role.name), role)).collect()
});

/// The role whose name has these letters and digits.
#[must_use]
pub fn by_letters(letters: &str) -> Option<&'static Role> {
    BY_LETTERS.get(letters).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_whole() {
        assert_eq!(all().len(), rows(include_str!("roles.tsv").trim_end()).count());
        assert!(all().len() > 900);
    }

    #[test]
    fn roles_are_found_by_guid_and_by_present_and_former_name() {
        let user = by_name("key vault SECRETS user").expect("a known role");
        assert!(user.permits("kv-secret-get") && user.reaches_data_of("Microsoft.KeyVault"));
        assert_eq!(by_guid("4633458B-17DE-408A-B874-0445C86B69E6").map(|role| role.name), Some(user.name));
        assert_eq!(by_name("Azure AI User").map(|role| role.name), Some("Foundry User"));
        // The privileged roles of learn.microsoft.com, role-based-access-control/best-practices.
        let administrators: Vec<&str> =
            all().iter().filter(|role| role.is_administrator()).map(|role| role.name).collect();
        assert_eq!(
            administrators,
            ["Contributor", "Owner", "Role Based Access Control Administrator", "User Access Administrator"]
        );
        assert!(!by_name("Owner").is_some_and(|role| role.permits("kv-secret-get")));
    }
}
