//! What a Bicep file is read into.

mod expr;
mod types;

pub use expr::{
    ArrayItem, BinaryOp, Call, Expr, ExprKind, For, Get, Index, Lambda, Loop, Object, ObjectItem, Part, Property, Text,
    UnaryOp,
};
pub use types::{Field, FieldName, TupleItem, Type, TypeKind};

use std::sync::Arc;

use crate::source::Span;

/// A shared, immutable name.
pub type Name = Arc<str>;

/// A name and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    /// The name.
    pub name: Name,
    /// Where it is written.
    pub span: Span,
}

/// A statement of a file, or a resource inside the body of another.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// From the first decorator, or the keyword, to the last byte.
    pub span: Span,
    /// From the keyword to the last byte in front of the value or body.
    pub header: Span,
    /// The decorators, in the order of the file.
    pub decorators: Vec<Decorator>,
    /// What it states.
    pub kind: StatementKind,
}

impl Statement {
    /// The decorator of that name, with or without `sys.` in front.
    #[must_use]
    pub fn decorator(&self, name: &str) -> Option<&Decorator> {
        self.decorators.iter().find(|decorator| decorator.name().is_some_and(|ident| &*ident.name == name))
    }
}

/// An annotation such as `@secure()`.
#[derive(Debug, Clone, PartialEq)]
pub struct Decorator {
    /// From the `@` to the last byte.
    pub span: Span,
    /// What stands behind the `@`: a call, as a rule.
    pub expr: Expr,
}

impl Decorator {
    /// The name, without a namespace.
    #[must_use]
    pub fn name(&self) -> Option<&Ident> {
        if let ExprKind::Call(call) = &self.expr.kind { Some(&call.name) } else { None }
    }

    /// The arguments.
    #[must_use]
    pub fn args(&self) -> &[Expr] {
        if let ExprKind::Call(call) = &self.expr.kind { &call.args } else { &[] }
    }
}

/// What a [`Statement`] states. A value or type that could not be read is an `Error` node in its place.
#[derive(Debug, Clone, PartialEq)]
pub enum StatementKind {
    /// `targetScope = value`.
    TargetScope(Expr),
    /// `metadata name = value`.
    Metadata(Ident, Expr),
    /// `param name type = default`.
    Param(Ident, Type, Option<Expr>),
    /// `var name type = value`.
    Var(Ident, Option<Type>, Expr),
    /// `resource name 'type@version' existing = body`.
    Resource(Box<Resource>),
    /// `module name 'path' = body`.
    Module(Box<Module>),
    /// `output name type = value`.
    Output(Ident, Type, Expr),
    /// `type name = type`.
    Type(Ident, Type),
    /// `func name(params) type => body`.
    Func(Box<Func>),
    /// `import … from 'path'`.
    Import(Box<Import>),
    /// `extension spec with config as alias`; the specification is a string or a name.
    Extension(Expr, Option<Object>, Option<Ident>),
    /// `assert name = condition`.
    Assert(Ident, Expr),
    /// `test name 'path' = body`.
    Test(Ident, Expr, Option<Object>),
    /// `using 'path' with config`; no path: `using none`. Parameter files only.
    Using(Option<Expr>, Option<Object>),
    /// `extends 'path'`. Parameter files only.
    Extends(Expr),
    /// `param name = value`. Parameter files only.
    ParamValue(Ident, Expr),
    /// `extensionConfig name with config`. Parameter files only.
    ExtensionConfig(Ident, Option<Object>),
}

/// A declared resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Its symbolic name.
    pub name: Ident,
    /// The string with its type and version.
    pub kind: Expr,
    /// The word `existing`: it is looked up, not made.
    pub existing: Option<Span>,
    /// What it is.
    pub body: Body,
}

/// A call of a module.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    /// Its symbolic name.
    pub name: Ident,
    /// The string with the module's path.
    pub path: Expr,
    /// What it is called with.
    pub body: Body,
}

/// The right side of a resource or module: `{…}`, `if (…) {…}`, `[for … in …: {…}]`, or both.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// The loop around it.
    pub repeat: Option<Box<Loop>>,
    /// The condition; inside the loop, if there is one.
    pub condition: Option<Expr>,
    /// The object; none if it could not be read.
    pub object: Option<Object>,
}

/// A function.
#[derive(Debug, Clone, PartialEq)]
pub struct Func {
    /// Its name.
    pub name: Ident,
    /// What it takes.
    pub params: Vec<FuncParam>,
    /// The type of its result.
    pub returns: Type,
    /// Its result.
    pub body: Expr,
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct FuncParam {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: Type,
}

/// Names taken over from another file.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Which names.
    pub imported: Imported,
    /// The string with the file's path.
    pub from: Expr,
}

/// What an [`Import`] takes over.
#[derive(Debug, Clone, PartialEq)]
pub enum Imported {
    /// Everything, under this name.
    All(Ident),
    /// The names of a list.
    Items(Vec<ImportItem>),
}

/// A name taken over.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportItem {
    /// The name in the other file; written as a string if it is no identifier.
    pub name: Text,
    /// The name in this file, if it is another.
    pub alias: Option<Ident>,
}

impl ImportItem {
    /// The name in this file.
    #[must_use]
    pub fn local_name(&self) -> &Name {
        self.alias.as_ref().map_or(&self.name.value, |alias| &alias.name)
    }
}
