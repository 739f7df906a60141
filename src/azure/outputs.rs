//! What resources give that is a secret. Sources and columns stand in the head of `outputs.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{items, rows};

static TABLE: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let cells = rows(include_str!("outputs.tsv"));
    cells.into_iter().filter_map(|cells| Some((*cells.first()?, items(cells.get(1)?, ',')))).collect()
});

/// Words in the names of functions that hand out secrets (learn.microsoft.com, azure-resource-manager/templates/
/// template-functions-resource#list).
const GIVEN: [&str; 9] =
    ["key", "secret", "credential", "connectionstring", "sas", "token", "callbackurl", "kubeconfig", "passphrase"];

/// What stands beside a secret in such a function's result, in a nested block or in an object that is kept secret as a
/// whole, and is none.
const BESIDE: [&str; 29] = [
    "appid",
    "client_certificate",
    "clientid",
    "client_id",
    "creationtime",
    "displayname",
    "display_name",
    "email",
    "enabled",
    "endpoint",
    "host",
    "hostname",
    "id",
    "keyname",
    "keyvaluename",
    "location",
    "login",
    "name",
    "namespace",
    "permissions",
    "port",
    "server",
    "tenantid",
    "tenant_id",
    "type",
    "uri",
    "url",
    "user",
    "username",
];

/// Parts of a block of secrets that are the secrets.
const INSIDE: [&str; 6] = ["password", "client_key", "secret", "key", "key2", "token"];

/// Whether an attribute of an azurerm type is a secret that Azure makes.
#[must_use]
pub fn is_secret(kind: &str, attribute: &str) -> bool {
    let Some(secrets) = TABLE.get(kind) else { return false };
    let inside = |secret: &&str| {
        let rest = attribute.strip_prefix(*secret).and_then(|rest| rest.strip_prefix('.'));
        rest.is_some_and(|rest| INSIDE.iter().any(|part| rest.rsplit('.').next() == Some(part)))
    };
    secrets.contains(&attribute) || secrets.iter().any(inside)
}

/// Whether an azurerm type gives any secret that Azure makes.
#[must_use]
pub fn has_secrets(kind: &str) -> bool {
    TABLE.contains_key(kind)
}

/// Whether a function of ARM, named in any case and without its parentheses, hands out secrets.
#[must_use]
pub fn hands_out(function: &str) -> bool {
    let lower = function.to_ascii_lowercase();
    lower.strip_prefix("list").is_some_and(|rest| GIVEN.iter().any(|word| rest.contains(word)))
}

/// Whether a part of what such a function gives, by its name, is no secret.
#[must_use]
pub fn stands_beside(name: &str) -> bool {
    BESIDE.iter().any(|beside| beside.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_from_what_stands_beside_them() {
        assert!(is_secret("azurerm_storage_account", "primary_access_key"));
        assert!(!is_secret("azurerm_storage_account", "primary_blob_endpoint"));
        assert!(is_secret("azurerm_linux_web_app", "site_credential.password"));
        assert!(!is_secret("azurerm_linux_web_app", "site_credential.name"));
        assert!(!is_secret("azurerm_application_insights", "connection_string"));
        assert!(is_secret("azurerm_storage_account_sas", "sas"));
        assert!(hands_out("listKeys") && hands_out("listClusterAdminCredential") && hands_out("listAccountSas"));
        assert!(!hands_out("reference") && !hands_out("listSyncFunctionTriggerStatus"));
        assert!(stands_beside("userName"));
    }
}
