//! What a JSON document is read into.

use super::Text;
use crate::source::Span;
use crate::syntax::SyntaxError;

/// What could be read of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Json {
    /// The value of the document; `None` if the file holds nothing that starts one.
    pub root: Option<Node>,
    /// What is wrong with it, in the order of the file: at most 100 entries.
    pub errors: Vec<SyntaxError>,
}

/// A value and its place in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// From the first to the last byte of the value, with quotes and brackets. Empty where a value is missing.
    pub span: Span,
    /// What the value is.
    pub kind: Kind,
}

/// The value of a [`Node`].
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `null`; also stands in for a value that is missing or unreadable, which is then an error.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; infinite if it is too large for the type.
    Number(f64),
    /// A string.
    String(Text),
    /// The elements in order.
    Array(Vec<Node>),
    /// The members in order, duplicates included.
    Object(Vec<Member>),
}

/// A key and its value in an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The decoded key.
    pub key: Text,
    /// The key as written, with its quotes.
    pub key_span: Span,
    /// The value; an empty `null` if it is missing.
    pub value: Node,
}

impl Node {
    /// The decoded string, if this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Kind::String(text) = &self.kind { Some(&text.value) } else { None }
    }

    /// The members, if this is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&[Member]> {
        if let Kind::Object(members) = &self.kind { Some(members) } else { None }
    }

    /// The elements, if this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Node]> {
        if let Kind::Array(elements) = &self.kind { Some(elements) } else { None }
    }

    /// The value of a member. The last of several with the same key wins, as in every common reader.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.find(|member| *member.key.value == *key)
    }

    /// Like [`Node::get`], but the case of ASCII letters does not matter, as in ARM templates.
    #[must_use]
    pub fn get_ignore_case(&self, key: &str) -> Option<&Node> {
        self.find(|member| member.key.value.eq_ignore_ascii_case(key))
    }

    fn find(&self, wanted: impl Fn(&Member) -> bool) -> Option<&Node> {
        self.as_object()?.iter().rev().find(|member| wanted(member)).map(|member| &member.value)
    }
}
