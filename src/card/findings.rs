//! What the report says of a thing.

use crate::engine::Report;
use crate::finding::Finding;
use crate::rules;
use crate::source::Span;

/// Rule and title of every finding at the thing, and where it is.
pub(super) fn of(report: &Report, extents: &[Span], subjects: &[String]) -> Vec<(String, Span)> {
    let is_of = |finding: &&Finding| {
        extents.iter().any(|extent| extent.contains(finding.primary.span))
            || subjects.iter().any(|address| !address.is_empty() && **address == *finding.subject)
    };
    let mut found: Vec<(String, Span)> = Vec::new();
    for finding in report.findings.iter().filter(is_of) {
        let title = rules::find(finding.rule).map_or(finding.message.as_str(), |rule| rule.title());
        let said = (format!("`{}`: {title}", finding.rule), finding.primary.span);
        if !found.contains(&said) {
            found.push(said);
        }
    }
    found
}
