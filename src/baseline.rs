//! The findings that somebody has seen and lives with: a file of fingerprints, and what a run says of it.

mod file;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;

use crate::engine::Report;
use crate::known::{Comparison, Entry, Reference, fingerprints, path, set_aside};
use crate::policy::Policies;
use crate::report::masked::Masked;
use crate::rules;
use crate::source::SourceId;
use crate::workspace::Workspace;

/// Why a baseline cannot be used: a sentence with the file's path and the place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineError(String);

impl std::fmt::Display for BaselineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BaselineError {}

/// What is known and does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Sorted by path, rule, subject and fingerprint.
    entries: Vec<Entry>,
}

/// What writing a baseline anew changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// Findings that were in it and are found again.
    pub kept: usize,
    /// Entries that stay because this run did not look for them.
    pub not_looked_for: usize,
    /// Entries that are dropped.
    pub gone: usize,
    /// Findings that were not in it.
    pub new: usize,
    /// Findings that no baseline takes: what cannot be read, and mistakes of identilint itself.
    pub refused: usize,
}

impl Baseline {
    /// Reads a baseline, which errors call `shown`.
    ///
    /// # Errors
    /// If the file cannot be read or is no baseline of this version.
    pub fn read(path: &Path, shown: &str) -> Result<Self, BaselineError> {
        let bytes = std::fs::read(path).map_err(|error| {
            BaselineError(if error.kind() == std::io::ErrorKind::NotFound {
                format!("the baseline `{shown}` does not exist; `--write-baseline {shown}` makes it")
            } else {
                format!("the baseline `{shown}` cannot be read: {error}")
            })
        })?;
        Self::parse(&bytes).map_err(|problem| BaselineError(format!("`{shown}` is no baseline: {problem}")))
    }

    /// Writes a baseline, which errors call `shown`, unless the file says the same already.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path, shown: &str) -> Result<(), BaselineError> {
        let text = self.text();
        if std::fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes()) {
            return Ok(());
        }
        crate::disk::replace(path, text.as_bytes())
            .map_err(|error| BaselineError(format!("the baseline `{shown}` cannot be written: {error}")))
    }

    /// The baseline that takes the place of an older one, if there is one: what is shown now, and what this run did not
    /// look for.
    #[must_use]
    pub fn renewed(
        older: Option<&Self>,
        report: &Report,
        workspace: &Workspace,
        policies: &Policies,
    ) -> (Self, Changes) {
        let masked = Masked::new(&workspace.sources, report);
        let mut changes = Changes::default();
        let before: HashSet<&str> = older.iter().flat_map(|older| older.fingerprints()).collect();
        let mut entries = BTreeSet::new();
        for finding in &report.findings {
            if !takes(finding.family) {
                changes.refused += 1;
                continue;
            }
            let is_known = before.contains(finding.fingerprint.as_str());
            *(if is_known { &mut changes.kept } else { &mut changes.new }) += 1;
            entries.insert(Entry {
                path: path(&workspace.sources, finding.primary.span.source),
                rule: finding.rule.to_owned(),
                subject: masked.words(&finding.subject).into_owned(),
                fingerprint: finding.fingerprint.clone(),
            });
        }
        let shown: HashSet<&str> = report.findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
        let suppressed: HashSet<&str> = report.suppressed.iter().map(|one| one.fingerprint.as_str()).collect();
        let looked = Looked::new(report, workspace, policies);
        for entry in older.iter().flat_map(|older| &older.entries) {
            let print = entry.fingerprint.as_str();
            if shown.contains(print) {
                continue;
            }
            // What is suppressed by another means needs no entry.
            if looked.in_vain(entry) || suppressed.contains(print) {
                changes.gone += 1;
            } else {
                changes.not_looked_for += 1;
                entries.insert(entry.clone());
            }
        }
        (Self { entries: entries.into_iter().collect() }, changes)
    }

    /// Sets the findings aside that are in the baseline, and says of which entries nothing was found.
    pub fn apply(&self, name: &str, report: &mut Report, workspace: &Workspace, policies: &Policies) {
        let looked = Looked::new(report, workspace, policies);
        let gone = self.entries.iter().filter(|entry| looked.in_vain(entry)).cloned().collect();
        let refused: HashSet<String> =
            report.findings.iter().filter(|one| !takes(one.family)).map(|one| one.fingerprint.clone()).collect();
        let prints: HashSet<&str> = self.fingerprints().filter(|print| !refused.contains(*print)).collect();
        let known = set_aside(report, |print| prints.contains(print), "in the baseline");
        let with = Reference::Baseline(name.to_owned());
        let new = report.findings.len();
        report.compared.push(Comparison { with, known, new, gone, remarks: Vec::new() });
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn fingerprints(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.fingerprint.as_str())
    }
}

/// Whether findings of a family may be in a baseline. A file that cannot be read would hide what else is in it.
fn takes(family: &str) -> bool {
    !matches!(family, "syntax" | "internal")
}

/// What a run looked at.
struct Looked<'a> {
    found: HashSet<String>,
    files: HashMap<String, SourceId>,
    /// Files of which a part or all was not read, as shown.
    unread: HashSet<&'a str>,
    workspace: &'a Workspace,
    policies: &'a Policies,
}

impl<'a> Looked<'a> {
    fn new(report: &Report, workspace: &'a Workspace, policies: &'a Policies) -> Self {
        let gaps = workspace.partial.iter().chain(&workspace.skipped);
        Self {
            found: fingerprints(report).into_iter().map(str::to_owned).collect(),
            files: workspace.sources.iter().map(|(id, _)| (path(&workspace.sources, id), id)).collect(),
            unread: gaps.map(|gap| &*gap.path).collect(),
            workspace,
            policies,
        }
    }

    /// Whether an entry's finding would have been found if it were still there, and was not.
    fn in_vain(&self, entry: &Entry) -> bool {
        !self.found.contains(&entry.fingerprint) && self.ran(&entry.rule) && self.read(&entry.path)
    }

    /// A rule that is no more finds nothing ever again.
    fn ran(&self, rule: &str) -> bool {
        let wanted = |rule: &rules::Rule| self.policies.all().any(|policy| policy.wants(rule.id, rule.family));
        rules::find(rule).is_none_or(wanted)
    }

    fn read(&self, path: &str) -> bool {
        let Some(id) = self.files.get(path) else {
            // A file that is not there has no findings, whatever was looked at.
            return !self.workspace.sources.root().join(path).exists();
        };
        let file = self.workspace.sources.get(*id);
        file.is_some_and(|file| !self.unread.contains(&**file.display()))
            && self.workspace.focus.as_ref().is_none_or(|focus| focus.contains(id))
    }
}
