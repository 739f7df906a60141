//! Bicep files and ARM templates that are broken, go in circles, or are large.

use std::fmt::Write as _;

use crate::support::{json, run, tree};

/// A template whose one grant goes to a client id.
const WRONG_ID_BICEP: &str = r"
resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-app'
  location: 'westeurope'
}

resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid('grant')
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'acdd72a7-3385-48ef-bd42-f606fba81ae7')
    principalId: app.properties.clientId
  }
}
";

#[test]
fn broken_templates_cost_what_is_broken_and_no_more() {
    let unclosed = format!("{WRONG_ID_BICEP}\nvar a = 'never ends\nvar b = 1\n");
    let interpolation = format!("{WRONG_ID_BICEP}\nvar a = '${{b\nvar c = 1\n");
    let twice = format!("{WRONG_ID_BICEP}\nvar a = 1\nvar a = 2\n");
    let unknown = format!("{WRONG_ID_BICEP}\nfrobnicate all the things\n");
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    let string = format!(r#"{{"$schema": "{schema}", "resources": "none"}}"#);
    let cut = format!(r#"{{"$schema": "{schema}", "resources": [{{"type": "a/b", "name": "[concat('a'"}}"#);
    let files = tree(&[
        ("cut.json", &cut),
        ("interpolation.bicep", &interpolation),
        ("string.json", &string),
        ("twice.bicep", &twice),
        ("unclosed.bicep", &unclosed),
        ("unknown.bicep", &unknown),
    ]);
    let run = run(files.path(), &["--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let report = json(&run);
    let of = |rule: &str| -> Vec<String> {
        let findings = report["findings"].as_array().expect("findings").iter();
        let mut paths: Vec<String> = findings
            .filter(|finding| finding["rule"] == rule)
            .filter_map(|finding| finding["primary"]["path"].as_str().map(str::to_owned))
            .collect();
        paths.dedup();
        paths
    };
    assert_eq!(of("wrong-principal-id"), ["interpolation.bicep", "twice.bicep", "unclosed.bicep", "unknown.bicep"]);
    assert_eq!(
        of("syntax-error"),
        ["cut.json", "interpolation.bicep", "string.json", "unclosed.bicep", "unknown.bicep"]
    );
}

#[test]
fn templates_that_go_in_circles_or_deep_come_to_an_end() {
    let deep = 10_000;
    let mut doubling = String::new();
    for n in 1..60 {
        let _ = writeln!(doubling, "var s{n} = '${{s{0}}}${{s{0}}}'\nvar l{n} = [...l{0}, ...l{0}]", n - 1);
    }
    let circles = format!(
        r"var a = b
var b = a
var s0 = 'x'
var l0 = [1]
{doubling}
var loops = [for i in range(0, 1000000000): [for j in range(0, 1000000000): i * j]]
module self 'circles.bicep' = {{ name: 'self' }}
module other 'other.bicep' = [for i in range(0, 1000): {{ name: '${{s59}}${{i}}', params: {{ p: a }} }}]
resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for l in flatten([l59, loops]): {{
  name: guid(s59)
  properties: {{ principalId: b, roleDefinitionId: self.outputs.o }}
}}]
output o string = self.outputs.o
"
    );
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    let copies = format!(
        r#"{{"$schema": "{schema}", "variables": {{"a": "[variables('b')]", "b": "[variables('a')]",
  "copy": [{{"name": "many", "count": 1000000000, "input": "[copyIndex('many')]"}}]}},
  "resources": [{{"type": "Microsoft.Authorization/roleAssignments", "name": "[variables('a')]",
  "copy": {{"name": "more", "count": 1000000000}},
  "properties": {{"principalId": "[variables('b')]", "roleDefinitionId": "[variables('many')]"}}}}]}}"#
    );
    let nested = format!(r#"{{"$schema": "{schema}", "resources": [{}]}}"#, "[".repeat(deep));
    let expression = format!(
        r#"{{"$schema": "{schema}", "resources": [], "variables": {{"a": "[{}1{}]"}}}}"#,
        "concat(".repeat(deep),
        ")".repeat(deep)
    );
    let files = tree(&[
        ("circles.bicep", &circles),
        ("other.bicep", "param p string\nmodule back 'circles.bicep' = {\n  name: p\n}\n"),
        ("copies.json", &copies),
        ("deep/a.bicep", &format!("var x = {}", "[".repeat(deep))),
        ("deep/b.bicep", &format!("var x = {}1{}", "(".repeat(deep), ")".repeat(deep))),
        ("deep/c.bicep", &format!("var x = {}", "'${".repeat(deep))),
        ("deep/d.bicep", &format!("type t = {}", "{ a: ".repeat(deep))),
        ("deep/e.json", &nested),
        ("deep/f.json", &expression),
    ]);
    let run = run(files.path(), &["--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert_eq!(
        json(&run)["coverage"]["files"]["partial"].as_array().map(Vec::len),
        Some(6),
        "{}",
        json(&run)["coverage"]
    );
}

#[test]
fn a_large_template_is_analysed_like_a_small_one() {
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    let mut text = format!(r#"{{"$schema": "{schema}", "resources": ["#);
    let filler = "x".repeat(900);
    for n in 0..20_000 {
        let _ = writeln!(
            text,
            r#"{{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": "st{n}", "tags": {{"t": "{filler}"}}}},"#
        );
    }
    text.push_str(
        r#"{"type": "Microsoft.ManagedIdentity/userAssignedIdentities", "apiVersion": "2023-01-31", "name": "id"},
  {"type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "g", "properties": {"principalId":
  "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'id')).clientId]"}}]}"#,
    );
    assert!(text.len() > 20_000_000);
    let files = tree(&[("export.json", &text)]);
    let run = run(files.path(), &["--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert_eq!(json(&run)["findings"][0]["rule"], "wrong-principal-id");
}

#[test]
fn resources_that_refer_to_themselves_are_read_to_an_end() {
    let bicep = "resource a 'Microsoft.Authorization/roleAssignments@2022-04-01' = {\n  scope: b\n  name: '${b.name}x'\n  \
                 properties: {\n    roleDefinitionId: '${b.properties.roleDefinitionId}/x'\n    principalId: \
                 a.properties.principalId\n  }\n}\nresource b 'Microsoft.Authorization/roleAssignments@2022-04-01' = {\n  \
                 scope: a\n  name: '${a.name}y'\n  properties: {\n    roleDefinitionId: \
                 '${a.properties.roleDefinitionId}/y'\n    principalId: a.properties.principalId\n  }\n}\n";
    let terraform = "resource \"azurerm_role_assignment\" \"r\" {\n  scope = \"${azurerm_role_assignment.r.scope}/x\"\n  \
                     role_definition_name = azurerm_role_assignment.r.role_definition_name\n  principal_id = \
                     azurerm_role_assignment.r.principal_id\n}\n";
    for (path, text) in [("main.bicep", bicep), ("main.tf", terraform)] {
        let files = tree(&[(path, text)]);
        let run = run(files.path(), &[]);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    }
}
