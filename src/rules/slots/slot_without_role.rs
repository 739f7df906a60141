use crate::finding::Fix;
use crate::graph::{
    Access, Declared, Grant, Graph, Mode, Need, Principal, Resolver, Resource, ResourceId, Right, Setting, Site,
    Standing,
};
use crate::resolve::value::{Kind, Truth, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for slot in graph.sites.iter().filter(|site| site.is_slot) {
        let Some(resource) = graph.resource(slot.resource) else { continue };
        for reached in reached(graph, slot) {
            match verdict(graph, slot, &reached) {
                Some(Verdict::Lacks { granted, partly }) => report(cx, resource, &reached, granted, partly),
                Some(Verdict::Unknown(reason, span)) => {
                    let (slot, target) = (&resource.title, &reached.target.title);
                    let reason = format!("whether slot `{slot}` may use `{target}` as its site does: {reason}");
                    cx.undecided(resource.address.clone(), reason, span);
                }
                None => {}
            }
        }
    }
}

/// Something that a slot uses as its own system-assigned identity.
pub(super) struct Reached<'g> {
    pub(super) target: &'g Resource,
    /// Where that is written.
    pub(super) at: Span,
    /// What says so.
    pub(super) value: &'g Value,
    /// What it must be permitted there; none if that is not known.
    need: Option<Need>,
}

/// How a slot stands to what it uses, if its site may use it.
enum Verdict<'g> {
    /// It may not, or not as much.
    Lacks { granted: &'g Grant, partly: Option<&'g Grant> },
    /// It cannot be told: why, and where that stands.
    Unknown(String, Span),
}

/// What a slot uses, each resource once. Nothing unless slot and site have a system-assigned identity each.
fn reached<'g>(graph: &'g Graph<'_>, slot: &'g Site) -> Vec<Reached<'g>> {
    let Some(host) = graph.host(slot.resource).filter(|_| parents(graph, slot).is_some()) else { return Vec::new() };
    let own = Resolver::Principal(Principal::System(slot.resource));
    let uses = graph.uses.iter().filter(|one| one.consumer == slot.resource && one.identity == own);
    let uses = uses.filter_map(|one| Some((one.target?, one.at, &one.value, Some(one.need))));
    let settings = slot.settings.iter().flat_map(|setting| {
        let targets = targets(graph, setting, host.user());
        targets.into_iter().map(|target| (target, setting.span, &setting.value, None))
    });
    let mut found: Vec<Reached<'g>> = Vec::new();
    for (target, at, value, need) in uses.chain(settings) {
        let Some(target) = graph.resource(target) else { continue };
        if !found.iter().any(|other| other.target.id == target.id) {
            found.push(Reached { target, at, value, need });
        }
    }
    found
}

/// The principal of a slot's site, if both have a system-assigned identity.
fn parents(graph: &Graph<'_>, slot: &Site) -> Option<Principal> {
    let parent = graph.site(slot.of?)?;
    let (host, parents) = (graph.host(slot.resource)?, graph.host(parent.resource)?);
    let both = host.system() == Truth::Yes && parents.system() == Truth::Yes;
    both.then_some(Principal::System(parent.resource))
}

/// What a setting refers to, where the code can use it as the system-assigned identity only. References to secrets are
/// uses, and known as such.
fn targets(graph: &Graph<'_>, setting: &Setting, user: Truth) -> Vec<ResourceId> {
    let is_plain =
        matches!(setting.value.kind, Kind::Text(_) | Kind::Ref(_)) && graph.reference(&setting.value).is_none();
    if user != Truth::No || !is_plain {
        return Vec::new();
    }
    let mut found = Vec::new();
    setting.value.walk(&mut |value| {
        let Some(reference) = value.as_ref() else { return };
        // Whoever is handed a key needs no role.
        if hands_over_a_key(&reference.dotted()) {
            return;
        }
        let managed = |id: &ResourceId| graph.resource(*id).is_some_and(|resource| resource.mode == Mode::Managed);
        found.extend(reference.start().filter(managed));
    });
    found
}

/// Whether an attribute at this path holds a key.
pub(super) fn hands_over_a_key(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["key", "connection_string", "sas", "()"].iter().any(|word| path.contains(word))
}

fn verdict<'g>(graph: &'g Graph<'g>, slot: &Site, reached: &Reached<'_>) -> Option<Verdict<'g>> {
    let (parents, own, target) = (parents(graph, slot)?, Principal::System(slot.resource), reached.target);
    let Some(need) = reached.need else {
        let granted = granted(graph, &parents, target, false)?;
        return match missing(graph, &own, target, false) {
            Ok(()) => Some(Verdict::Lacks { granted, partly: None }),
            Err(doubt) => doubt.map(|(reason, span)| Verdict::Unknown(reason, span)),
        };
    };
    if !matches!(graph.standing(&parents, target.id, need), Standing::Granted) {
        return None;
    }
    let granted = graph.grants.iter().find(|grant| {
        grant.presence == Truth::Yes
            && graph.reaches(&grant.principal, &parents) == Truth::Yes
            && graph.covers(&grant.scope, target.id) == Truth::Yes
    })?;
    match graph.standing(&own, target.id, need) {
        Standing::Missing => Some(Verdict::Lacks { granted, partly: None }),
        Standing::Partly(partly) => Some(Verdict::Lacks { granted, partly: Some(partly) }),
        Standing::Unknown(reason, span) => Some(Verdict::Unknown(reason, span)),
        _ => None,
    }
}

fn report(cx: &mut Cx<'_>, slot: &Resource, reached: &Reached<'_>, granted: &Grant, partly: Option<&Grant>) {
    let graph = cx.graph;
    let (title, name) = (&slot.title, &reached.target.title);
    let right = granted.right.words();
    let has = partly.map_or("no access".to_owned(), |grant| format!("only {}", grant.right.words()));
    let message =
        format!("slot `{title}` uses `{name}` as its own identity, which has {has} there; its site has {right}");
    let mut draft = Draft::new(slot.address.clone(), reached.at, message)
        .note(format!("`{title}` is a principal of its own, and nothing grants it `{name}`"))
        .label(granted.span, format!("production has {right} here"))
        .label(reached.target.span, "this is what both use")
        .because(reached.value)
        .doubt(slot.presence.and(reached.target.presence))
        .help(format!("grant the slot's identity {right} on `{name}` too, or give the slot a target of its own"));
    if let Some(partly) = partly {
        draft = draft.label(partly.span, "not enough");
    }
    if let Some(Declared::Block(block)) = graph.host(slot.id).map(|host| &host.declared) {
        draft = draft.label(block.kinds.span, "the slot's own system-assigned identity").because(&block.kinds);
    }
    cx.report(draft.fix(grant(graph, slot.id, granted, reached.target.id)));
}

/// Grants a slot the role that its site has.
pub(super) fn grant(graph: &Graph<'_>, slot: ResourceId, granted: &Grant, target: ResourceId) -> Option<Fix> {
    let roles = granted.right.built_in()?;
    let [role] = roles.as_slice() else { return None };
    let edit = graph.grant(&Principal::System(slot), role, target, slot)?;
    Some(Fix::suggested(format!("grant {} on `{}` to the slot", role.name, graph.title(target)), edit))
}

/// The first thing that a slot uses without the access that its site has there, and that access.
pub(super) fn lacking<'g>(graph: &'g Graph<'g>, slot: &'g Site) -> Option<(Reached<'g>, &'g Grant)> {
    reached(graph, slot).into_iter().find_map(|reached| match verdict(graph, slot, &reached)? {
        Verdict::Lacks { granted, .. } => Some((reached, granted)),
        Verdict::Unknown(..) => None,
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
type Doubt = (String, Span);

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
            Access::Granted(_) | Access::Elsewhere => Err(None),
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
        None if graph.has_rights_elsewhere(principal, target.id) => Err(None),
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
    match grant.right {
        Right::OfAccount { .. } => Truth::from(target.is_arm("Microsoft.DocumentDB/databaseAccounts")),
        _ => grant.right.every_role(|role| role.reaches_data_of(provider)),
    }
}
