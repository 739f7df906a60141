//! Arrays and objects.

use crate::resolve::functions::Call;
use crate::resolve::value::{Entry, Kind, List, Map, Reason, Truth, Value, Why};

const MAX_RANGE: f64 = 1024.0;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    Some(match call.name {
        "range" => range(call),
        "length" => length(call),
        "empty" => empty(call),
        "contains" => contains(call),
        "first" => end(call, true),
        "last" => end(call, false),
        "indexfromend" | "tryindexfromend" => from_end(call),
        "take" | "skip" if !matches!(call.arg(0)?.kind, Kind::Text(_)) => part(call),
        "array" => match &call.arg(0)?.kind {
            Kind::List(_) => call.arg(0)?.clone(),
            _ => Value::list(vec![call.arg(0)?.clone()], call.span),
        },
        "flatten" => flatten(call),
        "items" => items(call),
        "objectkeys" => object_keys(call),
        "intersection" => intersection(call),
        "json" => json(call),
        "indexof" | "lastindexof" => call.unknown(Reason::Function(call.name.into())),
        _ => return None,
    })
}

fn new_list(call: &Call<'_, '_>, items: Vec<Value>, rest: Option<Why>) -> Value {
    Value::new(Kind::List(List { items: items.into(), rest }), call.span)
}

pub(super) fn create(call: &Call<'_, '_>) -> Option<Value> {
    let only_list = call.name == "array" && matches!(call.arg(0).map(|arg| &arg.kind), Some(Kind::List(_)));
    Some(if only_list { call.args.first().cloned()? } else { Value::list(call.args.clone(), call.span) })
}

/// Later members win; lists are joined without repetitions.
pub(super) fn union(call: &Call<'_, '_>) -> Value {
    let is_list = call.args.iter().any(|arg| matches!(arg.kind, Kind::List(_)));
    if is_list {
        let (mut items, mut rest): (Vec<Value>, Option<Why>) = (Vec::new(), None);
        for arg in &call.args {
            let iteration = call.deployment.iterate(arg);
            for (_, item) in iteration.items {
                if !items.iter().any(|there| there.same(&item)) {
                    items.push(item);
                }
            }
            rest = rest.or(iteration.rest);
        }
        return new_list(call, items, rest);
    }
    merge(call, &call.args, true)
}

/// The union of the items of a list, and of a start.
pub(super) fn union_all(call: &Call<'_, '_>) -> Option<Value> {
    let (list, start) = (call.arg(0)?, call.arg(1)?);
    let iteration = call.deployment.iterate(list);
    let mut parts = vec![start.clone()];
    parts.extend(iteration.items.into_iter().map(|(_, item)| item));
    parts.extend(iteration.rest.map(|why| Value::unknown(why, call.span)));
    Some(merge(call, &parts, true))
}

/// The union of the items of a list, in which later members take the place of earlier ones.
pub(super) fn shallow_merge(call: &Call<'_, '_>) -> Option<Value> {
    let iteration = call.deployment.iterate(call.arg(0)?);
    let mut parts: Vec<Value> = iteration.items.into_iter().map(|(_, item)| item).collect();
    parts.extend(iteration.rest.map(|why| Value::unknown(why, call.span)));
    Some(merge(call, &parts, false))
}

/// Objects as one: of equal members the last counts; of two objects, in depth, both
/// (learn.microsoft.com, azure-resource-manager/templates/template-functions-object).
fn merge(call: &Call<'_, '_>, parts: &[Value], deep: bool) -> Value {
    let mut entries: Vec<Entry> = Vec::new();
    let mut rest: Option<Why> = None;
    for part in parts {
        match &part.kind {
            Kind::Map(map) => {
                rest = rest.or_else(|| map.rest.clone());
                for entry in map.entries.iter() {
                    let value = crate::resolve::value::part_of(part, &entry.value);
                    let same = |there: &Entry| match (&there.reference, &entry.reference) {
                        (Some(a), Some(b)) => a.same(b),
                        (None, None) => there.key == entry.key,
                        _ => false,
                    };
                    let key = match &entry.reference {
                        Some(_) => format!("\u{0}{}", entries.len()).into(),
                        None => entry.key.clone(),
                    };
                    match entries.iter_mut().find(|there| same(there)) {
                        Some(there)
                            if deep && matches!((&there.value.kind, &value.kind), (Kind::Map(_), Kind::Map(_))) =>
                        {
                            there.value = merge(call, &[there.value.clone(), value], true);
                        }
                        Some(there) => there.value = value,
                        None => entries.push(Entry { key, value, ..entry.clone() }),
                    }
                }
            }
            Kind::Null => {}
            Kind::OneOf(alternatives) if alternatives.iter().all(is_plain_map) => {
                let why = Why::new(Reason::Condition, part.span);
                perhaps(&mut entries, part, alternatives);
                rest.get_or_insert(why);
            }
            _ => {
                let why = part.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, part.span));
                for entry in &mut entries {
                    let unknown = Value::unknown(why.clone(), entry.value.span);
                    entry.value = Value::one_of([entry.value.clone(), unknown], entry.value.span);
                }
                rest.get_or_insert(why);
            }
        }
    }
    Value::new(Kind::Map(Map::new(entries, rest)), call.span)
}

fn range(call: &Call<'_, '_>) -> Value {
    match (call.arg(0).map(|arg| &arg.kind), call.arg(1).map(|arg| &arg.kind)) {
        (Some(Kind::Number(start)), Some(Kind::Number(count))) if (0.0..=MAX_RANGE).contains(count) => {
            let numbers = std::iter::successors(Some(0.0), |at| Some(at + 1.0)).take_while(|at| at < count);
            new_list(call, numbers.map(|at| Value::number(start + at, call.span)).collect(), None)
        }
        (Some(Kind::Number(_)), Some(Kind::Number(_))) => call.unknown(Reason::TooLarge),
        _ => call.invalid(),
    }
}

fn length(call: &Call<'_, '_>) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "collections are far shorter than 2^52")]
    match call.arg(0).map(|arg| &arg.kind) {
        Some(Kind::List(List { items, rest: None })) => Value::number(items.len() as f64, call.span),
        Some(Kind::Map(Map { entries, rest: None })) => Value::number(entries.len() as f64, call.span),
        Some(Kind::List(List { rest: Some(why), .. }) | Kind::Map(Map { rest: Some(why), .. })) => {
            Value::unknown(why.clone(), call.span)
        }
        Some(Kind::Null) => Value::number(0.0, call.span),
        _ => match call.text(0) {
            Some(text) => Value::number(text.chars().count() as f64, call.span),
            None => call.invalid(),
        },
    }
}

fn empty(call: &Call<'_, '_>) -> Value {
    match call.arg(0).map(|arg| &arg.kind) {
        Some(Kind::Null) => Value::bool(true, call.span),
        Some(Kind::List(list)) if !list.items.is_empty() => Value::bool(false, call.span),
        Some(Kind::Map(map)) if !map.entries.is_empty() => Value::bool(false, call.span),
        Some(Kind::List(List { rest: None, .. }) | Kind::Map(Map { rest: None, .. })) => Value::bool(true, call.span),
        // An id or a name is never empty.
        Some(Kind::Ref(_)) => Value::bool(false, call.span),
        Some(Kind::Text(text)) if !text.pattern().replace("{}", "").is_empty() => Value::bool(false, call.span),
        _ => match call.text(0) {
            Some(text) => Value::bool(text.is_empty(), call.span),
            None => call.invalid(),
        },
    }
}

fn contains(call: &Call<'_, '_>) -> Value {
    let (Some(whole), Some(wanted)) = (call.arg(0), call.arg(1)) else { return call.invalid() };
    match &whole.kind {
        Kind::Map(map) => match (wanted.as_str(), &map.rest) {
            (Some(key), _) if map.entries.iter().any(|entry| entry.key.eq_ignore_ascii_case(key)) => {
                Value::bool(true, call.span)
            }
            (Some(_), None) => Value::bool(false, call.span),
            _ => call.invalid(),
        },
        Kind::List(list) => {
            let found =
                list.items.iter().fold(Truth::No, |so_far, item| so_far.or(call.deployment.equal(item, wanted)));
            match (found, &list.rest) {
                (Truth::Yes, _) => Value::bool(true, call.span),
                (Truth::No, None) => Value::bool(false, call.span),
                _ => call.invalid(),
            }
        }
        _ => match (whole.as_str(), wanted.as_str()) {
            (Some(text), Some(part)) => Value::bool(text.contains(part), call.span),
            _ => call.invalid(),
        },
    }
}

fn end(call: &Call<'_, '_>, first: bool) -> Value {
    if let Some(text) = call.text(0) {
        let letter = if first { text.chars().next() } else { text.chars().last() };
        return Value::text(letter.map(String::from).unwrap_or_default(), call.span);
    }
    match call.arg(0).map(|arg| &arg.kind) {
        Some(Kind::List(list)) if first || list.rest.is_none() => {
            let item = if first { list.items.first() } else { list.items.last() };
            match (item, &list.rest) {
                (Some(item), _) => item.clone(),
                (None, None) => Value::null(call.span),
                (None, Some(why)) => Value::unknown(why.clone(), call.span),
            }
        }
        _ => call.invalid(),
    }
}

/// The item at a place counted from the end, beginning with one.
fn from_end(call: &Call<'_, '_>) -> Value {
    let at = call.arg(1).and_then(crate::resolve::eval::whole).and_then(|at| usize::try_from(at).ok());
    match (call.arg(0).map(|arg| &arg.kind), at) {
        (Some(Kind::List(List { items, rest: None })), Some(at)) if at > 0 => {
            match items.len().checked_sub(at).and_then(|at| items.get(at)) {
                Some(item) => item.clone(),
                None if call.name == "tryindexfromend" => Value::null(call.span),
                None => call.unknown(Reason::Invalid("the list has fewer items")),
            }
        }
        (Some(Kind::Null), _) if call.name == "tryindexfromend" => Value::null(call.span),
        _ => call.invalid(),
    }
}

fn part(call: &Call<'_, '_>) -> Value {
    let count = call.arg(1).and_then(crate::resolve::eval::whole).and_then(|count| usize::try_from(count).ok());
    match (call.arg(0).map(|arg| &arg.kind), count) {
        (Some(Kind::List(List { items, rest: None })), Some(count)) => {
            let cut = count.min(items.len());
            let (head, tail) = items.split_at(cut);
            new_list(call, if call.name == "take" { head.to_vec() } else { tail.to_vec() }, None)
        }
        _ => call.invalid(),
    }
}

fn flatten(call: &Call<'_, '_>) -> Value {
    let Some(whole) = call.arg(0) else { return call.invalid() };
    let iteration = call.deployment.iterate(whole);
    let (mut items, mut rest) = (Vec::new(), iteration.rest);
    for (_, item) in iteration.items {
        let inner = call.deployment.iterate(&item);
        items.extend(inner.items.into_iter().map(|(_, item)| item));
        rest = rest.or(inner.rest);
    }
    new_list(call, items, rest)
}

fn items(call: &Call<'_, '_>) -> Value {
    match call.arg(0).map(|arg| &arg.kind) {
        Some(Kind::Map(map)) => {
            let item = |entry: &Entry| {
                let key = entry.key_value();
                let entries = vec![
                    Entry::new("key".into(), entry.key_span, key),
                    Entry::new("value".into(), entry.key_span, entry.value.clone()),
                ];
                Value::new(Kind::Map(Map::new(entries, None)), entry.key_span)
            };
            new_list(call, map.entries.iter().map(item).collect(), map.rest.clone())
        }
        _ => call.invalid(),
    }
}

fn object_keys(call: &Call<'_, '_>) -> Value {
    match call.arg(0).map(|arg| &arg.kind) {
        Some(Kind::Map(map)) => {
            let keys = map.entries.iter().map(|entry| Value::text(entry.key.clone(), entry.key_span));
            new_list(call, keys.collect(), map.rest.clone())
        }
        _ => call.invalid(),
    }
}

fn intersection(call: &Call<'_, '_>) -> Value {
    let lists: Option<Vec<&List>> = call
        .args
        .iter()
        .map(|arg| match &arg.kind {
            Kind::List(list) if list.rest.is_none() => Some(list),
            _ => None,
        })
        .collect();
    match lists.as_deref() {
        Some([first, others @ ..]) => {
            let everywhere =
                |item: &&Value| others.iter().all(|other| other.items.iter().any(|there| there.same(item)));
            new_list(call, first.items.iter().filter(everywhere).cloned().collect(), None)
        }
        _ => call.invalid(),
    }
}

fn json(call: &Call<'_, '_>) -> Value {
    let decode = Call { name: "jsondecode", args: call.args.clone(), more: None, ..*call };
    crate::resolve::functions::encoding::call(&decode).unwrap_or_else(|| call.invalid())
}

/// Whether a value is nothing, or a map of which every key is known.
pub(in crate::resolve::functions) fn is_plain_map(value: &Value) -> bool {
    match &value.kind {
        Kind::Null => true,
        Kind::Map(map) => map.rest.is_none() && map.entries.iter().all(|entry| entry.reference.is_none()),
        _ => false,
    }
}

/// Members that one of several maps may take the place of: they are themselves, or what these maps say.
pub(in crate::resolve::functions) fn perhaps(entries: &mut [Entry], whole: &Value, alternatives: &[Value]) {
    for entry in entries.iter_mut().filter(|entry| entry.reference.is_none()) {
        let said = alternatives.iter().map(|one| one.get(&entry.key));
        let mut values: Vec<Value> = Vec::new();
        for said in said {
            values.push(match said {
                Some(said) => crate::resolve::value::part_of(whole, &said.value),
                None => entry.value.clone(),
            });
        }
        entry.value = Value::one_of(values, entry.value.span).resting_on(whole);
    }
}
