//! The closing lines: what was found, what was looked at, what stayed open.

use std::fmt::Write as _;

use crate::engine::Report;
use crate::finding::{Persona, Severity, Suppressor, Undecided};
use crate::known::{Comparison, Reference};
use crate::source::{ColumnUnit, Sources};
use crate::text::count;
use crate::workspace::Gap;

/// How many open questions are shown to whoever did not ask for all.
const SHOWN: usize = 5;

/// The closing lines of a report.
#[must_use]
pub fn summary(report: &Report, sources: &Sources, persona: Persona) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(text, "{}", without_known(report));
    let limit = if persona == Persona::Auditor { usize::MAX } else { SHOWN };
    report.compared.iter().for_each(|comparison| compared(&mut text, comparison, limit));
    let coverage = &report.coverage;
    let files = coverage.analysed + coverage.partial.len() + coverage.skipped.len();
    let (partial, skipped) = (coverage.partial.len(), coverage.skipped.len());
    let _ = writeln!(
        text,
        "{}: {} analysed, {partial} partial, {skipped} skipped",
        count(files, "file"),
        coverage.analysed
    );
    gaps(&mut text, "partial", &coverage.partial, usize::MAX);
    // What a compiled template says is read from its source; a long list of those would hide the others.
    let (twins, others): (Vec<Gap>, Vec<Gap>) =
        coverage.skipped.iter().cloned().partition(|gap| gap.reason.ends_with("takes its place"));
    gaps(&mut text, "skipped", &others, usize::MAX);
    gaps(&mut text, "skipped", &twins, limit);
    if !coverage.opaque.is_empty() {
        let _ = writeln!(text, "{} not looked into:", count(coverage.opaque.len(), "module call"));
        for call in coverage.opaque.iter().take(limit) {
            let _ = writeln!(text, "  {} ({}): {}", call.address, call.source, call.reason);
        }
        more(&mut text, coverage.opaque.len(), limit);
    }
    undecided(&mut text, &coverage.undecided, sources, persona);
    text
}

fn gaps(text: &mut String, what: &str, gaps: &[Gap], limit: usize) {
    for gap in gaps.iter().take(limit) {
        let _ = writeln!(text, "  {what}: {} ({})", gap.path, gap.reason);
    }
    more(text, gaps.len(), limit);
}

/// What was found, what is suppressed and what is known, on one line.
#[must_use]
pub fn headline(report: &Report) -> String {
    match suppressed_by(report, Suppressor::Baseline) {
        0 => without_known(report),
        known => format!("{}, {known} known", without_known(report)),
    }
}

fn suppressed_by(report: &Report, by: Suppressor) -> usize {
    report.suppressed.iter().filter(|found| found.suppression.as_ref().is_some_and(|one| one.by == by)).count()
}

/// What was found, and how much is suppressed by what.
fn without_known(report: &Report) -> String {
    let comments = suppressed_by(report, Suppressor::Comment);
    let configuration = suppressed_by(report, Suppressor::Configuration);
    let by = match (comments, configuration) {
        (0, 0) => return found(report),
        (_, 0) => "by comments".to_owned(),
        (0, _) => "by configuration".to_owned(),
        _ => format!("{comments} by comments, {configuration} by configuration"),
    };
    format!("{}, {} suppressed ({by})", found(report), comments + configuration)
}

fn found(report: &Report) -> String {
    if report.findings.is_empty() {
        return "no findings".to_owned();
    }
    let each = Severity::ALL.iter().rev().filter_map(|severity| {
        let number = report.findings.iter().filter(|finding| finding.severity == *severity).count();
        (number > 0).then(|| format!("{number} {severity}"))
    });
    format!("{} ({})", count(report.findings.len(), "finding"), each.collect::<Vec<_>>().join(", "))
}

fn compared(text: &mut String, comparison: &Comparison, limit: usize) {
    let Comparison { with, known, new, gone, remarks } = comparison;
    let _ = match with {
        Reference::Commit(commit) => writeln!(text, "{new} new since {commit}, {known} known"),
        Reference::Baseline(file) => writeln!(text, "{known} known by the baseline {file}"),
    };
    if !gone.is_empty() {
        let _ = writeln!(text, "{} of the baseline no longer found:", counted(gone.len(), "entry", "entries"));
        for entry in gone.iter().take(limit) {
            let _ = writeln!(text, "  {} at {} ({})", entry.rule, entry.subject, entry.path);
        }
        more(text, gone.len(), limit);
    }
    for remark in remarks.iter().take(limit) {
        let _ = writeln!(text, "  {remark}");
    }
    more(text, remarks.len(), limit);
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn undecided(text: &mut String, undecided: &[Undecided], sources: &Sources, persona: Persona) {
    if undecided.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "{} left open, for want of something that is not in the code:",
        count(undecided.len(), "question")
    );
    let limit = if persona == Persona::Auditor { usize::MAX } else { SHOWN };
    for open in undecided.iter().take(limit) {
        let place = sources.get(open.span.source).map(|file| {
            let at = file.position(open.span.start, ColumnUnit::Characters);
            format!(" ({}:{}:{})", file.display(), at.line, at.column)
        });
        let _ = writeln!(text, "  {} at {}: {}{}", open.rule, open.subject, open.reason, place.unwrap_or_default());
    }
    more(text, undecided.len(), limit);
}

fn more(text: &mut String, number: usize, limit: usize) {
    if number > limit {
        let _ = writeln!(text, "  and {} more; `--persona auditor` shows all", number - limit);
    }
}
