use std::collections::BTreeSet;

use crate::azure::secrets::{names_identifier, names_secret};
use crate::finding::Fix;
use crate::graph::{Holds, Input, Resource, SecretArgument, holds_text};
use crate::resolve::value::{Hop, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let mut seen = BTreeSet::new();
    for argument in &graph.secret_arguments {
        let Some(resource) = graph.resource(argument.resource) else { continue };
        let Some(word) = argument.credential().or_else(|| argument.keeps_anything().then_some("secret")) else {
            continue;
        };
        for part in graph.ingredients(&argument.value) {
            // What is written in the code or hidden on its way is not judged by where it came through.
            let is_hidden = part.steps().iter().any(|step| step.hop == Hop::Hidden);
            let is_default = part.steps().first().is_some_and(|step| matches!(step.hop, Hop::Default(_)));
            if is_hidden || is_default && part.as_str().is_some() {
                continue;
            }
            for input in graph.inputs_of(&part).into_iter().filter(|input| input.recorded && !input.secure) {
                if holds_text(&input) && seen.insert(input.span) {
                    report(cx, &input, (argument, resource, word), &part);
                }
            }
        }
    }
    for input in graph.recorded_inputs() {
        let by_words = names_secret(&input.name) && !names_identifier(&input.name);
        let is_named = input.holds == Holds::Text && (by_words || is_said_to_be(cx, &input.name));
        if is_named && !input.secure && seen.insert(input.span) {
            by_name(cx, input);
        }
    }
}

/// Whether the names of secrets that the rule is told include this one.
fn is_said_to_be(cx: &Cx<'_>, name: &str) -> bool {
    cx.option_matches("secret-names", name)
}

/// A name is no proof: what it is used for may not be seen here.
fn by_name(cx: &mut Cx<'_>, input: &Input) {
    let message = format!("input `{}` is named like a secret and not marked as one", input.name);
    let draft = Draft::new(input.subject.clone(), input.span, message)
        .note("not marked")
        .help("mark it, unless whoever reads plans or the history of deployments may know it");
    cx.report(if is_said_to_be(cx, &input.name) { draft } else { draft.hint() });
}

fn report(cx: &mut Cx<'_>, input: &Input, sink: (&SecretArgument, &Resource, &str), part: &Value) {
    let (argument, resource, word) = sink;
    let title = &resource.title;
    let what = if argument.vault_secret { format!("the secret `{title}`") } else { format!("the {word} of `{title}`") };
    let message = format!("{what} comes from an input that is not marked as secret");
    let fix = cx.graph.keep(input.keeping).map(|edit| Fix::safe("mark the input as secret", edit));
    let draft = Draft::new(input.subject.clone(), input.span, message)
        .note("not marked")
        .label(argument.value.span, format!("given to `{}`", argument.argument))
        .because(part)
        .if_present(resource)
        .help("mark it: `sensitive = true`, `@secure()` or `securestring`. Without a mark its value stands in plans, or in the history of each deployment")
        .fix(fix);
    // A place for anything gets plain configuration, too. A list of secrets says of each what it is.
    let is_said = is_said_to_be(cx, &input.name);
    let by_name = (is_said || names_secret(&input.name)) && input.holds == Holds::Text;
    let is_named = !is_said && names_identifier(&input.name);
    let by_name = by_name || argument.vault_secret && names_secret(title);
    let is_plain = argument.keeps_anything() && (is_named || !by_name);
    // In a module that others call, what they hide stays hidden.
    let is_passed_on = !cx.graph.is_deployed();
    cx.report(if is_plain || is_passed_on || input.is_mixed { draft.hint() } else { draft });
}
