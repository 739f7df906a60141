//! What must hold of a fixture as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use identilint::engine::Report;
use identilint::finding::{Finding, Fix, Persona};
use identilint::fix::{fixed, makes_way};
use identilint::report::text::{self, Style};
use identilint::source::ColumnUnit;
use identilint::workspace::Workspace;

use crate::case::{Case, Files, run};

/// `pass`: nothing. `fail`: what the `expect` comments say, where they say it, and the report as it was approved.
pub(crate) fn verdict(case: &Case) -> Result<(), String> {
    let (workspace, report) = run(&case.files, Some(&case.rule));
    if let Some(problem) = workspace.configuration.problems().first() {
        return Err(problem.message.clone());
    }
    let rendered =
        text::render(&report, &workspace.sources, Style { color: false, width: 120, persona: Persona::Regular });
    if !case.fails {
        return if report.findings.is_empty() { Ok(()) } else { Err(format!("expected silence, got\n{rendered}")) };
    }
    let (expected, found) = (expected(&case.files), found(&workspace, &report));
    if expected != found {
        return Err(format!("expected {expected:#?}\nfound {found:#?}\n{rendered}"));
    }
    if expected.is_empty() {
        return Err("a failing fixture must find something".to_owned());
    }
    let fixes = fixes(case, &workspace, &report)?;
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&case.directory);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(case.title.as_str(), format!("{rendered}{fixes}")));
    Ok(())
}

/// The rule and place of every `# expect: rule` or `// expect: rule`.
fn expected(files: &Files) -> Vec<String> {
    let mut expected = Vec::new();
    for (path, text) in files {
        for (at, line) in text.lines().enumerate() {
            for (_, rest) in line
                .match_indices("expect: ")
                .map(|(start, mark)| (start, line.get(start + mark.len()..).unwrap_or("")))
            {
                let rule = rest
                    .split(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '-')
                    .next()
                    .unwrap_or("");
                expected.push(format!("{path}:{} {rule}", at + 1));
            }
        }
    }
    expected.sort();
    expected
}

fn found(workspace: &Workspace, report: &Report) -> Vec<String> {
    let place = |finding: &Finding| {
        let span = finding.primary.span;
        let file = workspace.sources.get(span.source).expect("a finding has a file");
        format!("{}:{} {}", file.display(), file.position(span.start, ColumnUnit::Characters).line, finding.rule)
    };
    let mut found: Vec<String> = report.findings.iter().map(place).collect();
    found.sort();
    found
}

/// Applies every fix: the finding goes, none comes, a second time nothing is left to do. Gives the changed lines.
fn fixes(case: &Case, workspace: &Workspace, report: &Report) -> Result<String, String> {
    let mut text = String::new();
    // The changed lines are shown one by one.
    let lines = report.secrets.iter().flat_map(|span| workspace.sources.slice(*span).lines());
    let hidden: Vec<&str> =
        lines.map(|line| line.trim().trim_matches(['"', '\''])).filter(|secret| secret.len() > 3).collect();
    for fix in report.findings.iter().flat_map(|finding| &finding.fixes) {
        let _ = writeln!(text, "\nfix ({}): {}", fix.safety, fix.title);
        let fixed = apply(&case.files, workspace, fix);
        for (path, new) in &fixed {
            let old = &case.files[path];
            let hide = |text: &str| hidden.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "***"));
            text.push_str(&hide(&changed(old, new)));
        }
        let (_, after) = run(&fixed, Some(&case.rule));
        let count = |report: &Report| report.findings.len();
        if count(&after) >= count(report) {
            return Err(format!("`{}` leaves {} findings of {}:\n{text}", fix.title, count(&after), count(report)));
        }
        let all =
            |files: &Files| run(files, None).1.findings.iter().map(|finding| finding.rule).collect::<BTreeSet<_>>();
        let (after, before) = (all(&fixed), all(&case.files));
        let mut new = after.difference(&before).filter(|new| !makes_way(&case.rule, new));
        if let Some(new) = new.next() {
            return Err(format!("`{}` brings up {new}:\n{text}", fix.title));
        }
    }
    Ok(text)
}

/// The lines that one text has and the other has not, between those that both begin and end with.
fn changed(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let first = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - first;
    let last = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let mut text = String::new();
    for (lines, sign) in [(&old, '-'), (&new, '+')] {
        for line in &lines[first..lines.len() - last] {
            let _ = writeln!(text, "{sign} {line}");
        }
    }
    text
}

fn apply(files: &Files, workspace: &Workspace, fix: &Fix) -> Files {
    let path = |id| workspace.sources.get(id).expect("an edit has a file").display().to_string();
    let fixed = fixed(&workspace.sources, fix).into_iter().map(|(id, text)| (path(id), text));
    files.clone().into_iter().chain(fixed).collect()
}

/// The same case in several formats gives the same findings.
pub(crate) fn parity(cases: &[Case]) -> Result<(), String> {
    let mut groups: BTreeMap<(&str, bool, &str), Vec<&Case>> = BTreeMap::new();
    for case in cases {
        groups.entry((&case.rule, case.fails, &case.title)).or_default().push(case);
    }
    for group in groups.values().filter(|group| group.len() > 1) {
        let findings = |case: &Case| -> BTreeSet<(String, String, String)> {
            let (_, report) = run(&case.files, Some(&case.rule));
            let line =
                |finding: &Finding| (finding.rule.to_owned(), finding.severity.to_string(), finding.message.clone());
            report.findings.iter().map(line).collect()
        };
        let first = group.first().expect("a group has a case");
        let wanted = findings(first);
        for other in group.iter().skip(1) {
            let got = findings(other);
            if got != wanted {
                return Err(format!("{} gives {wanted:#?}\n{} gives {got:#?}", first.name(), other.name()));
            }
        }
    }
    Ok(())
}

/// The showcase finds the same in every language, where its comments say.
pub(crate) fn showcase() -> Result<(), String> {
    let mut first = None;
    for format in ["terraform", "bicep", "arm"] {
        let files = crate::case::read_directory(&crate::case::root().join("showcase").join(format));
        let (workspace, report) = run(&files, None);
        let (expected, found) = (expected(&files), found(&workspace, &report));
        if expected != found || found.is_empty() {
            return Err(format!("{format}: expected {expected:#?}\nfound {found:#?}"));
        }
        let findings: BTreeSet<(&str, String, &str)> = report
            .findings
            .iter()
            .map(|finding| (finding.rule, finding.severity.to_string(), finding.message.as_str()))
            .collect();
        let findings = format!("{findings:#?}");
        let wanted = first.get_or_insert_with(|| findings.clone());
        if *wanted != findings {
            return Err(format!("terraform gives {wanted}\n{format} gives {findings}"));
        }
    }
    Ok(())
}
