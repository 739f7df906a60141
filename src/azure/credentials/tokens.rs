//! Secrets, tokens and private keys by themselves.

use std::sync::LazyLock;

use regex::Regex;

use super::hashes::{base62, crc32, digits, marvin32};
use super::kinds::{self, Kind};
use super::{Scan, is_monotonous};

static ENTRA: Kind = Kind::token("a client secret of Microsoft Entra ID", kinds::ENTRA);
static DEVOPS: Kind = Kind::token("a personal access token of Azure DevOps", kinds::DEVOPS);
static GITHUB: Kind = Kind::token("a GitHub token", kinds::GITHUB);
static DATABRICKS: Kind = Kind::token("a Databricks token", kinds::DATABRICKS);
static PRIVATE_KEY: Kind = Kind::token("a private key", kinds::PRIVATE_KEY);
static LOCKED_KEY: Kind = Kind::token("an encrypted private key", kinds::PRIVATE_KEY);
static BUNDLE: Kind = Kind::token("a certificate with its private key", kinds::PRIVATE_KEY);

static ENTRA_SIGN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("[78]Q~").ok());
static DEVOPS_RUN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("[a-z2-7]{52,}").ok());
static GITHUB_TOKEN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}").ok());
static DATABRICKS_TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("dapi[0-9a-f]{32}(?:-[0-9])?").ok());
static BEGIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("-----BEGIN ([A-Z0-9 ]{0,16})PRIVATE KEY-----").ok());
static PFX: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("MI[I-L][0-9A-Za-z/+]{2}[AQgw]IBAzCC[0-9A-Za-z/+]{256}").ok());

/// The token that the documentation of the checksum prints (github.blog, 2021-04-05).
const SAMPLE: &[u8] = b"zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17";

/// What a client secret is made of, in the order in which its checksum counts them.
const ENTRA_LETTERS: &[u8; 66] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";

/// Client secrets of applications: three characters, `7Q~` or `8Q~`, and then 31, to which the newer ones add the first
/// three of a checksum.
pub(super) fn entra(scan: &mut Scan<'_>) {
    const SEED: u64 = u64::from_be_bytes(*b"AadPwd00");
    let Some(sign) = ENTRA_SIGN.as_ref() else { return };
    for sign in sign.find_iter(scan.text) {
        let Some(start) = sign.start().checked_sub(3).filter(|_| !scan.is_full()) else { continue };
        let is_new = sign.as_str().starts_with('8');
        let end = start + if is_new { 40 } else { 37 };
        let Some(secret) = scan.bytes().get(start..end) else { continue };
        scan.steps += secret.len();
        let before = start.checked_sub(1).and_then(|at| scan.bytes().get(at));
        let mut beside = before.into_iter().chain(scan.bytes().get(end));
        let is_part = |byte: &u8| ENTRA_LETTERS.contains(byte) || matches!(byte, b'+' | b'/');
        if beside.any(is_part) || !secret.iter().all(|byte| ENTRA_LETTERS.contains(byte)) || is_monotonous(secret) {
            continue;
        }
        if !is_new {
            scan.add(&ENTRA, start..end, false);
        } else if let Some((body, sum)) = secret.split_last_chunk::<3>()
            && digits(marvin32(body, SEED), ENTRA_LETTERS, 6).starts_with(sum)
        {
            scan.add(&ENTRA, start..end, true);
        }
    }
}

/// Personal access tokens of Azure DevOps in their older form: 52 characters of base 32 with a checksum strewn in.
pub(super) fn devops(scan: &mut Scan<'_>) {
    let Some(run) = DEVOPS_RUN.as_ref() else { return };
    for run in run.find_iter(scan.text).filter(|run| run.len() == 52) {
        scan.steps += run.len();
        if is_devops(run.as_str().as_bytes()) && !is_monotonous(run.as_str().as_bytes()) {
            scan.add(&DEVOPS, run.range(), true);
        }
    }
}

fn is_devops(token: &[u8]) -> bool {
    /// Of tokens for users and for applications.
    const MASKS: [u32; 2] = [0xe0b9_692d, 0x1019_f92e];
    let mut bytes = Vec::with_capacity(32);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in token {
        let value = if byte.is_ascii_lowercase() { byte - b'a' } else { byte.wrapping_sub(b'2').wrapping_add(26) };
        bits = bits << 5 | u32::from(value & 0x1f);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    let part = |from: usize, to: usize| bytes.get(from..to).unwrap_or_default();
    let body = [part(0, 2), part(3, 7), part(9, 22), part(23, 32)].concat();
    let sum = [22, 8, 7, 2].map(|at| bytes.get(at).copied().unwrap_or(0));
    MASKS.iter().any(|mask| crc32(&body) ^ mask == u32::from_le_bytes(sum))
}

/// Tokens of GitHub. The short ones end in a checksum.
pub(super) fn github(scan: &mut Scan<'_>) {
    let Some(token) = GITHUB_TOKEN.as_ref() else { return };
    for token in token.find_iter(scan.text) {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let before = token.start().checked_sub(1).and_then(|at| scan.bytes().get(at));
        let random = token.as_str().as_bytes().get(4..).unwrap_or_default();
        scan.steps += token.len();
        if before.into_iter().chain(scan.bytes().get(token.end())).any(is_word)
            || is_monotonous(random)
            || random == SAMPLE
            || scan.is_full()
        {
            continue;
        }
        let checked = match random.split_last_chunk::<6>() {
            Some((body, sum)) if random.len() == 36 => base62(crc32(body), 6) == sum,
            _ => true,
        };
        // Something of this shape with another ending was made up.
        if checked {
            scan.add(&GITHUB, token.range(), true);
        }
    }
}

/// Personal access tokens of Databricks.
pub(super) fn databricks(scan: &mut Scan<'_>) {
    let Some(token) = DATABRICKS_TOKEN.as_ref() else { return };
    for token in token.find_iter(scan.text) {
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let before = token.start().checked_sub(1).and_then(|at| scan.bytes().get(at));
        let beside = before.into_iter().chain(scan.bytes().get(token.end())).any(is_word);
        scan.steps += token.len();
        let random = token.as_str().as_bytes().get(4..).unwrap_or_default();
        if !beside && !is_a_count(random) && !scan.is_full() {
            scan.add(&DATABRICKS, token.range(), true);
        }
    }
}

/// Digits one after the other, or few different ones: what people write where a token will be.
fn is_a_count(random: &[u8]) -> bool {
    let digits: Vec<i16> =
        random.iter().filter_map(|byte| Some(i16::try_from(char::from(*byte).to_digit(16)?).unwrap_or(0))).collect();
    let steps = digits.iter().zip(digits.iter().skip(1));
    let counted = steps.filter(|(a, b)| (*b - *a).rem_euclid(16) == 1 || (**a == 9 && (**b == 0 || **b == 1))).count();
    let different = digits.iter().fold(0_u32, |seen, digit| seen | 1 << digit).count_ones();
    counted * 2 > digits.len() || different < 6
}

/// Private keys as text, and certificates with theirs as base64.
pub(super) fn private_key(scan: &mut Scan<'_>) {
    /// A key is longer; less is the beginning of one, shown as an example.
    const BODY: usize = 40;
    if let Some(begin) = BEGIN.as_ref() {
        for begin in begin.captures_iter(scan.text) {
            let (Some(head), Some(kind)) = (begin.get(0), begin.get(1)) else { continue };
            if scan.is_full() {
                return;
            }
            let rest = scan.text.get(head.end()..).unwrap_or("");
            // What begins next, or ends, has such a mark; so no byte is looked at for two of them.
            let body = rest.find("-----").and_then(|end| rest.get(..end)).unwrap_or(rest);
            scan.steps += body.len();
            // Whoever escapes a key twice has `\n` left in it.
            let is_key = |byte: &u8| {
                byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || matches!(byte, b'+' | b'/' | b'=' | b'\\')
            };
            let is_old = body.contains("Proc-Type: 4,ENCRYPTED");
            let length = if is_old { body.len() } else { body.bytes().take_while(is_key).count() };
            let letters = body.bytes().take(length).filter(|byte| !byte.is_ascii_whitespace()).count();
            if letters < BODY || is_monotonous(body.as_bytes()) {
                continue;
            }
            let is_locked = is_old || kind.as_str().contains("ENCRYPTED");
            let key = body.get(..length).unwrap_or("");
            let from = head.end() + key.len() - key.trim_start().len();
            let to = head.end() + key.trim_end().len();
            if from < to {
                scan.add(if is_locked { &LOCKED_KEY } else { &PRIVATE_KEY }, from..to, !is_locked);
            }
        }
    }
    let Some(bundle) = PFX.as_ref() else { return };
    for bundle in bundle.find_iter(scan.text) {
        if scan.is_full() {
            return;
        }
        let rest = scan.bytes().get(bundle.end()..).unwrap_or_default();
        let is_code = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'\n' | b'\r');
        let more = rest.iter().take(1 << 16).take_while(is_code).count();
        scan.steps += more;
        scan.add(&BUNDLE, bundle.start()..bundle.end() + more, false);
    }
}
