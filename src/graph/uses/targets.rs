//! Which resource of this tree an endpoint, a host name or a name stands for.

use crate::graph::{Graph, Mode, ResourceId};
use crate::resolve::value::{Kind, Text, TextPart, Value};

impl Graph<'_> {
    /// The resource of one of these types that is made here and that the value names: by an attribute of it, by a host
    /// name or URL that begins with its name, or by its name.
    pub(super) fn endpoint_of(&self, value: &Value, kinds: &[&str]) -> Option<ResourceId> {
        if let Some(reference) = value.as_ref() {
            if let Some(found) = self.of_types(value, kinds).filter(|_| !reference.many) {
                return Some(found);
            }
            let known = self.known(value);
            return if known.as_ref().is_some() { None } else { self.endpoint_of(&known, kinds) };
        }
        let parts = authority(value.text_parts()?);
        // The whole host name, or the name that it begins with.
        if let Some(TextPart::Hole(hole)) = parts.first()
            && let Some(found) = self.of_types(hole, kinds)
            && !matches!(parts.get(1), Some(TextPart::Text(text)) if !text.starts_with('.'))
        {
            return Some(found);
        }
        let name = Value::new(Kind::Text(Text::new(first_label(parts))), value.span);
        let mut found = kinds.iter().filter_map(|kind| self.made(kind, &name));
        found.next().filter(|_| found.next().is_none())
    }

    /// The store of an App Configuration reference: `@Microsoft.AppConfiguration(Endpoint=https://…; Key=…)`.
    pub(super) fn store_of(&self, value: &Value) -> Option<ResourceId> {
        let mut parts = value.text_parts()?;
        let Some(TextPart::Text(first)) = parts.first().cloned() else { return None };
        let at = first.to_ascii_lowercase().find("endpoint=")?;
        let rest = first.get(at + "endpoint=".len()..)?;
        if let Some(part) = parts.first_mut() {
            *part = TextPart::Text(rest.into());
        }
        self.endpoint_of(
            &Value::new(Kind::Text(Text::new(parts)), value.span),
            &["Microsoft.AppConfiguration/configurationStores"],
        )
    }

    fn of_types(&self, value: &Value, kinds: &[&str]) -> Option<ResourceId> {
        let (_, resource) = self.reference_of(value)?;
        let is_made = resource.mode == Mode::Managed && kinds.iter().any(|kind| resource.is_arm(kind));
        is_made.then_some(resource.id)
    }
}

/// The parts of a text between its scheme, or the word that says it is an image, and the next slash.
fn authority(parts: Vec<TextPart>) -> Vec<TextPart> {
    let mut found = Vec::new();
    for (at, part) in parts.into_iter().enumerate() {
        match part {
            TextPart::Text(text) => {
                let text: &str = if at == 0 { strip(&text) } else { &text };
                let (host, ends) = match text.split_once(['/', ';', ',']) {
                    Some((host, _)) => (host, true),
                    None => (text, false),
                };
                if !host.is_empty() {
                    found.push(TextPart::Text(host.into()));
                }
                if ends {
                    break;
                }
            }
            TextPart::Hole(_) => found.push(part),
        }
    }
    found
}

fn strip(text: &str) -> &str {
    let text = text
        .get(.."DOCKER|".len())
        .filter(|start| start.eq_ignore_ascii_case("DOCKER|"))
        .map_or(text, |start| text.get(start.len()..).unwrap_or(""));
    text.split_once("://").map_or(text, |(_, rest)| rest)
}

/// What stands in front of the first dot.
fn first_label(parts: Vec<TextPart>) -> Vec<TextPart> {
    let mut found = Vec::new();
    for part in parts {
        match &part {
            TextPart::Text(text) => match text.split_once('.') {
                Some((label, _)) => {
                    if !label.is_empty() {
                        found.push(TextPart::Text(label.into()));
                    }
                    break;
                }
                None => found.push(part),
            },
            TextPart::Hole(_) => found.push(part),
        }
    }
    found
}
