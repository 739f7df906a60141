//! What in a configuration file has no effect.

use std::collections::HashMap;

use super::Word;
use super::file::File;
use super::find::Disk;
use super::keys::ALL;
use super::layer::{Given, Layer};
use crate::finding::{Finding, Label, Severity};
use crate::rules;
use crate::source::Span;

/// The rule of what has no effect in configuration.
const UNUSED: &str = "unused-configuration";

/// The rule that nobody can switch off.
const ALWAYS: &str = "syntax-error";

/// What in a file has no effect. Whether a pattern matches something is asked only if everything was looked at.
pub(super) fn of(file: &File, whole: bool, disk: &dyn Disk) -> Vec<Finding> {
    let mut found = Found { file, findings: Vec::new() };
    found.part(&file.layer);
    for one in &file.overrides {
        found.part(&one.layer);
    }
    if whole {
        let exclude = file.exclude.unused().map(|word| (word, "exclude"));
        let paths = file.overrides.iter().flat_map(|one| one.paths.unused()).map(|word| (word, "paths"));
        for (word, key) in exclude.chain(paths) {
            let message = format!("`{}` in `{key}` matches no file", word.text);
            let help = "the path is relative to this file; take the pattern out if what it meant is gone";
            found.add(word, message, "nothing that could be checked lies there", None, help);
        }
    }
    for given in &file.var_files {
        let Some(span) = given.span() else { continue };
        if !disk.is_file(&given.value) {
            let shown = disk.shown(&given.value);
            let word = Word { text: shown.clone(), span };
            let help = "the path is relative to this file";
            found.add(&word, format!("there is no parameter file `{shown}`"), "", None, help);
        }
    }
    found.findings
}

struct Found<'f> {
    file: &'f File,
    findings: Vec<Finding>,
}

/// Names, by what they say.
type Places<'l> = HashMap<&'l str, Span>;

impl Found<'_> {
    fn add(&mut self, word: &Word, message: String, note: &str, other: Option<(Span, &str)>, help: &str) {
        let primary = Label::new(word.span, note);
        let rule = (UNUSED, "configuration");
        let mut finding = Finding::new(rule, Severity::Medium, message, self.file.shown.as_str().into(), primary);
        finding.related.extend(other.map(|(span, note)| Label::new(span, note)));
        self.findings.push(Finding { help: Some(help.to_owned()), ..finding });
    }

    /// Names in one part of a file that say what another one says, or that another one undoes.
    fn part(&mut self, layer: &Layer) {
        let selected = self.repeated("select", layer.select.as_deref().unwrap_or_default());
        let ignored = self.repeated("ignore", &layer.ignore);
        let all = selected.get(ALL).copied();
        for (name, span) in sorted(&selected) {
            let word = Word { text: (*name).to_owned(), span: *span };
            if let Some(other) = ignored.get(name).or_else(|| ignored.get(family(name)?)) {
                let message = format!("`{name}` is selected and ignored");
                self.add(&word, message, "without effect", Some((*other, "ignored here")), "take one of the two out");
            } else if let Some(all) = all.filter(|_| *name != ALL) {
                let message = format!("`{name}` is selected with all others");
                self.add(
                    &word,
                    message,
                    "said already",
                    Some((all, "all are selected here")),
                    "take one of the two out",
                );
            }
        }
        for (name, span) in sorted(&ignored) {
            let word = Word { text: (*name).to_owned(), span: *span };
            let is_selected = layer.select.is_none() || all.is_some() || selected.contains_key(name);
            let in_part = family(name).is_some_and(|family| selected.contains_key(family))
                || selected.keys().any(|selected| family(selected) == Some(name));
            if [ALWAYS, "syntax"].contains(name) {
                let message = "syntax errors are always reported".to_owned();
                self.add(&word, message, "without effect", None, "exclude files that are not meant to be read");
            } else if !is_selected && !in_part {
                let message = format!("`{name}` is ignored, but not selected");
                self.add(&word, message, "without effect", None, "what is not selected need not be ignored");
            }
        }
        let told = layer.severities.iter().map(|(rule, given)| (rule, given.span()));
        let told = told.chain(layer.options.iter().map(|((rule, _), given)| (rule, given.span())));
        for (rule, span) in told.filter_map(|(rule, span)| Some((rule, span?))) {
            let word = Word { text: rule.clone(), span };
            let off = ignored.get(rule.as_str()).or_else(|| ignored.get(family(rule)?));
            let is_on = |name: &str| selected.contains_key(name);
            let is_selected = layer.select.is_none() || all.is_some() || is_on(rule) || family(rule).is_some_and(is_on);
            let help = "take out what is said of it, or what switches it off";
            if rule == ALWAYS {
                self.add(&word, "syntax errors are what they are".to_owned(), "without effect", None, "take it out");
            } else if let Some(off) = off {
                let message = format!("`{rule}` is switched off");
                self.add(&word, message, "without effect", Some((*off, "switched off here")), help);
            } else if !is_selected {
                self.add(&word, format!("`{rule}` is not selected"), "without effect", None, help);
            }
        }
    }

    /// The names of a list; one that is said twice, or by its family too, is told of.
    fn repeated<'l>(&mut self, key: &str, names: &'l [Given<String>]) -> Places<'l> {
        let mut places = Places::new();
        for (name, span) in names.iter().filter_map(|name| Some((name.value.as_str(), name.span()?))) {
            if let Some(first) = places.get(name).copied() {
                let word = Word { text: name.to_owned(), span };
                let message = format!("`{name}` is said twice in `{key}`");
                self.add(
                    &word,
                    message,
                    "without effect",
                    Some((first, "said here already")),
                    "take one of the two out",
                );
            } else {
                places.insert(name, span);
            }
        }
        for (name, span) in sorted(&places) {
            if let Some(other) = family(name).and_then(|family| places.get(family)) {
                let word = Word { text: (*name).to_owned(), span: *span };
                let message = format!("`{name}` is said by its family already in `{key}`");
                self.add(&word, message, "without effect", Some((*other, "the family")), "take one of the two out");
            }
        }
        places
    }
}

fn sorted<'p, 'l>(places: &'p Places<'l>) -> Vec<(&'p &'l str, &'p Span)> {
    let mut all: Vec<_> = places.iter().collect();
    all.sort_by_key(|(_, span)| **span);
    all
}

/// The family of a rule; none of what is a family itself.
fn family(name: &str) -> Option<&'static str> {
    rules::find(name).map(|rule| rule.family)
}
