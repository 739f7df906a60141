//! One line for each finding, which editors and `grep` understand, and one for all.

use std::fmt::Write as _;

use super::masked::Masked;
use super::text::headline;
use crate::engine::Report;
use crate::source::{ColumnUnit, Sources};
use crate::text::one_line;

/// Renders a report, with or without the last line.
#[must_use]
pub fn render(report: &Report, sources: &Sources, quiet: bool) -> String {
    let masked = Masked::new(sources, report);
    let mut text = String::new();
    for finding in &report.findings {
        let span = finding.primary.span;
        let Some(file) = sources.get(span.source) else { continue };
        let at = file.position(span.start, ColumnUnit::Characters);
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{}:{}:{}: {}[{}] {} ({})",
            one_line(file.display()),
            at.line,
            at.column,
            finding.severity,
            finding.rule,
            one_line(&masked.words(&finding.message)),
            one_line(&masked.words(&finding.subject))
        );
    }
    if !quiet {
        let _ = writeln!(text, "{}", headline(report));
    }
    text
}
