//! How ARM writes things down: templates, Bicep, and whatever else carries bodies of that shape.

mod apps;
pub(super) mod grants;
mod names;

use super::{
    Declared, Graph, Host, IdArgument, IdKind, IdentityBlock, Ids, Resource, ResourceId, SecretArgument, VAULT, Vault,
    azapi,
};
use crate::azure::types;
use crate::graph::identity::{ignores_identity, kinds};
use crate::ir::Mode;
use crate::resolve::value::{Kind, Reason, Truth, Value, Why};

pub(super) use names::{Names, aliases, names};

pub(super) const USER_ASSIGNED_IDENTITY: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";

/// From this version on a vault that says nothing decides by roles
/// (learn.microsoft.com, key-vault/general/access-control-default).
const RBAC_BY_DEFAULT: &str = "2026-02-01";

/// Reads every resource of ARM's shape.
pub(super) fn read(graph: &mut Graph<'_>) {
    let ids: Vec<ResourceId> = graph
        .resources()
        .filter(|resource| resource.kind.contains('/') && resource.mode == Mode::Managed)
        .map(|resource| resource.id)
        .collect();
    for id in &ids {
        arguments(graph, *id);
        host(graph, *id);
        if graph.resource(*id).is_some_and(|resource| resource.is(VAULT)) {
            vault(graph, *id);
        }
        apps::site(graph, *id);
    }
    for id in &ids {
        grants::read(graph, *id);
        apps::settings(graph, *id);
    }
    apps::parents(graph);
    updates(graph);
}

/// Secrets in what an update writes into a resource.
fn updates(graph: &mut Graph<'_>) {
    let updates = graph.resources().filter(|resource| &*resource.kind == "azapi_update_resource");
    let bodies: Vec<Resource> = updates
        .filter_map(|resource| {
            let shaped = azapi::body(graph.deployment, resource.id, &resource.body)?;
            let facts = types::by_name(&shaped.kind);
            Some(Resource { kind: shaped.kind, facts, body: shaped.body, ..resource.clone() })
        })
        .collect();
    let found: Vec<SecretArgument> = bodies.iter().flat_map(secrets).collect();
    graph.secret_arguments.extend(found);
}

fn secrets(resource: &Resource) -> Vec<SecretArgument> {
    let vault_secret = resource.is("Microsoft.KeyVault/vaults/secrets");
    let arguments = resource.facts.map(|facts| facts.secrets.as_slice()).unwrap_or_default();
    arguments
        .iter()
        .flat_map(|secret| resource.values_at(secret.path).into_iter().map(move |value| (secret, value)))
        .map(|(secret, value)| SecretArgument {
            resource: resource.id,
            argument: secret.path,
            write_only: secret.write_only,
            vault_secret,
            value: value.clone(),
        })
        .collect()
}

fn arguments(graph: &mut Graph<'_>, id: ResourceId) {
    let Some((resource, facts)) = graph.resource(id).and_then(|resource| Some((resource, resource.facts?))) else {
        return;
    };
    let mut found = Vec::new();
    for (takes, paths) in [
        (IdKind::Principal, &facts.principal_arguments),
        (IdKind::Client, &facts.client_arguments),
        (IdKind::Resource, &facts.resource_id_arguments),
    ] {
        for argument in paths.iter().filter(|path| path.contains('.')) {
            let values = resource.values_at(argument);
            found.extend(values.into_iter().map(|value| IdArgument {
                resource: id,
                argument,
                takes,
                value: value.clone(),
            }));
        }
    }
    let secrets = secrets(resource);
    graph.id_arguments.extend(found);
    graph.secret_arguments.extend(secrets);
}

fn host(graph: &mut Graph<'_>, id: ResourceId) {
    let Some((resource, takes)) = graph.resource(id).and_then(|resource| Some((resource, resource.facts?.identity?)))
    else {
        return;
    };
    let elsewhere = Why::new(Reason::Runtime("an identity set elsewhere".into()), resource.span);
    let ignored = ignores_identity(&resource.body);
    let declared = match resource.body.property("identity") {
        None if ignored || graph.is_touched(id) => Declared::Unknown(elsewhere),
        None => match &resource.body.rest {
            Some(why) => Declared::Unknown(why.clone()),
            None => Declared::None(None),
        },
        Some(entry) => identity(&entry.value, entry.key_span),
    };
    let declared = match (declared, resource.body.property("identity")) {
        (Declared::Block(mut block), Some(entry)) => {
            if let Some(ids) =
                entry.value.property("userAssignedIdentities").and_then(|map| misplaced(graph, &map.value))
            {
                block.ids = ids;
            }
            Declared::Block(block)
        }
        (other, _) => other,
    };
    graph.hosts.push(Host { resource: id, takes, declared });
    if ignored {
        graph.touched.push(id);
    }
}

/// An id of an identity where the map of ids, or an object in it, belongs.
fn misplaced(graph: &Graph<'_>, map: &Value) -> Option<Ids> {
    let is_id = |value: &Value| value.as_ref().is_some() && graph.id_kind(value).is_some();
    let malformed = |value: &Value, entry| Ids::Malformed { value: value.clone(), what: "text", entry };
    match &map.kind {
        Kind::Map(entries) => {
            let odd = entries.entries.iter().find(|entry| is_id(&entry.value))?;
            Some(malformed(&odd.value, true))
        }
        _ => is_id(map).then(|| malformed(map, false)),
    }
}

fn identity(value: &Value, span: crate::source::Span) -> Declared {
    let undecided =
        || Declared::Unknown(value.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, value.span)));
    match &value.kind {
        Kind::Null => Declared::None(Some(value.clone())),
        // azapi has a block of its own for it.
        Kind::List(list) => match (list.items.as_ref(), &list.rest) {
            ([], None) => Declared::None(Some(value.clone())),
            ([only], None) => identity(only, only.span),
            ([only], Some(why)) if why.reason == Reason::Presence => identity(only, only.span).perhaps(),
            _ => undecided(),
        },
        Kind::OneOf(values) => Declared::among(values.iter().map(|one| identity(one, span))).unwrap_or_else(undecided),
        Kind::Map(map) if map.rest.is_none() => {
            let Some(written) = map.property("type") else { return undecided() };
            if written.value.as_str().is_some_and(|text| text.eq_ignore_ascii_case("None")) {
                return Declared::None(Some(written.value.clone()));
            }
            let (system, user) = kinds(&written.value);
            Declared::Block(IdentityBlock {
                span,
                kinds: written.value.clone(),
                // Each resource provider has its own spelling of both at once.
                exact: false,
                system,
                user,
                // Compute called its list so up to the api version 2018-04-01.
                ids: match map.get("identity_ids").or_else(|| map.property("identityIds")) {
                    Some(ids) => Ids::read(Some(&ids.value)),
                    None => Ids::read_map(map.property("userAssignedIdentities").map(|entry| &entry.value)),
                },
            })
        }
        _ => undecided(),
    }
}

fn vault(graph: &mut Graph<'_>, id: ResourceId) {
    let Some(resource) = graph.resource(id) else { return };
    let properties = resource.argument("properties");
    let property = |name: &str| properties.and_then(|value| value.property(name)).map(|entry| entry.value.clone());
    let said = property("enableRbacAuthorization").filter(|value| value.is_null() != Truth::Yes);
    let open = properties.is_none_or(|value| !matches!(&value.kind, Kind::Map(map) if map.rest.is_none()));
    let runtime = |what: &str| Some(Why::new(Reason::Runtime(what.into()), resource.span));
    let (rbac, why) = match &said {
        _ if graph.is_touched(id) => (Truth::Maybe, runtime("a change through the ARM API")),
        Some(value) => {
            let known = graph.known(value);
            match known.as_bool() {
                Some(on) => (Truth::from(on), None),
                None => (
                    Truth::Maybe,
                    Some(known.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, value.span))),
                ),
            }
        }
        None if open || property("createMode").is_some() => {
            (Truth::Maybe, runtime("the permission model of the vault"))
        }
        None => match &resource.version {
            Some(version) => (Truth::from(&**version >= RBAC_BY_DEFAULT), None),
            None => (Truth::Maybe, runtime("the default of the api version")),
        },
    };
    graph.vaults.push(Vault { resource: id, rbac, said, why, must_say: false });
}
