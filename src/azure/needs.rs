//! What consumers of data must be permitted. Sources and columns stand in the head of `needs.tsv`.

use std::sync::LazyLock;

use super::{items, rows};

/// The setting that connects the host of a function app to its own storage, whole or as the head of an identity
/// connection's settings (learn.microsoft.com, azure-functions/functions-app-settings#azurewebjobsstorage).
pub const HOST_STORAGE: &str = "AzureWebJobsStorage";

/// A consumer's need.
#[derive(Debug)]
pub struct Required {
    /// Its key.
    pub key: &'static str,
    /// The resource provider of the data, in lower case.
    pub provider: &'static str,
    /// Codes of the roles table, any of which is enough; none where roles alone do not tell.
    pub codes: Vec<&'static str>,
    /// The role to grant.
    pub role: &'static str,
    /// What is used, in a word.
    pub what: &'static str,
}

static TABLE: LazyLock<Vec<Required>> = LazyLock::new(|| {
    let required = |cells: Vec<&'static str>| {
        let [key, provider, codes, role, what, _source] = cells.as_slice() else { return None };
        Some(Required { key, provider, codes: items(codes, ','), role, what })
    };
    rows(include_str!("needs.tsv")).filter_map(required).collect()
});

/// The need of that key.
#[must_use]
pub fn by_key(key: &str) -> Option<&'static Required> {
    TABLE.iter().find(|required| required.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::roles;

    #[test]
    fn the_role_to_grant_permits_what_is_needed() {
        assert_eq!(TABLE.len(), 14);
        for required in TABLE.iter().filter(|required| !required.codes.is_empty()) {
            let role = roles::by_name(required.role).expect("a built-in role");
            assert!(required.codes.iter().any(|code| role.permits(code)), "{}", required.key);
        }
    }
}
