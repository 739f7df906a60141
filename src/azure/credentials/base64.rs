//! Base64 of keys and of texts.

/// The longest text that is decoded: custom data may have 64 KB, scripts are shorter.
const LONGEST: usize = 256 * 1024;

/// A shorter one holds no credential.
const SHORTEST: usize = 24;

fn value(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        _ => return None,
    }))
}

/// The bytes that base64 of either alphabet stands for, white space left out; nothing if it is not base64.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii_end();
    let end = text.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    let (text, padding) = text.split_at(end);
    if padding.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        bits = bits << 6 | value(*byte)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    // A single character more would be no byte.
    (held < 6).then_some(bytes)
}

/// The readable text that a text is base64 of.
pub(super) fn text(text: &str) -> Option<String> {
    let text = text.trim();
    if !(SHORTEST..=LONGEST).contains(&text.len()) {
        return None;
    }
    let is_code = |byte: &u8| value(*byte).is_some() || *byte == b'=' || byte.is_ascii_whitespace();
    // Most texts show soon that they are none.
    if !text.bytes().take(SHORTEST).all(|byte| is_code(&byte)) || !text.bytes().all(|byte| is_code(&byte)) {
        return None;
    }
    let decoded = String::from_utf8(decode(text.as_bytes())?).ok()?;
    let is_readable = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\r' | '\t');
    decoded.chars().all(is_readable).then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_both_alphabets_and_only_if_it_is_some() {
        assert_eq!(decode(b"aGFsbG8=").as_deref(), Some(&b"hallo"[..]));
        assert_eq!(decode(b"aGFs\nbG8").as_deref(), Some(&b"hallo"[..]));
        assert_eq!(decode(b"-_8=").as_deref(), Some(&[0xfb, 0xff][..]));
        assert_eq!(decode(b"a"), None);
        assert_eq!(decode(b"a b!"), None);
        assert_eq!(
            text("IyEvYmluL3NoCmVjaG8gIkhhbGxvIFdlbHQiCg==").as_deref(),
            Some("#!/bin/sh\necho \"Hallo Welt\"\n")
        );
        assert_eq!(text("a name that is no base64 at all"), None);
    }
}
