//! Strings.

use crate::ir::Name;
use crate::resolve::eval::to_text;
use crate::resolve::functions::Call;
use crate::resolve::value::{Kind, List, Reason, Text, TextPart, Value};

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    Some(match call.name {
        "string" => match call.arg(0).and_then(to_text) {
            Some(text) => like(call, text),
            None => call
                .arg(0)
                .filter(|arg| matches!(arg.kind, Kind::Text(_) | Kind::Ref(_)))
                .cloned()
                .unwrap_or_else(|| call.invalid()),
        },
        "tolower" => change(call, |text| text.to_lowercase()),
        "toupper" => change(call, |text| text.to_uppercase()),
        "trim" => change(call, |text| text.trim().to_owned()),
        "replace" => match (call.text(0), call.text(1), call.text(2)) {
            (Some(text), Some(what), Some(by)) if !what.is_empty() => like(call, text.replace(what, by)),
            _ => call.invalid(),
        },
        "startswith" => test(call, |text, part| text.starts_with(part)),
        "endswith" => test(call, |text, part| text.ends_with(part)),
        "substring" => substring(call),
        "take" | "skip" => part(call),
        "padleft" => match (call.arg(0).and_then(to_text), count(call, 1).filter(|width| *width < 1024)) {
            (Some(text), Some(width)) => {
                let missing = width.saturating_sub(text.chars().count());
                like(call, format!("{}{text}", call.text(2).unwrap_or(" ").repeat(missing)))
            }
            _ => call.invalid(),
        },
        "split" => split(call),
        "join" => join(call),
        "uri" => match (call.text(0), call.text(1)) {
            (Some(base), Some(rest)) => {
                like(call, format!("{}/{}", base.trim_end_matches('/'), rest.trim_start_matches('/')))
            }
            _ => call.invalid(),
        },
        _ => return None,
    })
}

fn like(call: &Call<'_, '_>, text: impl Into<Name>) -> Value {
    let (span, via) = call.arg(0).map_or((call.span, None), |arg| (arg.span, arg.via.clone()));
    Value { via, ..Value::text(text, span) }
}

fn change(call: &Call<'_, '_>, change: impl Fn(&str) -> String) -> Value {
    match call.arg(0).and_then(to_text) {
        Some(text) => like(call, change(&text)),
        // What shows only when a resource is there is the same in another case: ids and names.
        None => call.arg(0).filter(|arg| arg.as_ref().is_some()).cloned().unwrap_or_else(|| call.invalid()),
    }
}

fn test(call: &Call<'_, '_>, holds: impl Fn(&str, &str) -> bool) -> Value {
    match (call.text(0), call.text(1)) {
        (Some(text), Some(part)) => Value::bool(holds(&text.to_lowercase(), &part.to_lowercase()), call.span),
        _ => call.invalid(),
    }
}

fn count(call: &Call<'_, '_>, at: usize) -> Option<usize> {
    call.arg(at).and_then(crate::resolve::eval::whole).and_then(|count| usize::try_from(count).ok())
}

fn substring(call: &Call<'_, '_>) -> Value {
    match (call.text(0), count(call, 1)) {
        (Some(text), Some(start)) => {
            let length = count(call, 2).unwrap_or(usize::MAX);
            like(call, text.chars().skip(start).take(length).collect::<String>())
        }
        _ => call.invalid(),
    }
}

fn part(call: &Call<'_, '_>) -> Value {
    match (call.text(0), count(call, 1)) {
        (Some(text), Some(count)) if call.name == "take" => like(call, text.chars().take(count).collect::<String>()),
        (Some(text), Some(count)) => like(call, text.chars().skip(count).collect::<String>()),
        _ => call.invalid(),
    }
}

fn split(call: &Call<'_, '_>) -> Value {
    let separators: Vec<&str> = match call.arg(1).map(|arg| &arg.kind) {
        Some(Kind::List(list)) => list.items.iter().filter_map(Value::as_str).collect(),
        _ => call.text(1).into_iter().collect(),
    };
    match (call.text(0), separators.as_slice()) {
        (Some(text), [_, ..]) if separators.iter().all(|separator| !separator.is_empty()) => {
            let (span, via) = call.arg(0).map_or((call.span, None), |arg| (arg.span, arg.via.clone()));
            let mut parts = vec![text];
            for separator in separators {
                parts = parts.into_iter().flat_map(|part| part.split(separator)).collect();
            }
            let items = parts.into_iter().map(|part| Value { via: via.clone(), ..Value::text(part, span) });
            Value::list(items.collect(), call.span)
        }
        _ => call.invalid(),
    }
}

fn join(call: &Call<'_, '_>) -> Value {
    let (Some(Kind::List(List { items, rest: None })), Some(separator)) =
        (call.arg(0).map(|arg| &arg.kind), call.text(1))
    else {
        return call.invalid();
    };
    let mut parts = Vec::new();
    for item in items.iter() {
        if !parts.is_empty() {
            parts.push(TextPart::Text(separator.into()));
        }
        match text_of(item) {
            Some(more) => parts.extend(more),
            None => return call.invalid(),
        }
    }
    Value::new(Kind::Text(Text::new(parts)), call.span)
}

fn text_of(value: &Value) -> Option<Vec<TextPart>> {
    to_text(value).map(|text| vec![TextPart::Text(text)]).or_else(|| value.text_parts())
}

/// Arrays are joined, anything else is put together as text. Keeps references: the arguments of the caller, not what
/// they are known to be, are the parts.
pub(super) fn concat(call: &Call<'_, '_>) -> Option<Value> {
    if call.args.iter().any(|arg| matches!(arg.kind, Kind::List(_))) {
        let (mut items, mut rest) = (Vec::new(), None);
        for arg in &call.args {
            let iteration = call.deployment.iterate(arg);
            items.extend(iteration.items.into_iter().map(|(_, item)| item));
            rest = rest.or(iteration.rest);
        }
        return Some(Value::new(Kind::List(List { items: items.into(), rest }), call.span));
    }
    let mut parts = Vec::new();
    for arg in &call.args {
        parts.extend(text_of(arg)?);
    }
    Some(put_together(call, parts))
}

/// `{0:D3}`: a number with zeros in front. Other styles give a text that is not known.
fn styled(call: &Call<'_, '_>, arg: &Value, style: &str) -> TextPart {
    let width =
        style.strip_prefix(['D', 'd']).and_then(|width| width.parse::<usize>().ok()).filter(|width| *width < 64);
    match (width, to_text(arg).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))) {
        (Some(width), Some(text)) => TextPart::Text(format!("{text:0>width$}").into()),
        _ => TextPart::Hole(call.unknown(Reason::Function("format".into()))),
    }
}

/// `format('{0}/{1}', a, b)`; doubled braces stand for themselves.
pub(super) fn format(call: &Call<'_, '_>) -> Option<Value> {
    let pattern = call.text(0)?;
    if pattern == "{0}"
        && let Some(only) = call.arg(1).filter(|only| matches!(only.kind, Kind::Text(_) | Kind::Ref(_)))
    {
        return Some(only.clone());
    }
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        let after = rest.get(letter.len_utf8()..).unwrap_or("");
        rest = match letter {
            '{' | '}' if after.starts_with(letter) => {
                plain.push(letter);
                after.get(1..).unwrap_or("")
            }
            '{' => {
                let (index, more) = after.split_once('}')?;
                let (index, style) = index.split_once(':').map_or((index, None), |(index, style)| (index, Some(style)));
                let arg = call.arg(index.parse::<usize>().ok()? + 1)?;
                parts.push(TextPart::Text(std::mem::take(&mut plain).into()));
                match style {
                    None => parts.extend(text_of(arg)?),
                    Some(style) => parts.push(styled(call, arg, style)),
                }
                more
            }
            _ => {
                plain.push(letter);
                after
            }
        };
    }
    parts.push(TextPart::Text(plain.into()));
    Some(put_together(call, parts))
}

/// Parts as one text; of a single hole, what is in it: `format('{0}', id)` is the id.
fn put_together(call: &Call<'_, '_>, parts: Vec<TextPart>) -> Value {
    match Text::new(parts) {
        Text::Parts(parts) => match &*parts {
            [TextPart::Hole(only)] => Value { span: call.span, ..only.clone() },
            _ => Value::new(Kind::Text(Text::Parts(parts)), call.span),
        },
        plain @ Text::Plain(_) => Value::new(Kind::Text(plain), call.span),
    }
}
