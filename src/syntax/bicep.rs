//! Bicep and its parameter files: the whole language, read by hand. Every node knows its bytes, and a mistake costs the
//! statement, property or item it is in, not the file.

mod ast;
mod lexer;
mod parser;
mod strings;
mod token;

#[cfg(test)]
mod tests;

use crate::source::{SourceId, Span};
use crate::syntax::SyntaxError;
use crate::syntax::pieces::{Piece, PieceKind};
pub use ast::{
    ArrayItem, BinaryOp, Body, Call, Decorator, Expr, ExprKind, Field, FieldName, For, Func, FuncParam, Get, Ident,
    Import, ImportItem, Imported, Index, Lambda, Loop, Module, Name, Object, ObjectItem, Part, Property, Resource,
    Statement, StatementKind, Text, TupleItem, Type, TypeKind, UnaryOp,
};
use parser::Parser;

/// What could be read of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bicep {
    /// The statements, in the order of the file.
    pub statements: Vec<Statement>,
    /// What is wrong with it, in the order of the file: at most 100 entries.
    pub errors: Vec<SyntaxError>,
    /// Instructions to Bicep's own linter.
    pub directives: Vec<Directive>,
    /// Comments, with their `//` or `/* */`.
    pub comments: Vec<Span>,
}

/// A line such as `#disable-next-line BCP037 no-unused-params`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// From the `#` to the last code.
    pub span: Span,
    /// What it asks for.
    pub kind: DirectiveKind,
    /// The diagnostics it is about.
    pub codes: Vec<Ident>,
}

/// What a [`Directive`] asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectiveKind {
    /// `#disable-next-line`: nothing is reported for the line that follows.
    DisableNextLine,
    /// `#disable-diagnostics`: nothing is reported from here on.
    DisableDiagnostics,
    /// `#restore-diagnostics`: things are reported again.
    RestoreDiagnostics,
}

/// Reads a `.bicep` file. Never fails: what cannot be read is an error beside everything that can.
///
/// The time is linear in the length of the text, and no tree is higher than 200 nodes, whatever the text holds.
#[must_use]
pub fn parse(source: SourceId, text: &str) -> Bicep {
    read(source, text, Dialect::Template)
}

/// Reads a `.bicepparam` file. Never fails, as [`parse`].
#[must_use]
pub fn parse_parameters(source: SourceId, text: &str) -> Bicep {
    read(source, text, Dialect::Parameters)
}

/// The pieces of a text in Bicep, directives left out.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let lexed = lexer::lex(SourceId(0), text);
    let tokens = lexed.tokens.iter().filter(|token| token.end > token.start);
    let tokens = tokens.map(|token| Piece { kind: token.kind.piece(), start: token.start, end: token.end });
    let comments = lexed.comments.iter();
    let comments = comments.map(|span| Piece { kind: PieceKind::Comment, start: span.start, end: span.end });
    let mut pieces: Vec<Piece> = tokens.chain(comments).collect();
    pieces.sort_by_key(|piece| piece.start);
    pieces
}

/// Which statements a file may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Template,
    Parameters,
}

fn read(source: SourceId, text: &str, dialect: Dialect) -> Bicep {
    let lexed = lexer::lex(source, text);
    let (statements, mut errors) = Parser::new(source, text, dialect, &lexed).file();
    errors.extend(lexed.errors);
    // Some errors are found at the end of what they blame.
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    errors.truncate(MAX_ERRORS);
    Bicep { statements, errors, directives: lexed.directives, comments: lexed.comments }
}

/// A file with this many errors is not Bicep; more of them would help nobody.
const MAX_ERRORS: usize = 100;
/// No tree is higher than this: no template needs it, and the stack is finite.
const MAX_DEPTH: usize = 200;
