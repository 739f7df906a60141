//! The words of Bicep.

use super::ast::BinaryOp;
use crate::syntax::pieces::PieceKind;

/// What a token is. Words are told apart by the parser: most keywords are names in other places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    Identifier,
    True,
    False,
    Null,
    Integer,
    /// `'…'` or `'''…'''` without a hole.
    StringComplete,
    /// From the opening quote to the first `${`.
    StringLeft,
    /// From `}` to the next `${`.
    StringMiddle,
    /// From the last `}` to the closing quote.
    StringRight,
    /// One or more line ends, with blank and comment lines between them.
    NewLine,
    LeftBrace,
    RightBrace,
    LeftParen,
    RightParen,
    LeftSquare,
    RightSquare,
    At,
    Comma,
    Dot,
    Ellipsis,
    Question,
    DoubleQuestion,
    Colon,
    DoubleColon,
    Assign,
    Arrow,
    Plus,
    Minus,
    Asterisk,
    Slash,
    Percent,
    Hat,
    Exclamation,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    EqualInsensitive,
    NotEqual,
    NotEqualInsensitive,
    And,
    Or,
    Pipe,
    /// A character that starts no token.
    Unknown,
    End,
}

impl Kind {
    /// What it is to somebody who only looks for comments and brackets.
    pub(super) fn piece(self) -> PieceKind {
        match self {
            Self::NewLine => PieceKind::NewLine,
            Self::LeftBrace | Self::LeftParen | Self::LeftSquare => PieceKind::Open,
            Self::RightBrace | Self::RightParen | Self::RightSquare => PieceKind::Close,
            Self::StringLeft => PieceKind::HoleStart,
            Self::StringMiddle => PieceKind::HoleMiddle,
            Self::StringRight => PieceKind::HoleEnd,
            Self::Comma => PieceKind::Comma,
            Self::At => PieceKind::At,
            Self::Question
            | Self::DoubleQuestion
            | Self::Colon
            | Self::Assign
            | Self::Arrow
            | Self::Dot
            | Self::Pipe => PieceKind::Infix,
            _ if self.binary().is_some() => PieceKind::Infix,
            _ => PieceKind::Code,
        }
    }

    /// The operator between two values that this token is, and how tightly it binds.
    pub(super) fn binary(self) -> Option<(BinaryOp, u8)> {
        Some(match self {
            Self::Percent => (BinaryOp::Rem, 7),
            Self::Asterisk => (BinaryOp::Mul, 7),
            Self::Slash => (BinaryOp::Div, 7),
            Self::Plus => (BinaryOp::Add, 6),
            Self::Minus => (BinaryOp::Sub, 6),
            Self::Greater => (BinaryOp::Gt, 5),
            Self::GreaterOrEqual => (BinaryOp::Ge, 5),
            Self::Less => (BinaryOp::Lt, 5),
            Self::LessOrEqual => (BinaryOp::Le, 5),
            Self::Equal => (BinaryOp::Eq, 4),
            Self::NotEqual => (BinaryOp::Ne, 4),
            Self::EqualInsensitive => (BinaryOp::EqInsensitive, 4),
            Self::NotEqualInsensitive => (BinaryOp::NeInsensitive, 4),
            Self::And => (BinaryOp::And, 3),
            Self::Or => (BinaryOp::Or, 2),
            Self::DoubleQuestion => (BinaryOp::Coalesce, 1),
            _ => return None,
        })
    }

    /// How a person would call what is missing where this token is expected.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::RightBrace => "`}`",
            Self::LeftBrace => "`{`",
            Self::RightParen => "`)`",
            Self::LeftParen => "`(`",
            Self::RightSquare => "`]`",
            Self::LeftSquare => "`[`",
            Self::Greater => "`>`",
            Self::Colon => "`:`",
            Self::Comma => "`,`",
            Self::Assign => "`=`",
            Self::Arrow => "`=>`",
            Self::Asterisk => "`*`",
            _ => "another token",
        }
    }
}

/// A token and its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A set of kinds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kinds(u64);

impl Kinds {
    /// The set of one kind.
    pub(super) const fn of(kind: Kind) -> Self {
        Self(1 << kind as u8)
    }

    /// This set and one kind more.
    pub(super) const fn and(self, kind: Kind) -> Self {
        Self(self.0 | 1 << kind as u8)
    }

    /// Whether the kind is in the set.
    pub(super) const fn has(self, kind: Kind) -> bool {
        self.0 & 1 << kind as u8 != 0
    }
}
