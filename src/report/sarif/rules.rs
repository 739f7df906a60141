//! What each rule is: all that ran, so that a reader can tell what found nothing from what was not looked for.

use std::collections::{BTreeMap, BTreeSet};

use super::log::{Configuration, Help, Rule as Descriptor, RuleProperties, Text};
use crate::finding::{Confidence, Finding, Severity};
use crate::rules::{self, Rule};

/// The rules, and where each stands in their list.
pub(super) struct Descriptors<'a> {
    pub(super) rules: Vec<Descriptor<'a>>,
    indexes: BTreeMap<&'a str, usize>,
}

impl<'a> Descriptors<'a> {
    pub(super) fn new(ran: &[&'static Rule], findings: impl Iterator<Item = &'a Finding>) -> Self {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let mut rules: Vec<Descriptor<'_>> = Vec::new();
        for rule in ran {
            known.insert(rule.id);
            rules.push(of_rule(rule));
        }
        for finding in findings {
            // Syntax errors are found whether or not they are asked for, and a bug has no page.
            if known.insert(finding.rule) {
                rules.push(match rules::find(finding.rule) {
                    Some(rule) => of_rule(rule),
                    None => without_page(finding),
                });
            }
        }
        let indexes = rules.iter().enumerate().map(|(at, rule)| (rule.id, at)).collect();
        Self { rules, indexes }
    }

    pub(super) fn index(&self, rule: &str) -> Option<usize> {
        self.indexes.get(rule).copied()
    }
}

fn of_rule(rule: &'static Rule) -> Descriptor<'static> {
    let meta = rule.meta();
    Descriptor {
        id: rule.id,
        name: pascal(rule.id),
        short_description: Text { text: rule.title() },
        full_description: Text { text: summary(rule) },
        help_uri: Some(rule.url()),
        help: Help { text: rule.text(), markdown: rule.text() },
        default_configuration: Configuration { level: level(meta.severity) },
        properties: properties(rule.family, meta.severity, meta.confidence, &meta.controls),
    }
}

fn without_page(finding: &Finding) -> Descriptor<'_> {
    const TEXT: &str = "A rule stopped with an error of its own.";
    Descriptor {
        id: finding.rule,
        name: pascal(finding.rule),
        short_description: Text { text: TEXT },
        full_description: Text { text: TEXT },
        help_uri: None,
        help: Help { text: TEXT, markdown: TEXT },
        default_configuration: Configuration { level: level(finding.severity) },
        properties: properties(finding.family, finding.severity, finding.confidence, &[]),
    }
}

/// The first paragraph of a page.
fn summary(rule: &Rule) -> &'static str {
    let mut lines = rule.text().lines();
    lines.find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_else(|| rule.title())
}

fn properties(family: &str, severity: Severity, confidence: Confidence, controls: &[String]) -> RuleProperties {
    // That something cannot be read is no weakness.
    let is_security = !matches!(family, "syntax" | "internal");
    let mut tags = vec![family.to_owned()];
    if is_security {
        tags.push("security".to_owned());
    }
    // `CWE-798` is tagged as GitHub and CodeQL tag it; other catalogues in the same way.
    let tag = |control: &String| {
        let control = control.to_lowercase().replace(' ', "/").replace(':', "-");
        if control.starts_with("cwe-") { format!("external/cwe/{control}") } else { format!("external/{control}") }
    };
    tags.extend(controls.iter().map(tag));
    RuleProperties {
        precision: match confidence {
            Confidence::Certain => "very-high",
            Confidence::Likely => "high",
            Confidence::Hint => "low",
        },
        security_severity: is_security.then_some(match severity {
            Severity::Critical => "9.5",
            Severity::High => "8.0",
            Severity::Medium => "5.5",
            Severity::Low => "3.0",
            Severity::Info => "1.0",
        }),
        tags,
    }
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn pascal(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    id.split('-').map(word).collect()
}
