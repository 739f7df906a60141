//! Suppressions that are written for findings: where, and how, so that the file can still be read.

mod beside;
mod members;

use std::collections::{BTreeMap, BTreeSet};

use super::{FIRM, Language, compiled, directive};
use crate::day::Day;
use crate::finding::{Edit, Finding};
use crate::source::{SourceId, Span};
use crate::workspace::Workspace;

/// One suppression to write.
#[derive(Debug, Clone)]
pub struct Addition {
    /// What of the file it is about: the place of its first finding.
    pub at: Span,
    /// The rules that it names.
    pub rules: BTreeSet<&'static str>,
    /// The findings that it is for, by their number among those that were given.
    pub findings: Vec<usize>,
    /// What is written, in the order of the file.
    pub edits: Vec<Edit>,
}

/// What can be written, and what cannot.
#[derive(Debug, Default)]
pub struct Plan {
    /// By file and place.
    pub additions: Vec<Addition>,
    /// Findings that no suppression can be written for, and why.
    pub refused: Vec<(usize, &'static str)>,
}

/// Where a suppression goes, with its text still to come.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// At the end of a line that ends here.
    EndOfLine(usize),
    /// As a line of its own that begins here, with this margin and line end.
    Above(usize, String, &'static str),
    /// Inside an object of JSON.
    Member(members::Slot),
}

/// Whether a reason that was given on the command line will do.
///
/// # Errors
/// What is wrong with it.
pub fn check_reason(reason: &str, today: Option<Day>) -> Result<(), String> {
    if reason.chars().any(char::is_control) {
        return Err("a reason is one line of text".to_owned());
    }
    let read = directive::parse(&format!("ignore[x] {reason}"));
    if let Some((_, fault)) = read.fault {
        return Err(fault.to_owned());
    }
    if read.reason.is_empty() {
        return Err("a suppression needs a reason: say why these findings are right to stay".to_owned());
    }
    match read.until.zip(today) {
        Some((until, today)) if until < today => Err(format!("{until} is over already")),
        _ => Ok(()),
    }
}

/// Says where suppressions for these findings go, one for all findings at a place: at the finding's own place, or where
/// that takes none at the first of those that it points at.
#[must_use]
pub fn plan(workspace: &Workspace, findings: &[Finding], reason: &str) -> Plan {
    let mut plan = Plan::default();
    let compiled = compiled(workspace);
    let mut writers: BTreeMap<SourceId, Result<Writer<'_>, &'static str>> = BTreeMap::new();
    let mut by_place: BTreeMap<(SourceId, Place), Addition> = BTreeMap::new();
    for (number, finding) in findings.iter().enumerate() {
        if FIRM.contains(&finding.family) || finding.family == "internal" {
            plan.refused.push((number, "it cannot be suppressed"));
            continue;
        }
        let mut why = None;
        let spans = std::iter::once(&finding.primary).chain(&finding.related).map(|label| label.span);
        let found = spans.take(MOST_LABELS).find_map(|span| {
            let of_file = || Writer::new(workspace, &compiled, span.source, reason);
            let writer = writers.entry(span.source).or_insert_with(of_file).as_ref();
            match writer.map_err(|why| *why).and_then(|writer| writer.place(finding.rule, span)) {
                Ok(place) => Some((span, place)),
                Err(because) => {
                    why.get_or_insert(because);
                    None
                }
            }
        });
        let Some((at, place)) = found else {
            plan.refused.extend(why.map(|why| (number, why)));
            continue;
        };
        let fresh = || Addition { at, rules: BTreeSet::new(), findings: Vec::new(), edits: Vec::new() };
        let addition = by_place.entry((at.source, place)).or_insert_with(fresh);
        addition.rules.insert(finding.rule);
        addition.findings.push(number);
    }
    for ((file, place), mut addition) in by_place {
        if let Some(Ok(writer)) = writers.get(&file) {
            addition.edits = writer.edits(place, &addition.rules);
            plan.additions.push(addition);
        }
    }
    plan.additions.sort_by_key(|addition| addition.edits.first().map(|edit| edit.span));
    plan
}

/// No more labels of a finding are tried.
const MOST_LABELS: usize = 8;

/// A text after the edits, which do not overlap and are in its order.
#[must_use]
pub fn edited<'e>(text: &str, edits: impl Iterator<Item = &'e Edit>) -> String {
    let mut result = String::with_capacity(text.len() + 256);
    let mut from = 0;
    for edit in edits {
        result.push_str(text.get(from..edit.span.start as usize).unwrap_or_default());
        result.push_str(&edit.text);
        from = edit.span.end as usize;
    }
    result.push_str(text.get(from..).unwrap_or_default());
    result
}

/// What knows how to write into one file.
struct Writer<'w> {
    source: SourceId,
    text: &'w str,
    language: Language,
    reason: &'w str,
    lines: beside::Lines,
    /// The document, where it takes members instead of comments.
    strict: Option<crate::syntax::json::Json>,
}

impl<'w> Writer<'w> {
    fn new(
        workspace: &'w Workspace,
        compiled: &BTreeSet<SourceId>,
        source: SourceId,
        reason: &'w str,
    ) -> Result<Self, &'static str> {
        let file = workspace.sources.get(source).ok_or("its file is not here")?;
        if workspace.fetched.contains(&source) {
            return Err("its module was fetched from elsewhere, and would be fetched again");
        }
        let language = Language::of(file.display()).ok_or("files of this kind have no suppressions")?;
        let text: &str = file.text();
        if compiled.contains(&source) {
            return Err("the template was compiled; suppress it in its source");
        }
        let lines = beside::Lines::new(text, language);
        let strict = match language {
            Language::Json => !lines.has_comments(),
            Language::TerraformJson => true,
            Language::Hcl | Language::Bicep => false,
        };
        let strict = strict.then(|| crate::syntax::json::parse(source, text));
        Ok(Self { source, text, language, reason, lines, strict })
    }

    /// Where a suppression for what stands here goes.
    fn place(&self, rule: &str, span: Span) -> Result<Place, &'static str> {
        if let Some(tree) = &self.strict {
            return members::slot(tree, self.text, self.language, span).map(Place::Member);
        }
        let room = self.words(std::iter::once(rule)).chars().count();
        self.lines.place(self.text, self.language, span.start as usize, room)
    }

    fn edits(&self, place: Place, rules: &BTreeSet<&'static str>) -> Vec<Edit> {
        let words = self.words(rules.iter().copied());
        let mark = if self.language == Language::Hcl { "#" } else { "//" };
        let insert = |at: usize, text: String| Edit { span: Span::new(self.source, at, at), text };
        match place {
            Place::EndOfLine(at) => vec![insert(at, format!(" {mark} {words}"))],
            Place::Above(at, margin, newline) => vec![insert(at, format!("{margin}{mark} {words}{newline}"))],
            Place::Member(slot) => slot.texts(&words).into_iter().map(|(at, text)| insert(at, text)).collect(),
        }
    }

    fn words<'r>(&self, rules: impl Iterator<Item = &'r str>) -> String {
        format!("{} ignore[{}] {}", directive::MARK, rules.collect::<Vec<_>>().join(", "), self.reason.trim())
    }
}
