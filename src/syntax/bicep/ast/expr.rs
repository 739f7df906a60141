//! Expressions.

use super::{Ident, Name, Statement};
use crate::source::Span;

/// An expression and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// From its first to its last byte; parentheses around it are not part of it.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

impl Expr {
    /// The value of a string without holes.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let ExprKind::Str(text) = &self.kind { Some(&text.value) } else { None }
    }

    /// The object, if it is one.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        if let ExprKind::Object(object) = &self.kind { Some(object) } else { None }
    }
}

/// What an [`Expr`] is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; a sign in front of it is an operator.
    Int(u64),
    /// A string without holes.
    Str(Text),
    /// A string with holes.
    Template(Vec<Part>),
    /// `[…]`.
    Array(Vec<ArrayItem>),
    /// `{…}`.
    Object(Object),
    /// A name: of something declared, of a bound variable, or of a namespace.
    Name(Name),
    /// `target.name` or `target.?name`.
    Get(Box<Get>),
    /// `target[index]`, `target[?index]` or `target[^index]`.
    Index(Box<Index>),
    /// `target::name`: a resource inside another.
    Nested(Box<(Expr, Ident)>),
    /// `name(args)` or `target.name(args)`.
    Call(Box<Call>),
    /// `(params) => body`.
    Lambda(Box<Lambda>),
    /// `condition ? value : other`.
    Cond(Box<[Expr; 3]>),
    /// An operation on two values.
    Binary(BinaryOp, Box<[Expr; 2]>),
    /// An operation on one value.
    Unary(UnaryOp, Box<Expr>),
    /// `value!`: the same, never null.
    NonNull(Box<Expr>),
    /// `[for … in …: …]`.
    For(Box<For>),
    /// Something that could not be read, which is then an error.
    Error,
}

/// A piece of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// What it says, escapes read.
    pub value: Name,
    /// Where it is written, without quotes.
    pub span: Span,
}

/// A part of a string with holes. Empty texts are left out.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Text as it is.
    Text(Text),
    /// A value put in.
    Hole(Expr),
}

/// An item of an array.
#[derive(Debug, Clone, PartialEq)]
pub enum ArrayItem {
    /// One item.
    Value(Expr),
    /// `...array`: all items of another array.
    Spread(Expr),
}

/// An object.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// From brace to brace.
    pub span: Span,
    /// What it holds, in the order of the file.
    pub items: Vec<ObjectItem>,
}

impl Object {
    /// The properties that are written out.
    pub fn properties(&self) -> impl Iterator<Item = &Property> {
        self.items
            .iter()
            .filter_map(|item| if let ObjectItem::Property(property) = item { Some(property) } else { None })
    }

    /// The value of the property of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Expr> {
        self.properties().find(|property| property.key.as_str() == Some(name)).map(|property| &property.value)
    }

    /// The resources declared in it.
    pub fn resources(&self) -> impl Iterator<Item = &Statement> {
        self.items
            .iter()
            .filter_map(|item| if let ObjectItem::Resource(resource) = item { Some(&**resource) } else { None })
    }
}

/// An entry of an object.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectItem {
    /// `key: value`.
    Property(Property),
    /// `...object`: all entries of another object.
    Spread(Expr),
    /// A resource declared in the body of another.
    Resource(Box<Statement>),
}

/// A property of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The key: a string, with holes or without. A plain name is a string whose text is all of it.
    pub key: Expr,
    /// The value.
    pub value: Expr,
}

/// An attribute of a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Get {
    /// The value.
    pub target: Expr,
    /// The attribute.
    pub name: Ident,
    /// `.?`: null if there is no such attribute.
    pub safe: bool,
}

/// An item of a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// The value.
    pub target: Expr,
    /// The key or number of the item.
    pub index: Expr,
    /// `[?…]`: null if there is no such item.
    pub safe: bool,
    /// `[^…]`: counted from the end.
    pub from_end: bool,
}

/// A function call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// What the function belongs to: a namespace, an import or a resource.
    pub target: Option<Expr>,
    /// The name of the function.
    pub name: Ident,
    /// The arguments.
    pub args: Vec<Expr>,
}

/// A function without a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    /// The names of what it takes.
    pub params: Vec<Ident>,
    /// Its result.
    pub body: Expr,
}

/// A collection made from another.
#[derive(Debug, Clone, PartialEq)]
pub struct For {
    /// What is run over.
    pub header: Loop,
    /// The item of the result.
    pub body: Expr,
}

/// The header of a loop: `for item in collection` or `for (item, index) in collection`.
#[derive(Debug, Clone, PartialEq)]
pub struct Loop {
    /// From `for` to the last byte of the collection.
    pub span: Span,
    /// The name of the item.
    pub item: Ident,
    /// The name of its number.
    pub index: Option<Ident>,
    /// What is run over.
    pub collection: Expr,
}

/// An operation on one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `-`
    Minus,
}

/// An operation on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `??`
    Coalesce,
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `=~`: equal but for upper and lower case.
    EqInsensitive,
    /// `!~`: different even without regard to upper and lower case.
    NeInsensitive,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
}
