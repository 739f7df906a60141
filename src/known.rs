//! Findings that were there before: they are kept, and do not count.

use std::collections::HashSet;

use crate::engine::Report;
use crate::finding::{Suppression, Suppressor};
use crate::source::{SourceId, Sources};

/// What findings were compared with, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// With what.
    pub with: Reference,
    /// How many findings were known.
    pub known: usize,
    /// How many are left.
    pub new: usize,
    /// Entries of a baseline that nothing matches any more, although it was looked for.
    pub gone: Vec<Entry>,
    /// What could not be compared.
    pub remarks: Vec<String>,
}

/// What findings can be compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A baseline, by the path that was asked for.
    Baseline(String),
    /// A commit, as it was asked for.
    Commit(String),
}

/// A finding by what names it from run to run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The path below the root of the repository.
    pub path: String,
    /// The rule's id.
    pub rule: String,
    /// The address that it is about; for people.
    pub subject: String,
    /// Its fingerprint.
    pub fingerprint: String,
}

/// Moves known findings to those that are suppressed, and tells how many there were.
pub fn set_aside(report: &mut Report, is_known: impl Fn(&str) -> bool, reason: &str) -> usize {
    let findings = std::mem::take(&mut report.findings);
    let (known, new): (Vec<_>, Vec<_>) = findings.into_iter().partition(|finding| is_known(&finding.fingerprint));
    report.findings = new;
    let count = known.len();
    report.suppressed.extend(known.into_iter().map(|mut finding| {
        let reason = reason.to_owned();
        finding.suppression = Some(Suppression { by: Suppressor::Baseline, reason, until: None, at: None });
        finding
    }));
    count
}

/// The fingerprints of everything that was found, shown or not.
#[must_use]
pub fn fingerprints(report: &Report) -> HashSet<&str> {
    let found = report.findings.iter().chain(&report.suppressed).map(|finding| finding.fingerprint.as_str());
    found.chain(report.left_out.iter().map(String::as_str)).collect()
}

/// The path below the root of the repository, or as it is shown if the file lies elsewhere.
#[must_use]
pub fn path(sources: &Sources, file: SourceId) -> String {
    let shown = || sources.get(file).map(|file| file.display().to_string());
    sources.below_root(file).or_else(shown).unwrap_or_default()
}
