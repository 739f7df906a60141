//! Suppressions in comments: what they cover.

use std::cell::OnceCell;

use super::{Language, Reach, Suppression, directive};
use crate::source::{SourceId, Span};
use crate::syntax::bicep;
use crate::syntax::pieces::{self, Ends, Piece, PieceKind, construct};

/// The pieces of a text in a language, and how its constructs end.
pub(super) fn pieces(text: &str, language: Language) -> (Vec<Piece>, Ends) {
    match language {
        Language::Hcl => (pieces::hcl(text), Ends::WithLine),
        Language::Bicep => (bicep::pieces(text), Ends::WithLine),
        Language::Json | Language::TerraformJson => (pieces::json(text), Ends::WithComma),
    }
}

/// The suppressions in the comments of a text.
pub(super) fn read(source: SourceId, text: &str, language: Language) -> Vec<Suppression> {
    let (pieces, ends) = pieces(text, language);
    let mut found = Vec::new();
    // In JSON everything stands inside a bracket.
    let is_head = |piece: &Piece| piece.kind.is_code() && (ends == Ends::WithLine || piece.kind != PieceKind::Open);
    let head = pieces.iter().position(is_head).unwrap_or(pieces.len());
    let mut last_code: Option<Piece> = None;
    let mut below = Below { pieces: &pieces, ends, next: 0, construct: OnceCell::new() };
    for (at, piece) in pieces.iter().enumerate() {
        if piece.kind.is_code() {
            last_code = Some(*piece);
        }
        if piece.kind != PieceKind::Comment {
            continue;
        }
        let (start, end) = (piece.start as usize, piece.end as usize);
        let comment = text.get(start..end).unwrap_or_default();
        let texts = directive::find(comment);
        if texts.is_empty() {
            continue;
        }
        let line = line_around(text, start);
        let last_line = line_around(text, end);
        let code_before = last_code.is_some_and(|code| code.end as usize > line.0);
        let code_after = below.code(at).is_some_and(|code| (code.start as usize) < last_line.1);
        let (reach, covers) = match (code_before, code_after) {
            (true, _) => (Reach::Line, Some(line)),
            (false, true) => (Reach::Line, Some(last_line)),
            (false, false) => (Reach::Construct, below.construct(at)),
        };
        let alone = !code_before && !code_after;
        for range in &texts {
            let own = comment.get(range.clone()).unwrap_or_default();
            let from = start + range.start;
            let mut one = Suppression::new(directive::parse(own), source, own.len(), |at| from + at);
            if one.reach == Reach::File {
                if at > head && one.fault.is_none() {
                    one.fault = Some((one.span, directive::BELOW_CODE));
                }
                one.covers = Some(Span::new(source, 0, text.len()));
            } else {
                one.reach = reach;
                one.covers = covers.map(|(start, end)| Span::new(source, start, end));
            }
            let only = texts.len() == 1;
            let (start, end) = removal(text, comment, (start, end), (range, only), alone);
            one.whole = Span::new(source, start, end);
            found.push(one);
        }
    }
    found
}

/// What stands below comments, which are asked about in their order: any number of them may stand above the same code.
struct Below<'p> {
    pieces: &'p [Piece],
    ends: Ends,
    /// The place of the next code.
    next: usize,
    /// What begins there, if somebody asked.
    construct: OnceCell<Option<(usize, usize)>>,
}

impl Below<'_> {
    /// The first code behind this piece.
    fn code(&mut self, at: usize) -> Option<&Piece> {
        if self.next <= at {
            let behind = self.pieces.get(at + 1..).unwrap_or_default();
            self.next = at + 1 + behind.iter().position(|piece| piece.kind.is_code()).unwrap_or(behind.len());
            self.construct = OnceCell::new();
        }
        self.pieces.get(self.next)
    }

    /// The construct that begins with it: its first byte, and the one behind its last.
    fn construct(&mut self, at: usize) -> Option<(usize, usize)> {
        self.code(at);
        let found = || construct(self.pieces, self.next, self.ends).map(|(start, end)| (start as usize, end as usize));
        *self.construct.get_or_init(found)
    }
}

/// The bytes of the line around a place, without its end.
pub(super) fn line_around(text: &str, at: usize) -> (usize, usize) {
    let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default());
    let start = before.rfind(['\n', '\r']).map_or(0, |newline| newline + 1);
    // A byte order mark is no part of the first line.
    let start = if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8().min(at) } else { start };
    (start, at + after.find(['\n', '\r']).unwrap_or(after.len()))
}

/// What to take away with a suppression: its comment, with its lines if nothing else stands on them.
fn removal(
    text: &str,
    comment: &str,
    (start, end): (usize, usize),
    (own, only): (&std::ops::Range<usize>, bool),
    alone: bool,
) -> (usize, usize) {
    let is_mark = |text: &str| text.chars().all(|char| matches!(char, '#' | '/' | '*') || char.is_whitespace());
    let before = comment.get(..own.start).unwrap_or_default();
    let after = comment.get(own.end..).unwrap_or_default();
    if !only || !is_mark(after) || (!is_mark(before) && !after.is_empty()) {
        return (start + own.start, start + own.end);
    }
    if !is_mark(before) {
        // Something else is said in front of it.
        let kept = before.trim_end_matches(|char: char| matches!(char, '#' | '/') || char.is_whitespace());
        return (start + kept.len(), end);
    }
    let (line_start, _) = line_around(text, start);
    let (_, line_end) = line_around(text, end);
    let blank = |from: usize, to: usize| text.get(from..to).is_some_and(|text| text.trim().is_empty());
    if alone && blank(line_start, start) && blank(end, line_end) {
        let rest = text.get(line_end..).unwrap_or_default();
        let newline = if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
        return (line_start, line_end + newline);
    }
    let head = text.get(line_start..start).unwrap_or_default();
    if blank(end, line_end) {
        return (line_start + head.trim_end().len(), line_end);
    }
    let tail = text.get(end..).unwrap_or_default();
    (start, end + (tail.len() - tail.trim_start_matches([' ', '\t']).len()))
}
