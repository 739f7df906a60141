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

/// The suppressions that cover the same with the same name: any number of them may stand one below the other.
struct Group<'s> {
    name: &'s str,
    reach: Reach,
    covers: Span,
    /// Each by its place, and that of its name.
    members: Vec<(usize, usize)>,
    used: bool,
}

impl Group<'_> {
    /// Of several the one that covers least stands nearest, and the first of those that cover the same.
    fn width(&self) -> (bool, u32, Option<usize>) {
        (self.reach == Reach::File, self.covers.end - self.covers.start, self.members.first().map(|(at, _)| *at))
    }
}

/// The suppressions that hold, by file and in the order of what they cover.
fn groups(all: &[Suppression], today: Option<Day>) -> ByFile<Group<'_>> {
    let mut same: BTreeMap<(Span, bool, bool, &str), Group<'_>> = BTreeMap::new();
    for (at, one) in all.iter().enumerate().filter(|(_, one)| one.holds(today)) {
        let Some(covers) = one.covers else { continue };
        let reach = one.reach;
        for (number, named) in one.names.iter().enumerate().filter(|(_, named)| named.is_known()) {
            let name = named.name.as_str();
            let key = (covers, reach == Reach::File, reach == Reach::Line, name);
            let new = || Group { name, reach, covers, members: Vec::new(), used: false };
            same.entry(key).or_insert_with(new).members.push((at, number));
        }
    }
    let mut by_file: ByFile<Group<'_>> = BTreeMap::new();
    for group in same.into_values() {
        by_file.entry(group.covers.source).or_default().push(group);
    }
    by_file
}

/// Gives findings their suppressions; says which names of which suppressions had something to do.
pub(super) fn apply(
    all: &[Suppression],
    today: Option<Day>,
    findings: &mut [Finding],
    fetched: &BTreeSet<SourceId>,
) -> BTreeSet<(usize, usize)> {
    let mut used = BTreeSet::new();
    let mut by_file = groups(all, today);
    if by_file.is_empty() {
        return used;
    }
    let mut nearest: BTreeMap<usize, (bool, u32, Option<usize>)> = BTreeMap::new();
    for (file, points) in points(findings, fetched, &by_file) {
        let mut groups = by_file.remove(&file).unwrap_or_default();
        let mut next = 0;
        let mut open: Vec<usize> = Vec::new();
        for point in points {
            while groups.get(next).is_some_and(|group| group.covers.start <= point.at) {
                open.push(next);
                next += 1;
            }
            open.retain(|at| groups.get(*at).is_some_and(|group| group.covers.end > point.at));
            let Some(finding) = findings.get(point.finding) else { continue };
            for at in &open {
                let Some(group) = groups.get_mut(*at) else { continue };
                let reaches = match group.reach {
                    Reach::Line => !point.call,
                    Reach::Construct => true,
                    Reach::File => !point.call && is_place(finding, fetched, file),
                };
                if reaches && [finding.rule, finding.family].contains(&group.name) {
                    group.used = true;
                    let width = group.width();
                    nearest.entry(point.finding).and_modify(|best| *best = width.min(*best)).or_insert(width);
                }
            }
        }
        used.extend(groups.into_iter().filter(|group| group.used).flat_map(|group| group.members));
    }
    for (finding, (_, _, at)) in nearest {
        let one = at.and_then(|at| all.get(at));
        if let (Some(finding), Some(one)) = (findings.get_mut(finding), one) {
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
fn points(findings: &[Finding], fetched: &BTreeSet<SourceId>, files: &ByFile<Group<'_>>) -> ByFile<Point> {
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
