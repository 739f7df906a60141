use crate::graph::Declared;
use crate::resolve::value::Truth;
use crate::rules::identity::feature_without_identity::attach;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for site in &graph.sites {
        let Some(host) = graph.host(site.resource).filter(|_| site.is_slot) else { continue };
        let (Declared::None(said), Some(resource)) = (&host.declared, graph.resource(site.resource)) else {
            continue;
        };
        let features = graph.features(site.resource);
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
        if let Some(parent) = site.of.and_then(|parent| graph.host(parent))
            && let Declared::Block(block) = &parent.declared
        {
            draft = draft.label(block.span, "the site has one, which serves the site only");
            // Without a system-assigned one, the site's serve only what is asked for by name.
            let by_name =
                features.iter().all(|one| one.value.as_ref().is_some_and(|id| graph.identity_of(id).is_some()));
            if block.system == Truth::Yes || by_name {
                draft = draft.fix(attach(graph, host, &features));
            }
        }
        cx.report(draft);
    }
}
