//! Which findings of posture rules everybody is shown: those that the code states, or proves needless.

#[path = "harness/case.rs"]
#[expect(dead_code, reason = "shared with the fixtures' tests")]
mod case;

use identilint::finding::Persona;

/// The cases of a rule, in every language, of which somebody with default settings is shown something.
fn shown_to_everybody(rule: &str) -> Vec<String> {
    let seen = |case: &&case::Case| {
        let (_, report) = case::run_for(&case.files, Some(vec![rule.to_owned()]), Persona::Regular);
        !report.findings.is_empty()
    };
    let cases = case::discover();
    let mut titles: Vec<String> = cases
        .iter()
        .filter(|case| case.rule == rule && case.fails)
        .filter(seen)
        .map(|case| case.title.clone())
        .collect();
    titles.sort();
    titles.dedup();
    for title in &titles {
        let all = cases.iter().filter(|case| case.rule == rule && case.title == *title);
        assert!(all.clone().all(|case| seen(&case)), "{rule}: {title} is not shown in every language");
    }
    titles
}

#[test]
fn keys_that_the_code_asks_for_or_does_not_need_are_for_everybody() {
    assert_eq!(
        shown_to_everybody("local-auth-enabled"),
        [
            "cluster-with-entra",
            "last-client-in-modules",
            "managed-redis-stated",
            "nothing-needs-the-key",
            "said-by-its-opposite",
            "stated",
            "stated-by-caller"
        ]
    );
}

#[test]
fn passwords_that_the_code_asks_for_or_leaves_to_a_slot_are_for_everybody() {
    assert_eq!(
        shown_to_everybody("basic-publishing-enabled"),
        ["forgotten-slot", "logic-app", "slot-stated", "stated", "stated-by-caller"]
    );
}

#[test]
fn passwords_that_a_database_is_told_to_take_are_for_everybody() {
    assert_eq!(
        shown_to_everybody("database-password-auth"),
        ["managed-instance", "mysql-stated", "postgresql-stated", "stated", "stated-by-caller"]
    );
}
