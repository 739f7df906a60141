//! Decoded strings that remember where each of their characters was written.

/// A string after its escapes were decoded, with the way back from a decoded offset to the file.
///
/// Rules look for names and expressions in `value`; a finding inside it must still point at the right bytes of the
/// file, where `\"` takes two bytes and `\u00e9` six.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// What the string means. A malformed escape stays as it was written; a lone surrogate becomes U+FFFD.
    pub value: Box<str>,
    /// Where decoded and written offsets drift apart: after each escape, the offset in `value` and the offset from the
    /// content's start. Between two entries both advance in step, so a string without escapes needs none.
    escapes: Box<[(u32, u32)]>,
}

impl Text {
    /// The offset in the file of the byte `decoded` of `value`, where `content_start` is the offset of the first byte
    /// after the opening quote (for every node and key of a parsed document: the start of its span plus one).
    ///
    /// Exact at each character boundary: the start of a character maps to the start of the escape or character that
    /// wrote it, and `value.len()` maps to the closing quote. Offsets further out count as `value.len()`.
    #[must_use]
    pub fn source_offset(&self, content_start: u32, decoded: u32) -> u32 {
        let decoded = decoded.min(small(self.value.len()));
        let passed = self.escapes.partition_point(|(after, _)| *after <= decoded);
        let (from, written) = passed.checked_sub(1).and_then(|last| self.escapes.get(last)).copied().unwrap_or((0, 0));
        // Wraps only for a bare word, whose text starts one byte before `content_start`.
        content_start.wrapping_add(written).wrapping_add(decoded - from)
    }

    /// A text written without quotes; its content starts where its span starts, not one byte later.
    pub(super) fn bare(word: &str) -> Self {
        Self { value: word.into(), escapes: Box::new([(0, u32::MAX)]) }
    }

    /// The content of a string that is known to hold no backslash.
    pub(super) fn plain(content: &str) -> Self {
        Self { value: content.into(), escapes: Box::default() }
    }

    /// Decodes the content of a string (without its quotes). `report` is told the range and the fault of each bad
    /// escape, relative to the content.
    pub(super) fn decode(content: &str, quote: u8, mut report: impl FnMut(usize, usize, &str)) -> Self {
        let mut value = String::with_capacity(content.len());
        let mut escapes = Vec::new();
        let mut rest = content;
        while let Some((plain, tail)) = rest.split_once('\\') {
            value.push_str(plain);
            let start = content.len() - tail.len() - 1;
            let (len, decoded) = match escape(tail, quote) {
                Escape::Char(char, len) => (len, Some(char)),
                Escape::LoneSurrogate => {
                    report(start, start + 6, "half of a surrogate pair, which is no character on its own");
                    (5, Some(char::REPLACEMENT_CHARACTER))
                }
                Escape::BadUnicode(len) => {
                    report(start, start + 1 + len, "expected four hexadecimal digits after `\\u`");
                    (len, None)
                }
                Escape::Unknown(len) => {
                    report(start, start + 1 + len, "unknown escape, write `\\\\` for a backslash");
                    (len, None)
                }
            };
            match decoded {
                Some(char) => {
                    value.push(char);
                    escapes.push((small(value.len()), small(start + 1 + len)));
                }
                None => value.push_str(content.get(start..start + 1 + len).unwrap_or_default()),
            }
            rest = tail.get(len..).unwrap_or_default();
        }
        value.push_str(rest);
        Self { value: value.into(), escapes: escapes.into() }
    }
}

/// What follows a backslash; lengths are in bytes and leave the backslash out.
enum Escape {
    Char(char, usize),
    LoneSurrogate,
    BadUnicode(usize),
    Unknown(usize),
}

fn escape(tail: &str, quote: u8) -> Escape {
    let Some(first) = tail.chars().next() else { return Escape::Unknown(0) };
    let decoded = match first {
        '"' | '\\' | '/' => first,
        '\'' if quote == b'\'' => first,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(tail),
        _ => return Escape::Unknown(first.len_utf8()),
    };
    Escape::Char(decoded, 1)
}

fn unicode_escape(tail: &str) -> Escape {
    let Some(unit) = tail.get(1..5).and_then(hex) else {
        let digits = tail.bytes().skip(1).take(4).take_while(u8::is_ascii_hexdigit).count();
        return Escape::BadUnicode(1 + digits);
    };
    if let Some(char) = char::from_u32(unit) {
        return Escape::Char(char, 5);
    }
    let low = tail.get(5..11).and_then(|next| next.strip_prefix("\\u")).and_then(hex);
    match low {
        Some(low @ 0xDC00..=0xDFFF) if unit < 0xDC00 => {
            let char = char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
            char.map_or(Escape::LoneSurrogate, |char| Escape::Char(char, 11))
        }
        _ => Escape::LoneSurrogate,
    }
}

/// `from_str_radix` alone would take a sign.
fn hex(digits: &str) -> Option<u32> {
    let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if all { u32::from_str_radix(digits, 16).ok() } else { None }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
