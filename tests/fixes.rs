//! What `terraform fmt` leaves as it is, it leaves as it is when a fix is applied.

#![expect(clippy::expect_used, clippy::disallowed_types, reason = "a test stops at a surprise, and asks Terraform")]
#![allow(dead_code, reason = "the other tests use the rest of the harness")]

#[path = "harness/case.rs"]
mod case;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use identilint::fix::fixed;

/// The files below a directory that `terraform fmt` would write anew; none without Terraform.
fn unformatted(directory: &Path) -> Option<BTreeSet<String>> {
    let mut command = Command::new("terraform");
    let output = command.args(["fmt", "-write=false", "-list=true", "-recursive"]).current_dir(directory).output();
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
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
