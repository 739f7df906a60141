use std::collections::BTreeSet;

use crate::azure::secrets::{is_harmless, looks_like_configuration, shown};
use crate::graph::{Graph, Resource, SecretArgument};
use crate::resolve::value::{Hop, Kind, Text, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

const HELP: &str = "leave it out of the file: let the pipeline give it, or name a vault's secret in its place; better, use Microsoft Entra \
                    authentication and have none. What was committed counts as known: change it";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    let offered = graph.offered_inputs();
    for sink in sinks(graph) {
        let ingredients = graph.ingredients(&sink.0.value);
        for part in ingredients.iter().filter(|part| is_in_file(part)) {
            used(cx, &graph.known(part), sink, &mut seen);
        }
        if offered.is_empty() {
            continue;
        }
        // What files say that somebody has to name: where it would go is known all the same.
        for input in ingredients.iter().flat_map(|part| graph.inputs_of(part)) {
            for (_, value) in offered.iter().filter(|(own, _)| own.span == input.span) {
                used(cx, value, sink, &mut seen);
            }
        }
    }
    unseen(cx, &mut seen);
}

/// An argument that takes a secret, its resource, and what the secret is called.
type Sink<'g> = (&'g SecretArgument, &'g Resource, &'static str);

fn sinks<'g>(graph: &'g Graph<'g>) -> impl Iterator<Item = Sink<'g>> {
    graph.secret_arguments.iter().filter_map(|argument| {
        let word = argument.credential().filter(|_| !graph.leaves_first_value(argument))?;
        Some((argument, graph.resource(argument.resource)?, word))
    })
}

/// Whether another rule knows the text better, or nobody has to hide it.
fn is_passed_over(text: &str) -> bool {
    is_harmless(text) || super::is_known_by_shape(text)
}

/// Whether a value stands in a parameter file.
pub(super) fn is_in_file(value: &Value) -> bool {
    value.steps().iter().any(|step| matches!(step.hop, Hop::ParameterFile(_)))
}

/// What of a resource's name is written, and what the code calls it.
pub(super) fn named(graph: &Graph<'_>, resource: &Resource) -> String {
    match resource.argument("name").map(|name| graph.known(name).kind) {
        Some(Kind::Text(text)) => format!("{} {}", text.pattern(), resource.title),
        _ => resource.title.to_string(),
    }
}

fn used(cx: &mut Cx<'_>, part: &Value, (argument, resource, word): Sink<'_>, seen: &mut BTreeSet<Span>) {
    let Some(text) = part.as_str() else { return };
    let is_plain = argument.vault_secret && looks_like_configuration(&named(cx.graph, resource), text);
    if is_passed_over(text) || is_plain || !seen.insert(part.span) {
        return;
    }
    let message = format!("the {word} of `{}` stands in a parameter file: {}", resource.title, shown(text));
    let draft = Draft::new(resource.address.clone(), part.span, message)
        .note(shown(text))
        .secret(part.span)
        .label(argument.value.span, format!("given to `{}`", argument.argument))
        .because(part)
        .if_present(resource)
        .help(HELP);
    cx.report(draft);
}

/// Secrets by their declaration, wherever they go.
fn unseen(cx: &mut Cx<'_>, seen: &mut BTreeSet<Span>) {
    for (input, value) in cx.graph.given_inputs().into_iter().chain(cx.graph.offered_inputs()) {
        if !input.secure {
            continue;
        }
        for part in cx.graph.ingredients(&value) {
            let Kind::Text(Text::Plain(text)) = &part.kind else { continue };
            if is_passed_over(text) || looks_like_configuration(&input.name, text) || !seen.insert(part.span) {
                continue;
            }
            let message =
                format!("the value of an input that is marked as secret stands in a parameter file: {}", shown(text));
            let draft = Draft::new(input.subject.clone(), part.span, message)
                .note(shown(text))
                .secret(part.span)
                .label(input.span, "marked as secret here")
                .help(HELP);
            cx.report(draft);
        }
    }
}
