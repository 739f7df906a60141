use crate::finding::{Fix, Safety};
use crate::graph::{Declared, Ids, ReferenceIdentity, Site};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for site in graph.sites.iter().filter(|site| site.is_slot) {
        let Some(parent) = site.of.and_then(|parent| graph.site(parent)) else { continue };
        let (Some(slot), Some(host)) = (graph.resource(site.resource), graph.host(site.resource)) else { continue };
        let (ReferenceIdentity::User(selected), Declared::Block(block)) = (&parent.reference_identity, &host.declared)
        else {
            continue;
        };
        if block.system != Truth::No || block.user != Truth::Yes {
            continue;
        }
        let Some(first) = site.settings.iter().find(|setting| graph.reference(&setting.value).is_some()) else {
            continue;
        };
        match &site.reference_identity {
            ReferenceIdentity::Default => {}
            ReferenceIdentity::Unknown(why) => {
                let reason = format!("which identity resolves references of the slot: {}", why.reason);
                cx.undecided(slot.address.clone(), reason, why.span);
                continue;
            }
            ReferenceIdentity::System | ReferenceIdentity::User(_) => continue,
        }
        let title = &slot.title;
        let message = format!(
            "slot `{title}` has only user-assigned identities and does not select one for its references, as its site does"
        );
        cx.report(
            Draft::new(slot.address.clone(), slot.span, message)
                .note("resolves them as its system-assigned identity, which is not there")
                .label(block.kinds.span, "only user-assigned")
                .label(first.span, "stays unresolved: the app gets this text itself")
                .label(selected.span, "this choice is the site's only")
                .because(&block.kinds)
                .because(&first.value)
                .because(selected)
                .if_present(slot)
                .help("select one of the slot's identities for references in the slot too")
                .fix(fix(cx, site, &block.ids, selected)),
        );
    }
}

/// Selects the slot's only identity, or that of several which the site selects.
fn fix(cx: &Cx<'_>, site: &Site, ids: &Ids, selected: &Value) -> Option<Fix> {
    let Ids::Listed { items, rest: None } = ids else { return None };
    let wanted = cx.graph.identity_of(selected);
    let item = match items.as_slice() {
        [only] => only,
        several => several.iter().find(|item| wanted.is_some() && cx.graph.identity_of(item) == wanted)?,
    };
    let edit = cx.graph.select_for_references(site.resource, item)?;
    let name = cx.graph.name_of(item).unwrap_or_else(|| "the identity".into());
    Some(Fix { title: format!("select `{name}` for references"), safety: Safety::Safe, edits: vec![edit] })
}
