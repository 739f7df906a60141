//! SARIF: a snapshot of one report, and what holds for every one. `scripts/validate-sarif.sh` asks Microsoft's validator.

use std::collections::BTreeSet;

use identilint::engine::{Report, with_workers};
use identilint::finding::{Finding, Label, Persona};
use identilint::report::sarif;
use identilint::rules::RULES;
use identilint::source::{SourceFile, SourceId, Sources, Span};
use identilint::workspace::Workspace;
use rayon::prelude::*;
use serde_json::Value;

use super::case::{Case, discover, run_for};
use super::small::{SECRET, small};

fn log(report: &Report, sources: &Sources) -> Value {
    serde_json::from_str(&sarif::render(report, sources).expect("SARIF")).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[test]
fn a_report_is_as_code_scanning_reads_it() {
    let (workspace, mut report) = small();
    // Two rules of all that ran are enough to look at.
    report.ran = RULES.iter().filter(|rule| ["wrong-principal-id", "unused-identity"].contains(&rule.id)).collect();
    let mut log = log(&report, &workspace.sources);
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().expect("rules") {
        let page = rule["help"]["markdown"].as_str().expect("a page").to_owned();
        assert_eq!(rule["help"]["text"], *page);
        assert!(page.contains("## Why"), "{page}");
        rule["help"] = "the page".into();
    }
    insta::assert_snapshot!("sarif", serde_json::to_string_pretty(&log).expect("JSON"));
}

#[test]
fn all_rules_that_ran_are_described() {
    let (workspace, mut report) = small();
    let ids = |report: &Report| {
        let log = log(report, &workspace.sources);
        let rules = list(&log["runs"][0]["tool"]["driver"]["rules"]).to_vec();
        for result in list(&log["runs"][0]["results"]) {
            let at = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("small");
            assert_eq!(rules[at]["id"], result["ruleId"]);
        }
        rules.iter().map(|rule| rule["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&report), RULES.iter().map(|rule| rule.id).collect::<Vec<_>>());
    // What is found without having been asked for, and what has no page.
    report.ran.clear();
    report.findings.push(Finding { rule: "internal-error", family: "internal", ..report.findings[0].clone() });
    let found = ids(&report);
    assert!(found.contains(&"internal-error".to_owned()) && found.contains(&"syntax-error".to_owned()));
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "{found:?}");
}

/// What holds for every report.
fn check(name: &str, workspace: &Workspace, report: &Report) {
    let log = log(report, &workspace.sources);
    let run = &log["runs"][0];
    let results = list(&run["results"]);
    assert_eq!(results.len(), report.findings.len() + report.suppressed.len(), "{name}");
    let prints: BTreeSet<&str> =
        results.iter().filter_map(|one| one["partialFingerprints"]["identilint/v1"].as_str()).collect();
    assert_eq!(prints.len(), results.len(), "{name}");
    for result in results {
        let related = list(&result["relatedLocations"]);
        let text = result["message"]["text"].as_str().expect("a message");
        for (at, location) in related.iter().enumerate() {
            assert_eq!(location["id"], at + 1, "{name}");
            assert!(text.contains(&format!("]({})", at + 1)), "{name}: {text}");
        }
        assert!(text.ends_with('.'), "{name}: {text}");
        let flows = list(&result["codeFlows"]).iter().flat_map(|flow| list(&flow["threadFlows"][0]["locations"]));
        let flows: Vec<&Value> = flows.map(|step| &step["location"]).collect();
        assert!(flows.is_empty() || flows.len() > 1, "{name}: {flows:#?}");
        for location in list(&result["locations"]).iter().chain(related).chain(flows) {
            let (place, region) = (&location["physicalLocation"], &location["physicalLocation"]["region"]);
            let uri = place["artifactLocation"]["uri"].as_str().expect("a file");
            assert!(
                uri.is_ascii() && !uri.starts_with('/') && !uri.contains("..") && !uri.contains([':', ' ', '\\']),
                "{name}: {uri}"
            );
            let at = |key: &str| region[key].as_u64().expect("a number");
            assert!(at("startLine") >= 1 && at("startColumn") >= 1, "{name}: {region}");
            let (start, end) = ((at("startLine"), at("startColumn")), (at("endLine"), at("endColumn")));
            assert!(start <= end, "{name}: {region}");
            // On one line, a snippet is as wide as its region says, in UTF-16 units; masked secrets are as long in bytes.
            if let Some(snippet) =
                region["snippet"]["text"].as_str().filter(|text| start.0 == end.0 && !text.contains('*'))
            {
                assert_eq!(snippet.encode_utf16().count() as u64, end.1 - start.1, "{name}: {region}");
            }
        }
    }
}

#[test]
fn every_fixture_makes_a_sound_report() {
    let (workspace, report) = small();
    check("small", &workspace, &report);
    let cases = discover();
    let check_case = |case: &Case| {
        let (workspace, mut report) = run_for(&case.files, None, Persona::Auditor);
        // The same pages a thousand times take their time.
        report.ran.clear();
        check(&case.name(), &workspace, &report);
    };
    with_workers(|| cases.par_iter().for_each(check_case));
}

/// GitHub refuses a whole upload for one place outside the repository.
#[test]
fn no_place_leads_out_of_the_repository() {
    let file = |path: &str| SourceFile::new(path.into(), path, "resource \"a\" \"b\" {}\n");
    let sources = Sources::new(vec![file("/repository/a.tf"), file("/elsewhere/b.tf")], "/repository".into());
    let label = |file, note: &str| Label::new(Span::new(SourceId(file), 0, 8), note);
    let (_, mut report) = small();
    let one = Finding { fixes: Vec::new(), suppression: None, ..report.findings[0].clone() };
    report.suppressed.clear();
    report.coverage = identilint::engine::Coverage { unreadable: true, ..Default::default() };
    report.findings = vec![
        Finding {
            primary: label(1, "outside"),
            related: vec![label(0, "inside [x]"), label(1, "also")],
            ..one.clone()
        },
        Finding { primary: label(1, "outside"), related: Vec::new(), ..one },
    ];
    let log = log(&report, &sources);
    let results = list(&log["runs"][0]["results"]);
    let place = &results[0]["locations"][0];
    assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], "a.tf");
    assert_eq!(place["message"]["text"], "inside [x]");
    assert_eq!(results[0]["relatedLocations"], Value::Null);
    let nowhere = &results[1]["locations"][0];
    assert_eq!(nowhere["physicalLocation"], Value::Null);
    assert!(nowhere["logicalLocations"][0]["fullyQualifiedName"].is_string());
    assert!(!log["runs"][0]["results"].to_string().contains("elsewhere"));
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn suppressed_findings_say_why_and_hide_secrets() {
    let (workspace, report) = small();
    let log = log(&report, &workspace.sources);
    assert!(!log.to_string().contains(SECRET));
    let results = list(&log["runs"][0]["results"]);
    let kinds: Vec<&str> =
        results.iter().flat_map(|one| list(&one["suppressions"])).filter_map(|one| one["kind"].as_str()).collect();
    assert_eq!(kinds, ["inSource", "external", "external", "inSource"]);
    // Of all results or of none, the standard wants it said.
    assert!(results.iter().all(|one| one["suppressions"].is_array()));
}
