use crate::azure::local_auth;
use crate::finding::Fix;
use crate::graph::{Output, Resource, Secret, SecretKind};
use crate::resolve::value::{Hop, Truth, Value};
use crate::rules::words::called;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for output in graph.outputs.iter().filter(|output| (output.root || output.of_template) && !output.secure) {
        hands_out(cx, output);
    }
    for resource in graph.resources().filter(|resource| resource.mode == crate::graph::Mode::Managed) {
        for (place, value) in graph.labels_of(resource) {
            shows(cx, resource, &place, &value);
        }
    }
}

fn hands_out(cx: &mut Cx<'_>, output: &Output) {
    let graph = cx.graph;
    let Some(secret) = graph.shows(&output.value).into_iter().next() else { return };
    let message = format!("output `{}` hands out {}", output.name, called(&secret));
    let title = "mark the output as secret";
    // Who reads the outputs of a template does not get those that are kept secret.
    let fix = graph
        .keep(output.keeping)
        .map(|edit| if output.of_template { Fix::suggested(title, edit) } else { Fix::safe(title, edit) });
    let draft = Draft::new(output.address.clone(), output.written, message)
        .note("not marked as secret")
        .label(secret.value.span, "taken here")
        .because(&secret.value)
        .because(&output.value)
        .doubt(Truth::from(secret.sure))
        .help(help(&secret))
        .fix(fix);
    let is_revealed = secret.value.steps().iter().any(|step| step.hop == Hop::Revealed);
    cx.report(if is_revealed || graph.is_deployed() { draft } else { draft.hint() });
}

fn shows(cx: &mut Cx<'_>, resource: &Resource, place: &str, value: &Value) {
    let graph = cx.graph;
    let Some(secret) = graph.shows(value).into_iter().next() else { return };
    let message = format!("{place} shows {}", called(&secret));
    let draft = Draft::new(resource.address.clone(), value.span, message)
        .note("everybody who may read the resource sees it")
        .label(secret.value.span, "taken here")
        .because(&secret.value)
        .because(value)
        .doubt(Truth::from(secret.sure))
        .if_present(resource)
        .help("take it away: names and tags cannot be kept secret");
    cx.report(draft);
}

fn help(secret: &Secret) -> &'static str {
    let takes_identities = match &secret.kind {
        SecretKind::Key(key) => local_auth::of(&key.kind).is_some(),
        SecretKind::Input(_) | SecretKind::Output(_) => false,
    };
    if takes_identities {
        "hand out the id or endpoint, and let the reader use an identity with a role there; or mark the output"
    } else {
        "put it into a vault where it is made, and hand out the secret's name; or mark the output"
    }
}
