//! Declarations that have no effect.

use std::collections::HashSet;

use identilint::engine::{analyze, with_workers};
use identilint::policy::{ExternalGrant, IntendedSlotDifference, Policies, Policy};
use identilint::source::{SourceId, Span};
use identilint::workspace::Workspace;

use crate::case::Files;
use crate::{difference, differing, external, files, granted};

const RULE: &str = "unused-configuration";

/// A place for a declaration. In these tests it is in the code, which is no matter.
const PLACE: Option<Span> = Some(Span { source: SourceId(0), start: 0, end: 1 });

fn placed(entry: ExternalGrant) -> ExternalGrant {
    ExternalGrant { span: PLACE, ..entry }
}

fn slot(name: &str, rules: &[&str]) -> IntendedSlotDifference {
    IntendedSlotDifference { span: PLACE, ..difference(name, rules) }
}

fn unused_of(files: &Files, policies: &Policies, change: impl FnOnce(&mut Workspace)) -> Vec<String> {
    let mut workspace = Workspace::of_texts(files.clone());
    change(&mut workspace);
    let report = with_workers(|| analyze(&workspace, policies));
    let unused = report.findings.iter().filter(|one| one.rule == RULE);
    unused.map(|one| one.message.clone()).collect()
}

fn unused(text: &str, policy: Policy) -> Vec<String> {
    unused_of(&files("main.tf", text), &Policies::everywhere(policy), |_| {})
}

/// An app that reads secrets of a vault.
const APP: &str = r#"
resource "azurerm_key_vault" "kv" {
  name                       = "kv-shop"
  resource_group_name        = "rg-vaults"
  rbac_authorization_enabled = true
}

resource "azurerm_key_vault" "other" {
  name                       = "kv-other"
  resource_group_name        = "rg-vaults"
  rbac_authorization_enabled = true
}

resource "azurerm_linux_web_app" "app" {
  name = "app-shop"
  app_settings = {
    DB_PASSWORD = "@Microsoft.KeyVault(VaultName=${azurerm_key_vault.kv.name};SecretName=db)"
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_linux_web_app" "off" {
  count = 0
  name  = "app-off"
}
"#;

const GRANT: &str = r#"
resource "azurerm_role_assignment" "app" {
  scope                = azurerm_key_vault.kv.id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_linux_web_app.app.identity[0].principal_id
}
"#;

const OPAQUE: &str = r#"
module "web" {
  source = "example.com/web/azurerm"
}
"#;

const WHO: &str = "azurerm_linux_web_app.app";
const VAULT: Option<&str> = Some("azurerm_key_vault.kv");
const ROLE: Option<&str> = Some("Key Vault Secrets User");

#[test]
fn grants_that_name_nothing_are_told() {
    let nothing = |address: &str, who: &str| {
        vec![format!("the external grant to `{who}` has no effect: nothing here has the address `{address}`")]
    };
    for (principal, role, scope, expected) in [
        (WHO, ROLE, VAULT, vec![]),
        (WHO, None, None, vec![]),
        ("*", None, None, vec![]),
        ("azurerm_linux_web_app.gone", None, None, nothing("azurerm_linux_web_app.gone", "azurerm_linux_web_app.gone")),
        ("azurerm_windows*", None, None, nothing("azurerm_windows*", "azurerm_windows*")),
        (WHO, None, Some("azurerm_key_vault.gone"), nothing("azurerm_key_vault.gone", WHO)),
        // What is granted may be used by the code of the app.
        (WHO, None, Some("azurerm_key_vault.other"), vec![]),
        // It is declared, though not made now.
        ("azurerm_linux_web_app.off", None, None, vec![]),
        ("azurerm_linux_web_app.off[0]", None, None, vec![]),
        (WHO, None, Some("/subscriptions/11111111-1111-1111-1111-111111111111"), vec![]),
    ] {
        assert_eq!(
            unused(APP, granted(&[placed(external(principal, role, scope))])),
            expected,
            "{principal} {scope:?}"
        );
    }
    // Without a place there is nothing to point at.
    assert!(unused(APP, granted(&[external("gone", None, None)])).is_empty());
}

#[test]
fn grants_that_the_code_makes_itself_are_told() {
    let text = format!("{APP}{GRANT}");
    let expected = "the external grant to `azurerm_linux_web_app.app` has no effect: what is needed of `azurerm_key_vault.kv` is granted here";
    assert_eq!(unused(&text, granted(&[placed(external(WHO, ROLE, VAULT))])), [expected]);
    // What is needed elsewhere, or of what else lies there, nobody knows.
    assert!(unused(&text, granted(&[placed(external(WHO, ROLE, None))])).is_empty());
    assert!(unused(&text, granted(&[placed(external(WHO, None, Some("azurerm_key_vault.*")))])).is_empty());
    // Rules that are switched off need nothing, and what they would need is not told to be needless.
    let select = Some(vec![RULE.to_owned()]);
    assert!(unused(APP, Policy { select, ..granted(&[placed(external(WHO, ROLE, VAULT))]) }).is_empty());
}

#[test]
fn what_cannot_be_seen_may_need_it() {
    let entry = |who: &str| granted(&[placed(external(who, None, None))]);
    let opaque = format!("{APP}{OPAQUE}");
    assert!(unused(&opaque, entry("module.web.azurerm_linux_web_app.app")).is_empty());
    assert!(unused(&opaque, entry("module.web")).is_empty());
    assert!(unused(&opaque, entry("*gone")).is_empty());
    assert_eq!(unused(&opaque, entry("azurerm_linux_web_app.gone")).len(), 1);
    let policies = Policies::everywhere(entry("azurerm_linux_web_app.gone"));
    let files = files("main.tf", APP);
    assert_eq!(unused_of(&files, &policies, |_| {}).len(), 1);
    // A part of the code was asked for.
    assert!(unused_of(&files, &policies, |workspace| workspace.focus = Some([SourceId(0)].into())).is_empty());
    assert!(unused_of(&files, &policies, |workspace| workspace.unreadable = true).is_empty());
    let partly = Policies { partly: HashSet::from([SourceId(0)]), ..policies };
    assert!(unused_of(&files, &partly, |_| {}).is_empty());
    let broken = crate::files("main.tf", &format!("{APP}\nresource \"x\" {{"));
    assert!(unused_of(&broken, &Policies::everywhere(entry("gone")), |_| {}).is_empty());
}

#[test]
fn what_one_deployment_needs_is_needed() {
    let files = Files::from([
        ("a/main.tf".to_owned(), APP.to_owned()),
        ("b/main.tf".to_owned(), APP.replace("\"app\"", "\"api\"")),
    ]);
    let one = granted(&[placed(external("azurerm_linux_web_app.api", None, None))]);
    assert!(unused_of(&files, &Policies::everywhere(one.clone()), |_| {}).is_empty());
    // Each deployment has the policy of its own files: this one is for the first.
    let only_first = Policies { others: vec![one], of: [(SourceId(0), 0)].into(), ..Policies::default() };
    assert_eq!(unused_of(&files, &only_first, |_| {}).len(), 1);
    let silent = Policy { external_grants: vec![external(WHO, None, None)], ..granted(&[]) };
    let other = Policies { others: vec![silent], of: [(SourceId(1), 0)].into(), ..Policies::default() };
    let workspace = Workspace::of_texts(files);
    let missing = with_workers(|| analyze(&workspace, &other));
    assert_eq!(missing.findings.iter().filter(|one| one.rule == "key-vault-reference-without-access").count(), 2);
}

const SLOT: &str = r#"
resource "azurerm_linux_web_app" "app" {
  name = "app-shop"
}

resource "azurerm_linux_web_app_slot" "staging" {
  name           = "staging"
  app_service_id = azurerm_linux_web_app.app.id
}
"#;

const DIFFERS: &str = r#"
resource "azurerm_linux_web_app_slot" "staging" {
  name           = "staging"
  app_service_id = azurerm_linux_web_app.app.id
  app_settings = {
    DB_PASSWORD = "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)"
  }
}

resource "azurerm_linux_web_app" "app" {
  name = "app-shop"
}
"#;

#[test]
fn slots_that_do_not_differ_are_told() {
    let name = "azurerm_linux_web_app_slot.staging";
    let same = "the intended difference of the slot `azurerm_linux_web_app_slot.staging` has no effect: no rule finds that it differs from its site";
    assert_eq!(unused(SLOT, differing(&[slot(name, &[])])), [same]);
    assert!(unused(DIFFERS, differing(&[slot(name, &[])])).is_empty());
    assert!(unused(DIFFERS, differing(&[slot("*", &["slot-without-identity"])])).is_empty());
    assert_eq!(unused(DIFFERS, differing(&[slot(name, &["slot-without-role"])])), [same]);
    let gone = "the intended difference of the slot `azurerm_linux_web_app.app` has no effect: no slot here has the address `azurerm_linux_web_app.app`";
    assert_eq!(unused(DIFFERS, differing(&[slot("azurerm_linux_web_app.app", &[])])), [gone]);
    assert!(unused(&format!("{SLOT}{OPAQUE}"), differing(&[slot(name, &[])])).is_empty());
    // Rules that are not asked for find nothing.
    let without = Policy { ignore: vec!["slots".to_owned()], ..differing(&[slot(name, &[])]) };
    assert!(unused(SLOT, without).is_empty());
    let select = Some(vec!["slot-without-identity".to_owned(), RULE.to_owned()]);
    assert!(unused(SLOT, Policy { select, ..differing(&[slot(name, &[])]) }).is_empty());
}

#[test]
fn what_several_policies_say_in_one_place_is_said_once() {
    let entry = placed(external("gone", None, None));
    let used = placed(external(WHO, None, None));
    let both = Policies {
        default: granted(std::slice::from_ref(&entry)),
        others: vec![granted(std::slice::from_ref(&entry))],
        of: [(SourceId(0), 0)].into(),
        ..Policies::default()
    };
    let files = files("main.tf", APP);
    assert_eq!(unused_of(&files, &both, |_| {}).len(), 1);
    let both = Policies { default: granted(std::slice::from_ref(&used)), others: vec![granted(&[used])], ..both };
    assert!(unused_of(&files, &both, |_| {}).is_empty());
}
