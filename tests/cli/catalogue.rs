//! What the command tells of its rules, for people, pages and programs.

use std::path::Path;

use identilint::rules::RULES;

use super::support::{json, run};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn rules_can_be_listed_and_explained() {
    let list = run(here(), &["rules"]);
    assert_eq!((list.code, list.out.lines().count()), (0, RULES.len() + 1));
    assert!(list.out.lines().next().is_some_and(|head| head.contains("persona") && head.contains("fix")));
    for rule in &RULES {
        assert!(list.out.contains(rule.id) && list.out.contains(rule.title()));
        let page = run(here(), &["explain", rule.id]);
        assert_eq!(page.code, 0);
        assert!(page.out.starts_with(&format!("{}: ", rule.id)), "{}", page.out);
        assert!(page.out.contains("\nWhy\n") && !page.out.contains("```") && !page.out.contains('\u{1b}'));
    }
}

#[test]
fn a_family_is_listed_and_explained_as_its_rules() {
    let slots = RULES.iter().filter(|rule| rule.family == "slots").count();
    assert_eq!(run(here(), &["rules", "--family", "slots"]).out.lines().count(), slots + 1);
    let both = run(here(), &["rules", "--family", "slots,syntax", "--format", "json"]);
    assert_eq!(json(&both)["rules"].as_array().map(Vec::len), Some(slots + 1));
    // A rule that is named beside its family comes once.
    let explained = run(here(), &["explain", "slot-without-role", "slots", "--format", "json"]);
    let explained = json(&explained);
    assert_eq!(explained["rules"].as_array().map(Vec::len), Some(slots));
    assert_eq!(explained["rules"][0]["id"], "slot-without-role");
}

#[test]
fn programs_are_told_the_same() {
    let list = json(&run(here(), &["rules", "--format", "json"]));
    assert_eq!(list["version"], 1);
    let entries = list["rules"].as_array().expect("a list");
    assert_eq!(entries.len(), RULES.len());
    for (entry, rule) in entries.iter().zip(&RULES) {
        assert_eq!(entry["id"], rule.id);
        assert_eq!(entry["family"], rule.family);
        assert_eq!(entry["persona"], rule.meta().persona.name());
        assert!(["safe", "unsafe", "none"].iter().any(|fix| entry["fix"] == *fix));
        assert!(entry["page"].is_null());
    }
    let one = json(&run(here(), &["explain", "--format", "json", "slot-without-role"]));
    let keys: Vec<&String> = one["rules"][0].as_object().expect("an object").keys().collect();
    let wanted =
        ["confidence", "controls", "family", "fix", "formats", "id", "page", "persona", "severity", "since", "title"];
    let mut sorted = keys.clone();
    sorted.sort();
    assert_eq!(sorted, wanted);
    assert!(one["rules"][0]["page"].as_str().is_some_and(|page| page.starts_with("# ") && page.contains("```hcl bad")));
}

#[test]
fn pages_are_markdown_and_colours_come_when_asked_for() {
    let page = run(here(), &["explain", "unknown-role", "--format", "markdown"]).out;
    assert!(page.starts_with("# ") && page.contains("\n`unknown-role` (access) · ") && page.contains("\n## Why\n"));
    let colored = run(here(), &["explain", "unknown-role", "--color", "always"]).out;
    assert!(colored.contains("\u{1b}[1mWhy\u{1b}[0m"));
}

#[test]
fn what_is_unknown_is_refused_with_what_is_near() {
    for (arguments, said) in [
        (vec!["explain", "slot-without"], "tip: did you mean `slot-without-"),
        (vec!["explain", "unknown-role", "bindng"], "tip: did you mean `binding`?"),
        (vec!["explain", "zzzzzzzz"], "tip: see `identilint rules`"),
        (vec!["--ignore", "Secret"], "tip: did you mean `"),
        (vec!["rules", "--family", "slot"], "a similar value exists: 'slots'"),
        (vec!["explain"], "Usage: identilint explain"),
    ] {
        let run = run(here(), &arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments:?}");
        assert!(run.err.contains(said), "{arguments:?}: {}", run.err);
    }
}
