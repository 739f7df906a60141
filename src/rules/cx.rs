//! What a rule has in its hands: the graph, and a place for what it finds.

use std::sync::Arc;

use super::Rule;
use crate::finding::{Confidence, Finding, Fix, Label, Persona, Severity, Suppression, Suppressor, Undecided};
use crate::graph::{Graph, Resource};
use crate::resolve::value::{Hop, Truth, Value};
use crate::source::Span;
use crate::text::matches;

/// The most hops of one value's way that a finding shows.
const MAX_WAY: usize = 6;

/// A rule at work on one graph.
#[derive(Debug)]
pub struct Cx<'g> {
    /// The graph.
    pub graph: &'g Graph<'g>,
    rule: &'static Rule,
    findings: Vec<Finding>,
    undecided: Vec<Undecided>,
}

impl<'g> Cx<'g> {
    /// The rule, about to work on the graph.
    #[must_use]
    pub fn new(graph: &'g Graph<'g>, rule: &'static Rule) -> Self {
        Self { graph, rule, findings: Vec::new(), undecided: Vec::new() }
    }

    /// What was found, and what could not be decided.
    #[must_use]
    pub fn finish(self) -> (Vec<Finding>, Vec<Undecided>) {
        (self.findings, self.undecided)
    }

    /// What this rule is told by one of the options that its page names; nothing unless somebody says something.
    #[must_use]
    pub fn option(&self, name: &str) -> &'g [String] {
        self.graph.option(self.rule.id, name)
    }

    /// Whether one of the patterns of an option matches a text, in any case: `*` stands for any letters, `?` for one.
    #[must_use]
    pub fn option_matches(&self, name: &str, text: &str) -> bool {
        let matches_one = |pattern: &String| matches(&pattern.to_lowercase(), &text.to_lowercase());
        self.option(name).iter().any(matches_one)
    }

    /// Whoever says that a slot is meant to differ from its site.
    fn suppression(&self, draft: &Draft) -> Option<Suppression> {
        let compares = draft.slot.is_some() || self.rule.family == "slots";
        let slot = draft.slot.as_ref().unwrap_or(&draft.subject);
        let entry = self.graph.intended(slot, (self.rule.id, self.rule.family), compares)?;
        let (reason, at) = (entry.reason.clone(), entry.span);
        Some(Suppression { by: Suppressor::Configuration, reason, until: None, at })
    }

    /// Reports a finding.
    pub fn report(&mut self, draft: Draft) {
        let meta = self.rule.meta();
        let mut confidence = if draft.certain { Confidence::Certain } else { meta.confidence };
        for _ in [draft.assumed, draft.doubtful].into_iter().filter(|doubt| *doubt) {
            confidence = confidence.lower();
        }
        confidence = confidence.min(draft.at_most);
        let severity = draft.severity.unwrap_or(meta.severity);
        let persona = draft.persona.unwrap_or(meta.persona);
        let weak = confidence == Confidence::Hint || severity < Severity::Medium;
        let suppression = self.suppression(&draft);
        let mut seen = vec![draft.primary.span];
        let mut related = draft.related;
        related.retain(|label| {
            let new = !seen.contains(&label.span);
            seen.push(label.span);
            new
        });
        self.findings.push(Finding {
            rule: self.rule.id,
            family: self.rule.family,
            severity,
            confidence,
            persona: if weak { persona.max(Persona::Pedantic) } else { persona },
            message: draft.message,
            subject: draft.subject,
            primary: draft.primary,
            related,
            help: draft.help,
            fixes: draft.fixes.into_iter().map(|fix| self.graph.tidied(fix)).collect(),
            secrets: draft.secrets,
            fingerprint: String::new(),
            through: Vec::new(),
            suppression,
        });
    }

    /// Notes that the rule could not decide here, and what would settle it.
    pub fn undecided(&mut self, subject: Arc<str>, reason: impl Into<String>, span: Span) {
        // What is meant to differ may be just this.
        let _ = self.graph.intended(&subject, (self.rule.id, self.rule.family), self.rule.family == "slots");
        self.undecided.push(Undecided { rule: self.rule.id, subject, reason: reason.into(), span });
    }
}

/// A finding in the making.
#[derive(Debug)]
pub struct Draft {
    subject: Arc<str>,
    message: String,
    primary: Label,
    related: Vec<Label>,
    help: Option<String>,
    fixes: Vec<Fix>,
    severity: Option<Severity>,
    secrets: Vec<Span>,
    /// Surer than the rule's other findings.
    certain: bool,
    /// Rests on what may be overridden.
    assumed: bool,
    /// Rests on what may not exist.
    doubtful: bool,
    /// Its confidence, whatever else is certain.
    at_most: Confidence,
    /// The first persona that sees it, where that is not the rule's.
    persona: Option<Persona>,
    /// The slot that it compares with its site, where that is not the subject of a rule about slots.
    slot: Option<Arc<str>>,
}

impl Draft {
    /// A finding about `subject` at `span`. The message is one sentence without a full stop, the same in every language.
    #[must_use]
    pub fn new(subject: Arc<str>, span: Span, message: impl Into<String>) -> Self {
        Self {
            subject,
            message: message.into(),
            primary: Label::new(span, ""),
            related: Vec::new(),
            help: None,
            fixes: Vec::new(),
            severity: None,
            secrets: Vec::new(),
            certain: false,
            assumed: false,
            doubtful: false,
            at_most: Confidence::Certain,
            persona: None,
            slot: None,
        }
    }

    /// What stands at the primary span.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.primary.note = note.into();
        self
    }

    /// Another place that is part of the proof.
    #[must_use]
    pub fn label(mut self, span: Span, note: impl Into<String>) -> Self {
        self.related.push(Label::new(span, note));
        self
    }

    /// The finding rests on this value: the way it came is shown, and one that may be overridden lowers the confidence.
    #[must_use]
    pub fn because(mut self, value: &Value) -> Self {
        self.assumed |= value.assumed;
        for step in value.steps().into_iter().rev().take(MAX_WAY).rev() {
            let note = match &step.hop {
                Hop::Default(name) if value.assumed => {
                    format!("from the default of input `{name}`, which whoever deploys may override")
                }
                Hop::Default(name) => format!("from the default of `{name}`"),
                Hop::Argument(name) => format!("passed in as `{name}`"),
                Hop::Local(name) => format!("through `{name}`"),
                Hop::ParameterFile(name) => format!("from the parameter file's `{name}`"),
                Hop::Output(name) => format!("comes out as `{name}`"),
                Hop::Key(name) => format!("picks `{name}`"),
                Hop::Turned => "turned into its opposite".to_owned(),
                Hop::Revealed => "said to be no secret any more".to_owned(),
                Hop::Each | Hop::Input(_) | Hop::Part(_) | Hop::Hidden => continue,
            };
            self.related.push(Label { step: true, ..Label::new(step.span, note) });
        }
        self
    }

    /// The finding holds only if this does: maybe lowers the confidence by one step.
    #[must_use]
    pub fn doubt(mut self, truth: Truth) -> Self {
        self.doubtful |= truth != Truth::Yes;
        self
    }

    /// No more than a hint, whatever it rests on.
    #[must_use]
    pub fn hint(mut self) -> Self {
        self.at_most = Confidence::Hint;
        self
    }

    /// The finding holds only if this resource exists.
    #[must_use]
    pub fn if_present(self, resource: &Resource) -> Self {
        self.doubt(resource.presence)
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// An edit that mends it.
    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fixes.extend(fix);
        self
    }

    /// Another severity than the rule's.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// For everybody, although the rule's other findings are for the pedantic.
    #[must_use]
    pub fn for_everybody(mut self) -> Self {
        self.persona = Some(Persona::Regular);
        self
    }

    /// It follows from the text, whatever the rule's other findings rest on.
    #[must_use]
    pub fn certain(mut self) -> Self {
        self.certain = true;
        self
    }

    /// It is found by comparing this slot with its site.
    #[must_use]
    pub fn compares(mut self, slot: Arc<str>) -> Self {
        self.slot = Some(slot);
        self
    }

    /// A span whose text no report may show.
    #[must_use]
    pub fn secret(mut self, span: Span) -> Self {
        self.secrets.push(span);
        self
    }
}
