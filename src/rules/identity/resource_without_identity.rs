use super::aks_service_principal::service_principal;
use crate::azure::types;
use crate::finding::Fix;
use crate::graph::{Declared, Mode};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for host in &graph.hosts {
        let (Declared::None(said), Some(resource)) = (&host.declared, graph.resource(host.resource)) else { continue };
        if resource.mode != Mode::Managed || !types::has_identity_everywhere(resource.arm_type()) {
            continue;
        }
        // What needs an identity, or replaces it, has a rule of its own.
        if !graph.features(resource.id).is_empty() || service_principal(cx, resource).is_some() {
            continue;
        }
        let message = format!("`{}` could have an identity, but has none", resource.title);
        let mut draft = Draft::new(resource.address.clone(), resource.span, message)
            .note("no identity")
            .if_present(resource)
            .help("attach an identity, and use it instead of keys");
        if let Some(said) = said {
            draft = draft.because(said).label(said.span, "says that there is none");
        }
        let edit = graph.give_identity(resource.id, &[]).filter(|_| host.takes.system);
        cx.report(draft.fix(edit.map(|edit| Fix::suggested("give it a system-assigned identity", edit))));
    }
}
