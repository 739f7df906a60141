//! What the names of settings, parameters and arguments say about what they hold.

/// Whether a name says that what it names is a secret.
#[must_use]
pub fn names_secret(name: &str) -> bool {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in name.chars() {
        if !letter.is_alphanumeric() || letter.is_uppercase() && word.chars().last().is_some_and(char::is_lowercase) {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    // What such a word is followed by says what of the secret is meant: its name, its length, where it is.
    let about = [
        "name",
        "id",
        "uri",
        "url",
        "version",
        "length",
        "expiry",
        "expiration",
        "retries",
        "count",
        "policy",
        "enabled",
        "rotation",
        "type",
        "permissions",
        "days",
    ];
    let last = words.last().map_or("", String::as_str);
    // A token of a resource group is a part of its resources' names.
    let is_public = words.iter().any(|word| ["public", "ssh", "resource", "unique"].contains(&word.as_str()));
    let secrets =
        ["password", "passwd", "pwd", "secret", "key", "token", "credential", "passphrase", "pass", "sas", "pat"];
    let says = |word: &String| {
        secrets
            .iter()
            .any(|secret| word.trim_end_matches('s') == secret.trim_end_matches('s') || word.ends_with("password"))
            || word == "connectionstring"
            || word == "apikey"
    };
    !is_public
        && !about.contains(&last)
        && (words.iter().any(says) || words.ends_with(&["connection".into(), "string".into()]))
}

/// Whether a name says that what it names only identifies somebody or something, says where it is, or is public. Such
/// inputs are often marked out of caution.
#[must_use]
pub fn names_identifier(name: &str) -> bool {
    let endings = [
        "id",
        "ids",
        "name",
        "username",
        "user",
        "login",
        "email",
        "mail",
        "upn",
        "region",
        "location",
        "scope",
        "suffix",
        "host",
        "hostname",
        "server",
        "endpoint",
        "port",
        "version",
        "thumbprint",
    ];
    let lower: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    // Telemetry is no secret (learn.microsoft.com, azure-monitor/app/connection-strings), nor is half of a pair of keys.
    let is_public = lower.contains("insights") && !lower.contains("apikey")
        || ["instrumentationkey", "publickey", "authorizedkey"].iter().any(|word| lower.contains(word));
    let identifies = |ending: &&str| {
        let Some((before, last)) = name.len().checked_sub(ending.len()).and_then(|at| name.split_at_checked(at)) else {
            return false;
        };
        let begins = before.is_empty() || before.ends_with(['_', '-']) || last.starts_with(char::is_uppercase);
        begins && last.eq_ignore_ascii_case(ending)
    };
    is_public || endings.iter().any(identifies)
}
