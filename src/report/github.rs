//! Workflow commands of GitHub Actions, which become annotations of the job and of the changed files.
//! <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>

use std::cmp::Reverse;
use std::fmt::Write as _;

use super::masked::Masked;
use super::places::Places;
use super::text::headline;
use crate::engine::Report;
use crate::finding::{Finding, Severity};
use crate::source::Sources;
use crate::text::count;

/// A step shows ten annotations of a kind and drops the others without a word, so no more are asked for.
const SHOWN: usize = 10;

/// Renders a report: the worst findings, how many more there are, and one line for the log.
#[must_use]
pub fn render(report: &Report, sources: &Sources) -> String {
    let masked = Masked::new(sources, report);
    let places = Places::new(sources);
    let mut findings: Vec<&Finding> = report.findings.iter().collect();
    // Stable: what is equally bad stays in the order of places.
    findings.sort_by_key(|finding| Reverse((finding.severity, finding.confidence)));
    let mut text = String::new();
    // Writing to a string does not fail.
    for finding in findings.iter().take(SHOWN) {
        let _ = writeln!(text, "{}", command(finding, &masked, &places));
    }
    if findings.len() > SHOWN {
        let rest = count(findings.len() - SHOWN, "more finding");
        let _ =
            writeln!(text, "::notice title=identilint::{rest}, none worse than these; another format lists them all");
    }
    let _ = writeln!(text, "{}", headline(report));
    text
}

fn command(finding: &Finding, masked: &Masked<'_>, places: &Places<'_>) -> String {
    let kind = match finding.severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "notice",
    };
    let mut text = format!("::{kind} ");
    // Writing to a string does not fail.
    if let Some((label, path)) = places.home(finding).and_then(|home| Some((home, places.path(home.span.source)?))) {
        let (start, end) = places.range(label.span);
        let _ = write!(text, "file={},line={},endLine={},", property(&path), start.line, end.line);
        // Columns of a range that spans lines are refused.
        if start.line == end.line {
            let _ = write!(text, "col={},endColumn={},", start.column, end.column);
        }
    }
    let _ = write!(text, "title={}::", property(&format!("{} ({})", finding.rule, finding.severity)));
    let mut message = format!("{}\n{}", masked.words(&finding.message), masked.words(&finding.subject));
    if !finding.primary.note.is_empty() {
        let _ = write!(message, "\n{}", masked.words(&finding.primary.note));
    }
    if let Some(help) = &finding.help {
        let _ = write!(message, "\nhelp: {}", masked.words(help));
    }
    text + &data(&message)
}

/// What stands behind the `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
