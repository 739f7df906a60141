use super::words::{instead, takes_all};
use crate::azure::secrets::names_identifier;
use crate::finding::{Fix, Safety};
use crate::graph::{OpenPlace, OpenVariable, Secret, SecretKind};
use crate::resolve::value::Truth;
use crate::rules::words::called;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let mut found: Vec<(OpenVariable, Vec<Secret>)> = Vec::new();
    for variable in graph.open_variables() {
        if variable.name.as_deref().is_some_and(names_identifier) {
            continue;
        }
        let is_text = matches!(variable.place, OpenPlace::Arguments | OpenPlace::Content);
        let is_telling = |secret: &Secret| match &secret.kind {
            // That a container needs no key of a resource is another rule's matter.
            SecretKind::Key(_) => !matches!(variable.place, OpenPlace::Group | OpenPlace::App),
            _ => !(is_text && takes_all(&secret.kind) && graph.is_whole_input(secret)),
        };
        let secrets: Vec<Secret> = graph.shows(&variable.value).into_iter().filter(is_telling).collect();
        if !secrets.is_empty() {
            found.push((variable, secrets));
        }
    }
    for (at, (variable, secrets)) in found.iter().enumerate() {
        // Variables of one map move together, with the first of them.
        let is_later = found.iter().take(at).any(|(earlier, _)| earlier.is_beside(variable));
        let others = found.iter().skip(at + 1).map(|(other, _)| other).filter(|other| other.is_beside(variable));
        let together: Vec<&OpenVariable> = std::iter::once(variable).chain(others).collect();
        let edits = if is_later { None } else { graph.secure(&together) };
        let fix = edits.map(|edits| Fix { title: "make it a secure value".to_owned(), safety: Safety::Safe, edits });
        report(cx, variable, secrets, fix);
    }
}

fn report(cx: &mut Cx<'_>, variable: &OpenVariable, secrets: &[Secret], fix: Option<Fix>) {
    let graph = cx.graph;
    let (Some(resource), Some(secret)) = (graph.resource(variable.resource), secrets.first()) else { return };
    let what = match (variable.place, &variable.name) {
        (OpenPlace::Arguments, _) => "the command line".to_owned(),
        (OpenPlace::Content, _) => "the script".to_owned(),
        (_, Some(name)) => format!("the variable `{name}`"),
        (_, None) => "the environment".to_owned(),
    };
    let message = format!("{what} of `{}` shows {}", resource.title, called(secret));
    let mut draft = Draft::new(resource.address.clone(), variable.value.put_in_at(), message)
        .note("everybody who may read the resource sees it")
        .label(secret.value.span, "taken here")
        .because(&secret.value)
        .because(&variable.value)
        .doubt(Truth::from(secret.sure))
        .if_present(resource)
        .help(help(variable.place, secret))
        .fix(fix);
    for other in secrets.iter().skip(1) {
        draft = draft.label(other.value.span, "and another one here");
    }
    cx.report(draft);
}

fn help(place: OpenPlace, secret: &Secret) -> String {
    let (role, then) = instead(secret);
    let identity = format!("let an identity with {role} {then}");
    match place {
        OpenPlace::Group | OpenPlace::Script => format!("make it a secure value; better, {identity}"),
        OpenPlace::App => {
            "make it a secret of the app and refer to that by name, best one that an identity with `Key Vault \
                           Secrets User` reads from a vault"
                .to_owned()
        }
        OpenPlace::Arguments | OpenPlace::Content => {
            format!("hand it over as a secure variable, and let the script read that; better, {identity}")
        }
    }
}
