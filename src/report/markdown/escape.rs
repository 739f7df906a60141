//! Words from the code in Markdown: none of them is a link, a tag, a table or somebody's name.

use std::fmt::Write as _;

use crate::text::one_line;

/// No text of one place is shown longer, in characters.
const MAX_TEXT: usize = 1000;

/// A sentence. What stands between backticks is code, as in all messages.
pub(super) fn escaped(text: &str) -> String {
    let text = shortened(text);
    // An odd backtick begins no code.
    let whole = text.matches('`').count().is_multiple_of(2);
    if !whole {
        return entities(&text, true);
    }
    let parts = text.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { code(part) } else { entities(part, true) }).collect()
}

/// A piece of code.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", entities(&shortened(text), false)) }
}

fn shortened(text: &str) -> String {
    let text = one_line(text);
    let mut letters = text.chars();
    let mut short: String = letters.by_ref().take(MAX_TEXT).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

/// Entities are never read as Markdown, in a table neither.
fn entities(text: &str, prose: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            // Neither an address nor an emoji.
            ':' if letters.peek().is_none_or(|next| next.is_whitespace()) => shown.push(letter),
            // A name behind it would be told. Between them stands a space without width.
            '@' if prose => shown.push_str("&#64;&#8203;"),
            '&' | '<' | '>' | '"' | '\'' | '`' | '*' | '_' | '~' | '|' | '[' | ']' | '\\' | '#' | '@' | '!' | '$'
            | ':' => {
                // Writing to a string does not fail.
                let _ = write!(shown, "&#{};", u32::from(letter));
            }
            _ => shown.push(letter),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_code_is_markdown() {
        assert_eq!(escaped("set `a|b` to 1"), "set <code>a&#124;b</code> to 1");
        assert_eq!(escaped("<b>*x*\r\n| y"), "&#60;b&#62;&#42;x&#42; &#124; y");
        assert_eq!(escaped("an odd ` here"), "an odd &#96; here");
        assert_eq!(escaped("help: :smile: https://x"), "help: &#58;smile: https&#58;//x");
        assert_eq!(escaped("ask @team"), "ask &#64;&#8203;team");
        assert_eq!(code("</code><script>`"), "<code>&#60;/code&#62;&#60;script&#62;&#96;</code>");
        assert_eq!(code(""), "");
        assert_eq!(escaped(&"é".repeat(2000)).chars().count(), MAX_TEXT + 1);
    }
}
