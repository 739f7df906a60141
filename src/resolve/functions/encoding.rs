//! JSON and YAML inside strings.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};

use super::Call;
use crate::resolve::value::{Entry, Kind, Map, Seg, Text, TextPart, Value};
use crate::source::Span;

/// The longest text that is decoded.
const MAX_TEXT: usize = 1024 * 1024;
/// The deepest nesting that is decoded.
const MAX_DEPTH: u32 = 64;

pub(super) fn call(call: &Call<'_, '_>) -> Option<Value> {
    Some(match call.name {
        // What azapi got from Azure is text in its first major, an object since; what is in it is the same.
        "jsondecode" if call.args.first().is_some_and(is_output) => call.args.first()?.clone(),
        "jsondecode" => match call.text(0).filter(|text| text.len() <= MAX_TEXT) {
            Some(text) => match serde_json::from_str(text) {
                Ok(json) => from_json(&json, span_of(call)),
                Err(_) => call.invalid(),
            },
            // What was encoded a moment ago is decoded by taking it back.
            None => call.invalid(),
        },
        "jsonencode" => match call.arg(0).and_then(|arg| to_json(arg, 0)) {
            Some(parts) => Value::new(Kind::Text(Text::new(parts)), call.span),
            None => call.invalid(),
        },
        "yamldecode" => match call.text(0).filter(|text| text.len() <= MAX_TEXT && !may_expand(text)) {
            Some(text) => match Yaml::load_from_str(text).as_deref() {
                Ok([document]) => from_yaml(call, document, span_of(call), 0),
                _ => call.invalid(),
            },
            None => call.invalid(),
        },
        _ => return None,
    })
}

fn is_output(value: &Value) -> bool {
    let path = value.as_ref().map(|reference| reference.path.as_slice());
    matches!(path, Some([Seg::Name(name, _)]) if &**name == "output")
}

fn span_of(call: &Call<'_, '_>) -> Span {
    call.arg(0).map_or(call.span, |arg| arg.span)
}

/// Whether a document uses anchors, by which a few lines can stand for gigabytes.
fn may_expand(text: &str) -> bool {
    text.contains('&') && text.contains('*')
}

fn from_json(json: &serde_json::Value, span: Span) -> Value {
    match json {
        serde_json::Value::Null => Value::null(span),
        serde_json::Value::Bool(value) => Value::bool(*value, span),
        serde_json::Value::Number(number) => Value::number(number.as_f64().unwrap_or(f64::NAN), span),
        serde_json::Value::String(text) => Value::text(text.as_str(), span),
        serde_json::Value::Array(items) => Value::list(items.iter().map(|item| from_json(item, span)).collect(), span),
        serde_json::Value::Object(members) => {
            let entry = |(key, value): (&String, &serde_json::Value)| {
                Entry::new(key.as_str().into(), span, from_json(value, span))
            };
            Value::new(Kind::Map(Map::new(members.iter().map(entry).collect(), None)), span)
        }
    }
}

/// The JSON text of a value, with holes where parts are not known; none if its shape is not known.
fn to_json(value: &Value, depth: u32) -> Option<Vec<TextPart>> {
    let text = |text: String| TextPart::Text(text.into());
    let quoted = |plain: &str| serde_json::to_string(plain).unwrap_or_default();
    if depth > MAX_DEPTH {
        return None;
    }
    Some(match &value.kind {
        Kind::Null => vec![text("null".to_owned())],
        Kind::Bool(value) => vec![text(value.to_string())],
        Kind::Number(number) => vec![text(number.to_string())],
        Kind::Text(Text::Plain(plain)) => vec![text(quoted(plain))],
        Kind::Text(Text::Parts(parts)) => {
            let inside = parts.iter().map(|part| match part {
                TextPart::Text(plain) => text(quoted(plain).trim_matches('"').to_owned()),
                hole @ TextPart::Hole(_) => hole.clone(),
            });
            [text("\"".to_owned())].into_iter().chain(inside).chain([text("\"".to_owned())]).collect()
        }
        Kind::Ref(_) | Kind::OneOf(_) | Kind::Unknown(_) => {
            vec![text("\"".to_owned()), TextPart::Hole(value.clone()), text("\"".to_owned())]
        }
        Kind::List(list) if list.rest.is_none() => {
            let mut parts = vec![text("[".to_owned())];
            for (at, item) in list.items.iter().enumerate() {
                parts.extend((at > 0).then(|| text(",".to_owned())));
                parts.extend(to_json(item, depth + 1)?);
            }
            parts.push(text("]".to_owned()));
            parts
        }
        Kind::Map(map) if map.rest.is_none() => {
            let mut parts = vec![text("{".to_owned())];
            for (at, entry) in map.entries.iter().enumerate() {
                parts.extend((at > 0).then(|| text(",".to_owned())));
                parts.push(text(format!("{}:", quoted(&entry.key))));
                parts.extend(to_json(&entry.value, depth + 1)?);
            }
            parts.push(text("}".to_owned()));
            parts
        }
        Kind::List(_) | Kind::Map(_) => return None,
    })
}

fn from_yaml(call: &Call<'_, '_>, yaml: &Yaml<'_>, span: Span, depth: u32) -> Value {
    if depth > MAX_DEPTH {
        return call.invalid();
    }
    match yaml {
        Yaml::Value(Scalar::Null) => Value::null(span),
        Yaml::Value(Scalar::Boolean(value)) => Value::bool(*value, span),
        #[expect(clippy::cast_precision_loss, reason = "Terraform's numbers are floating point too")]
        Yaml::Value(Scalar::Integer(number)) => Value::number(*number as f64, span),
        Yaml::Value(Scalar::FloatingPoint(number)) => Value::number(number.into_inner(), span),
        Yaml::Value(Scalar::String(text)) => Value::text(text.as_ref(), span),
        Yaml::Sequence(items) => {
            Value::list(items.iter().map(|item| from_yaml(call, item, span, depth + 1)).collect(), span)
        }
        Yaml::Mapping(members) => {
            let entries = members.iter().filter_map(|(key, value)| {
                let key = crate::resolve::eval::to_text(&from_yaml(call, key, span, depth + 1))?;
                Some(Entry::new(key, span, from_yaml(call, value, span, depth + 1)))
            });
            Value::new(Kind::Map(Map::new(entries.collect(), None)), span)
        }
        _ => call.invalid(),
    }
}
