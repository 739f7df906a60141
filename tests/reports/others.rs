//! GitLab, `JUnit` and Markdown: a snapshot of each, and what holds for every report in them.

use std::collections::BTreeSet;

use identilint::engine::with_workers;
use identilint::finding::{Finding, Persona};
use identilint::report::{gitlab, junit, markdown};
use identilint::rules::RULES;
use quick_junit::{Report as Log, TestCaseStatus};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::case::{Case, discover, run_for};
use super::small::small;

#[test]
fn each_report_is_as_its_reader_wants_it() {
    let (workspace, mut report) = small();
    report.ran = RULES.iter().filter(|rule| ["wrong-principal-id", "unused-identity"].contains(&rule.id)).collect();
    insta::assert_snapshot!("gitlab", gitlab::render(&report, &workspace.sources).expect("JSON"));
    insta::assert_snapshot!("junit", junit::render(&report, &workspace.sources).expect("XML"));
    let links = "https://git.example/o/r/blob/0123";
    insta::assert_snapshot!("markdown", markdown::render(&report, &workspace.sources, Some(links)));
}

/// What GitLab says of its report.
fn gitlab_schema() -> jsonschema::Validator {
    let point = json!({
        "type": "object", "required": ["line", "column"],
        "properties": { "line": { "type": "integer", "minimum": 1 }, "column": { "type": "integer", "minimum": 1 } }
    });
    let schema = json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": { "type": "string", "minLength": 1 },
                "check_name": { "type": "string", "minLength": 1 },
                "fingerprint": { "type": "string", "minLength": 1 },
                "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                "location": {
                    "type": "object",
                    "required": ["path", "lines", "positions"],
                    "properties": {
                        "path": { "type": "string", "minLength": 1, "not": { "pattern": "^\\./|^/" } },
                        "lines": { "required": ["begin"], "properties": { "begin": { "type": "integer", "minimum": 1 } } },
                        "positions": { "required": ["begin", "end"], "properties": { "begin": point, "end": point } }
                    }
                }
            }
        }
    });
    jsonschema::validator_for(&schema).expect("a schema")
}

#[test]
fn every_fixture_makes_sound_reports() {
    let schema = gitlab_schema();
    let check = |case: &Case| {
        let (workspace, report) = run_for(&case.files, None, Persona::Auditor);
        let name = case.name();
        let issues: Value =
            serde_json::from_str(&gitlab::render(&report, &workspace.sources).expect("JSON")).expect("JSON");
        assert!(schema.is_valid(&issues), "{name}: {issues:#}");
        let issues = issues.as_array().expect("a list");
        let prints: BTreeSet<&str> = issues.iter().filter_map(|issue| issue["fingerprint"].as_str()).collect();
        assert_eq!((issues.len(), prints.len()), (report.findings.len(), issues.len()), "{name}");
        let xml = junit::render(&report, &workspace.sources).expect("XML");
        let log = Log::deserialize_from_str(&xml).unwrap_or_else(|error| panic!("{name}: {error}\n{xml}"));
        assert_eq!((log.failures, log.errors), (report.findings.len(), 0), "{name}");
        let cases = || log.test_suites.iter().flat_map(|suite| &suite.test_cases);
        let names: BTreeSet<(&str, Option<&str>)> =
            cases().map(|case| (case.name.as_str(), case.classname.as_ref().map(|name| name.as_str()))).collect();
        assert_eq!((names.len(), cases().count()), (log.tests, log.tests), "{name}: names are unique");
        let page = markdown::render(&report, &workspace.sources, None);
        assert!(page.len() < 65_536, "{name}");
        assert_eq!(page.matches("<details>").count(), page.matches("</details>").count(), "{name}");
    };
    with_workers(|| discover().par_iter().for_each(check));
}

#[test]
fn a_suppressed_finding_is_a_test_that_was_skipped() {
    let (workspace, mut report) = small();
    report.coverage.unreadable = true;
    let xml = junit::render(&report, &workspace.sources).expect("XML");
    let log = Log::deserialize_from_str(&xml).expect("XML");
    let cases = || log.test_suites.iter().flat_map(|suite| &suite.test_cases);
    let skipped = cases().filter(|case| matches!(case.status, TestCaseStatus::Skipped { .. })).count();
    assert_eq!((skipped, log.failures, log.errors), (report.suppressed.len(), report.findings.len(), 1));
    // Each rule that found nothing has passed.
    assert!(log.tests > RULES.len(), "{}", log.tests);
    let gitlab = gitlab::render(&report, &workspace.sources).expect("JSON");
    assert!(!gitlab.contains("silenced"));
}

#[test]
fn a_long_report_is_cut_with_a_count() {
    let (workspace, mut report) = small();
    let one = report.findings[1].clone();
    report.findings = (0..5000).map(|at| Finding { subject: format!("s{at}").into(), ..one.clone() }).collect();
    let long = identilint::finding::Undecided {
        rule: "unused-identity",
        subject: "x".into(),
        reason: "because ".repeat(1000),
        span: one.primary.span,
    };
    report.coverage.undecided = vec![long; 1000];
    let page = markdown::render(&report, &workspace.sources, None);
    assert!(page.len() < 65_536 && page.len() > 30_000, "{}", page.len());
    let shown = page.matches("\n- <code>").count();
    assert!(page.contains(&format!("… and {} more findings, which do not fit in here.", 5000 - shown)), "{shown}");
    assert!(page.contains("- … and 99"), "the coverage is counted, too");
}
