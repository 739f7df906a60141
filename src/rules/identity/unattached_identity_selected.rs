use crate::finding::{Fix, Safety};
use crate::graph::{Declared, IdKind, Ids};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for argument in &graph.id_arguments {
        if !matches!(argument.takes, IdKind::Resource | IdKind::Client) {
            continue;
        }
        let (Some(resource), Some(host)) = (graph.resource(argument.resource), graph.host(argument.resource)) else {
            continue;
        };
        let Declared::Block(block) = &host.declared else { continue };
        if has_its_own_identities(resource.arm_type()) || graph.attached(host, &argument.value) != Truth::No {
            continue;
        }
        let title = &resource.title;
        let identity = graph.identity_of(&argument.value).map(|id| graph.title(id));
        let named = identity.map_or_else(|| "an identity".to_owned(), |name| format!("`{name}`"));
        let message = format!("`{title}` selects {named}, which is not attached to it");
        let attached = match &block.ids {
            Ids::Listed { items, .. } => items.first().map_or(block.kinds.span, |item| item.span),
            _ => block.kinds.span,
        };
        let fix = graph.attach(host, &argument.value).map(|edit| Fix {
            title: "attach the identity".to_owned(),
            safety: Safety::Unsafe,
            edits: vec![edit],
        });
        cx.report(
            Draft::new(resource.address.clone(), argument.value.span, message)
                .note("selected here")
                .label(attached, "what is attached is here, and it is not that one")
                .because(&argument.value)
                .because(&block.kinds)
                .if_present(resource)
                .help("attach the identity to the resource, or select one that is attached")
                .fix(fix),
        );
    }
}

/// A cluster's nodes and workloads have identities beside those of its control plane.
fn has_its_own_identities(kind: &str) -> bool {
    ["Microsoft.ContainerService/managedClusters", "Microsoft.RedHatOpenShift/openShiftClusters"]
        .iter()
        .any(|own| own.eq_ignore_ascii_case(kind))
}
