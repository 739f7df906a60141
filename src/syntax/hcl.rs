//! HCL over `hcl::edit`, behind two layers that keep every byte where it is: `repair` makes the copy that is parsed
//! acceptable where the library is stricter than Terraform, `recover` saves what it can of a file that is really broken.

mod recover;
mod repair;

use hcl::edit::parser::parse_body;
use hcl::edit::structure::Body;

use super::SyntaxError;
use crate::source::{SourceId, Span};

pub use repair::blank_byte_order_mark;

/// A parsed file: one chunk if it was sound, several if it had to be taken apart.
#[derive(Debug, Default)]
pub struct Hcl {
    /// The trees, in the order of the text.
    pub chunks: Vec<Chunk>,
    /// What could not be understood, at most one for each top-level block.
    pub errors: Vec<SyntaxError>,
}

/// A tree and where its text begins in the file. Spans of the tree count from there.
#[derive(Debug)]
pub struct Chunk {
    /// The offset of the chunk's first byte.
    pub base: usize,
    /// The tree. Names of object keys must be read from the original text by span: a repair may have changed them.
    pub body: Body,
}

/// The entries of one object beyond which the library's quadratic check for duplicate keys would be felt (16,000 take
/// 0.9 s, four times as many sixteen times as long).
const MAX_OBJECT_ENTRIES: usize = 10_000;

/// Below this size no object can have so many entries that it matters.
const SMALL_FILE: usize = 64 * 1024;

/// Parses a whole file. Never fails: what cannot be understood is left out and named in `errors`.
#[must_use]
pub fn parse(source: SourceId, text: &str) -> Hcl {
    if text.len() > SMALL_FILE
        && let Some(at) = oversized_object(text)
    {
        let message = format!("this object has more than {MAX_OBJECT_ENTRIES} entries, the file is not read");
        return Hcl { chunks: Vec::new(), errors: vec![SyntaxError { span: Span::new(source, at, at + 1), message }] };
    }
    if !text.starts_with('\u{feff}')
        && let Ok(body) = parse_body(text)
    {
        return Hcl { chunks: vec![Chunk { base: 0, body }], errors: Vec::new() };
    }
    match repair::parse(blank_byte_order_mark(text)) {
        Ok(body) => Hcl { chunks: vec![Chunk { base: 0, body }], errors: Vec::new() },
        Err(repaired) => recover::parse(source, &repaired),
    }
}

/// The opening bracket of the first collection with too many entries. Counts separators for each open bracket; strings
/// and comments are not told apart, which can only overcount and only in files far beyond any real one.
fn oversized_object(text: &str) -> Option<usize> {
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open.push((at, 0)),
            b'}' => drop(open.pop()),
            b'=' | b':' => {
                if let Some((start, count)) = open.last_mut() {
                    *count += 1;
                    if *count > MAX_OBJECT_ENTRIES {
                        return Some(*start);
                    }
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
#[expect(clippy::string_slice, reason = "a test stops at a surprise")]
mod tests {
    use std::fmt::Write as _;

    use hcl::edit::Span as _;

    use super::*;

    fn parse_text(text: &str) -> Hcl {
        parse(SourceId(0), text)
    }

    fn attributes(hcl: &Hcl) -> Vec<String> {
        fn walk(body: &Body, into: &mut Vec<String>) {
            into.extend(body.attributes().map(|attribute| attribute.key.to_string().trim().to_owned()));
            body.blocks().for_each(|block| walk(&block.body, into));
        }
        let mut names = Vec::new();
        hcl.chunks.iter().for_each(|chunk| walk(&chunk.body, &mut names));
        names
    }

    #[test]
    fn a_byte_order_mark_keeps_offsets() {
        let text = "\u{feff}a = 1\n";
        let hcl = parse_text(text);
        let attribute = hcl.chunks[0].body.attributes().next().expect("one attribute");
        assert_eq!(&text[attribute.span().expect("a span")], "a = 1");
        assert!(hcl.errors.is_empty());
    }

    #[test]
    fn duplicate_object_keys_are_accepted_as_terraform_does() {
        let hcl = parse_text("a = {\n  foo = 1\n  foo = 2\n  \"foo\" = 3\n  f = 1\n  f = 2\n}\nb = 1\n");
        assert!(hcl.errors.is_empty(), "{:?}", hcl.errors);
        assert_eq!(attributes(&hcl), ["a", "b"]);
    }

    #[test]
    fn a_line_break_after_an_operator_in_a_for_object_is_accepted() {
        for text in [
            "a = { for k, v in x : k =>\n  v.y &&\n  v.z }\n",
            "a = { for k, v in x : k =>\n  v.y ||   # why\r\n  v.z\n if v.a ==\n v.b }\n",
            "a = { for k in x : k => k ?\n 1 :\n 2 }\n",
        ] {
            let hcl = parse_text(text);
            assert!(hcl.errors.is_empty(), "{text}: {:?}", hcl.errors);
        }
    }

    #[test]
    fn a_broken_block_costs_its_line_and_nothing_else() {
        let hcl = parse_text("a \"x\" {\n  one = 1\n  two = = 2\n  three = 3\n}\n\nb \"y\" {\n  four = 4\n}\n");
        assert_eq!(hcl.errors.len(), 1);
        assert_eq!(attributes(&hcl), ["one", "three", "four"]);
    }

    #[test]
    fn a_missing_brace_at_the_end_is_added() {
        let hcl = parse_text("a {\n  one = 1\n  b {\n    two = 2\n");
        assert_eq!(hcl.errors.len(), 1);
        assert_eq!(attributes(&hcl), ["one", "two"]);
    }

    #[test]
    fn a_missing_brace_does_not_swallow_the_next_block() {
        let hcl = parse_text("a \"x\" {\n  one = 1\n\nb \"y\" {\n  two = 2\n}\n");
        assert_eq!(hcl.errors.len(), 1);
        assert_eq!(attributes(&hcl), ["one", "two"]);
    }

    #[test]
    fn a_huge_object_is_named_and_not_parsed() {
        let mut text = String::from("a = {\n");
        for n in 0..=MAX_OBJECT_ENTRIES {
            let _ = writeln!(text, "  key_{n} = {n}");
        }
        text.push('}');
        let hcl = parse_text(&text);
        assert_eq!(hcl.errors.len(), 1);
        assert!(hcl.chunks.is_empty());
    }

    #[test]
    fn spans_survive_recovery_and_non_ascii() {
        let text = "é = = 1\na \"漢\" {\n  two = \"🦀\"\n}\n";
        let hcl = parse_text(text);
        let (chunk, block) = hcl
            .chunks
            .iter()
            .find_map(|chunk| chunk.body.blocks().next().map(|block| (chunk, block)))
            .expect("the sound block");
        let span = block.body.attributes().next().and_then(|a| a.value.span()).expect("a span");
        assert_eq!(&text[chunk.base + span.start..chunk.base + span.end], "\"🦀\"");
    }
}
