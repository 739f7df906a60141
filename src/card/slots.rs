//! Deployment slots beside their sites: a slot is a principal of its own.

use super::face::{Compared, Draft, Said};
use super::words::{self, code};
use super::{Topic, hosts, identities};
use crate::graph::{Graph, Host, Principal, Resolver, ResourceId, Setting, Site};
use crate::resolve::value::Truth;

/// So many settings are compared.
const MAX_SETTINGS: usize = 12;

/// So many roles stand in one cell.
const MAX_ROLES: usize = 4;

/// What a site says of its slots, and a slot of itself and its site.
pub(super) fn add(graph: &Graph<'_>, id: ResourceId, draft: &mut Draft) {
    let Some(site) = graph.site(id) else { return };
    if !site.is_slot {
        for slot in graph.sites.iter().filter(|slot| slot.of == Some(id)) {
            let Some(span) = graph.resource(slot.resource).map(|one| one.span) else { continue };
            let roles = roles(graph, slot.resource).len();
            let text = format!(
                "{}: {}; {}",
                code(&graph.title(slot.resource)),
                match identity(graph, slot.resource) {
                    none if none == "none" => "no identity".to_owned(),
                    some => some,
                },
                crate::text::count(roles, "role")
            );
            draft.say(Topic::Slots, Said::at(text, span));
        }
        return;
    }
    if graph.host(id).map_or(Truth::Maybe, Host::system) != Truth::No {
        draft.notes.push(principal_note());
    }
    let Some(of) = site.of.and_then(|of| graph.site(of)) else {
        draft.say(Topic::Unknown, Said::of("the site that it is a slot of"));
        return;
    };
    let mut rows = vec![
        ["identity".to_owned(), identity(graph, of.resource), identity(graph, id)],
        ["roles".to_owned(), role_cell(graph, of.resource), role_cell(graph, id)],
    ];
    if refers(graph, of) || refers(graph, site) {
        rows.push(["resolves Key Vault references".to_owned(), resolver(graph, of), resolver(graph, site)]);
    }
    rows.extend(settings(graph, of, site));
    let (site, slots) = (graph.title(of.resource).to_string(), vec![graph.title(id).to_string()]);
    draft.tables.push(Compared { site, slots, rows, only: Vec::new() });
}

/// Who a slot is.
pub(super) fn principal_note() -> Said {
    Said::of(
        "A principal of its own: in Entra ID it has the slot's name, `<app>/slots/<slot>`, and no role of the site's. \
         A swap exchanges content and settings, never identities.",
    )
}

fn identity(graph: &Graph<'_>, id: ResourceId) -> String {
    let system = graph.host(id).map_or(Truth::Maybe, Host::system);
    let mut each: Vec<String> = match system {
        Truth::Yes => vec!["system-assigned".to_owned()],
        Truth::No => Vec::new(),
        Truth::Maybe => vec!["system-assigned, perhaps".to_owned()],
    };
    each.extend(graph.identities_listed_by(id).iter().map(|(id, _)| code(&graph.title(*id))));
    match (each.is_empty(), graph.host(id).map_or(Truth::Maybe, Host::user)) {
        (true, Truth::No) => "none".to_owned(),
        (true, _) => "not known".to_owned(),
        (false, _) => each.join(", "),
    }
}

fn roles(graph: &Graph<'_>, id: ResourceId) -> Vec<String> {
    let mut found = Vec::new();
    for principal in hosts::principals(graph, id) {
        for grant in identities::grants_to(graph, &principal) {
            let role = format!("{} on {}", words::right(graph, &grant.right), words::scope(graph, &grant.scope));
            if !found.contains(&role) {
                found.push(role);
            }
        }
    }
    found
}

fn role_cell(graph: &Graph<'_>, id: ResourceId) -> String {
    let mut roles = roles(graph, id);
    let more = roles.len().saturating_sub(MAX_ROLES);
    roles.truncate(MAX_ROLES);
    if more > 0 {
        roles.push(format!("and {more} more"));
    }
    let open = hosts::principals(graph, id).iter().any(|principal| graph.opening(principal).is_some());
    match (roles.is_empty(), open) {
        (true, false) => "none in this code".to_owned(),
        (true, true) => "none in this code; more may be given elsewhere".to_owned(),
        (false, false) => roles.join("; "),
        (false, true) => format!("{}; more may be given elsewhere", roles.join("; ")),
    }
}

fn refers(graph: &Graph<'_>, site: &Site) -> bool {
    site.settings.iter().any(|setting| graph.reference(&setting.value).is_some())
}

fn resolver(graph: &Graph<'_>, site: &Site) -> String {
    match graph.resolver(site) {
        Resolver::Principal(Principal::User(id)) => code(&graph.title(id)),
        Resolver::Principal(_) => "system-assigned".to_owned(),
        Resolver::None => "nobody: there is no system-assigned identity".to_owned(),
        Resolver::Unknown => "not known".to_owned(),
    }
}

/// Settings that concern an identity: which of both have them, and whether a swap moves them.
fn settings(graph: &Graph<'_>, site: &Site, slot: &Site) -> Vec<[String; 3]> {
    let concerns = |setting: &Setting| {
        let owns = |id: ResourceId| id == site.resource || id == slot.resource;
        graph.uses.iter().any(|one| owns(one.consumer) && one.at == setting.span)
            || graph.id_settings.iter().any(|one| owns(one.resource) && one.name.eq_ignore_ascii_case(&setting.name))
            || graph.reference(&setting.value).is_some()
    };
    let mut seen: Vec<&Setting> = Vec::new();
    for setting in site.settings.iter().chain(&slot.settings).filter(|setting| concerns(setting)) {
        if !seen.iter().any(|other| is_same(other, setting)) {
            seen.push(setting);
        }
    }
    let more = seen.len().saturating_sub(MAX_SETTINGS);
    let mut rows: Vec<[String; 3]> = Vec::new();
    for setting in seen.into_iter().take(MAX_SETTINGS) {
        let find = |of: &'_ Site| of.settings.iter().position(|own| is_same(own, setting));
        let (own, others) =
            (find(site).and_then(|at| site.settings.get(at)), find(slot).and_then(|at| slot.settings.get(at)));
        let swap =
            match (site.sticky.holds(graph, setting).or(slot.sticky.holds(graph, setting)), site.sticky.more.is_some())
            {
                (Truth::Yes, _) => "stays with its slot",
                (Truth::No, _) => "moves with a swap",
                (Truth::Maybe, _) => "may stay with its slot",
            };
        let cells = match (own, others) {
            (Some(own), Some(others)) if own.value.same(&others.value) => ["set".to_owned(), "the same".to_owned()],
            (Some(_), Some(_)) => ["set".to_owned(), "another value".to_owned()],
            (Some(_), None) => ["set".to_owned(), missing(slot)],
            (None, _) => [missing(site), "set".to_owned()],
        };
        let [first, second] = cells;
        rows.push([format!("{} ({swap})", code(&setting.name)), first, second]);
    }
    if more > 0 {
        rows.push([format!("and {more} more settings"), String::new(), String::new()]);
    }
    rows
}

fn missing(site: &Site) -> String {
    if site.more_settings.is_some() { "not known".to_owned() } else { "not set".to_owned() }
}

fn is_same(a: &Setting, b: &Setting) -> bool {
    a.connection == b.connection && a.name.eq_ignore_ascii_case(&b.name)
}
