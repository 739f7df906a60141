//! Comments: at the end of a line, or above it.

use super::Place;
use crate::suppress::Language;
use crate::suppress::comments::{line_around, pieces};
use crate::syntax::pieces::{Ends, Piece, PieceKind, construct};

/// A line with a comment behind it should not be longer, in characters.
const WIDE: usize = 120;

/// What other tools are told in comments of the line below.
const TOLD: [&str; 4] = ["ignore", "disable", "skip", "nosec"];

/// A text in pieces, and where in it no comment may begin.
pub(super) struct Lines {
    pieces: Vec<Piece>,
    ends: Ends,
    /// Strings, heredocs and comments: those in holes of others are part of these.
    closed: Vec<(usize, usize)>,
}

impl Lines {
    pub(super) fn new(text: &str, language: Language) -> Self {
        let (pieces, ends) = pieces(text, language);
        let mut closed = Vec::new();
        let mut depth = 0_usize;
        let mut start = 0;
        for piece in &pieces {
            let (from, to) = (piece.start as usize, piece.end as usize);
            match piece.kind {
                PieceKind::HoleStart => {
                    if depth == 0 {
                        start = from;
                    }
                    depth += 1;
                }
                PieceKind::HoleEnd if depth == 1 => {
                    depth = 0;
                    closed.push((start, to));
                }
                PieceKind::HoleEnd => depth = depth.saturating_sub(1),
                PieceKind::Code | PieceKind::Comment if depth == 0 => closed.push((from, to)),
                _ => {}
            }
        }
        if depth > 0 {
            closed.push((start, text.len()));
        }
        Self { pieces, ends, closed }
    }

    pub(super) fn has_comments(&self) -> bool {
        self.pieces.iter().any(|piece| piece.kind == PieceKind::Comment)
    }

    /// Where what holds this place begins, if it is a string or comment.
    fn around(&self, at: usize) -> Option<usize> {
        let after = self.closed.partition_point(|(start, _)| *start < at);
        let (start, end) = after.checked_sub(1).and_then(|before| self.closed.get(before))?;
        (*end > at).then_some(*start)
    }

    /// The place for a comment of so many characters about what stands at `at`.
    pub(super) fn place(&self, text: &str, language: Language, at: usize, room: usize) -> Result<Place, &'static str> {
        let mut line = line_around(text, at);
        // A string of several lines begins further up.
        while let Some(start) = self.around(line.0) {
            line = line_around(text, start);
        }
        let from = self.pieces.partition_point(|piece| (piece.start as usize) < line.0);
        let here = || self.pieces.iter().skip(from).take_while(|piece| (piece.start as usize) < line.1);
        let begins = here().find(|piece| piece.kind.is_code()).map(|piece| piece.start);
        let below = construct(&self.pieces, from, self.ends).filter(|(start, _)| Some(*start) == begins);
        let below = below.map(|(start, end)| (start as usize, end as usize));
        let has_comment = here().any(|piece| piece.kind == PieceKind::Comment);
        let is_own_line = (line.0..=line.1).contains(&at);
        let takes_comment = is_own_line && !has_comment && self.around(line.1).is_none() && !self.opens_heredoc(line);
        let width = text.get(line.0..line.1).unwrap_or_default().chars().count();
        let one_line = below.is_some_and(|(_, end)| end <= line.1);
        let end = text.get(line.0..line.1).map_or(line.1, |text| line.0 + text.trim_end().len());
        if takes_comment && one_line && width + room + 4 <= WIDE {
            return Ok(Place::EndOfLine(end));
        }
        match below {
            Some((start, end)) if (start..end.max(start + 1)).contains(&at) => Ok(above(text, language, line.0)),
            _ if takes_comment => Ok(Place::EndOfLine(end)),
            _ => Err("there is no place for a comment about it"),
        }
    }

    /// Whether a heredoc begins on a line, whose head must end it.
    fn opens_heredoc(&self, (start, end): (usize, usize)) -> bool {
        let after = self.closed.partition_point(|(from, _)| *from < start);
        let mut here = self.closed.iter().skip(after).take_while(|(from, _)| *from < end);
        here.any(|(_, to)| *to > end)
    }
}

/// Above a line, and above what other tools are told about it.
fn above(text: &str, language: Language, line: usize) -> Place {
    let margin: String =
        text.get(line..).unwrap_or_default().chars().take_while(|char| matches!(char, ' ' | '\t')).collect();
    let mut at = line;
    while let Some(before) = text.get(..at).filter(|before| before.ends_with('\n')) {
        let (start, _) = line_around(text, before.len() - 1);
        let other = text.get(start..at).unwrap_or_default().trim();
        let is_comment = other.starts_with("//") || other.starts_with('#');
        let is_told = is_comment && TOLD.iter().any(|word| other.contains(word));
        if !is_told || (other.starts_with('#') && !matches!(language, Language::Hcl | Language::Bicep)) {
            break;
        }
        at = start;
    }
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Place::Above(at, margin, newline)
}
