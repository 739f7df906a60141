//! The command as a user runs it: exit codes, options, widening of files, input that is broken in every way.

#![expect(clippy::expect_used, reason = "a test stops at a surprise")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

mod baseline;
mod catalogue;
mod changed;
mod completions;
mod config;
mod fix;
mod manual;
mod modules;
mod output;
#[cfg(unix)]
mod progress;
mod since;
mod support;
mod suppressions;
mod templates;

use support::{json, run, tree};

const WRONG_ID: &str = r#"
resource "azurerm_user_assigned_identity" "app" {
  name = "id-app"
}

resource "azurerm_role_assignment" "app" {
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"
  role_definition_name = "Reader"
  principal_id         = azurerm_user_assigned_identity.app.client_id
}
"#;

const CLEAN: &str = "locals {\n  a = 1\n}\n";

#[test]
fn a_wrong_question_is_exit_2_with_a_hint() {
    let found = tree(&[("main.tf", WRONG_ID), ("notes.md", "")]);
    for (arguments, hint) in [
        (vec!["nowhere"], "`nowhere` does not exist"),
        (vec!["notes.md"], "not a Terraform, Bicep or ARM template file"),
        (vec!["--select", "wrong-principle-id"], "did you mean `wrong-principal-id`"),
        (vec!["explain", "slot-without"], "did you mean `slot-without-"),
        (vec!["--persona", "nobody"], "expected one of regular, pedantic, auditor"),
        (vec!["--fail-on", "never"], "expected one of info, low, medium, high, critical"),
        (vec!["--var-file", "missing.tfvars"], ""),
    ] {
        let run = run(found.path(), &arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.out, run.err);
        assert!(run.err.contains(hint), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn options_choose_what_is_shown() {
    let found = tree(&[("main.tf", WRONG_ID)]);
    for (arguments, code) in [
        (vec!["--select", "slots"], 0),
        (vec!["--select", "slots,wrong-principal-id"], 1),
        (vec!["--ignore", "wrong-principal-id"], 0),
        (vec!["--ignore", "binding"], 0),
        (vec!["--min-severity", "critical"], 0),
        (vec!["--fail-on", "critical"], 0),
        (vec!["--fail-on", "high"], 1),
        (vec!["check", "."], 1),
    ] {
        assert_eq!(run(found.path(), &arguments).code, code, "{arguments:?}");
    }
    assert!(run(found.path(), &["--color", "always"]).out.contains("\u{1b}["));
    assert!(!run(found.path(), &["--color", "never"]).out.contains("\u{1b}["));
    assert!(!run(found.path(), &[]).out.contains("\u{1b}["));
}

#[test]
fn the_json_report_keeps_its_contract() {
    let found = tree(&[
        ("a b/é.tf", WRONG_ID),
        ("a b/vars.tf", "variable \"é\" {}\nmodule \"m\" {\n  source = \"x/y/z\"\n}\n"),
    ]);
    let report = json(&run(found.path(), &["--format", "json"]));
    assert_eq!(report["version"], 1);
    assert_eq!(report["tool"]["name"], "identilint");
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "wrong-principal-id");
    assert_eq!(finding["subject"], "azurerm_role_assignment.app");
    assert_eq!(finding["primary"]["path"], "a b/é.tf");
    assert_eq!(finding["primary"]["start"]["line"], 9);
    assert_eq!(finding["primary"]["start"]["column"], 26);
    let edit = &finding["fixes"][0]["edits"][0];
    assert_eq!(edit["text"], "principal_id");
    let (start, end) = (&edit["start"]["byte"], &edit["end"]["byte"]);
    let bytes = |at: &serde_json::Value| usize::try_from(at.as_u64().expect("a number")).expect("small");
    assert_eq!(WRONG_ID.get(bytes(start)..bytes(end)), Some("client_id"));
    assert_eq!(finding["suppression"], serde_json::Value::Null);
    assert_eq!(finding["primary"]["uri"], "a%20b/%C3%A9.tf");
    assert_eq!(report["suppressed"], serde_json::json!([]));
    assert!(finding["fingerprint"].as_str().is_some_and(|print| print.len() > 16));
    assert_eq!(report["coverage"]["files"]["analysed"], 2);
    assert_eq!(report["coverage"]["opaque_modules"][0]["address"], "module.m");
}

#[test]
fn a_fingerprint_does_not_move_with_lines() {
    let moved = format!("{}{WRONG_ID}", "# a comment\n".repeat(50));
    let print = |text: &str| {
        let directory = tree(&[("main.tf", text)]);
        json(&run(directory.path(), &["--format", "json"]))["findings"][0]["fingerprint"].clone()
    };
    assert_eq!(print(WRONG_ID), print(&moved));
    assert_eq!(print(WRONG_ID), print(&WRONG_ID.replace('\n', "\r\n")));
}

#[test]
fn a_file_is_judged_in_its_module_with_its_callers() {
    let files = tree(&[
        (
            "main.tf",
            "module \"grant\" {\n  source       = \"./grant\"\n  principal_id = azurerm_user_assigned_identity.app.client_id\n}\nresource \"azurerm_user_assigned_identity\" \"app\" {\n  name = \"id\"\n}\n",
        ),
        (
            "grant/main.tf",
            "resource \"azurerm_role_assignment\" \"app\" {\n  scope = \"/x\"\n  principal_id = var.principal_id\n}\n",
        ),
        ("grant/variables.tf", "variable \"principal_id\" {}\n"),
        ("elsewhere/main.tf", WRONG_ID),
        ("broken/main.tf", "locals {\n  a = = 1\n}\n"),
    ]);
    fs::create_dir(files.path().join(".git")).expect("writable");
    // The module alone proves nothing; its caller does, and the finding elsewhere is not asked for.
    let run = run(files.path(), &["grant/main.tf", "--format", "json"]);
    let report = json(&run);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["findings"][0]["primary"]["path"], "main.tf");
    assert_eq!(report["findings"][0]["subject"], "module.grant.azurerm_role_assignment.app");
    assert_eq!(report["coverage"]["files"]["analysed"], 3);
}

#[test]
fn fetched_modules_are_read_from_disk() {
    let files = tree(&[
        (
            "main.tf",
            "module \"grant\" {\n  source = \"example/grant/azurerm\"\n  principal_id = azurerm_user_assigned_identity.app.client_id\n}\nresource \"azurerm_user_assigned_identity\" \"app\" {\n  name = \"id\"\n}\n",
        ),
        (
            ".terraform/modules/modules.json",
            r#"{"Modules":[{"Key":"","Dir":"."},{"Key":"grant","Source":"x","Dir":".terraform/modules/grant"},{"Key":"grant.inner","Source":"./inner","Dir":".terraform/modules/grant/inner"}]}"#,
        ),
        (
            ".terraform/modules/grant/main.tf",
            "variable \"principal_id\" {}\nmodule \"inner\" {\n  source = \"./inner\"\n  principal_id = var.principal_id\n}\n",
        ),
        (
            ".terraform/modules/grant/inner/main.tf",
            "variable \"principal_id\" {}\nresource \"azurerm_role_assignment\" \"app\" {\n  scope = \"/x\"\n  principal_id = var.principal_id\n}\n",
        ),
    ]);
    let report = json(&run(files.path(), &["--format", "json"]));
    assert_eq!(report["findings"][0]["subject"], "module.grant.module.inner.azurerm_role_assignment.app");
    assert_eq!(report["coverage"]["opaque_modules"].as_array().map(Vec::len), Some(0));
}

#[test]
fn parameter_files_and_locks_settle_things() {
    let main = "variable \"kind\" {}\nresource \"azurerm_linux_web_app\" \"app\" {\n  name = \"app\"\n  identity {\n    type = var.kind\n  }\n}\n";
    let files = tree(&[("main.tf", main), ("prod.tfvars", "kind = \"SystemAssigned,UserAssigned\"\n")]);
    assert_eq!(run(files.path(), &["--select", "invalid-identity-type"]).code, 0);
    let select = ["--select", "invalid-identity-type", "--var-file", "prod.tfvars"];
    assert_eq!(run(files.path(), &select).code, 1);
    // azurerm 2 had other spellings.
    let lock = "provider \"registry.terraform.io/hashicorp/azurerm\" {\n  version = \"2.99.0\"\n}\n";
    fs::write(files.path().join(".terraform.lock.hcl"), lock).expect("writable");
    assert_eq!(run(files.path(), &select).code, 0);
}

#[test]
fn opentofu_files_count_and_take_the_place_of_their_twins() {
    let files = tree(&[("main.tf", WRONG_ID), ("main.tofu", CLEAN)]);
    let run = run(files.path(), &["--format", "json"]);
    assert_eq!(run.code, 0);
    assert_eq!(json(&run)["coverage"]["files"]["skipped"][0]["path"], "main.tf");
}

#[test]
fn an_override_file_changes_what_others_declare() {
    let fixed = "resource \"azurerm_role_assignment\" \"app\" {\n  principal_id = azurerm_user_assigned_identity.app.principal_id\n}\n";
    let files = tree(&[("main.tf", WRONG_ID), ("main_override.tf", fixed)]);
    assert_eq!(run(files.path(), &[]).code, 0);
}

#[test]
fn no_secret_is_printed() {
    let secret = "Sommer-2024-Passwort!";
    let main = format!(
        "resource \"azurerm_mssql_server\" \"x\" {{\n  name = \"sql\"\n  administrator_login_password = \"{secret}\"\n}}\nlocals {{\n  s = \"Server=x;Password={secret};\"\n}}\n{WRONG_ID}"
    );
    let files = tree(&[("main.tf", &main)]);
    for arguments in [vec![], vec!["--format", "json"], vec!["--select", "syntax"], vec!["--persona", "auditor"]] {
        let run = run(files.path(), &arguments);
        assert!(!run.out.contains(secret) && !run.err.contains(secret), "{arguments:?}: {}", run.out);
    }
}

#[test]
fn output_is_the_same_on_every_run() {
    let showcase = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/showcase");
    let first = run(&showcase, &["--format", "json"]).out;
    for _ in 0..5 {
        assert_eq!(run(&showcase, &["--format", "json"]).out, first);
    }
}

#[test]
fn broken_input_is_named_and_the_rest_is_analysed() {
    let files = tree(&[("good/main.tf", WRONG_ID), ("syntax/main.tf", "locals {\n  a = [1,\n}\n")]);
    let write = |name: &str, bytes: &[u8]| {
        let path = files.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("writable");
        fs::write(path, bytes).expect("writable");
    };
    write("latin/main.tf", b"locals {\n  a = \"caf\xe9\"\n}\n");
    write("binary/main.tf", &(0..=255).collect::<Vec<u8>>());
    write("missing/main.tf", b"module \"m\" {\n  source = \"../nowhere\"\n}\n");
    let report = json(&run(files.path(), &["--format", "json"]));
    let rules: Vec<&str> =
        report["findings"].as_array().expect("findings").iter().filter_map(|f| f["rule"].as_str()).collect();
    assert_eq!(rules.iter().filter(|rule| **rule == "syntax-error").count(), 3, "{rules:?}");
    assert!(rules.contains(&"wrong-principal-id"));
    let coverage = &report["coverage"];
    assert_eq!(coverage["files"]["partial"].as_array().map(Vec::len), Some(2));
    assert_eq!(coverage["files"]["skipped"][0]["path"], "binary/main.tf");
    assert_eq!(coverage["opaque_modules"][0]["reason"], "there is no such module on disk");
}

#[test]
fn a_file_that_is_too_large_fails_the_run_by_name() {
    let files = tree(&[("good/main.tf", CLEAN)]);
    let huge = fs::File::create(files.path().join("huge.tf")).expect("writable");
    huge.set_len(65 * 1024 * 1024).expect("a sparse file");
    let run = run(files.path(), &[]);
    assert_eq!(run.code, 2);
    assert!(run.out.contains("skipped: huge.tf (65 MiB"), "{}", run.out);
}

#[cfg(unix)]
#[test]
fn links_are_followed_to_files_and_never_in_circles() {
    let files = tree(&[("a/main.tf", WRONG_ID)]);
    std::os::unix::fs::symlink("..", files.path().join("a/loop")).expect("a link");
    std::os::unix::fs::symlink("main.tf", files.path().join("a/gone.tf")).expect("a link");
    let followed = run(files.path(), &["--format", "json"]);
    assert_eq!(json(&followed)["coverage"]["files"]["analysed"], 2);
    assert_eq!(json(&followed)["coverage"]["files"]["skipped"][0]["path"], "a/loop");
    std::os::unix::fs::symlink("nowhere.tf", files.path().join("a/broken.tf")).expect("a link");
    let broken = run(files.path(), &[]);
    assert_eq!(broken.code, 2);
    assert!(broken.out.contains("skipped: a/broken.tf"));
}

#[test]
fn what_goes_in_circles_or_grows_without_end_comes_to_an_end() {
    let mut doubling = String::new();
    for (before, n) in (1..60).enumerate() {
        let _ = writeln!(doubling, "  s{n} = \"${{local.s{before}}}${{local.s{before}}}\"");
        let _ = writeln!(doubling, "  l{n} = [local.l{before}, local.l{before}]");
    }
    let mut chain = String::new();
    for n in 0..3000 {
        let _ = writeln!(chain, "  c{n} = local.c{}", n + 1);
    }
    let main = format!(
        r#"
locals {{
  a  = local.b
  b  = local.a
  s0 = "x"
  l0 = []
{doubling}{chain}
  loops = [for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a + b + c]]]
  nested = {open}1{close}
}}
module "self" {{
  source = "./"
  count  = 3
}}
module "one" {{
  source = "./m"
  p      = module.two.o
}}
module "two" {{
  source = "./m"
  p      = module.one.o
}}
resource "azurerm_role_assignment" "a" {{
  for_each     = azurerm_role_assignment.b
  scope        = local.s59
  principal_id = local.a
}}
resource "azurerm_role_assignment" "b" {{
  for_each = azurerm_role_assignment.a
}}
resource "azurerm_key_vault" "many" {{
  count = 1000000000
  name  = local.c0
}}
resource "azurerm_key_vault" "more" {{
  for_each = toset([for i in range(1000000) : tostring(i)])
}}
output "l" {{
  value = flatten(local.l59)
}}
output "loops" {{
  value = local.loops
}}
"#,
        open = "[".repeat(60),
        close = "]".repeat(60),
    );
    let files = tree(&[
        ("main.tf", &main),
        ("m/main.tf", "variable \"p\" {}\noutput \"o\" {\n  value = var.p\n}\n"),
        ("deep/a.tf", &"{".repeat(100_000)),
        ("deep/b.tf", &format!("x = {}", "(".repeat(100_000))),
        ("deep/c.tf", &format!("x = \"{}", "${\"".repeat(3_000))),
        ("deep/d.tf.json", &"[".repeat(200_000)),
    ]);
    let run = run(files.path(), &["--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert_eq!(json(&run)["coverage"]["files"]["partial"].as_array().map(Vec::len), Some(4));
}

#[test]
fn hidden_directories_are_read_but_not_those_of_tools() {
    let files =
        tree(&[(".identity/main.tf", WRONG_ID), (".terraform/modules/x/main.tf", WRONG_ID), (".git/main.tf", "")]);
    let run = run(files.path(), &["--format", "json"]);
    let report = json(&run);
    let paths: Vec<&str> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|one| one["primary"]["path"].as_str())
        .collect();
    assert_eq!(paths, [".identity/main.tf"]);
}

#[test]
fn a_backup_of_a_database_is_no_script() {
    let files = tree(&[("main.tf", CLEAN), ("backup.sql", "PGDMP\0create user x from external provider\0")]);
    let run = run(files.path(), &[]);
    assert_eq!((run.code, run.out.contains("1 file: 1 analysed")), (0, true), "{}", run.out);
}

#[test]
fn a_template_of_terraform_is_named_and_left_out() {
    let template = r#"{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0", "resources": [ %{ for x in names }{}, %{ endfor } ] }"#;
    let caller = "locals {\n  text = templatefile(\"${path.module}/env.json\", { names = [] })\n}\n";
    let named = tree(&[("main.tf", caller), ("env.json", template)]);
    let run_named = run(named.path(), &[]);
    assert_eq!(run_named.code, 0, "{}", run_named.out);
    assert!(run_named.out.contains("env.json (a template of Terraform's own"), "{}", run_named.out);
    let alone = tree(&[("main.tf", CLEAN), ("env.json", template)]);
    assert_eq!(run(alone.path(), &[]).code, 1);
}

#[cfg(unix)]
#[test]
fn what_never_ends_is_not_read() {
    let files = tree(&[("main.tf", "locals {}\n")]);
    std::os::unix::fs::symlink("/dev/zero", files.path().join("endless.tf")).expect("a link");
    let run = run(files.path(), &[]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.out.contains("skipped: endless.tf (it is no plain file)"), "{}", run.out);
}
