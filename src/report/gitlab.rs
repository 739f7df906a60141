//! GitLab's Code Quality report: a list of findings for the merge request's widget and its changed lines.
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use serde::Serialize;

use super::masked::Masked;
use super::places::Places;
use crate::engine::Report;
use crate::finding::{Finding, Severity};
use crate::source::{Position, Sources};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
    positions: Positions,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

#[derive(Serialize)]
struct Positions {
    begin: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

/// Renders a report. What is suppressed is left out: GitLab has no word for it.
///
/// # Errors
/// None that a report can cause; those of the serializer are passed on.
pub fn render(report: &Report, sources: &Sources) -> Result<String, serde_json::Error> {
    let masked = Masked::new(sources, report);
    let places = Places::new(sources);
    let issues: Vec<Issue<'_>> = report.findings.iter().map(|finding| issue(finding, &masked, &places)).collect();
    serde_json::to_string_pretty(&issues).map(|text| text + "\n")
}

fn issue<'a>(finding: &'a Finding, masked: &Masked<'_>, places: &Places<'_>) -> Issue<'a> {
    // GitLab wants a place; what has none in the repository keeps its own.
    let label = places.home(finding).unwrap_or(&finding.primary);
    let (start, end) = places.range(label.span);
    let point = |at: Position| Point { line: at.line, column: at.column };
    Issue {
        description: format!("{} ({})", masked.words(&finding.message), masked.words(&finding.subject)),
        check_name: finding.rule,
        fingerprint: &finding.fingerprint,
        severity: match finding.severity {
            Severity::Critical => "blocker",
            Severity::High => "critical",
            Severity::Medium => "major",
            Severity::Low => "minor",
            Severity::Info => "info",
        },
        location: Location {
            path: places.shown(label.span.source).to_string(),
            lines: Lines { begin: start.line, end: end.line },
            positions: Positions { begin: point(start), end: point(end) },
        },
    }
}
