use crate::finding::Fix;
use crate::graph::{Declared, Ids, ReferenceIdentity, Site};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for site in &graph.sites {
        let (Some(resource), Some(host)) = (graph.resource(site.resource), graph.host(site.resource)) else { continue };
        let Declared::Block(block) = &host.declared else { continue };
        if block.system != Truth::No || block.user != Truth::Yes {
            continue;
        }
        let mut references = site.settings.iter().filter(|setting| graph.reference(&setting.value).is_some());
        let Some(first) = references.next() else { continue };
        match &site.reference_identity {
            ReferenceIdentity::Default => {}
            ReferenceIdentity::Unknown(why) => {
                cx.undecided(
                    resource.address.clone(),
                    format!("which identity resolves references: {}", why.reason),
                    why.span,
                );
                continue;
            }
            ReferenceIdentity::System | ReferenceIdentity::User(_) => continue,
        }
        // A slot whose site selects one was forgotten, which is another mistake.
        let parent = site.of.and_then(|parent| graph.site(parent));
        let selects = |site: &Site| matches!(site.reference_identity, ReferenceIdentity::User(_));
        if parent.is_some_and(selects) {
            continue;
        }
        let only = match &block.ids {
            Ids::Listed { items, rest: None } if items.len() == 1 => items.first(),
            _ => None,
        };
        let edit = only.and_then(|only| graph.select_for_references(site.resource, only));
        let name = only.and_then(|only| graph.name_of(only)).unwrap_or_else(|| "the identity".into());
        let fix = edit.map(|edit| Fix::suggested(format!("select `{name}` for references"), edit));
        let others = references.count();
        let also = if others > 0 { format!(", as are {others} more") } else { String::new() };
        let title = &resource.title;
        let message =
            format!("`{title}` resolves references as its system-assigned identity, but has only user-assigned ones");
        cx.report(
            Draft::new(resource.address.clone(), first.span, message)
                .note(format!("resolved as the system-assigned identity{also}"))
                .label(block.kinds.span, "there is none")
                .because(&block.kinds)
                .because(&first.value)
                .if_present(resource)
                .help("select the user-assigned identity that resolves references, by its resource id, as the app's Key Vault reference identity")
                .fix(fix),
        );
    }
}
