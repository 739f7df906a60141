//! What is wrong with a configuration file: drawn like findings, but nothing is analysed before it is mended.

use std::sync::Arc;

use super::Word;
use crate::finding::{Finding, Label, Severity};
use crate::source::Span;

/// More than this in one file say nothing new.
const MOST: usize = 50;

/// The problems of one file.
#[derive(Debug, Default)]
pub(super) struct Problems {
    file: Arc<str>,
    found: Vec<Finding>,
}

impl Problems {
    /// None yet, of the file that is shown as this.
    pub(super) fn of(file: &str) -> Self {
        Self { file: file.into(), found: Vec::new() }
    }

    /// Whether more would not be told of.
    pub(super) fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    /// One more.
    pub(super) fn add(&mut self, span: Span, message: String, note: &str, help: Option<String>) {
        if self.is_full() {
            return;
        }
        let primary = Label::new(span, note);
        let rule = ("invalid-configuration", "configuration");
        let finding = Finding::new(rule, Severity::High, message, self.file.clone(), primary);
        self.found.push(Finding { help, ..finding });
    }

    /// One more about a string.
    pub(super) fn about(&mut self, word: &Word, message: String, help: Option<String>) {
        self.add(word.span, message, "", help);
    }

    /// All, by place.
    pub(super) fn all(mut self) -> Vec<Finding> {
        self.found.sort_by_key(|finding| finding.primary.span);
        self.found
    }
}

/// What was probably meant, as help.
pub(super) fn meant<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    crate::text::nearest(name, names).map(|name| format!("did you mean `{name}`?"))
}
