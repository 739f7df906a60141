//! How fast text becomes findings, on a repository made for the purpose: `cargo bench`. The figures that matter are
//! ratios to reading the same bytes; `docs/performance.md` has those of public repositories.

#![expect(clippy::expect_used, reason = "a benchmark stops at a surprise")]

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::BytesCount;
use identilint::azure::credentials::detect;
use identilint::engine::{analyze, with_workers};
use identilint::lower::arm;
use identilint::policy::Policies;
use identilint::report::{json, text};
use identilint::source::SourceId;
use identilint::syntax::{bicep, hcl, json as syntax_json};
use identilint::workspace::Workspace;

fn main() {
    divan::main();
}

/// One app with a vault, slots over a map, grants and a local module; every third has a mistake.
fn app(number: usize) -> Vec<(String, String)> {
    let mut main = String::new();
    let id = if number.is_multiple_of(3) { "client_id" } else { "principal_id" };
    let _ = write!(
        main,
        r#"variable "slots" {{
  type    = map(object({{ size = optional(number, 1) }}))
  default = {{ staging = {{}}, canary = {{ size = 2 }} }}
}}

locals {{
  name     = "app-{number}"
  tags     = merge({{ team = "orders" }}, {{ number = "{number}" }})
  database = "@Microsoft.KeyVault(SecretUri=${{azurerm_key_vault.main.vault_uri}}secrets/database)"
}}

resource "azurerm_key_vault" "main" {{
  name                       = "kv-${{local.name}}"
  rbac_authorization_enabled = true
  tags                       = local.tags
}}

resource "azurerm_linux_web_app" "main" {{
  name         = local.name
  app_settings = {{ DATABASE = local.database, NUMBER = "{number}" }}
  identity {{
    type = "SystemAssigned"
  }}
}}

resource "azurerm_linux_web_app_slot" "main" {{
  for_each       = var.slots
  name           = each.key
  app_service_id = azurerm_linux_web_app.main.id
  app_settings   = {{ DATABASE = local.database, SIZE = tostring(each.value.size) }}
  identity {{
    type = "SystemAssigned"
  }}
}}

resource "azurerm_user_assigned_identity" "deploy" {{
  name = "id-${{local.name}}"
}}

module "grants" {{
  source     = "./grants"
  vault_id   = azurerm_key_vault.main.id
  principals = {{
    app    = azurerm_linux_web_app.main.identity[0].principal_id
    deploy = azurerm_user_assigned_identity.deploy.{id}
  }}
}}
"#
    );
    let grants = r#"variable "vault_id" {}
variable "principals" {}

resource "azurerm_role_assignment" "main" {
  for_each             = var.principals
  scope                = var.vault_id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = each.value
}
"#;
    vec![(format!("apps/{number}/main.tf"), main), (format!("apps/{number}/grants/main.tf"), grants.to_owned())]
}

fn repository(apps: usize) -> Vec<(String, String)> {
    (0..apps).flat_map(app).collect()
}

fn size(files: &[(String, String)]) -> BytesCount {
    BytesCount::new(files.iter().map(|(_, text)| text.len()).sum::<usize>())
}

#[divan::bench]
fn read_and_count_lines(bencher: Bencher<'_, '_>) {
    let files = repository(500);
    bencher.counter(size(&files)).bench(|| files.iter().map(|(_, text)| text.lines().count()).sum::<usize>());
}

#[divan::bench]
fn parse_hcl(bencher: Bencher<'_, '_>) {
    let files = repository(500);
    let parse = |text: &str| hcl::parse(SourceId(0), text).chunks.len();
    bencher.counter(size(&files)).bench(|| files.iter().map(|(_, text)| parse(text)).sum::<usize>());
}

/// The showcase, many times over.
#[divan::bench]
fn parse_bicep(bencher: Bencher<'_, '_>) {
    let text = include_str!("../fixtures/showcase/bicep/main.bicep").repeat(200);
    bencher.counter(BytesCount::of_str(&text)).bench(|| bicep::parse(SourceId(0), &text).errors.len());
}

/// The showcase as a template, read and lowered with its expressions.
#[divan::bench]
fn read_template(bencher: Bencher<'_, '_>) {
    let text = include_str!("../fixtures/showcase/arm/main.json");
    bencher
        .counter(BytesCount::new(text.len() * 200))
        .bench(|| (0..200).map(|_| arm::template(SourceId(0), "main.json", text).content.len()).sum::<usize>());
}

#[divan::bench]
fn parse_json(bencher: Bencher<'_, '_>) {
    let item =
        r#"{"type": "Microsoft.KeyVault/vaults", "name": "kv", "properties": {"enableRbacAuthorization": true}}"#;
    let text = format!("[{}]", vec![item; 20_000].join(",\n"));
    bencher.counter(BytesCount::of_str(&text)).bench(|| syntax_json::parse(SourceId(0), &text).errors.len());
}

/// Twice and four times the files take twice and four times as long.
#[divan::bench(args = [250, 500, 1000])]
fn analyse(bencher: Bencher<'_, '_>, apps: usize) {
    let files = repository(apps);
    bencher.counter(size(&files)).with_inputs(|| files.clone()).bench_values(|files| {
        with_workers(|| {
            let workspace = Workspace::of_texts(files);
            analyze(&workspace, &Policies::default()).findings.len()
        })
    });
}

/// How much text the detectors of credentials are given, in bytes.
const STRINGS: usize = 100 << 20;

/// Strings as infrastructure code has them: names and ids most of all, addresses, sentences, scripts, policies, icons; here
/// and there a connection string.
fn strings() -> Vec<String> {
    let mut strings = Vec::new();
    let mut size = 0;
    for number in 0_u64.. {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let id = format!("{:08x}-{:04x}-4{:03x}-a000-{mixed:012.12x}", mixed >> 32, mixed & 0xffff, number & 0xfff);
        let text = match number % 40 {
            0..12 => format!("app-orders-{number}"),
            12..18 => "westeurope".to_owned(),
            18..22 => id,
            22..26 => format!(
                "/subscriptions/{id}/resourceGroups/rg-{number}/providers/Microsoft.KeyVault/vaults/kv-{number}"
            ),
            26..30 => format!("https://app-{number}.azurewebsites.net/api/orders?api-version=2024-01-01"),
            30..34 => format!("The number {number} of orders that the team may keep without asking anybody for more."),
            34 => format!("@Microsoft.KeyVault(SecretUri=https://kv-{number}.vault.azure.net/secrets/database)"),
            35 => format!(
                "Server=tcp:sql-{number}.database.windows.net;Database=orders;Authentication=Active Directory Default"
            ),
            36 => format!("#!/bin/sh\nset -e\nexport NUMBER={number}\napt-get install -y nginx\n").repeat(16),
            37 => format!(r#"{{"if": {{"field": "type", "equals": "Microsoft.Web/sites/{number}"}}, "then": "deny"}}"#)
                .repeat(12),
            38 => format!("data:image/png;base64,{}", format!("{mixed:x}iVBORw0KGgo").repeat(96)),
            _ if number.is_multiple_of(4_000) => {
                format!("Server=tcp:sql-{number}.example;User ID=app;Password=Sommer-{number};")
            }
            _ => format!("{mixed:016x}").repeat(4),
        };
        size += text.len();
        strings.push(text);
        if size >= STRINGS {
            break;
        }
    }
    strings
}

#[divan::bench(sample_count = 5)]
fn detect_credentials(bencher: Bencher<'_, '_>) {
    let strings = strings();
    let size: usize = strings.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(size)).bench(|| strings.iter().map(|text| detect(text).len()).sum::<usize>());
}

/// As much in a file, for comparison.
#[divan::bench(sample_count = 5)]
fn read_file(bencher: Bencher<'_, '_>) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("strings");
    let text = strings().concat();
    std::fs::write(&path, &text).expect("a file");
    bencher.counter(BytesCount::of_str(&text)).bench(|| std::fs::read(&path).map_or(0, |bytes| bytes.len()));
}

#[divan::bench]
fn render(bencher: Bencher<'_, '_>) {
    let workspace = with_workers(|| Workspace::of_texts(repository(300)));
    let report = with_workers(|| analyze(&workspace, &Policies::default()));
    let style = text::Style { color: false, width: 120, persona: identilint::finding::Persona::Regular };
    bencher.bench(|| {
        let json = json::render(&report, &workspace.sources).map_or(0, |text| text.len());
        text::render(&report, &workspace.sources, style).len() + json
    });
}
