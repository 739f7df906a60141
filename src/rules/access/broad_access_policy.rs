use super::workloads::{Workload, workload};
use crate::finding::{Edit, Fix, Safety};
use crate::graph::{AccessPolicy, Grant, Graph, Property, Right, Vault};
use crate::resolve::value::{Kind, Truth, Value, part_of};
use crate::rules::{Cx, Draft};

/// What looks after what others keep in a vault.
const KEEPERS: [&str; 9] = [
    "Microsoft.RecoveryServices/vaults",
    "Microsoft.DataProtection/backupVaults",
    "Microsoft.Automation/automationAccounts",
    "Microsoft.Resources/deploymentScripts",
    "Microsoft.Authorization/policyAssignments",
    "Microsoft.MachineLearningServices/workspaces",
    // These keep the credentials that they make in a vault.
    "Microsoft.NetApp/netAppAccounts",
    "Microsoft.AzureStackHCI/clusters",
    "Microsoft.DataBoxEdge/dataBoxEdgeDevices",
];

/// Permissions to manage what is kept, in lower case, and how a message says them.
const MANAGING: [(&str, &str); 13] = [
    ("delete", "delete"),
    ("backup", "back up"),
    ("restore", "restore"),
    ("recover", "recover"),
    ("create", "create"),
    ("import", "import"),
    ("update", "update"),
    ("rotate", "rotate"),
    ("setrotationpolicy", "set rotation policies for"),
    ("managecontacts", "manage contacts for"),
    ("manageissuers", "manage issuers for"),
    ("setissuers", "set issuers for"),
    ("deleteissuers", "delete issuers for"),
];

/// What is too much about a policy, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Excess {
    Everything,
    Purging,
    Application,
    Deleting,
    Managing,
}

/// A permission that is too much.
struct Found {
    excess: Excess,
    value: Value,
    /// What it is about.
    things: &'static str,
    /// What it permits.
    verb: &'static str,
}

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let vault = graph.named_by(&grant.scope).and_then(|id| graph.vault(id));
        let Some(vault) = vault.filter(|vault| vault.rbac == Truth::No) else { continue };
        let mut found = excesses(graph, grant);
        // The sort is stable: of equals the first written one comes first.
        found.sort_by_key(|one| one.excess);
        let deletes_secrets = |one: &Found| one.excess == Excess::Deleting && one.things == "secrets";
        // A function app that keeps its keys there deletes those that go.
        if found.iter().any(deletes_secrets) && graph.keeps_keys_in_vault(&grant.principal) != Truth::No {
            found.retain(|one| !deletes_secrets(one));
        }
        // Where nothing can be purged, nobody may.
        if !lets_purge(graph, vault) {
            found.retain(|one| one.excess != Excess::Purging);
        }
        if found.is_empty() {
            continue;
        }
        if let Some(who) = workload(graph, &grant.principal, &KEEPERS) {
            report(cx, grant, vault, &who, &found);
        }
    }
}

/// Whether what was deleted from a vault certainly can be purged.
fn lets_purge(graph: &Graph<'_>, vault: &Vault) -> bool {
    match graph.property(vault.resource, "purge_protection_enabled", "enablePurgeProtection") {
        Property::Absent => true,
        Property::Is(value) => graph.known(&value).as_bool() == Some(false),
        Property::Unknown(_) => false,
    }
}

/// The kinds of things in a vault, and the permissions on them.
fn lists(right: &Right) -> Vec<(&'static str, &Value)> {
    let Right::Policy(policy) = right else { return Vec::new() };
    let AccessPolicy { secrets, keys, certificates, storage, .. } = policy.as_ref();
    let kinds = ["secrets", "keys", "certificates", "managed storage accounts"];
    kinds
        .into_iter()
        .zip([secrets, keys, certificates, storage])
        .filter_map(|(kind, list)| Some((kind, list.as_ref()?)))
        .collect()
}

fn excesses(graph: &Graph<'_>, grant: &Grant) -> Vec<Found> {
    let mut found = Vec::new();
    for (things, list) in lists(&grant.right) {
        let list = graph.known(list);
        let Kind::List(items) = &list.kind else { continue };
        for item in items.items.iter().filter(|_| items.is_sure()) {
            let value = graph.known(&part_of(&list, item));
            if let Some((excess, verb)) = excess(&value) {
                found.push(Found { excess, value, things, verb });
            }
        }
    }
    if let Right::Policy(policy) = &grant.right
        && let Some(value) = &policy.application
        && graph.known(value).is_null() == Truth::No
        && !graph.known(value).holds_unknown()
    {
        found.push(Found { excess: Excess::Application, value: value.clone(), things: "", verb: "" });
    }
    found
}

/// What a permission certainly is too much of: of several possible ones the mildest.
fn excess(value: &Value) -> Option<(Excess, &'static str)> {
    let one = |value: &Value| {
        let name = value.as_str()?.to_ascii_lowercase();
        match name.as_str() {
            "all" => Some((Excess::Everything, "do everything with")),
            "purge" => Some((Excess::Purging, "purge")),
            _ => {
                let (_, verb) = MANAGING.iter().find(|(managing, _)| *managing == name)?;
                Some((if name == "delete" { Excess::Deleting } else { Excess::Managing }, *verb))
            }
        }
    };
    let each: Option<Vec<_>> = value.alternatives().iter().map(one).collect();
    each?.into_iter().max_by_key(|(excess, _)| *excess)
}

fn report(cx: &mut Cx<'_>, grant: &Grant, vault: &Vault, who: &Workload, found: &[Found]) {
    let graph = cx.graph;
    let Some((worst, others)) = found.split_first() else { return };
    let (Some(by), Some(resource)) = (graph.resource(grant.by), graph.resource(vault.resource)) else { return };
    let (name, title) = (&who.name, &resource.title);
    let (message, note) = match worst.excess {
        Excess::Application => (
            format!(
                "the access policy of {name} on `{title}` asks for an application, and a managed identity signs in without one"
            ),
            "no managed identity comes with this",
        ),
        _ => (format!("{name} may {} {} of `{title}`", worst.verb, worst.things), "more than an app uses"),
    };
    let help = match worst.excess {
        Excess::Application => "leave the application out",
        _ => "leave the app what it uses: get, and list where it looks names up",
    };
    let is_certain = matches!(worst.excess, Excess::Everything | Excess::Purging | Excess::Application);
    let mut draft = Draft::new(by.address.clone(), worst.value.span, message)
        .note(note)
        .because(&worst.value)
        .doubt(Truth::from(is_certain).or(Truth::Maybe))
        .doubt(grant.presence)
        .if_present(resource)
        .help(help)
        .fix(fix(graph, grant, found));
    for other in others {
        draft = draft.label(other.value.span, "and this");
    }
    if let Some(said) = &vault.said {
        draft = draft.label(said.span, "decides by policies").because(said);
    }
    cx.report(who.shown(draft, &grant.principal));
}

/// Takes away all that is too much, where something is left.
fn fix(graph: &Graph<'_>, grant: &Grant, found: &[Found]) -> Option<Fix> {
    let mut edits: Vec<Edit> = Vec::new();
    for (things, list) in lists(&grant.right) {
        let own: Vec<&Found> = found.iter().filter(|one| one.things == things).collect();
        if own.is_empty() {
            continue;
        }
        let all = own.iter().find(|one| one.excess == Excess::Everything).map(|one| &one.value);
        let keep = |item: &Value| own.iter().all(|one| one.value.span != item.span);
        match (graph.keep_items(list, &keep), all) {
            (Some(some), _) => edits.extend(some),
            (None, Some(all)) if own.len() == 1 && list.via.is_none() => edits.push(graph.other_text(all, "get")?),
            _ => return None,
        }
    }
    if let Some(application) = found.iter().find(|one| one.excess == Excess::Application) {
        edits.push(graph.remove(&application.value)?);
    }
    let title = "leave what an app uses".to_owned();
    (!edits.is_empty()).then_some(Fix { title, safety: Safety::Unsafe, edits })
}
