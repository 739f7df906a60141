//! What a text consists of, as far as one must know to say where a comment stands and what it stands above: comments,
//! line ends, brackets, and everything else.

mod hcl;
mod json;

#[cfg(test)]
mod tests;

pub use hcl::hcl;
pub use json::json;

/// A part of a text that blanks, or nothing, keep apart from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its first byte.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
}

/// What a [`Piece`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// A comment with its marks, without the end of its line.
    Comment,
    /// The end of a line that is no part of a string or comment.
    NewLine,
    /// `{`, `[` or `(`.
    Open,
    /// `}`, `]` or `)`.
    Close,
    /// A string, or heredoc, up to its first hole.
    HoleStart,
    /// The text between two holes of a string.
    HoleMiddle,
    /// The text behind the last hole of a string.
    HoleEnd,
    /// `,`.
    Comma,
    /// The `@` of a decorator.
    At,
    /// A sign that the expression goes on behind it, on whichever line.
    Infix,
    /// Anything else: words, numbers, whole strings, signs.
    Code,
}

impl PieceKind {
    /// Whether it is part of the program, unlike comments and line ends.
    #[must_use]
    pub fn is_code(self) -> bool {
        !matches!(self, Self::Comment | Self::NewLine)
    }
}

/// Where a construct ends that is not held together by brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    /// With its line: HCL and Bicep.
    WithLine,
    /// With the line of the comma behind it: JSON.
    WithComma,
}

/// The construct that begins with the first code at or behind the piece `from`: a block, statement, argument, property or
/// item, up to its last byte. None if what it would be in ends there.
#[must_use]
pub fn construct(pieces: &[Piece], from: usize, ends: Ends) -> Option<(u32, u32)> {
    let mut rest = pieces.iter().skip(from).filter(|piece| piece.kind != PieceKind::Comment).peekable();
    while rest.next_if(|piece| piece.kind == PieceKind::NewLine).is_some() {}
    let first = rest.peek()?;
    let (start, mut end, mut depth) = (first.start, first.start, 0_usize);
    let mut decorates = first.kind == PieceKind::At;
    let mut before = PieceKind::NewLine;
    while let Some(piece) = rest.next() {
        match piece.kind {
            PieceKind::Open | PieceKind::HoleStart => depth += 1,
            PieceKind::Close | PieceKind::HoleEnd if depth == 0 => break,
            PieceKind::Close | PieceKind::HoleEnd => depth -= 1,
            PieceKind::HoleMiddle if depth == 0 => break,
            PieceKind::NewLine if depth == 0 => {
                let next = rest.peek().map(|next| next.kind);
                let goes_on = match ends {
                    Ends::WithComma => before != PieceKind::Comma,
                    // A decorator belongs to what stands below it.
                    Ends::WithLine => {
                        let infix = before == PieceKind::Infix || next == Some(PieceKind::Infix);
                        infix || std::mem::replace(&mut decorates, next == Some(PieceKind::At))
                    }
                };
                if !goes_on {
                    break;
                }
                continue;
            }
            PieceKind::NewLine => continue,
            _ => {}
        }
        before = piece.kind;
        end = piece.end;
    }
    (end > start).then_some((start, end))
}

fn small(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
