//! Source text and words without secrets.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::engine::Report;
use crate::finding::Fix;
use crate::source::{SourceId, Sources, Span};

/// A short secret, or one of nothing but small letters, is a word that may stand anywhere; it is hidden where it is a
/// secret, and nowhere else.
fn tells_something(secret: &str) -> bool {
    const SHORTEST: usize = 8;
    secret.len() >= SHORTEST && !secret.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Files and words, each byte of a secret turned into `*`, so that spans still fit.
#[derive(Debug)]
pub struct Masked<'a> {
    sources: &'a Sources,
    secrets: HashMap<SourceId, Vec<Span>>,
    /// What the secrets say, the longest first.
    words: Vec<String>,
    files: RefCell<HashMap<SourceId, Arc<str>>>,
}

impl<'a> Masked<'a> {
    /// What the report's secrets are, in all files.
    #[must_use]
    pub fn new(sources: &'a Sources, report: &Report) -> Self {
        let mut secrets: HashMap<SourceId, Vec<Span>> = HashMap::new();
        let mut words: BTreeSet<String> = BTreeSet::new();
        let mut add = |text: &str| {
            let lines = text.lines().map(|line| line.trim().trim_matches(['"', '\'']));
            words.extend(lines.filter(|line| tells_something(line)).map(str::to_owned));
        };
        for secret in &report.secrets {
            secrets.entry(secret.source).or_default().push(*secret);
            add(sources.slice(*secret));
        }
        report.hidden.iter().for_each(|text| add(text));
        let mut words: Vec<String> = words.into_iter().collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Self { sources, secrets, words, files: RefCell::default() }
    }

    /// The text of a file.
    #[must_use]
    pub fn text(&self, id: SourceId) -> Option<Arc<str>> {
        if let Some(text) = self.files.borrow().get(&id) {
            return Some(text.clone());
        }
        let text = self.sources.get(id)?.text();
        let masked = self.masked(text, self.secrets.get(&id).map(Vec::as_slice).unwrap_or_default());
        let masked = masked.map_or_else(|| text.clone(), Arc::from);
        self.files.borrow_mut().insert(id, masked.clone());
        Some(masked)
    }

    /// A message, a note, a line of help: of a secret in it the first characters stay.
    #[must_use]
    pub fn words<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut shown = Cow::Borrowed(text);
        for word in &self.words {
            if shown.contains(word.as_str()) {
                let start: String = word.chars().take(3).collect();
                shown = Cow::Owned(shown.replace(word.as_str(), &format!("{start}…")));
            }
        }
        shown
    }

    /// Whether a fix can be shown: an edit without the secret that it moves would be another edit.
    pub(super) fn can_show(&self, fix: &Fix) -> bool {
        fix.edits.iter().all(|edit| self.words(&edit.text) == edit.text)
    }

    fn masked(&self, text: &str, spans: &[Span]) -> Option<String> {
        let mut ranges: Vec<(usize, usize)> =
            spans.iter().map(|span| (span.start as usize, span.end as usize)).collect();
        for word in &self.words {
            ranges.extend(text.match_indices(word.as_str()).map(|(at, found)| (at, at + found.len())));
        }
        if ranges.is_empty() {
            return None;
        }
        let mut bytes = text.as_bytes().to_vec();
        for (from, to) in ranges {
            // Quotes and line breaks are no secret, and keep the shape readable.
            let range = bytes.get_mut(from..to).into_iter().flatten();
            range.filter(|byte| !matches!(byte, b'"' | b'\'' | b'\n' | b'\r')).for_each(|byte| *byte = b'*');
        }
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}
