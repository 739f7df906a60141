use super::slot_without_role::{Lacking, lacking};
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
            draft.note("never happens").help("remove it, and swap in the pipeline")
        } else if let Some(Lacking { setting, target, granted }) = lacking(graph, site) {
            let name = &target.title;
            let right = granted.right.words();
            let message =
                format!("`{title}` swaps by itself, but its identity has no access to `{name}`, which its site has");
            Draft::new(slot.address.clone(), value.span, message)
                .note("goes live after each deployment")
                .label(setting.span, format!("needs `{name}`"))
                .label(granted.span, format!("production has {right} here"))
                .label(target.span, "this is what both use")
                .because(&setting.value)
                .doubt(target.presence)
                .help(format!("grant the slot's identity {right} on `{name}` first"))
        } else {
            continue;
        };
        cx.report(draft.because(value).doubt(slot.presence));
    }
}
