//! Ids of resources: references where the resource is declared, else texts with holes.

use crate::resolve::functions::Call;
use crate::resolve::value::{Entry, Hop, Kind, Map, NodeId, Reason, Ref, Seg, Target, Text, TextPart, Value, Why};
use crate::source::Span;

/// Where an id begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Group,
    Subscription,
    Tenant,
}

const ROLE_DEFINITION: &str = "Microsoft.Authorization/roleDefinitions";
const SUBSCRIPTION: &str = "the subscription";
const GROUP: &str = "the resource group";

fn hole(name: &str, span: Span) -> TextPart {
    TextPart::Hole(Value::unknown(Why::new(Reason::Runtime(name.into()), span), span))
}

fn literal(text: &str) -> TextPart {
    TextPart::Text(text.into())
}

fn start(scope: Scope, span: Span) -> Vec<TextPart> {
    match scope {
        Scope::Group => {
            vec![literal("/subscriptions/"), hole(SUBSCRIPTION, span), literal("/resourceGroups/"), hole(GROUP, span)]
        }
        Scope::Subscription => vec![literal("/subscriptions/"), hole(SUBSCRIPTION, span)],
        Scope::Tenant => Vec::new(),
    }
}

/// The id of what a template deploys to.
pub(super) fn scope(level: &str, span: Span) -> Value {
    let parts = match level {
        "subscription" => start(Scope::Subscription, span),
        "managementgroup" => {
            vec![literal("/providers/Microsoft.Management/managementGroups/"), hole("the management group", span)]
        }
        "tenant" => vec![literal("/")],
        _ => start(Scope::Group, span),
    };
    Value::new(Kind::Text(Text::new(parts)), span)
}

/// The id of what the module at hand deploys to.
pub(super) fn own_scope(call: &Call<'_, '_>) -> Value {
    placed(call, call.text(0).unwrap_or("resourcegroup"))
}

/// The id of what the module at hand deploys to on a level, with what its callers say of it.
fn placed(call: &Call<'_, '_>, level: &str) -> Value {
    let subscription = || call.deployment.subscription_of(call.instance).map(|id| parts_of(&id));
    match level {
        "subscription" => match subscription() {
            Some(id) => text(std::iter::once(literal("/subscriptions/")).chain(id).collect(), call.span),
            None => scope(level, call.span),
        },
        "resourcegroup" => match call.deployment.group_of(call.instance) {
            Some(group) if group.as_ref().is_some_and(|group| group.dotted() == "id") => {
                Value { span: call.span, ..group }
            }
            Some(name) => in_subscription(subscription(), &name, call.span),
            None => scope(level, call.span),
        },
        _ => scope(level, call.span),
    }
}

/// The id of the resource group of this name.
fn in_subscription(subscription: Option<Vec<TextPart>>, name: &Value, span: Span) -> Value {
    let subscription = subscription.unwrap_or_else(|| vec![hole(SUBSCRIPTION, span)]);
    let mut parts = vec![literal("/subscriptions/")];
    parts.extend(subscription);
    parts.push(literal("/resourceGroups/"));
    parts.extend(parts_of(name));
    text(parts, span)
}

fn parts_of(value: &Value) -> Vec<TextPart> {
    value.text_parts().unwrap_or_else(|| vec![TextPart::Hole(value.clone())])
}

fn text(parts: Vec<TextPart>, span: Span) -> Value {
    Value::new(Kind::Text(Text::new(parts)), span)
}

/// `resourceGroup()`, `subscription()`: objects of which only the id has a known shape.
pub(super) fn container(call: &Call<'_, '_>, level: &str) -> Value {
    let why = Why::new(Reason::Runtime(call.name.into()), call.span);
    let id = match (level, call.args.as_slice()) {
        (_, []) => placed(call, level),
        ("resourcegroup", [name]) => in_subscription(None, name, call.span),
        ("resourcegroup", [id, name]) => in_subscription(Some(parts_of(id)), name, call.span),
        ("subscription", [id]) => {
            text(std::iter::once(literal("/subscriptions/")).chain(parts_of(id)).collect(), call.span)
        }
        _ => scope(level, call.span),
    };
    let entries = vec![Entry::new("id".into(), call.span, id)];
    Value::new(Kind::Map(Map::new(entries, Some(why))), call.span)
}

/// `environment()`: of its addresses only that of vaults has a part that is the same in every cloud
/// (learn.microsoft.com, azure-resource-manager/bicep/bicep-functions-deployment).
pub(super) fn environment(call: &Call<'_, '_>) -> Value {
    let why = Why::new(Reason::Runtime(call.name.into()), call.span);
    let vaults = Text::new(vec![literal(".vault."), hole("the cloud", call.span)]);
    let vaults = Entry::new("keyvaultDns".into(), call.span, Value::new(Kind::Text(vaults), call.span));
    let suffixes = Value::new(Kind::Map(Map::new(vec![vaults], Some(why.clone()))), call.span);
    let entries = vec![Entry::new("suffixes".into(), call.span, suffixes)];
    Value::new(Kind::Map(Map::new(entries, Some(why))), call.span)
}

pub(super) fn resource_id(call: &Call<'_, '_>, scope: Scope) -> Value {
    let is_type = |value: &Value| value.as_str().is_some_and(|text| text.contains('/') && text.contains('.'));
    let args: Vec<Value> = call
        .args
        .iter()
        .map(|arg| if arg.as_ref().is_some() { arg.clone() } else { call.deployment.known(arg) })
        .collect();
    let Some(at) = args.iter().position(|arg| is_type(&call.deployment.known(arg))) else { return call.invalid() };
    let (Some(kind), Some(names)) = (args.get(at).map(|arg| call.deployment.known(arg)), args.get(at + 1..)) else {
        return call.invalid();
    };
    let Some(kind) = kind.as_str() else { return call.invalid() };
    // A resource group or subscription that is named may be any other.
    let own = |arg: &Value| {
        let why = call.deployment.known(arg).why().map(|why| why.reason.clone());
        ["resourcegroup", "subscription"].iter().any(|own| why == Some(Reason::Runtime((*own).into())))
    };
    if args.iter().take(at).all(own)
        && let Some(node) = call.deployment.declared(call.instance, kind, names)
    {
        return Value::new(Kind::Ref(Ref::node(node).then(Seg::Name("id".into(), call.span))), call.span);
    }
    let mut parts = start(scope, call.span);
    parts.push(literal("/providers/"));
    parts.extend(path(kind, names));
    let id = Value::new(Kind::Text(Text::new(parts)), call.span);
    // Which role it is, is said where its GUID is given.
    let given = names.last().filter(|name| name.is_given() && kind.eq_ignore_ascii_case(ROLE_DEFINITION));
    match given.and_then(|name| Some((name.as_str()?, name.span))) {
        Some((guid, span)) => id.passed(Hop::Key(guid.into()), span),
        None => id,
    }
}

/// `Microsoft.Web/sites/slots` and two names: `Microsoft.Web/sites/app/slots/staging`.
fn path(kind: &str, names: &[Value]) -> Vec<TextPart> {
    let mut segments = kind.split('/');
    let mut parts = vec![literal(segments.next().unwrap_or(""))];
    let mut names = names.iter();
    for segment in segments {
        parts.push(literal(&format!("/{segment}/")));
        match names.next() {
            Some(name) => parts.extend(name.text_parts().unwrap_or_else(|| vec![TextPart::Hole(name.clone())])),
            None => parts.push(literal("")),
        }
    }
    parts
}

pub(super) fn extension_resource_id(call: &Call<'_, '_>) -> Value {
    let Some((base, rest)) = call.args.split_first() else { return call.invalid() };
    let Some((kind, names)) = rest.split_first() else { return call.invalid() };
    let known = call.deployment.known(kind);
    let Some(kind) = known.as_str() else { return call.invalid() };
    let mut parts = base.text_parts().unwrap_or_else(|| vec![TextPart::Hole(base.clone())]);
    parts.push(literal("/providers/"));
    parts.extend(path(kind, names));
    Value::new(Kind::Text(Text::new(parts)), call.span)
}

/// The resource that an id refers to.
pub(super) fn reference(call: &Call<'_, '_>) -> Value {
    let Some(id) = call.arg(0) else { return call.invalid() };
    let each = id.alternatives().iter().map(|one| match &one.kind {
        Kind::Ref(reference) if matches!(reference.target, Target::Node(_)) => {
            let whole = match reference.path.as_slice() {
                [] => true,
                [Seg::Name(name, _)] => matches!(&**name, "id" | "name"),
                _ => false,
            };
            if whole {
                let reference = Ref { path: Vec::new(), ..reference.clone() };
                Value { kind: Kind::Ref(reference), span: call.span, ..one.clone() }
            } else {
                call.unknown(Reason::Reference)
            }
        }
        Kind::Unknown(why) => Value::unknown(why.clone(), call.span),
        Kind::Text(_) => match written(call, one) {
            Some(node) => Value { kind: Kind::Ref(Ref::node(node)), span: call.span, ..one.clone() },
            None => call.unknown(Reason::Reference),
        },
        _ => call.unknown(Reason::Reference),
    });
    Value::one_of(each, call.span).resting_on(id)
}

/// What `listKeys()` and its like give: an attribute of the resource, or of the one that it lies in, called like the
/// function. It shows only when the resource is there.
pub(super) fn listed(call: &Call<'_, '_>) -> Value {
    let unknown = || call.unknown(Reason::Function(call.name.into()));
    let Some(id) = call.arg(0) else { return unknown() };
    let each = id.alternatives().iter().map(|one| match holder(call, one) {
        Some(node) => {
            let reference = Ref::node(node).then(Seg::Name(format!("{}()", call.name).into(), call.span));
            Value { kind: Kind::Ref(reference), span: call.span, ..one.clone() }
        }
        // That it is a key, and of what, can be told all the same.
        None => {
            let part = Hop::Part(format!("{}()", call.name.to_ascii_lowercase()).into());
            unknown().made_of(vec![one.clone()]).passed(part, call.span)
        }
    });
    Value::one_of(each, call.span).resting_on(id)
}

/// The resource that an id names, or that it begins with.
fn holder(call: &Call<'_, '_>, id: &Value) -> Option<NodeId> {
    let whole = |reference: &Ref| match reference.path.as_slice() {
        [] => reference.start().filter(|_| !reference.many),
        [Seg::Name(name, _)] if &**name == "id" => reference.start().filter(|_| !reference.many),
        _ => None,
    };
    match &id.kind {
        Kind::Ref(reference) => whole(reference),
        Kind::Text(text) => match text.parts().first()? {
            TextPart::Hole(hole) => match hole.as_ref() {
                Some(reference) => whole(reference),
                None => written_or_above(call, id),
            },
            TextPart::Text(_) => written_or_above(call, id),
        },
        _ => None,
    }
}

/// The resource that a text means: by its name alone, by type and name, or by an id that ends in those.
fn written(call: &Call<'_, '_>, id: &Value) -> Option<NodeId> {
    let segments = id.segments()?;
    match segments.len() {
        1 => call.deployment.called(call.instance, id),
        _ => {
            let (kind, names) = typed(&segments)?;
            call.deployment.declared(call.instance, &kind, &[Value::joined(&names, id.span)])
        }
    }
}

/// The resource that a text means, or the one that it lies in if only that is declared.
fn written_or_above(call: &Call<'_, '_>, id: &Value) -> Option<NodeId> {
    if let Some(node) = written(call, id) {
        return Some(node);
    }
    let (mut kind, mut names) = typed(&id.segments()?)?;
    while names.len() > 1 {
        names.pop();
        kind.truncate(kind.rfind('/')?);
        if let Some(node) = call.deployment.declared(call.instance, &kind, &[Value::joined(&names, id.span)]) {
            return Some(node);
        }
    }
    None
}

/// The type and the names that the segments of an id end in.
fn typed(segments: &[Vec<TextPart>]) -> Option<(String, Vec<Vec<TextPart>>)> {
    let text = |at: usize| match segments.get(at).map(Vec::as_slice) {
        Some([TextPart::Text(text)]) => Some(&**text),
        _ => None,
    };
    let provider = (0..segments.len()).rev().find(|at| text(*at).is_some_and(|text| text.contains('.')))?;
    let mut kind = text(provider)?.to_owned();
    let mut names = Vec::new();
    for at in (provider + 1..segments.len()).step_by(2) {
        kind = format!("{kind}/{}", text(at)?);
        names.push(segments.get(at + 1)?.clone());
    }
    // Only what lies where this template deploys to, never in another resource group.
    let is_own = |at: usize| match segments.get(at).map(Vec::as_slice) {
        Some([TextPart::Hole(hole)]) => hole
            .why()
            .is_some_and(|why| [SUBSCRIPTION, GROUP].iter().any(|own| why.reason == Reason::Runtime((*own).into()))),
        _ => false,
    };
    let on_top = provider == 2
        && segments.first().is_some_and(Vec::is_empty)
        && text(1).is_some_and(|text| text.eq_ignore_ascii_case("providers"));
    if !(provider == 0 || on_top || provider == 6 && is_own(2) && is_own(4)) {
        return None;
    }
    Some((kind, names))
}
