use super::accepted::is_accepted;
use super::identity_takeover;
use super::privileged_role_at_wide_scope::{self, what};
use super::unconditional_role_granting;
use crate::azure::ids::IdLevel;
use crate::graph::{
    Declared, Grant, Graph, Host, Ids, Mode, Principal, Resolver, Resource, ResourceId, Right, Standing,
};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};
use crate::source::Span;

/// What runs an application. Machines, jobs, clusters, pipelines and the like may be there to manage something.
const APPS: [&str; 4] =
    ["Microsoft.Web/sites", "Microsoft.Web/sites/slots", "Microsoft.Web/staticSites", "Microsoft.App/containerApps"];

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let (Right::Role { written, .. }, Some(roles)) = (&grant.right, grant.right.built_in()) else { continue };
        let too_much = roles.iter().all(|role| role.permits_everything());
        let level = graph.level(&grant.scope);
        if !too_much || !matches!(level, Some(IdLevel::ResourceGroup | IdLevel::Resource)) {
            continue;
        }
        if privileged_role_at_wide_scope::speaks(cx, grant)
            || unconditional_role_granting::speaks(cx, grant)
            || identity_takeover::speaks(cx, grant)
            || is_for_data(graph, grant)
            || is_accepted(cx, grant)
        {
            continue;
        }
        let (Some(app), Some(resource), Some(role)) = (app(graph, grant), graph.resource(grant.by), roles.first())
        else {
            continue;
        };
        let place = match level {
            Some(IdLevel::Resource) => match graph.scoped_type(&grant.scope) {
                Some(scope) => format!("`{}`", scope.title),
                None => continue,
            },
            _ => "a whole resource group".to_owned(),
        };
        let who = match &app.identity {
            Some((identity, _)) => format!("`{}`, which `{}` runs as,", graph.title(*identity), app.title),
            None => format!("`{}`", app.title),
        };
        let message = format!("{who} gets {} on {place}", role.name);
        let mut draft = Draft::new(resource.address.clone(), written.said_at(), message)
            .note(format!("{} may {}", role.name, what(role)))
            .because(written)
            .because(&grant.principal)
            .because(&grant.scope)
            .if_present(resource)
            .help("grant the narrowest role that does the job, on the resource where it does it");
        draft = match app.identity {
            Some((_, span)) => draft.label(span, format!("`{}` runs as it", app.title)),
            None => draft.label(grant.principal.span, "a system-assigned identity"),
        };
        if level == Some(IdLevel::ResourceGroup) {
            draft = draft.label(grant.scope.span, "all that is in it");
        }
        if let Some(condition) = &grant.condition {
            draft = draft.label(condition.span, "limits only what it may grant");
        }
        cx.report(draft);
    }
}

/// An app that acts as a principal.
struct App {
    title: String,
    /// The user-assigned identity, and where it is attached.
    identity: Option<(ResourceId, Span)>,
}

fn app(graph: &Graph<'_>, grant: &Grant) -> Option<App> {
    match graph.only_principal(&grant.principal)? {
        Principal::System(id) => {
            let title = graph.resource(id).filter(|resource| is_app(graph, resource))?.title.to_string();
            Some(App { title, identity: None })
        }
        Principal::User(id) => {
            let of = |host: &Host| {
                graph.attached(host, &graph.id_of(id, graph.resource(id).map_or(grant.span, |one| one.span)))
            };
            let hosts: Vec<&Host> = graph.hosts.iter().filter(|host| may_have(host) && of(host) != Truth::No).collect();
            let all_apps = hosts.iter().all(|host| {
                of(host) == Truth::Yes && graph.resource(host.resource).is_some_and(|resource| is_app(graph, resource))
            });
            let handed_on = graph.is_handed_on(id);
            let mut found: Vec<(String, Span)> = hosts
                .iter()
                .filter_map(|host| Some((graph.title(host.resource).to_string(), place(graph, host, id)?)))
                .collect();
            found.sort_by(|a, b| a.0.cmp(&b.0));
            let (title, span) = found.into_iter().next().filter(|_| all_apps && !handed_on)?;
            Some(App { title, identity: Some((id, span)) })
        }
        _ => None,
    }
}

fn may_have(host: &Host) -> bool {
    !matches!(&host.declared, Declared::None(_))
}

fn is_app(graph: &Graph<'_>, resource: &Resource) -> bool {
    let managed = resource.mode == Mode::Managed && APPS.iter().any(|app| resource.is_arm(app));
    managed && graph.runs_workflows(resource) == Truth::No
}

/// Where a host lists an identity.
fn place(graph: &Graph<'_>, host: &Host, identity: ResourceId) -> Option<Span> {
    let Declared::Block(block) = &host.declared else { return None };
    let Ids::Listed { items, .. } = &block.ids else { return None };
    items.iter().find(|item| graph.identity_of(item) == Some(identity)).map(|item| item.span)
}

/// Whether it is what the app was given instead of a role for data that it uses, which is said where it uses them.
fn is_for_data(graph: &Graph<'_>, grant: &Grant) -> bool {
    graph.uses.iter().any(|one| {
        let (Resolver::Principal(principal), Some(target)) = (&one.identity, one.target) else { return false };
        match graph.standing_here(principal, target, one.need) {
            Standing::Managing(grants) => grants.iter().any(|managing| managing.by == grant.by),
            _ => false,
        }
    })
}
