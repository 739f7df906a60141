use crate::azure::secrets::{is_placeholder, is_reference, shown};
use crate::finding::Fix;
use crate::graph::{AdminUser, PullByPassword, Written};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let pulls = cx.graph.pulls_by_password();
    // That a password stands in the code is reported as such.
    for pull in pulls.iter().filter(|pull| !pull.is_known) {
        pulls_with_password(cx, pull);
    }
    for admin in cx.graph.admin_users(&pulls) {
        is_on(cx, &admin);
    }
}

fn pulls_with_password(cx: &mut Cx<'_>, pull: &PullByPassword) {
    let graph = cx.graph;
    let Some(consumer) = graph.resource(pull.consumer) else { return };
    let registry = pull.registry.and_then(|id| graph.resource(id));
    let from = match registry {
        Some(registry) => format!("`{}`", registry.title),
        None if pull.host.contains('{') => "an Azure container registry".to_owned(),
        None => format!("`{}`", pull.host),
    };
    let message = format!("`{}` pulls images from {from} with a password", consumer.title);
    let password = &pull.password;
    let literal = password.as_str().filter(|text| pull.is_literal && !is_placeholder(text) && !is_reference(text));
    let note = literal.map_or_else(|| "the password".to_owned(), |text| format!("the password: {}", shown(text)));
    let mut draft = Draft::new(consumer.address.clone(), password.span, message)
        .note(note)
        .label(pull.server, "the registry")
        .because(password)
        .if_present(consumer)
        .help(format!("let it pull as its identity, which needs the role AcrPull on the registry: {}", pull.instead));
    if literal.is_some() {
        draft = draft.secret(password.span);
    }
    if let Some(admin) = &pull.admin {
        draft = draft.label(admin.span, "the admin user, which is needless then");
    }
    cx.report(draft);
}

fn is_on(cx: &mut Cx<'_>, admin: &AdminUser) {
    let graph = cx.graph;
    let Some(registry) = graph.resource(admin.registry) else { return };
    let message =
        format!("the admin user of `{}` is switched on: one password for all, with every right", registry.title);
    let mut draft = Draft::new(registry.address.clone(), admin.said.span, message)
        .note("switched on here")
        .because(&admin.said)
        .if_present(registry);
    for needer in admin.needers.iter().take(3) {
        draft = draft.label(needer.span, format!("{} gets the password", needer.title));
    }
    let help = "switch it off, and grant identities AcrPull, or AcrPush where they publish";
    draft = if admin.needers.is_empty() {
        let edit = graph.replace(&admin.said, Written::Bool(false), registry.id);
        draft.help(help).fix(edit.map(|edit| Fix::suggested("switch the admin user off", edit)))
    } else {
        draft.help("give what gets the password an identity with AcrPull, or AcrPush, then switch the admin user off")
    };
    cx.report(draft);
}
