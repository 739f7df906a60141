//! Findings that stand behind others: they were there all the time, and can be told only when the one before is mended.

/// The rule of the finding that is mended, and that of the next one: the site is granted what then only its slot lacks,
/// the key goes and the identity counts, or the last client has an identity and keys can go. Or something is stated by the
/// only name that the provider in use knows, and the next version calls it otherwise. Or a role assignment is added in
/// Bicep, whose name can be made of what has the principal and, in the same file, not of the principal itself.
const NEXT: &[(&str, &str)] = &[
    ("connection-without-data-role", "slot-without-role"),
    ("connection-without-data-role", "unstable-assignment-name"),
    ("contradictory-identity-connection", "connection-without-data-role"),
    ("host-storage-by-key", "local-auth-enabled"),
    ("host-storage-identity-not-selected", "connection-without-data-role"),
    ("image-pull-without-role", "slot-without-role"),
    ("image-pull-without-role", "system-identity-at-creation"),
    ("image-pull-without-role", "unstable-assignment-name"),
    ("key-vault-permission-model-implicit", "removed-in-azurerm-5"),
    ("key-vault-reference-without-access", "slot-without-role"),
    ("key-vault-reference-without-access", "system-identity-at-creation"),
    ("key-vault-reference-without-access", "unstable-assignment-name"),
    ("local-auth-enabled", "removed-in-azurerm-5"),
    ("principal-of-absent-system-identity", "duplicate-role-assignment"),
    ("principal-of-absent-system-identity", "unstable-assignment-name"),
    ("slot-without-identity", "key-vault-reference-without-access"),
    ("slot-without-identity", "slot-without-role"),
    ("slot-without-role", "local-auth-enabled"),
    ("slot-without-role", "unstable-assignment-name"),
    ("wrong-principal-id", "unstable-assignment-name"),
];

/// Whether mending a finding of one rule may bring to light one of another that was there before.
#[must_use]
pub fn makes_way(mended: &str, next: &str) -> bool {
    NEXT.contains(&(mended, next))
}
