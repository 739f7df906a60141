use crate::finding::{Fix, Safety};
use crate::graph::StorageKey;
use crate::rules::words::called;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for found in cx.graph.storage_keys() {
        report(cx, found);
    }
}

fn report(cx: &mut Cx<'_>, found: StorageKey) {
    let graph = cx.graph;
    let Some(app) = graph.resource(found.app) else { return };
    let which = if found.packages { "deployment" } else { "host" };
    let message = format!("`{}` opens its {which} storage with a key", app.title);
    let account = found.key.as_ref().map_or("", |(_, key)| &*key.title);
    let account = if account.is_empty() { "the account".to_owned() } else { format!("`{account}`") };
    let help = if found.packages {
        format!(
            "set `storage_authentication_type` (`authentication.type`) to `SystemAssignedIdentity`, and grant the identity Storage Blob Data Contributor on {account}"
        )
    } else {
        format!(
            "function apps take an identity: set `storage_uses_managed_identity = true` (`AzureWebJobsStorage__accountName` in app settings), and grant it Storage Blob Data Owner on {account}"
        )
    };
    let note = if found.packages { "says so" } else { "holds the key" };
    let mut draft = Draft::new(app.address.clone(), found.span, message).note(note);
    if let Some((secret, _)) = &found.key {
        draft = draft.label(secret.value.span, called(secret)).because(&secret.value);
    }
    let title = "open the storage as the system-assigned identity".to_owned();
    let fix = (!found.edits.is_empty()).then_some(Fix { title, safety: Safety::Unsafe, edits: found.edits });
    cx.report(draft.because(&found.value).if_present(app).help(help).fix(fix));
}
