//! The expression language that every format is lowered into.

use super::{Mode, Name};
use crate::source::Span;

/// An expression and the text it was read from.
#[derive(Debug, Clone)]
pub struct Expr {
    /// The text.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is. Names are already told apart: by the front end, which alone knows its language's scoping.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// The absent value.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string without holes.
    Str(Name),
    /// A string with holes.
    Template(Box<[Part]>),
    /// A list.
    List(Box<[Expr]>),
    /// A map or object.
    Object(Box<[Item]>),
    /// A parameter of this module.
    Param(Name),
    /// A local of this module.
    Local(Name),
    /// A local of a module that is imported, by the place of the import.
    Imported(usize, Name),
    /// A call in this module, of which an output is taken.
    Module(Name),
    /// A resource of this module.
    Resource(Mode, Name, Name),
    /// The current instance of a repeated resource or call.
    Each(EachPart),
    /// A name bound by a `for` expression or a dynamic block.
    Bound(Name),
    /// The item that a splat runs over.
    Item,
    /// An attribute of a value, and where its name stands.
    Get(Box<Expr>, Name, Span),
    /// An item of a list or map.
    Index(Box<Expr>, Box<Expr>),
    /// The second expression for each item of the first.
    Splat(Box<Expr>, Box<Expr>),
    /// A function call; the flag says that the last argument is spread.
    Call(Name, Box<[Expr]>, bool),
    /// A call of a function that a module defines.
    Apply(Callee, Box<[Expr]>),
    /// Condition, value if it holds, value if not.
    Cond(Box<[Expr; 3]>),
    /// An operation on two values.
    Binary(BinaryOp, Box<[Expr; 2]>),
    /// An operation on one value.
    Unary(UnaryOp, Box<Expr>),
    /// A collection made from another.
    For(Box<For>),
    /// A collection reduced to one value.
    Fold(Box<Fold>),
    /// Something whose value only the running tool knows, and what that is.
    Opaque(Name),
}

/// What stands for code that could not be read.
pub const UNREADABLE: &str = "an expression that cannot be read";
/// What stands for a loop inside a template.
pub const TEMPLATE_LOOP: &str = "a `%{ for }` in a template";
/// What stands for a string that is no template.
pub const NO_TEMPLATE: &str = "a string that is not a valid template";

/// Whether something opaque is code that was not read, so that it may refer to anything.
#[must_use]
pub fn is_unread(what: &str) -> bool {
    [UNREADABLE, TEMPLATE_LOOP, NO_TEMPLATE].contains(&what)
}

/// Names a function that a module defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callee {
    /// The import that it comes by; none: this module's own.
    pub import: Option<usize>,
    /// Its name.
    pub name: Name,
}

/// A part of a template.
#[derive(Debug, Clone)]
pub enum Part {
    /// Text as it is.
    Text(Name, Span),
    /// A value put in.
    Hole(Expr),
}

/// An entry of an object.
#[derive(Debug, Clone)]
pub struct Item {
    /// The key; a plain name is a string.
    pub key: Expr,
    /// The value.
    pub value: Expr,
}

/// Which part of the current instance is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EachPart {
    /// The key of the entry.
    Key,
    /// The value of the entry.
    Value,
    /// The number of the instance.
    Index,
}

/// An operation on one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    /// Logical not.
    Not,
    /// Arithmetic minus.
    Minus,
}

/// An operation on two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// Both hold.
    And,
    /// One holds.
    Or,
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient.
    Div,
    /// Remainder.
    Rem,
}

/// A collection made from another.
#[derive(Debug, Clone)]
pub struct For {
    /// The name of the key or index, if it is used.
    pub key_name: Option<Name>,
    /// The name of the item.
    pub value_name: Name,
    /// What is run over.
    pub collection: Expr,
    /// The key of the result's entry: a map; none: a list.
    pub key: Option<Expr>,
    /// The value of the result's entry.
    pub value: Expr,
    /// Which entries are taken.
    pub condition: Option<Expr>,
    /// Whether entries of the same key are gathered in a list.
    pub grouping: bool,
}

/// A collection reduced to one value.
#[derive(Debug, Clone)]
pub struct Fold {
    /// What is run over.
    pub collection: Expr,
    /// What there is before the first item.
    pub start: Expr,
    /// The name of what there is so far.
    pub so_far: Name,
    /// The name of the item.
    pub item: Name,
    /// The name of the item's number, if it is used.
    pub index: Option<Name>,
    /// What there is after the item.
    pub value: Expr,
}
