//! String literals wherever they stand, and arguments that hold a secret.

use std::collections::HashMap;

use super::{Graph, ResourceId};
use crate::ir::{Attr, Block, Body, Expr, ExprKind, ModuleId, Name, Part, Program, Repeat, Root};
use crate::resolve::value::Value;
use crate::source::Span;

/// A string as written, holes marked.
#[derive(Debug)]
pub struct Literal {
    /// Its text; each hole is one [`Literal::HOLE`].
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
    /// The address of what it stands in: `azurerm_x.y`, `variable.x`, `local.x`.
    pub subject: Name,
    /// The name under which it stands: that of the argument, the key, the local or the parameter.
    pub label: Name,
    /// What a comment behind it says, if it ends in a GUID.
    pub remark: Option<Name>,
}

impl Literal {
    /// Stands for what is put into a template; no pattern for secrets matches it.
    pub const HOLE: char = '\u{fffc}';
}

/// An argument that holds a secret.
#[derive(Debug)]
pub struct SecretArgument {
    /// The resource.
    pub resource: ResourceId,
    /// The argument's path.
    pub argument: &'static str,
    /// Whether the provider keeps it out of the state.
    pub write_only: bool,
    /// Whether it is the value of a secret in a vault.
    pub vault_secret: bool,
    /// What it is given.
    pub value: Value,
}

impl SecretArgument {
    /// What a message calls what the argument takes, if that is a password, a key or a token, and not a document, an
    /// address or a certificate.
    #[must_use]
    pub fn credential(&self) -> Option<&'static str> {
        if self.vault_secret {
            return Some("secret");
        }
        let path = self.argument.trim_end_matches(['[', ']', '{', '}']);
        let last = path.rsplit('.').next().unwrap_or(path);
        let last = last.strip_suffix("_wo").unwrap_or(last).replace('_', "").to_ascii_lowercase();
        let words = [
            ("password", "password"),
            ("passwd", "password"),
            ("passphrase", "password"),
            ("secret", "secret"),
            ("token", "token"),
            ("accesskey", "key"),
            ("accountkey", "key"),
            ("sharedkey", "key"),
            ("apikey", "key"),
        ];
        words.iter().find(|(ending, _)| last.ends_with(ending)).map(|(_, word)| *word)
    }

    /// Whether it keeps whatever it is given under a name of the caller's, secret or not: a vault, the secrets of a
    /// container app, an environment.
    #[must_use]
    pub fn keeps_anything(&self) -> bool {
        let last = self.argument.rsplit('.').next().unwrap_or(self.argument);
        self.vault_secret || ["value", "secureValue"].contains(&last)
    }
}

impl Graph<'_> {
    /// Whether an argument only makes a secret of a vault, whose value somebody else sets later.
    #[must_use]
    pub fn leaves_first_value(&self, argument: &SecretArgument) -> bool {
        argument.vault_secret && self.leaves_alone(argument.resource, argument.argument)
    }
}

/// Every string literal of these modules and of what parameter files give the root.
pub(super) fn literals(program: &Program, root: &Root, modules: &[ModuleId]) -> Vec<Literal> {
    let mut found = Finder { literals: Vec::new(), subject: "".into(), label: "".into(), remarks: HashMap::new() };
    for id in modules {
        let Some(module) = program.module(*id) else { continue };
        found.remarks = module.remarks.iter().map(|remark| (remark.literal, remark.text.clone())).collect();
        for param in &module.params {
            found.subject = format!("variable.{}", param.name).into();
            found.label = param.name.clone();
            param.default.iter().for_each(|default| found.expr(default));
        }
        for function in &module.functions {
            found.subject = format!("{}()", function.name).into();
            found.label = function.name.clone();
            found.expr(&function.body);
        }
        for local in &module.locals {
            found.subject = format!("local.{}", local.name).into();
            found.label = local.name.clone();
            found.expr(&local.value);
        }
        for resource in &module.resources {
            let data = if resource.mode == crate::ir::Mode::Data { "data." } else { "" };
            found.subject = format!("{data}{}.{}", resource.kind, resource.name).into();
            found.repeat(&resource.repeat);
            // In ARM a role definition is looked up by its GUID, and what the code calls it says which one is meant.
            let lookup = resource.mode == crate::ir::Mode::Data && is_role_definition(resource);
            for attr in &resource.body.attrs {
                found.label = if lookup && &*attr.name == "name" { &resource.name } else { &attr.name }.clone();
                found.expr(&attr.value);
            }
            resource.body.blocks.iter().for_each(|block| found.block(block));
        }
        for call in &module.calls {
            found.subject = format!("module.{}", call.name).into();
            found.repeat(&call.repeat);
            found.attrs(&call.args);
        }
        for output in &module.outputs {
            found.subject = format!("output.{}", output.name).into();
            found.label = output.name.clone();
            found.expr(&output.value);
        }
        for block in &module.settings {
            found.subject = std::iter::once(&block.name)
                .chain(&block.labels)
                .map(|name| &**name)
                .collect::<Vec<_>>()
                .join(".")
                .into();
            found.body(&block.body);
        }
    }
    for attr in root.given.iter().map(|given| &*given.attr) {
        found.subject = format!("variable.{}", attr.name).into();
        found.label = attr.name.clone();
        found.expr(&attr.value);
    }
    found.literals
}

fn is_role_definition(resource: &crate::ir::Resource) -> bool {
    let kind = match resource.body.attr("type").map(|attr| &attr.value.kind) {
        Some(ExprKind::Str(kind)) if &*resource.kind == "azapi_resource" => kind.split('@').next().unwrap_or(""),
        _ => &resource.kind,
    };
    kind.eq_ignore_ascii_case("Microsoft.Authorization/roleDefinitions")
}

struct Finder {
    literals: Vec<Literal>,
    subject: Name,
    label: Name,
    remarks: HashMap<Span, Name>,
}

impl Finder {
    fn attrs(&mut self, attrs: &[Attr]) {
        for attr in attrs {
            self.label = attr.name.clone();
            self.expr(&attr.value);
        }
    }

    fn body(&mut self, body: &Body) {
        self.attrs(&body.attrs);
        body.blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        block.dynamic.iter().for_each(|dynamic| self.expr(&dynamic.for_each));
        self.body(&block.body);
    }

    fn repeat(&mut self, repeat: &Repeat) {
        match repeat {
            Repeat::Once => {}
            Repeat::Count(expr) | Repeat::ForEach(expr) => self.expr(expr),
        }
    }

    fn add(&mut self, text: String, span: Span) {
        // No secret is shorter, and most literals are.
        if text.len() >= 8 {
            let (subject, label) = (self.subject.clone(), self.label.clone());
            self.literals.push(Literal { text, span, subject, label, remark: self.remarks.get(&span).cloned() });
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Str(text) => self.add(text.to_string(), expr.span),
            ExprKind::Template(parts) => {
                let mut whole = String::new();
                for part in parts {
                    match part {
                        Part::Text(text, _) => whole.push_str(text),
                        Part::Hole(hole) => {
                            whole.push(Literal::HOLE);
                            self.expr(hole);
                        }
                    }
                }
                self.add(whole, expr.span);
            }
            ExprKind::List(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Object(items) => {
                for item in items {
                    let outer = match &item.key.kind {
                        ExprKind::Str(key) => std::mem::replace(&mut self.label, key.clone()),
                        _ => self.label.clone(),
                    };
                    self.expr(&item.value);
                    self.label = outer;
                }
            }
            ExprKind::Get(base, ..) | ExprKind::Unary(_, base) => self.expr(base),
            ExprKind::Index(base, other) | ExprKind::Splat(base, other) => {
                self.expr(base);
                self.expr(other);
            }
            ExprKind::Call(_, args, _) | ExprKind::Apply(_, args) => args.iter().for_each(|arg| self.expr(arg)),
            ExprKind::Cond(parts) => parts.iter().for_each(|part| self.expr(part)),
            ExprKind::Binary(_, sides) => sides.iter().for_each(|side| self.expr(side)),
            ExprKind::Fold(fold) => {
                [&fold.collection, &fold.start, &fold.value].into_iter().for_each(|part| self.expr(part));
            }
            ExprKind::For(for_) => {
                self.expr(&for_.collection);
                for_.key.iter().chain([&for_.value]).chain(&for_.condition).for_each(|part| self.expr(part));
            }
            _ => {}
        }
    }
}
