//! Connection strings, signed addresses, addresses with a password.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::kinds::{self, Kind};
use super::{Detection, HOLE, REVIEWED, REVIEWED_SECOND, Scan, is_monotonous};
use crate::azure::secrets::{is_documented_key, is_placeholder, is_reference};

static STORAGE: Kind = Kind::connection("a connection string with an account key", kinds::STORAGE);
static COSMOS: Kind = Kind::connection("a connection string with an account key", kinds::COSMOS);
static MESSAGING: Kind = Kind::connection("a connection string with a shared access key", kinds::MESSAGING);
static IOT_HUB: Kind = Kind::connection("a connection string with a shared access key", kinds::IOT_HUB);
static IOT_DEVICE: Kind = Kind::connection("a connection string with a shared access key", kinds::IOT_DEVICE);
static SIGNALR: Kind = Kind::connection("a connection string with an access key", kinds::SIGNALR);
static COMMUNICATION: Kind = Kind::connection("a connection string with an access key", kinds::COMMUNICATION);
static APP_CONFIGURATION: Kind = Kind::connection("a connection string with its secret", kinds::APP_CONFIGURATION);
static STORAGE_SIGNATURE: Kind = Kind::connection("a shared access signature", kinds::STORAGE);
static MESSAGING_SIGNATURE: Kind = Kind::connection("a shared access signature", kinds::MESSAGING);
static IOT_SIGNATURE: Kind = Kind::connection("a shared access signature", kinds::IOT_HUB);
static WORKFLOW: Kind = Kind::connection("the address of a workflow with its signature", kinds::LOGIC_APP);
static PASSWORD: Kind = Kind::connection("a connection string with a password", kinds::SQL);
static REDIS: Kind = Kind::connection("a connection string with a password", kinds::REDIS);
static ADDRESS: Kind = Kind::connection("an address with a password", kinds::ADDRESS);

fn pattern(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"(?i)\b(AccountKey|SharedAccessKey|AccessKey|Secret)[ \t]{0,8}=[ \t]{0,8}([a-z0-9+/]{32,128}={0,2})")
});
/// A host and, not far behind it, a key of the length that its service's keys have.
static HOST_AND_KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"\.documents\.azure\.[\x00-\x7f]{0,128}?[^A-Za-z0-9+/]([A-Za-z0-9+/]{86}==)|\.servicebus\.[\x00-\x7f]{0,128}?[^A-Za-z0-9+/%]([A-Za-z0-9+/]{43}=)",
    )
});
static SIGNATURE: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r#"(?i)(?:^|[?&;\s"'])sig=([a-z0-9/+%_-]{43,128}(?:=|%3d)?)"#));
static EXPIRY: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?i)(?:^|[?&;])se=(?:(\d{4})-(\d{2})|(\d{9,11})(?:&|$))"));
static PASSWORD_PART: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r#"(?i)(^|[;,&?\s"'])(?:password|pwd)[ \t]{0,8}=[ \t]{0,8}([^;'"\x{fffc}\s]{4,128})"#));
static SERVER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r#"(?i)(?:^|[;,\s"'])(?:server|data source|datasource|host|hostname|address|addr|network address)[ \t]{0,8}=|jdbc:|\.redis(?:enterprise)?\.cache\.|\.redis\.azure\.|,\s{0,4}ssl=|,\s{0,4}abortConnect="#,
    )
});
static URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r#"(?i)\b([a-z][a-z0-9+.-]{1,20})://([^\s:/@"'<>?#\x{fffc}]{0,128}):([^\s/@"'<>?#]{3,256})@([^\s/:@"'<>,]{1,255})"#,
    )
});

/// How far around a signature its address reaches at most.
const ADDRESS_LENGTH: usize = 2048;

/// Account keys, shared access keys and their like, by the name in front of them or the host.
pub(super) fn keys(scan: &mut Scan<'_>) {
    let (Some(named), Some(by_host)) = (KEY.as_ref(), HOST_AND_KEY.as_ref()) else { return };
    for found in named.captures_iter(scan.text) {
        let (Some(name), Some(key)) = (found.get(1), found.get(2)) else { continue };
        scan.steps += key.len();
        if scan.is_full() {
            return;
        }
        if !is_key(scan, key.as_str(), key.end()) {
            continue;
        }
        let around = surroundings(scan, key.range(), |byte| matches!(byte, b'\n' | b'"' | b'\''));
        let holds = |part: &str| around.contains(part);
        let kind = match name.as_str().to_ascii_lowercase().as_str() {
            "accountkey" if holds(".documents.") || holds(".cosmos.") || holds("accountendpoint=") => &COSMOS,
            "accountkey" => &STORAGE,
            "sharedaccesskey" if holds("deviceid=") => &IOT_DEVICE,
            "sharedaccesskey" if holds("hostname=") => &IOT_HUB,
            "sharedaccesskey" => &MESSAGING,
            "accesskey" if holds("endpoint=") && holds(".communication.azure.") => &COMMUNICATION,
            "accesskey" if holds("endpoint=") => &SIGNALR,
            "secret" if holds(".azconfig.") => &APP_CONFIGURATION,
            _ => continue,
        };
        // Those that Azure makes have 64 or 32 bytes, or are annotated.
        scan.add(kind, key.range(), matches!(key.len(), 44 | 84 | 88));
    }
    for found in by_host.captures_iter(scan.text) {
        let (cosmos, key) = (found.get(1), found.get(1).or(found.get(2)));
        let Some(key) = key.filter(|_| !scan.is_full()) else { continue };
        scan.steps += key.len();
        if is_key(scan, key.as_str(), key.end()) {
            scan.add(if cosmos.is_some() { &COSMOS } else { &MESSAGING }, key.range(), true);
        }
    }
}

/// Whether a key is written out, and none that everybody knows.
fn is_key(scan: &Scan<'_>, key: &str, end: usize) -> bool {
    let goes_on = scan.text.get(end..).is_some_and(|rest| rest.starts_with(HOLE));
    !goes_on && !is_documented_key(key) && !is_placeholder(key) && !is_monotonous(key.as_bytes())
}

/// What stands around a range up to such bytes, in lower case.
fn surroundings(scan: &mut Scan<'_>, range: Range<usize>, is_end: fn(u8) -> bool) -> String {
    let before = scan.bytes().get(range.start.saturating_sub(ADDRESS_LENGTH)..range.start).unwrap_or_default();
    let after = scan.bytes().get(range.end..).unwrap_or_default();
    let before = before.iter().rev().take_while(|byte| !is_end(**byte)).count();
    let after = after.iter().take(ADDRESS_LENGTH).take_while(|byte| !is_end(**byte)).count();
    scan.steps += before + range.len() + after;
    let bytes = scan.bytes().get(range.start - before..range.end + after).unwrap_or_default();
    String::from_utf8_lossy(bytes).to_ascii_lowercase()
}

/// Signatures in addresses and tokens.
pub(super) fn signatures(scan: &mut Scan<'_>) {
    /// Places that are looked at although nothing is found there.
    const TRIES: usize = 256;
    let (Some(signature), Some(expiry)) = (SIGNATURE.as_ref(), EXPIRY.as_ref()) else { return };
    for found in signature.captures_iter(scan.text).take(TRIES) {
        let Some(secret) = found.get(1) else { continue };
        let goes_on = scan.text.get(secret.end()..).is_some_and(|rest| rest.starts_with(HOLE));
        if goes_on || is_monotonous(secret.as_str().as_bytes()) {
            continue;
        }
        let is_end = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>');
        let around = surroundings(scan, secret.range(), is_end);
        let holds = |part: &str| around.contains(part);
        if !holds("sv=") && !holds("se=") {
            continue;
        }
        let kind = if holds(".logic.azure.") || holds("/triggers/") {
            &WORKFLOW
        } else if holds(".azure-devices") {
            &IOT_SIGNATURE
        } else if holds("sr=") && !holds("sv=") {
            &MESSAGING_SIGNATURE
        } else {
            &STORAGE_SIGNATURE
        };
        let ends = expiry.captures(&around);
        let number = |at: usize| ends.as_ref()?.get(at)?.as_str().parse::<u64>().ok();
        let month = number(1).zip(number(2));
        let expired = month.is_some_and(|end| end < (u64::from(REVIEWED.0), u64::from(REVIEWED.1)))
            || number(3).is_some_and(|end| end < REVIEWED_SECOND);
        scan.push(Detection { kind, secret: secret.range(), certain: true, expired, encoded: false });
    }
}

/// Passwords beside the name of a server.
pub(super) fn passwords(scan: &mut Scan<'_>) {
    /// Places that are looked at although nothing is found there.
    const TRIES: usize = 256;
    let (Some(part), Some(server)) = (PASSWORD_PART.as_ref(), SERVER.as_ref()) else { return };
    for found in part.captures_iter(scan.text).take(TRIES) {
        let (Some(before), Some(value)) = (found.get(1), found.get(2)) else { continue };
        let until = match before.as_str() {
            "," => value.as_str().split(',').next(),
            "&" | "?" => value.as_str().split('&').next(),
            _ => None,
        };
        let password = until.unwrap_or(value.as_str());
        let end = value.start() + password.len();
        // In prose a word follows another; in a connection string `;` does, or nothing stands around the sign of equality.
        let is_spaced = scan.text.get(..value.start()).is_some_and(|head| head.ends_with([' ', '\t']));
        let ahead = scan.text.get(..before.start()).unwrap_or("").trim_end();
        if is_spaced && before.as_str().trim().is_empty() && !ahead.is_empty() && !ahead.ends_with([';', ',']) {
            continue;
        }
        let goes_on = scan.text.get(end..).is_some_and(|rest| rest.starts_with(HOLE));
        if goes_on || password.len() < 4 || stands_for_one(password) {
            continue;
        }
        let around = surroundings(scan, value.start()..end, |byte| matches!(byte, b'\n' | b'\r'));
        if !server.is_match(&around) || is_default(password) && (is_local(&around) || is_repeated(&around, password)) {
            continue;
        }
        let is_redis = [".redis", "abortconnect=", ",ssl="].iter().any(|part| around.contains(part));
        scan.add(if is_redis { &REDIS } else { &PASSWORD }, value.start()..end, !is_default(password));
    }
}

/// Passwords between the user and the host of an address.
pub(super) fn addresses(scan: &mut Scan<'_>) {
    let Some(url) = URL.as_ref() else { return };
    for found in url.captures_iter(scan.text) {
        let (Some(user), Some(password), Some(host)) = (found.get(2), found.get(3), found.get(4)) else { continue };
        scan.steps += password.len();
        if scan.is_full() {
            return;
        }
        let text = password.as_str();
        let shown = ["user", "username", "login", "name"].contains(&user.as_str()) && is_default(text);
        let is_digest = host.as_str().starts_with("sha256");
        if text.contains(HOLE) || is_digest || shown || stands_for_one(text) {
            continue;
        }
        if is_default(text) && (is_local(host.as_str()) || host.as_str().starts_with("example.")) {
            continue;
        }
        scan.add(&ADDRESS, password.range(), !is_default(text));
    }
}

/// Whether something stands where the secret will be put: a placeholder, a reference, a variable of a shell.
fn stands_for_one(text: &str) -> bool {
    let is_variable = text.strip_prefix(['$', '%', '@']).is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '{' | '(')) && {
            let name = name.trim_start_matches(['{', '(']);
            let letters =
                name.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':')).count();
            name.chars().skip(letters).all(|c| matches!(c, '}' | ')' | '%' | '@'))
        }
    });
    is_variable
        || is_somebodys(text)
        || is_placeholder(text)
        || is_reference(text)
        || text.chars().all(|c| matches!(c, '*' | '.' | 'x' | 'X'))
}

/// Whether other parts of a connection string say the same: `Server=test;User=test;Password=test`.
fn is_repeated(around: &str, password: &str) -> bool {
    let password = password.to_ascii_lowercase();
    let values = around.split([';', '&', ',']).filter_map(|part| part.split_once('='));
    values.filter(|(_, value)| value.trim() == password).count() > 1
}

/// Passwords that stand in every first example.
fn is_default(password: &str) -> bool {
    const WORDS: [&str; 14] = [
        "password", "passwd", "pass", "passw0rd", "postgres", "guest", "root", "admin", "secret", "mysql", "redis",
        "test", "token", "pwd",
    ];
    WORDS.iter().any(|word| password.eq_ignore_ascii_case(word))
}

/// Whether it says that it is somebody's: `myPassword`, `yourPassword`.
fn is_somebodys(password: &str) -> bool {
    let lower = password.to_ascii_lowercase();
    ["my", "your", "the"].iter().any(|who| lower.strip_prefix(who).is_some_and(is_default))
}

fn is_local(host: &str) -> bool {
    ["localhost", "127.0.0.1", "host.docker.internal", "(localdb)"].iter().any(|name| host.contains(name))
}
