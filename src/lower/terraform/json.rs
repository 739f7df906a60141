//! The JSON form of Terraform. Strings are templates; blocks are objects, or lists of objects where they repeat.

use hcl::edit::parser::{parse_expr, parse_template};

use super::blocks::{requirement, source};
use super::expr::Lowering;
use super::{Lowered, types};
use crate::ir::{
    Attr, Batch, Block, Body, Call, Dynamic, Expr, ExprKind, Holds, Item, Keeping, Local, Mode, Module, NO_TEMPLATE,
    Name, Output, Param, Repeat, Resource, Shape, Source,
};
use crate::source::{SourceId, Span};
use crate::syntax::SyntaxError;
use crate::syntax::json::{self, Kind, Member, Node};

pub(super) fn module(source: SourceId, text: &str) -> Lowered<Module> {
    let tree = json::parse(source, text);
    let mut reader = Reader { source, text, bound: Vec::new(), errors: tree.errors };
    let mut module = Module::default();
    let Some(root) = tree.root else {
        return Lowered { content: module, errors: reader.errors, sightings: Vec::new() };
    };
    for block in blocks(&root) {
        for member in members(block) {
            reader.section(&member.key.value, &member.value, &mut module);
        }
    }
    let sightings = super::strings::of_json_module(source, text, &root);
    Lowered { content: module, errors: reader.errors, sightings }
}

pub(super) fn parameters(source: SourceId, text: &str) -> Lowered<Vec<Attr>> {
    let tree = json::parse(source, text);
    let mut reader = Reader { source, text, bound: Vec::new(), errors: tree.errors };
    let attrs = tree.root.iter().flat_map(members).map(|member| Attr {
        name: name(member),
        span: member.key_span,
        value: reader.literal(&member.value),
    });
    let content = attrs.collect();
    let sightings = tree.root.iter().flat_map(|root| super::strings::of_json_parameters(source, text, root)).collect();
    Lowered { content, errors: reader.errors, sightings }
}

struct Reader<'t> {
    source: SourceId,
    text: &'t str,
    bound: Vec<Name>,
    errors: Vec<SyntaxError>,
}

/// An object, or the objects of a list: both ways of writing blocks.
fn blocks(node: &Node) -> Vec<&Node> {
    match &node.kind {
        Kind::Array(items) => items.iter().filter(|item| item.as_object().is_some()).collect(),
        Kind::Object(_) => vec![node],
        _ => Vec::new(),
    }
}

/// The members of an object, comments (`"//"`) left out.
fn members(node: &Node) -> impl Iterator<Item = &Member> {
    node.as_object().into_iter().flatten().filter(|member| &*member.key.value != "//")
}

fn name(member: &Member) -> Name {
    Name::from(&*member.key.value)
}

impl Reader<'_> {
    fn section(&mut self, section: &str, node: &Node, module: &mut Module) {
        match section {
            "locals" => {
                for member in blocks(node).into_iter().flat_map(members) {
                    module.locals.push(Local {
                        name: name(member),
                        span: member.key_span,
                        value: self.expr(&member.value),
                    });
                }
            }
            "variable" => self.named(node, |reader, member, body| module.params.push(reader.param(member, body))),
            "output" => self.named(node, |reader, member, body| module.outputs.push(reader.output(member, body))),
            "module" => self.named(node, |reader, member, body| module.calls.push(reader.call(member, body))),
            "provider" => self.named(node, |reader, member, body| {
                let block = reader.block(member.key_span, "provider".into(), vec![name(member)], body);
                module.settings.push(block);
            }),
            "terraform" => {
                for body in blocks(node) {
                    self.requirements(body, module);
                    let block = self.block(body.span, "terraform".into(), Vec::new(), body);
                    module.settings.push(block);
                }
            }
            "resource" | "data" | "ephemeral" => {
                let mode = match section {
                    "resource" => Mode::Managed,
                    "data" => Mode::Data,
                    _ => Mode::Ephemeral,
                };
                for kind in blocks(node).into_iter().flat_map(members) {
                    self.named(&kind.value, |reader, member, body| {
                        let resource = reader.resource(mode, name(kind), member, body);
                        module.resources.push(resource);
                    });
                }
            }
            _ => {}
        }
    }

    /// Each block below a name: `{"x": {…}}` or `{"x": [{…}]}`.
    fn named(&mut self, node: &Node, mut each: impl FnMut(&mut Self, &Member, &Node)) {
        for member in blocks(node).into_iter().flat_map(members) {
            for body in blocks(&member.value) {
                each(self, member, body);
            }
        }
    }

    fn param(&mut self, member: &Member, body: &Node) -> Param {
        let shape = match body.get("type").map(|node| &node.kind) {
            Some(Kind::String(text)) => self.shape(body.get("type").map_or(member.key_span, |node| node.span), text),
            _ => Shape::Any,
        };
        Param {
            name: name(member),
            span: member.key_span,
            default: body.get("default").map(|node| self.literal(node)),
            shape,
            holds: match body.get("type").and_then(Node::as_str) {
                None | Some("string" | "${string}") => Holds::Text,
                Some("number" | "bool" | "${number}" | "${bool}") => Holds::Plain,
                Some(_) => Holds::Parts,
            },
            secure: is_secure(body),
            keeping: Keeping::Never,
        }
    }

    fn shape(&mut self, span: Span, text: &json::Text) -> Shape {
        match parse_expr(&text.value) {
            Ok(tree) => types::shape(&mut Lowering::json(self.source, self.text, text, span.start + 1), &tree),
            Err(_) => Shape::Any,
        }
    }

    fn output(&mut self, member: &Member, body: &Node) -> Output {
        let absent = Expr { span: member.key_span, kind: ExprKind::Null };
        Output {
            name: name(member),
            span: member.key_span,
            value: body.get("value").map_or(absent, |node| self.expr(node)),
            secure: is_secure(body),
            keeping: Keeping::Never,
            depends_on: self.depends_on(body),
        }
    }

    fn repeat(&mut self, body: &Node) -> Repeat {
        if let Some(count) = body.get("count") {
            Repeat::Count(self.expr(count))
        } else if let Some(for_each) = body.get("for_each") {
            Repeat::ForEach(self.expr(for_each))
        } else {
            Repeat::Once
        }
    }

    fn resource(&mut self, mode: Mode, kind: Name, member: &Member, node: &Node) -> Resource {
        let mut body = self.body(node);
        body.attrs.retain(|attr| !matches!(&*attr.name, "count" | "for_each" | "depends_on" | "provider"));
        let retries = body.attr("retry").is_some();
        Resource {
            mode,
            kind,
            name: name(member),
            span: member.key_span,
            repeat: self.repeat(node),
            batch: Batch::default(),
            condition: None,
            version: None,
            body,
            depends_on: self.depends_on(node),
            close: None,
            configured_apart: node
                .get("provider")
                .is_some_and(|node| node.as_str().is_none_or(|name| name.contains('.'))),
            retries,
        }
    }

    fn depends_on(&mut self, node: &Node) -> Vec<Expr> {
        let items = node.get("depends_on").and_then(Node::as_array).unwrap_or_default();
        items.iter().filter_map(|item| self.reference(item)).collect()
    }

    /// A string that names something, written without `${}`.
    fn reference(&mut self, node: &Node) -> Option<Expr> {
        let Kind::String(text) = &node.kind else { return None };
        let tree = parse_expr(&text.value).ok()?;
        Some(Lowering::json(self.source, self.text, text, node.span.start + 1).expr(&tree))
    }

    fn call(&mut self, member: &Member, body: &Node) -> Call {
        let mut call = Call {
            name: name(member),
            span: member.key_span,
            source: Source::Unknown,
            source_span: member.key_span,
            version: body.get("version").and_then(Node::as_str).map(Into::into),
            args: Vec::new(),
            repeat: self.repeat(body),
            batch: Batch::default(),
            elsewhere: false,
            condition: None,
            depends_on: self.depends_on(body),
            close: None,
            scope: None,
            subscription: None,
            group: None,
            configured_apart: body.get("providers").is_some(),
        };
        for member in members(body) {
            match &*member.key.value {
                "source" => {
                    call.source_span = member.value.span;
                    call.source = member.value.as_str().map_or(Source::Unknown, source);
                }
                "version" | "count" | "for_each" | "providers" | "depends_on" => {}
                _ => call.args.push(self.attr(member)),
            }
        }
        call
    }

    fn requirements(&mut self, body: &Node, module: &mut Module) {
        for required in body.get("required_providers").into_iter().flat_map(blocks) {
            for member in members(required) {
                let attr = self.attr(member);
                module.requirements.push(requirement(&attr));
            }
        }
    }

    fn attr(&mut self, member: &Member) -> Attr {
        Attr { name: name(member), span: member.key_span, value: self.expr(&member.value) }
    }

    /// Whether an object is a block or an argument is the provider's secret; it is read as an argument, and readers of
    /// bodies take either. Only what generates blocks must be told apart.
    fn body(&mut self, node: &Node) -> Body {
        let mut body = Body::default();
        for member in members(node) {
            match &*member.key.value {
                "dynamic" => self.dynamic(&member.value, &mut body),
                _ => body.attrs.push(self.attr(member)),
            }
        }
        body
    }

    fn block(&mut self, span: Span, block: Name, labels: Vec<Name>, node: &Node) -> Block {
        Block { name: block, labels, span, dynamic: None, body: self.body(node) }
    }

    fn dynamic(&mut self, node: &Node, body: &mut Body) {
        for member in blocks(node).into_iter().flat_map(members) {
            for block in blocks(&member.value) {
                let (Some(for_each), Some(content)) = (block.get("for_each"), block.get("content")) else { continue };
                let iterator = block.get("iterator").and_then(Node::as_str).map_or_else(|| name(member), Name::from);
                let for_each = self.expr(for_each);
                self.bound.push(iterator.clone());
                for content in blocks(content) {
                    let inner = self.body(content);
                    body.blocks.push(Block {
                        name: name(member),
                        labels: Vec::new(),
                        span: member.key_span,
                        dynamic: None,
                        body: inner,
                    });
                }
                self.bound.pop();
                if let Some(last) = body.blocks.last_mut() {
                    last.dynamic = Some(Dynamic { for_each, iterator });
                }
            }
        }
    }

    fn expr(&mut self, node: &Node) -> Expr {
        self.convert(node, true)
    }

    /// A value in which strings stand for themselves: defaults and parameter files.
    fn literal(&mut self, node: &Node) -> Expr {
        self.convert(node, false)
    }

    fn convert(&mut self, node: &Node, templates: bool) -> Expr {
        let span = node.span;
        let kind = match &node.kind {
            Kind::Null => ExprKind::Null,
            Kind::Bool(value) => ExprKind::Bool(*value),
            Kind::Number(value) => ExprKind::Number(*value),
            Kind::Array(items) => ExprKind::List(items.iter().map(|item| self.convert(item, templates)).collect()),
            Kind::Object(_) => {
                let items = members(node).map(|member| Item {
                    key: if templates {
                        self.string(member.key_span, &member.key)
                    } else {
                        Expr { span: member.key_span, kind: ExprKind::Str(name(member)) }
                    },
                    value: self.convert(&member.value, templates),
                });
                ExprKind::Object(items.collect())
            }
            Kind::String(text) if templates => return self.string(span, text),
            Kind::String(text) => ExprKind::Str(Name::from(&*text.value)),
        };
        Expr { span, kind }
    }

    fn string(&mut self, span: Span, text: &json::Text) -> Expr {
        if !text.value.contains("${") && !text.value.contains("%{") {
            return Expr { span, kind: ExprKind::Str(Name::from(&*text.value)) };
        }
        let mut lowering = Lowering::json(self.source, self.text, text, span.start + 1);
        lowering.bound.clone_from(&self.bound);
        match parse_template(&text.value) {
            Ok(template) => lowering.template(&template, span),
            Err(error) => {
                let at = lowering.span(Some(error.location().offset()..error.location().offset())).start;
                let span_of_error = Span { start: at.min(span.end), ..span };
                self.errors.push(SyntaxError { span: span_of_error, message: error.message().to_owned() });
                Expr { span, kind: ExprKind::Opaque(NO_TEMPLATE.into()) }
            }
        }
    }
}

/// Whether a variable or an output is kept secret.
fn is_secure(body: &Node) -> bool {
    let says = |name: &str| body.get(name).is_some_and(|node| matches!(node.kind, Kind::Bool(true)));
    says("sensitive") || says("ephemeral")
}
