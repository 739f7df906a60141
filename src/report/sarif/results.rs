//! A finding as a result.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::log::{
    ArtifactChange, ArtifactLocation, CodeFlow, Location, Message, Outcome, Replacement, ResultProperties, SarifFix,
    SarifSuppression, SuppressionProperties, ThreadFlow, ThreadFlowLocation,
};
use super::places::Locations;
use super::rules::{Descriptors, level};
use crate::finding::{Finding, Fix, Label, Suppression, Suppressor};

/// The key of the fingerprint; another one if ever it is made in another way.
const FINGERPRINT: &str = "identilint/v1";

pub(super) fn result<'a>(
    finding: &'a Finding,
    descriptors: &Descriptors<'_>,
    locations: &Locations<'_>,
) -> Outcome<'a> {
    let home = locations.places.home(finding);
    let related: Vec<&Label> = proof(finding, home).collect();
    let related: Vec<(&Label, Location)> = related
        .into_iter()
        .filter(|label| locations.places.path(label.span.source).is_some())
        .enumerate()
        .filter_map(|(at, label)| Some((label, locations.label(label, Some(at + 1))?)))
        .collect();
    Outcome {
        rule_id: finding.rule,
        // Every finding's rule is described.
        rule_index: descriptors.index(finding.rule).unwrap_or_default(),
        level: level(finding.severity),
        message: message(finding, related.iter().map(|(label, _)| *label), locations),
        locations: [Location {
            physical_location: home.and_then(|home| locations.physical(home.span)),
            logical_locations: vec![locations.logical(&finding.subject)],
            message: home.and_then(|home| locations.label(home, None)?.message),
            ..Location::default()
        }],
        related_locations: related.into_iter().map(|(_, location)| location).collect(),
        code_flows: code_flow(finding, locations).into_iter().collect(),
        partial_fingerprints: BTreeMap::from([(FINGERPRINT, &*finding.fingerprint)]),
        fixes: finding.fixes.iter().filter_map(|made| fix(made, locations)).collect(),
        suppressions: finding.suppression.iter().map(|made| suppression(made, locations)).collect(),
        properties: ResultProperties { severity: finding.severity.name(), confidence: finding.confidence.name() },
    }
}

/// Every label but the one at which the result stands.
fn proof<'f>(finding: &'f Finding, home: Option<&'f Label>) -> impl Iterator<Item = &'f Label> {
    let is_home = move |label: &&Label| home.is_some_and(|home| std::ptr::eq(*label, home));
    std::iter::once(&finding.primary).chain(&finding.related).filter(move |label| !is_home(label))
}

/// One paragraph: what is wrong, what to do, and links to the proof.
fn message<'f>(finding: &Finding, related: impl Iterator<Item = &'f Label>, locations: &Locations<'_>) -> Message {
    let mut text = sentence(&locations.masked.words(&finding.message));
    if let Some(help) = &finding.help {
        text.push(' ');
        text.push_str(&sentence(&locations.masked.words(help)));
    }
    let mut before = " See: ";
    for (at, label) in related.enumerate() {
        let note = locations.masked.words(&label.note);
        let note = if note.is_empty() { "also here" } else { &note };
        // Writing to a string does not fail.
        let _ = write!(text, "{before}[{}]({})", linked(note), at + 1);
        before = ", ";
    }
    if before == ", " {
        text.push('.');
    }
    Message { text }
}

/// A text that begins with a capital letter and ends with a full stop, unless it begins with code.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    let mut sentence: String = first.chain(letters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

/// The text of a link (SARIF 3.11.6): brackets in it are escaped.
fn linked(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// The way on which a value came, from where it can be mended to where it was taken up last.
fn code_flow(finding: &Finding, locations: &Locations<'_>) -> Option<CodeFlow> {
    let steps = finding.related.iter().filter(|label| label.step);
    let way: Vec<ThreadFlowLocation> = std::iter::once(&finding.primary)
        .chain(steps)
        .filter_map(|label| Some(ThreadFlowLocation { location: locations.label(label, None)? }))
        .collect();
    (way.len() > 1).then_some(CodeFlow { thread_flows: [ThreadFlow { locations: way }] })
}

/// A fix whose edits all lie in the repository and hold no secret.
fn fix(fix: &Fix, locations: &Locations<'_>) -> Option<SarifFix> {
    if !locations.masked.can_show(fix) {
        return None;
    }
    let mut changes: BTreeMap<ArtifactLocation, Vec<Replacement>> = BTreeMap::new();
    for edit in &fix.edits {
        changes.entry(locations.artifact(edit.span.source)?).or_default().push(Replacement {
            deleted_region: locations.region(edit.span, false),
            inserted_content: Message { text: edit.text.clone() },
        });
    }
    let description = format!("{} ({})", locations.masked.words(&fix.title), fix.safety);
    let changes = changes.into_iter();
    Some(SarifFix {
        description: Message { text: sentence(&description) },
        artifact_changes: changes
            .map(|(artifact_location, replacements)| ArtifactChange { artifact_location, replacements })
            .collect(),
    })
}

fn suppression(suppression: &Suppression, locations: &Locations<'_>) -> SarifSuppression {
    let physical = suppression.at.and_then(|at| locations.physical(at));
    SarifSuppression {
        kind: match suppression.by {
            Suppressor::Comment => "inSource",
            Suppressor::Configuration | Suppressor::Baseline => "external",
        },
        status: "accepted",
        justification: locations.masked.words(&suppression.reason).into_owned(),
        location: physical.map(|physical| Location { physical_location: Some(physical), ..Location::default() }),
        properties: suppression.until.clone().map(|until| SuppressionProperties { until }),
    }
}
