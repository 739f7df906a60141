//! One configuration file.

use std::path::{Path, PathBuf};

use super::layer::{Given, Layer, Origin};
use super::patterns::Patterns;
use super::problem::Problems;
use super::table::{self, Table};
use super::{Word, keys};
use crate::finding::{Confidence, Persona, Severity};
use crate::policy::{ExternalGrant, IntendedSlotDifference};
use crate::source::SourceId;
use crate::workspace::paths::absolute;

/// What a file says.
#[derive(Debug)]
pub(super) struct File {
    pub(super) source: SourceId,
    pub(super) path: PathBuf,
    /// The path as shown.
    pub(super) shown: String,
    /// The files that hold first, as said.
    pub(super) extends: Vec<Word>,
    /// The files that hold, the lowest first and this one last.
    pub(super) chain: Vec<usize>,
    /// What it says for all paths.
    pub(super) layer: Layer,
    pub(super) exclude: Patterns,
    /// Absolute paths, if its own is.
    pub(super) var_files: Vec<Given<PathBuf>>,
    pub(super) overrides: Vec<Override>,
}

/// What a file says for some paths.
#[derive(Debug)]
pub(super) struct Override {
    pub(super) paths: Patterns,
    pub(super) layer: Layer,
}

impl File {
    /// Reads a file's text.
    pub(super) fn read(source: SourceId, path: &Path, shown: &str, text: &str, problems: &mut Problems) -> Self {
        let table = table::read(source, text, keys::FILE, problems);
        let directory = path.parent().unwrap_or(Path::new(""));
        let mut patterns = |words: Option<&[Word]>| {
            let mut wrong =
                |word: &Word, reason| problems.about(word, format!("`{}` is no pattern: {reason}", word.text), None);
            Patterns::new(directory, words.unwrap_or_default(), &mut wrong)
        };
        let exclude = patterns(table.words("exclude"));
        let overrides = table.tables("overrides").iter();
        let overrides =
            overrides.map(|table| Override { paths: patterns(table.words("paths")), layer: layer(table) }).collect();
        let var_files = table.words("var-files").unwrap_or_default().iter();
        Self {
            source,
            path: path.to_path_buf(),
            shown: shown.to_owned(),
            extends: table.words("extends").unwrap_or_default().to_vec(),
            chain: Vec::new(),
            layer: layer(&table),
            exclude,
            var_files: var_files
                .filter_map(|word| said(word, |text| Some(absolute(directory, Path::new(text)))))
                .collect(),
            overrides,
        }
    }
}

fn said<T>(word: &Word, read: impl FnOnce(&str) -> Option<T>) -> Option<Given<T>> {
    Some(Given { value: read(&word.text)?, origin: Origin::File(word.span) })
}

fn names(words: &[Word]) -> Vec<Given<String>> {
    words.iter().filter_map(|word| said(word, |text| Some(text.to_owned()))).collect()
}

/// What a table says about findings.
fn layer(table: &Table) -> Layer {
    let text = |table: &Table, name: &str| table.word(name).map(|word| word.text.clone());
    let mut layer = Layer {
        select: table.words("select").map(names),
        ignore: table.words("ignore").map(names).unwrap_or_default(),
        persona: table.word("persona").and_then(|word| said(word, Persona::parse)),
        min_severity: table.word("min-severity").and_then(|word| said(word, Severity::parse)),
        min_confidence: table.word("min-confidence").and_then(|word| said(word, Confidence::parse)),
        fail_on: table.word("fail-on").and_then(|word| said(word, Severity::parse)),
        ..Layer::default()
    };
    for told in table.rules("rules") {
        let rule = told.rule.id.to_owned();
        if let Some(severity) = told.severity.as_ref().and_then(|word| said(word, Severity::parse)) {
            layer.severities.insert(rule.clone(), severity);
        }
        for (name, values) in &told.options {
            let value = values.iter().map(|word| word.text.clone()).collect();
            let given = Given { value, origin: Origin::File(name.span) };
            layer.options.insert((rule.clone(), name.text.clone()), given);
        }
    }
    // Without its reason nothing is excused; that it is missing was told.
    layer.external_grants = table
        .tables("external-grants")
        .iter()
        .filter_map(|grant| {
            Some(ExternalGrant {
                principal: text(grant, "principal")?,
                role: text(grant, "role"),
                scope: text(grant, "scope"),
                reason: text(grant, "reason")?,
                span: Some(grant.span),
            })
        })
        .collect();
    layer.intended_slot_differences = table
        .tables("intended-slot-differences")
        .iter()
        .filter_map(|slot| {
            Some(IntendedSlotDifference {
                slot: text(slot, "slot")?,
                rules: slot.words("rules").unwrap_or_default().iter().map(|word| word.text.clone()).collect(),
                reason: text(slot, "reason")?,
                span: Some(slot.span),
            })
        })
        .collect();
    layer
}
