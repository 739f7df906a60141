use super::slot_without_role::{grant, lacking};
use crate::finding::Fix;
use crate::graph::{Platform, is_filled};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for site in graph.sites.iter().filter(|site| site.is_slot) {
        let Some(value) = &site.auto_swap else { continue };
        if !is_filled(&graph.known(value)) {
            continue;
        }
        let Some(slot) = graph.resource(site.resource) else { continue };
        let title = &slot.title;
        let unsupported = match graph.platform(site) {
            Platform::Linux(span) => Some(("web apps on Linux", "a web app on Linux", span)),
            Platform::Container(span) => Some(("containers", "a container", span)),
            Platform::Other => None,
        };
        let draft = if let Some((what, label, span)) = unsupported {
            let message =
                format!("App Service does not support auto swap for {what}, so `{title}` will not be swapped");
            let draft = Draft::new(slot.address.clone(), value.span, message).label(span, label);
            let fix = graph.remove(value).map(|edit| Fix::suggested("remove it", edit));
            draft.note("never happens").help("remove it, and swap in the pipeline").fix(fix)
        } else if let Some((reached, granted)) = lacking(graph, site) {
            let (target, name) = (reached.target, &reached.target.title);
            let right = granted.right.words();
            let message =
                format!("`{title}` swaps by itself, but its identity has no access to `{name}`, which its site has");
            Draft::new(slot.address.clone(), value.span, message)
                .note("goes live after each deployment")
                .label(reached.at, format!("needs `{name}`"))
                .label(granted.span, format!("production has {right} here"))
                .label(target.span, "this is what both use")
                .because(reached.value)
                .doubt(target.presence)
                .help(format!("grant the slot's identity {right} on `{name}` first"))
                .fix(grant(graph, slot.id, granted, target.id))
        } else {
            continue;
        };
        cx.report(draft.because(value).doubt(slot.presence));
    }
}
