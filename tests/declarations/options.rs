//! What rules are told by options.

use std::collections::BTreeSet;

use identilint::engine::with_workers;
use identilint::finding::{Confidence, Persona};
use identilint::policy::Policy;
use identilint::rules::RULES;
use rayon::prelude::*;

use crate::case::{Case, Files, discover};
use crate::{files, run};

/// One rule, told these values by an option.
fn told(rule: &str, option: &str, values: &[&str]) -> Policy {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Policy {
        select: Some(vec![rule.to_owned()]),
        persona: Persona::Auditor,
        options: [((rule.to_owned(), option.to_owned()), values)].into(),
        ..Policy::default()
    }
}

/// Who is found in Terraform.
fn subjects(text: &str, policy: Policy) -> Vec<String> {
    run(&files("main.tf", text), policy).findings.iter().map(|one| one.subject.to_string()).collect()
}

/// Every option of every rule.
const OPTIONS: [(&str, &str); 11] = [
    ("azure-key-literal", "placeholders"),
    ("credential-literal", "placeholders"),
    ("identity-shared-across-workloads", "shared-identities"),
    ("literal-password", "placeholders"),
    ("parameter-not-secure", "secret-names"),
    ("privileged-role-at-wide-scope", "accepted-principals"),
    ("privileged-role-at-wide-scope", "accepted-roles"),
    ("secret-connection-string", "placeholders"),
    ("unknown-role", "known-roles"),
    ("workload-with-privileged-role", "accepted-principals"),
    ("workload-with-privileged-role", "accepted-roles"),
];

#[test]
fn pages_name_the_options_that_there_are() {
    let named: BTreeSet<(&str, &str)> =
        RULES.iter().flat_map(|rule| rule.meta().options.keys().map(|option| (rule.id, option.as_str()))).collect();
    assert_eq!(named, BTreeSet::from(OPTIONS));
    for (rule, option) in OPTIONS {
        let page = identilint::rules::find(rule).map(identilint::rules::Rule::text).unwrap_or_default();
        assert!(page.contains(&format!("`{option}`")), "the page of {rule} does not explain `{option}`");
    }
}

#[test]
fn what_is_accepted_is_accepted_in_every_language() {
    for (rule, option, most) in [
        ("identity-shared-across-workloads", "shared-identities", 0),
        ("privileged-role-at-wide-scope", "accepted-roles", 0),
        ("workload-with-privileged-role", "accepted-principals", 0),
        ("workload-with-privileged-role", "accepted-roles", 0),
        // Principals of which only the kind is known have no address.
        ("privileged-role-at-wide-scope", "accepted-principals", 12),
    ] {
        let cases: Vec<Case> = discover().into_iter().filter(|case| case.fails && case.rule == rule).collect();
        let is_loud = |case: &&Case| {
            let found = |values: &[&str]| run(&case.files, told(rule, option, values)).findings.len();
            assert!(found(&[]) > 0 && found(&["none-of-them"]) == found(&[]), "{}", case.name());
            found(&["*"]) > 0
        };
        let loud: Vec<String> = with_workers(|| cases.par_iter().filter(is_loud).map(Case::name).collect());
        assert!(
            loud.len() <= most && loud.len() < cases.len() / 2,
            "{rule} {option}: {} of {}: {loud:#?}",
            loud.len(),
            cases.len()
        );
    }
}

#[test]
fn accepted_principals_are_named_by_address() {
    let text = r#"
data "azurerm_subscription" "current" {}

resource "azurerm_user_assigned_identity" "bootstrap" {
  name = "id-bootstrap"
}

resource "azurerm_linux_web_app" "app" {
  name = "app-shop"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_role_assignment" "bootstrap" {
  scope                = data.azurerm_subscription.current.id
  role_definition_name = "Owner"
  principal_id         = azurerm_user_assigned_identity.bootstrap.principal_id
}

resource "azurerm_role_assignment" "app" {
  scope                = data.azurerm_subscription.current.id
  role_definition_name = "Contributor"
  principal_id         = azurerm_linux_web_app.app.identity[0].principal_id
}
"#;
    let rule = "privileged-role-at-wide-scope";
    let (bootstrap, app) = ("azurerm_role_assignment.bootstrap", "azurerm_role_assignment.app");
    for (option, value, left) in [
        ("accepted-principals", "azurerm_user_assigned_identity.bootstrap", vec![app]),
        ("accepted-principals", "azurerm_user_assigned_identity.*", vec![app]),
        ("accepted-principals", "AZURERM_linux_web_app.app", vec![bootstrap]),
        ("accepted-principals", "app", vec![bootstrap, app]),
        ("accepted-principals", "", vec![bootstrap, app]),
        ("accepted-roles", "contributor", vec![bootstrap]),
        ("accepted-roles", "Reader", vec![bootstrap, app]),
    ] {
        assert_eq!(subjects(text, told(rule, option, &[value])), left, "{option} {value}");
    }
    assert!(subjects(text, told(rule, "accepted-roles", &["owner", "contributor"])).is_empty());
    // What is accepted in one rule's matter does not become another's.
    let mut all = told(rule, "accepted-roles", &["*"]);
    all.select = Some(vec!["access".to_owned()]);
    let report = run(&files("main.tf", text), all);
    let broad = ["unconditional-role-granting", "workload-with-privileged-role"];
    assert!(!report.findings.iter().any(|one| broad.contains(&one.rule)));
}

#[test]
fn roles_of_the_tenant_are_known() {
    let text = r#"
resource "azurerm_role_assignment" "one" {
  scope                = "/subscriptions/11111111-1111-1111-1111-111111111111"
  role_definition_name = "Contributer"
  principal_id         = "22222222-2222-2222-2222-222222222222"
}
"#;
    let rule = "unknown-role";
    assert_eq!(subjects(text, told(rule, "known-roles", &[])).len(), 1);
    assert_eq!(subjects(text, told(rule, "known-roles", &["Contributor"])).len(), 1);
    assert!(subjects(text, told(rule, "known-roles", &["contributer"])).is_empty());
    assert!(subjects(text, told(rule, "known-roles", &["Other", "Contribute?"])).is_empty());
    // An option of another rule is no matter.
    let other = Policy { select: Some(vec![rule.to_owned()]), ..told("literal-password", "known-roles", &["*"]) };
    assert_eq!(subjects(text, other).len(), 1);
}

#[test]
fn placeholders_are_compared_letter_by_letter() {
    let password = r#"
resource "azurerm_mssql_server" "sql" {
  name                         = "sql-shop"
  administrator_login_password = "Übungs-Passwort-2024!"
}
"#;
    let key = r#"
locals {
  key = "DefaultEndpointsProtocol=https;AccountName=st;AccountKey=q83vEjRWeJC6vN4SNFZ4kKu83hI0VniQq83vEjRWeJC6vN4SNFZ4kKu83hI0VniQq83vEg==;EndpointSuffix=core.windows.net"
}
"#;
    let secret = "q83vEjRWeJC6vN4SNFZ4kKu83hI0VniQq83vEjRWeJC6vN4SNFZ4kKu83hI0VniQq83vEg==";
    for (rule, text, placeholder) in
        [("literal-password", password, "Übungs-Passwort-2024!"), ("secret-connection-string", key, secret)]
    {
        assert_eq!(subjects(text, told(rule, "placeholders", &[])).len(), 1, "{rule}");
        assert_eq!(subjects(text, told(rule, "placeholders", &["*", &placeholder.to_lowercase()])).len(), 1, "{rule}");
        assert!(subjects(text, told(rule, "placeholders", &[placeholder])).is_empty(), "{rule}");
    }
}

#[test]
fn names_of_secrets_are_told() {
    let text = "variable \"door_passcode\" {\n  type = string\n}\n";
    let rule = "parameter-not-secure";
    assert!(subjects(text, told(rule, "secret-names", &[])).is_empty());
    let report = run(&files("main.tf", text), told(rule, "secret-names", &["*_PASSCODE"]));
    let found: Vec<_> = report.findings.iter().map(|one| (&*one.subject, one.confidence, one.persona)).collect();
    assert_eq!(found, [("variable.door_passcode", Confidence::Certain, Persona::Regular)]);
    for (path, text) in [
        ("main.bicep", "param doorPasscode string\noutput length int = length(doorPasscode)\n"),
        (
            "main.json",
            r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": { "doorPasscode": { "type": "string" } },
  "resources": []
}"#,
        ),
    ] {
        let files = Files::from([(path.to_owned(), text.to_owned())]);
        assert_eq!(run(&files, told(rule, "secret-names", &["*Passcode"])).findings.len(), 1, "{path}");
    }
}
