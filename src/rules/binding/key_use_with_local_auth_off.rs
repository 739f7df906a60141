use crate::finding::{Fix, Safety};
use crate::graph::{KeyUse, KeysOff, StorageByKey};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

const REGISTRY: &str = "Microsoft.ContainerRegistry/registries";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for dead in cx.graph.dead_keys() {
        opens_nothing(cx, &dead);
    }
    for provider in cx.graph.storage_by_key() {
        signs_with_key(cx, &provider);
    }
}

fn opens_nothing(cx: &mut Cx<'_>, dead: &KeyUse) {
    let graph = cx.graph;
    let (Some(owner), Some(user)) = (graph.resource(dead.off.owner), graph.resource(dead.user)) else { return };
    let title = &owner.title;
    let (message, note, help) = if owner.is_arm(REGISTRY) {
        (
            format!("the admin user of `{title}` is off, so there is no password to use"),
            format!("a password of `{title}`"),
            "pull with a managed identity that has the role AcrPull",
        )
    } else {
        (
            format!("`{title}` takes no keys, so the key used here opens nothing"),
            format!("a key of `{title}`"),
            "use a managed identity instead of the key, or switch keys on again",
        )
    };
    let draft = Draft::new(user.address.clone(), dead.key.span, message).note(note).because(&dead.key);
    let draft = switched_off(cx, draft, &dead.off).if_present(owner).help(help);
    cx.report(draft);
}

fn signs_with_key(cx: &mut Cx<'_>, provider: &StorageByKey) {
    let graph = cx.graph;
    let (Some(account), Some(made)) = (graph.resource(provider.off.owner), graph.resource(provider.made)) else {
        return;
    };
    let (title, name) = (&account.title, provider.provider);
    let message = format!("the {name} provider signs storage requests with keys, which `{title}` does not take");
    let note = if provider.is_said { "keys are asked for here" } else { "keys are used unless this says otherwise" };
    let title = "sign storage requests as the signed-in identity".to_owned();
    let fix = provider.edit.clone().map(|edit| Fix { title, safety: Safety::Unsafe, edits: vec![edit] });
    let draft = Draft::new(format!("provider.{name}").into(), provider.span, message)
        .note(note)
        .label(made.span, "made through the storage API");
    let draft = switched_off(cx, draft, &provider.off)
        .if_present(made)
        .if_present(account)
        // The environment of whoever runs Terraform may say it, too.
        .doubt(Truth::Maybe)
        .help("set `storage_use_azuread = true` in the provider's configuration")
        .fix(fix);
    cx.report(draft);
}

fn switched_off(cx: &Cx<'_>, draft: Draft, off: &KeysOff) -> Draft {
    match (&off.said, cx.graph.resource(off.owner)) {
        (Some(said), _) => draft.label(said.span, "keys are switched off here").because(said),
        (None, Some(owner)) => draft.label(owner.span, "the admin user is off unless switched on"),
        (None, None) => draft,
    }
}
