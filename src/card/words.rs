//! What cards call resources, principals, roles and scopes. Names from the code stand between backticks.

use crate::azure::ids::IdLevel;
use crate::azure::roles::Class;
use crate::graph::{AccessPolicy, CosmosRole, Grant, Graph, IdKind, Principal, ResourceId, Right, Role, Thing};
use crate::resolve::value::{Kind, Truth, Value};

/// What people call resources of these ARM types; other types speak for themselves.
const KINDS: [(&str, &str); 26] = [
    ("Microsoft.App/containerApps", "container app"),
    ("Microsoft.App/jobs", "container app job"),
    ("Microsoft.AppConfiguration/configurationStores", "App Configuration store"),
    ("Microsoft.Automation/automationAccounts", "automation account"),
    ("Microsoft.CognitiveServices/accounts", "AI services account"),
    ("Microsoft.ContainerInstance/containerGroups", "container group"),
    ("Microsoft.ContainerRegistry/registries", "container registry"),
    ("Microsoft.ContainerService/managedClusters", "Kubernetes cluster"),
    ("Microsoft.DataFactory/factories", "data factory"),
    ("Microsoft.DBforPostgreSQL/flexibleServers", "PostgreSQL server"),
    ("Microsoft.DocumentDB/databaseAccounts", "Cosmos DB account"),
    ("Microsoft.EventHub/namespaces", "Event Hubs namespace"),
    ("Microsoft.KeyVault/vaults", "key vault"),
    ("Microsoft.Logic/workflows", "logic app"),
    ("Microsoft.MachineLearningServices/workspaces", "machine learning workspace"),
    ("Microsoft.ManagedIdentity/userAssignedIdentities", "user-assigned identity"),
    ("Microsoft.OperationalInsights/workspaces", "log workspace"),
    ("Microsoft.Resources/resourceGroups", "resource group"),
    ("Microsoft.Search/searchServices", "search service"),
    ("Microsoft.ServiceBus/namespaces", "Service Bus namespace"),
    ("Microsoft.Sql/servers", "SQL server"),
    ("Microsoft.Storage/storageAccounts", "storage account"),
    ("Microsoft.Subscription/aliases", "subscription"),
    ("Microsoft.Web/sites", "web app"),
    ("Microsoft.Web/sites/slots", "slot"),
    ("Microsoft.Web/staticSites", "static web app"),
];

/// A name from the code.
pub(super) fn code(name: &str) -> String {
    format!("`{}`", name.replace('`', "'"))
}

/// What a resource is, such as `key vault`.
pub(super) fn kind(graph: &Graph<'_>, id: ResourceId) -> String {
    if let Some(site) = graph.site(id) {
        let resource = graph.resource(id);
        let of = site.of.and_then(|of| graph.site(of)).unwrap_or(site);
        let app = graph.resource(of.resource).or(resource);
        let app = match app {
            Some(app) if graph.runs_workflows(app) == Truth::Yes => "logic app",
            _ if graph.runs_functions(of) == Truth::Yes => "function app",
            _ => "web app",
        };
        return if site.is_slot { "slot".to_owned() } else { app.to_owned() };
    }
    let Some(resource) = graph.resource(id) else { return "resource".to_owned() };
    let arm = if &*resource.kind == "azurerm_resource_group" {
        "Microsoft.Resources/resourceGroups"
    } else {
        resource.arm_type()
    };
    of_type(arm, &resource.kind)
}

/// What a type means in words: of its own last part, if nobody has a better word.
fn of_type(arm: &str, written: &str) -> String {
    if let Some((_, words)) = KINDS.iter().find(|(kind, _)| kind.eq_ignore_ascii_case(arm)) {
        return (*words).to_owned();
    }
    let last = arm.rsplit('/').next().filter(|last| !last.is_empty());
    let Some(last) = last else {
        let own = written.split_once('_').map_or(written, |(_, own)| own);
        return own.replace('_', " ");
    };
    let mut words = String::new();
    let mut before_upper = true;
    for letter in last.chars() {
        if letter.is_uppercase() && !before_upper {
            words.push(' ');
        }
        before_upper = letter.is_uppercase();
        words.extend(letter.to_lowercase());
    }
    match (words.strip_suffix("ies"), words.strip_suffix("sses")) {
        (Some(start), _) => format!("{start}y"),
        (None, Some(start)) => format!("{start}ss"),
        (None, None) => words.strip_suffix('s').filter(|one| !one.ends_with('s')).unwrap_or(&words).to_owned(),
    }
}

/// A resource with what it is: ``key vault `kv-shop` ``.
pub(super) fn resource(graph: &Graph<'_>, id: ResourceId) -> String {
    format!("{} {}", kind(graph, id), code(&graph.title(id)))
}

/// What a principal is, without its name.
pub(super) fn principal_kind(graph: &Graph<'_>, principal: &Principal) -> String {
    match principal {
        Principal::System(id) => format!("system-assigned identity of {}", resource(graph, *id)),
        Principal::User(_) => "user-assigned identity".to_owned(),
        Principal::Other(id) => format!("an identity that {} makes beside its own", resource(graph, *id)),
        Principal::ServicePrincipal(_) => "service principal".to_owned(),
        Principal::Group(_) => "group".to_owned(),
        Principal::Person(_) => "person".to_owned(),
        Principal::Deployer(_) => "whoever deploys".to_owned(),
        Principal::Literal(_) => "a principal whose id is written out".to_owned(),
    }
}

/// A principal for a sentence.
pub(super) fn principal(graph: &Graph<'_>, principal: &Principal) -> String {
    match principal {
        Principal::User(id) | Principal::ServicePrincipal(id) | Principal::Group(id) | Principal::Person(id) => {
            format!("{} {}", principal_kind(graph, principal), code(&graph.title(*id)))
        }
        Principal::Literal(id) => format!("the principal {}", code(id)),
        _ => principal_kind(graph, principal),
    }
}

/// Whoever a principal id belongs to, each alternative.
pub(super) fn principals(graph: &Graph<'_>, value: &Value) -> String {
    let each: Vec<String> = graph
        .principals(value)
        .iter()
        .map(|one| match one {
            Ok(one) => principal(graph, one),
            Err(why) => {
                no_principal(graph, value).unwrap_or_else(|| format!("somebody who is not known ({})", why.reason))
            }
        })
        .collect();
    either(&each)
}

/// What is given where the id of a principal should be, if that is certain.
pub(super) fn no_principal(graph: &Graph<'_>, value: &Value) -> Option<String> {
    let kind = graph.id_kind(value).filter(|kind| *kind != IdKind::Principal)?;
    let whose = match graph.led_to(value).as_slice() {
        [Thing::Principal(one)] => format!(" of {}", principal(graph, one)),
        [Thing::Resource(id)] => format!(" of {}", resource(graph, *id)),
        _ => String::new(),
    };
    Some(format!("the {}{whose}, which is no principal id", kind.name()))
}

/// The first few of these, any of which it may be.
pub(super) fn either(each: &[String]) -> String {
    const SHOWN: usize = 3;
    let mut shown: Vec<String> = each.iter().take(SHOWN).cloned().collect();
    if each.len() > SHOWN {
        shown.push(format!("{} others", each.len() - SHOWN));
    }
    shown.join(" or ")
}

/// What is given by a grant, in words.
pub(super) fn right(graph: &Graph<'_>, right: &Right) -> String {
    match right {
        Right::Role { roles, .. } => either(&roles.iter().map(|one| role(graph, one)).collect::<Vec<_>>()),
        Right::Policy(policy) => policy_words(graph, policy),
        Right::OfAccount { written } => match graph.cosmos_role(written) {
            Some(CosmosRole::Reader) => "Cosmos DB Built-in Data Reader".to_owned(),
            Some(CosmosRole::Contributor) => "Cosmos DB Built-in Data Contributor".to_owned(),
            Some(CosmosRole::Other) | None => "a role of the account".to_owned(),
        },
        Right::InDirectory { application, .. } => match graph.directory_power(right) {
            Some((power, _)) => power.name.to_owned(),
            None if application.is_some() => "a permission of an application".to_owned(),
            None => "a role of the directory".to_owned(),
        },
    }
}

fn role(graph: &Graph<'_>, role: &Role) -> String {
    match role {
        Role::BuiltIn(role) => role.name.to_owned(),
        Role::Custom(id) => format!("custom role {}", code(&graph.role_title(*id))),
        Role::Named(name) => code(name),
        Role::Guid(guid) => format!("role {}", code(guid)),
        Role::Unknown(_) => "a role that is not known".to_owned(),
    }
}

fn policy_words(graph: &Graph<'_>, policy: &AccessPolicy) -> String {
    let lists = [
        ("secrets", &policy.secrets),
        ("keys", &policy.keys),
        ("certificates", &policy.certificates),
        ("storage", &policy.storage),
    ];
    let shown = lists.into_iter().filter_map(|(what, list)| {
        let list = graph.known(list.as_ref()?);
        let Kind::List(items) = &list.kind else {
            return (list.is_null() != Truth::Yes).then(|| format!("{what} not known"));
        };
        let mut each: Vec<&str> = items.items.iter().filter_map(Value::as_str).collect();
        let open = items.rest.is_some() || each.len() < items.items.len();
        each.truncate(6);
        let more = if open {
            ", perhaps more"
        } else if items.items.len() > each.len() {
            ", …"
        } else {
            ""
        };
        (!each.is_empty() || open).then(|| format!("{what}: {}{more}", each.join(", ").to_lowercase()))
    });
    let shown: Vec<String> = shown.collect();
    if shown.is_empty() { "access policy".to_owned() } else { format!("access policy ({})", shown.join("; ")) }
}

/// What a right is good for, in a word or two; nothing where that is not known.
pub(super) fn good_for(right: &Right) -> Option<&'static str> {
    match right {
        Right::Role { .. } => {
            let roles = right.built_in()?;
            let pulls = |role: &&crate::azure::roles::Role| role.class == Class::Read && role.permits("acr-pull");
            if roles.iter().copied().all(|role| pulls(&role)) {
                return Some("pulls images");
            }
            let class = roles.first()?.class;
            roles.iter().all(|role| role.class == class).then_some(())?;
            Some(match class {
                Class::Privileged if roles.iter().all(|role| role.permits_everything() && role.grants_any_role()) => {
                    "privileged: may do and grant anything there"
                }
                Class::Privileged if roles.iter().all(|role| role.permits_everything()) => {
                    "privileged: manages everything there"
                }
                Class::Privileged if roles.iter().all(|role| role.grants_any_role()) => {
                    "privileged: may grant any role there"
                }
                Class::Privileged => "privileged",
                Class::Mixed => "management and data",
                Class::Data => "data",
                Class::Control => "management, no data",
                Class::Read => "sees what is there, no data",
                Class::Removed => "no longer exists",
            })
        }
        Right::Policy(_) | Right::OfAccount { .. } => Some("data"),
        Right::InDirectory { .. } => None,
    }
}

/// Where a grant holds.
pub(super) fn scope(graph: &Graph<'_>, scope: &Value) -> String {
    let each: Vec<String> = scope.alternatives().iter().map(|one| one_scope(graph, one)).collect();
    either(&each)
}

fn one_scope(graph: &Graph<'_>, scope: &Value) -> String {
    let named = graph.named_by(scope).map(|id| resource(graph, id));
    match (graph.level(scope), named) {
        (Some(IdLevel::Subscription), _) => "the whole subscription".to_owned(),
        (Some(IdLevel::ManagementGroup), _) => "the whole management group".to_owned(),
        (Some(IdLevel::Tenant), _) => "the whole tenant".to_owned(),
        (_, Some(named)) => named,
        (Some(IdLevel::ResourceGroup), None) => {
            let known = graph.known(scope);
            let name = known.as_str().and_then(|id| crate::azure::ids::segment_after(id, "resourceGroups"));
            name.map_or_else(|| "the whole resource group".to_owned(), |name| format!("resource group {}", code(name)))
        }
        (Some(IdLevel::Resource), None) => match (graph.scoped_to(scope), graph.scoped_type(scope)) {
            (Some(id), _) => format!("a part of {}", resource(graph, id)),
            (None, Some(found)) => format!("{} {}", of_type(&found.kind, &found.kind), code(&found.title)),
            (None, None) => "a resource that is not known".to_owned(),
        },
        (None, None) => match scope.why() {
            Some(why) => format!("a scope that is not known ({})", why.reason),
            None => "a scope that is not known".to_owned(),
        },
    }
}

/// How wide a scope is, where its words do not say so.
pub(super) fn width(graph: &Graph<'_>, scope: &Value) -> Option<&'static str> {
    match graph.level(scope)? {
        IdLevel::ResourceGroup => Some("and all that is in it"),
        IdLevel::Resource => Some("and what lies in it"),
        IdLevel::Tenant | IdLevel::ManagementGroup | IdLevel::Subscription => None,
    }
}

/// What people call the service of a resource provider.
pub(super) fn service(provider: &str) -> String {
    let name = match provider {
        "microsoft.appconfiguration" => "App Configuration",
        "microsoft.cognitiveservices" => "AI services",
        "microsoft.containerregistry" => "container registries",
        "microsoft.documentdb" => "Cosmos DB",
        "microsoft.eventhub" => "Event Hubs",
        "microsoft.keyvault" => "Key Vault",
        "microsoft.search" => "AI Search",
        "microsoft.servicebus" => "Service Bus",
        "microsoft.storage" => "Storage",
        other => return code(other),
    };
    name.to_owned()
}

/// What weakens a grant: that it may not exist, that a condition narrows it.
pub(super) fn provisos(grant: &Grant) -> String {
    let mut text = String::new();
    if grant.condition.is_some() {
        text.push_str(", narrowed by a condition");
    }
    if grant.presence != Truth::Yes {
        text.push_str(", if it is made at all");
    }
    text
}

/// A text that a value is, as far as it is known, for people.
pub(super) fn text(graph: &Graph<'_>, value: &Value) -> String {
    if !graph.secrets_in(value).is_empty() {
        return "a secret".to_owned();
    }
    let one = |value: &Value| {
        let known = graph.known(value);
        if let Some(why) = known.why() {
            return format!("not known: {}", why.reason);
        }
        if let Some(reference) = known.as_ref()
            && let Some(id) = reference.start()
        {
            let last = reference.last_name().map_or(String::new(), |(name, _)| format!("{} of ", code(name)));
            return format!("{last}{}", resource(graph, id));
        }
        graph.spelled(&known).map_or_else(|| "not known".to_owned(), |spelled| code(&spelled.shown()))
    };
    either(&value.alternatives().iter().map(one).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_speak_for_themselves() {
        assert_eq!(of_type("Microsoft.Compute/virtualMachines", ""), "virtual machine");
        assert_eq!(of_type("Microsoft.Network/publicIPAddresses", ""), "public ipaddress");
        assert_eq!(of_type("Microsoft.Sql/servers/databases", ""), "database");
        assert_eq!(of_type("microsoft.keyvault/VAULTS", ""), "key vault");
        assert_eq!(of_type("", "azuread_application"), "application");
    }

    #[test]
    fn names_with_backticks_end_no_code() {
        assert_eq!(code("a`b"), "`a'b`");
    }
}
