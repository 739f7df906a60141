use crate::azure::secrets::shown;
use crate::graph::Unmanaged;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for found in cx.graph.unmanaged_secrets() {
        match found {
            Unmanaged::Endless(id) => endless(cx, id),
            Unmanaged::NamedValue(id, value) => kept(cx, id, &value),
        }
    }
}

fn endless(cx: &mut Cx<'_>, id: crate::graph::ResourceId) {
    let Some(secret) = cx.graph.resource(id) else { return };
    let message = format!("secret `{}` never expires", secret.title);
    cx.report(
        Draft::new(secret.address.clone(), secret.span, message)
            .note("no date on which it ends")
            .if_present(secret)
            .help("give it an end, and renew it before; better, let an identity in and keep no secret"),
    );
}

fn kept(cx: &mut Cx<'_>, id: crate::graph::ResourceId, value: &crate::resolve::value::Value) {
    let Some(named) = cx.graph.resource(id) else { return };
    let message = format!("named value `{}` keeps its secret in API Management, not in a vault", named.title);
    let mut draft = Draft::new(named.address.clone(), value.span, message)
        .because(value)
        .if_present(named)
        .help("put it into a vault, let the service's identity read it there, and name the vault's secret here");
    if let Some(text) = value.as_str() {
        draft = draft.note(shown(text)).secret(value.span);
    }
    cx.report(draft);
}
