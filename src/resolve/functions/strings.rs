//! Strings.

use regex::Regex;

use super::Call;
use crate::ir::Name;
use crate::resolve::eval::to_text;
use crate::resolve::value::{Kind, Reason, Text, TextPart, Value};

/// The longest text that a pattern is tried on.
const MAX_PATTERN_TEXT: usize = 64 * 1024;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    Some(match call.name {
        "tostring" => match call.arg(0).and_then(to_text) {
            Some(text) => like(call, text),
            None => call.arg(0)?.clone(),
        },
        "tonumber" => match call.arg(0).and_then(to_text).and_then(|text| text.parse().ok()) {
            Some(number) => Value::number(number, call.span),
            None => call.invalid(),
        },
        "tobool" => match call.arg(0).and_then(Value::as_bool) {
            Some(value) => Value::bool(value, call.span),
            None => call.invalid(),
        },
        "lower" => change(call, |text| text.to_lowercase()),
        "upper" => change(call, |text| text.to_uppercase()),
        "title" => change(call, title),
        "trimspace" => change(call, |text| text.trim().to_owned()),
        "chomp" => change(call, |text| text.trim_end_matches(['\r', '\n']).to_owned()),
        "basename" => change(call, |text| text.trim_end_matches('/').rsplit('/').next().unwrap_or("").to_owned()),
        "dirname" => change(call, |text| text.rsplit_once('/').map_or(".", |(head, _)| head).to_owned()),
        "strrev" => change(call, |text| text.chars().rev().collect()),
        "trim" => change_by(call, |text, by| text.trim_matches(|c| by.contains(c)).to_owned()),
        "trimprefix" => change_by(call, |text, by| text.strip_prefix(by).unwrap_or(text).to_owned()),
        "trimsuffix" => change_by(call, |text, by| text.strip_suffix(by).unwrap_or(text).to_owned()),
        "startswith" => test_by(call, |text, by| text.starts_with(by)),
        "endswith" => test_by(call, |text, by| text.ends_with(by)),
        "strcontains" => test_by(call, |text, by| text.contains(by)),
        "format" => format(call),
        "formatlist" => format_list(call),
        "join" => join(call),
        "split" => split(call),
        "replace" => replace(call),
        "substr" => substr(call),
        "regex" => regex(call),
        "regexall" => call.unknown(Reason::Function("regexall".into())),
        _ => return None,
    })
}

/// A new text that still comes the way the first argument came.
fn like(call: &Call<'_, '_>, text: impl Into<Name>) -> Value {
    let via = call.arg(0).and_then(|arg| arg.via.clone());
    let span = call.arg(0).map_or(call.span, |arg| arg.span);
    Value { via, ..Value::text(text, span) }
}

fn change(call: &Call<'_, '_>, change: impl Fn(&str) -> String) -> Value {
    match call.arg(0).and_then(to_text) {
        Some(text) => like(call, change(&text)),
        None => call.invalid(),
    }
}

fn change_by(call: &Call<'_, '_>, change: impl Fn(&str, &str) -> String) -> Value {
    match (call.arg(0).and_then(to_text), call.text(1)) {
        (Some(text), Some(by)) => like(call, change(&text, by)),
        _ => call.invalid(),
    }
}

fn test_by(call: &Call<'_, '_>, holds: impl Fn(&str, &str) -> bool) -> Value {
    match (call.text(0), call.text(1)) {
        (Some(text), Some(by)) => Value::bool(holds(text, by), call.span),
        _ => call.invalid(),
    }
}

fn title(text: &str) -> String {
    let mut start = true;
    let letters = text.chars().map(|c| {
        let changed = if start { c.to_ascii_uppercase() } else { c };
        start = !c.is_alphanumeric();
        changed
    });
    letters.collect()
}

/// A part of a string: text where it can be told, a hole where not. None for what is no string at all.
fn part(value: &Value) -> Option<Vec<TextPart>> {
    to_text(value).map(|text| vec![TextPart::Text(text)]).or_else(|| value.text_parts())
}

/// `%s`, `%d` and `%v` without flags; anything else leaves the result unknown.
fn format(call: &Call<'_, '_>) -> Value {
    let Some(pattern) = call.text(0) else { return call.invalid() };
    let args = call.args.get(1..).unwrap_or_default();
    match fill(pattern, args) {
        Some(parts) if call.more.is_none() => Value::new(Kind::Text(Text::new(parts)), call.span),
        _ => call.invalid(),
    }
}

fn fill(pattern: &str, args: &[Value]) -> Option<Vec<TextPart>> {
    let mut parts = Vec::new();
    let mut args = args.iter();
    let mut rest = pattern;
    while let Some((text, after)) = rest.split_once('%') {
        parts.push(TextPart::Text(text.into()));
        let verb = after.chars().next()?;
        rest = after.get(verb.len_utf8()..)?;
        match verb {
            '%' => parts.push(TextPart::Text("%".into())),
            's' | 'd' | 'v' => parts.extend(part(args.next()?)?),
            'q' => {
                parts.push(TextPart::Text("\"".into()));
                parts.extend(part(args.next()?)?);
                parts.push(TextPart::Text("\"".into()));
            }
            // Padding: the text is not the same, but it is text.
            _ => return None,
        }
    }
    parts.push(TextPart::Text(rest.into()));
    Some(parts)
}

fn format_list(call: &Call<'_, '_>) -> Value {
    let Some(pattern) = call.text(0) else { return call.invalid() };
    let args = call.args.get(1..).unwrap_or_default();
    let lists: Vec<_> =
        args.iter().map(|arg| (matches!(arg.kind, Kind::List(_)), call.deployment.iterate(arg))).collect();
    let length = lists.iter().filter(|(is_list, _)| *is_list).map(|(_, list)| list.items.len()).min();
    let (Some(length), None) = (length, lists.iter().find_map(|(_, list)| list.rest.as_ref())) else {
        return call.invalid();
    };
    let mut items = Vec::new();
    for at in 0..length {
        let row: Vec<Value> = args
            .iter()
            .zip(&lists)
            .filter_map(
                |(arg, (is_list, list))| {
                    if *is_list { list.items.get(at).map(|(_, item)| item.clone()) } else { Some(arg.clone()) }
                },
            )
            .collect();
        match fill(pattern, &row) {
            Some(parts) => items.push(Value::new(Kind::Text(Text::new(parts)), call.span)),
            None => return call.invalid(),
        }
    }
    Value::list(items, call.span)
}

fn join(call: &Call<'_, '_>) -> Value {
    let Some(separator) = call.text(0) else { return call.invalid() };
    let mut parts: Vec<TextPart> = Vec::new();
    for arg in call.args.get(1..).unwrap_or_default() {
        let iteration = call.deployment.iterate(arg);
        if let Some(why) = iteration.rest {
            return Value::unknown(why, call.span);
        }
        for (_, item) in iteration.items {
            let Some(more) = part(&call.deployment.known(&item)).or_else(|| part(&item)) else { return call.invalid() };
            if !parts.is_empty() {
                parts.push(TextPart::Text(separator.into()));
            }
            parts.extend(more);
        }
    }
    Value::new(Kind::Text(Text::new(parts)), call.span)
}

fn split(call: &Call<'_, '_>) -> Value {
    let (Some(separator), Some(text)) = (call.text(0), call.text(1)) else { return call.invalid() };
    if text.is_empty() {
        return Value::list(Vec::new(), call.span);
    }
    let (span, via) = call.arg(1).map_or((call.span, None), |arg| (arg.span, arg.via.clone()));
    let items = text.split(separator).map(|part| Value { via: via.clone(), ..Value::text(part, span) });
    Value::list(items.collect(), call.span)
}

/// The pattern between slashes, or the text to look for.
fn replace(call: &Call<'_, '_>) -> Value {
    let (Some(text), Some(what), Some(by)) = (call.text(0), call.text(1), call.text(2)) else { return call.invalid() };
    let pattern = what.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|pattern| !pattern.is_empty());
    match pattern {
        None => like(call, text.replace(what, by)),
        Some(_) if text.len() > MAX_PATTERN_TEXT => call.unknown(Reason::TooLarge),
        Some(pattern) => match Regex::new(pattern) {
            Ok(pattern) => like(call, pattern.replace_all(text, by).into_owned()),
            Err(_) => call.invalid(),
        },
    }
}

fn substr(call: &Call<'_, '_>) -> Value {
    let number = |at: usize| match call.arg(at).map(|arg| &arg.kind) {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be small")]
        Some(Kind::Number(number)) if number.abs() < 1e9 => Some(*number as i64),
        _ => None,
    };
    let (Some(text), Some(offset), Some(length)) = (call.text(0), number(1), number(2)) else { return call.invalid() };
    let letters: Vec<char> = text.chars().collect();
    let size = i64::try_from(letters.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 { (size + offset).max(0) } else { offset.min(size) };
    let end = if length < 0 { size } else { (start + length).min(size) };
    let range = usize::try_from(start).unwrap_or(0)..usize::try_from(end).unwrap_or(0);
    like(call, letters.get(range).unwrap_or_default().iter().collect::<String>())
}

/// The match, or its groups: a list of unnamed ones, a map of named ones.
fn regex(call: &Call<'_, '_>) -> Value {
    let (Some(pattern), Some(text)) = (call.text(0), call.text(1)) else { return call.invalid() };
    if text.len() > MAX_PATTERN_TEXT {
        return call.unknown(Reason::TooLarge);
    }
    let Ok(pattern) = Regex::new(pattern) else { return call.unknown(Reason::Function("regex".into())) };
    let Some(found) = pattern.captures(text) else { return call.unknown(Reason::Missing("match".into())) };
    let (span, via) = call.arg(1).map_or((call.span, None), |arg| (arg.span, arg.via.clone()));
    let group = |found: Option<regex::Match<'_>>| match found {
        Some(found) => Value { via: via.clone(), ..Value::text(found.as_str(), span) },
        None => Value::null(call.span),
    };
    if pattern.captures_len() == 1 {
        return group(found.get(0));
    }
    let named: Vec<&str> = pattern.capture_names().flatten().collect();
    if named.is_empty() {
        return Value::list(found.iter().skip(1).map(group).collect(), call.span);
    }
    let entries = named
        .into_iter()
        .map(|name| crate::resolve::value::Entry::new(name.into(), call.span, group(found.name(name))));
    Value::new(Kind::Map(crate::resolve::value::Map::new(entries.collect(), None)), call.span)
}
