//! JSON as people write it in templates: with comments, and strings of several lines.

use super::{Piece, PieceKind, small};

/// The pieces of a text in JSON. Linear in its length, whatever it holds.
#[must_use]
pub fn json(text: &str) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut pos = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut pieces = Vec::new();
    // One string without an end is looked for once.
    let mut strings_end_at_line = false;
    while let Some(byte) = bytes.get(pos).copied() {
        let start = pos;
        pos += 1;
        let rest = text.get(pos..).unwrap_or_default();
        let kind = match byte {
            b' ' | b'\t' | b'\r' => continue,
            b'\n' => PieceKind::NewLine,
            b'/' if rest.starts_with('/') => {
                let line = rest.split_once('\n').map_or(rest, |(line, _)| line);
                pos += line.strip_suffix('\r').unwrap_or(line).len();
                PieceKind::Comment
            }
            b'/' if rest.starts_with('*') => {
                let length = rest.get(1..).and_then(|rest| rest.find("*/")).map(|length| length + 3);
                pos += length.unwrap_or(rest.len());
                PieceKind::Comment
            }
            b'"' | b'\'' => {
                let end = string_end(rest.as_bytes(), byte, strings_end_at_line || byte == b'\'');
                strings_end_at_line |= end.is_none();
                pos += end.unwrap_or_else(|| rest.find(['\n', '\r']).unwrap_or(rest.len()));
                PieceKind::Code
            }
            b'{' | b'[' => PieceKind::Open,
            b'}' | b']' => PieceKind::Close,
            b',' => PieceKind::Comma,
            _ => {
                let stop = |byte: &u8| b" \t\r\n/\"'{}[],".contains(byte);
                let rest = bytes.get(pos..).unwrap_or_default();
                pos += rest.iter().position(stop).unwrap_or(rest.len());
                PieceKind::Code
            }
        };
        pieces.push(Piece { kind, start: small(start), end: small(pos) });
    }
    pieces
}

/// The distance to the byte behind the closing quote; none if there is none.
fn string_end(bytes: &[u8], quote: u8, one_line: bool) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' if one_line => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if *byte == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}
