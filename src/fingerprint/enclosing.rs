//! The declaration that a span stands in: its address in its own module, without calls that lead there and without the
//! numbers and keys of instances.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::ir::{Body, Call, Expr, Module, Program, Repeat, Resource};
use crate::source::{SourceId, Span};

/// Declarations by file.
pub(super) struct Enclosing {
    files: HashMap<SourceId, Vec<Declaration>>,
}

struct Declaration {
    span: Span,
    address: String,
    /// The place in its file's list of the one that it lies in.
    within: Option<usize>,
}

impl Enclosing {
    /// The declarations of the modules that have one of these files.
    pub(super) fn new(program: &Program, wanted: &HashSet<SourceId>) -> Self {
        let mut files: HashMap<SourceId, Vec<Declaration>> = HashMap::new();
        let has_wanted = |module: &&Arc<Module>| module.files().any(|file| wanted.contains(&file));
        for (span, address) in program.modules.iter().filter(has_wanted).flat_map(|module| declarations(module)) {
            let address = without_places(&address);
            files.entry(span.source).or_default().push(Declaration { span, address, within: None });
        }
        files.values_mut().for_each(|list| nest(list));
        Self { files }
    }

    /// The address of the innermost declaration that holds the whole span; empty if it stands in none.
    pub(super) fn address(&self, span: Span) -> String {
        let Some(list) = self.files.get(&span.source) else { return String::new() };
        let before = list.partition_point(|declaration| declaration.span.start <= span.start);
        let mut at = before.checked_sub(1);
        while let Some(declaration) = at.and_then(|at| list.get(at)) {
            if declaration.span.end >= span.end {
                return declaration.address.clone();
            }
            at = declaration.within;
        }
        String::new()
    }
}

/// Sorts declarations and tells which lies in which.
fn nest(list: &mut [Declaration]) {
    list.sort_by(|a, b| (a.span.start, b.span.end, &a.address).cmp(&(b.span.start, a.span.end, &b.address)));
    let mut open: Vec<(usize, u32)> = Vec::new();
    for (at, declaration) in list.iter_mut().enumerate() {
        while open.last().is_some_and(|(_, end)| *end <= declaration.span.start) {
            open.pop();
        }
        declaration.within = open.last().map(|(at, _)| *at);
        open.push((at, declaration.span.end));
    }
}

/// What a module declares, each with all of its text that was read.
fn declarations(module: &Module) -> Vec<(Span, String)> {
    let mut all = Vec::new();
    let mut add = |span: Span, address: String| all.push((span, address));
    for param in &module.params {
        add(exprs(param.span, &param.default), format!("variable.{}", param.name));
    }
    for local in &module.locals {
        add(exprs(local.span, [&local.value]), format!("local.{}", local.name));
    }
    for output in &module.outputs {
        add(exprs(exprs(output.span, [&output.value]), &output.depends_on), format!("output.{}", output.name));
    }
    for setting in &module.settings {
        let labels = setting.labels.iter().map(|label| format!(".{label}"));
        add(body(setting.span, &setting.body), labels.fold(setting.name.to_string(), |name, label| name + &label));
    }
    for one in &module.resources {
        add(resource(one), one.address());
    }
    for one in &module.calls {
        add(call(one), format!("module.{}", one.name));
    }
    all
}

fn resource(resource: &Resource) -> Span {
    let span = repeat(body(resource.span, &resource.body), &resource.repeat);
    let span = exprs(exprs(span, &resource.condition), &resource.depends_on);
    resource.close.map_or(span, |close| span.to(close))
}

fn call(call: &Call) -> Span {
    let args = call.args.iter().fold(call.span.to(call.source_span), |span, arg| span.to(arg.span).to(arg.value.span));
    let span = exprs(exprs(repeat(args, &call.repeat), &call.condition), &call.depends_on);
    call.close.map_or(span, |close| span.to(close))
}

fn exprs<'e>(span: Span, exprs: impl IntoIterator<Item = &'e Expr>) -> Span {
    exprs.into_iter().fold(span, |span, expr| span.to(expr.span))
}

fn repeat(span: Span, repeat: &Repeat) -> Span {
    match repeat {
        Repeat::Once => span,
        Repeat::Count(expr) | Repeat::ForEach(expr) => span.to(expr.span),
    }
}

fn body(span: Span, of: &Body) -> Span {
    let span = of.attrs.iter().fold(span, |span, attr| span.to(attr.span).to(attr.value.span));
    of.blocks.iter().fold(span, |span, block| body(span.to(block.span), &block.body))
}

/// An address without places in lists: `resources[3]` is one of several that have no name of their own.
fn without_places(address: &str) -> String {
    let mut parts = address.split('[');
    let mut text = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let is_place = |inner: &str| !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit());
        match part.split_once(']').filter(|(inner, _)| is_place(inner)) {
            Some((_, rest)) => {
                text.push_str("[]");
                text.push_str(rest);
            }
            None => {
                text.push('[');
                text.push_str(part);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Declaration, Enclosing, nest, without_places};
    use crate::source::{SourceId, Span};

    #[test]
    fn the_innermost_declaration_counts() {
        let declaration = |(start, end, name): (usize, usize, &str)| Declaration {
            span: Span::new(SourceId(0), start, end),
            address: name.to_owned(),
            within: None,
        };
        let mut list: Vec<Declaration> =
            [(60, 70, "later"), (20, 30, "inner"), (0, 50, "outer"), (40, 45, "second")].map(declaration).into();
        nest(&mut list);
        let enclosing = Enclosing { files: [(SourceId(0), list)].into() };
        for (start, end, expected) in [
            (0, 5, "outer"),
            (20, 30, "inner"),
            (29, 31, "outer"),
            (41, 44, "second"),
            (46, 50, "outer"),
            (50, 60, ""),
            (65, 66, "later"),
            (69, 71, ""),
        ] {
            assert_eq!(enclosing.address(Span::new(SourceId(0), start, end)), expected, "{start}..{end}");
        }
        assert_eq!(enclosing.address(Span::new(SourceId(1), 0, 1)), "");
    }

    #[test]
    fn places_in_lists_are_left_out() {
        for (address, expected) in [
            ("resources[12]", "resources[]"),
            ("resources[1].resources[22]", "resources[].resources[]"),
            ("Microsoft.Web/sites/[format('a{0}', x[0])]", "Microsoft.Web/sites/[format('a{0}', x[])]"),
            ("a[é", "a[é"),
            ("app[\"blue\"]", "app[\"blue\"]"),
        ] {
            assert_eq!(without_places(address), expected);
        }
    }
}
