//! Slots that are meant to differ from their sites.

use std::collections::BTreeSet;

use identilint::engine::{Report, with_workers};
use identilint::finding::{Suppression, Suppressor};
use identilint::policy::{IntendedSlotDifference, Policy};
use rayon::prelude::*;

use crate::case::{Case, discover};
use crate::{difference, differing, files, rules, run};

/// Two slots, each of which uses what only its site may use, and the second of which takes passwords as well.
const SLOTS: &str = r#"
resource "azurerm_storage_account" "st" {
  name                = "stshop"
  resource_group_name = "rg-shop"
}

resource "azurerm_linux_web_app" "app" {
  name                = "app-shop"
  resource_group_name = "rg-shop"
  webdeploy_publish_basic_authentication_enabled = false
  app_settings = {
    FILES_URL = azurerm_storage_account.st.primary_blob_endpoint
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_linux_web_app_slot" "staging" {
  for_each       = toset(["blue", "green"])
  name           = each.key
  app_service_id = azurerm_linux_web_app.app.id
  app_settings = {
    FILES_URL = azurerm_storage_account.st.primary_blob_endpoint
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_role_assignment" "files" {
  scope                = azurerm_storage_account.st.id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = azurerm_linux_web_app.app.identity[0].principal_id
}
"#;

const BLUE: &str = "azurerm_linux_web_app_slot.staging[\"blue\"]";
const GREEN: &str = "azurerm_linux_web_app_slot.staging[\"green\"]";
const ROLE: &str = "slot-without-role";
const PASSWORDS: &str = "basic-publishing-enabled";

fn check(slots: &[IntendedSlotDifference]) -> Report {
    let select = Some(vec![ROLE.to_owned(), PASSWORDS.to_owned()]);
    run(&files("main.tf", SLOTS), Policy { select, ..differing(slots) })
}

/// What is found by each rule, and who of it is said to differ on purpose.
fn of(slots: &[IntendedSlotDifference], rule: &str) -> (Vec<String>, Vec<String>) {
    let report = check(slots);
    let about = |findings: &[identilint::finding::Finding]| {
        let of_rule = findings.iter().filter(|one| one.rule == rule && one.subject.contains("slot"));
        of_rule.map(|one| one.subject.to_string()).collect::<Vec<_>>()
    };
    (about(&report.findings), about(&report.suppressed))
}

#[test]
fn what_is_meant_to_differ_is_suppressed_and_not_lost() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    // Both instances have one cause, and the first speaks for it.
    for (slots, found, suppressed) in [
        (vec![], vec![BLUE], vec![]),
        (vec![difference(BLUE, &[])], vec![GREEN], vec![BLUE]),
        (vec![difference("azurerm_linux_web_app_slot.staging", &[])], vec![], vec![BLUE]),
        (vec![difference("*staging*", &[])], vec![], vec![BLUE]),
        (vec![difference("*", &["slots"])], vec![], vec![BLUE]),
        (vec![difference("*", &[ROLE])], vec![], vec![BLUE]),
        (vec![difference("*", &["slot-without-identity"])], vec![BLUE], vec![]),
        (vec![difference("azurerm_linux_web_app.app", &[])], vec![BLUE], vec![]),
    ] {
        assert_eq!(of(&slots, ROLE), (names(&found), names(&suppressed)), "{slots:?}");
    }
}

#[test]
fn it_is_said_by_whom_and_why() {
    let report = check(&[difference("*", &[])]);
    let by: Vec<_> = report.suppressed.iter().map(|one| one.suppression.clone()).collect();
    let (by_configuration, reason) = (Suppressor::Configuration, "it is for load tests".to_owned());
    let expected = Suppression { by: by_configuration, reason, until: None, at: None };
    assert!(!by.is_empty() && by.iter().all(|one| one.as_ref() == Some(&expected)), "{by:?}");
    assert!(report.suppressed.iter().all(|one| one.fingerprint.len() > 16));
    assert!(report.findings.iter().all(|one| one.suppression.is_none()));
}

#[test]
fn other_rules_that_compare_a_slot_with_its_site_fall_silent() {
    let all = of(&[], PASSWORDS).0;
    assert!(!all.is_empty());
    let (found, suppressed) = of(&[difference("*", &[])], PASSWORDS);
    // What the site takes as well is no difference.
    let left: BTreeSet<&String> = found.iter().chain(&suppressed).collect();
    assert_eq!(left, all.iter().collect());
    assert!(!suppressed.is_empty());
    assert_eq!(of(&[difference("*", &[PASSWORDS])], PASSWORDS), (vec![], all));
}

#[test]
fn every_rule_about_slots_obeys_in_every_language() {
    let of_slots =
        |case: &Case| case.fails && identilint::rules::find(&case.rule).is_some_and(|rule| rule.family == "slots");
    let cases: Vec<Case> = discover().into_iter().filter(of_slots).collect();
    assert!(cases.len() > 200, "{}", cases.len());
    let loud = |case: &&Case| {
        let select = Some(vec![case.rule.clone()]);
        let without = run(&case.files, Policy { select: select.clone(), ..differing(&[]) });
        let with = run(&case.files, Policy { select, ..differing(&[difference("*", &[])]) });
        let prints = |report: &Report| report.suppressed.iter().map(|one| one.fingerprint.clone()).collect::<Vec<_>>();
        let found: Vec<String> = without.findings.iter().map(|one| one.fingerprint.clone()).collect();
        !rules(&with.findings).is_empty() || prints(&with) != found
    };
    let loud: Vec<String> = with_workers(|| cases.par_iter().filter(loud).map(Case::name).collect());
    assert!(loud.is_empty(), "{loud:#?}");
}
