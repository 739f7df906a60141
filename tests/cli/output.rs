//! Several reports of one run, where they go, and what the run ends with.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use identilint::report::Format;

use super::support::{Run, json, run, tree};
use super::{CLEAN, WRONG_ID};

const BROKEN: &str = "locals {\n  a = = 1\n}\n";

#[test]
fn one_run_writes_several_reports() {
    let found = tree(&[("main.tf", WRONG_ID)]);
    let arguments = ["--format", "text", "--format", "json=reports/deep/é.json", "--format", "concise=c.txt"];
    let first = run(found.path(), &arguments);
    assert_eq!((first.code, &*first.err), (1, ""));
    assert_eq!(first.out, run(found.path(), &[]).out);
    let written = |path: &str| fs::read_to_string(found.path().join(path)).expect("a report");
    assert_eq!(written("reports/deep/é.json"), run(found.path(), &["--format", "json"]).out);
    assert_eq!(written("c.txt"), run(found.path(), &["--format", "concise=-"]).out);
    // A shorter report takes the place of a longer one, and nothing is left beside it.
    fs::write(found.path().join("c.txt"), "x".repeat(100_000)).expect("writable");
    assert_eq!(run(found.path(), &["--format=concise=c.txt"]).out, "");
    assert!(written("c.txt").len() < 1000);
    let names: Vec<_> = fs::read_dir(found.path()).expect("a directory").filter_map(Result::ok).collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[test]
fn suppressed_findings_can_be_left_out_of_every_report() {
    let comment = "# identilint: ignore-file[wrong-principal-id] granted elsewhere\n";
    let found = tree(&[("main.tf", &format!("{comment}{WRONG_ID}"))]);
    let all = ["--format", "json", "--format", "sarif=all.sarif"];
    let without = ["--omit-suppressed", "--format", "json", "--format", "sarif=some.sarif"];
    let (all, without) = (run(found.path(), &all), run(found.path(), &without));
    assert_eq!((all.code, without.code), (0, 0));
    let suppressed = |run: &Run| json(run)["suppressed"].as_array().map(Vec::len);
    assert_eq!((suppressed(&all), suppressed(&without)), (Some(1), Some(0)));
    let results = |path: &str| {
        let text = fs::read_to_string(found.path().join(path)).expect("a report");
        let log: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        log["runs"][0]["results"].as_array().map(Vec::len)
    };
    assert_eq!((results("all.sarif"), results("some.sarif")), (Some(1), Some(0)));
}

#[test]
fn what_cannot_be_written_is_exit_2_and_named() {
    let found = tree(&[("main.tf", WRONG_ID), ("file", "")]);
    fs::create_dir(found.path().join("directory")).expect("writable");
    for path in ["file/report.json", "directory"] {
        let run = run(found.path(), &["--format", &format!("json={path}"), "--format", "concise"]);
        assert_eq!(run.code, 2, "{path}");
        assert!(run.err.contains(&format!("`{path}` cannot be written")), "{}", run.err);
        assert!(run.out.contains("wrong-principal-id"), "the other report is there: {}", run.out);
    }
}

#[test]
fn a_wrong_format_is_exit_2_with_a_hint() {
    let found = tree(&[("main.tf", WRONG_ID)]);
    for (arguments, hint) in [
        (vec!["--format", "jsno"], "there is no format `jsno`; did you mean `json`?"),
        (vec!["--format", "Text"], "did you mean `text`?"),
        (vec!["--format", "spreadsheet=x.ods"], "there are text, concise, json"),
        (vec!["--format", "json="], "`json=` needs the name of a file"),
        (vec!["--format", "json", "--format", "text=-"], "not json and text; give the others a file"),
        (vec!["--format", "json=x", "--format", "text=x"], "two reports cannot go to the same file `x`"),
        (vec!["--min-confidence", "sure"], "expected one of hint, likely, certain"),
    ] {
        let run = run(found.path(), &arguments);
        assert_eq!((run.code, &*run.out), (2, ""), "{arguments:?}");
        assert!(run.err.contains(hint), "{arguments:?}: {}", run.err);
    }
    assert!(!found.path().join("x").exists());
}

#[test]
fn exit_codes_are_the_same_in_every_format() {
    let found = tree(&[("main.tf", WRONG_ID)]);
    let clean = tree(&[("main.tf", CLEAN)]);
    let broken = tree(&[("main.tf", BROKEN)]);
    let empty = tree(&[("readme.txt", "")]);
    let unreadable = tree(&[("main.tf", WRONG_ID)]);
    // Larger than what is read.
    let huge = fs::File::create(unreadable.path().join("huge.tf")).expect("writable");
    huge.set_len(65 * 1024 * 1024).expect("a sparse file");
    for format in Format::ALL.map(Format::name) {
        for output in [format.to_owned(), format!("{format}=report.out")] {
            let codes = |options: &[&str]| {
                [&found, &clean, &broken, &empty, &unreadable].map(|directory| {
                    let arguments = [&["--format", &output], options].concat();
                    run(directory.path(), &arguments).code
                })
            };
            assert_eq!(codes(&[]), [1, 0, 1, 2, 2], "{output}");
            assert_eq!(codes(&["--exit-zero"]), [0, 0, 0, 2, 2], "{output}");
            assert_eq!(codes(&["--fail-on", "critical"]), [0, 0, 0, 2, 2], "{output}");
        }
    }
}

#[test]
fn confidence_has_a_lower_bound() {
    let showcase = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/showcase/terraform");
    let confidences = |bound: &str| {
        let arguments = ["--format", "json", "--persona", "auditor", "--min-confidence", bound];
        let report = json(&run(&showcase, &arguments));
        let all = report["findings"].as_array().expect("findings").iter();
        all.map(|one| one["confidence"].as_str().expect("a name").to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(confidences("hint"), BTreeSet::from(["certain".to_owned(), "likely".to_owned()]));
    assert_eq!(confidences("certain"), BTreeSet::from(["certain".to_owned()]));
}

#[test]
fn the_concise_report_has_a_line_for_each_finding() {
    let files = tree(&[("a b/é.tf", &WRONG_ID.replace('\n', "\r\n"))]);
    let lines = run(files.path(), &["--format", "concise"]).out;
    let lines: Vec<&str> = lines.lines().collect();
    let [finding, summary] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(finding.starts_with("a b/é.tf:9:26: high[wrong-principal-id] "), "{finding}");
    assert!(finding.ends_with(" (azurerm_role_assignment.app)"), "{finding}");
    assert_eq!(*summary, "1 finding (1 high)");
}

/// Who names a directory and a file gets what is wrong in both, and nothing of what lies beside them.
#[test]
fn a_directory_and_a_file_are_asked_for_together() {
    const WRONG: &str = r#"
resource "azurerm_user_assigned_identity" "shop" {
  name                = "id-shop"
  location            = "westeurope"
  resource_group_name = "rg-shop"
}

resource "azurerm_role_assignment" "shop" {
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000000"
  role_definition_name = "Reader"
  principal_id         = azurerm_user_assigned_identity.shop.client_id
}
"#;
    let directory =
        tree(&[("a/main.tf", WRONG), ("a/below/main.tf", WRONG), ("b/main.tf", WRONG), ("c/main.tf", WRONG)]);
    std::fs::create_dir(directory.path().join(".git")).expect("a repository");
    let places = |paths: &[&str]| {
        let report = json(&run(directory.path(), &[paths, &["--format", "json"]].concat()));
        let findings = report["findings"].as_array().expect("findings").clone();
        let mut places: Vec<String> =
            findings.iter().map(|one| one["primary"]["path"].as_str().expect("a path").to_owned()).collect();
        places.sort();
        places.dedup();
        places
    };
    assert_eq!(places(&["."]), ["a/below/main.tf", "a/main.tf", "b/main.tf", "c/main.tf"]);
    for both in [["a", "b/main.tf"], ["b/main.tf", "./a/"], ["c/../a", "b/main.tf"]] {
        assert_eq!(places(&both), ["a/below/main.tf", "a/main.tf", "b/main.tf"], "{both:?}");
    }
    assert_eq!(places(&["a", "a/main.tf"]), places(&["a"]));
    assert_eq!(places(&["a/below", "a/main.tf", "c/main.tf"]), ["a/below/main.tf", "a/main.tf", "c/main.tf"]);
}
