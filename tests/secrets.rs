//! No secret is in any output: not of the fixtures, not of comments beside findings, not of code that cannot be read. And
//! what only looks like a secret is not taken for one.

#![expect(clippy::expect_used, reason = "a test stops at a surprise")]

#[path = "harness/case.rs"]
#[expect(dead_code, reason = "the fixtures' own tests use the rest")]
mod case;

use std::collections::BTreeSet;

use case::{Files, discover, run_for};
use identilint::azure::credentials::detect;
use identilint::engine::{Report, with_workers};
use identilint::finding::{Persona, Suppression, Suppressor};
use identilint::report::text::{self, Style};
use identilint::report::{Format, Options};
use identilint::workspace::Workspace;
use rayon::prelude::*;

/// A short secret, or one of nothing but small letters, is a word that may stand anywhere.
fn tells_something(secret: &&str) -> bool {
    secret.len() >= 8 && !secret.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Every secret that the run knows of, and every one that the detectors know in the raw text, by lines.
fn secrets(files: &Files, workspace: &Workspace, report: &Report) -> BTreeSet<String> {
    let known = report.secrets.iter().map(|span| workspace.sources.slice(*span));
    let hidden = report.hidden.iter().map(|text| &**text);
    let raw = files.values().flat_map(|text| {
        text.lines().flat_map(|line| detect(line).into_iter().filter_map(move |one| line.get(one.secret)))
    });
    let lines = known.chain(hidden).chain(raw).flat_map(str::lines);
    let texts = lines.map(|line| line.trim().trim_matches(['"', '\'']));
    texts.filter(tells_something).map(str::to_owned).collect()
}

/// With and without colours, with and without all that stayed open.
const STYLES: [(bool, Persona); 4] =
    [(false, Persona::Regular), (false, Persona::Auditor), (true, Persona::Regular), (true, Persona::Auditor)];

/// All that can be printed of a report, what is suppressed included.
fn outputs(workspace: &Workspace, report: &Report) -> Vec<String> {
    let mut report = Report { suppressed: report.findings.clone(), ran: Vec::new(), ..report.clone() };
    for (finding, by) in report.suppressed.iter_mut().zip(Suppressor::ALL.iter().cycle()) {
        let reason = finding.message.clone();
        finding.suppression = Some(Suppression { by: *by, reason, until: None, at: Some(finding.primary.span) });
    }
    let mut outputs = Vec::new();
    for format in Format::ALL {
        // Only the text report has more than one style.
        let styles: &[(bool, Persona)] = match format {
            Format::Text => &STYLES,
            _ => &[(false, Persona::Auditor)],
        };
        for (color, persona) in styles.iter().copied() {
            let options = Options { style: Style { color, width: 120, persona }, quiet: false, links: None };
            let mut output = format.render(&report, &workspace.sources, &options).expect("a report");
            if format == Format::Sarif {
                output = without_pages(&output);
            }
            outputs.push(unescaped(format, &output));
            outputs.push(output);
        }
    }
    outputs
}

/// A log without the pages of rules: their examples have secrets of their own, which fixtures share.
fn without_pages(log: &str) -> String {
    let mut log: serde_json::Value = serde_json::from_str(log).expect("JSON");
    log.pointer_mut("/runs/0/tool/driver").and_then(|driver| driver.as_object_mut()?.remove("rules")).expect("rules");
    serde_json::to_string_pretty(&log).expect("JSON")
}

/// The text as its reader sees it: escapes hide nothing.
fn unescaped(format: Format, text: &str) -> String {
    match format {
        Format::Text | Format::Concise => String::new(),
        Format::Json | Format::Sarif | Format::Gitlab => strings(&serde_json::from_str(text).expect("JSON")).join("\n"),
        Format::Github => text.replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%"),
        Format::Junit => {
            let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
            named.iter().fold(text.to_owned(), |text, (name, letter)| text.replace(name, letter))
        }
        Format::Markdown => {
            let mut parts = text.split("&#");
            let mut plain = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let (number, rest) = part.split_once(';').expect("an entity");
                plain.extend(number.parse().ok().and_then(char::from_u32));
                plain.push_str(rest);
            }
            plain
        }
    }
}

fn strings(value: &serde_json::Value) -> Vec<&str> {
    match value {
        serde_json::Value::String(text) => vec![text],
        serde_json::Value::Array(items) => items.iter().flat_map(strings).collect(),
        serde_json::Value::Object(fields) => fields.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// An output with a secret in it.
fn leak(files: &Files) -> Option<(String, String)> {
    let (workspace, report) = run_for(files, None, Persona::Auditor);
    let outputs = outputs(&workspace, &report);
    let leak = |secret: &String| outputs.iter().find(|output| output.contains(secret.as_str())).cloned();
    secrets(files, &workspace, &report).into_iter().find_map(|secret| Some((leak(&secret)?, secret)))
}

#[test]
fn no_output_of_any_fixture_holds_a_secret() {
    let cases = discover();
    let told = |case: &case::Case| {
        leak(&case.files).map(|(output, secret)| format!("{}: {secret:?} in\n{output}", case.name()))
    };
    let leaks: Vec<String> = with_workers(|| cases.par_iter().filter_map(told).collect());
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

#[test]
fn no_approved_report_holds_a_secret() {
    let mut looked_for = 0;
    for case in discover().into_iter().filter(|case| case.fails) {
        let path = case.directory.join(format!("{}.snap", case.title));
        let approved = std::fs::read_to_string(&path).expect("an approved report");
        let (workspace, report) = run_for(&case.files, None, Persona::Auditor);
        for secret in secrets(&case.files, &workspace, &report) {
            assert!(!approved.contains(&secret), "{} shows {secret:?}", path.display());
            looked_for += 1;
        }
    }
    assert!(looked_for > 100, "{looked_for}");
}

/// Wherever else a secret can come into a report.
#[test]
fn no_output_holds_a_secret_that_no_rule_reports() {
    const SECRET: &str = "Sommer-2024-Passwort!";
    let server = format!("administrator_login_password = \"{SECRET}");
    let cases = [
        // In a comment beside what is reported.
        (
            "main.tf",
            format!(
                "resource \"azurerm_linux_web_app\" \"x\" {{\n  identity {{\n    type = \"SystemAssigned, userAssigned\" # Server=x;Password={SECRET};\n  }}\n}}\n"
            ),
        ),
        (
            "main.tf",
            format!(
                "resource \"azurerm_linux_web_app\" \"x\" {{\n  identity {{\n    # https://x:{SECRET}@host.example/\n    type = \"Systemassigned\"\n  }}\n}}\n"
            ),
        ),
        // In code that cannot be read.
        ("main.tf", format!("resource \"azurerm_mssql_server\" \"x\" {{\n  {server}\n}}\n")),
        ("main.tf", format!("resource \"azurerm_mssql_server\" \"x\" {{\n  {server}\" }}\n  ]\n}}\n")),
        (
            "main.bicep",
            format!(
                "resource x 'Microsoft.Sql/servers@2021-11-01' = {{\n  properties: {{\n    administratorLoginPassword: '{SECRET}\n  }}\n}}\n"
            ),
        ),
        ("main.bicepparam", format!("using none\nparam password = '{SECRET}\n")),
        ("terraform.tfvars", format!("password = \"{SECRET}\nx = [\n")),
        (
            "main.json",
            format!(
                "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n\"variables\": {{\n\"adminPassword\": \"{SECRET}\n}},\n"
            ),
        ),
        (
            "main.json",
            format!(
                "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n\"variables\": {{\"x\": \"[concat('Server=x;Password={SECRET};', )]\"}}}}\n"
            ),
        ),
        // Where a call leads.
        ("main.tf", format!("module \"x\" {{\n  source = \"git::https://x:{SECRET}@dev.azure.com/o/p/_git/r\"\n}}\n")),
        (
            "main.bicep",
            format!(
                "module x 'br:x:{SECRET}@registry.example/x:1' = {{\n  name: 'x'\n}}\nvar y = 'https://x:{SECRET}@registry.example'\n"
            ),
        ),
        // In what another rule quotes, and in its edit.
        (
            "main.tf",
            format!(
                "resource \"azurerm_role_assignment\" \"x\" {{\n  role_definition_name = \"Server=x;Password={SECRET};\"\n}}\n"
            ),
        ),
        (
            "main.tf",
            format!(
                "locals {{\n  url = \"https://x:\\u0053ommer-2024-Passwort!@host.example\"\n}}\nresource \"azurerm_role_assignment\" \"x\" {{\n  role_definition_name = \"{SECRET}\"\n}}\n"
            ),
        ),
        (
            "main.tf",
            format!(
                "resource \"azurerm_role_assignment\" \"x\" {{\n  role_definition_name = \"{SECRET}\"\n}}\nresource \"azurerm_mssql_server\" \"x\" {{\n  administrator_login_password = \"{SECRET}\"\n}}\n"
            ),
        ),
    ];
    for (path, text) in cases {
        let files = Files::from([(path.to_owned(), text.clone())]);
        let (workspace, report) = run_for(&files, None, Persona::Auditor);
        for output in outputs(&workspace, &report) {
            assert!(!output.contains(SECRET), "{text}\n{output}");
        }
    }
}

/// A private key of several lines is pointed at where it begins, and none of its lines is shown.
#[test]
fn no_line_of_a_private_key_is_shown() {
    let body = [
        "MIIEpAIBAAKCAQEA7Zk3vQyXr9fL2sTnWcBdHjUoPqRe4AxGm8iV5yK1wS6tNzJf",
        "b0lCgYhDuE3pXrMaQv9TkWs2nZ7oIj5cHf8LdGy4RtUe6BxNq1mVwPzAiKo3SbJ",
    ];
    let text = format!(
        "locals {{\n  key = <<-EOT\n    -----BEGIN RSA PRIVATE KEY-----\n    {}\n    {}\n    -----END RSA PRIVATE KEY-----\n  EOT\n}}\n",
        body[0], body[1]
    );
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        let (workspace, report) = run_for(&Files::from([("main.tf".to_owned(), text)]), None, Persona::Regular);
        let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
        assert_eq!(finding.rule, "credential-literal");
        assert!(workspace.sources.slice(finding.primary.span).starts_with(body[0]));
        for output in outputs(&workspace, &report) {
            assert!(body.iter().all(|line| !output.contains(line)), "{output}");
        }
    }
}

/// A hundred texts that look like credentials and are none, in every language: no rule about secrets takes one for one.
#[test]
fn what_looks_like_a_credential_is_left_alone() {
    let cases: Vec<_> =
        discover().into_iter().filter(|case| case.rule == "azure-key-literal" && case.title == "look-alikes").collect();
    let formats: BTreeSet<&str> = cases.iter().map(|case| &*case.format).collect();
    assert_eq!(formats, BTreeSet::from(["arm", "azapi", "bicep", "terraform"]));
    for case in cases {
        let settings = |text: &String| {
            let is_one = |line: &&str| {
                line.starts_with("    ") && (line.contains(" = \"") || line.contains("\": \"") || line.contains(": '"))
            };
            text.lines().filter(is_one).count()
        };
        let count: usize = case.files.values().map(settings).sum();
        assert!(count >= 100, "{}: {count}", case.name());
        let (workspace, report) = run_for(&case.files, Some(vec!["secrets".to_owned()]), Persona::Auditor);
        let style = Style { color: false, width: 120, persona: Persona::Auditor };
        assert!(report.findings.is_empty(), "{}", text::render(&report, &workspace.sources, style));
        assert!(report.secrets.is_empty(), "{}: {:?}", case.name(), report.secrets);
    }
}
