//! The JSON schema of configuration files, for editors: made from the tables that read them.

use serde_json::{Map, Value, json};

use super::keys::{ALL, FILE, Key, SEVERITY, Shape};
use crate::rules::{RULES, Rule};

/// The schema, draft 2020-12.
#[must_use]
pub fn schema() -> Value {
    let mut schema = table(FILE);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".to_owned(), json!("identilint.toml"));
        schema.insert("description".to_owned(), json!("Configuration of identilint"));
        schema.insert("$defs".to_owned(), json!({ "rule": names(false), "selector": names(true) }));
    }
    schema
}

fn table(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), described(key))).collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut table = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let Some(table) = table.as_object_mut().filter(|_| !required.is_empty()) {
        table.insert("required".to_owned(), json!(required));
    }
    table
}

fn described(key: &Key) -> Value {
    let mut value = shape(key);
    if let Some(value) = value.as_object_mut() {
        value.insert("description".to_owned(), json!(key.purpose));
    }
    value
}

fn shape(key: &Key) -> Value {
    let list = |items: Value| json!({ "type": "array", "items": items });
    let text = json!({ "type": "string", "pattern": "\\S" });
    match key.shape {
        Shape::Selectors { all: true } => list(json!({ "anyOf": [{ "const": ALL }, { "$ref": "#/$defs/selector" }] })),
        Shape::Selectors { all: false } => list(json!({ "$ref": "#/$defs/selector" })),
        Shape::RuleNames => list(json!({ "$ref": "#/$defs/rule" })),
        Shape::Choice(choices) => json!({ "enum": choices() }),
        Shape::Globs => list(text),
        Shape::ParameterFiles => list(json!({ "type": "string", "pattern": "\\.(tfvars|bicepparam|json)$" })),
        Shape::Configurations => {
            let path = json!({ "type": "string", "pattern": "\\.toml$" });
            json!({ "anyOf": [path, { "type": "array", "items": path }] })
        }
        Shape::Text => text,
        Shape::Rules => {
            let rules: Map<String, Value> = RULES.iter().map(|rule| (rule.id.to_owned(), of_rule(rule))).collect();
            json!({ "type": "object", "properties": rules, "additionalProperties": false })
        }
        Shape::Tables(keys) => list(table(keys)),
    }
}

fn of_rule(rule: &Rule) -> Value {
    let mut properties = Map::new();
    properties.insert(SEVERITY.name.to_owned(), described(&SEVERITY));
    for (option, purpose) in &rule.meta().options {
        let values = json!({ "type": "array", "items": { "type": "string" }, "description": purpose });
        properties.insert(option.clone(), values);
    }
    json!({
        "type": "object",
        "description": rule.title(),
        "properties": properties,
        "additionalProperties": false,
    })
}

/// The names of rules, with their titles, and of families if so asked.
fn names(families: bool) -> Value {
    let mut names: Vec<Value> = Vec::new();
    if families {
        let mut all: Vec<&str> = RULES.iter().map(|rule| rule.family).collect();
        all.dedup();
        names.extend(
            all.iter()
                .map(|family| json!({ "const": family, "description": format!("All rules of the family {family}") })),
        );
    }
    names.extend(RULES.iter().map(|rule| json!({ "const": rule.id, "description": rule.title() })));
    json!({ "oneOf": names })
}
