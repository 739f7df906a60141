//! ARM templates: one file becomes a module, each nested template with a scope of its own another one. Parameter files
//! become parameters.

mod calls;
mod deployments;
mod expr;
mod recorded;
mod resources;
mod strings;
mod waits;

use super::terraform::Lowered;
use crate::ir::{Attr, Expr, ExprKind, Holds, Keeping, Local, Module, Name, Output, Param, Shape};
use crate::source::{SourceId, Span};
use crate::syntax::SyntaxError;
use crate::syntax::json::{self, Kind, Member, Node};

use expr::Context;

/// What a JSON file is to Azure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A template.
    Template,
    /// Values for the parameters of one.
    Parameters,
}

/// What a JSON file is, told from its text without parsing it: most JSON files are neither.
#[must_use]
pub fn recognise(text: &str) -> Option<FileKind> {
    let schema = |name: &str| text.contains(name);
    let template = ["deploymentTemplate.json", "DeploymentTemplate.json"].iter().any(|name| schema(name));
    if template {
        return Some(FileKind::Template);
    }
    let parameters = ["deploymentParameters.json", "DeploymentParameters.json"].iter().any(|name| schema(name));
    parameters.then_some(FileKind::Parameters)
}

/// Lowers a template and the templates in it. The first module is the file's own; paths begin with `path`.
#[must_use]
pub fn template(source: SourceId, path: &str, text: &str) -> Lowered<Vec<Module>> {
    let tree = json::parse(source, text);
    let mut file = File { source, text, path: path.to_owned(), modules: Vec::new(), errors: tree.errors };
    match &tree.root {
        Some(root) => {
            file.module(root, path.to_owned(), 0);
        }
        None => file.modules.push(Module::default()),
    }
    let sightings = tree.root.iter().flat_map(|root| strings::of_template(source, text, root)).collect();
    Lowered { content: file.modules, errors: file.errors, sightings }
}

/// Lowers a parameter file. A reference to a vault's secret is a value that only the deployment knows.
#[must_use]
pub fn parameters(source: SourceId, text: &str) -> Lowered<Vec<Attr>> {
    let tree = json::parse(source, text);
    let context = Context::new(source, text);
    let mut errors = tree.errors;
    let parameters = tree.root.as_ref().and_then(|root| root.get("parameters"));
    let attrs = parameters.into_iter().flat_map(members).map(|member| {
        let value = match (member.value.get("value"), member.value.get("reference")) {
            (Some(value), _) => context.given(value),
            (None, Some(reference)) => {
                Expr { span: reference.span, kind: ExprKind::Opaque("a secret of a vault".into()) }
            }
            (None, None) => {
                Expr { span: member.value.span, kind: ExprKind::Opaque("a parameter without a value".into()) }
            }
        };
        Attr { name: Name::from(&*member.key.value), span: member.key_span, value }
    });
    let values = attrs.collect();
    errors.extend(context.take_errors());
    let sightings = tree.root.iter().flat_map(|root| strings::of_parameters(source, text, root)).collect();
    Lowered { content: values, errors, sightings }
}

/// Templates nested deeper are left out, and said to be.
const MAX_NESTING: usize = 16;

struct File<'t> {
    source: SourceId,
    text: &'t str,
    path: String,
    modules: Vec<Module>,
    errors: Vec<SyntaxError>,
}

fn members(node: &Node) -> impl Iterator<Item = &Member> {
    node.as_object().into_iter().flatten()
}

impl File<'_> {
    /// Lowers one template; gives the path of its module.
    fn module(&mut self, root: &Node, path: String, depth: usize) -> Name {
        let mut context = Context::new(self.source, self.text);
        context.declare(root);
        let at = self.modules.len();
        // The place is taken first, so that a template comes before those nested in it.
        self.modules.push(Module::default());
        let mut module = Module::default();
        module.as_a_whole = true;
        module.path = path.as_str().into();
        module.directory = self.path.rsplit_once('/').map_or(".", |(directory, _)| directory).into();
        for member in root.get("parameters").into_iter().flat_map(members) {
            module.params.push(param(&context, root, member));
        }
        variables(&context, root.get("variables"), &mut module);
        for functions in root.get("functions").and_then(Node::as_array).unwrap_or_default() {
            let namespace = functions.get("namespace").and_then(Node::as_str).unwrap_or("");
            let members = functions.get("members").into_iter().flat_map(members);
            module.functions.extend(members.filter_map(|member| context.function(namespace, member)));
        }
        if let Some(node) = root.get("resources") {
            self.resources(&mut context, root, node, &mut module, depth);
        }
        context.in_output = true;
        for member in root.get("outputs").into_iter().flat_map(members) {
            module.outputs.push(output(&context, member));
        }
        self.errors.extend(context.take_errors());
        module.remarks = context.take_remarks();
        if let Some(slot) = self.modules.get_mut(at) {
            *slot = module;
        }
        path.into()
    }

    fn error(&mut self, span: Span, message: &str) {
        self.errors.push(SyntaxError { span, message: message.to_owned() });
    }
}

fn param(context: &Context<'_>, root: &Node, member: &Member) -> Param {
    let kind = member.value.get("type").and_then(Node::as_str).unwrap_or("");
    Param {
        name: Name::from(&*member.key.value),
        span: member.key_span,
        default: match (member.value.get("defaultValue"), member.value.get("nullable")) {
            (Some(node), _) => Some(context.value(node)),
            (None, Some(node)) if matches!(node.kind, Kind::Bool(true)) => {
                Some(Expr { span: member.key_span, kind: ExprKind::Null })
            }
            _ => None,
        },
        shape: Shape::Any,
        holds: match kind.to_ascii_lowercase().as_str() {
            _ if member.value.get("properties").is_some() => Holds::Unknown,
            "string" => Holds::Text,
            "int" | "bool" => Holds::Plain,
            "object" | "array" => Holds::Parts,
            _ => Holds::Unknown,
        },
        secure: is_secure(root, &member.value),
        keeping: keeping(&member.value),
    }
}

/// Only texts and objects have a type for what is secret.
fn keeping(declared: &Node) -> Keeping {
    let Some(kind) = declared.get("type") else { return Keeping::Never };
    match kind.as_str().map(str::to_ascii_lowercase).as_deref() {
        Some("string") => Keeping::Type(kind.span, "securestring"),
        Some("object") => Keeping::Type(kind.span, "secureObject"),
        _ => Keeping::Never,
    }
}

/// Whether a parameter is of a secure type, or refers to a definition that is.
fn is_secure(root: &Node, declared: &Node) -> bool {
    let mut at = declared;
    // More definitions of definitions are a circle.
    for _ in 0..8 {
        if let Some(kind) = at.get("type").and_then(Node::as_str) {
            return kind.to_ascii_lowercase().starts_with("secure");
        }
        let name = at.get("$ref").and_then(Node::as_str).and_then(|path| path.strip_prefix("#/definitions/"));
        let Some(next) = name.and_then(|name| root.get("definitions")?.get(name)) else { return false };
        at = next;
    }
    false
}

fn output(context: &Context<'_>, member: &Member) -> Output {
    let absent = || Expr { span: member.key_span, kind: ExprKind::Null };
    let value = match (member.value.get("copy"), member.value.get("value")) {
        (Some(copy), _) => context.copy_property(copy, "").unwrap_or_else(absent),
        (None, Some(value)) => context.value(value),
        (None, None) => absent(),
    };
    let kind = member.value.get("type").and_then(Node::as_str).unwrap_or("");
    let secure = kind.to_ascii_lowercase().starts_with("secure");
    let (name, keeping) = (Name::from(&*member.key.value), keeping(&member.value));
    Output { name, span: member.key_span, value, secure, keeping, depends_on: Vec::new() }
}

fn variables(context: &Context<'_>, node: Option<&Node>, module: &mut Module) {
    for member in node.into_iter().flat_map(members) {
        if &*member.key.value == "copy" {
            for copy in member.value.as_array().unwrap_or_default() {
                let name = copy.get("name").and_then(Node::as_str);
                if let (Some(name), Some(value)) = (name, context.copy_property(copy, name.unwrap_or(""))) {
                    module.locals.push(Local { name: name.into(), span: copy.span, value });
                }
            }
            continue;
        }
        let value = context.value(&member.value);
        module.locals.push(Local { name: Name::from(&*member.key.value), span: member.key_span, value });
    }
}

/// What a node is, for messages.
fn what(node: &Node) -> &'static str {
    match node.kind {
        Kind::Null => "null",
        Kind::Bool(_) => "a truth value",
        Kind::Number(_) => "a number",
        Kind::String(_) => "a string",
        Kind::Array(_) => "an array",
        Kind::Object(_) => "an object",
    }
}
