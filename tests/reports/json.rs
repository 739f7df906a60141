//! The JSON report against its schema, and the schema against the report.

use identilint::engine::with_workers;
use identilint::finding::Persona;
use identilint::report::json;
use rayon::prelude::*;
use serde_json::Value;

use super::case::{Case, discover, run_for};
use super::small::small;

const SCHEMA: &str = include_str!("../../docs/json.schema.json");

/// The schema with every object closed and every property needed: what holds for this version, not for the next.
fn closed(mut schema: Value) -> Value {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object).cloned()
        && schema.get("type").is_some()
    {
        assert_eq!(schema["required"].as_array().map(Vec::len), Some(properties.len()), "{schema:#}");
        schema["additionalProperties"] = false.into();
    }
    match schema {
        Value::Object(fields) => fields.into_iter().map(|(key, value)| (key, closed(value))).collect(),
        Value::Array(items) => items.into_iter().map(closed).collect(),
        other => other,
    }
}

#[test]
fn every_json_report_follows_the_schema_and_holds_nothing_else() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let open = jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    let strict = jsonschema::options().should_validate_formats(true).build(&closed(schema)).expect("a schema");
    let check = |name: &str, text: &str| {
        let report: Value = serde_json::from_str(text).expect("JSON");
        for schema in [&open, &strict] {
            let problems: Vec<String> =
                schema.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(problems.is_empty(), "{name}: {problems:#?}");
        }
    };
    let (workspace, report) = small();
    assert!(report.suppressed.len() >= 3 && !report.coverage.opaque.is_empty());
    assert!(report.findings.iter().any(|finding| !finding.fixes.is_empty()));
    check("small", &json::render(&report, &workspace.sources).expect("JSON"));
    let cases = discover();
    assert!(cases.len() > 100);
    let check_case = |case: &Case| {
        let (workspace, report) = run_for(&case.files, None, Persona::Auditor);
        check(&case.name(), &json::render(&report, &workspace.sources).expect("JSON"));
    };
    with_workers(|| cases.par_iter().for_each(check_case));
}

#[test]
fn a_report_that_breaks_the_promise_is_noticed() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let (workspace, report) = small();
    let good: Value = serde_json::from_str(&json::render(&report, &workspace.sources).expect("JSON")).expect("JSON");
    assert!(schema.is_valid(&good));
    for (place, value) in [
        ("/version", Value::from(2)),
        ("/findings/0/severity", "fatal".into()),
        ("/findings/0/suppression", serde_json::json!({})),
        ("/suppressed/0/suppression", Value::Null),
        ("/findings/0/primary/start/line", 0.into()),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).expect("it is there") = value;
        assert!(!schema.is_valid(&bad), "{place}");
    }
    let mut more = good;
    more["findings"][0]["new"] = true.into();
    assert!(schema.is_valid(&more), "fields may be added");
}
