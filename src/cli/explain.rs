//! `identilint explain` and `identilint rules`.

use std::fmt::Write as _;

use super::{CLEAN, FAILED, complain, print};
use crate::rules::{self, FixKind, RULES};

pub(super) fn explain(name: &str) -> u8 {
    let Some(rule) = rules::find(name) else {
        let similar = rules::similar(name);
        let hint = if similar.is_empty() {
            "see `identilint rules`".to_owned()
        } else {
            format!("did you mean `{}`?", similar.join("`, `"))
        };
        complain(&format!("there is no rule `{name}`; {hint}"));
        return FAILED;
    };
    let meta = rule.meta();
    let mut head = format!("{} ({}, {}, {})\n", rule.id, rule.family, meta.severity, meta.confidence);
    let fix = match meta.fix {
        FixKind::Safe => "safe",
        FixKind::Unsafe => "after a look",
        FixKind::None => "by hand",
    };
    let _ = writeln!(
        head,
        "shown to: {}  formats: {}  fix: {fix}  since: {}",
        meta.persona,
        meta.formats.join(", "),
        meta.since
    );
    if !meta.controls.is_empty() {
        let _ = writeln!(head, "controls: {}", meta.controls.join(", "));
    }
    for (option, purpose) in &meta.options {
        let _ = writeln!(head, "option `{option}`: {purpose}");
    }
    print(&format!("{head}\n{}", rule.text()));
    CLEAN
}

pub(super) fn rules() -> u8 {
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in &RULES {
        let meta = rule.meta();
        let _ = writeln!(
            text,
            "{:width$}  {:8}  {:8}  {}",
            rule.id,
            meta.severity.name(),
            meta.confidence.name(),
            rule.title()
        );
    }
    print(&text);
    CLEAN
}
