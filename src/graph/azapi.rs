//! azapi: ARM's own types and bodies in Terraform. A resource becomes what it declares, so that one reader serves all.

use crate::ir::{Mode, Name};
use crate::resolve::eval::Deployment;
use crate::resolve::value::{Entry, Kind, Map, NodeId, Reason, Value, Why};

/// What an azapi resource declares.
pub(super) struct Shaped {
    /// The ARM type.
    pub(super) kind: Name,
    /// The api version.
    pub(super) version: Name,
    /// The body as ARM has it, with `name`, and `parent` or `scope`.
    pub(super) body: Map,
}

/// What the resource declares; none if it is not azapi's, only changes something else, or its type is not known.
pub(super) fn shaped(deployment: &Deployment<'_>, node: NodeId, written: &Map) -> Option<Shaped> {
    let declared = deployment.resource(node)?;
    let shaped = body(deployment, node, written)?;
    // A change of a resource is not the resource, but the configuration of a site has no other form.
    let changes = &*declared.kind == "azapi_update_resource";
    (!changes || shaped.kind.to_ascii_lowercase().ends_with("/config")).then_some(shaped)
}

/// What the resource declares or changes.
pub(super) fn body(deployment: &Deployment<'_>, node: NodeId, written: &Map) -> Option<Shaped> {
    let declared = deployment.resource(node)?;
    if !matches!(
        (&*declared.kind, declared.mode),
        ("azapi_resource", Mode::Managed | Mode::Data) | ("azapi_update_resource", Mode::Managed)
    ) {
        return None;
    }
    let argument = |name: &str| written.get(name).map(|entry| &entry.value);
    let kind = deployment.known(argument("type")?);
    let (kind, version) = kind.as_str()?.split_once('@')?;
    let (name, parent) = place(argument("name"), argument("parent_id"), argument("resource_id"));
    let mut entries = Vec::new();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            entries.push(Entry::new(name.into(), value.span, value));
        }
    };
    add("name", name);
    let is_child = kind.split('/').count() > 2;
    let lower = kind.to_ascii_lowercase();
    let is_extension =
        lower.starts_with("microsoft.authorization/") || lower == "microsoft.eventgrid/eventsubscriptions";
    add(if is_child { "parent" } else { "scope" }, parent.filter(|_| is_child || is_extension));
    let kept = ["identity", "location", "tags", "lifecycle"];
    entries.extend(written.entries.iter().filter(|entry| kept.contains(&&*entry.key)).cloned());
    let mut body = Map::new(entries, None);
    for name in ["body", "sensitive_body"] {
        if let Some(value) = deployment.structure(node, &name.into()) {
            body = with(body, &value);
        }
    }
    Some(Shaped { kind: kind.into(), version: version.into(), body })
}

/// The own name and the parent's id. An id of the whole ends in type and name.
fn place(name: Option<&Value>, parent: Option<&Value>, id: Option<&Value>) -> (Option<Value>, Option<Value>) {
    if let Some(id) = id
        && let Some(segments) = id.segments()
        && let Some((last, rest)) = segments.split_last()
        && rest.len() > 1
    {
        let name = Value::joined(std::slice::from_ref(last), id.span);
        let parent = Value::joined(rest.get(..rest.len() - 1).unwrap_or_default(), id.span);
        return (Some(name), Some(parent));
    }
    (name.cloned(), parent.cloned())
}

/// The body with what is written in `value`; if that is not known, nothing below `properties` is.
fn with(body: Map, value: &Value) -> Map {
    let mut entries = body.entries.to_vec();
    let mut rest = body.rest;
    match &value.kind {
        Kind::Map(map) => {
            rest = rest.or_else(|| map.rest.clone());
            for entry in map.entries.iter() {
                let added = crate::resolve::value::part_of(value, &entry.value);
                match entries.iter_mut().find(|there| there.key.eq_ignore_ascii_case(&entry.key)) {
                    Some(there) => there.value = both(&there.value, added),
                    None => entries.push(Entry { value: added, ..entry.clone() }),
                }
            }
        }
        Kind::Null => {}
        _ => {
            let why = value.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, value.span));
            entries.push(Entry::new("properties".into(), value.span, Value::unknown(why.clone(), value.span)));
            rest = Some(why);
        }
    }
    Map::new(entries, rest)
}

/// Two values of one property: of two objects, all entries.
fn both(first: &Value, second: Value) -> Value {
    match (&first.kind, &second.kind) {
        (Kind::Map(a), Kind::Map(_)) => Value { kind: Kind::Map(with(a.clone(), &second)), ..first.clone() },
        _ => second,
    }
}

/// The path of an attribute as ARM has it: azapi puts what Azure answered below `output`, and its identity block has
/// names of its own.
pub(super) fn path(dotted: &str) -> &str {
    match dotted.strip_prefix("output.").unwrap_or(dotted) {
        "identity.principal_id" => "identity.principalId",
        path => path,
    }
}
