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

/// The address of the secret that a reference to a vault names, in the public cloud where it gives names only.
#[must_use]
pub fn secret_uri(reference: &str) -> Option<String> {
    let (kind, rest) = strip(reference.trim())?;
    let inside = rest.strip_suffix(')').filter(|_| kind == ReferenceKind::KeyVault)?;
    let pairs: Vec<(String, &str)> = inside
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.trim().to_ascii_lowercase(), value.trim()))
        .collect();
    let of =
        |key: &str| pairs.iter().find(|(own, _)| own == key).map(|(_, value)| *value).filter(|one| !one.is_empty());
    if let Some(uri) = of("secreturi") {
        return vault_name_of_uri(uri).map(|_| uri.trim_end_matches('/').to_owned());
    }
    let version = of("secretversion").map(|version| format!("/{version}")).unwrap_or_default();
    Some(format!("https://{}.vault.azure.net/secrets/{}{version}", of("vaultname")?, of("secretname")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_by_names_has_an_address_too() {
        let uri = |text| secret_uri(text);
        assert_eq!(
            uri("@Microsoft.KeyVault(VaultName=kv; SecretName=db)").as_deref(),
            Some("https://kv.vault.azure.net/secrets/db")
        );
        let given = "@Microsoft.KeyVault(SecretUri=https://kv.vault.azure.cn/secrets/db/)";
        assert_eq!(uri(given).as_deref(), Some("https://kv.vault.azure.cn/secrets/db"));
        assert_eq!(uri("@Microsoft.KeyVault(VaultName=kv)"), None);
    }

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
