//! Grants that are made elsewhere.

use identilint::engine::with_workers;
use identilint::policy::{ExternalGrant, Policy};
use rayon::prelude::*;

use crate::case::{Case, discover};
use crate::{external, files, granted, run};

/// Whoever is there may do whatever is needed.
fn everything() -> Policy {
    granted(&["*a*", "*e*", "*i*", "*o*"].map(|principal| external(principal, None, None)))
}

/// Rules all of whose findings rest on a grant that is not there.
const MISSING: [&str; 8] = [
    "connection-without-data-role",
    "endpoint-setting-not-sticky",
    "image-pull-without-role",
    "key-vault-reference-without-access",
    "management-role-for-data-access",
    "role-assignment-not-awaited",
    "slot-without-role",
    "unused-identity",
];

#[test]
fn no_rule_says_that_a_declared_grant_is_missing() {
    let of_rule = |case: &&Case| case.fails && MISSING.contains(&case.rule.as_str());
    let loud = |case: &Case| {
        let select = Some(vec![case.rule.clone()]);
        !run(&case.files, Policy { select, ..everything() }).findings.is_empty()
    };
    let cases: Vec<Case> = discover().into_iter().filter(|case| of_rule(&case)).collect();
    assert!(cases.len() > 500, "{}", cases.len());
    let loud: Vec<String> = with_workers(|| cases.par_iter().filter(|case| loud(case)).map(Case::name).collect());
    assert!(loud.is_empty(), "{loud:#?}");
}

#[test]
fn roles_that_are_not_enough_stay_not_enough() {
    let declared = |role: &str| granted(&["*a*", "*e*", "*i*", "*o*"].map(|who| external(who, Some(role), None)));
    let cases = discover();
    // Whoever manages web apps may not use what they use.
    let changed: Vec<String> = with_workers(|| {
        let of_rule =
            |case: &&Case| case.fails && MISSING.contains(&case.rule.as_str()) && !NAMED.contains(&case.rule.as_str());
        let is_changed = |case: &&Case| {
            let select = Some(vec![case.rule.clone()]);
            let without = run(&case.files, Policy { select: select.clone(), ..granted(&[]) });
            run(&case.files, Policy { select, ..declared("Website Contributor") }).findings != without.findings
        };
        cases.par_iter().filter(of_rule).filter(is_changed).map(Case::name).collect()
    });
    assert!(changed.is_empty(), "{changed:#?}");
}

/// Of these, any right says enough: that a setting is meant for somebody, or that an identity is.
const NAMED: [&str; 3] = ["unused-identity", "endpoint-setting-not-sticky", "slot-without-role"];

/// What the rules find in a file in which an app pulls and reads secrets as its own identity, and a job as another one.
fn found(grants: &[ExternalGrant]) -> Vec<(&'static str, String)> {
    let report = run(&files("main.tf", APPS), Policy { select: Some(vec!["binding".to_owned()]), ..granted(grants) });
    report.findings.iter().map(|one| (one.rule, one.subject.to_string())).collect()
}

const APPS: &str = r#"
resource "azurerm_resource_group" "rg" {
  name     = "rg-shop"
  location = "westeurope"
}

resource "azurerm_container_registry" "acr" {
  name                = "acrshop"
  resource_group_name = azurerm_resource_group.rg.name
  location            = "westeurope"
  sku                 = "Basic"
}

resource "azurerm_key_vault" "kv" {
  name                       = "kv-shop"
  location                   = "westeurope"
  resource_group_name        = "rg-vaults"
  tenant_id                  = "11111111-1111-1111-1111-111111111111"
  sku_name                   = "standard"
  rbac_authorization_enabled = true
}

resource "azurerm_user_assigned_identity" "job" {
  name                = "id-job"
  location            = "westeurope"
  resource_group_name = "rg-shop"
}

resource "azurerm_linux_web_app" "app" {
  for_each            = toset(["blue", "green"])
  name                = "app-${each.key}"
  location            = "westeurope"
  resource_group_name = "rg-shop"
  service_plan_id     = "plan"
  app_settings = {
    DB_PASSWORD = "@Microsoft.KeyVault(VaultName=${azurerm_key_vault.kv.name};SecretName=db)"
  }
  identity {
    type = "SystemAssigned"
  }
  site_config {}
}

resource "azurerm_container_app_job" "job" {
  name                         = "job-shop"
  location                     = "westeurope"
  resource_group_name          = "rg-shop"
  container_app_environment_id = "environment"
  replica_timeout_in_seconds   = 60
  manual_trigger_config {}
  registry {
    server   = azurerm_container_registry.acr.login_server
    identity = azurerm_user_assigned_identity.job.id
  }
  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.job.id]
  }
  template {
    container {
      name   = "job"
      image  = "${azurerm_container_registry.acr.login_server}/job:1"
      cpu    = 0.25
      memory = "0.5Gi"
    }
  }
}
"#;

const PULL: (&str, &str) = ("image-pull-without-role", "azurerm_container_app_job.job");
const BLUE: (&str, &str) = ("key-vault-reference-without-access", "azurerm_linux_web_app.app[\"blue\"]");
const GREEN: (&str, &str) = ("key-vault-reference-without-access", "azurerm_linux_web_app.app[\"green\"]");

#[test]
fn principals_are_named_as_findings_name_them() {
    for (principal, left) in [
        ("azurerm_user_assigned_identity.job", vec![BLUE]),
        ("azurerm_container_app_job.job", vec![BLUE]),
        ("azurerm_container_app_job.*", vec![BLUE]),
        ("azurerm_container_app_job.jo?", vec![BLUE]),
        ("azurerm_linux_web_app.app", vec![PULL]),
        ("azurerm_linux_web_app.app[\"green\"]", vec![PULL, BLUE]),
        ("azurerm_linux_web_app.app[\"blue\"]", vec![PULL, GREEN]),
        ("azurerm_linux_web_app.app[*]", vec![PULL]),
        ("*", vec![]),
        ("azurerm_linux_web_app.other", vec![PULL, BLUE]),
        ("azurerm_key_vault.kv", vec![PULL, BLUE]),
        ("app", vec![PULL, BLUE]),
        ("", vec![PULL, BLUE]),
    ] {
        let found = found(&[external(principal, None, None)]);
        let mut left: Vec<(&str, String)> = left.iter().map(|(rule, who)| (*rule, (*who).to_owned())).collect();
        left.sort();
        let mut found = found;
        found.sort();
        assert_eq!(found, left, "{principal}");
    }
}

/// Whether the job may pull by this grant.
fn pulls(role: Option<&str>, scope: Option<&str>) -> bool {
    let found = found(&[external("azurerm_container_app_job.job", role, scope)]);
    !found.iter().any(|(rule, _)| *rule == PULL.0)
}

#[test]
fn roles_count_for_what_they_permit() {
    for (role, expected) in [
        ("AcrPull", true),
        ("acrpull", true),
        ("AcrPush", true),
        ("7f951dda-4ed3-4680-a7ca-43fe172d538d", true),
        // All that may be read, images included: `*/read` (learn.microsoft.com, container-registry/container-registry-roles).
        ("Reader", true),
        ("AcrDelete", false),
        ("Website Contributor", false),
        ("Key Vault Secrets User", false),
        // Nobody here knows what these are.
        ("Our Puller", true),
        ("11111111-2222-3333-4444-555555555555", true),
    ] {
        assert_eq!(pulls(Some(role), None), expected, "{role}");
    }
}

#[test]
fn scopes_count_for_what_lies_in_them() {
    for (scope, expected) in [
        ("azurerm_container_registry.acr", true),
        ("azurerm_container_registry.*", true),
        ("azurerm_resource_group.rg", true),
        ("azurerm_key_vault.kv", false),
        ("azurerm_container_registry.other", false),
        ("/subscriptions/11111111-1111-1111-1111-111111111111", true),
        ("/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-other", false),
    ] {
        assert_eq!(pulls(Some("AcrPull"), Some(scope)), expected, "{scope}");
    }
}

#[test]
fn a_declared_grant_makes_no_finding_appear() {
    let problems: Vec<String> = with_workers(|| discover().par_iter().filter_map(appearing).collect());
    assert!(problems.is_empty(), "{problems:#?}");
}

/// What is found only with declared grants.
fn appearing(case: &Case) -> Option<String> {
    let workspace = identilint::workspace::Workspace::of_texts(case.files.clone());
    if !workspace.errors.is_empty() {
        return None;
    }
    let without = run(&case.files, granted(&[]));
    let known: Vec<_> = without.findings.iter().map(|one| (&one.fingerprint, &one.message)).collect();
    let with = run(&case.files, everything());
    let new = with.findings.iter().find(|one| !known.contains(&(&one.fingerprint, &one.message)))?;
    Some(format!("{}: {}: {}", case.name(), new.rule, new.message))
}
