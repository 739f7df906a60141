use crate::finding::Fix;
use crate::graph::{
    Chosen, Declared, Grant, Graph, HOST_STORAGE, Host, IdKind, Ids, Mode, Principal, Resolver, ResourceId, Right,
    Written, holds_guid,
};
use crate::resolve::value::{TextPart, Truth, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

/// Arguments by which a platform is told which identity to pull images, read secrets and resolve references as.
const FOR_SECRETS_AND_IMAGES: [&str; 3] = ["reference", "registr", "secret"];

/// How names of settings begin that the platform reads, not the code of an app (learn.microsoft.com,
/// app-service/reference-app-settings).
const OF_PLATFORM: [&str; 12] = [
    "SCM_",
    "WEBSITE_",
    "WEBSITES_",
    "FUNCTIONS_",
    "AZUREWEBJOBS",
    "APPINSIGHTS_",
    "APPLICATIONINSIGHTS",
    "DIAGNOSTICS_",
    "DOCKER_",
    "ENABLE_ORYX_BUILD",
    "ORYX_",
    "XDT_",
];

/// Codes of roles that are for secrets and images.
const ROLES_FOR_THEM: [&str; 4] = ["kv-secret-get", "kv-cert-get", "acr-pull", "acr-repository-read"];

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for host in &graph.hosts {
        let (Declared::Block(block), Some(resource)) = (&host.declared, graph.resource(host.resource)) else {
            continue;
        };
        let Ids::Listed { items, rest: None } = &block.ids else { continue };
        if resource.mode != Mode::Managed || block.user != Truth::Yes || block.system != Truth::No {
            continue;
        }
        let Some(settings) = settings(graph, resource.id) else { continue };
        let identities: Option<Vec<ResourceId>> = items.iter().map(|item| graph.identity_of(item)).collect();
        let Some(identities) = identities else { continue };
        if settings.iter().any(|setting| may_select(graph, setting, &identities))
            || identities.iter().any(|identity| graph.client_id_is_kept(*identity))
            || !used_by_code(graph, host, &identities)
            || asks_for_another(graph, resource.id)
        {
            continue;
        }
        let message = format!("`{}` has only user-assigned identities, and no setting selects one", resource.title);
        let mut draft = Draft::new(resource.address.clone(), block.kinds.span, message)
            .note("no system-assigned identity: its code must name one")
            .because(&block.kinds)
            .if_present(resource)
            .help(match identities.as_slice() {
                [only] => format!("set `AZURE_CLIENT_ID` to the client id of `{}`", graph.title(*only)),
                _ => "set `AZURE_CLIENT_ID` to the client id of the identity that the code is to use".to_owned(),
            });
        if let Some(first) = settings.first() {
            draft = draft.label(first.span, "none of these is a client id");
        }
        if let [only] = identities.as_slice() {
            let new = [("AZURE_CLIENT_ID", Written::Id(*only, IdKind::Client))];
            let edit = settings.first().and_then(|first| graph.add_settings(resource.id, Some(first.span), &new));
            draft = draft.fix(edit.map(|edit| Fix::suggested("select it by `AZURE_CLIENT_ID`", edit)));
        }
        cx.report(draft);
    }
}

/// Whether something is told to use the system-assigned identity that is not there: that is the nearer cause.
fn asks_for_another(graph: &Graph<'_>, id: ResourceId) -> bool {
    let by_word = graph.selections.iter().any(|one| one.host == id && one.chosen == Chosen::System);
    let unresolved = graph.uses.iter().any(|one| one.consumer == id && one.identity == Resolver::None);
    by_word || unresolved || graph.site(id).is_some_and(|site| site.features.iter().any(|one| one.what == HOST_STORAGE))
}

struct Setting<'g> {
    name: &'g str,
    value: &'g Value,
    span: Span,
}

/// Everything that the code of an app is told, if all of that is seen.
fn settings<'g>(graph: &'g Graph<'_>, id: ResourceId) -> Option<Vec<Setting<'g>>> {
    if let Some(site) = graph.site(id) {
        let has_code = graph.resource(id).is_some_and(|resource| graph.runs_workflows(resource) == Truth::No);
        // Without any setting for its code here, they are written when the app is deployed.
        let for_platform = |name: &str| OF_PLATFORM.iter().any(|start| name.to_ascii_uppercase().starts_with(start));
        let unseen = site.settings.iter().all(|setting| for_platform(&setting.name))
            || site.more_settings.is_some()
            || graph.is_resettled(id);
        let all = site.settings.iter().map(|one| Setting { name: &one.name, value: &one.value, span: one.span });
        return (has_code && !unseen).then(|| all.collect());
    }
    let resource = graph.resource(id)?;
    if !(resource.is_arm("Microsoft.App/containerApps") || resource.is_arm("Microsoft.App/jobs"))
        || graph.is_touched(id)
    {
        return None;
    }
    let environment = graph.environments.get(&id)?;
    let all = environment.variables.iter().map(|one| Setting { name: &one.name, value: &one.value, span: one.span });
    environment.more.is_none().then(|| all.collect())
}

fn may_select(graph: &Graph<'_>, setting: &Setting<'_>, identities: &[ResourceId]) -> bool {
    let known = graph.known(setting.value);
    let is_guid = known.as_str().is_some_and(holds_guid);
    // A reference to another resource is no client id of these; an input may be.
    let is_open = setting.value.as_ref().is_none()
        && !is_address(&known)
        && (known.holds_unknown() || setting.value.alternatives().len() > 1);
    setting.name.eq_ignore_ascii_case("AZURE_CLIENT_ID")
        || is_guid
        || is_open
        || identities.iter().any(|identity| graph.tells(setting.value, *identity))
}

/// Whether a value is an address of something, whatever is in it.
fn is_address(value: &Value) -> bool {
    let parts = value.text_parts().unwrap_or_default();
    matches!(parts.first(), Some(TextPart::Text(text)) if text.starts_with("https://") && !text.contains('?'))
}

/// Whether one of the identities can only be there for the code: the platform is not told to use it, or it may use data
/// that no platform needs.
fn used_by_code(graph: &Graph<'_>, host: &Host, identities: &[ResourceId]) -> bool {
    let mut selected: Vec<(&str, &Value)> = Vec::new();
    for argument in graph.id_arguments.iter().filter(|argument| argument.resource == host.resource) {
        if argument.takes != IdKind::Principal {
            selected.push((argument.argument, &argument.value));
        }
    }
    let beside = graph.selections.iter().filter(|one| one.host == host.resource && one.by != host.resource);
    selected.extend(beside.map(|one| ("", &one.value)));
    // What is chosen by something that is not known may be any of them.
    let is_word = |value: &Value| value.as_str().is_some_and(|text| !text.contains('/'));
    if selected.iter().any(|(_, value)| graph.identity_of(value).is_none() && !is_word(value)) {
        return false;
    }
    let may_select = |facts: &crate::azure::types::ResourceType| {
        let paths = facts.resource_id_arguments.iter().chain(&facts.client_arguments);
        let resource = graph.resource(host.resource);
        resource.is_none_or(|resource| paths.into_iter().any(|path| resource.is_open_at(path)))
    };
    if graph.resource(host.resource).and_then(|resource| resource.facts).is_some_and(may_select) {
        return false;
    }
    let of = |identity: ResourceId| {
        selected.iter().filter(move |(_, value)| graph.identity_of(value) == Some(identity)).map(|(path, _)| *path)
    };
    if identities.iter().any(|identity| of(*identity).next().is_none() && !only_for_them(graph, *identity)) {
        return true;
    }
    identities.iter().any(|identity| {
        let only_those = of(*identity).all(|path| {
            let path = path.to_ascii_lowercase();
            FOR_SECRETS_AND_IMAGES.iter().any(|word| path.contains(word))
        });
        let here_only = graph.hosts.iter().filter(|other| other.resource != host.resource).all(|other| {
            graph
                .resource(*identity)
                .is_some_and(|resource| graph.attached(other, &graph.id_of(*identity, resource.span)) == Truth::No)
        });
        only_those && here_only && may_use_data(graph, *identity)
    })
}

/// Whether all that an identity may do here is to read secrets or pull images, which the platform does.
fn only_for_them(graph: &Graph<'_>, identity: ResourceId) -> bool {
    const PROVIDERS: [&str; 2] = ["microsoft.keyvault", "microsoft.containerregistry"];
    let own =
        graph.grants.iter().filter(|grant| graph.reaches(&grant.principal, &Principal::User(identity)) != Truth::No);
    let for_them = |grant: &Grant| {
        let serves = |role: &crate::azure::roles::Role| {
            role.name == "AcrPull"
                || role.data_providers.iter().all(|one| PROVIDERS.contains(one)) && !role.data_providers.is_empty()
        };
        matches!(grant.right, Right::Policy(_)) || grant.right.every_role(serves) != Truth::No
    };
    let mut own = own.peekable();
    own.peek().is_some() && own.all(for_them)
}

/// Whether an identity has a role for data, other than secrets and images.
fn may_use_data(graph: &Graph<'_>, identity: ResourceId) -> bool {
    graph.grants.iter().any(|grant| {
        let for_code = |role: &crate::azure::roles::Role| {
            !role.data_providers.is_empty() && !ROLES_FOR_THEM.iter().any(|code| role.permits(code))
        };
        matches!(grant.right, Right::Role { .. })
            && grant.presence == Truth::Yes
            && grant.right.every_role(for_code) == Truth::Yes
            && graph.reaches(&grant.principal, &Principal::User(identity)) == Truth::Yes
    })
}
