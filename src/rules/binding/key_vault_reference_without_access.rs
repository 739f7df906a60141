use super::instead;
use crate::graph::{Need, Principal, Resolver, ResourceId, Standing, Use};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let mut seen: Vec<(ResourceId, ResourceId, &Resolver)> = Vec::new();
    for need in cx.graph.uses.iter().filter(|need| need.need == Need::ReadSecret) {
        let Some(vault) = need.target else { continue };
        // One finding for a consumer, an identity of it and a vault, at the first setting.
        let key = (need.consumer, vault, &need.identity);
        if !seen.contains(&key) {
            seen.push(key);
            reference(cx, need, vault);
        }
    }
}

fn reference(cx: &mut Cx<'_>, need: &Use, vault: ResourceId) {
    let graph = cx.graph;
    let Resolver::Principal(principal) = &need.identity else { return };
    let (Some(app), Some(target)) = (graph.resource(need.consumer), graph.resource(vault)) else { return };
    match graph.standing(principal, vault, need.need) {
        Standing::Missing => {}
        Standing::Unknown(reason, span) => {
            let reason = format!("whether `{}` may read secrets of `{}`: {reason}", app.title, target.title);
            cx.undecided(app.address.clone(), reason, span);
            return;
        }
        _ => return,
    }
    // What its site has and the slot has not is the slot's own mistake.
    if graph.site_may(need) {
        return;
    }
    let which = match principal {
        Principal::User(_) => "its user-assigned identity",
        _ => "its system-assigned identity",
    };
    let is_site = graph.site(need.consumer).is_some();
    let message =
        format!("`{}` reads secrets of vault `{}` as {which}, which may not read them", app.title, target.title);
    let mut draft = Draft::new(app.address.clone(), need.at, message)
        .note(format!("{} as {which}", if is_site { "resolved" } else { "read" }))
        .label(target.span, "nothing grants that identity the secrets of this vault")
        .because(&need.value)
        .doubt(app.presence.and(target.presence))
        .help(match graph.vault(vault).map(|vault| vault.rbac) {
            Some(Truth::No) => "give the identity an access policy with the secret permission Get on the vault",
            _ => "grant the identity the role Key Vault Secrets User on the vault",
        });
    if let Some(selected) = &need.selected {
        draft = draft.label(selected.span, acts(cx, need));
    } else if let Some(crate::graph::Declared::Block(block)) = graph.host(need.consumer).map(|host| &host.declared) {
        draft = draft.label(block.kinds.span, acts(cx, need)).because(&block.kinds);
    }
    if graph.vault(vault).is_some_and(|vault| vault.rbac == Truth::Yes) {
        draft = draft.fix(instead::missing(graph, need, vault, need.need.required().role));
    }
    cx.report(draft);
}

/// What the identity does, at the place where it is chosen.
fn acts(cx: &Cx<'_>, need: &Use) -> &'static str {
    if cx.graph.site(need.consumer).is_some() {
        "this identity resolves references"
    } else {
        "this identity reads them"
    }
}
