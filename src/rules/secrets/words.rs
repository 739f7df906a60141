//! What helps say of secrets that stand in the open.

use crate::graph::{Secret, SecretKind};

/// Whether the name of an input says that it is all of a script or of what a machine is given.
pub(super) fn takes_all(secret: &SecretKind) -> bool {
    let SecretKind::Input(name) = secret else { return false };
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    ["data", "script", "init", "config", "command", "settings", "extension", "extensions", "uris", "base64"]
        .iter()
        .any(|ending| plain.ends_with(ending))
}

/// The role by which an identity does without a secret that it is given, and what it does instead.
pub(super) fn instead(secret: &Secret) -> (String, &'static str) {
    match &secret.kind {
        SecretKind::Key(key) => {
            let opened =
                if key.title.is_empty() { "what the key opens".to_owned() } else { format!("`{}`", key.title) };
            (format!("a role on {opened}"), "sign in there")
        }
        SecretKind::Input(_) | SecretKind::Output(_) => {
            ("`Key Vault Secrets User` on the secret".to_owned(), "read it from the vault")
        }
    }
}
