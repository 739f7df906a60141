//! What is kept secret, what is not although it should be, and what certainly is a credential.

use super::{Expr, Name};
use crate::azure::credentials::Kind;
use crate::source::Span;

/// What the type of a parameter has room for, as far as secrets are concerned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Holds {
    /// A text.
    #[default]
    Text,
    /// Several values, or one of which the type is not said.
    Parts,
    /// A number or a truth value.
    Plain,
    /// What a type says that is declared elsewhere, or that hides parts of it itself.
    Unknown,
}

/// How a declaration says that its value is to be kept secret.
#[derive(Debug, Clone, Copy, Default)]
pub enum Keeping {
    /// In no way that is known here, or that its type allows.
    #[default]
    Never,
    /// By one more argument of a block, before this one.
    Argument(Span),
    /// By a decorator above what stands here.
    Decorator(Span),
    /// By another type in the place of this one.
    Type(Span, &'static str),
}

/// A nested template whose expressions are evaluated before it is handed over, so that the deployment's history shows what
/// they come to (learn.microsoft.com, azure-resource-manager/templates/linked-templates#expression-evaluation-scope-in-nested-templates).
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The symbolic name of the deployment.
    pub symbol: Name,
    /// Its name in Azure.
    pub name: Expr,
    /// Its header.
    pub span: Span,
    /// What must hold for it to exist.
    pub condition: Option<Expr>,
    /// Every expression in its template.
    pub expressions: Vec<Expr>,
    /// The secure parameters that the template declares itself.
    pub declared: Vec<Name>,
    /// What lets the template evaluate them itself; none where it could not.
    pub seclusion: Option<Seclusion>,
}

/// Where it is said that a nested template evaluates its own expressions.
#[derive(Debug, Clone, Copy)]
pub enum Seclusion {
    /// It is not: a new property in front of this one says it.
    Before(Span),
    /// The opposite is.
    Instead(Span),
}

/// A credential in a string of a file.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// What it is.
    pub kind: &'static Kind,
    /// Whether it can be nothing else.
    pub certain: bool,
    /// Whether it says itself that it is no longer good.
    pub expired: bool,
    /// As much of it as may be shown.
    pub shown: String,
    /// The string, quotes included.
    pub literal: Span,
    /// Its secret part, or the whole string if the text is not written there as it is.
    pub secret: Span,
    /// The secret parts of other credentials in the same string.
    pub others: Vec<Span>,
    /// What the secret parts say, where that is not written as it is.
    pub hidden: Vec<Name>,
    /// The address of what it stands in: `azurerm_x.y`, `variable.x`, `local.x`.
    pub subject: Name,
    /// The name under which it stands: that of the argument, the key or the parameter.
    pub label: Name,
}
