//! One shape for every format: modules of parameters, locals, resources, calls and outputs over one expression
//! language. Front ends lower into it; nothing after it knows which language a file was written in.

mod expr;
mod program;
mod secrecy;
mod visit;

pub use expr::{BinaryOp, Callee, EachPart, Expr, ExprKind, Fold, For, Item, Part, UnaryOp};
pub use expr::{NO_TEMPLATE, TEMPLATE_LOOP, UNREADABLE, is_unread};
pub use program::{Companion, Companions, ExternalUser, Given, ModuleId, Program, ProviderLock, Root};
pub use secrecy::{Holds, Keeping, Recorded, Seclusion, Sighting};

use std::collections::HashMap;
use std::sync::Arc;

use crate::source::Span;

/// A shared, immutable name.
pub type Name = Arc<str>;

/// One module: a Terraform directory, a Bicep file, an ARM template.
#[derive(Debug, Clone, Default)]
pub struct Module {
    /// Where it is: a normalised path with `/`, relative to the working directory where possible.
    pub path: Name,
    /// The directory that relative sources of its calls start from.
    pub directory: Name,
    /// Its parameters: Terraform variables, Bicep and ARM parameters.
    pub params: Vec<Param>,
    /// Its named expressions: Terraform locals, Bicep and ARM variables.
    pub locals: Vec<Local>,
    /// Functions that it defines.
    pub functions: Vec<Function>,
    /// Modules of which it uses locals and functions without calling them.
    pub imports: Vec<Import>,
    /// Resources that it declares or looks up.
    pub resources: Vec<Resource>,
    /// Modules that it calls.
    pub calls: Vec<Call>,
    /// What it gives its caller.
    pub outputs: Vec<Output>,
    /// Settings of the language itself: provider and `terraform` blocks.
    pub settings: Vec<Block>,
    /// Which provider versions it accepts, by local name.
    pub requirements: Vec<Requirement>,
    /// If it stands in for a published module that is not here: what that is known to do besides.
    pub stands_in: Option<StandIn>,
    /// Whether it only gives values to another module: a parameter file.
    pub only_values: bool,
    /// Whether it is deployed as a whole: its outputs are there when all of it is, and nothing of it is made before all
    /// that it is given is there. Else each part waits for what it names itself.
    pub as_a_whole: bool,
    /// What comments say of ids that nobody can read.
    pub remarks: Vec<Remark>,
    /// Nested templates that are recorded with what this module's expressions in them come to.
    pub recorded: Vec<Recorded>,
    index: Index,
}

#[derive(Debug, Clone, Default)]
struct Index {
    params: HashMap<Name, usize>,
    locals: HashMap<Name, usize>,
    functions: HashMap<Name, usize>,
    resources: HashMap<(Mode, Name, Name), usize>,
    calls: HashMap<Name, usize>,
    outputs: HashMap<Name, usize>,
}

impl Module {
    /// Makes names findable; to be called once, when the module is complete. Of two equal names the first counts.
    pub fn seal(&mut self) {
        fn by_name<'a>(names: impl Iterator<Item = &'a Name>) -> HashMap<Name, usize> {
            let mut map = HashMap::new();
            for (at, name) in names.enumerate() {
                map.entry(name.clone()).or_insert(at);
            }
            map
        }
        let mut resources = HashMap::new();
        for (at, resource) in self.resources.iter().enumerate() {
            resources.entry((resource.mode, resource.kind.clone(), resource.name.clone())).or_insert(at);
        }
        self.index = Index {
            params: by_name(self.params.iter().map(|param| &param.name)),
            locals: by_name(self.locals.iter().map(|local| &local.name)),
            functions: by_name(self.functions.iter().map(|function| &function.name)),
            resources,
            calls: by_name(self.calls.iter().map(|call| &call.name)),
            outputs: by_name(self.outputs.iter().map(|output| &output.name)),
        };
    }

    /// The parameter of that name, with its place among the parameters.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<usize> {
        self.index.params.get(name).copied()
    }

    /// The local of that name.
    #[must_use]
    pub fn local(&self, name: &str) -> Option<usize> {
        self.index.locals.get(name).copied()
    }

    /// The function of that name.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<usize> {
        self.index.functions.get(name).copied()
    }

    /// The resource of that mode, type and name.
    #[must_use]
    pub fn resource(&self, mode: Mode, kind: &Name, name: &Name) -> Option<usize> {
        self.index.resources.get(&(mode, kind.clone(), name.clone())).copied()
    }

    /// The call of that name.
    #[must_use]
    pub fn call(&self, name: &str) -> Option<usize> {
        self.index.calls.get(name).copied()
    }

    /// The output of that name.
    #[must_use]
    pub fn output(&self, name: &str) -> Option<usize> {
        self.index.outputs.get(name).copied()
    }
}

/// What is known of a module that another one stands in for.
#[derive(Debug, Clone, Copy)]
pub struct StandIn {
    /// Whether it grants its own identities something.
    pub grants_itself: bool,
}

/// A parameter of a module.
#[derive(Debug, Clone)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Where it is declared: the header.
    pub span: Span,
    /// The value it has when the caller gives none.
    pub default: Option<Expr>,
    /// Its type, as far as it adds defaults to what is passed.
    pub shape: Shape,
    /// What its type has room for.
    pub holds: Holds,
    /// Whether the language hides its value.
    pub secure: bool,
    /// How the language is told to.
    pub keeping: Keeping,
}

/// A type constraint, reduced to what it adds to a value: attributes that may be left out, and their defaults.
#[derive(Debug, Clone, Default)]
pub enum Shape {
    /// Adds nothing.
    #[default]
    Any,
    /// Each item of a list, set or map has this shape.
    Each(Box<Shape>),
    /// An object with these attributes.
    Object(Vec<Field>),
}

/// An attribute of an object type.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Where it is declared.
    pub span: Span,
    /// Whether it may be left out.
    pub optional: bool,
    /// What it is then; null if there is no default.
    pub default: Option<Expr>,
    /// Its own shape.
    pub shape: Shape,
}

/// A named expression.
#[derive(Debug, Clone)]
pub struct Local {
    /// Its name.
    pub name: Name,
    /// The name in the text.
    pub span: Span,
    /// What it stands for.
    pub value: Expr,
}

/// A function that a module defines.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name; in ARM with its namespace in front, in lower case: `contoso.uniquename`.
    pub name: Name,
    /// What its arguments are called inside.
    pub params: Vec<Name>,
    /// Its result. Its arguments are bound names there.
    pub body: Expr,
}

/// Another module of which locals and functions are used, without any of its resources.
#[derive(Debug, Clone)]
pub struct Import {
    /// Where the module comes from, as written.
    pub source: Source,
    /// Where the source is written.
    pub source_span: Span,
}

/// A value that a module gives its caller.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name.
    pub name: Name,
    /// Where it is declared: the header.
    pub span: Span,
    /// What it stands for.
    pub value: Expr,
    /// Whether the language hides its value.
    pub secure: bool,
    /// How the language is told to.
    pub keeping: Keeping,
    /// What must exist before it is given, where said explicitly.
    pub depends_on: Vec<Expr>,
}

/// Whether a resource is made or only looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Made and kept by this code.
    Managed,
    /// Looked up: a Terraform data source, a Bicep or ARM `existing` resource.
    Data,
    /// Opened for the run only.
    Ephemeral,
}

/// A resource: its type as its language names it, and its body.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Made or looked up.
    pub mode: Mode,
    /// The type, such as `azurerm_key_vault`.
    pub kind: Name,
    /// The symbolic name.
    pub name: Name,
    /// The header: from the keyword to the last label.
    pub span: Span,
    /// How often it exists.
    pub repeat: Repeat,
    /// How many of its instances are made at a time.
    pub batch: Batch,
    /// What must hold for it to exist.
    pub condition: Option<Expr>,
    /// The version of its type, where the language has one.
    pub version: Option<Name>,
    /// Its arguments.
    pub body: Body,
    /// What must exist before it, where said explicitly.
    pub depends_on: Vec<Expr>,
    /// Its closing brace; none where nothing can be added to what it waits for.
    pub close: Option<Span>,
    /// Whether it takes another configuration of its provider than the default one.
    pub configured_apart: bool,
    /// Whether the deployment tries again when Azure refuses it.
    pub retries: bool,
}

impl Resource {
    /// How its module calls it: `data.azurerm_role_definition.reader`, in Bicep and ARM just its name.
    #[must_use]
    pub fn address(&self) -> String {
        let mode = match self.mode {
            Mode::Managed => "",
            Mode::Data => "data.",
            Mode::Ephemeral => "ephemeral.",
        };
        // Only Terraform puts the type into the address.
        let kind = if self.kind.contains('/') { String::new() } else { format!("{mode}{}.", self.kind) };
        format!("{kind}{}", self.name)
    }
}

/// How many instances a resource, call or block has.
#[derive(Debug, Clone, Default)]
pub enum Repeat {
    /// One.
    #[default]
    Once,
    /// As many as the number says.
    Count(Expr),
    /// One for each entry of a map or set.
    ForEach(Expr),
}

/// How many instances of a loop are made at a time.
#[derive(Debug, Default, Clone, Copy)]
pub struct Batch {
    /// That many; none: all of them.
    pub size: Option<u64>,
    /// Where the number is written; for a loop of a template that names none, its first entry.
    pub span: Option<Span>,
}

/// Arguments and nested blocks.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// Arguments, in the order of the text.
    pub attrs: Vec<Attr>,
    /// Nested blocks, in the order of the text.
    pub blocks: Vec<Block>,
}

impl Body {
    /// The argument of that name.
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&Attr> {
        self.attrs.iter().find(|attr| &*attr.name == name)
    }

    /// The blocks of that name.
    pub fn blocks<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.name == name)
    }
}

/// An argument.
#[derive(Debug, Clone)]
pub struct Attr {
    /// Its name.
    pub name: Name,
    /// The name in the text.
    pub span: Span,
    /// Its value.
    pub value: Expr,
}

/// A nested block.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its type.
    pub name: Name,
    /// The labels behind the type.
    pub labels: Vec<Name>,
    /// The header.
    pub span: Span,
    /// What produces it, if it is generated.
    pub dynamic: Option<Dynamic>,
    /// Its arguments.
    pub body: Body,
}

/// What generates a block.
#[derive(Debug, Clone)]
pub struct Dynamic {
    /// The collection it runs over.
    pub for_each: Expr,
    /// The name under which the body sees the item.
    pub iterator: Name,
}

/// A call of another module.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its name.
    pub name: Name,
    /// The header.
    pub span: Span,
    /// Where the module comes from, as written.
    pub source: Source,
    /// Where the source is written.
    pub source_span: Span,
    /// The version asked for, for modules of a registry.
    pub version: Option<Name>,
    /// The arguments.
    pub args: Vec<Attr>,
    /// How often it is called.
    pub repeat: Repeat,
    /// How many of its instances are made at a time.
    pub batch: Batch,
    /// Whether it is deployed to something else than what its caller is deployed to.
    pub elsewhere: bool,
    /// What must hold for it to be called.
    pub condition: Option<Expr>,
    /// What must exist before anything in it, where said explicitly.
    pub depends_on: Vec<Expr>,
    /// Its closing brace; none where nothing can be added to what it waits for.
    pub close: Option<Span>,
    /// Where it is deployed to, if that is not where the caller is.
    pub scope: Option<Expr>,
    /// The id of the subscription that it deploys to, if that is not the caller's.
    pub subscription: Option<Expr>,
    /// The resource group that it deploys to, or its name, if that is not the caller's.
    pub group: Option<Expr>,
    /// Whether it hands over configurations of providers by name.
    pub configured_apart: bool,
}

/// Where a called module comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A path relative to the calling module.
    Local(Name),
    /// A module that stands inside the same file, by its path.
    Inline(Name),
    /// A registry, a git repository, an archive.
    Remote(Name),
    /// Not written as a literal, or missing.
    Unknown,
}

/// A comment behind a string that ends in a GUID, on the same line.
#[derive(Debug, Clone)]
pub struct Remark {
    /// The string, quotes included.
    pub literal: Span,
    /// The comment without its mark.
    pub text: Name,
}

/// A version constraint on a provider.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// The provider's source address in lower case, such as `hashicorp/azurerm`.
    pub provider: Name,
    /// The constraint as written; empty if any version will do.
    pub constraint: Name,
    /// Where the constraint is written.
    pub span: Span,
}
