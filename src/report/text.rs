//! The text report: each finding with its source, then what was looked at. The only place that knows miette.

mod excerpt;
mod summary;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity as Level, SourceCode};

use self::excerpt::Excerpt;
use super::masked::Masked;
use crate::engine::Report;
use crate::finding::{Finding, Label, Persona, Severity};
use crate::source::{SourceId, Sources};

pub use summary::{headline, summary};

/// How to draw.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether to use colours.
    pub color: bool,
    /// Columns to fill.
    pub width: usize,
    /// For whom: an auditor is shown everything that stayed open.
    pub persona: Persona,
}

/// Renders a report.
#[must_use]
pub fn render(report: &Report, sources: &Sources, style: Style) -> String {
    let masked = Masked::new(sources, report);
    let mut text = each(report, sources, &masked, style);
    text.push_str(&masked.words(&summary(report, sources, style.persona)));
    text
}

/// Renders the findings of a report without the closing lines.
#[must_use]
pub fn findings(report: &Report, sources: &Sources, style: Style) -> String {
    each(report, sources, &Masked::new(sources, report), style)
}

fn each(report: &Report, sources: &Sources, masked: &Masked<'_>, style: Style) -> String {
    let theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler =
        GraphicalReportHandler::new_themed(theme).with_width(style.width).with_context_lines(0).with_links(false);
    let mut text = String::new();
    for finding in &report.findings {
        // Writing to a string does not fail.
        let _ = handler.render_report(&mut text, &Shown::new(finding, sources, masked));
        text.push('\n');
    }
    text
}

/// A finding, or the part of its proof that lies in another file.
#[derive(Debug)]
struct Shown<'a> {
    message: String,
    code: Option<String>,
    level: Level,
    help: Option<String>,
    source: Option<Excerpt<'a>>,
    labels: Vec<LabeledSpan>,
    related: Vec<Shown<'a>>,
}

impl<'a> Shown<'a> {
    fn new(finding: &Finding, sources: &'a Sources, masked: &Masked<'_>) -> Self {
        let here = finding.primary.span.source;
        let mut labels = vec![labeled(&finding.primary, true, masked)];
        labels.extend(
            finding.related.iter().filter(|label| label.span.source == here).map(|label| labeled(label, false, masked)),
        );
        let mut elsewhere: Vec<SourceId> = Vec::new();
        for label in &finding.related {
            let id = label.span.source;
            if id != here && !elsewhere.contains(&id) {
                elsewhere.push(id);
            }
        }
        let related = elsewhere.into_iter().map(|id| {
            let labels = finding
                .related
                .iter()
                .filter(|label| label.span.source == id)
                .map(|label| labeled(label, false, masked));
            Self {
                message: "and here".to_owned(),
                code: None,
                level: Level::Advice,
                help: None,
                source: named(id, sources, masked),
                labels: labels.collect(),
                related: Vec::new(),
            }
        });
        Self {
            message: masked.words(&finding.message).into_owned(),
            code: Some(format!(
                "{} ({}, {}) {}",
                finding.rule,
                finding.severity,
                finding.confidence,
                masked.words(&finding.subject)
            )),
            level: match finding.severity {
                Severity::Critical | Severity::High => Level::Error,
                Severity::Medium => Level::Warning,
                Severity::Low | Severity::Info => Level::Advice,
            },
            help: finding.help.as_deref().map(|help| masked.words(help).into_owned()),
            source: named(here, sources, masked),
            labels,
            related: related.collect(),
        }
    }
}

fn labeled(label: &Label, primary: bool, masked: &Masked<'_>) -> LabeledSpan {
    let note = Some(masked.words(&label.note).into_owned()).filter(|note| !note.is_empty());
    let (start, length) = (label.span.start as usize, (label.span.end.saturating_sub(label.span.start)) as usize);
    if primary {
        LabeledSpan::new_primary_with_span(note, (start, length))
    } else {
        LabeledSpan::new(note, start, length)
    }
}

fn named<'a>(id: SourceId, sources: &'a Sources, masked: &Masked<'_>) -> Option<Excerpt<'a>> {
    Some(Excerpt::new(sources.get(id)?, masked.text(id)?))
}

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code(&self) -> Option<Box<dyn std::fmt::Display + '_>> {
        self.code.as_ref().map(|code| Box::new(code) as Box<dyn std::fmt::Display>)
    }

    fn severity(&self) -> Option<Level> {
        Some(self.level)
    }

    fn help(&self) -> Option<Box<dyn std::fmt::Display + '_>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        let related = self.related.iter().map(|shown| shown as &dyn Diagnostic);
        (!self.related.is_empty()).then(|| Box::new(related) as Box<dyn Iterator<Item = &dyn Diagnostic>>)
    }
}
