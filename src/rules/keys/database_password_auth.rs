use crate::finding::Fix;
use crate::graph::PasswordAuth;
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for found in cx.graph.password_auth() {
        report(cx, &found);
    }
}

fn report(cx: &mut Cx<'_>, found: &PasswordAuth) {
    let graph = cx.graph;
    let Some(server) = graph.resource(found.server) else { return };
    let title = &server.title;
    let switch = found.switch;
    if found.has_administrator == Truth::No {
        let message = format!("`{title}` has no Microsoft Entra administrator, so passwords are the only way in");
        let help = format!("name one, let apps sign in as their identity, then switch on {switch}");
        let mut draft = Draft::new(server.address.clone(), server.span, message)
            .note("no administrator of Microsoft Entra ID")
            .if_present(server)
            .help(help);
        if let Some(said) = &found.said {
            draft = draft.label(said.span, "passwords are taken").because(said);
        }
        cx.report(draft);
        return;
    }
    let (message, span, note) = match &found.said {
        Some(said) => (format!("`{title}` is told to take passwords"), said.span, "says so"),
        None => (format!("nothing keeps `{title}` from taking passwords"), server.span, "passwords by default"),
    };
    let mut draft = Draft::new(server.address.clone(), span, message)
        .note(note)
        .if_present(server)
        .help(format!("let apps sign in as their identity, and switch on {switch}"))
        .fix(found.edit.clone().map(|edit| Fix::suggested("refuse passwords", edit)));
    if let Some(said) = &found.said {
        draft = draft.because(said);
        // Where nobody can tell whether there is another way in, it may be meant.
        if found.has_administrator == Truth::Yes && !said.is_default() {
            draft = draft.for_everybody();
        }
    }
    cx.report(draft);
}
