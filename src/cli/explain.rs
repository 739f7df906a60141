//! `identilint explain` and `identilint rules`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::args::{Explain, ListFormat, Rules};
use super::page::{self, Style};
use super::{CLEAN, FAILED, complain, named, print, print_raw, terminal};
use crate::rules::{FixKind, RULES, Rule};

/// What programs are told of rules. Version 1.
#[derive(Serialize)]
struct Document {
    version: u32,
    rules: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    id: &'static str,
    family: &'static str,
    title: &'static str,
    severity: &'static str,
    confidence: &'static str,
    persona: &'static str,
    formats: &'static [String],
    fix: &'static str,
    since: &'static str,
    controls: &'static [String],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    options: &'static BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'static str>,
}

impl Entry {
    fn of(rule: &'static Rule, with_page: bool) -> Self {
        let meta = rule.meta();
        Self {
            id: rule.id,
            family: rule.family,
            title: rule.title(),
            severity: meta.severity.name(),
            confidence: meta.confidence.name(),
            persona: meta.persona.name(),
            formats: &meta.formats,
            fix: meta.fix.name(),
            since: &meta.since,
            controls: &meta.controls,
            options: &meta.options,
            page: with_page.then(|| rule.text()),
        }
    }
}

pub(super) fn explain(asked: &Explain) -> u8 {
    let rules = match named::rules_of(&asked.rules) {
        Ok(rules) => rules,
        Err(name) => {
            named::unknown(name);
            return FAILED;
        }
    };
    match asked.format {
        ListFormat::Json => json(&rules, true),
        ListFormat::Markdown => {
            let pages: Vec<String> = rules.iter().map(|rule| rule.markdown()).collect();
            print(&pages.join("\n"));
            CLEAN
        }
        ListFormat::Text => {
            let style = Style { color: terminal::is_colored(asked.color), width: terminal::prose_width() };
            let pages: Vec<String> = rules.iter().map(|rule| page::render(&with_head(rule), style)).collect();
            print_raw(&pages.join("\n\n"));
            CLEAN
        }
    }
}

/// A page with what its head says below the title.
fn with_head(rule: &Rule) -> String {
    let meta = rule.meta();
    let text = rule.text().trim();
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    let fix = match meta.fix {
        FixKind::Safe => "safe",
        FixKind::Unsafe => "after a look",
        FixKind::None => "by hand",
    };
    let mut page = format!("# {}: {}\n\n", rule.id, rule.title());
    // Writing to a string does not fail.
    let _ = writeln!(page, "| **family** | {} |", rule.family);
    let _ = writeln!(page, "| **severity** | {}, {} |", meta.severity, meta.confidence);
    let _ = writeln!(page, "| **shown to** | {} |", meta.persona);
    let _ = writeln!(page, "| **formats** | {} |", meta.formats.join(", "));
    let _ = writeln!(page, "| **fix** | {fix} |");
    let _ = writeln!(page, "| **since** | {} |", meta.since);
    if !meta.controls.is_empty() {
        let _ = writeln!(page, "| **controls** | {} |", meta.controls.join(", "));
    }
    for (option, purpose) in &meta.options {
        let _ = writeln!(page, "| **option `{option}`** | {purpose} |");
    }
    format!("{page}\n{}\n", body.trim())
}

pub(super) fn rules(asked: &Rules) -> u8 {
    let wanted = |rule: &&'static Rule| asked.family.is_empty() || asked.family.iter().any(|name| name == rule.family);
    let rules: Vec<&'static Rule> = RULES.iter().filter(wanted).collect();
    match asked.format {
        ListFormat::Json => json(&rules, false),
        ListFormat::Markdown => {
            print(&markdown_table(&rules));
            CLEAN
        }
        ListFormat::Text => {
            print(&columns(&rules));
            CLEAN
        }
    }
}

fn json(rules: &[&'static Rule], with_pages: bool) -> u8 {
    let entries = rules.iter().map(|rule| Entry::of(rule, with_pages)).collect();
    match serde_json::to_string_pretty(&Document { version: 1, rules: entries }) {
        Ok(text) => {
            print(&format!("{text}\n"));
            CLEAN
        }
        Err(error) => {
            complain(&error.to_string());
            FAILED
        }
    }
}

/// The table of the README; its links are relative to the project's root.
fn markdown_table(rules: &[&Rule]) -> String {
    let mut table = String::from("| rule | severity | what it flags |\n| --- | --- | --- |\n");
    for rule in rules {
        let page = format!("rules/{}/{}.md", rule.family, rule.id);
        let _ = writeln!(table, "| [`{}`]({page}) | {} | {} |", rule.id, rule.meta().severity, rule.title());
    }
    table
}

/// One line for each rule, below the names of the columns.
fn columns(rules: &[&Rule]) -> String {
    let mut rows = vec![["rule", "severity", "confidence", "persona", "fix", "what it flags"]];
    rows.extend(rules.iter().map(|rule| {
        let meta = rule.meta();
        [rule.id, meta.severity.name(), meta.confidence.name(), meta.persona.name(), meta.fix.name(), rule.title()]
    }));
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
