//! Modules that come from elsewhere, and templates that several parameter files are for.

use crate::support::{json, run, tree};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// A compiled module: an app with a slot, whose identity is a parameter and whose setting a reference to a vault.
fn compiled() -> String {
    let site = |kind: &str, name: &str, identity: &str| {
        format!(
            r#"{{"type": "{kind}", "apiVersion": "2023-12-01", "name": "{name}", "identity": {identity},
            "properties": {{"siteConfig": {{"appSettings": [
            {{"name": "DB", "value": "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)"}}]}}}}}}"#
        )
    };
    let app = site("Microsoft.Web/sites", "shop", r#"{"type": "SystemAssigned"}"#);
    let slot = site("Microsoft.Web/sites/slots", "shop/staging", r#"{"type": "[parameters('slotIdentity')]"}"#);
    format!(
        r#"{{"$schema": "{SCHEMA}", "parameters": {{"slotIdentity": {{"type": "string", "defaultValue": "None"}}}},
        "resources": [{app},{slot}]}}"#
    )
}

#[test]
fn restored_modules_of_registries_are_read_and_findings_point_at_the_call() {
    let module = compiled();
    let main = r"
module own 'br/acme:app:1.0.0' = {
  params: { slotIdentity: 'None' }
}
module good 'br:acme.azurecr.io/bicep/app:1.0.0' = {
  params: { slotIdentity: 'SystemAssigned' }
}
module spec 'ts/specs:app:V1' = {
  params: { slotIdentity: 'None' }
}
module public 'br/public:avm/res/web/site:0.1.0' = {
  params: { slotIdentity: 'None' }
}
module absent 'br/acme:app:2.0.0' = {}
";
    let config = r#"{
  // comments are allowed
  "cacheRootDirectory": "../cache",
  "moduleAliases": {
    "br": { "acme": { "registry": "acme.azurecr.io", "modulePath": "bicep" } },
    "ts": { "specs": { "subscription": "00000000-0000-0000-0000-00000000000A", "resourceGroup": "RG" } }
  }
}"#;
    let files = tree(&[
        ("repo/main.bicep", main),
        ("repo/bicepconfig.json", config),
        ("cache/br/acme.azurecr.io/bicep$app/1.0.0$/main.json", &module),
        ("cache/ts/00000000-0000-0000-0000-00000000000a/rg/app/v1/main.json", &module),
        ("cache/br/mcr.microsoft.com/bicep$avm$res$web$site/0.1.0$/main.json", &module),
    ]);
    let report = json(&run(&files.path().join("repo"), &["--format", "json", "--persona", "pedantic"]));
    let findings = report["findings"].as_array().expect("findings");
    let slots = findings.iter().filter(|finding| finding["rule"] == "slot-without-identity");
    let places: Vec<(String, u64, String)> = slots
        .map(|finding| {
            let primary = &finding["primary"];
            let inside = finding["related"][0]["path"].as_str().expect("a path").to_owned();
            (
                primary["path"].as_str().expect("a path").to_owned(),
                primary["start"]["line"].as_u64().expect("a line"),
                inside,
            )
        })
        .collect();
    let at = |line, cache: &str| ("main.bicep".to_owned(), line, format!("../cache/{cache}/main.json"));
    assert_eq!(
        places,
        [
            at(2, "br/acme.azurecr.io/bicep$app/1.0.0$"),
            at(8, "ts/00000000-0000-0000-0000-00000000000a/rg/app/v1"),
            at(11, "br/mcr.microsoft.com/bicep$avm$res$web$site/0.1.0$"),
        ]
    );
    let opaque = &report["coverage"]["opaque_modules"];
    assert_eq!(opaque.as_array().map(Vec::len), Some(1), "{opaque}");
}

#[test]
fn each_parameter_file_of_a_template_is_a_deployment() {
    let main = r"
param slotIdentity string
param settings array

resource app 'Microsoft.Web/sites@2023-12-01' = {
  name: 'shop'
  identity: { type: 'SystemAssigned' }
  properties: { siteConfig: { appSettings: settings } }

  resource staging 'slots' = {
    name: 'staging'
    identity: { type: slotIdentity }
    properties: { siteConfig: { appSettings: settings } }
  }
}
";
    let base = r"
using none

param settings = [
  { name: 'DB', value: '@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)' }
]
";
    let with = |identity: &str| {
        format!("using '../main.bicep'\nextends 'base.bicepparam'\nparam slotIdentity = '{identity}'\n")
    };
    let files = tree(&[
        ("main.bicep", main),
        ("parameters/base.bicepparam", base),
        ("parameters/dev.bicepparam", &with("SystemAssigned")),
        ("parameters/prod.bicepparam", &with("None")),
    ]);
    let both = json(&run(files.path(), &["--format", "json", "--select", "slot-without-identity"]));
    let findings = both["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 1, "{both}");
    let related = findings[0]["related"].to_string();
    assert!(
        related.contains("parameters/prod.bicepparam") && !related.contains("parameters/dev.bicepparam"),
        "{related}"
    );

    let arguments = ["--var-file", "parameters/dev.bicepparam", "--select", "slot-without-identity"];
    assert_eq!(run(files.path(), &arguments).code, 0, "only what was asked for");
}
