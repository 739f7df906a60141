//! All fixes of a fixture together: every finding that has one goes, none comes, a second time there is nothing to do, and
//! what is written does not depend on line ends and byte order marks.

use std::path::Path;

use identilint::finding::{Persona, Safety};
use identilint::fix::{Ground, Outcome, Seen, Texts, Wish, mend};
use identilint::report::diff;
use identilint::rules::find;
use identilint::source::SourceFile;

use crate::case::{Case, Files, run_for};

/// A fixture in memory, of which its rule's findings are mended.
struct Fixture<'c> {
    rule: &'c str,
    files: &'c Files,
}

impl Ground for Fixture<'_> {
    fn look(&self, texts: &Texts) -> Result<Seen, String> {
        let mut files = self.files.clone();
        files.extend(texts.iter().map(|(path, text)| (path.to_string_lossy().into_owned(), text.to_string())));
        let persona = find(self.rule).map_or(Persona::Regular, |rule| rule.meta().persona);
        let (_, all) = run_for(&files, None, persona);
        let (workspace, report) = run_for(&files, Some(vec![self.rule.to_owned()]), persona);
        Ok(Seen { workspace, report, all: Some(all) })
    }

    fn refuses(&self, _: &SourceFile, _: &Path) -> Option<String> {
        None
    }
}

/// A text to another text that says the same.
type Variant = fn(&str) -> String;

fn mended(rule: &str, files: &Files) -> Result<(Outcome, Files), String> {
    let outcome = all_of(rule, files, false)?;
    let changes = outcome.changes.iter().map(|change| (change.display.to_string(), change.new.to_string()));
    let files = files.clone().into_iter().chain(changes).collect();
    Ok((outcome, files))
}

fn all_of(rule: &str, files: &Files, shown: bool) -> Result<Outcome, String> {
    mend(&Fixture { rule, files }, Wish { allowed: Safety::Unsafe, shown })
}

/// No diff shows a secret that the files hold.
fn keeps_secrets(case: &Case) -> Result<(), String> {
    let seen = Fixture { rule: &case.rule, files: &case.files }.look(&Texts::new())?;
    let sources = &seen.workspace.sources;
    let lines = seen.report.secrets.iter().flat_map(|span| sources.slice(*span).lines());
    let secrets: Vec<&str> = lines.map(|line| line.trim().trim_matches(['"', '\''])).collect();
    let outcome = all_of(&case.rule, &case.files, true)?;
    let diff = diff::render(&outcome.changes, &outcome.seen.report, &outcome.seen.workspace.sources, false);
    match secrets.iter().find(|secret| secret.len() > 5 && diff.text.contains(**secret)) {
        Some(secret) => Err(format!("the diff shows {secret}:\n{}", diff.text)),
        None => Ok(()),
    }
}

pub(crate) fn check(case: &Case) -> Result<(), String> {
    if case.rule == "syntax-error" {
        return Ok(());
    }
    let (outcome, fixed) = mended(&case.rule, &case.files)?;
    if !outcome.refused.is_empty() {
        return Err(format!("not applied: {:#?}", outcome.refused));
    }
    let report = &outcome.seen.report;
    if let Some(left) = report.findings.iter().find(|finding| !finding.fixes.is_empty()) {
        return Err(format!("a fix was not applied: {left:#?}"));
    }
    let (again, _) = mended(&case.rule, &fixed)?;
    if !again.changes.is_empty() {
        return Err(format!("a second time changes {:#?}", again.changes));
    }
    if outcome.changes.is_empty() {
        return Ok(());
    }
    keeps_secrets(case)?;
    let variants: [(&str, Variant); 3] = [
        ("CRLF", |text| text.replace('\n', "\r\n")),
        ("a byte order mark", |text| format!("\u{feff}{text}")),
        ("no final newline", |text| text.trim_end().to_owned()),
    ];
    let is_plain = case.files.values().all(|text| !text.contains('\r'));
    for (what, change) in variants.into_iter().filter(|_| is_plain) {
        let all = |files: &Files| -> Files { files.iter().map(|(path, text)| (path.clone(), change(text))).collect() };
        let (_, got) = mended(&case.rule, &all(&case.files))?;
        let wanted = all(&fixed);
        if got != wanted {
            let (path, text) = got.iter().find(|(path, text)| wanted.get(*path) != Some(text)).expect("a file");
            return Err(format!("with {what}, {path} is\n{text:?}\nand not\n{:?}", wanted[path]));
        }
    }
    Ok(())
}
