//! What `terraform fmt` leaves as it is, it leaves as it is when a fix is applied; and fixes that do harm are left out.

#![expect(
    clippy::expect_used,
    clippy::disallowed_types,
    clippy::print_stderr,
    reason = "a test stops at a surprise, and asks Terraform"
)]
#![allow(dead_code, reason = "the other tests use the rest of the harness")]

#[path = "harness/case.rs"]
mod case;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use identilint::engine::{analyze, with_workers};
use identilint::finding::{Edit, Finding, Fix, Label, Safety, Severity};
use identilint::fix::{Ground, Seen, Texts, Wish, fixed, mend};
use identilint::policy::Policies;
use identilint::source::{SourceFile, SourceId, Span};
use identilint::workspace::Workspace;

/// The files below a directory that `terraform fmt` would write anew; none without Terraform.
fn unformatted(directory: &Path) -> Option<BTreeSet<String>> {
    let mut command = Command::new("terraform");
    let output = command.args(["fmt", "-write=false", "-list=true", "-recursive"]).current_dir(directory).output();
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// Whether the signs of equality of plain lines that follow each other stand below each other: what can be told without
/// Terraform.
fn is_in_columns(text: &str) -> bool {
    let column = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let is_name = !name.trim().is_empty() && name.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        (is_name && !value.ends_with(['{', '[', '('])).then_some(name.len())
    };
    let columns: Vec<Option<usize>> = text.lines().map(column).collect();
    columns.iter().zip(columns.iter().skip(1)).all(|(a, b)| a.is_none() || b.is_none() || a == b)
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("writable");
    std::fs::write(path, text).expect("writable");
}

#[test]
fn fixed_files_are_formatted_as_they_were() {
    let (before, after) = (tempfile::tempdir().expect("a directory"), tempfile::tempdir().expect("a directory"));
    let formats = ["terraform", "azapi"];
    let cases = case::discover().into_iter().filter(|case| case.fails && formats.contains(&case.format.as_str()));
    let mut fixes = 0;
    for (number, case) in cases.enumerate() {
        let (workspace, report) = case::run(&case.files, Some(&case.rule));
        for (at, fix) in report.findings.iter().flat_map(|finding| &finding.fixes).enumerate() {
            for (id, text) in fixed(&workspace.sources, fix) {
                let file = workspace.sources.get(id).expect("an edited file");
                assert!(!is_in_columns(file.text()) || is_in_columns(&text), "{}: {}\n{text}", case.name(), fix.title);
                let path = format!("{number}-{}-{}/{at}/{}", case.rule, case.title, file.display());
                write(&before.path().join(&path), file.text());
                write(&after.path().join(&path), &text);
                fixes += 1;
            }
        }
    }
    assert!(fixes > 100, "{fixes}");
    let (Some(was), Some(is)) = (unformatted(before.path()), unformatted(after.path())) else {
        eprintln!("skipped: there is no terraform");
        return;
    };
    let worse: Vec<&String> = is.difference(&was).collect();
    let shown = worse.iter().map(|path| {
        let text = std::fs::read_to_string(after.path().join(path)).expect("written before");
        format!("=== {path}\n{text}")
    });
    assert!(worse.is_empty(), "{} of {fixes}:\n{}", worse.len(), shown.collect::<Vec<_>>().join("\n"));
}

/// A file in which a rule finds words, each with a fix that puts another one in its place.
struct Words {
    text: &'static str,
    fixes: &'static [(&'static str, &'static str)],
}

impl Ground for Words {
    fn look(&self, texts: &Texts) -> Result<Seen, String> {
        let text = texts.values().next().map_or(self.text, |text| text);
        let workspace = Workspace::of_texts([("main.tf".to_owned(), text.to_owned())]);
        let mut report = with_workers(|| analyze(&workspace, &Policies::default()));
        for (word, new) in self.fixes {
            for (at, found) in text.match_indices(word) {
                let span = Span::new(SourceId(0), at, at + found.len());
                let rule = ("unknown-role", "access");
                let label = Label::new(span, "");
                let mut finding = Finding::new(rule, Severity::High, format!("`{word}`"), (*word).into(), label);
                finding.fixes.push(Fix::safe(format!("write `{new}`"), Edit { span, text: (*new).to_owned() }));
                report.findings.push(finding);
            }
        }
        Ok(Seen { workspace, report, all: None })
    }

    fn refuses(&self, _: &SourceFile, _: &Path) -> Option<String> {
        None
    }
}

#[test]
fn fixes_that_do_harm_are_left_out_and_the_others_applied() {
    let words = Words {
        text: "locals {\n  a = \"one\"\n  b = \"two\"\n  c = \"three\"\n  d = \"four\"\n  e = \"five\"\n  f = \"one\"\n}\n",
        fixes: &[
            ("one", "1"),
            // Breaks the file.
            ("two", "\" = ("),
            // Leaves its finding.
            ("three", "threefold"),
            // Brings up one more.
            ("four", "one one"),
            ("five", "5"),
        ],
    };
    let outcome = mend(&words, Wish { allowed: Safety::Safe, shown: false }).expect("a result");
    let change = outcome.changes.first().expect("a change");
    assert_eq!(
        &*change.new,
        "locals {\n  a = \"1\"\n  b = \"two\"\n  c = \"three\"\n  d = \"four\"\n  e = \"5\"\n  f = \"1\"\n}\n"
    );
    assert_eq!((outcome.mended.len(), outcome.changes.len()), (3, 1));
    let mut reasons: Vec<&str> = outcome.refused.iter().map(|one| one.reason.as_str()).collect();
    reasons.sort_unstable();
    let wanted = [
        "`syntax-error` would come up at `main.tf`",
        "`unknown-role` would come up at `one`",
        "the finding would stay",
    ];
    assert_eq!(reasons, wanted);
}

#[test]
fn fixes_that_go_round_come_to_an_end() {
    let words = Words { text: "locals {\n  a = \"one\"\n}\n", fixes: &[("one", "two"), ("two", "one")] };
    let outcome = mend(&words, Wish { allowed: Safety::Safe, shown: false }).expect("a result");
    assert_eq!(outcome.changes.len(), 0, "{:?}", outcome.changes);
}
