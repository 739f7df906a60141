//! Saves what can be saved of a broken file: it is split where a block begins at the start of a line, each part is
//! parsed alone, and in a broken part the offending line is blanked and the part tried again.

use hcl::edit::parser::parse_body;

use super::{Chunk, Hcl, repair};
use crate::source::{SourceId, Span};
use crate::syntax::SyntaxError;

/// How many lines of one part may be blanked before the part is given up.
const MAX_BLANKED_LINES: usize = 30;

pub(super) fn parse(source: SourceId, text: &str) -> Hcl {
    let mut hcl = Hcl::default();
    let mut starts: Vec<usize> = block_starts(text);
    if starts.first() != Some(&0) {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    for (base, end) in starts.iter().copied().zip(ends) {
        if let Some(part) = text.get(base..end) {
            parse_part(source, base, part, &mut hcl);
        }
    }
    if hcl.errors.is_empty() {
        // Each part is sound by itself, so the fault lies between them; it must not pass as silence.
        let span = Span::new(source, 0, text.find('\n').unwrap_or(text.len()));
        hcl.errors.push(SyntaxError { span, message: "the file as a whole is not valid HCL".to_owned() });
    }
    hcl
}

fn parse_part(source: SourceId, base: usize, part: &str, hcl: &mut Hcl) {
    let mut text = part.to_owned();
    let mut first_error = true;
    for _ in 0..MAX_BLANKED_LINES {
        let repaired = match repair::parse(text) {
            Ok(body) => {
                hcl.chunks.push(Chunk { base, body });
                return;
            }
            Err(repaired) => repaired,
        };
        let Err(error) = parse_body(&repaired) else { return };
        let at = error.location().offset().min(repaired.len());
        if first_error {
            first_error = false;
            let (at, message) = match unclosed_string(&repaired, at) {
                Some(quote) => (quote, "a quoted string must end on the line where it begins"),
                None => (at, error.message()),
            };
            let end = at + repaired.get(at..).map_or(0, |rest| rest.find(['\r', '\n']).unwrap_or(rest.len()));
            let span = Span::new(source, base + at, base + end);
            hcl.errors.push(SyntaxError { span, message: message.to_owned() });
        }
        // Only the copy grows; spans of what was written stay where they are.
        let closed = format!("{repaired}\n{}", "}\n".repeat(unclosed(&repaired)));
        if let Ok(body) = parse_body(&closed) {
            hcl.chunks.push(Chunk { base, body });
            return;
        }
        match blank_line(&repaired, at) {
            Some(next) => text = next,
            None => return,
        }
    }
}

/// The quote that opens a string which does not end on the line of `at`: the library blames the whole argument.
fn unclosed_string(text: &str, at: usize) -> Option<usize> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text.get(start..)?.lines().next()?;
    let (mut open, mut escaped) = (None, false);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = open.is_some(),
            b'"' => open = if open.is_some() { None } else { Some(start + at) },
            b'#' if open.is_none() => break,
            _ => {}
        }
    }
    open
}

/// How many `{` lack their `}`. Counts brackets in strings too: the result is only a guess that the parser then tries.
fn unclosed(text: &str) -> usize {
    let depth = text.bytes().fold(0_i32, |depth, byte| match byte {
        b'{' => depth.saturating_add(1),
        b'}' => depth.saturating_sub(1),
        _ => depth,
    });
    usize::try_from(depth).unwrap_or(0).min(64)
}

/// The text with the line that holds `at` (or, if that is blank, the last one before it that is not) turned into spaces.
fn blank_line(text: &str, at: usize) -> Option<String> {
    let bytes = text.as_bytes();
    let mut end = at + bytes.get(at..)?.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() - at);
    loop {
        let start = bytes.get(..end)?.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let line = bytes.get(start..end)?;
        if line.iter().any(|byte| !byte.is_ascii_whitespace()) {
            let mut copy = bytes.to_vec();
            copy.get_mut(start..end)?.iter_mut().filter(|byte| **byte != b'\r').for_each(|byte| *byte = b' ');
            return String::from_utf8(copy).ok();
        }
        end = start.checked_sub(1)?;
    }
}

/// Offsets of lines that open a block at the very start of the line: a word, labels, `{`.
fn block_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if opens_block(line) {
            starts.push(at);
        }
        at += line.len();
    }
    starts
}

fn opens_block(line: &str) -> bool {
    let word = line.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'-').count();
    if word == 0 || !line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        return false;
    }
    let rest = line.get(word..).unwrap_or("");
    let Some(labels) = rest.split('{').next().filter(|labels| labels.len() < rest.len()) else { return false };
    labels.chars().all(|c| c.is_alphanumeric() || "\"_-. \t/:".contains(c))
}
