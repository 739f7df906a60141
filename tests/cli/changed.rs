//! `--changed`: what a hook names is judged with all that it takes part in.

use std::fs;

use tempfile::TempDir;

use crate::support::{json, run, tree};

const TERRAFORM: &str = r#"
variable "slots" {}

resource "azurerm_linux_web_app" "shop" {
  name = "shop"
  app_settings = {
    DB = "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)"
  }
  identity {
    type = "SystemAssigned"
  }
  site_config {}
}

module "slot" {
  for_each = var.slots
  source   = "./slot"
  app      = azurerm_linux_web_app.shop.id
  kind     = each.value
}
"#;

const TERRAFORM_SLOT: &str = r#"
variable "app" {}
variable "kind" {}

resource "azurerm_linux_web_app_slot" "this" {
  name           = "staging"
  app_service_id = var.app
  app_settings = {
    DB = "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)"
  }
  dynamic "identity" {
    for_each = var.kind == "none" ? [] : [var.kind]
    content {
      type = identity.value
    }
  }
  site_config {}
}
"#;

const BICEP: &str = r"
param kind string

resource site 'Microsoft.Web/sites@2023-12-01' = {
  name: 'shop'
  location: 'westeurope'
  identity: { type: 'SystemAssigned' }
  properties: {
    siteConfig: {
      appSettings: [{ name: 'DB', value: '@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)' }]
    }
  }
}

module slot 'slot.bicep' = {
  params: { kind: kind }
  dependsOn: [site]
}
";

const BICEP_SLOT: &str = r"
param kind string

resource slot 'Microsoft.Web/sites/slots@2023-12-01' = {
  name: 'shop/staging'
  location: 'westeurope'
  identity: { type: kind }
  properties: {
    siteConfig: {
      appSettings: [{ name: 'DB', value: '@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)' }]
    }
  }
}
";

/// A template with a site and a slot whose identity is a parameter.
fn template() -> String {
    let settings = r#""properties": {"siteConfig": {"appSettings": [
        {"name": "DB", "value": "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)"}]}}"#;
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "parameters": {{"kind": {{"type": "string"}}}}, "resources": [
        {{"type": "Microsoft.Web/sites", "apiVersion": "2023-12-01", "name": "shop",
          "identity": {{"type": "SystemAssigned"}}, {settings}}},
        {{"type": "Microsoft.Web/sites/slots", "apiVersion": "2023-12-01", "name": "shop/staging",
          "identity": {{"type": "[parameters('kind')]"}}, {settings}}}]}}"#
    )
}

fn values(kind: &str) -> [(&'static str, String); 3] {
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
    [
        ("terraform/terraform.tfvars", format!("slots = {{ staging = \"{}\" }}\n", kind.replace("None", "none"))),
        ("bicep/main.bicepparam", format!("using 'main.bicep'\nparam kind = '{kind}'\n")),
        (
            "arm/main.parameters.json",
            format!(
                r#"{{"$schema": "{schema}", "contentVersion": "1.0.0.0", "parameters": {{"kind": {{"value": "{kind}"}}}}}}"#
            ),
        ),
    ]
}

/// A repository with the same app three times.
fn shop(kind: &str) -> TempDir {
    let template = template();
    let mut files = vec![
        ("terraform/main.tf", TERRAFORM),
        ("terraform/slot/main.tf", TERRAFORM_SLOT),
        ("bicep/main.bicep", BICEP),
        ("bicep/slot.bicep", BICEP_SLOT),
        ("arm/main.json", &template),
        ("package.json", "{\"name\": \"shop\"}"),
        ("notes.md", "# Notes\n"),
        ("terraform/notes.md", "# Notes\n"),
    ];
    let values = values(kind);
    files.extend(values.iter().map(|(path, text)| (*path, text.as_str())));
    let files = tree(&files);
    fs::create_dir(files.path().join(".git")).expect("writable");
    files
}

fn slots(files: &TempDir, arguments: &[&str]) -> Vec<String> {
    let arguments = [&["--select", "slot-without-identity", "--format", "json"], arguments].concat();
    let run = run(files.path(), &arguments);
    let report = json(&run);
    let findings = report.get("findings").and_then(|all| all.as_array()).expect("findings");
    let paths = findings.iter().filter_map(|one| one.pointer("/primary/path")?.as_str()).map(str::to_owned).collect();
    assert_eq!(run.code, i32::from(!findings.is_empty()), "{}", run.err);
    paths
}

#[test]
fn values_that_break_a_slot_in_another_file_are_found_in_each_language() {
    let broken = shop("None");
    for (values, slot) in [
        ("terraform/terraform.tfvars", "terraform/slot/main.tf"),
        ("bicep/main.bicepparam", "bicep/slot.bicep"),
        ("arm/main.parameters.json", "arm/main.json"),
    ] {
        assert_eq!(slots(&broken, &["--changed", values]), [slot]);
        for end in ["\r\n", "\n"] {
            let path = broken.path().join(values);
            let text = fs::read_to_string(&path).expect("readable").replace('\n', end);
            fs::write(&path, format!("\u{feff}{text}")).expect("writable");
            assert_eq!(slots(&broken, &["--changed", values]), [slot], "{values}");
            fs::write(&path, text.replace("\r\n", "\n")).expect("writable");
        }
    }
    assert_eq!(slots(&broken, &["--changed", "terraform/terraform.tfvars", "arm/main.json"]).len(), 2);
    let works = shop("SystemAssigned");
    for values in ["terraform/terraform.tfvars", "bicep/main.bicepparam", "arm/main.parameters.json"] {
        assert!(slots(&works, &["--changed", values]).is_empty(), "{values}");
    }
}

#[test]
fn every_file_of_a_module_stands_for_all_of_it() {
    let broken = shop("None");
    // Without the flag a file is asked about, and the slot is not what it says.
    assert!(slots(&broken, &["terraform/terraform.tfvars"]).is_empty());
    assert_eq!(slots(&broken, &["--changed", "terraform/main.tf"]), ["terraform/slot/main.tf"]);
    assert_eq!(slots(&broken, &["--changed", "terraform/slot/main.tf"]), ["terraform/slot/main.tf"]);
    assert_eq!(slots(&broken, &["--changed", "."]).len(), 3);
}

#[test]
fn files_that_take_part_in_nothing_are_passed_over() {
    let broken = shop("None");
    for named in [vec!["package.json"], vec!["notes.md"], vec!["package.json", "terraform/notes.md"]] {
        assert!(slots(&broken, &[vec!["--changed"], named.clone()].concat()).is_empty());
        assert_eq!(run(broken.path(), &named).code, 2);
    }
    let only = tree(&[("package.json", "{}"), ("identilint.toml", ""), ("notes.md", "")]);
    for named in ["package.json", "identilint.toml", "notes.md"] {
        let run = run(only.path(), &["--changed", named]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{named}: {}", run.out);
    }
    // What is not there is a question that is wrong, and so is a folder without anything.
    for named in ["nowhere.tf", "."] {
        assert_eq!(run(only.path(), &["--changed", named]).code, 2, "{named}");
    }
}

#[test]
fn configuration_and_users_of_databases_stand_for_everything() {
    let broken = shop("None");
    for (path, text) in [("identilint.toml", ""), ("bicep/.identilint.toml", ""), ("users.sql", "select 1;\n")] {
        fs::write(broken.path().join(path), text).expect("writable");
        assert_eq!(slots(&broken, &["--changed", path]).len(), 3, "{path}");
    }
    fs::write(broken.path().join("identilint.toml"), "wrong = = 1\n").expect("writable");
    assert_eq!(run(broken.path(), &["--changed", "identilint.toml"]).code, 2);
}
