//! What Bicep's and ARM's functions that take functions have in common.

use crate::ir::{Expr, ExprKind, For, Name};
use crate::source::Span;

/// What a lambda of another name for the item gives: a loop over the item alone.
pub(in crate::lower) fn renamed(value: Expr, name: &Name, item: &Name, span: Span) -> Expr {
    if name == item {
        return value;
    }
    let only = ExprKind::List(Box::new([Expr { span, kind: ExprKind::Bound(item.clone()) }]));
    let collection = Expr { span, kind: only };
    let (key_name, value_name) = (None, name.clone());
    let each = For { key_name, value_name, collection, key: None, value, condition: None, grouping: false };
    let list = Expr { span, kind: ExprKind::For(Box::new(each)) };
    Expr { span, kind: ExprKind::Index(Box::new(list), Box::new(Expr { span, kind: ExprKind::Number(0.0) })) }
}
