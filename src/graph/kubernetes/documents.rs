//! Documents of other tools as values.

use crate::resolve::value::{Entry, Kind, List, Map, Reason, Value, Why};
use crate::syntax::yaml::{Node, NodeKind};

/// What another tool fills in before the document is used.
const PLACEHOLDERS: [&str; 4] = ["$", "{", "<", "__"];

/// A document as a value. Nesting is bounded by whoever read it.
pub(in crate::graph) fn value(node: &Node) -> Value {
    let unknown = |what: &str| Why::new(Reason::Runtime(what.into()), node.span);
    match &node.kind {
        NodeKind::Alias => Value::unknown(unknown("an alias"), node.span),
        NodeKind::Scalar(text, plain) => scalar(node, text, *plain),
        NodeKind::Sequence(items) => {
            let items = items.iter().map(value).collect();
            Value::new(Kind::List(List { items, rest: None }), node.span)
        }
        NodeKind::Mapping(members) => {
            let mut rest = None;
            let mut entries = Vec::new();
            for (key, member) in members {
                match &key.kind {
                    NodeKind::Scalar(text, _) if !is_filled(text) => {
                        entries.push(Entry::new(text.as_str().into(), key.span, value(member)));
                    }
                    _ => rest = Some(unknown("a key")),
                }
            }
            Value::new(Kind::Map(Map::new(entries, rest)), node.span)
        }
    }
}

fn scalar(node: &Node, text: &str, plain: bool) -> Value {
    match text {
        _ if is_filled(text) => Value::unknown(Why::new(Reason::Runtime("a placeholder".into()), node.span), node.span),
        "" | "~" | "null" if plain => Value::null(node.span),
        "true" | "false" if plain => Value::bool(text == "true", node.span),
        _ => Value::text(text, node.span),
    }
}

fn is_filled(text: &str) -> bool {
    PLACEHOLDERS.iter().any(|mark| text.contains(mark))
}

/// The audiences that login steps ask for, wherever they stand
/// (github.com, Azure/login, README).
pub(super) fn audiences(node: &Node, found: &mut Vec<Value>) {
    match &node.kind {
        NodeKind::Sequence(items) => items.iter().for_each(|item| audiences(item, found)),
        NodeKind::Mapping(members) => {
            let member = |wanted: &str| {
                let is_it = |key: &Node| matches!(&key.kind, NodeKind::Scalar(text, _) if text == wanted);
                members.iter().find(|(key, _)| is_it(key)).map(|(_, value)| value)
            };
            let is_login = |uses: &Node| matches!(&uses.kind, NodeKind::Scalar(text, _) if text.to_ascii_lowercase().starts_with("azure/login"));
            if member("uses").is_some_and(is_login)
                && let Some(with) = member("with")
                && let Some(entry) = value(with).get("audience")
            {
                found.push(entry.value.clone());
            }
            members.iter().for_each(|(_, member)| audiences(member, found));
        }
        NodeKind::Scalar(..) | NodeKind::Alias => {}
    }
}
