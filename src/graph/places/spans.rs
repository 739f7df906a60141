//! Which declaration, which of its blocks and which expressions hold a place.

use super::Spot;
use crate::ir::{Block, Body, Expr, ExprKind, Item, Module, Name, Resource};
use crate::source::Span;

/// The arguments at which one looks at a resource as a whole: what it is called, and its identity.
const WHOLE: [&str; 3] = ["name", "identity", "type"];

/// The resource whose declaration holds the spot: the innermost.
pub(super) fn resource_at(module: &Module, spot: Spot) -> Option<usize> {
    let all = module.resources.iter().enumerate().filter(|(_, one)| one.span.source == spot.source);
    let holding = all.map(|(at, one)| (at, extent(one))).filter(|(_, extent)| spot.is_in(*extent));
    holding.min_by_key(|(_, extent)| extent.end - extent.start).map(|(at, _)| at)
}

/// From the first to the last character of a declaration that the model knows of.
pub(super) fn extent(resource: &Resource) -> Span {
    let mut whole = resource.close.map_or(resource.span, |close| resource.span.to(close));
    widen(&mut whole, &resource.body);
    whole
}

fn widen(whole: &mut Span, body: &Body) {
    for attr in &body.attrs {
        *whole = whole.to(attr.span).to(attr.value.span);
    }
    for block in &body.blocks {
        *whole = whole.to(block.span);
        widen(whole, &block.body);
    }
}

/// Every expression of a resource.
pub(super) fn exprs_of(resource: &Resource) -> Vec<&Expr> {
    let own = resource.repeat.expr().into_iter().chain(&resource.condition).chain(resource.body.exprs());
    own.chain(&resource.depends_on).collect()
}

/// The expressions that may be a reference as a whole and hold the spot, the innermost first. What stands in a text or in a
/// list is no part of a reference around these.
pub(super) fn exprs_at<'e>(roots: &[&'e Expr], spot: Spot) -> Vec<&'e Expr> {
    let mut found: Vec<&Expr> = Vec::new();
    for root in roots {
        root.walk(&mut |expr| {
            if spot.is_in(expr.span) {
                found.push(expr);
            }
        });
    }
    // Between two that touch, a cursor belongs to the one that it stands in or before.
    found.sort_by_key(|expr| (expr.span.end == spot.offset, expr.span.end - expr.span.start));
    let parts = |expr: &&&Expr| {
        !matches!(
            expr.kind,
            ExprKind::Object(_)
                | ExprKind::List(_)
                | ExprKind::Template(_)
                | ExprKind::Cond(_)
                | ExprKind::For(_)
                | ExprKind::Fold(_)
                | ExprKind::Binary(..)
                | ExprKind::Unary(..)
        )
    };
    found.iter().take_while(parts).copied().filter(|expr| !matches!(expr.kind, ExprKind::Str(_))).collect()
}

/// Whether the spot is at what a declaration says of the resource as a whole: its header, its name, its identity.
pub(super) fn is_near(resource: &Resource, spot: Spot) -> bool {
    let attrs = resource.body.attrs.iter().filter(|attr| WHOLE.contains(&&*attr.name.to_ascii_lowercase()));
    let blocks = resource.body.blocks("identity");
    spot.is_in(resource.span)
        || attrs.into_iter().any(|attr| spot.is_in(attr.span.to(attr.value.span)))
        || blocks.into_iter().any(|block| spot.is_in(block_extent(block)))
}

/// The headers of the blocks that hold the spot.
pub(super) fn blocks_at(resource: &Resource, spot: Spot) -> Vec<Span> {
    let mut found = Vec::new();
    collect(&resource.body, spot, &mut found);
    found
}

/// The innermost object with a `name` and a `value` that holds the spot, and where the name of its `value` stands.
pub(super) fn entry_at(resource: &Resource, spot: Spot) -> Option<(Span, Span)> {
    let mut found: Option<(Span, Span)> = None;
    for root in exprs_of(resource) {
        root.walk(&mut |expr| {
            let ExprKind::Object(items) = &expr.kind else { return };
            let key = |name: &str| {
                let is_it =
                    |item: &&Item| matches!(&item.key.kind, ExprKind::Str(key) if key.eq_ignore_ascii_case(name));
                items.iter().find(is_it).map(|item| item.key.span)
            };
            if let (true, Some(_), Some(value)) = (spot.is_in(expr.span), key("name"), key("value")) {
                found = Some((expr.span, value));
            }
        });
    }
    found
}

/// The argument of which all that stands at a span is the value.
pub(super) fn argument_of(body: &Body, value: Span) -> Option<Name> {
    let own = body.attrs.iter().find(|attr| attr.value.span == value || attr.span == value);
    own.map(|attr| attr.name.clone()).or_else(|| body.blocks.iter().find_map(|block| argument_of(&block.body, value)))
}

fn collect(body: &Body, spot: Spot, found: &mut Vec<Span>) {
    for block in body.blocks.iter().filter(|block| spot.is_in(block_extent(block))) {
        found.push(block.span);
        collect(&block.body, spot, found);
    }
}

fn block_extent(block: &Block) -> Span {
    let mut whole = block.span;
    widen(&mut whole, &block.body);
    whole
}
