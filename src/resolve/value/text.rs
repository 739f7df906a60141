//! Strings with holes.

use std::sync::Arc;

use super::{Kind, Value};
use crate::ir::Name;
use crate::source::Span;

/// A string: plain, or parts of which some are not known as text.
#[derive(Debug, Clone)]
pub enum Text {
    /// Known to the last character.
    Plain(Name),
    /// Literal text and holes in turn; at least one hole.
    Parts(Arc<[TextPart]>),
}

/// A part of a string.
#[derive(Debug, Clone)]
pub enum TextPart {
    /// Known text.
    Text(Name),
    /// A reference or an unknown in the middle of a string.
    Hole(Value),
}

impl Text {
    /// A string of these parts; neighbouring texts are joined.
    #[must_use]
    pub fn new(parts: Vec<TextPart>) -> Self {
        let mut joined: Vec<TextPart> = Vec::with_capacity(parts.len());
        for part in parts {
            match (joined.last_mut(), part) {
                (_, TextPart::Text(text)) if text.is_empty() => {}
                (Some(TextPart::Text(before)), TextPart::Text(text)) => *before = format!("{before}{text}").into(),
                (_, part) => joined.push(part),
            }
        }
        match joined.as_slice() {
            [] => Self::Plain("".into()),
            [TextPart::Text(text)] => Self::Plain(text.clone()),
            _ => Self::Parts(joined.into()),
        }
    }

    /// Whether the two are equal for all one can tell.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(a), Self::Plain(b)) => a == b,
            (Self::Parts(a), Self::Parts(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b.iter()).all(|pair| match pair {
                        (TextPart::Text(a), TextPart::Text(b)) => a == b,
                        (TextPart::Hole(a), TextPart::Hole(b)) => a.same(b),
                        _ => false,
                    })
            }
            _ => false,
        }
    }

    /// The parts, holes included.
    #[must_use]
    pub fn parts(&self) -> Vec<TextPart> {
        match self {
            Self::Plain(text) => vec![TextPart::Text(text.clone())],
            Self::Parts(parts) => parts.to_vec(),
        }
    }

    /// The text with `{}` in place of each hole: to recognise a shape, never to compare.
    #[must_use]
    pub fn pattern(&self) -> String {
        match self {
            Self::Plain(text) => text.to_string(),
            Self::Parts(parts) => parts
                .iter()
                .map(|part| match part {
                    TextPart::Text(text) => text,
                    TextPart::Hole(_) => "{}",
                })
                .collect(),
        }
    }
}

impl Value {
    /// The string as parts, if it is one. A reference or unknown by itself is a single hole.
    #[must_use]
    pub fn text_parts(&self) -> Option<Vec<TextPart>> {
        match &self.kind {
            Kind::Text(text) => Some(text.parts()),
            Kind::Ref(_) | Kind::Unknown(_) => Some(vec![TextPart::Hole(self.clone())]),
            _ => None,
        }
    }

    /// The string taken apart at its slashes; a part without text and holes is empty.
    #[must_use]
    pub fn segments(&self) -> Option<Vec<Vec<TextPart>>> {
        let mut segments: Vec<Vec<TextPart>> = vec![Vec::new()];
        for part in self.text_parts()? {
            match part {
                TextPart::Text(text) => {
                    for (at, piece) in text.split('/').enumerate() {
                        if at > 0 {
                            segments.push(Vec::new());
                        }
                        if let Some(last) = segments.last_mut().filter(|_| !piece.is_empty()) {
                            last.push(TextPart::Text(piece.into()));
                        }
                    }
                }
                hole @ TextPart::Hole(_) => segments.last_mut()?.push(hole),
            }
        }
        Some(segments)
    }

    /// Segments put together again; a single hole is what it holds.
    #[must_use]
    pub fn joined(segments: &[Vec<TextPart>], span: Span) -> Self {
        let mut parts: Vec<TextPart> = Vec::new();
        for (at, segment) in segments.iter().enumerate() {
            if at > 0 {
                parts.push(TextPart::Text("/".into()));
            }
            parts.extend(segment.iter().cloned());
        }
        match parts.as_slice() {
            [TextPart::Hole(only)] => only.clone(),
            _ => Self::new(Kind::Text(Text::new(parts)), span),
        }
    }
}
