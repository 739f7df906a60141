//! The JSON report, version 1: a contract, described in `docs/json.md`.

use std::borrow::Cow;

use serde::Serialize;

use super::masked::Masked;
use super::places::Places;
use crate::engine::Report;
use crate::finding::{Edit, Finding, Fix, Label, Undecided};
use crate::graph::OpaqueCall;
use crate::known::{Comparison, Entry, Reference};
use crate::source::{ColumnUnit, Sources, Span};
use crate::workspace::Gap;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    findings: Vec<JsonFinding<'a>>,
    suppressed: Vec<JsonFinding<'a>>,
    compared: Vec<JsonComparison<'a>>,
    summary: Summary,
    coverage: JsonCoverage<'a>,
}

/// How many findings are open, and how many of them nobody knew of.
#[derive(Serialize)]
struct Summary {
    findings: usize,
    new: usize,
    known: usize,
}

#[derive(Serialize)]
struct JsonComparison<'a> {
    baseline: Option<&'a str>,
    commit: Option<&'a str>,
    known: usize,
    new: usize,
    gone: Vec<JsonEntry<'a>>,
    remarks: Vec<Cow<'a, str>>,
}

#[derive(Serialize)]
struct JsonEntry<'a> {
    fingerprint: &'a str,
    rule: &'a str,
    path: &'a str,
    subject: Cow<'a, str>,
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
    suppression: Option<JsonSuppression<'a>>,
}

#[derive(Serialize)]
struct JsonSuppression<'a> {
    by: &'a str,
    reason: Cow<'a, str>,
    until: Option<&'a str>,
    at: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    uri: Option<String>,
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
    let context = Context { sources, places: Places::new(sources), masked: &masked };
    let coverage = &report.coverage;
    // Also where suppressed findings are left out of the report.
    let known: usize = report.compared.iter().map(|comparison| comparison.known).sum();
    let document = Document {
        version: 1,
        tool: Tool { name: "identilint", version: env!("CARGO_PKG_VERSION") },
        findings: report.findings.iter().map(|found| context.finding(found)).collect(),
        suppressed: report.suppressed.iter().map(|found| context.finding(found)).collect(),
        compared: report.compared.iter().map(|comparison| context.compared(comparison)).collect(),
        summary: Summary { findings: report.findings.len() + known, new: report.findings.len(), known },
        coverage: JsonCoverage {
            files: Files {
                analysed: coverage.analysed,
                partial: context.gaps(&coverage.partial),
                skipped: context.gaps(&coverage.skipped),
            },
            opaque_modules: coverage.opaque.iter().map(|call| context.opaque(call)).collect(),
            undecided: coverage.undecided.iter().map(|undecided| context.undecided(undecided)).collect(),
        },
    };
    serde_json::to_string_pretty(&document).map(|text| text + "\n")
}

struct Context<'a, 'm> {
    sources: &'a Sources,
    places: Places<'a>,
    masked: &'m Masked<'a>,
}

impl<'a> Context<'a, '_> {
    fn gaps(&self, gaps: &'a [Gap]) -> Vec<JsonGap<'a>> {
        gaps.iter().map(|gap| JsonGap { path: &gap.path, reason: self.masked.words(&gap.reason) }).collect()
    }

    fn compared(&self, comparison: &'a Comparison) -> JsonComparison<'a> {
        let (baseline, commit) = match &comparison.with {
            Reference::Baseline(file) => (Some(file.as_str()), None),
            Reference::Commit(commit) => (None, Some(commit.as_str())),
        };
        let entry = |entry: &'a Entry| JsonEntry {
            fingerprint: &entry.fingerprint,
            rule: &entry.rule,
            path: &entry.path,
            subject: self.masked.words(&entry.subject),
        };
        JsonComparison {
            baseline,
            commit,
            known: comparison.known,
            new: comparison.new,
            gone: comparison.gone.iter().map(entry).collect(),
            remarks: comparison.remarks.iter().map(|remark| self.masked.words(remark)).collect(),
        }
    }

    fn opaque(&self, call: &'a OpaqueCall) -> OpaqueModule<'a> {
        OpaqueModule {
            address: self.masked.words(&call.address),
            source: self.masked.words(&call.source),
            reason: call.reason,
            span: self.place(call.span),
        }
    }

    fn undecided(&self, undecided: &'a Undecided) -> JsonUndecided<'a> {
        JsonUndecided {
            rule: undecided.rule,
            subject: self.masked.words(&undecided.subject),
            reason: self.masked.words(&undecided.reason),
            span: self.place(undecided.span),
        }
    }

    fn finding(&self, finding: &'a Finding) -> JsonFinding<'a> {
        JsonFinding {
            rule: finding.rule,
            family: finding.family,
            severity: finding.severity.name(),
            confidence: finding.confidence.name(),
            persona: finding.persona.name(),
            message: self.masked.words(&finding.message),
            subject: self.masked.words(&finding.subject),
            primary: self.place(finding.primary.span),
            related: finding.related.iter().map(|related| self.label(related)).collect(),
            help: finding.help.as_deref().map(|help| self.masked.words(help)),
            fingerprint: &finding.fingerprint,
            fixes: finding.fixes.iter().filter(|fix| self.masked.can_show(fix)).map(|fix| self.fix(fix)).collect(),
            suppression: finding.suppression.as_ref().map(|suppression| JsonSuppression {
                by: suppression.by.name(),
                reason: self.masked.words(&suppression.reason),
                until: suppression.until.as_deref(),
                at: suppression.at.map(|at| self.place(at)),
            }),
        }
    }

    fn fix(&self, fix: &'a Fix) -> JsonFix<'a> {
        let edit = |edit: &'a Edit| JsonEdit { place: self.place(edit.span), text: Cow::Borrowed(&*edit.text) };
        JsonFix {
            title: self.masked.words(&fix.title),
            safety: fix.safety.name(),
            edits: fix.edits.iter().map(edit).collect(),
        }
    }

    fn label(&self, label: &'a Label) -> JsonLabel<'a> {
        JsonLabel { place: self.place(label.span), note: self.masked.words(&label.note) }
    }

    fn place(&self, span: Span) -> Place<'a> {
        let file = self.sources.get(span.source);
        let position = |byte: u32| {
            let at = file.map(|file| file.position(byte, ColumnUnit::Characters));
            JsonPosition { line: at.map_or(1, |at| at.line), column: at.map_or(1, |at| at.column), byte }
        };
        Place {
            path: file.map_or("", |file| file.display()),
            uri: self.places.uri(span.source),
            start: position(span.start),
            end: position(span.end),
        }
    }
}
