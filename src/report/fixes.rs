//! What was mended, and what was not, for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::masked::Masked;
use crate::fix::Outcome;
use crate::source::ColumnUnit;
use crate::text::count;

/// How many fixes that were not applied are named.
const SHOWN: usize = 20;

/// What was done, or would be if it were not only asked for.
#[must_use]
pub fn render(outcome: &Outcome, done: bool) -> String {
    let (sources, report) = (&outcome.seen.workspace.sources, &outcome.seen.report);
    let masked = Masked::new(sources, report);
    let mut text = String::new();
    let mended = outcome.mended.len();
    let all = mended + report.findings.len();
    let verb = if done { "fixed" } else { "would fix" };
    // Writing to a string does not fail.
    let _ = if mended == 0 {
        writeln!(text, "{verb} none of {}", count(all, "finding"))
    } else {
        let files = count(outcome.changes.len(), "file");
        writeln!(text, "{verb} {mended} of {} in {files}", count(all, "finding"))
    };
    let mut rules: BTreeMap<(&Arc<str>, &str), usize> = BTreeMap::new();
    for one in &outcome.mended {
        *rules.entry((&one.path, one.rule)).or_default() += 1;
    }
    for ((path, rule), number) in rules {
        let _ = writeln!(text, "  {path}: {number} {rule}");
    }
    for refused in outcome.refused.iter().take(SHOWN) {
        let Some(finding) = report.findings.get(refused.finding) else { continue };
        let span = finding.primary.span;
        let place = sources.get(span.source).map(|file| {
            let at = file.position(span.start, ColumnUnit::Characters);
            format!("{}:{}:{}", file.display(), at.line, at.column)
        });
        let (place, title) = (place.unwrap_or_default(), masked.words(&refused.title));
        let reason = masked.words(&refused.reason);
        let _ = writeln!(text, "  not applied: {title} ({} at {place}): {reason}", finding.rule);
    }
    if let Some(more) = outcome.refused.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(text, "  and {more} more not applied");
    }
    text
}
