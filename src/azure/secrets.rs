//! What is a secret and what only looks like one.

mod names;

pub use names::{names_identifier, names_secret};

/// Words that stand where a secret will be put later.
const PLACEHOLDERS: [&str; 18] = [
    "secretvalue",
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "replaceme",
    "replace-me",
    "replace_me",
    "placeholder",
    "your_",
    "your-",
    "redacted",
    "not-used",
    "notused",
    "fixme",
    "dummy",
    "todo",
    "example",
];

/// How many of these, at the end, count only where a text begins with them: they are parts of real names too.
const ONLY_AT_START: usize = 2;

/// Keys of emulators, which everybody knows (learn.microsoft.com, storage/common/storage-connect-azurite and
/// cosmos-db/emulator).
const DOCUMENTED: [&str; 2] = ["Eby8vdM02xNOcqFlq", "C2y6yDjf5/R+ob0N8A7Cgv30VRD"];

/// Whether a text stands for a secret that is put there later, or for none.
#[must_use]
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let lower = text.to_lowercase();
    let mut letters = text.chars();
    let first = letters.next();
    let all_the_same = letters.all(|letter| Some(letter) == first);
    text.is_empty() || is_replaced_later(&lower) || all_the_same || says_so(&lower)
}

/// Whether a text has a mark in it that something replaces before it is used: `#{x}#`, `__X__`, `<x>`, `{{x}}`, `$(x)`.
#[must_use]
pub fn is_replaced_later(text: &str) -> bool {
    let marks = [
        ("${", "}"),
        ("#{", "}"),
        ("{{", "}}"),
        ("<", ">"),
        ("$(", ")"),
        ("__", "__"),
        ("{", "}"),
        ("%", "%"),
        ("[", "]"),
    ];
    marks.iter().any(|(open, close)| {
        text.find(open).is_some_and(|at| text.get(at + open.len()..).is_some_and(|rest| rest.contains(close)))
    })
}

fn says_so(lower: &str) -> bool {
    let (anywhere, at_start) = PLACEHOLDERS.split_at(PLACEHOLDERS.len() - ONLY_AT_START);
    anywhere.iter().any(|word| lower.contains(word)) || at_start.iter().any(|word| lower.starts_with(word))
}

/// Whether a text in the place of a secret is none: it stands for one, or for what the platform puts there.
#[must_use]
pub fn is_harmless(text: &str) -> bool {
    is_placeholder(text) || is_reference(text)
}

/// Whether a key is one that its documentation prints.
#[must_use]
pub fn is_documented_key(key: &str) -> bool {
    DOCUMENTED.iter().any(|start| key.starts_with(start))
}

/// Whether a setting's text stands for a value that the platform puts there: a Key Vault or App Configuration reference,
/// or, in a storage mount, a reference to an app setting.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    text.starts_with("@Microsoft.") || text.starts_with("@AppSettingRef(")
}

/// Whether the value of a vault's secret is plainly configuration: an address, a number, a switch, an id, or something
/// that neither its name nor its looks make a secret.
#[must_use]
pub fn looks_like_configuration(name: &str, text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let address =
        ["https://", "http://", "amqps://", "sb://", "tcp://"].iter().find_map(|scheme| lower.strip_prefix(scheme));
    if let Some(rest) = address {
        let authority = rest.split(['/', '?']).next().unwrap_or("");
        return !authority.contains('@');
    }
    let name = name.to_ascii_lowercase();
    let words = ["password", "passwd", "pwd", "secret", "key", "token", "credential", "pass", "sas", "pat"];
    let named_secret = words.iter().any(|word| name.contains(word));
    let is_public = ["ssh-", "ecdsa-", "-----BEGIN PUBLIC KEY", "-----BEGIN CERTIFICATE", "-----BEGIN RSA PUBLIC KEY"];
    if is_public.iter().any(|start| text.trim_start().starts_with(start)) {
        return true;
    }
    let plain = text.parse::<f64>().is_ok() || lower == "true" || lower == "false" || super::ids::is_guid(text);
    plain || super::ids::level(text).is_some() || (!named_secret && !looks_random(text))
}

/// Whether a text looks made by a generator: long, and of three kinds of characters at least.
fn looks_random(text: &str) -> bool {
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_lowercase(),
        |c| c.is_uppercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_alphanumeric() && !"-_. :/".contains(c),
    ];
    text.chars().count() >= 12 && kinds.iter().filter(|kind| text.chars().any(**kind)).count() >= 3
}

/// A secret as it may be shown: its first characters and its length.
#[must_use]
pub fn shown(secret: &str) -> String {
    let length = secret.chars().count();
    let start: String = secret.chars().take((length / 4).min(3)).collect();
    format!("`{start}…`, {length} characters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_no_secrets() {
        for text in
            ["", "changeme", "<password>", "__PASSWORD__", "#{pw}#", "{{ pw }}", "$(pw)", "********", "{your_password}"]
        {
            assert!(is_placeholder(text), "{text}");
        }
        assert!(!is_placeholder("Sommer-2024-Passwort!"));
    }

    #[test]
    fn secrets_are_shown_by_their_first_characters_only() {
        assert_eq!(shown("Sommer-2024!"), "`Som…`, 12 characters");
        assert_eq!(shown("ab"), "`…`, 2 characters");
    }
}
