use crate::graph::Declared;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for site in &cx.graph.sites {
        let Some(host) = cx.graph.host(site.resource).filter(|_| site.is_slot) else { continue };
        let (Declared::None(said), Some(resource)) = (&host.declared, cx.graph.resource(site.resource)) else {
            continue;
        };
        let features = cx.graph.features(site.resource);
        let Some(need) = features.iter().find(|feature| feature.reference).or(features.first()) else { continue };
        let title = &resource.title;
        let mut draft = Draft::new(
            resource.address.clone(),
            resource.span,
            format!("slot `{title}` has no identity, but uses one"),
        )
        .note("a slot does not share the identity of its site")
        .label(need.span, need.note())
        .if_present(resource)
        .help("give the slot an identity of its own, and that identity the roles that the site's has");
        if let Some(said) = said {
            draft = draft.because(said).label(said.span, "says that there is none");
        }
        if let Some(value) = &need.value {
            draft = draft.because(value);
        }
        if let Some(parent) = site.of.and_then(|parent| cx.graph.host(parent))
            && let Declared::Block(block) = &parent.declared
        {
            draft = draft.label(block.span, "the site has one, which serves the site only");
        }
        cx.report(draft);
    }
}
