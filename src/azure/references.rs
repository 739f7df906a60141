//! The texts by which App Service settings refer to Key Vault and App Configuration
//! (learn.microsoft.com, app-service/app-service-key-vault-references and app-service-configuration-references).

/// What a setting refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceKind {
    /// A secret of a vault.
    KeyVault,
    /// A value of an App Configuration store.
    AppConfiguration,
}

/// The kind of reference that a setting's text begins, and what follows the opening bracket.
#[must_use]
pub fn strip(text: &str) -> Option<(ReferenceKind, &str)> {
    let prefixes = [
        ("@Microsoft.KeyVault(", ReferenceKind::KeyVault),
        ("@Microsoft.AppConfiguration(", ReferenceKind::AppConfiguration),
    ];
    prefixes.into_iter().find_map(|(prefix, kind)| {
        let head = text.get(..prefix.len())?;
        head.eq_ignore_ascii_case(prefix).then(|| (kind, text.get(prefix.len()..).unwrap_or("")))
    })
}

/// The name of the vault in a vault's address: `kv` in `https://kv.vault.azure.net/`. Every cloud's domain begins with
/// `vault.`, the managed HSM's does not.
#[must_use]
pub fn vault_name_of_uri(uri: &str) -> Option<&str> {
    let rest = uri.get(..8).filter(|scheme| scheme.eq_ignore_ascii_case("https://")).and_then(|_| uri.get(8..))?;
    let host = rest.split(['/', ':', '?']).next()?;
    let (name, domain) = host.split_once('.')?;
    (domain.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("vault.")) && !name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_recognised_in_any_case() {
        assert_eq!(strip("@microsoft.keyvault(SecretUri=x)"), Some((ReferenceKind::KeyVault, "SecretUri=x)")));
        assert_eq!(strip("see @Microsoft.KeyVault(…)"), None);
        assert_eq!(strip("@Microsoft.é"), None);
    }

    #[test]
    fn vaults_are_named_by_their_address() {
        assert_eq!(vault_name_of_uri("https://kv-1.vault.azure.net/secrets/x"), Some("kv-1"));
        assert_eq!(vault_name_of_uri("https://kv.vault.azure.cn"), Some("kv"));
        assert_eq!(vault_name_of_uri("https://example.org/kv.vault.azure.net"), None);
    }
}
