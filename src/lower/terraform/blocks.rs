//! Blocks of a file: what each declares.

use hcl::edit::Span as _;
use hcl::edit::expr::Expression;
use hcl::edit::structure::{Block as Tree, Body as TreeBody};

use super::expr::Lowering;
use super::{provider_address, types};
use crate::ir::{
    Batch, Block, Body, Call, Dynamic, Expr, ExprKind, Holds, Keeping, Local, Mode, Module, Name, Output, Param,
    Repeat, Requirement, Resource, Shape, Source,
};
use crate::source::Span;

/// Adds the declarations of a file to the module.
pub(super) fn file(lowering: &mut Lowering<'_>, tree: &TreeBody, module: &mut Module) {
    for block in tree.blocks() {
        let labels: Vec<&str> = block.labels.iter().map(hcl::edit::structure::BlockLabel::as_str).collect();
        match (block.ident.as_str(), labels.as_slice()) {
            ("variable", [name]) => module.params.push(param(lowering, block, name)),
            ("locals", _) => module.locals.extend(block.body.attributes().map(|attribute| {
                let attr = lowering.attribute(attribute);
                Local { name: attr.name, span: attr.span, value: attr.value }
            })),
            ("resource", [kind, name]) => module.resources.push(resource(lowering, block, Mode::Managed, kind, name)),
            ("data", [kind, name]) => module.resources.push(resource(lowering, block, Mode::Data, kind, name)),
            ("ephemeral", [kind, name]) => {
                module.resources.push(resource(lowering, block, Mode::Ephemeral, kind, name));
            }
            // A check may look things up for itself.
            ("check", _) => {
                for inner in block.body.blocks().filter(|inner| inner.ident.as_str() == "data") {
                    if let [kind, name] = inner.labels.as_slice() {
                        let (kind, name) = (kind.as_str(), name.as_str());
                        module.resources.push(resource(lowering, inner, Mode::Data, kind, name));
                    }
                }
            }
            ("module", [name]) => module.calls.push(call(lowering, block, name)),
            ("output", [name]) => module.outputs.push(output(lowering, block, name)),
            ("terraform", _) => {
                requirements(lowering, block, module);
                module.settings.push(nested(lowering, block));
            }
            ("provider", _) => module.settings.push(nested(lowering, block)),
            _ => {}
        }
    }
}

/// From the keyword to the last label.
fn header(lowering: &Lowering<'_>, block: &Tree) -> Span {
    let start = lowering.span(block.ident.span());
    block.labels.last().map_or(start, |label| start.to(lowering.span(label.span())))
}

fn param(lowering: &mut Lowering<'_>, block: &Tree, name: &str) -> Param {
    let mut param = Param {
        name: name.into(),
        span: header(lowering, block),
        default: None,
        shape: Shape::Any,
        holds: Holds::Text,
        secure: false,
        keeping: keeping(lowering, block),
    };
    for attribute in block.body.attributes() {
        match attribute.key.as_str() {
            "default" => param.default = Some(lowering.expr(&attribute.value)),
            "type" => {
                param.holds = types::holds(&attribute.value);
                param.shape = types::shape(lowering, &attribute.value);
            }
            "sensitive" | "ephemeral" => param.secure |= attribute.value.as_bool() == Some(true),
            _ => {}
        }
    }
    param
}

/// A block that says already whether its value is to be kept secret does not take another word for it.
fn keeping(lowering: &Lowering<'_>, block: &Tree) -> Keeping {
    let says = block.body.attributes().any(|attribute| attribute.has_key("sensitive"));
    let first = block.body.attributes().next().filter(|_| !says);
    first.map_or(Keeping::Never, |first| Keeping::Argument(lowering.span(first.key.span())))
}

fn output(lowering: &mut Lowering<'_>, block: &Tree, name: &str) -> Output {
    let span = header(lowering, block);
    let mut output = Output {
        name: name.into(),
        span,
        value: Expr { span, kind: ExprKind::Null },
        secure: false,
        keeping: keeping(lowering, block),
        depends_on: Vec::new(),
    };
    for attribute in block.body.attributes() {
        match attribute.key.as_str() {
            "depends_on" => output.depends_on = list(lowering, &attribute.value),
            "value" => output.value = lowering.expr(&attribute.value),
            "sensitive" | "ephemeral" => output.secure |= attribute.value.as_bool() == Some(true),
            _ => {}
        }
    }
    output
}

fn resource(lowering: &mut Lowering<'_>, block: &Tree, mode: Mode, kind: &str, name: &str) -> Resource {
    let mut repeat = Repeat::Once;
    let (mut depends_on, mut configured_apart) = (Vec::new(), false);
    for attribute in block.body.attributes() {
        match attribute.key.as_str() {
            "count" => repeat = Repeat::Count(lowering.expr(&attribute.value)),
            "for_each" => repeat = Repeat::ForEach(lowering.expr(&attribute.value)),
            "depends_on" => depends_on = list(lowering, &attribute.value),
            // The plain name is the default configuration.
            "provider" => configured_apart = attribute.value.as_variable().is_none(),
            _ => {}
        }
    }
    let mut body = body(lowering, &block.body);
    body.attrs.retain(|attr| !matches!(&*attr.name, "count" | "for_each" | "depends_on" | "provider"));
    let retries = body.attr("retry").is_some();
    Resource {
        mode,
        kind: kind.into(),
        name: name.into(),
        span: header(lowering, block),
        repeat,
        batch: Batch::default(),
        condition: None,
        version: None,
        body,
        close: close(lowering, block),
        depends_on,
        configured_apart,
        retries,
    }
}

/// The brace that ends a block, unless what it waits for is written as something that takes no further item.
fn close(lowering: &Lowering<'_>, block: &Tree) -> Option<Span> {
    let waits = block.body.attributes().find(|attribute| attribute.has_key("depends_on"));
    let is_open = waits.is_none_or(|waits| waits.value.as_array().is_some_and(|items| !items.is_empty()));
    let whole = block.span().filter(|_| is_open)?;
    Some(lowering.span(Some(whole.end.checked_sub(1)?..whole.end)))
}

fn list(lowering: &mut Lowering<'_>, expression: &Expression) -> Vec<Expr> {
    expression.as_array().map(|items| items.iter().map(|item| lowering.expr(item)).collect()).unwrap_or_default()
}

fn body(lowering: &mut Lowering<'_>, tree: &TreeBody) -> Body {
    let attrs = tree.attributes().map(|attribute| lowering.attribute(attribute)).collect();
    let blocks = tree.blocks().map(|block| nested(lowering, block)).collect();
    Body { attrs, blocks }
}

fn nested(lowering: &mut Lowering<'_>, block: &Tree) -> Block {
    let span = header(lowering, block);
    if block.ident.as_str() == "dynamic"
        && let [label] = block.labels.as_slice()
        && let Some(dynamic) = dynamic(lowering, block, label.as_str(), span)
    {
        return dynamic;
    }
    Block {
        name: block.ident.as_str().into(),
        labels: block.labels.iter().map(|label| label.as_str().into()).collect(),
        span,
        dynamic: None,
        body: body(lowering, &block.body),
    }
}

fn dynamic(lowering: &mut Lowering<'_>, block: &Tree, name: &str, span: Span) -> Option<Block> {
    let for_each = block.body.attributes().find(|attribute| attribute.has_key("for_each"))?;
    let iterator = block.body.attributes().find(|attribute| attribute.has_key("iterator"));
    let iterator: Name = match iterator.map(|attribute| &attribute.value) {
        Some(Expression::Variable(name)) => name.as_str().into(),
        Some(Expression::String(text)) => text.as_str().into(),
        _ => name.into(),
    };
    let content = block.body.blocks().find(|inner| inner.ident.as_str() == "content")?;
    let for_each = lowering.expr(&for_each.value);
    lowering.bound.push(iterator.clone());
    let body = body(lowering, &content.body);
    lowering.bound.pop();
    Some(Block { name: name.into(), labels: Vec::new(), span, dynamic: Some(Dynamic { for_each, iterator }), body })
}

fn call(lowering: &mut Lowering<'_>, block: &Tree, name: &str) -> Call {
    let span = header(lowering, block);
    let mut call = Call {
        name: name.into(),
        span,
        source: Source::Unknown,
        source_span: span,
        version: None,
        args: Vec::new(),
        repeat: Repeat::Once,
        batch: Batch::default(),
        elsewhere: false,
        condition: None,
        depends_on: Vec::new(),
        close: close(lowering, block),
        scope: None,
        subscription: None,
        group: None,
        configured_apart: false,
    };
    for attribute in block.body.attributes() {
        match attribute.key.as_str() {
            "source" => {
                call.source_span = lowering.span_of(&attribute.value);
                call.source = attribute.value.as_str().map_or(Source::Unknown, source);
            }
            "version" => call.version = attribute.value.as_str().map(Into::into),
            "count" => call.repeat = Repeat::Count(lowering.expr(&attribute.value)),
            "for_each" => call.repeat = Repeat::ForEach(lowering.expr(&attribute.value)),
            "providers" => call.configured_apart = true,
            "depends_on" => call.depends_on = list(lowering, &attribute.value),
            _ => call.args.push(lowering.attribute(attribute)),
        }
    }
    call
}

/// Only `./` and `../` are paths; everything else is fetched.
pub(super) fn source(text: &str) -> Source {
    let local = [".", "..", "./", "../", ".\\", "..\\"];
    if local
        .iter()
        .any(|start| text == *start || (start.len() > 1 && start.ends_with(['/', '\\']) && text.starts_with(start)))
    {
        Source::Local(text.replace('\\', "/").into())
    } else {
        Source::Remote(text.into())
    }
}

fn requirements(lowering: &mut Lowering<'_>, block: &Tree, module: &mut Module) {
    for required in block.body.blocks().filter(|inner| inner.ident.as_str() == "required_providers") {
        for attribute in required.body.attributes() {
            let attr = lowering.attribute(attribute);
            module.requirements.push(requirement(&attr));
        }
    }
}

/// `azurerm = { source = "hashicorp/azurerm", version = "~> 4.0" }`, or in the old form just the version.
pub(super) fn requirement(attr: &crate::ir::Attr) -> Requirement {
    let text = |expr: &Expr| match &expr.kind {
        ExprKind::Str(text) => Some(text.clone()),
        _ => None,
    };
    let mut requirement =
        Requirement { provider: provider_address(&attr.name), constraint: "".into(), span: attr.value.span };
    match &attr.value.kind {
        ExprKind::Str(version) => requirement.constraint = version.clone(),
        ExprKind::Object(items) => {
            for item in items {
                match (text(&item.key).as_deref(), text(&item.value)) {
                    (Some("source"), Some(address)) => requirement.provider = provider_address(&address),
                    (Some("version"), Some(version)) => {
                        requirement.constraint = version;
                        requirement.span = item.value.span;
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
    requirement
}
