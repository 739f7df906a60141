//! The JSON report, version 1: a contract, described in `docs/json.md`.

use std::borrow::Cow;

use serde::Serialize;

use super::masked::Masked;
use crate::engine::Report;
use crate::finding::{Finding, Label};
use crate::source::{ColumnUnit, Sources, Span};
use crate::workspace::Gap;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    findings: Vec<JsonFinding<'a>>,
    coverage: JsonCoverage<'a>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'a str,
    family: &'a str,
    severity: &'a str,
    confidence: &'a str,
    persona: &'a str,
    message: Cow<'a, str>,
    subject: Cow<'a, str>,
    primary: Place<'a>,
    related: Vec<JsonLabel<'a>>,
    help: Option<Cow<'a, str>>,
    fingerprint: &'a str,
    fixes: Vec<JsonFix<'a>>,
    suppressed: Option<()>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    start: JsonPosition,
    end: JsonPosition,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    note: Cow<'a, str>,
}

#[derive(Serialize)]
struct JsonPosition {
    line: u32,
    column: u32,
    byte: u32,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: Cow<'a, str>,
    safety: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct JsonCoverage<'a> {
    files: Files<'a>,
    opaque_modules: Vec<OpaqueModule<'a>>,
    undecided: Vec<JsonUndecided<'a>>,
}

#[derive(Serialize)]
struct Files<'a> {
    analysed: usize,
    partial: Vec<JsonGap<'a>>,
    skipped: Vec<JsonGap<'a>>,
}

#[derive(Serialize)]
struct JsonGap<'a> {
    path: &'a str,
    reason: Cow<'a, str>,
}

#[derive(Serialize)]
struct OpaqueModule<'a> {
    address: Cow<'a, str>,
    source: Cow<'a, str>,
    reason: &'a str,
    span: Place<'a>,
}

#[derive(Serialize)]
struct JsonUndecided<'a> {
    rule: &'a str,
    subject: Cow<'a, str>,
    reason: Cow<'a, str>,
    span: Place<'a>,
}

/// Renders a report.
///
/// # Errors
/// None that a report can cause; those of the serializer are passed on.
pub fn render(report: &Report, sources: &Sources) -> Result<String, serde_json::Error> {
    let masked = Masked::new(sources, report);
    let findings = report.findings.iter().map(|found| finding(found, sources, &masked));
    let document = Document {
        version: 1,
        tool: Tool { name: "identilint", version: env!("CARGO_PKG_VERSION") },
        findings: findings.collect(),
        coverage: JsonCoverage {
            files: Files {
                analysed: report.coverage.analysed,
                partial: gaps(&report.coverage.partial, &masked),
                skipped: gaps(&report.coverage.skipped, &masked),
            },
            opaque_modules: report
                .coverage
                .opaque
                .iter()
                .map(|call| OpaqueModule {
                    address: masked.words(&call.address),
                    source: masked.words(&call.source),
                    reason: call.reason,
                    span: place(call.span, sources),
                })
                .collect(),
            undecided: report
                .coverage
                .undecided
                .iter()
                .map(|undecided| JsonUndecided {
                    rule: undecided.rule,
                    subject: masked.words(&undecided.subject),
                    reason: masked.words(&undecided.reason),
                    span: place(undecided.span, sources),
                })
                .collect(),
        },
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

fn gaps<'a>(gaps: &'a [Gap], masked: &Masked<'_>) -> Vec<JsonGap<'a>> {
    gaps.iter().map(|gap| JsonGap { path: &gap.path, reason: masked.words(&gap.reason) }).collect()
}

fn finding<'a>(finding: &'a Finding, sources: &'a Sources, masked: &Masked<'_>) -> JsonFinding<'a> {
    JsonFinding {
        rule: finding.rule,
        family: finding.family,
        severity: finding.severity.name(),
        confidence: finding.confidence.name(),
        persona: finding.persona.name(),
        message: masked.words(&finding.message),
        subject: masked.words(&finding.subject),
        primary: place(finding.primary.span, sources),
        related: finding.related.iter().map(|related| label(related, sources, masked)).collect(),
        help: finding.help.as_deref().map(|help| masked.words(help)),
        fingerprint: &finding.fingerprint,
        fixes: finding
            .fixes
            .iter()
            // An edit without the secret that it moves would be another edit.
            .filter(|fix| fix.edits.iter().all(|edit| masked.words(&edit.text) == edit.text))
            .map(|fix| JsonFix {
                title: masked.words(&fix.title),
                safety: fix.safety.name(),
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| JsonEdit { place: place(edit.span, sources), text: Cow::Borrowed(&edit.text) })
                    .collect(),
            })
            .collect(),
        suppressed: None,
    }
}

fn label<'a>(label: &'a Label, sources: &'a Sources, masked: &Masked<'_>) -> JsonLabel<'a> {
    JsonLabel { place: place(label.span, sources), note: masked.words(&label.note) }
}

fn place(span: Span, sources: &Sources) -> Place<'_> {
    let file = sources.get(span.source);
    let position = |byte: u32| {
        let at = file.map(|file| file.position(byte, ColumnUnit::Characters));
        JsonPosition { line: at.map_or(1, |at| at.line), column: at.map_or(1, |at| at.column), byte }
    };
    Place { path: file.map_or("", |file| file.display()), start: position(span.start), end: position(span.end) }
}
