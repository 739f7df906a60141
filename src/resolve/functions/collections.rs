//! Lists, sets and maps.

use super::Call;
use super::arm::{is_plain_map, perhaps};
use crate::resolve::eval::Iteration;
use crate::resolve::value::{Entry, Kind, List, Map, Reason, Truth, Value, Why};

/// The longest list that `range` makes.
const MAX_RANGE: f64 = 1024.0;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    Some(match call.name {
        "merge" => merge(call),
        "concat" => concat(call),
        "flatten" => flatten(call),
        "tolist" | "tomap" => call.arg(0)?.clone(),
        "toset" | "distinct" => distinct(call),
        "compact" => compact(call),
        "keys" => keys(call),
        "values" => values(call),
        "lookup" => lookup(call),
        "element" => element(call),
        "one" => one(call),
        "length" => length(call),
        "contains" => contains(call),
        "range" => range(call),
        "reverse" => with_items(call, |mut items| {
            items.reverse();
            items
        }),
        "sort" => sort(call),
        "slice" => slice(call),
        "zipmap" => zipmap(call),
        "setproduct" => set_product(call),
        "setunion" => concat_distinct(call),
        "anytrue" => fold_bools(call, true),
        "alltrue" => fold_bools(call, false),
        "index" => call.unknown(Reason::Function("index".into())),
        _ => return None,
    })
}

fn iterate(call: &Call<'_, '_>, at: usize) -> Iteration {
    match call.arg(at) {
        Some(value) => call.deployment.iterate(value),
        None => Iteration { items: Vec::new(), rest: None, is_map: false },
    }
}

fn list(call: &Call<'_, '_>, items: Vec<Value>, rest: Option<Why>) -> Value {
    Value::new(Kind::List(List { items: items.into(), rest }), call.span)
}

fn map(call: &Call<'_, '_>, entries: Vec<Entry>, rest: Option<Why>) -> Value {
    Value::new(Kind::Map(Map::new(entries, rest)), call.span)
}

fn items_of(call: &Call<'_, '_>, at: usize) -> (Vec<Value>, Option<Why>) {
    let iteration = iterate(call, at);
    (iteration.items.into_iter().map(|(_, item)| item).collect(), iteration.rest)
}

/// Later entries win. What comes after an unknown part may be overridden by nothing; what comes before it may be.
pub(super) fn merge(call: &Call<'_, '_>) -> Value {
    let mut entries: Vec<Entry> = Vec::new();
    let mut rest: Option<Why> = call.more.clone();
    for arg in &call.args {
        if let Kind::OneOf(alternatives) = &arg.kind
            && alternatives.iter().all(is_plain_map)
        {
            perhaps(&mut entries, arg, alternatives);
            rest.get_or_insert_with(|| Why::new(Reason::Condition, arg.span));
            continue;
        }
        let Kind::Map(one) = &arg.kind else {
            if !matches!(arg.kind, Kind::Null) {
                let why = arg.why().cloned().or_else(|| call.deployment.iterate(arg).rest);
                let why = why.unwrap_or_else(|| Why::new(Reason::Condition, call.span));
                doubt(&mut entries, &why);
                rest.get_or_insert(why);
            }
            continue;
        };
        if let Some(why) = &one.rest {
            doubt(&mut entries, why);
            rest.get_or_insert_with(|| why.clone());
        }
        for entry in one.entries.iter() {
            let value = crate::resolve::value::part_of(arg, &entry.value);
            match entries.iter_mut().find(|there| there.key == entry.key) {
                Some(there) => *there = Entry { value, ..entry.clone() },
                None => entries.push(Entry { value, ..entry.clone() }),
            }
        }
    }
    if let Some(why) = &call.more {
        doubt(&mut entries, why);
    }
    map(call, entries, rest)
}

/// Each entry may be overridden by something unknown.
fn doubt(entries: &mut [Entry], why: &Why) {
    for entry in entries {
        let unknown = Value::unknown(why.clone(), entry.value.span);
        entry.value = Value::one_of([entry.value.clone(), unknown], entry.value.span);
    }
}

fn concat(call: &Call<'_, '_>) -> Value {
    let (mut items, mut rest) = (Vec::new(), call.more.clone());
    for at in 0..call.args.len() {
        let (more, open) = items_of(call, at);
        items.extend(more);
        rest = rest.or(open);
    }
    list(call, items, rest)
}

fn concat_distinct(call: &Call<'_, '_>) -> Value {
    let all = concat(call);
    distinct(&Call { args: vec![all], more: None, ..*call })
}

fn flatten(call: &Call<'_, '_>) -> Value {
    fn gather(call: &Call<'_, '_>, value: &Value, depth: u32, items: &mut Vec<Value>, rest: &mut Option<Why>) {
        let value = &call.deployment.known(value);
        match &value.kind {
            Kind::List(one) if depth < 32 => {
                for item in one.items.iter() {
                    gather(call, &crate::resolve::value::part_of(value, item), depth + 1, items, rest);
                }
                *rest = rest.take().or_else(|| one.rest.clone());
            }
            Kind::OneOf(alternatives)
                if alternatives.iter().any(|one| matches!(one.kind, Kind::List(_) | Kind::Unknown(_))) =>
            {
                rest.get_or_insert_with(|| Why::new(Reason::Condition, value.span));
            }
            Kind::Unknown(why) if depth <= 1 => {
                rest.get_or_insert_with(|| why.clone());
            }
            _ => items.push(value.clone()),
        }
    }
    let (mut items, mut rest) = (Vec::new(), None);
    if let Some(arg) = call.arg(0) {
        gather(call, arg, 0, &mut items, &mut rest);
    }
    list(call, items, rest)
}

fn distinct(call: &Call<'_, '_>) -> Value {
    let (items, rest) = items_of(call, 0);
    let mut kept: Vec<Value> = Vec::with_capacity(items.len());
    let mut seen: std::collections::HashSet<String> = std::collections::HashSet::new();
    for item in items {
        let new = match item.as_str() {
            Some(text) => seen.insert(text.to_owned()),
            None => !kept.iter().any(|there| there.same(&item)),
        };
        if new {
            kept.push(item);
        }
    }
    list(call, kept, rest)
}

fn compact(call: &Call<'_, '_>) -> Value {
    let (items, mut rest) = items_of(call, 0);
    let items = items.into_iter().filter(|item| match item.is_null() {
        Truth::Yes => false,
        Truth::Maybe => {
            rest.get_or_insert_with(|| Why::new(Reason::Condition, call.span));
            false
        }
        Truth::No => item.as_str() != Some(""),
    });
    let items = items.collect();
    list(call, items, rest)
}

fn keys(call: &Call<'_, '_>) -> Value {
    let iteration = iterate(call, 0);
    if !iteration.is_map && iteration.rest.is_none() {
        return call.invalid();
    }
    list(call, iteration.items.into_iter().map(|(key, _)| key).collect(), iteration.rest)
}

fn values(call: &Call<'_, '_>) -> Value {
    let (items, rest) = items_of(call, 0);
    list(call, items, rest)
}

fn lookup(call: &Call<'_, '_>) -> Value {
    let (Some(whole), Some(key)) = (call.arg(0), call.arg(1)) else { return call.invalid() };
    let found = call.deployment.index(whole, key, call.span);
    match (found.why().is_some_and(Why::is_error), call.arg(2)) {
        (true, Some(default)) => default.clone(),
        // The map may hold the key after all.
        (false, Some(default)) if found.why().is_some() => Value::one_of([found, default.clone()], call.span),
        _ => found,
    }
}

fn element(call: &Call<'_, '_>) -> Value {
    let (Some(whole), Some(index)) = (call.arg(0), call.arg(1)) else { return call.invalid() };
    if let (Kind::List(List { items, rest: None }), Kind::Number(at)) = (&whole.kind, &index.kind)
        && !items.is_empty()
    {
        #[expect(clippy::cast_precision_loss, reason = "lists are far shorter than 2^52")]
        let wrapped = at.rem_euclid(items.len() as f64);
        return call.deployment.index(whole, &Value::number(wrapped, index.span), call.span);
    }
    call.deployment.index(whole, index, call.span)
}

/// The only item of a list, null of an empty one.
fn one(call: &Call<'_, '_>) -> Value {
    let (items, rest) = items_of(call, 0);
    match (items.as_slice(), rest) {
        ([], None) => Value::null(call.span),
        ([only], None) => only.clone(),
        // There is at most one, so it is this one or none.
        ([only], Some(_)) => Value::one_of([only.clone(), Value::null(call.span)], call.span),
        (_, Some(why)) => Value::unknown(why, call.span),
        _ => call.invalid(),
    }
}

fn length(call: &Call<'_, '_>) -> Value {
    if let Some(text) = call.text(0) {
        #[expect(clippy::cast_precision_loss, reason = "strings are far shorter than 2^52")]
        return Value::number(text.chars().count() as f64, call.span);
    }
    let Some(arg) = call.arg(0) else { return call.invalid() };
    if !matches!(arg.kind, Kind::List(_) | Kind::Map(_)) {
        return call.invalid();
    }
    let iteration = call.deployment.iterate(arg);
    match iteration.rest {
        #[expect(clippy::cast_precision_loss, reason = "collections are far shorter than 2^52")]
        None => Value::number(iteration.items.len() as f64, call.span),
        Some(why) => Value::unknown(why, call.span),
    }
}

fn contains(call: &Call<'_, '_>) -> Value {
    let (items, rest) = items_of(call, 0);
    let Some(wanted) = call.arg(1) else { return call.invalid() };
    let found = items.iter().fold(Truth::No, |so_far, item| so_far.or(call.deployment.equal(item, wanted)));
    match (found, rest) {
        (Truth::Yes, _) => Value::bool(true, call.span),
        (Truth::No, None) => Value::bool(false, call.span),
        (_, Some(why)) => Value::unknown(why, call.span),
        (Truth::Maybe, None) => call.unknown(Reason::Condition),
    }
}

fn range(call: &Call<'_, '_>) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "whole numbers below 1e15")]
    let numbers: Option<Vec<f64>> =
        call.args.iter().map(|arg| crate::resolve::eval::whole(arg).map(|n| n as f64)).collect();
    let (start, end, step) = match numbers.as_deref() {
        Some([end]) => (0.0, *end, 1.0),
        Some([start, end]) => (*start, *end, 1.0),
        Some([start, end, step]) if *step > 0.0 => (*start, *end, *step),
        _ => return call.invalid(),
    };
    if (end - start) / step > MAX_RANGE {
        return call.unknown(Reason::TooLarge);
    }
    let numbers = std::iter::successors(Some(start), |at| Some(at + step)).take_while(|at| *at < end);
    list(call, numbers.map(|number| Value::number(number, call.span)).collect(), None)
}

fn with_items(call: &Call<'_, '_>, change: impl FnOnce(Vec<Value>) -> Vec<Value>) -> Value {
    let (items, rest) = items_of(call, 0);
    list(call, change(items), rest)
}

fn sort(call: &Call<'_, '_>) -> Value {
    with_items(call, |mut items| {
        if items.iter().all(|item| item.as_str().is_some()) {
            items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        }
        items
    })
}

fn slice(call: &Call<'_, '_>) -> Value {
    let at = |n: usize| call.arg(n).and_then(crate::resolve::eval::whole).and_then(|n| usize::try_from(n).ok());
    let (Some(Kind::List(whole)), Some(start), Some(end)) = (call.arg(0).map(|arg| &arg.kind), at(1), at(2)) else {
        return call.invalid();
    };
    match whole.items.get(start..end) {
        Some(items) => list(call, items.to_vec(), None),
        None => call.invalid(),
    }
}

fn zipmap(call: &Call<'_, '_>) -> Value {
    let ((keys, open), (values, more)) = (items_of(call, 0), items_of(call, 1));
    let mut rest = open.or(more);
    let mut entries = Vec::new();
    for (key, value) in keys.into_iter().zip(values) {
        match call.deployment.known(&key).as_str() {
            Some(name) => entries.push(Entry::new(name.into(), key.span, value)),
            None => drop(rest.get_or_insert_with(|| Why::new(Reason::Condition, key.span)).clone()),
        }
    }
    map(call, entries, rest)
}

fn set_product(call: &Call<'_, '_>) -> Value {
    let mut rest = call.more.clone();
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for at in 0..call.args.len() {
        let (items, open) = items_of(call, at);
        rest = rest.or(open);
        if rows.len().saturating_mul(items.len()) > 5_000 {
            return call.unknown(Reason::TooLarge);
        }
        rows = rows
            .iter()
            .flat_map(|row| items.iter().map(|item| [row.as_slice(), std::slice::from_ref(item)].concat()))
            .collect();
    }
    list(call, rows.into_iter().map(|row| Value::list(row, call.span)).collect(), rest)
}

/// Whether any is true, or all are.
fn fold_bools(call: &Call<'_, '_>, any: bool) -> Value {
    let (items, rest) = items_of(call, 0);
    let truths = items.iter().map(|item| call.deployment.known(item).as_bool().map_or(Truth::Maybe, Truth::from));
    let start = if any { Truth::No } else { Truth::Yes };
    let truth = truths.fold(start, |so_far, truth| if any { so_far.or(truth) } else { so_far.and(truth) });
    let open = if rest.is_some() { Truth::Maybe } else { start };
    let truth = if any { truth.or(open) } else { truth.and(open) };
    match truth {
        Truth::Yes => Value::bool(true, call.span),
        Truth::No => Value::bool(false, call.span),
        Truth::Maybe => call.unknown(Reason::Condition),
    }
}
