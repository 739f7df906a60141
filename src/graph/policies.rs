//! API Management policies that ask for a token without saying as whom: then it is the system-assigned identity
//! (learn.microsoft.com, api-management/authentication-managed-identity-policy).

use super::{Chosen, Graph, Mode, Resource, ResourceId, Selection};
use crate::resolve::value::{TextPart, Truth, Value};

const SERVICE: &str = "Microsoft.ApiManagement/service";

/// Types that hold a policy: the argument with its text, and the one that names the service.
const POLICIES: [(&str, &str, &str); 5] = [
    ("azurerm_api_management_policy", "xml_content", "api_management_id"),
    ("azurerm_api_management_policy_fragment", "value", "api_management_id"),
    ("azurerm_api_management_api_policy", "xml_content", "api_management_name"),
    ("azurerm_api_management_api_operation_policy", "xml_content", "api_management_name"),
    ("azurerm_api_management_product_policy", "xml_content", "api_management_name"),
];

const ELEMENT: &str = "<authentication-managed-identity";

/// The choices that policies make. A text that several services share is a choice only if it is one in each of them.
pub(super) fn read(graph: &Graph<'_>) -> Vec<Selection> {
    let mut found: Vec<Selection> = Vec::new();
    let mut elsewhere: Vec<crate::source::Span> = Vec::new();
    for resource in graph.resources().filter(|resource| resource.mode == Mode::Managed) {
        let Some((text, service, is_text)) = policy(graph, resource) else { continue };
        if !takes_system_identity(text) {
            continue;
        }
        let lacks = service.and_then(|id| graph.host(id)).is_some_and(|host| host.system() == Truth::No);
        match service.filter(|_| lacks && is_text) {
            Some(host) => {
                found.push(Selection { by: resource.id, host, chosen: Chosen::System, value: text.clone() });
            }
            None => elsewhere.push(text.span),
        }
    }
    found.retain(|selection| !elsewhere.contains(&selection.value.span));
    found
}

/// The text of a policy, the service that it is for, and whether it certainly is a text.
fn policy<'r>(graph: &Graph<'_>, resource: &'r Resource) -> Option<(&'r Value, Option<ResourceId>, bool)> {
    if let Some((_, text, service)) = POLICIES.iter().find(|(kind, ..)| resource.is(kind)) {
        let service = resource.argument(service).and_then(|service| graph.named_by(service));
        return Some((resource.argument(text)?, service, true));
    }
    let kind = resource.kind.to_ascii_lowercase();
    let is_policy = kind.starts_with("microsoft.apimanagement/service/")
        && (kind.ends_with("/policies") || kind.ends_with("/policyfragments"));
    if !is_policy {
        return None;
    }
    let properties = resource.argument("properties")?;
    // In the other formats it is an address.
    let format = properties.property("format").map(|format| graph.known(&format.value));
    let named = format.as_ref().and_then(Value::as_str);
    let is_text = named.map(|format| matches!(format, "xml" | "rawxml"));
    let certain = is_text.unwrap_or(format.is_none());
    let text = &properties.property("value")?.value;
    is_text.unwrap_or(true).then(|| (text, graph.ancestor(resource, SERVICE), certain))
}

/// Whether a policy certainly asks for a token of the system-assigned identity.
fn takes_system_identity(text: &Value) -> bool {
    let Some(parts) = text.text_parts() else { return false };
    let parts: Vec<&str> = parts
        .iter()
        .map(|part| match part {
            TextPart::Text(text) => &**text,
            TextPart::Hole(_) => HOLE,
        })
        .collect();
    let text = without_comments(&parts.concat());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(ELEMENT) {
        rest = rest.get(at + ELEMENT.len()..).unwrap_or("");
        if asks_as_system(rest) {
            return true;
        }
    }
    false
}

/// Stands for what is put into the text.
const HOLE: &str = "\u{fffc}";

/// The text without XML comments; an unclosed one takes the rest with it.
fn without_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

/// Whether the attributes that follow name no client and let no error pass. What is put in between them may.
fn asks_as_system(attributes: &str) -> bool {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start();
        if rest.starts_with(['/', '>']) {
            return true;
        }
        let Some((name, after)) = rest.split_once('=') else { return false };
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|quote| matches!(quote, '"' | '\'')) else { return false };
        let Some((value, after)) = after.get(1..).and_then(|value| value.split_once(quote)) else { return false };
        let name = name.trim();
        if name.contains(HOLE) || name == "client-id" || name == "ignore-error" && value != "false" {
            return false;
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_up_to_the_end_of_the_element() {
        assert!(asks_as_system(r#" resource="https://x/" output-token-variable-name='t' />"#));
        assert!(!asks_as_system(r#" resource="https://x/" client-id="{{id}}" />"#));
        assert!(!asks_as_system(r#" resource="x" ignore-error="true"/>"#));
        assert!(!asks_as_system(r#" resource="x"#));
    }

    #[test]
    fn comments_do_not_count() {
        assert_eq!(without_comments("a<!-- b -->c<!-- d"), "ac");
    }
}
