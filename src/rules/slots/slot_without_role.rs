use crate::graph::Mode;
use crate::graph::{
    Access, Declared, Grant, Graph, Need, Principal, ReferenceIdentity, Resource, ResourceId, Setting, Site,
    VaultReference,
};
use crate::resolve::value::{Kind, Truth};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for site in graph.sites.iter().filter(|site| site.is_slot) {
        let Some((parents, user)) = own_identities(graph, site) else { continue };
        let mut seen: Vec<ResourceId> = Vec::new();
        for setting in &site.settings {
            for (target, vault) in targets(graph, site, setting, user) {
                if !seen.contains(&target) {
                    seen.push(target);
                    compare(cx, site, &parents, setting, target, vault);
                }
            }
        }
    }
}

/// The site's principal, if slot and site have a system-assigned identity each, and whether the slot has others.
fn own_identities(graph: &Graph<'_>, slot: &Site) -> Option<(Principal, Truth)> {
    let parent = graph.site(slot.of?)?;
    let (host, parents) = (graph.host(slot.resource)?, graph.host(parent.resource)?);
    let both = host.system() == Truth::Yes && parents.system() == Truth::Yes;
    both.then(|| (Principal::System(parent.resource), host.user()))
}

/// What a setting makes the slot reach as its own system-assigned identity, and whether as a vault's secrets.
pub(in crate::rules) fn targets(
    graph: &Graph<'_>,
    site: &Site,
    setting: &Setting,
    user: Truth,
) -> Vec<(ResourceId, bool)> {
    if let Some(reference) = graph.reference(&setting.value) {
        let own = matches!(site.reference_identity, ReferenceIdentity::Default | ReferenceIdentity::System);
        return match reference.vault {
            VaultReference::Declared(vault) if own => vec![(vault, true)],
            _ => Vec::new(),
        };
    }
    // With a user-assigned identity beside it, the code may choose that one.
    if user != Truth::No || !matches!(setting.value.kind, Kind::Text(_) | Kind::Ref(_)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    setting.value.walk(&mut |value| {
        let Some(reference) = value.as_ref() else { return };
        let path = reference.dotted();
        // Whoever is handed a key needs no role.
        if path.contains("key") || path.contains("connection_string") || path.contains("sas") {
            return;
        }
        let managed = |id: &ResourceId| graph.resource(*id).is_some_and(|resource| resource.mode == Mode::Managed);
        found.extend(reference.start().filter(managed).map(|id| (id, false)));
    });
    found
}

fn compare(cx: &mut Cx<'_>, site: &Site, parents: &Principal, setting: &Setting, target: ResourceId, vault: bool) {
    let graph = cx.graph;
    let own = Principal::System(site.resource);
    let (Some(slot), Some(resource)) = (graph.resource(site.resource), graph.resource(target)) else { return };
    let Some(granted) = granted(graph, parents, resource, vault) else { return };
    if let Err(doubt) = missing(graph, &own, resource, vault) {
        if let Some((reason, span)) = doubt {
            let reason =
                format!("whether slot `{}` may use `{}` as its site does: {reason}", slot.title, resource.title);
            cx.undecided(slot.address.clone(), reason, span);
        }
        return;
    }
    let (title, name) = (&slot.title, &resource.title);
    let right = granted.right.words();
    let message =
        format!("slot `{title}` uses `{name}` as its own identity, which has no access there; its site has {right}");
    let mut draft = Draft::new(slot.address.clone(), setting.span, message)
        .note(format!("`{title}` is a principal of its own, and nothing grants it `{name}`"))
        .label(granted.span, format!("production has {right} here"))
        .label(resource.span, "this is what both use")
        .because(&setting.value)
        .doubt(slot.presence.and(resource.presence))
        .help(format!("grant the slot's identity {right} on `{name}` too, or give the slot a target of its own"));
    if let Some(Declared::Block(block)) = graph.host(site.resource).map(|host| &host.declared) {
        draft = draft.label(block.kinds.span, "the slot's own system-assigned identity").because(&block.kinds);
    }
    cx.report(draft);
}

/// What a slot uses without the access that its site has there.
pub(super) struct Lacking<'g> {
    pub(super) setting: &'g Setting,
    pub(super) target: &'g Resource,
    pub(super) granted: &'g Grant,
}

/// The first thing that this rule says of a slot.
pub(super) fn lacking<'g>(graph: &'g Graph<'g>, slot: &'g Site) -> Option<Lacking<'g>> {
    let (parents, user) = own_identities(graph, slot)?;
    slot.settings.iter().find_map(|setting| {
        targets(graph, slot, setting, user).into_iter().find_map(|(target, vault)| {
            let target = graph.resource(target)?;
            let granted = granted(graph, &parents, target, vault)?;
            missing(graph, &Principal::System(slot.resource), target, vault).ok()?;
            Some(Lacking { setting, target, granted })
        })
    })
}

/// The grant by which the site uses the target's data.
pub(in crate::rules) fn granted<'g>(
    graph: &'g Graph<'g>,
    principal: &Principal,
    target: &Resource,
    vault: bool,
) -> Option<&'g Grant> {
    if vault {
        return match graph.access(principal, target.id, Need::ReadSecret) {
            Access::Granted(grant) => Some(grant),
            _ => None,
        };
    }
    graph.grants.iter().find(|grant| {
        is_data_right(grant, target) == Truth::Yes
            && grant.presence == Truth::Yes
            && graph.reaches(&grant.principal, principal) == Truth::Yes
            && graph.covers(&grant.scope, target.id) == Truth::Yes
    })
}

/// A reason, and its place.
type Doubt = (String, crate::source::Span);

/// Whether nothing grants the slot the target; else what keeps that from being told, if that is worth a word.
pub(in crate::rules) fn missing(
    graph: &Graph<'_>,
    principal: &Principal,
    target: &Resource,
    vault: bool,
) -> Result<(), Option<Doubt>> {
    if vault {
        return match graph.access(principal, target.id, Need::ReadSecret) {
            Access::Missing => Ok(()),
            Access::Granted(_) => Err(None),
            Access::Unknown(reason, span) => Err(Some((reason, span))),
        };
    }
    if let Some(opening) = graph.opening(principal) {
        return Err(Some((opening.reason.clone(), opening.span)));
    }
    let any = graph.grants.iter().find(|grant| {
        graph.reaches(&grant.principal, principal) != Truth::No
            && graph.covers(&grant.scope, target.id) != Truth::No
            && grant.presence != Truth::No
    });
    match any {
        None => Ok(()),
        Some(grant) => Err(Some((format!("`{}` may grant it", graph.address(grant.by)), grant.span))),
    }
}

/// Whether a role reaches the data of this type of target.
fn is_data_right(grant: &Grant, target: &Resource) -> Truth {
    let provider = target.facts.and_then(|facts| facts.arm.split('/').next()).unwrap_or("");
    if provider.is_empty() {
        return Truth::No;
    }
    grant.right.every_role(|role| role.reaches_data_of(provider))
}
