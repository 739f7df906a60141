//! Which fixes are applied: at most one of each finding, in files that may be changed, no two of them at one place.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use super::{Ground, Refused, Seen, Wish};
use crate::azure::credentials;
use crate::finding::{Edit, Finding, Fix};
use crate::source::{SourceId, Span};

/// A diff shows so many lines before and after a change, and so no secret may stand there.
const CONTEXT: usize = 3;

/// Why a diff leaves a fix out.
const HIDDEN: &str = "a secret stands beside it, which a diff would show; `--fix` applies it";

/// What makes a fix the same after others moved it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    rule: &'static str,
    subject: Arc<str>,
    path: Arc<str>,
    title: String,
    texts: Vec<String>,
}

/// A fix that can be applied.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) key: Key,
    /// The findings of the report that it mends.
    pub(super) findings: Vec<usize>,
    pub(super) title: String,
    /// By place; of a file with several paths, in the first.
    pub(super) edits: Vec<Edit>,
}

impl Candidate {
    pub(super) fn rule(&self) -> &'static str {
        self.key.rule
    }
}

/// All fixes of a report.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// Those that can be applied, in the order of the findings.
    pub(super) candidates: Vec<Candidate>,
    /// Those that must not be.
    pub(super) refused: Vec<Refused>,
}

impl Choice {
    /// The first fix of each finding that is allowed and was not dropped before.
    pub(super) fn of(seen: &Seen, ground: &dyn Ground, wish: Wish, dropped: &HashMap<Key, String>) -> Self {
        let mut files = Files::new(seen, ground);
        let secrets = if wish.shown { Secrets::new(&seen.report.secrets) } else { Secrets::default() };
        let mut choice = Self::default();
        for (at, finding) in seen.report.findings.iter().enumerate() {
            let mut reason = None;
            let allowed = finding.fixes.iter().filter(|fix| fix.safety <= wish.allowed);
            for fix in allowed {
                match files.candidate(at, finding, fix, &secrets) {
                    Ok(candidate) if dropped.contains_key(&candidate.key) => {}
                    Ok(candidate) => {
                        choice.candidates.push(candidate);
                        reason = None;
                        break;
                    }
                    Err(why) => {
                        let (title, hidden) = (fix.title.clone(), why == HIDDEN);
                        reason.get_or_insert(Refused { finding: at, title, reason: why, hidden });
                    }
                }
            }
            choice.refused.extend(reason);
        }
        choice
    }

    /// The first by place of those that overlap or touch; those with the same edits are one.
    pub(super) fn without_conflicts(self) -> Vec<Candidate> {
        let mut candidates = self.candidates;
        candidates.sort_by_key(|one| (one.edits.first().map(|edit| edit.span), one.findings.clone()));
        let mut chosen: Vec<Candidate> = Vec::new();
        let mut same: HashMap<Vec<(Span, String)>, usize> = HashMap::new();
        // The end of each edit by its file and start.
        let mut taken: BTreeMap<(SourceId, u32), u32> = BTreeMap::new();
        for mut one in candidates {
            let edits: Vec<(Span, String)> = one.edits.iter().map(|edit| (edit.span, edit.text.clone())).collect();
            if let Some(other) = same.get(&edits).and_then(|at| chosen.get_mut(*at)) {
                other.findings.append(&mut one.findings);
                continue;
            }
            let touches = one.edits.iter().any(|edit| {
                let (file, end) = (edit.span.source, edit.span.end);
                let before = taken.range(..=(file, end)).next_back();
                before.is_some_and(|((other, _), last)| *other == file && *last >= edit.span.start)
            });
            if touches {
                continue;
            }
            taken.extend(one.edits.iter().map(|edit| ((edit.span.source, edit.span.start), edit.span.end)));
            same.insert(edits, chosen.len());
            chosen.push(one);
        }
        chosen
    }
}

/// The files of a workspace, and which of them may be changed.
struct Files<'s> {
    seen: &'s Seen,
    ground: &'s dyn Ground,
    broken: BTreeSet<SourceId>,
    /// The first path of each file.
    first: HashMap<PathBuf, SourceId>,
    refused: HashMap<SourceId, Option<String>>,
}

impl<'s> Files<'s> {
    fn new(seen: &'s Seen, ground: &'s dyn Ground) -> Self {
        let has_any = seen.report.findings.iter().any(|finding| !finding.fixes.is_empty());
        let mut first = HashMap::new();
        for (id, file) in seen.workspace.sources.iter().filter(|_| has_any) {
            first.entry(ground.real(file.path())).or_insert(id);
        }
        let broken = seen.workspace.errors.iter().map(|error| error.span.source).collect();
        Self { seen, ground, broken, first, refused: HashMap::new() }
    }

    fn candidate(&mut self, at: usize, finding: &Finding, fix: &Fix, secrets: &Secrets) -> Result<Candidate, String> {
        let sources = &self.seen.workspace.sources;
        let mut edits = Vec::new();
        for edit in &fix.edits {
            if let Some(reason) = self.refuses(edit.span.source) {
                return Err(reason);
            }
            let file = sources.get(edit.span.source).ok_or("its file is not known")?;
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            file.text().get(start..end).ok_or("it does not fit the file")?;
            if secrets.are_near(file.text(), edit.span) {
                return Err(HIDDEN.to_owned());
            }
            let real = self.first.get(&self.ground.real(file.path())).copied().unwrap_or(edit.span.source);
            edits.push(Edit { span: Span { source: real, ..edit.span }, text: edit.text.clone() });
        }
        edits.sort_by_key(|edit| edit.span);
        let overlap = edits.iter().zip(edits.iter().skip(1)).any(|(a, b)| {
            a.span.source == b.span.source && (a.span.end > b.span.start || a.span.start == b.span.start)
        });
        if overlap || edits.is_empty() {
            return Err("its edits contradict each other".to_owned());
        }
        let path = sources.get(finding.primary.span.source).map(|file| file.display().clone()).unwrap_or_default();
        let texts = edits.iter().map(|edit| edit.text.clone()).collect();
        let subject = finding.subject.clone();
        let key = Key { rule: finding.rule, subject, path, title: fix.title.clone(), texts };
        Ok(Candidate { key, findings: vec![at], title: fix.title.clone(), edits })
    }

    /// Why a file must not be changed, if so.
    fn refuses(&mut self, id: SourceId) -> Option<String> {
        if let Some(known) = self.refused.get(&id) {
            return known.clone();
        }
        let workspace = &self.seen.workspace;
        let file = workspace.sources.get(id)?;
        let shown = file.display();
        let reason = if workspace.fetched.contains(&id) || workspace.stand_ins.contains(&id) {
            Some(format!("`{shown}` was fetched from elsewhere"))
        } else if self.broken.contains(&id) {
            Some(format!("`{shown}` has a syntax error"))
        } else {
            self.ground.refuses(file, workspace.sources.root())
        };
        self.refused.insert(id, reason.clone());
        reason
    }
}

/// Where secrets stand, by file and place.
#[derive(Default)]
struct Secrets {
    /// Whether it matters.
    asked: bool,
    sorted: Vec<Span>,
}

impl Secrets {
    fn new(spans: &[Span]) -> Self {
        let mut sorted = spans.to_vec();
        sorted.sort_unstable();
        Self { asked: true, sorted }
    }

    /// Whether one stands in the lines that a diff would show.
    fn are_near(&self, text: &str, span: Span) -> bool {
        if !self.asked {
            return false;
        }
        let (start, end) = (span.start as usize, span.end as usize);
        let before = text.get(..start).unwrap_or("").rmatch_indices('\n').nth(CONTEXT).map_or(0, |(at, _)| at + 1);
        let behind = text.get(end..).unwrap_or("");
        let after = end + behind.match_indices('\n').nth(CONTEXT).map_or(behind.len(), |(at, _)| at);
        let shown = Span::new(span.source, before, after);
        // Away from findings nobody has looked yet.
        if !credentials::detect(text.get(before..after).unwrap_or("")).is_empty() {
            return true;
        }
        let from = self.sorted.partition_point(|secret| secret.source < span.source);
        let here = self.sorted.iter().skip(from).take_while(|secret| secret.source == span.source);
        here.take_while(|secret| secret.start < shown.end).any(|secret| secret.end > shown.start)
    }
}
