//! A suppression for each finding of the fixtures, in every language, silences that finding and changes nothing else.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops at a surprise")]

#[path = "harness/case.rs"]
#[expect(dead_code, reason = "shared with the fixtures' tests")]
mod case;

use std::collections::{BTreeMap, BTreeSet};

use identilint::engine::Report;
use identilint::finding::{Finding, Persona};
use identilint::rules::find;
use identilint::source::SourceId;
use identilint::suppress::add::{Plan, edited, plan};
use identilint::workspace::Workspace;

use case::{Case, Files};

const REASON: &str = "é arranged elsewhere";

/// Cases of each rule in each language: enough of both to meet every kind of place.
const OF_EACH: usize = 4;

fn key(finding: &Finding) -> (&'static str, String, String) {
    (finding.rule, finding.subject.to_string(), finding.message.clone())
}

fn keys(findings: &[Finding]) -> BTreeSet<(&'static str, String, String)> {
    findings.iter().map(key).collect()
}

/// With the rule alone, and what is said about suppressions.
fn analysed(files: &Files, rule: &str) -> (Workspace, Report) {
    let persona = find(rule).map_or(Persona::Regular, |rule| rule.meta().persona);
    case::run_for(files, Some(vec![rule.to_owned(), "suppressions".to_owned()]), persona)
}

fn applied(files: &Files, workspace: &Workspace, plan: &Plan) -> Files {
    let mut edits: BTreeMap<SourceId, Vec<_>> = BTreeMap::new();
    for addition in &plan.additions {
        edits.entry(addition.at.source).or_default().extend(&addition.edits);
    }
    let mut files = files.clone();
    for (id, mut edits) in edits {
        let file = workspace.sources.get(id).expect("a file");
        edits.sort_by_key(|edit| edit.span);
        files.insert(file.display().to_string(), edited(file.text(), edits.into_iter()));
    }
    files
}

/// Without the comments that say what a fixture expects.
fn bare(text: &str) -> String {
    let without = |line: &str| {
        let at =
            [" # expect:", " // expect:", "# expect:", "// expect:"].iter().filter_map(|mark| line.find(mark)).min();
        at.map_or(line, |at| line.get(..at).unwrap_or(line)).to_owned()
    };
    text.split('\n').map(without).collect::<Vec<_>>().join("\n")
}

/// How often something could be written, and how often not.
#[derive(Default)]
struct Counts {
    written: usize,
    refused: BTreeMap<&'static str, Vec<String>>,
}

fn check(name: &str, rule: &str, files: &Files, counts: &mut Counts) {
    let (workspace, before) = analysed(files, rule);
    let whole = plan(&workspace, &before.findings, REASON);
    for (_, why) in &whole.refused {
        counts.refused.entry(why).or_default().push(name.to_owned());
    }
    counts.written += before.findings.len() - whole.refused.len();
    let left: BTreeSet<_> = whole.refused.iter().map(|(number, _)| key(&before.findings[*number])).collect();
    let changed = applied(files, &workspace, &whole);
    let (_, after) = analysed(&changed, rule);
    assert_eq!(keys(&after.findings), left, "{name}: {changed:#?}");
    let suppressed: BTreeSet<_> = keys(&after.suppressed);
    assert!(keys(&before.findings).iter().all(|key| suppressed.contains(key) || left.contains(key)), "{name}");
    // Each by itself: it goes, and whatever goes with it is of the same rule and suppressed as well.
    for (number, finding) in before.findings.iter().enumerate().take(3) {
        let one = plan(&workspace, &before.findings[number..=number], REASON);
        if one.additions.is_empty() {
            continue;
        }
        let (_, after) = analysed(&applied(files, &workspace, &one), rule);
        assert!(keys(&after.suppressed).contains(&key(finding)), "{name}: {finding:?}");
        let all: BTreeSet<_> = keys(&after.findings).union(&keys(&after.suppressed)).cloned().collect();
        assert_eq!(all, keys(&before.findings), "{name}");
    }
}

#[test]
fn a_suppression_silences_each_finding_of_the_fixtures_and_nothing_else() {
    let mut taken: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut counts = Counts::default();
    let is_sample = |case: &&Case| {
        let number = taken.entry((case.rule.clone(), case.format.clone())).or_default();
        let family = find(&case.rule).map_or("", |rule| rule.family);
        *number += usize::from(case.fails);
        case.fails && *number <= OF_EACH && !["suppressions", "syntax"].contains(&family)
    };
    let cases = case::discover();
    for case in cases.iter().filter({
        let mut is_sample = is_sample;
        move |case| is_sample(case)
    }) {
        type Change = fn(&str) -> String;
        let variants: [(&str, Change); 3] = [
            ("as it is", str::to_owned),
            ("bare", bare),
            ("CRLF and a byte order mark", |text| format!("\u{feff}{}", bare(text).replace('\n', "\r\n"))),
        ];
        for (what, change) in variants {
            let files: Files = case.files.iter().map(|(path, text)| (path.clone(), change(text))).collect();
            check(&format!("{} {what}", case.name()), &case.rule, &files, &mut counts);
        }
    }
    let refused: usize = counts.refused.values().map(Vec::len).sum();
    assert!(counts.written > 1_000, "only {} were written", counts.written);
    assert!(refused * 20 < counts.written, "{refused} of {}: {:#?}", counts.written, counts.refused);
}
