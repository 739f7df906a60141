//! Words that several families use.

use crate::graph::{Secret, SecretKind};

/// What a message calls a secret.
pub(super) fn called(secret: &Secret) -> String {
    match &secret.kind {
        SecretKind::Key(key) if key.title.is_empty() => "a key".to_owned(),
        SecretKind::Key(key) => format!("a key of `{}`", key.title),
        SecretKind::Input(name) => format!("the secret input `{name}`"),
        SecretKind::Output(name) => format!("the secret output `{name}`"),
    }
}
