use crate::finding::Fix;
use crate::graph::{Declared, Feature, Graph, Host, IdKind, Mode};
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
        cx.report(draft.fix(attach(graph, host, &features)));
    }
}

/// Attaches the identities that are asked for by name, or a system-assigned one.
pub(in crate::rules) fn attach(graph: &Graph<'_>, host: &Host, features: &[Feature]) -> Option<Fix> {
    let named = |feature: &Feature| feature.value.as_ref().and_then(|value| graph.identity_of(value));
    let selected = graph.selections.iter().filter(|selection| selection.host == host.resource);
    let arguments =
        graph.id_arguments.iter().filter(|one| one.resource == host.resource && one.takes == IdKind::Resource);
    let values = selected.map(|one| &one.value).chain(arguments.map(|one| &one.value));
    let beside: Vec<_> = values.map(|value| graph.identity_of(value)).collect();
    // What it selects must be among what is attached.
    if beside.contains(&None) {
        return None;
    }
    let mut users: Vec<_> = features.iter().filter_map(named).chain(beside.into_iter().flatten()).collect();
    users.sort();
    users.dedup();
    if users.is_empty() {
        let edit = graph.give_identity(host.resource, &[]).filter(|_| host.takes.system)?;
        return Some(Fix::suggested("give it a system-assigned identity", edit));
    }
    let edit = graph.give_identity(host.resource, &users).filter(|_| host.takes.user)?;
    Some(Fix::suggested("attach the identity that it asks for", edit))
}
