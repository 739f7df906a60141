use super::instead;
use crate::finding::Fix;
use crate::graph::{
    Access, Declared, Grant, Graph, Host, Ids, Mode, Need, Principal, Resolver, Resource, ResourceId, Standing, Use,
};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};

const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";
const REGISTRY: &str = "Microsoft.ContainerRegistry/registries";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for need in graph.uses.iter().filter(|need| need.need == Need::PullImage) {
        let (Resolver::Principal(principal), Some(registry)) = (&need.identity, need.target) else { continue };
        let (Some(consumer), Some(registry)) = (graph.resource(need.consumer), graph.resource(registry)) else {
            continue;
        };
        match graph.standing(principal, registry.id, Need::PullImage) {
            Standing::Missing => {}
            Standing::Unknown(reason, span) => {
                let reason = format!("whether `{}` may pull from `{}`: {reason}", consumer.title, registry.title);
                cx.undecided(consumer.address.clone(), reason, span);
                continue;
            }
            _ => continue,
        }
        // What its site has and the slot has not is the slot's own mistake.
        if !graph.site_may(need) {
            report(cx, need, consumer, registry);
        }
    }
    for grant in &graph.grants {
        control_plane(cx, grant);
    }
}

fn report(cx: &mut Cx<'_>, need: &Use, consumer: &Resource, registry: &Resource) {
    let graph = cx.graph;
    let actor = graph.actor(need);
    let message =
        format!("`{}` pulls images from `{}` as {actor}, which may not pull there", consumer.title, registry.title);
    let role = match graph.decides_by_repository(registry.id) {
        Truth::Yes => "Container Registry Repository Reader",
        _ => Need::PullImage.required().role,
    };
    let mut draft = Draft::new(consumer.address.clone(), need.at, message)
        .note(format!("pulls as {actor}"))
        .label(registry.span, "nothing lets that identity pull here")
        .because(&need.value)
        .doubt(consumer.presence.and(registry.presence))
        .help(format!("grant the identity the role {role} on the registry"));
    if let Some(selected) = need.selected.as_ref().filter(|selected| selected.span != need.at) {
        draft = draft.label(selected.span, "this identity pulls").because(selected);
    } else if let Some(Declared::Block(block)) = graph.host(need.consumer).map(|host| &host.declared) {
        draft = draft.label(block.kinds.span, "this identity pulls").because(&block.kinds);
    }
    cx.report(draft.fix(instead::missing(graph, need, registry.id, role)));
}

/// Nodes of a cluster pull as the kubelet identity; a role that its control plane has does not let them.
fn control_plane(cx: &mut Cx<'_>, grant: &Grant) {
    let graph = cx.graph;
    if grant.right.every_role(|role| role.name == "AcrPull") != Truth::Yes {
        return;
    }
    let Some(registry) = graph.scoped_to(&grant.scope).and_then(|id| graph.resource(id)) else { return };
    if !registry.is_arm(REGISTRY) || registry.mode != Mode::Managed {
        return;
    }
    let Some(cluster) = graph.only_principal(&grant.principal).and_then(|principal| cluster_of(graph, &principal))
    else {
        return;
    };
    let Some(by) = graph.resource(grant.by) else { return };
    let Some(kubelet) = kubelet(graph, cluster) else { return };
    let may_not = match &kubelet {
        // Which of the identities that it makes for itself a grant is for is not told apart.
        Principal::Other(id) => !graph.grants.iter().any(|other| {
            graph.reaches(&other.principal, &Principal::Other(*id)) != Truth::No
                && other.presence != Truth::No
                && graph.covers(&other.scope, registry.id) != Truth::No
        }),
        own => matches!(graph.access(own, registry.id, Need::PullImage), Access::Missing),
    };
    let is_let = |principal: &Principal| graph.is_let_elsewhere(principal, registry.id, Need::PullImage);
    if !may_not || graph.opening(&kubelet).is_some() || is_let(&kubelet) || is_let(&Principal::Other(cluster.id)) {
        return;
    }
    let own = matches!(kubelet, Principal::Other(_)) && grant.principal.via.is_none();
    let edit = graph.kubelet_principal(cluster.id, &grant.principal).filter(|_| own);
    let fix = edit.map(|edit| Fix::suggested("grant it to the kubelet identity", edit));
    let message = format!(
        "AKS pulls images as the kubelet identity of `{}`, but AcrPull on `{}` is given to its control plane",
        cluster.title, registry.title
    );
    cx.report(
        Draft::new(by.address.clone(), grant.principal.span, message)
            .note("the identity of the control plane")
            .label(cluster.span, "its nodes pull as another identity")
            .because(&grant.principal)
            .because(&grant.scope)
            .if_present(by)
            .doubt(cluster.presence)
            .help("grant AcrPull to the kubelet identity instead")
            .fix(fix),
    );
}

/// The cluster whose control plane a principal is, and which is all that it serves.
fn cluster_of<'g>(graph: &'g Graph<'_>, principal: &Principal) -> Option<&'g Resource> {
    let id = match principal {
        Principal::System(id) => *id,
        Principal::User(identity) => {
            let mut hosts = graph.hosts.iter().filter(|host| has(graph, host, *identity) != Truth::No);
            let only = hosts.next().filter(|_| hosts.next().is_none())?;
            (has(graph, only, *identity) == Truth::Yes).then_some(only.resource)?
        }
        _ => return None,
    };
    let cluster = graph.resource(id)?;
    (cluster.is_arm(CLUSTER) && cluster.mode == Mode::Managed && !graph.is_touched(id)).then_some(cluster)
}

fn has(graph: &Graph<'_>, host: &Host, identity: ResourceId) -> Truth {
    match &host.declared {
        Declared::None(_) => return Truth::No,
        Declared::Block(block) if matches!(block.ids, Ids::Absent | Ids::Empty(_)) => return Truth::No,
        _ => {}
    }
    let Some(resource) = graph.resource(identity) else { return Truth::Maybe };
    graph.attached(host, &graph.id_of(identity, resource.span))
}

/// The identity that the nodes of a cluster pull as; none if that cannot be told, or is the control plane's.
fn kubelet(graph: &Graph<'_>, cluster: &Resource) -> Option<Principal> {
    let set: Vec<&Value> =
        ["kubelet_identity.user_assigned_identity_id", "properties.identityProfile.kubeletidentity.resourceId"]
            .iter()
            .flat_map(|path| cluster.values_at(path))
            .collect();
    let whole = ["kubelet_identity", "properties.identityProfile"].iter().flat_map(|path| cluster.values_at(path));
    let is_said = whole.count() > 0;
    match set.as_slice() {
        [] if !is_said => Some(Principal::Other(cluster.id)),
        [one] => {
            let identity = graph.identity_of(one)?;
            let own = graph.host(cluster.id).is_some_and(|host| has(graph, host, identity) != Truth::No);
            (!own).then_some(Principal::User(identity))
        }
        _ => None,
    }
}
