use crate::azure::ids::is_guid;
use crate::azure::secrets::{is_reference, is_replaced_later, looks_like_configuration, shown};
use crate::finding::Fix;
use crate::graph::Graph;
use crate::resolve::value::{Kind, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let passwords = passwords(cx.graph);
    for parameter in cx.graph.secure_defaults() {
        let default = cx.graph.known(&parameter.default);
        // What another parameter gives is that parameter's matter.
        let Some(secret) = secret(&parameter.name, &default).filter(|_| default.via.is_none()) else { continue };
        let name = &parameter.name;
        let message = match secret.property {
            None => format!("secure parameter `{name}` has a default in the code: {}", shown(secret.text)),
            Some(property) => {
                format!("secure parameter `{name}` has a default in the code: `{property}` is {}", shown(secret.text))
            }
        };
        let removal = parameter.removal.map(|edit| Fix::safe("take the default away", edit));
        let draft = Draft::new(parameter.subject.clone(), parameter.written, message)
            .note(shown(secret.text))
            .label(parameter.span, "declared secure here")
            .because(&default)
            .secret(parameter.written)
            .fix(removal)
            .help(
                "leave the default out, or empty, and let whoever deploys give the value, best from a vault. What was \
                 committed counts as known: change it",
            );
        let is_plain = secret.is_plain && !passwords.iter().any(|password| parameter.written.contains(*password));
        cx.report(if is_plain { draft.hint() } else { draft });
    }
}

/// Where the passwords are written that arguments are given.
fn passwords(graph: &Graph<'_>) -> Vec<Span> {
    let arguments = graph.secret_arguments.iter().filter(|argument| argument.credential().is_some());
    arguments.map(|argument| graph.known(&argument.value).span).collect()
}

struct Secret<'v> {
    property: Option<&'v str>,
    text: &'v str,
    /// It looks like a name or an address rather than a secret.
    is_plain: bool,
}

/// The secret in a default: the text itself, or the first one that an object holds.
fn secret<'v>(name: &'v str, value: &'v Value) -> Option<Secret<'v>> {
    let mut found: Vec<Secret<'v>> = Vec::new();
    collect(name, None, value, &mut found);
    let first = found.iter().position(|secret| !secret.is_plain).unwrap_or(0);
    (first < found.len()).then(|| found.swap_remove(first))
}

fn collect<'v>(name: &'v str, property: Option<&'v str>, value: &'v Value, found: &mut Vec<Secret<'v>>) {
    match &value.kind {
        Kind::Map(map) => {
            for entry in map.entries.iter() {
                collect(&entry.key, Some(&entry.key), &entry.value, found);
            }
        }
        Kind::List(list) => list.items.iter().for_each(|item| collect(name, property, item, found)),
        Kind::Text(_) => {
            // What a narrower rule knows by its shape is that rule's.
            let text = value.as_str().filter(|text| {
                !text.trim().is_empty()
                    && !is_replaced_later(text)
                    && !is_reference(text)
                    && !super::is_known_by_shape(text)
            });
            if let Some(text) = text.filter(|_| value.via.is_none()) {
                let is_plain = is_guid(text) || looks_like_configuration(name, text);
                found.push(Secret { property, text, is_plain });
            }
        }
        _ => {}
    }
}
