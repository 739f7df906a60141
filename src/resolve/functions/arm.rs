//! Functions of ARM templates and Bicep.

mod ids;
mod lists;
mod text;

pub(super) use lists::{is_plain_map, perhaps};

use super::Call;
use crate::resolve::value::{Entry, Kind, Map, Reason, Truth, Value, Why};

pub(super) fn call(call: &Call<'_, '_>) -> Value {
    let again = |args| self::call(&Call { args, more: None, ..*call });
    if call.name.ends_with("resourceid")
        && let Some(value) = call.each_alternative(&call.args, again)
    {
        return value;
    }
    if let Some(value) = references(call) {
        return value;
    }
    let args: Vec<Value> = call.args.iter().map(|arg| call.deployment.known(arg)).collect();
    if let Some(value) = partial(&Call { args: args.clone(), more: None, ..*call }) {
        return args.iter().fold(value, Value::resting_on);
    }
    if let Some(value) = call.each_alternative(&args, again) {
        return value;
    }
    let eager = Call { args, more: None, ..*call };
    let value = lists::call(&eager).or_else(|| text::call(&eager)).or_else(|| logic(&eager));
    let value = value.unwrap_or_else(|| call.unknown(Reason::Function(call.name.into())));
    eager.args.iter().fold(value, Value::resting_on)
}

/// Functions about resources, which need references as they are.
fn references(call: &Call<'_, '_>) -> Option<Value> {
    Some(match call.name {
        "resourceid" => ids::resource_id(call, ids::Scope::Group),
        "subscriptionresourceid" => ids::resource_id(call, ids::Scope::Subscription),
        "tenantresourceid" | "managementgroupresourceid" => ids::resource_id(call, ids::Scope::Tenant),
        "extensionresourceid" => ids::extension_resource_id(call),
        "reference" => ids::reference(call),
        name if name.starts_with("list") => ids::listed(call),
        // What the running resource has may be more than what is written of it: `identity.principalId`.
        "tryget" => try_get(call),
        "scope" => ids::own_scope(call),
        "environment" => ids::environment(call),
        "resourcegroup" => ids::container(call, "resourcegroup"),
        "subscription" => ids::container(call, "subscription"),
        "managementgroup" => ids::container(call, "managementgroup"),
        "guid" | "uniquestring" => call.opaque(),
        _ => return None,
    })
}

/// Functions that do without some of their arguments.
fn partial(call: &Call<'_, '_>) -> Option<Value> {
    match call.name {
        "coalesce" => Some(coalesce(call)),
        "and" => Some(all(call, Truth::Yes, Truth::and)),
        "or" => Some(all(call, Truth::No, Truth::or)),
        "union" => Some(lists::union(call)),
        "shallowmerge" => lists::shallow_merge(call),
        "unionall" => lists::union_all(call),
        "createobject" => Some(create_object(call)),
        "createarray" | "array" if call.name == "createarray" || call.args.len() == 1 => lists::create(call),
        "concat" => text::concat(call),
        "format" => text::format(call),
        _ => None,
    }
}

fn coalesce(call: &Call<'_, '_>) -> Value {
    let mut possible = Vec::new();
    for arg in &call.args {
        possible.extend(arg.alternatives().iter().filter(|one| !matches!(one.kind, Kind::Null)).cloned());
        if arg.is_null() == Truth::No && !arg.assumed {
            break;
        }
    }
    if possible.is_empty() { Value::null(call.span) } else { Value::one_of(possible, call.span) }
}

fn all(call: &Call<'_, '_>, start: Truth, join: fn(Truth, Truth) -> Truth) -> Value {
    let one = |value: &Value| value.as_bool().map_or(Truth::Maybe, Truth::from);
    decided(call, call.args.iter().map(one).fold(start, join))
}

fn decided(call: &Call<'_, '_>, truth: Truth) -> Value {
    match truth {
        Truth::Yes => Value::bool(true, call.span),
        Truth::No => Value::bool(false, call.span),
        Truth::Maybe => {
            let why = call.args.iter().find_map(|arg| arg.why().cloned());
            Value::unknown(why.unwrap_or_else(|| Why::new(Reason::Condition, call.span)), call.span)
        }
    }
}

fn create_object(call: &Call<'_, '_>) -> Value {
    let (mut entries, mut rest) = (Vec::new(), None);
    for pair in call.args.chunks(2) {
        let [key, value] = pair else { break };
        match key.as_str() {
            Some(name) => {
                let said = key.via.is_some().then(|| std::sync::Arc::new(key.clone()));
                entries.push(Entry { said, ..Entry::new(name.into(), key.span, value.clone()) });
            }
            None => {
                let name = format!("\u{0}{}", entries.len()).into();
                let reference = Some(std::sync::Arc::new(key.clone()));
                entries.push(Entry { key: name, key_span: key.span, reference, said: None, value: value.clone() });
                if key.holds_unknown() {
                    rest = Some(Why::new(Reason::Key, key.span));
                }
            }
        }
    }
    Value::new(Kind::Map(Map::new(entries, rest)), call.span)
}

/// A property or item, null where there is none, step by step.
fn try_get(call: &Call<'_, '_>) -> Value {
    let Some((first, path)) = call.args.split_first() else { return call.invalid() };
    let mut value = first.clone();
    for step in path {
        if matches!(call.deployment.known(&value).kind, Kind::Null) {
            return Value::null(call.span);
        }
        let step = &call.deployment.known(step);
        let found = match step.as_str() {
            Some(name) if !matches!(value.kind, Kind::Map(_)) => {
                call.deployment.get(&value, &name.into(), step.span, call.span)
            }
            _ => call.deployment.index(&value, step, call.span),
        };
        let absent = found
            .alternatives()
            .iter()
            .map(|one| if one.why().is_some_and(Why::is_error) { Value::null(call.span) } else { one.clone() });
        value = Value::one_of(absent, call.span).resting_on(&found);
    }
    match &value.kind {
        // The code itself says that there may be none.
        Kind::Ref(_) => Value::one_of([value.clone(), Value::null(call.span)], call.span).resting_on(&value),
        _ => value,
    }
}

/// A result of two whole numbers, the second of which is not zero.
fn whole_quotient(call: &Call<'_, '_>, both: Option<(f64, f64)>, result: impl Fn(f64, f64) -> f64) -> Value {
    match both.filter(|(_, by)| *by != 0.0) {
        Some((a, by)) => Value::number(result(a, by), call.span),
        None => call.invalid(),
    }
}

fn logic(call: &Call<'_, '_>) -> Option<Value> {
    let number = |at: usize| match call.arg(at).map(|arg| &arg.kind) {
        Some(Kind::Number(number)) => Some(*number),
        _ => None,
    };
    let both = || number(0).zip(number(1));
    Some(match call.name {
        "equals" => match (call.arg(0), call.arg(1)) {
            (Some(a), Some(b)) => match (a.as_str(), b.as_str()) {
                (Some(a), Some(b)) => Value::bool(a == b, call.span),
                _ => decided(call, call.deployment.equal(a, b)),
            },
            _ => call.invalid(),
        },
        "not" => call.arg(0).and_then(|value| value.opposite(call.span)).unwrap_or_else(|| call.invalid()),
        "bool" => match call.arg(0).and_then(Value::as_bool) {
            Some(value) => Value::bool(value, call.span),
            None => call.invalid(),
        },
        "less" => both().map_or_else(|| call.invalid(), |(a, b)| Value::bool(a < b, call.span)),
        "lessorequals" => both().map_or_else(|| call.invalid(), |(a, b)| Value::bool(a <= b, call.span)),
        "greater" => both().map_or_else(|| call.invalid(), |(a, b)| Value::bool(a > b, call.span)),
        "greaterorequals" => both().map_or_else(|| call.invalid(), |(a, b)| Value::bool(a >= b, call.span)),
        "add" => both().map_or_else(|| call.invalid(), |(a, b)| Value::number(a + b, call.span)),
        "sub" => both().map_or_else(|| call.invalid(), |(a, b)| Value::number(a - b, call.span)),
        "mul" => both().map_or_else(|| call.invalid(), |(a, b)| Value::number(a * b, call.span)),
        "div" => whole_quotient(call, both(), |a, b| (a / b).trunc()),
        "mod" => whole_quotient(call, both(), |a, b| a % b),
        "min" => both().map_or_else(|| call.invalid(), |(a, b)| Value::number(a.min(b), call.span)),
        "max" => both().map_or_else(|| call.invalid(), |(a, b)| Value::number(a.max(b), call.span)),
        "int" => match call.arg(0).and_then(crate::resolve::eval::to_text).and_then(|text| text.parse().ok()) {
            Some(number) => Value::number(number, call.span),
            None => call.invalid(),
        },
        _ => return None,
    })
}
