//! What whoever owns the code declares about it is obeyed: grants made elsewhere, slots that are meant to differ, options
//! of rules. And what of it has no effect is told.

#[path = "harness/case.rs"]
#[expect(dead_code, reason = "the fixtures' own tests use the rest")]
mod case;
#[path = "declarations/grants.rs"]
mod grants;
#[path = "declarations/options.rs"]
mod options;
#[path = "declarations/slots.rs"]
mod slots;
#[path = "declarations/unused.rs"]
mod unused;

use std::collections::BTreeSet;

use case::Files;
use identilint::engine::{Report, analyze, with_workers};
use identilint::finding::{Finding, Persona};
use identilint::policy::{ExternalGrant, IntendedSlotDifference, Policies, Policy};
use identilint::workspace::Workspace;

/// A grant that is made elsewhere: the principal, and perhaps a role and a scope.
fn external(principal: &str, role: Option<&str>, scope: Option<&str>) -> ExternalGrant {
    ExternalGrant {
        principal: principal.to_owned(),
        role: role.map(str::to_owned),
        scope: scope.map(str::to_owned),
        reason: "the platform team grants it".to_owned(),
        span: None,
    }
}

/// A slot that is meant to differ.
fn difference(slot: &str, rules: &[&str]) -> IntendedSlotDifference {
    IntendedSlotDifference {
        slot: slot.to_owned(),
        rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
        reason: "it is for load tests".to_owned(),
        span: None,
    }
}

fn granted(grants: &[ExternalGrant]) -> Policy {
    Policy { persona: Persona::Auditor, external_grants: grants.to_vec(), ..Policy::default() }
}

fn differing(slots: &[IntendedSlotDifference]) -> Policy {
    Policy { persona: Persona::Auditor, intended_slot_differences: slots.to_vec(), ..Policy::default() }
}

fn run(files: &Files, policy: Policy) -> Report {
    let workspace = Workspace::of_texts(files.clone());
    assert!(workspace.errors.is_empty(), "{:?}", workspace.errors);
    with_workers(|| analyze(&workspace, &Policies::everywhere(policy)))
}

fn files(path: &str, text: &str) -> Files {
    Files::from([(path.to_owned(), text.to_owned())])
}

/// The rules that find something.
fn rules(findings: &[Finding]) -> BTreeSet<&'static str> {
    findings.iter().map(|finding| finding.rule).collect()
}
