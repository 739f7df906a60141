//! Resources: listed or named, with children inside, repeated, conditional; and nested templates.

use super::deployments::{evaluates_inside, is_deployment, outer_output};
use super::expr::{Context, unnamed};
use super::recorded::recorded;
use super::{File, MAX_NESTING, members, what};
use crate::ir::{
    Attr, Batch, BinaryOp, Body, Call, Expr, ExprKind, Local, Mode, Module, Name, Part, Repeat, Resource, Source,
};
use crate::source::Span;
use crate::syntax::json::{Kind, Node};

/// The resource that children are written in.
struct Parent {
    kind: String,
    name: Expr,
}

/// A resource as written, and what it goes by.
#[derive(Clone, Copy)]
struct Written<'a> {
    node: &'a Node,
    symbol: &'a str,
    span: Span,
}

/// What a resource is written in, and what it has from there.
#[derive(Clone, Copy)]
struct Place<'a> {
    parent: Option<&'a Parent>,
    /// The level of what the template deploys to.
    scope: &'a str,
    /// The nested deployment around it, if its template is part of this one.
    around: Option<&'a Around>,
    /// Whether nested templates evaluate their own expressions unless they say otherwise.
    secluded: bool,
    /// How many templates are around it.
    depth: usize,
}

/// A nested deployment whose template is part of the outer one: its loop and its condition are those of its resources.
struct Around {
    loop_name: Option<String>,
    count: Option<Expr>,
    condition: Option<Expr>,
    waits: Vec<Expr>,
}

impl File<'_> {
    pub(super) fn resources(
        &mut self,
        context: &mut Context<'_>,
        root: &Node,
        node: &Node,
        module: &mut Module,
        depth: usize,
    ) {
        let scope = default_scope(root);
        // learn.microsoft.com, azure-resource-manager/templates/syntax#languageversion-20
        let version = root.get("languageVersion");
        let secluded = version.is_some_and(|version| version.as_str().is_none_or(|version| !version.starts_with('1')));
        let place = Place { parent: None, scope: &scope, around: None, secluded, depth };
        match &node.kind {
            Kind::Array(items) => {
                for (item, symbol) in items.iter().zip(unnamed(items)) {
                    self.resource(context, Written { node: item, symbol: &symbol, span: item.span }, place, module);
                }
            }
            Kind::Object(named) => {
                for member in named {
                    let written = Written { node: &member.value, symbol: &member.key.value, span: member.key_span };
                    self.resource(context, written, place, module);
                }
            }
            _ => self.error(node.span, &format!("expected an array or object of resources, found {}", what(node))),
        }
    }

    fn resource(&mut self, context: &mut Context<'_>, written: Written<'_>, place: Place<'_>, module: &mut Module) {
        let Written { node, symbol, span } = written;
        let Some(kind) = node.get_ignore_case("type").and_then(Node::as_str) else {
            if !matches!(node.kind, Kind::Object(_)) {
                self.error(node.span, &format!("expected a resource, found {}", what(node)));
            }
            return;
        };
        // Inside its parent a child's type and name leave out the parent's.
        let short_of = place.parent.filter(|_| !kind.contains('.'));
        let kind = short_of.map_or_else(|| kind.to_owned(), |parent| format!("{}/{kind}", parent.kind));
        let outer_loop = context.resource_loop.clone();
        let (repeat, condition) = presence(context, node, place.around);
        let batch = batch(node, place.around);
        if is_deployment(&kind) && node.get("existing").is_none() {
            self.deployment(context, written, (repeat, condition), place, module);
            context.resource_loop = outer_loop;
            return;
        }
        let name = node.get_ignore_case("name").map(|node| context.value(node));
        let name = name.unwrap_or(Expr { span, kind: ExprKind::Opaque("a missing name".into()) });
        let name = match short_of {
            Some(parent) => under(&parent.name, name),
            None => name,
        };
        let mut body = body(context, node);
        body.attrs.insert(0, Attr { name: "name".into(), span: name.span, value: name.clone() });
        if body.attr("scope").is_none() {
            let span = header(node, span);
            let value =
                Expr { span, kind: ExprKind::Call("arm:scope".into(), Box::new([text(place.scope, span)]), false) };
            body.attrs.push(Attr { name: "scope".into(), span, value });
        }
        let existing = node.get("existing").is_some_and(|node| matches!(node.kind, Kind::Bool(true)));
        module.resources.push(Resource {
            mode: if existing { Mode::Data } else { Mode::Managed },
            kind: Name::from(kind.as_str()),
            name: symbol.into(),
            span: header(node, span),
            repeat,
            batch,
            condition,
            version: node.get_ignore_case("apiVersion").and_then(Node::as_str).map(Name::from),
            body,
            depends_on: waits(context, node, place.around),
            close: close(node),
            configured_apart: false,
            retries: node.get("@options").is_some_and(|options| options.get("retryOn").is_some()),
        });
        let parent = Parent { kind, name };
        let children = node.get("resources").and_then(Node::as_array).unwrap_or_default();
        for (child, own) in children.iter().zip(unnamed(children)) {
            let symbol = format!("{symbol}::{own}");
            let written = Written { node: child, symbol: &symbol, span: child.span };
            self.resource(context, written, Place { parent: Some(&parent), ..place }, module);
        }
        context.resource_loop = outer_loop;
    }

    /// A nested template. With a scope of its own it is a module; without, it is part of this template.
    fn deployment(
        &mut self,
        context: &mut Context<'_>,
        written: Written<'_>,
        (repeat, condition): (Repeat, Option<Expr>),
        place: Place<'_>,
        module: &mut Module,
    ) {
        let Written { node, symbol, span } = written;
        let properties = node.get("properties");
        let template = properties.and_then(|properties| properties.get("template"));
        let inner = evaluates_inside(node);
        let source = match template {
            Some(template) if inner && place.depth < MAX_NESTING => {
                let path = format!("{}#{}", self.path, self.modules.len());
                Source::Inline(self.module(template, path, place.depth + 1))
            }
            // Expressions in it are those of the outer template, so its resources are, too.
            Some(template) if !inner && place.depth < MAX_NESTING => {
                // What stands in a template that is recorded already is recorded with it.
                if place.around.is_none() && !place.secluded {
                    module.recorded.extend(recorded(context, node, header(node, span), symbol));
                }
                let count = if let Repeat::Count(count) = repeat { Some(count) } else { None };
                let waits = waits(context, node, place.around);
                let around = Around { loop_name: context.resource_loop.clone(), count, condition, waits };
                let scope = default_scope(template);
                let place =
                    Place { parent: None, scope: &scope, around: Some(&around), depth: place.depth + 1, ..place };
                for output in template.get("outputs").and_then(Node::as_object).unwrap_or_default() {
                    if let Some(value) = output.value.get("value") {
                        let name = outer_output(symbol, &output.key.value);
                        module.locals.push(Local { name, span: output.key_span, value: context.value(value) });
                    }
                }
                let items = template.get("resources").and_then(Node::as_array).unwrap_or_default();
                for (item, own) in items.iter().zip(unnamed(items)) {
                    let symbol = format!("{symbol}::{own}");
                    self.resource(context, Written { node: item, symbol: &symbol, span: item.span }, place, module);
                }
                return;
            }
            Some(template) => {
                self.error(template.span, "the templates in this file are nested too deeply");
                Source::Unknown
            }
            None => linked(properties),
        };
        let arguments = properties.and_then(|properties| properties.get("parameters"));
        let args = arguments.into_iter().flat_map(members).filter_map(|member| {
            let value = match (member.value.get("value"), member.value.get("reference")) {
                (Some(value), _) => context.value(value),
                (None, Some(reference)) => {
                    Expr { span: reference.span, kind: ExprKind::Opaque("a secret of a vault".into()) }
                }
                (None, None) => return None,
            };
            Some(Attr { name: Name::from(&*member.key.value), span: member.key_span, value })
        });
        let args = args.collect();
        let name = symbol.into();
        module.calls.push(Call {
            name,
            span: header(node, span),
            source,
            source_span: span,
            version: None,
            args,
            repeat,
            batch: batch(node, place.around),
            elsewhere: ["resourceGroup", "subscriptionId", "scope"]
                .iter()
                .any(|name| node.get_ignore_case(name).is_some()),
            condition,
            depends_on: waits(context, node, place.around),
            close: close(node),
            scope: None,
            subscription: node.get_ignore_case("subscriptionId").map(|node| context.value(node)),
            group: node.get_ignore_case("resourceGroup").map(|node| context.value(node)),
            configured_apart: false,
        });
    }
}

/// The brace that ends a resource, unless what it waits for is written as something that takes no further item.
fn close(node: &Node) -> Option<Span> {
    let waits = node.get_ignore_case("dependsOn");
    let is_open = waits.is_none_or(|waits| waits.as_array().is_some_and(|items| !items.is_empty()));
    let end = node.span.end as usize;
    is_open.then(|| Span::new(node.span.source, end.saturating_sub(1), end))
}

/// What a resource waits for: by itself and by the deployment around it.
fn waits(context: &Context<'_>, node: &Node, around: Option<&Around>) -> Vec<Expr> {
    let mut waits = context.depends_on(node);
    waits.extend(around.into_iter().flat_map(|around| around.waits.iter().cloned()));
    waits
}

/// How often a resource exists, and whether: by itself and by the deployment around it.
fn presence(context: &mut Context<'_>, node: &Node, around: Option<&Around>) -> (Repeat, Option<Expr>) {
    let copy = node.get_ignore_case("copy");
    let mut condition = node.get_ignore_case("condition").map(|node| context.value(node));
    if let Some(outer) = around.and_then(|around| around.condition.clone()) {
        condition = Some(match condition {
            Some(own) => Expr { span: own.span, kind: ExprKind::Binary(BinaryOp::And, Box::new([outer, own])) },
            None => outer,
        });
    }
    let count = around.and_then(|around| around.count.clone());
    let repeat = match (copy.and_then(|copy| copy.get("count")), count) {
        (Some(own), outer) => {
            context.resource_loop = copy.and_then(|copy| copy.get("name")?.as_str()).map(str::to_owned);
            if outer.is_some() {
                let why = ExprKind::Opaque("a loop inside a loop".into());
                condition = Some(Expr { span: own.span, kind: why });
            }
            Repeat::Count(context.value(own))
        }
        (None, Some(outer)) => {
            context.resource_loop = around.and_then(|around| around.loop_name.clone());
            Repeat::Count(outer)
        }
        (None, None) => {
            context.resource_loop = None;
            Repeat::Once
        }
    };
    (repeat, condition)
}

/// How many instances of a loop are made at a time
/// (learn.microsoft.com, azure-resource-manager/templates/copy-resources).
fn batch(node: &Node, around: Option<&Around>) -> Batch {
    // Perhaps one by one.
    let unsaid = Batch { size: Some(1), span: None };
    let Some(copy) = node.get_ignore_case("copy") else {
        return if around.is_some_and(|around| around.count.is_some()) { unsaid } else { Batch::default() };
    };
    let first = copy.as_object().and_then(|members| members.first()).map(|member| member.key_span);
    let size = copy.get_ignore_case("batchSize");
    match copy.get_ignore_case("mode").map(Node::as_str) {
        None => Batch { size: None, span: first.filter(|_| size.is_none()) },
        Some(Some("parallel" | "Parallel")) => Batch::default(),
        Some(Some("serial" | "Serial")) => match size.map(|size| (&size.kind, size.span)) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked to be a small whole number"
            )]
            Some((Kind::Number(size), span)) if (1.0..1e6).contains(size) => {
                Batch { size: Some(*size as u64), span: Some(span) }
            }
            _ => unsaid,
        },
        Some(_) => unsaid,
    }
}

/// Where the template of a deployment is that is not written in it.
fn linked(properties: Option<&Node>) -> Source {
    let link = properties.and_then(|properties| properties.get("templateLink"));
    match link.and_then(|link| link.get("relativePath")?.as_str()) {
        Some(path) if !path.starts_with('[') => Source::Local(path.into()),
        _ => Source::Remote("a linked template".into()),
    }
}

/// Where a resource is pointed at: its type, which is the line that people look for.
fn header(node: &Node, span: Span) -> Span {
    node.get_ignore_case("type").map_or(span, |node| node.span)
}

fn text(text: &str, span: Span) -> Expr {
    Expr { span, kind: ExprKind::Str(text.into()) }
}

/// `parent/child`, whatever the two are.
fn under(parent: &Expr, name: Expr) -> Expr {
    let span = name.span;
    let parts = vec![Part::Hole(parent.clone()), Part::Text("/".into(), span), Part::Hole(name)];
    Expr { span, kind: ExprKind::Template(parts.into()) }
}

/// What the template deploys to when a resource names no scope.
fn default_scope(root: &Node) -> String {
    let schema = root.get("$schema").and_then(Node::as_str).unwrap_or("").to_ascii_lowercase();
    ["subscription", "managementgroup", "tenant"]
        .iter()
        .find(|level| schema.contains(*level))
        .unwrap_or(&"resourcegroup")
        .to_string()
}

fn body(context: &Context<'_>, node: &Node) -> Body {
    let skipped = [
        "type",
        "name",
        "apiversion",
        "copy",
        "condition",
        "resources",
        "existing",
        "dependson",
        "comments",
        "metadata",
    ];
    let attrs = members(node).filter(|member| !skipped.contains(&member.key.value.to_ascii_lowercase().as_str())).map(
        |member| Attr {
            name: Name::from(&*member.key.value),
            span: member.key_span,
            value: context.value(&member.value),
        },
    );
    Body { attrs: attrs.collect(), blocks: Vec::new() }
}
