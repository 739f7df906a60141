//! Which suppression covers which finding.

use std::collections::{BTreeMap, BTreeSet};

use super::{ByFile, FIRM, Reach, Suppression};
use crate::day::Day;
use crate::finding::{Finding, Suppressor};
use crate::source::{SourceId, Span};

/// A place that a finding points at.
struct Point {
    at: u32,
    finding: usize,
    /// Whether it is a call that the finding comes through, which only what covers the whole call reaches.
    call: bool,
}

/// Gives findings their suppressions; says which names of which suppressions had something to do.
pub(super) fn apply(
    all: &[Suppression],
    today: Option<Day>,
    findings: &mut [Finding],
    fetched: &BTreeSet<SourceId>,
) -> BTreeSet<(usize, usize)> {
    let mut used = BTreeSet::new();
    let mut by_file: ByFile<usize> = BTreeMap::new();
    for (at, one) in all.iter().enumerate().filter(|(_, one)| one.holds(today) && one.covers.is_some()) {
        by_file.entry(one.span.source).or_default().push(at);
    }
    if by_file.is_empty() {
        return used;
    }
    // For each finding the suppression that stands nearest: of several the one that covers least.
    let mut nearest: BTreeMap<usize, usize> = BTreeMap::new();
    let width = |at: usize| {
        let one = all.get(at);
        let covers = one.and_then(|one| one.covers);
        (one.is_some_and(|one| one.reach == Reach::File), covers.map_or(0, |span| span.end - span.start), at)
    };
    let points = points(findings, fetched, &by_file);
    for (file, points) in points {
        let mut here = by_file.remove(&file).unwrap_or_default();
        let start = |at: &usize| all.get(*at).and_then(|one| one.covers).map_or(0, |span| span.start);
        here.sort_by_key(start);
        let mut next = here.into_iter().peekable();
        let mut open: Vec<usize> = Vec::new();
        for point in points {
            while let Some(at) = next.next_if(|at| start(at) <= point.at) {
                open.push(at);
            }
            open.retain(|at| all.get(*at).and_then(|one| one.covers).is_some_and(|span| span.end > point.at));
            let Some(finding) = findings.get(point.finding) else { continue };
            for at in &open {
                let Some(one) = all.get(*at) else { continue };
                let reaches = match one.reach {
                    Reach::Line => !point.call,
                    Reach::Construct => true,
                    Reach::File => !point.call && is_place(finding, fetched, file),
                };
                for named in one.named(finding).filter(|_| reaches) {
                    used.insert((*at, named));
                    let best = nearest.entry(point.finding).or_insert(*at);
                    if width(*at) < width(*best) {
                        *best = *at;
                    }
                }
            }
        }
    }
    for (finding, at) in nearest {
        if let (Some(finding), Some(one)) = (findings.get_mut(finding), all.get(at)) {
            finding.suppression = Some(crate::finding::Suppression {
                by: Suppressor::Comment,
                reason: one.reason.clone(),
                until: one.until.map(|day| day.to_string()),
                at: Some(one.span),
            });
        }
    }
    used
}

/// Whether this is the finding's own place, or the one in a fetched file that it was moved away from.
fn is_place(finding: &Finding, fetched: &BTreeSet<SourceId>, file: SourceId) -> bool {
    let inside = finding.related.first().map(|label| label.span.source).filter(|source| fetched.contains(source));
    finding.primary.span.source == file || inside == Some(file)
}

fn last(span: Span) -> u32 {
    span.end.saturating_sub(1).max(span.start)
}

/// What points into files with suppressions, by place.
fn points(findings: &[Finding], fetched: &BTreeSet<SourceId>, files: &ByFile<usize>) -> ByFile<Point> {
    let mut points: ByFile<Point> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| !FIRM.contains(&finding.family)) {
        let own = std::iter::once(&finding.primary).chain(&finding.related).enumerate();
        // A module from elsewhere may speak for what is found in it, not for whoever uses it.
        let own = own.filter(|(number, label)| *number <= 1 || !fetched.contains(&label.span.source));
        let own = own.map(|(_, label)| (label.span, false));
        let calls = finding.through.iter().map(|call| (*call, true));
        for (span, call) in own.chain(calls).filter(|(span, _)| files.contains_key(&span.source)) {
            let here = points.entry(span.source).or_default();
            here.push(Point { at: span.start, finding: at, call });
            if last(span) != span.start && !call {
                here.push(Point { at: last(span), finding: at, call });
            }
        }
    }
    points.values_mut().for_each(|points| points.sort_by_key(|point| point.at));
    points
}
