//! The strings of Terraform's files, in both their forms.

use hcl::edit::Span as _;
use hcl::edit::expr::{Expression, ObjectKey, ObjectValue};
use hcl::edit::parser::parse_template;
use hcl::edit::structure::{Attribute, Block, BlockLabel, Body, Structure};
use hcl::edit::template::{Element, HeredocTemplate, StringTemplate, Template};
use hcl::edit::visit::{Visit, visit_attr, visit_block, visit_object_value};

use super::expr::Lowering;
use crate::azure::credentials::HOLE;
use crate::ir::Sighting;
use crate::lower::strings::Strings;
use crate::source::{SourceId, Span};
use crate::syntax::json::{Kind, Member, Node, Text};

/// Those of declarations.
pub(super) fn of_module(lowering: &Lowering<'_>, body: &Body) -> Vec<Sighting> {
    let mut walk = Walk::new(lowering);
    for structure in body {
        match structure {
            Structure::Block(block) if block.ident.as_str() == "locals" => {
                for attribute in block.body.attributes() {
                    walk.strings.subject = format!("local.{}", attribute.key.as_str()).into();
                    walk.visit_attr(attribute);
                }
            }
            Structure::Block(block) => {
                let labels: Vec<&str> = block.labels.iter().map(BlockLabel::as_str).collect();
                walk.strings.subject = subject(block.ident.as_str(), &labels);
                walk.visit_block(block);
            }
            Structure::Attribute(attribute) => {
                walk.strings.subject = attribute.key.as_str().into();
                walk.visit_attr(attribute);
            }
        }
    }
    walk.strings.found
}

/// Those of parameters.
pub(super) fn of_parameters(lowering: &Lowering<'_>, body: &Body) -> Vec<Sighting> {
    let mut walk = Walk::new(lowering);
    for attribute in body.attributes() {
        walk.strings.subject = format!("variable.{}", attribute.key.as_str()).into();
        walk.visit_attr(attribute);
    }
    walk.strings.found
}

/// What a block is called: resources by their address, everything else by its words.
fn subject(block: &str, labels: &[&str]) -> crate::ir::Name {
    let first = Some(block).filter(|block| *block != "resource");
    first.into_iter().chain(labels.iter().copied()).collect::<Vec<_>>().join(".").into()
}

/// On the way through a tree.
struct Walk<'w, 't> {
    lowering: &'w Lowering<'t>,
    strings: Strings<'t>,
    /// The string that a template is part of.
    literal: Span,
}

impl<'w, 't> Walk<'w, 't> {
    fn new(lowering: &'w Lowering<'t>) -> Self {
        let strings = Strings::new(lowering.source, lowering.text);
        Self { lowering, strings, literal: Span::new(lowering.source, 0, 0) }
    }

    /// A template: its text, and the values put in by themselves.
    fn elements<'e>(&mut self, elements: impl Iterator<Item = &'e Element>) {
        let literal = self.literal;
        let mut whole = String::new();
        for element in elements {
            match element {
                Element::Literal(text) => whole.push_str(text.as_str()),
                Element::Interpolation(interpolation) => {
                    whole.push(HOLE);
                    self.visit_expr(&interpolation.expr);
                }
                Element::Directive(directive) => {
                    whole.push(HOLE);
                    self.visit_directive(directive);
                }
            }
            self.literal = literal;
        }
        self.strings.look(&whole, literal);
    }

    fn labeled(&mut self, label: &str, read: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.strings.label, label.into());
        read(self);
        self.strings.label = outer;
    }
}

impl Visit for Walk<'_, '_> {
    fn visit_attr(&mut self, node: &Attribute) {
        self.labeled(node.key.as_str(), |walk| visit_attr(walk, node));
    }

    fn visit_block(&mut self, node: &Block) {
        self.labeled(node.ident.as_str(), |walk| visit_block(walk, node));
    }

    /// Names of things are none of values.
    fn visit_block_label(&mut self, _: &BlockLabel) {}

    fn visit_object_item(&mut self, key: &ObjectKey, value: &ObjectValue) {
        self.visit_object_key(key);
        match key {
            ObjectKey::Ident(name) => self.labeled(name.as_str(), |walk| visit_object_value(walk, value)),
            ObjectKey::Expression(Expression::String(name)) => {
                self.labeled(name.as_str(), |walk| visit_object_value(walk, value));
            }
            ObjectKey::Expression(_) => visit_object_value(self, value),
        }
    }

    fn visit_string(&mut self, node: &hcl::edit::Decorated<String>) {
        let span = self.lowering.span(node.span());
        self.strings.look(node.value(), span);
    }

    fn visit_string_template(&mut self, node: &StringTemplate) {
        let outer = std::mem::replace(&mut self.literal, self.lowering.span(node.span()));
        self.elements(node.iter());
        self.literal = outer;
    }

    fn visit_heredoc_template(&mut self, node: &HeredocTemplate) {
        let outer = std::mem::replace(&mut self.literal, self.lowering.span(node.span()));
        self.elements(node.template.iter());
        self.literal = outer;
    }

    fn visit_template(&mut self, node: &Template) {
        self.elements(node.iter());
    }
}

/// Those of declarations in JSON.
pub(super) fn of_json_module(source: SourceId, text: &str, root: &Node) -> Vec<Sighting> {
    let mut strings = Strings::new(source, text);
    for section in members(root) {
        let name = &*section.key.value;
        match name {
            "resource" | "data" | "ephemeral" => each(&section.value, |kind| {
                each(&kind.value, |member| {
                    strings.subject = subject(name, &[&kind.key.value, &member.key.value]);
                    json(&mut strings, &member.value, true);
                });
            }),
            "terraform" => {
                strings.subject = "terraform".into();
                json(&mut strings, &section.value, true);
            }
            _ => each(&section.value, |member| {
                let kind = if name == "locals" { "local" } else { name };
                strings.subject = subject(kind, &[&member.key.value]);
                strings.label = (*member.key.value).into();
                // Defaults stand for themselves.
                json(&mut strings, &member.value, name != "variable");
            }),
        }
    }
    strings.found
}

/// Those of parameters in JSON.
pub(super) fn of_json_parameters(source: SourceId, text: &str, root: &Node) -> Vec<Sighting> {
    let mut strings = Strings::new(source, text);
    each(root, |member| {
        strings.subject = format!("variable.{}", member.key.value).into();
        strings.label = (*member.key.value).into();
        json(&mut strings, &member.value, false);
    });
    strings.found
}

/// The members of an object, or of the objects of a list.
fn each<'n>(node: &'n Node, mut read: impl FnMut(&'n Member)) {
    match &node.kind {
        Kind::Array(items) => items.iter().flat_map(members).for_each(read),
        Kind::Object(members) => members.iter().for_each(&mut read),
        _ => {}
    }
}

fn members(node: &Node) -> impl Iterator<Item = &Member> {
    node.as_object().into_iter().flatten()
}

fn json(strings: &mut Strings<'_>, node: &Node, templates: bool) {
    match &node.kind {
        Kind::String(text) => string(strings, text, node.span, templates),
        Kind::Array(items) => items.iter().for_each(|item| json(strings, item, templates)),
        Kind::Object(members) => {
            for member in members {
                string(strings, &member.key, member.key_span, templates);
                strings.under(&member.key.value, |strings| json(strings, &member.value, templates));
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) => {}
    }
}

fn string(strings: &mut Strings<'_>, text: &Text, span: Span, templates: bool) {
    let has_holes = templates && ["${", "%{"].iter().any(|open| text.value.contains(open));
    let template = if has_holes { parse_template(&text.value).ok() } else { None };
    let Some(template) = template else { return strings.look(&text.value, span) };
    let lowering = Lowering::json(strings.source, strings.file, text, span.start + 1);
    let mut walk = Walk::new(&lowering);
    walk.strings.subject = strings.subject.clone();
    walk.strings.label = strings.label.clone();
    walk.literal = span;
    walk.elements(template.iter());
    strings.found.append(&mut walk.strings.found);
}
