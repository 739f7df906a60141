//! Where runs of bytes end, and what numbers mean.

/// The distance to the first `"` or `\`, or to the end: eight bytes at a time, since strings are most of a template.
pub(super) fn string_stop(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    // The lowest high bit that is set marks the first zero byte; above it there may be false ones.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (chunks, tail) = bytes.as_chunks();
    for (at, chunk) in chunks.iter().enumerate() {
        let word = u64::from_le_bytes(*chunk);
        let hits = zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\')));
        if hits != 0 {
            return at * 8 + (hits.trailing_zeros() / 8) as usize;
        }
    }
    let in_tail = tail.iter().position(|byte| matches!(byte, b'"' | b'\\'));
    bytes.len() - tail.len() + in_tail.unwrap_or(tail.len())
}

/// Like [`string_stop`] for a string that cannot leave its line; only broken files have those.
pub(super) fn line_string_stop(bytes: &[u8], quote: u8) -> usize {
    bytes.iter().position(|byte| *byte == quote || matches!(byte, b'\\' | b'\n')).unwrap_or(bytes.len())
}

/// Whether a character can start a bare word.
pub(super) fn is_word(char: char) -> bool {
    matches!(char, '_' | '$') || char.is_alphabetic()
}

/// Whether this is a number by the letter of the standard.
pub(super) fn is_number(written: &[u8]) -> bool {
    let unsigned = written.strip_prefix(b"-").unwrap_or(written);
    let (integer, rest) = digits(unsigned);
    let (fraction, rest) = match rest.strip_prefix(b".") {
        Some(rest) => digits(rest),
        None => (1, rest),
    };
    let (exponent, rest) = match rest {
        [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] => digits(rest),
        _ => (1, rest),
    };
    let leading_zero = integer > 1 && unsigned.first() == Some(&b'0');
    integer > 0 && fraction > 0 && exponent > 0 && rest.is_empty() && !leading_zero
}

/// How many digits come first, and what comes after them.
pub(super) fn digits(bytes: &[u8]) -> (usize, &[u8]) {
    let count = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count, bytes.get(count..).unwrap_or_default())
}

/// Short unsigned integers, the common case, without the general parser: up to 15 digits each step is exact.
pub(super) fn small_integer(written: &str) -> Option<f64> {
    let mut bytes = written.bytes();
    let short = written.len() <= 15 && bytes.clone().all(|byte| byte.is_ascii_digit());
    short.then(|| bytes.try_fold(0.0, |sum, byte| Some(sum * 10.0 + f64::from(byte - b'0')))).flatten()
}

pub(super) fn float(written: &str) -> f64 {
    written.parse().unwrap_or_default()
}
