//! Every fixture and every example of a rule page, as one named test each.
//!
//! `fixtures/<rule>/{fail,pass}/<format>/<case>` is found, never listed. A fixture is run with its own rule only, as a
//! user with default settings would see it.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::string_slice, reason = "a test stops at a surprise")]

#[path = "harness/case.rs"]
mod case;
#[path = "harness/checks.rs"]
mod checks;
#[path = "harness/mending.rs"]
mod mending;
#[path = "harness/mutations.rs"]
mod mutations;
#[path = "harness/pages.rs"]
mod pages;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let cases = case::discover();
    let mut trials: Vec<Trial> = Vec::new();
    for case in &cases {
        let (one, other, third) = (case.clone(), case.clone(), case.clone());
        trials.push(test(format!("{}/verdict", case.name()), move || checks::verdict(&one)));
        trials.push(test(format!("{}/mutations", case.name()), move || mutations::check(&other)));
        if case.fails {
            trials.push(test(format!("{}/mending", case.name()), move || mending::check(&third)));
        }
    }
    for example in pages::examples() {
        trials.push(test(example.name.clone(), move || example.check()));
    }
    let all = cases.clone();
    trials.push(test("parity".to_owned(), move || checks::parity(&all)));
    trials.push(test("showcase".to_owned(), checks::showcase));
    trials.push(test("completeness".to_owned(), move || pages::completeness(&cases)));
    libtest_mimic::run(&arguments, trials).exit();
}

fn test(name: String, check: impl FnOnce() -> Result<(), String> + Send + 'static) -> Trial {
    Trial::test(name, move || check().map_err(Failed::from))
}
