//! The head of a rule's page.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Rule;
use crate::finding::{Confidence, Persona, Severity};

/// What the head of a rule's page says.
#[derive(Debug)]
pub struct Meta {
    /// How bad a finding is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Who sees it.
    pub persona: Persona,
    /// The formats in which it is found and tested.
    pub formats: Vec<String>,
    /// Whether it can be mended automatically.
    pub fix: FixKind,
    /// The version that first had it.
    pub since: String,
    /// Clauses of benchmarks and catalogues that it serves.
    pub controls: Vec<String>,
    /// What the rule can be told in a configuration file, as lists of strings, and what each is for.
    pub options: BTreeMap<String, String>,
}

/// Whether a finding can be mended automatically.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixKind {
    /// Without asking.
    Safe,
    /// After a look.
    Unsafe,
    /// By hand.
    None,
}

impl FixKind {
    /// The name used in rule pages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::None => "none",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    severity: String,
    confidence: String,
    persona: String,
    formats: Vec<String>,
    fix: String,
    since: String,
    #[serde(default)]
    controls: Vec<String>,
    #[serde(default)]
    options: BTreeMap<String, String>,
}

/// The head of a page and its text.
pub(super) fn split(page: &str) -> (&str, &str) {
    let inner = page.strip_prefix("+++\n").unwrap_or(page);
    inner.split_once("\n+++\n").unwrap_or(("", inner))
}

/// The page as it is written, with what its head says as a list.
pub(super) fn markdown(rule: &Rule) -> String {
    let meta = rule.meta();
    let text = rule.text().trim();
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    let options = meta.options.iter().map(|(option, purpose)| format!("- option `{option}`: {purpose}\n"));
    let options: String = options.collect();
    let body = if options.is_empty() { body.trim().to_owned() } else { format!("{options}\n{}", body.trim()) };
    format!(
        "{title}\n\n`{}` ({}) · {}, {} · shown to {} · {} · fix: {} · since {}\n\n{body}\n",
        rule.id,
        rule.family,
        meta.severity,
        meta.confidence,
        meta.persona,
        meta.formats.join(", "),
        meta.fix.name(),
        meta.since,
    )
}

impl Meta {
    /// Reads the head of a page. Pages are part of the program, and a test reads every one.
    ///
    /// # Panics
    /// If the page has no valid head.
    #[must_use]
    pub fn read(page: &str) -> Self {
        match Self::parse(page) {
            Ok(meta) => meta,
            Err(error) => panic!("a rule page has no valid head: {error}"),
        }
    }

    fn parse(page: &str) -> Result<Self, String> {
        let head: Head = toml::from_str(split(page).0).map_err(|error| error.to_string())?;
        Ok(Self {
            severity: Severity::parse(&head.severity).ok_or(head.severity)?,
            confidence: Confidence::parse(&head.confidence).ok_or(head.confidence)?,
            persona: Persona::parse(&head.persona).ok_or(head.persona)?,
            formats: head.formats,
            fix: match head.fix.as_str() {
                "safe" => FixKind::Safe,
                "unsafe" => FixKind::Unsafe,
                "none" => FixKind::None,
                _ => return Err(head.fix),
            },
            since: head.since,
            controls: head.controls,
            options: head.options,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Meta;

    const HEAD: &str =
        "severity = 'low'\nconfidence = 'likely'\npersona = 'pedantic'\nformats = []\nfix = 'none'\nsince = '0.1.0'";

    #[test]
    fn options_say_what_they_are_for() {
        let meta = Meta::read(&format!("+++\n{HEAD}\n[options]\nnames = 'names that are fine'\n+++\n# Title\n"));
        assert_eq!(meta.options.get("names").map(String::as_str), Some("names that are fine"));
        assert!(Meta::read(&format!("+++\n{HEAD}\n+++\n# Title\n")).options.is_empty());
    }
}
