//! Rule pages: their examples are tests, and page, check and fixtures belong together.

use std::collections::BTreeSet;
use std::path::Path;

use identilint::rules::{FixKind, RULES, Rule};

use crate::case::{Case, Files, run};

/// What every page has.
const SECTIONS: [&str; 6] =
    ["## Why", "## Example", "## Instead", "## How it decides", "## When to ignore", "## See also"];

/// A code block of a page.
pub(crate) struct Example {
    pub name: String,
    rule: &'static str,
    bad: bool,
    file: &'static str,
    code: String,
    /// Files beside it, by path.
    beside: Files,
}

/// Every code block that is marked `bad` or `good`. One that is marked `beside` and a path stands beside those after it.
pub(crate) fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    for rule in &RULES {
        let mut lines = rule.text().lines();
        let mut number = 0;
        let mut beside = Files::new();
        while let Some(line) = lines.next() {
            let Some(info) = line.strip_prefix("```") else { continue };
            let code: String = lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
            if let Some((_, path)) = info.split_once(" beside ") {
                beside.insert(path.to_owned(), code);
                continue;
            }
            let (bad, file) = match info {
                "hcl bad" => (true, "main.tf"),
                "hcl good" => (false, "main.tf"),
                "bicep bad" => (true, "main.bicep"),
                "bicep good" => (false, "main.bicep"),
                "json bad" => (true, "main.json"),
                "json good" => (false, "main.json"),
                "toml bad" => (true, "identilint.toml"),
                "toml good" => (false, "identilint.toml"),
                _ => continue,
            };
            number += 1;
            let verdict = if bad { "bad" } else { "good" };
            let name = format!("page {}/example {number} ({verdict})", rule.id);
            examples.push(Example { name, rule: rule.id, bad, file, code, beside: beside.clone() });
        }
    }
    examples
}

impl Example {
    pub(crate) fn check(self) -> Result<(), String> {
        let mut files = self.beside;
        files.insert(self.file.to_owned(), self.code);
        let (_, report) = run(&files, None);
        let mut found: BTreeSet<&str> = report.findings.iter().map(|finding| finding.rule).collect();
        // What only some wish to see is looked for on its own page.
        if !run(&files, Some(self.rule)).1.findings.is_empty() {
            found.insert(self.rule);
        }
        let wanted: BTreeSet<&str> = self.bad.then_some(self.rule).into_iter().collect();
        if found == wanted { Ok(()) } else { Err(format!("expected {wanted:?}, found {found:?}")) }
    }
}

/// Nothing is forgotten and nothing is left over.
pub(crate) fn completeness(cases: &[Case]) -> Result<(), String> {
    let mut problems = Vec::new();
    for rule in &RULES {
        complete(rule, cases, &mut problems);
    }
    for case in cases {
        if !RULES.iter().any(|rule| rule.id == case.rule) {
            problems.push(format!("fixtures/{} is no rule's", case.rule));
        }
    }
    left_over(cases, &mut problems);
    if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
}

fn complete(rule: &Rule, cases: &[Case], problems: &mut Vec<String>) {
    for section in SECTIONS {
        if !rule.text().lines().any(|line| line == section) {
            problems.push(format!("the page of {} has no `{section}`", rule.id));
        }
    }
    let meta = rule.meta();
    for format in &meta.formats {
        for fails in [true, false] {
            if !cases.iter().any(|case| case.rule == rule.id && case.format == *format && case.fails == fails) {
                let verdict = if fails { "fail" } else { "pass" };
                problems.push(format!("{} has no {verdict} fixture in {format}", rule.id));
            }
        }
    }
    // azapi is Terraform with bodies as ARM has them.
    let named =
        |format: &str| meta.formats.iter().any(|named| named == if format == "azapi" { "terraform" } else { format });
    if let Some(case) = cases.iter().find(|case| case.rule == rule.id && !named(&case.format)) {
        problems.push(format!("{} has fixtures in {}, which its page does not name", rule.id, case.format));
    }
    for verdict in ["bad", "good"] {
        if !examples().iter().any(|example| example.rule == rule.id && example.bad == (verdict == "bad")) {
            problems.push(format!("the page of {} has no {verdict} example", rule.id));
        }
    }
    // A fix that the page promises is shown by a fixture, and none is given that it does not promise.
    let fixes = cases
        .iter()
        .filter(|case| case.rule == rule.id && case.fails)
        .any(|case| run(&case.files, Some(rule.id)).1.findings.iter().any(|finding| !finding.fixes.is_empty()));
    if fixes != (meta.fix != FixKind::None) {
        problems.push(format!("{}: the page says {:?} of fixes, the fixtures say {fixes}", rule.id, meta.fix));
    }
}

fn left_over(cases: &[Case], problems: &mut Vec<String>) {
    for entry in walkdir::WalkDir::new(crate::case::root()).into_iter().filter_map(Result::ok) {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "snap") {
            let of_case =
                cases.iter().any(|case| case.fails && case.directory.join(format!("{}.snap", case.title)) == path);
            if !of_case {
                problems.push(format!("{} belongs to no failing fixture", path.display()));
            }
        }
    }
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for entry in walkdir::WalkDir::new(&pages).into_iter().filter_map(Result::ok) {
        let path = entry.path();
        if path.is_file() {
            let rule = RULES.iter().find(|rule| path == pages.join(rule.family).join(format!("{}.md", rule.id)));
            if rule.is_none() {
                problems.push(format!("{} is no rule's page", path.display()));
            }
        }
    }
}
