use crate::graph::{Declared, Mode};
use crate::rules::{Cx, Draft};

/// As many needs are shown.
const SHOWN: usize = 5;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for host in &graph.hosts {
        let (Declared::None(said), Some(resource)) = (&host.declared, graph.resource(host.resource)) else { continue };
        // Of slots there is a rule of its own.
        if resource.mode != Mode::Managed || graph.site(resource.id).is_some_and(|site| site.is_slot) {
            continue;
        }
        let features = graph.features(resource.id);
        let Some(first) = features.first() else { continue };
        let presence = features.iter().skip(1).fold(first.presence, |any, feature| any.or(feature.presence));
        let message = format!("`{}` needs an identity, but has none", resource.title);
        let mut draft = Draft::new(resource.address.clone(), resource.span, message)
            .note("no identity here")
            .if_present(resource)
            .doubt(presence)
            .help("attach an identity and give it the rights that this needs");
        if let Some(said) = said {
            draft = draft.because(said).label(said.span, "says that there is none");
        }
        for feature in features.iter().take(SHOWN) {
            draft = draft.label(feature.span, feature.note());
        }
        if let Some(value) = &first.value {
            draft = draft.because(value);
        }
        cx.report(draft);
    }
}
