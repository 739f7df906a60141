//! What a string says: its delimiters taken off, its escapes read.

use std::sync::Arc;

use super::ast::Name;
use super::token::Kind;

/// How a string is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// `'…'`, with escapes and holes.
    Single,
    /// `'''…'''` behind as many `$` as open a hole; none: it has no holes.
    Triple(usize),
}

impl Quotes {
    /// The delimiters of the string whose first token reads so.
    pub(super) fn of(first_token: &str) -> Self {
        let dollars = first_token.bytes().take_while(|byte| *byte == b'$').count();
        let triple = first_token.get(dollars..).is_some_and(|rest| rest.starts_with("'''"));
        if triple { Self::Triple(dollars) } else { Self::Single }
    }

    /// How many bytes of a token are delimiters, at its start and at its end.
    fn widths(self, kind: Kind, token: &str) -> (usize, usize) {
        let before = match (kind, self) {
            (Kind::StringMiddle | Kind::StringRight, _) => 1,
            (_, Self::Single) => 1,
            (_, Self::Triple(dollars)) => dollars + 3,
        };
        let rest = token.get(before..).unwrap_or("");
        let (after, present) = match (kind, self) {
            (Kind::StringLeft | Kind::StringMiddle, Self::Single) => (2, rest.ends_with("${")),
            (Kind::StringLeft | Kind::StringMiddle, Self::Triple(dollars)) => (dollars + 1, rest.ends_with("${")),
            (_, Self::Single) => (1, rest.ends_with('\'')),
            (_, Self::Triple(_)) => (3, rest.ends_with("'''")),
        };
        // The end is missing where the string is not terminated.
        (before.min(token.len()), if present { after.min(rest.len()) } else { 0 })
    }

    /// The text between the delimiters of a token: where it starts and ends in the token.
    pub(super) fn inside(self, kind: Kind, token: &str) -> (usize, usize) {
        let (before, after) = self.widths(kind, token);
        (before, (token.len() - after).max(before))
    }

    /// The value of that text.
    pub(super) fn decode(self, kind: Kind, raw: &str) -> Name {
        match self {
            Self::Single if raw.contains('\\') => unescape(raw).into(),
            Self::Single => Arc::from(raw),
            Self::Triple(_) if matches!(kind, Kind::StringComplete | Kind::StringLeft) => {
                // The line end behind the opening quotes is not part of the value.
                let raw = raw.strip_prefix('\r').unwrap_or(raw);
                Arc::from(raw.strip_prefix('\n').unwrap_or(raw))
            }
            Self::Triple(_) => Arc::from(raw),
        }
    }
}

/// Reads the escapes of a text; wrong ones stay as they are.
fn unescape(raw: &str) -> String {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        value.push_str(before);
        let (char, length) = escape(after).unwrap_or(('\\', 0));
        value.push(char);
        rest = after.get(length..).unwrap_or("");
    }
    value.push_str(rest);
    value
}

/// The character that an escape stands for, and its length behind the backslash; `None` if it is none.
pub(super) fn escape(after_backslash: &str) -> Option<(char, usize)> {
    let plain = match after_backslash.bytes().next()? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'\\' => '\\',
        b'\'' => '\'',
        b'$' => '$',
        b'u' => {
            let digits = after_backslash.strip_prefix("u{")?;
            let digits = digits.get(..digits.bytes().take_while(u8::is_ascii_hexdigit).count())?;
            let end = "u{".len() + digits.len();
            let code = u32::from_str_radix(digits, 16).ok().filter(|code| *code <= 0x0010_ffff)?;
            let closed = after_backslash.as_bytes().get(end) == Some(&b'}');
            return closed.then(|| (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), end + 1));
        }
        _ => return None,
    };
    Some((plain, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read() {
        for (raw, value) in [
            ("", ""),
            ("plain é", "plain é"),
            (r"a\nb\r\t\\\'", "a\nb\r\t\\'"),
            (r"\${x} \$y", "${x} $y"),
            (r"\u{e9}\u{1F980}", "é🦀"),
            (r"\u{d800}", "\u{fffd}"),
            (r"\u{110000} \u{} \u{1 \u \q \", r"\u{110000} \u{} \u{1 \u \q \"),
            (r"\é", r"\é"),
        ] {
            assert_eq!(&*Quotes::Single.decode(Kind::StringComplete, raw), value, "{raw}");
        }
    }

    #[test]
    fn delimiters_are_taken_off() {
        for (kind, token, inside) in [
            (Kind::StringComplete, "'a'", "a"),
            (Kind::StringComplete, "''", ""),
            (Kind::StringComplete, "'", ""),
            (Kind::StringComplete, "'''a'''", "a"),
            (Kind::StringComplete, "''''''", ""),
            (Kind::StringComplete, "'''a''''", "a'"),
            (Kind::StringComplete, "$$'''a${b}'''", "a${b}"),
            (Kind::StringComplete, "'''a", "a"),
            (Kind::StringLeft, "'a${", "a"),
            (Kind::StringLeft, "$'''a${", "a"),
            (Kind::StringLeft, "$$'''a$$${", "a$"),
        ] {
            let (start, end) = Quotes::of(token).inside(kind, token);
            assert_eq!(token.get(start..end), Some(inside), "{token}");
        }
        assert_eq!(Quotes::Single.inside(Kind::StringMiddle, "}a${"), (1, 2));
        assert_eq!(Quotes::Triple(2).inside(Kind::StringMiddle, "}a$$${"), (1, 3));
        assert_eq!(Quotes::Triple(1).inside(Kind::StringRight, "}a'''"), (1, 2));
        assert_eq!(Quotes::Single.inside(Kind::StringRight, ""), (0, 0));
    }
}
