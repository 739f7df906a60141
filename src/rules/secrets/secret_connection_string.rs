use std::sync::LazyLock;

use regex::Regex;

use crate::azure::secrets::{is_documented_key, is_placeholder, is_reference, shown};
use crate::finding::Severity;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for literal in &cx.graph.literals {
        let Some(found) = detect(&literal.text) else { continue };
        let message = format!("{} stands in the code: {}", found.what, shown(found.secret));
        let draft = Draft::new(literal.subject.clone(), literal.span, message)
            .note(found.what)
            .secret(literal.span)
            .help("let the app use its managed identity, which needs no secret. What was committed counts as known: change it");
        cx.report(if found.expired { draft.severity(Severity::Medium) } else { draft });
    }
}

pub(super) struct Found<'t> {
    what: &'static str,
    secret: &'t str,
    expired: bool,
}

/// One pattern finds every place worth a look; most strings have none.
static MARK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:AccountKey|SharedAccessKey|sig|password|pwd)\s*=").ok());
static KEY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(AccountKey|SharedAccessKey)\s*=\s*([A-Za-z0-9+/]{40,100}={0,2})").ok());
static SIGNATURE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)[?&;]sig=([A-Za-z0-9/+%]{43,128}(?:=|%3d)?)").ok());
static EXPIRY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)[?&;]se=(\d{4})-(\d{2})").ok());
static PASSWORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)(?:^|[;\s"'])(?:password|pwd)\s*=\s*([^;'"\x{fffc}\s]{4,128})"#).ok());
static SERVER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:^|[;\s])(?:server|data source|host|address|addr|network address)\s*=").ok());

/// A signature that ended before this month was useless when this rule was written (year, month).
const REVIEWED: (u32, u32) = (2026, 11);

/// The secret in a connection string or signed address.
pub(super) fn detect(text: &str) -> Option<Found<'_>> {
    if !MARK.as_ref()?.is_match(text) {
        return None;
    }
    let key =
        KEY.as_ref()?.captures_iter(text).find_map(|found| Some((found.get(1)?.as_str(), found.get(2)?.as_str())));
    if let Some((name, secret)) = key.filter(|(_, secret)| !is_documented_key(secret) && !is_placeholder(secret)) {
        let what = if name.eq_ignore_ascii_case("AccountKey") {
            "a connection string with an account key"
        } else {
            "a connection string with a shared access key"
        };
        return Some(Found { what, secret, expired: false });
    }
    let lower = text.to_ascii_lowercase();
    let signed = lower.contains("sv=") || lower.contains("se=");
    if let Some(secret) = SIGNATURE.as_ref()?.captures(text).and_then(|found| found.get(1)).filter(|_| signed) {
        let expiry = EXPIRY.as_ref()?.captures(text);
        let number = |at: usize| expiry.as_ref()?.get(at)?.as_str().parse::<u32>().ok();
        let expired = number(1).zip(number(2)).is_some_and(|end| end < REVIEWED);
        return Some(Found { what: "a shared access signature", secret: secret.as_str(), expired });
    }
    let password = PASSWORD.as_ref()?.captures(text)?.get(1)?.as_str();
    // A reference inside a longer text is not resolved, but it is no secret either.
    let stands_for_one = is_placeholder(password) || is_reference(password);
    let whole = SERVER.as_ref()?.is_match(text) && !stands_for_one;
    whole.then_some(Found { what: "a connection string with a password", secret: password, expired: false })
}

#[cfg(test)]
mod tests {
    use super::detect;

    #[test]
    fn patterns_compile_and_holes_hide_secrets() {
        assert!(detect("Server=tcp:x;Password=Sommer-2024;").is_some());
        assert!(detect("Server=tcp:x;Password=\u{fffc};").is_none());
        assert!(detect("Server=tcp:x;Password={your_password};").is_none());
        assert!(detect(&format!("AccountName=x;AccountKey={}==", "Ab1/".repeat(21) + "Ab")).is_some());
        assert!(detect(&format!("https://x/?sv=1&sig={}%3D", "a1B".repeat(14) + "c")).is_some());
    }
}
