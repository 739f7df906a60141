//! Repairs that lose nothing: where the library rejects what Terraform accepts, bytes of a copy are changed, never moved.

use hcl::edit::parser::{Error, parse_body};
use hcl::edit::structure::Body;

/// More repairs than any real file needs (23 at most in 11,000 files).
const MAX_REPAIRS: usize = 200;

/// The text with a leading byte order mark turned into as many spaces.
#[must_use]
pub fn blank_byte_order_mark(text: &str) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => format!("   {rest}"),
        None => text.to_owned(),
    }
}

/// Parses with repairs; gives the text, as far as it was repaired, back if that is not enough.
pub(super) fn parse(text: String) -> Result<Body, String> {
    let mut bytes = text.into_bytes();
    for round in 0..MAX_REPAIRS {
        let Ok(text) = std::str::from_utf8(&bytes) else { break };
        let error = match parse_body(text) {
            Ok(body) => return Ok(body),
            Err(error) => error,
        };
        if !repair(&mut bytes, &error, round) {
            break;
        }
    }
    Err(String::from_utf8_lossy(&bytes).into_owned())
}

fn repair(bytes: &mut [u8], error: &Error, round: usize) -> bool {
    let at = error.location().offset();
    if error.message().contains("redefined object key") {
        make_key_unique(bytes, at, round)
    } else if error.message().contains("invalid expression") {
        join_lines(bytes, at)
    } else {
        false
    }
}

/// Changes one letter of the second of two equal keys. The tree's reader takes names from the original text.
fn make_key_unique(bytes: &mut [u8], at: usize, round: usize) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    // The first word of the key: of `name`, `"name"`, `(local.name)` or `"${local.name}"`.
    let rest = bytes.get(at..).unwrap_or_default();
    let line = rest.iter().take_while(|byte| !matches!(byte, b'\n' | b'=')).count();
    let skipped = rest.iter().take(line).take_while(|byte| !byte.is_ascii_alphabetic()).count();
    let start = at + skipped;
    let length = rest.iter().take(line).skip(skipped).take_while(|byte| is_name(byte)).count();
    if length == 0 {
        return false;
    }
    // A different place and letter each round, so that many equal keys end up different.
    let letter = letters.get(round / length % letters.len());
    let (Some(byte), Some(letter)) = (bytes.get_mut(start + round % length), letter) else { return false };
    *byte = if *byte == *letter { b'Z' } else { *letter };
    true
}

/// Turns a line break (and a comment before it) at `at` into spaces if it follows an operator.
fn join_lines(bytes: &mut [u8], at: usize) -> bool {
    let Some(rest) = bytes.get(at..) else { return false };
    let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let Some(blank) = rest.get(..line) else { return false };
    let visible = blank.iter().position(|byte| !byte.is_ascii_whitespace());
    let comment_only =
        visible.is_none_or(|from| blank.get(from..).is_some_and(|t| t.starts_with(b"#") || t.starts_with(b"//")));
    let before = bytes.get(..at).and_then(|head| head.iter().rev().find(|byte| !byte.is_ascii_whitespace()));
    let after_operator = before.is_some_and(|byte| b"&|=<>!+-*/%?:,".contains(byte));
    if line == rest.len() || !comment_only || !after_operator {
        return false;
    }
    if let Some(range) = bytes.get_mut(at..=at + line) {
        range.fill(b' ');
    }
    true
}
