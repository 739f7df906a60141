//! A bounded piece of text that tells what stands at a span, without secrets.

use crate::source::{Sources, Span};

/// The longest piece, in characters.
const LONGEST: usize = 160;

/// What opens something of which the inside may change as it likes.
const OPENING: [char; 3] = ['{', '[', '('];

/// Takes pieces from files.
pub(super) struct Snippets<'a> {
    sources: &'a Sources,
    /// Sorted by place, apart from each other.
    secrets: Vec<Span>,
}

impl<'a> Snippets<'a> {
    pub(super) fn new(sources: &'a Sources, secrets: &[Span]) -> Self {
        let mut sorted = secrets.to_vec();
        sorted.sort_unstable();
        let mut apart: Vec<Span> = Vec::new();
        for span in sorted {
            match apart.last_mut() {
                Some(last) if last.source == span.source && span.start <= last.end => last.end = last.end.max(span.end),
                _ => apart.push(span),
            }
        }
        Self { sources, secrets: apart }
    }

    /// The text at a span: of several lines, and of what is long, only how it begins. Where this says nothing, as with
    /// a bracket or a secret, what it is the value of: the words before it on its line.
    pub(super) fn of(&self, span: Span) -> String {
        let text = shortened(&self.without_secrets(span));
        if text.chars().any(char::is_alphanumeric) { text } else { format!("{}{text}", self.before(span)) }
    }

    /// The end of the line before a span, from the last bracket, comma or semicolon on.
    fn before(&self, span: Span) -> String {
        let head = self.sources.slice(Span { start: 0, end: span.start, ..span });
        let from = head.rfind(['\n', '{', '[', '(', ',', ';']).map_or(0, |at| at + 1);
        let from = u32::try_from(from).unwrap_or(u32::MAX);
        let words = normalized(&self.without_secrets(Span { start: from, end: span.start, ..span }));
        let skip = words.chars().count().saturating_sub(LONGEST);
        words.chars().skip(skip).collect::<String>() + " "
    }

    /// The text with a `*` for each secret in it.
    fn without_secrets(&self, span: Span) -> String {
        let first = self.secrets.partition_point(|secret| (secret.source, secret.end) <= (span.source, span.start));
        let touching = self.secrets.iter().skip(first);
        let mut text = String::new();
        let mut at = span.start;
        for secret in touching.take_while(|secret| secret.source == span.source && secret.start < span.end) {
            text.push_str(self.sources.slice(Span { start: at, end: secret.start.max(at), ..span }));
            text.push('*');
            at = secret.end.min(span.end);
        }
        text.push_str(self.sources.slice(Span { start: at, ..span }));
        text
    }
}

/// One space for any; a byte order mark is no text.
fn normalized(text: &str) -> String {
    text.trim_start_matches('\u{feff}').split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    let text = text.trim();
    let first = text.lines().next().unwrap_or("");
    let is_long = first.len() < text.len() || first.len() > LONGEST;
    let opens = || first.find(OPENING).map(|at| first.get(..=at).unwrap_or(first));
    let kept = if is_long && (first.len() < text.len() || first.starts_with(OPENING)) { opens() } else { None };
    normalized(&normalized(kept.unwrap_or(first)).chars().take(LONGEST).collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Snippets, shortened};
    use crate::source::{SourceFile, SourceId, Sources, Span};

    #[test]
    fn of_long_text_the_beginning_is_taken() {
        for (text, expected) in [
            ("azurerm_x.y.id", "azurerm_x.y.id"),
            ("a  =\t1", "a = 1"),
            ("{ // a comment\n  a = 1\n}", "{"),
            ("toset([ # é\r\n  a,\r\n])", "toset("),
            ("<<EOT\n  x\nEOT", "<<EOT"),
            ("[a, b]", "[a, b]"),
            ("", ""),
        ] {
            assert_eq!(shortened(text), expected);
        }
        assert_eq!(shortened(&format!("{{\"a\": \"{}\"}}", "é".repeat(300))), "{");
        assert_eq!(shortened(&"é".repeat(300)).chars().count(), 160);
        assert_eq!(shortened(&format!("\"[format('{}')]\"", "x".repeat(300))).chars().count(), 160);
    }

    #[test]
    fn secrets_are_left_out_and_their_names_taken() {
        let text = "x {\n  password = \"Sommer-2024\"\n  b = [\"Winter\", {\"key\":\"Herbst\"}]\n}\n";
        let file = SourceFile::new(PathBuf::new(), "a.tf", text);
        let sources = Sources::new(vec![file], PathBuf::new());
        let at = |word: &str| {
            let start = text.find(word).unwrap();
            Span::new(SourceId(0), start, start + word.len())
        };
        let secrets = [at("Sommer-2024"), at("Sommer"), at("Winter"), at("Herbst"), Span::new(SourceId(1), 0, 9)];
        let snippets = Snippets::new(&sources, &secrets);
        assert_eq!(snippets.of(at("\"Sommer-2024\"")), "password = \"*\"");
        assert_eq!(snippets.of(at("Sommer")), "password = \" *");
        assert_eq!(snippets.of(at("password = \"Sommer-2024\"")), "password = \"*\"");
        assert_eq!(snippets.of(at("\"Winter\"")), " \"*\"");
        assert_eq!(snippets.of(at("\"Herbst\"")), "\"key\": \"*\"");
        assert_eq!(snippets.of(at("b =")), "b =");
    }
}
