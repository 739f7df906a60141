//! Whether fixes did what they should: their findings are gone, and none came.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::apply::by_file;
use super::choose::{Candidate, Key};
use super::{Seen, makes_way};
use crate::finding::{Edit, Finding};
use crate::source::{SourceId, Span};

/// Why a fix is left out that does not help.
pub(super) const STAYS: &str = "the finding would stay";

/// What is wrong with fixes.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// The fixes that leave their finding.
    pub(super) stays: HashSet<Key>,
    /// What comes up.
    new: Option<String>,
}

impl Verdict {
    pub(super) fn is_fine(&self) -> bool {
        self.stays.is_empty() && self.new.is_none()
    }

    pub(super) fn reason(&self) -> String {
        match &self.new {
            Some(new) if self.stays.is_empty() => new.clone(),
            _ => STAYS.to_owned(),
        }
    }
}

/// Where a finding stands: the path as shown and the first byte.
type Place = (Arc<str>, u32);

/// A finding from before the fixes.
struct Before<'f> {
    finding: &'f Finding,
    /// Where it stands after them.
    place: Place,
    mended_by: Option<&'f Candidate>,
    met: bool,
}

/// Compares what is seen before fixes with what is seen after them. Findings that moved with their lines are the same.
pub(super) fn judge<'f>(base: &'f Seen, chosen: &[&'f Candidate], after: &'f Seen) -> Verdict {
    let moves = by_file(chosen);
    let mut mended: HashMap<(&str, &str, Span), &Candidate> = HashMap::new();
    for one in chosen {
        for finding in one.findings.iter().filter_map(|at| base.report.findings.get(*at)) {
            mended.insert((finding.rule, &*finding.subject, finding.primary.span), one);
        }
    }
    let mut pool: Vec<Before<'_>> = Vec::new();
    let mut by_subject: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    let mut by_place: HashMap<(&str, Place), Vec<usize>> = HashMap::new();
    for finding in base.all().findings.iter().chain(&base.all().suppressed) {
        let span = finding.primary.span;
        let place = (path(base, span.source), moved(span.start, moves.get(&span.source)));
        by_subject.entry((finding.rule, &*finding.subject)).or_default().push(pool.len());
        by_place.entry((finding.rule, place.clone())).or_default().push(pool.len());
        let mended_by = mended.get(&(finding.rule, &*finding.subject, span)).copied();
        pool.push(Before { finding, place, mended_by, met: false });
    }
    let mut verdict = Verdict::default();
    let mut others: Vec<(&Finding, Place)> = Vec::new();
    // First those that are where they were.
    for finding in &after.all().findings {
        let place = (path(after, finding.primary.span.source), finding.primary.span.start);
        let same = by_subject.get(&(finding.rule, &*finding.subject)).into_iter().flatten();
        let same = same.copied().find(|at| pool.get(*at).is_some_and(|one| !one.met && one.place == place));
        match same.and_then(|at| pool.get_mut(at)) {
            Some(Before { finding: old, mended_by: Some(one), met, .. }) => {
                *met = true;
                if old.message == finding.message {
                    verdict.stays.insert(one.key.clone());
                } else {
                    // What one report said of two causes it now says of the other one.
                    others.push((finding, place));
                }
            }
            Some(before) => before.met = true,
            None => others.push((finding, place)),
        }
    }
    // Then those that are about the same, and those at the same place about something else.
    for (finding, place) in others {
        let same = by_subject.get(&(finding.rule, &*finding.subject));
        let there = by_place.get(&(finding.rule, place));
        let free = |at: &&usize| pool.get(**at).is_some_and(|one| !one.met && one.mended_by.is_none());
        let met = same.into_iter().flatten().chain(there.into_iter().flatten()).find(free).copied();
        if let Some(before) = met.and_then(|at| pool.get_mut(at)) {
            before.met = true;
            continue;
        }
        // It may have gone elsewhere, or be another one of the kind.
        let mut before = same.into_iter().flatten().filter_map(|at| pool.get(*at));
        if before.any(|one| one.mended_by.is_some() && one.finding.message == finding.message) {
            verdict.new.get_or_insert_with(|| STAYS.to_owned());
        } else if !chosen.iter().any(|one| makes_way(one.rule(), finding.rule)) {
            verdict.new.get_or_insert_with(|| format!("`{}` would come up at `{}`", finding.rule, finding.subject));
        }
    }
    verdict
}

fn path(seen: &Seen, id: SourceId) -> Arc<str> {
    seen.workspace.sources.get(id).map(|file| file.display().clone()).unwrap_or_default()
}

/// Where a byte is after these edits, which are in the order of the text. Within a replaced part, where that begins.
fn moved(at: u32, edits: Option<&Vec<&Edit>>) -> u32 {
    let mut grown: i64 = 0;
    for edit in edits.into_iter().flatten() {
        if edit.span.end <= at {
            let new = i64::try_from(edit.text.len()).unwrap_or(i64::MAX);
            grown = grown.saturating_add(new).saturating_sub(i64::from(edit.span.end - edit.span.start));
        } else if edit.span.start < at {
            return u32::try_from(i64::from(edit.span.start).saturating_add(grown)).unwrap_or(0);
        } else {
            break;
        }
    }
    u32::try_from(i64::from(at).saturating_add(grown)).unwrap_or(0)
}
