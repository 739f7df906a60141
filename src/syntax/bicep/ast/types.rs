//! Types.

use super::{Decorator, Expr, Ident, Name, UnaryOp};
use crate::source::Span;

/// A type and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// From its first to its last byte; parentheses around it are not part of it.
    pub span: Span,
    /// What it is.
    pub kind: TypeKind,
}

/// What a [`Type`] is.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `string`, `int`, `bool`, `array`, `object`, or a type of this file.
    Name(Name),
    /// One value: a string, a number, a truth value, or `null`.
    Literal(Expr),
    /// `-1`, `!true`.
    Unary(UnaryOp, Box<Type>),
    /// `item[]`.
    Array(Box<Type>),
    /// `a | b`.
    Union(Vec<Type>),
    /// `{ name: type }`.
    Object(Vec<Field>),
    /// `[ type, type ]`.
    Tuple(Vec<TupleItem>),
    /// `type?`: or null.
    Optional(Box<Type>),
    /// `type!`: never null.
    NonNull(Box<Type>),
    /// `name<args>`, such as `resourceInput<'…'>`.
    Generic(Name, Vec<Type>),
    /// `target.name`, with arguments if it is `target.name<args>`.
    Get(Box<Type>, Ident, Vec<Type>),
    /// `target.*`: the type of the properties that are not named.
    AnyProperty(Box<Type>),
    /// `target[*]`: the type of the items.
    Items(Box<Type>),
    /// `target[0]`: the type of an item of a tuple.
    Index(Box<Type>, Box<Expr>),
    /// `resource 'type@version'`; an output may leave the string out.
    Resource(Option<Expr>),
    /// Something that could not be read, which is then an error.
    Error,
}

/// A property of an object type.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its decorators.
    pub decorators: Vec<Decorator>,
    /// Its name.
    pub name: FieldName,
    /// Its type.
    pub ty: Type,
}

/// The name of a [`Field`].
#[derive(Debug, Clone, PartialEq)]
pub enum FieldName {
    /// A name or a string.
    Key(Expr),
    /// `*`: all properties that are not named.
    Any(Span),
}

/// An item of a tuple type.
#[derive(Debug, Clone, PartialEq)]
pub struct TupleItem {
    /// Its decorators.
    pub decorators: Vec<Decorator>,
    /// Its type.
    pub ty: Type,
}
