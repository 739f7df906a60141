//! Suppressions in the code: what they cover, in every syntax of comments, and what is said about those that rot.

use identilint::day::Day;
use identilint::engine::{Report, analyze, with_workers};
use identilint::finding::{Finding, Persona, Suppressor};
use identilint::policy::{Policies, Policy};
use identilint::workspace::Workspace;

use crate::support::{run, tree};

use std::fs;
use std::path::Path;

use tempfile::TempDir;

const IDENTITY: &str = "resource \"azurerm_user_assigned_identity\" \"app\" {\n  name = \"id-app\"\n}\n";

/// A role assignment with `ABOVE`, `ROLE`, `IN` and `END` for comments.
const WRONG: &str = "ABOVE\nresource \"azurerm_role_assignment\" \"app\" {\n  scope = \"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg\"\n  role_definition_name = \"Reader\" ROLE\n  IN\n  principal_id = azurerm_user_assigned_identity.app.client_id END\n}\n";

const IGNORE: &str = "identilint: ignore[wrong-principal-id] é why";

fn analysed(files: &[(&str, &str)], policy: Policy) -> Report {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let workspace = Workspace::of_texts(files);
    let policies = Policies { today: Day::parse("2026-11-01"), ..Policies::everywhere(policy) };
    with_workers(|| analyze(&workspace, &policies))
}

fn report(files: &[(&str, &str)]) -> Report {
    analysed(files, Policy::default())
}

fn rules(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule).collect()
}

/// `WRONG` and its identity, with comments in some places.
fn wrong(comments: &[(&str, &str)]) -> String {
    let mut text = WRONG.to_owned();
    for (place, comment) in comments {
        text = text.replace(place, comment);
    }
    for place in ["ABOVE", "ROLE", "IN", "END"] {
        text = text.replace(place, "");
    }
    format!("{IDENTITY}\n{text}")
}

/// What is shown, and how much is suppressed.
fn outcome(text: &str) -> (Vec<&'static str>, usize) {
    let report = report(&[("main.tf", text)]);
    (rules(&report.findings), report.suppressed.len())
}

#[test]
fn a_comment_covers_its_line_or_what_begins_below_it() {
    let hash = format!("# {IGNORE}");
    let slashes = format!("// {IGNORE}");
    let block = format!("/* {IGNORE} */");
    let lines = format!("/*\n   * {IGNORE}\n   */");
    for (place, comment) in [
        ("ABOVE", &hash),
        ("ABOVE", &slashes),
        ("ABOVE", &block),
        ("ABOVE", &lines),
        ("IN", &hash),
        ("IN", &lines),
        ("END", &hash),
        ("END", &slashes),
        ("END", &block),
        ("ABOVE", &format!("{hash}\n\n# more\n")),
    ] {
        for text in [wrong(&[(place, comment)]), wrong(&[(place, comment)]).replace('\n', "\r\n")] {
            for text in [text.clone(), format!("\u{feff}{text}")] {
                assert_eq!(outcome(&text), (vec![], 1), "{text}");
            }
        }
    }
    // Another line is another line.
    let elsewhere = wrong(&[("ROLE", &hash)]);
    assert_eq!(outcome(&elsewhere), (vec!["unused-suppression", "wrong-principal-id"], 0));
}

#[test]
fn a_suppressed_finding_says_why() {
    let text = wrong(&[("IN", "# identilint: ignore[binding, slots]: known - see #12 until=2026-11-01")]);
    let report = report(&[("main.tf", &text)]);
    let suppression = report.suppressed[0].suppression.clone().expect("a suppression");
    assert_eq!(suppression.by, Suppressor::Comment);
    assert_eq!(suppression.reason, "known - see #12");
    assert_eq!(suppression.until.as_deref(), Some("2026-11-01"));
    let at = suppression.at.expect("a place");
    let written = text.get(at.start as usize..at.end as usize).expect("its text");
    assert!(written.starts_with("identilint: ignore[binding") && written.ends_with("2026-11-01"), "{written}");
    assert!(!report.suppressed[0].fingerprint.is_empty());
    // Of two names only one has something to suppress.
    assert_eq!(rules(&report.findings), ["unused-suppression"]);
}

#[test]
fn what_looks_like_a_comment_in_a_string_is_none() {
    let ours = "identilint: ignore[wrong-principal-id] why";
    for text in [
        format!("locals {{\n  a = \"# {ours}\"\n}}\n"),
        format!("locals {{\n  a = <<-EOT\n    # {ours}\n    // {ours}\n  EOT\n}}\n"),
        format!("locals {{\n  a = <<EOT\n%{{ if true }}# {ours}\n%{{ endif }}\nEOT\n}}\n"),
    ] {
        assert_eq!(outcome(&text), (vec![], 0), "{text}");
    }
    let bicep = format!(
        "var a = '// {ours}'\nvar b = '''\n// {ours}\n/* {ours} */\n'''\nvar c = 'x${{a}}// {ours}'\noutput d string = '${{a}}${{b}}${{c}}'\n"
    );
    assert_eq!(rules(&report(&[("main.bicep", &bicep)]).findings), Vec::<&str>::new());
    let json = format!(
        "{{ \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\", \"variables\": {{ \"a\": \"// {ours}\", \"b\": \"\n// {ours}\n\" }}, \"resources\": [] }}"
    );
    assert_eq!(rules(&report(&[("main.json", &json)]).findings), Vec::<&str>::new());
    // In a hole of a template it is a comment of its line.
    let hole = format!("\"${{ /* {ours} */ azurerm_user_assigned_identity.app.client_id }}\"");
    let hole = wrong(&[]).replace("azurerm_user_assigned_identity.app.client_id", &hole);
    assert_eq!(outcome(&hole), (vec![], 1), "{hole}");
}

#[test]
fn a_comment_at_what_a_finding_names_counts_too() {
    let text = format!("# {IGNORE}\n{}", wrong(&[]));
    let named = report(&[("main.tf", &wrong(&[]))]);
    let names_identity = named.findings[0].related.iter().any(|label| label.span.start < 40);
    assert_eq!(outcome(&text).1, usize::from(names_identity), "{text}");
}

#[test]
fn a_whole_file_is_named_above_its_code() {
    let head = "# Copyright\n# identilint: ignore-file[wrong-principal-id] why\n\n";
    assert_eq!(outcome(&format!("{head}{}", wrong(&[]))), (vec![], 1));
    let below = format!("{}\n# identilint: ignore-file[wrong-principal-id] why\n", wrong(&[]));
    assert_eq!(outcome(&below), (vec!["wrong-principal-id", "malformed-suppression"], 0));
    // A file that is only mentioned is not the finding's own.
    let identity = format!("# identilint: ignore-file[wrong-principal-id] why\n{IDENTITY}");
    let grant = wrong(&[]).replace(IDENTITY, "");
    let report = report(&[("a.tf", &identity), ("b.tf", &grant)]);
    assert_eq!(rules(&report.findings), ["unused-suppression", "wrong-principal-id"]);
}

#[test]
fn a_comment_above_a_call_covers_what_comes_through_it() {
    let module = wrong(&[]);
    let call = |name: &str, comment: &str| format!("{comment}module \"{name}\" {{\n  source = \"./m\"\n}}\n");
    let comment = format!("# {IGNORE}\n");
    let of = |main: &str| {
        let report = report(&[("main.tf", main), ("m/main.tf", &module)]);
        let subjects: Vec<String> = report.findings.iter().map(|one| format!("{} {}", one.rule, one.subject)).collect();
        (subjects, report.suppressed.len())
    };
    assert_eq!(of(&call("a", &comment)), (vec![], 1));
    let both = format!("{}{}", call("a", &comment), call("b", ""));
    let left = "wrong-principal-id module.b.azurerm_role_assignment.app".to_owned();
    assert_eq!(of(&both), (vec![left.clone()], 1));
    // Two levels deep.
    let outer = call("inner", "").replace("./m", "../m");
    let main = "# identilint: ignore[wrong-principal-id] why\nmodule \"outer\" {\n  source = \"./outer\"\n}\n";
    let deep = report(&[("main.tf", main), ("outer/main.tf", &outer), ("m/main.tf", &module)]);
    assert_eq!((rules(&deep.findings), deep.suppressed.len()), (vec![], 1));
    // In Bicep, for one of two calls of the same module.
    let bicep = "module a 'm.bicep' = {\n  name: 'a'\n}\n// identilint: ignore[local-auth-enabled] why\nmodule b 'm.bicep' = {\n  name: 'b'\n}\n";
    let bus = "resource bus 'Microsoft.ServiceBus/namespaces@2022-10-01-preview' = {\n  name: 'sb'\n  location: 'westeurope'\n  sku: { name: 'Standard' }\n  properties: { disableLocalAuth: false }\n}\n";
    let report = report(&[("main.bicep", bicep), ("m.bicep", bus)]);
    assert_eq!((rules(&report.findings), report.suppressed.len()), (vec!["local-auth-enabled"], 1));
}

#[test]
fn nothing_is_unused_that_this_run_could_not_have_found() {
    let text =
        wrong(&[("ABOVE", "# identilint: ignore[slot-without-role] why")]).replace(".client_id", ".principal_id");
    assert_eq!(outcome(&text), (vec!["unused-suppression"], 0));
    let select = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    let of = |policy: Policy| rules(&analysed(&[("main.tf", &text)], policy).findings).len();
    assert_eq!(of(Policy { select: select(&["suppressions", "binding"]), ..Policy::default() }), 0);
    assert_eq!(of(Policy { select: select(&["suppressions", "slots"]), ..Policy::default() }), 1);
    assert_eq!(of(Policy { ignore: vec!["slots".to_owned()], ..Policy::default() }), 0);
    assert_eq!(of(Policy { ignore: vec!["suppressions".to_owned()], ..Policy::default() }), 0);
    // Somewhere else something cannot be read.
    let broken = report(&[("main.tf", &text), ("b/main.tf", "x = = 1\n")]);
    assert_eq!(rules(&broken.findings), ["syntax-error"]);
    let absent = format!("{text}\nmodule \"x\" {{\n  source = \"a/b/c\"\n}}\n");
    assert_eq!(outcome(&absent), (vec![], 0));
    // What only the pedantic are shown is suppressed for everybody.
    let pedantic = "# identilint: ignore[resource-without-identity] why\nresource \"azurerm_data_factory\" \"x\" {\n  name = \"x\"\n}\n";
    for persona in [Persona::Regular, Persona::Pedantic] {
        let report = analysed(&[("main.tf", pedantic)], Policy { persona, ..Policy::default() });
        assert_eq!(rules(&report.findings), Vec::<&str>::new());
        assert_eq!(report.suppressed.len(), usize::from(persona == Persona::Pedantic));
    }
}

#[test]
fn several_suppressions_stack() {
    let above = "# identilint: ignore[slots] one\n# identilint: ignore[wrong-principal-id] two";
    assert_eq!(outcome(&wrong(&[("ABOVE", above)])), (vec!["unused-suppression"], 1));
    // The nearest one speaks, and the other is not unused.
    let text = wrong(&[("ABOVE", &format!("# {IGNORE}")), ("END", "# identilint: ignore[binding] near")]);
    let report = report(&[("main.tf", &text)]);
    assert_eq!(rules(&report.findings), Vec::<&str>::new());
    assert_eq!(report.suppressed[0].suppression.as_ref().map(|one| one.reason.as_str()), Some("near"));
}

#[test]
fn values_of_parameters_are_suppressed_where_they_stand() {
    let main =
        wrong(&[]).replace("azurerm_user_assigned_identity.app.client_id", "var.id").replace("\"Reader\"", "var.role");
    let variables = "variable \"id\" {}\nvariable \"role\" {}\n";
    let values = "id = \"00000000-0000-0000-0000-000000000002\"\nrole = \"Key Vault Secret User\" # identilint: ignore[unknown-role] why\n";
    let files = [("main.tf", main.as_str()), ("variables.tf", variables), ("terraform.tfvars", values)];
    let report = report(&files);
    assert_eq!((rules(&report.findings), report.suppressed.len()), (vec![], 1));
}

#[test]
fn a_fetched_module_may_speak_for_itself_and_is_never_blamed() {
    let of = |comment: &str| {
        let module = wrong(&[("IN", comment)]);
        let files = tree(&[
            ("main.tf", "module \"x\" {\n  source = \"a/b/c\"\n}\n"),
            (
                ".terraform/modules/modules.json",
                r#"{"Modules":[{"Key":"x","Source":"a/b/c","Dir":".terraform/modules/x"}]}"#,
            ),
            (".terraform/modules/x/main.tf", &module),
        ]);
        run(files.path(), &[])
    };
    assert_eq!(of("").code, 1);
    assert_eq!(of(&format!("# {IGNORE}")).code, 0);
    let rotten =
        of("# identilint: ignore[slots] until=2020-01-01 why\n  # identilint: ignore\n # identilint: ignore[none] why");
    assert!(rotten.code == 1 && !rotten.out.contains("suppression"), "{}", rotten.out);
}

#[test]
fn no_ignore_shows_everything_and_blames_nothing() {
    let files =
        tree(&[("main.tf", &wrong(&[("ABOVE", "# identilint: ignore[slots] x"), ("END", &format!("# {IGNORE}"))]))]);
    let run = run(files.path(), &["--no-ignore"]);
    assert!(run.code == 1 && run.out.contains("wrong-principal-id") && !run.out.contains("suppression"), "{}", run.out);
}

#[test]
fn what_cannot_be_read_cannot_be_suppressed() {
    let text = "# identilint: ignore-file[syntax-error] why\nlocals {\n  a = = 1 # identilint: ignore[syntax] why\n}\n";
    assert_eq!(outcome(text), (vec!["malformed-suppression", "syntax-error", "malformed-suppression"], 0));
}

#[test]
fn a_file_that_was_asked_for_is_judged_with_its_suppressions() {
    let files = tree(&[
        ("main.tf", &wrong(&[("END", &format!("# {IGNORE}"))])),
        ("other.tf", "# identilint: ignore[slots] why\nlocals {\n  a = 1\n}\n"),
    ]);
    assert_eq!(run(files.path(), &["main.tf"]).code, 0);
    assert_eq!(run(files.path(), &["other.tf"]).code, 1);
    assert_eq!(run(files.path(), &[]).code, 1);
}

/// Each block of the page that is marked `suppressed` is silent, and is not without its suppression.
#[test]
fn the_page_shows_what_works() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/suppressions.md"));
    let page = page.expect("the page");
    let blocks: Vec<(&str, &str)> =
        page.split("\n```").skip(1).step_by(2).filter_map(|block| block.split_once('\n')).collect();
    let mut tested = 0;
    for (info, code) in &blocks {
        let Some((kind, rest)) = info.split_once(" suppressed") else { continue };
        let name = match kind {
            "hcl" => "main.tf",
            "bicep" => "main.bicep",
            "tf.json" => "main.tf.json",
            _ => "main.json",
        };
        let mut files = vec![(name, *code)];
        if let Some(path) = rest.strip_prefix(" beside ") {
            let beside =
                blocks.iter().find(|(info, _)| info.ends_with(&format!(" {path}")) && !info.contains("beside"));
            files.push((path, beside.expect("the other file").1));
        }
        let files = tree(&files);
        let silent = run(files.path(), &["--persona", "regular"]);
        assert_eq!(silent.code, 0, "{code}\n{}", silent.out);
        assert_eq!(run(files.path(), &["--no-ignore"]).code, 1, "{code}");
        tested += 1;
    }
    assert_eq!(tested, 6);
}

fn read(files: &TempDir, path: &str) -> String {
    fs::read_to_string(files.path().join(path)).expect("readable")
}

#[test]
fn suppressions_are_written_for_all_that_is_shown() {
    let files =
        tree(&[("main.tf", &wrong(&[])), ("crlf/main.tf", &format!("\u{feff}{}", wrong(&[]).replace('\n', "\r\n")))]);
    let first = run(files.path(), &["--add-ignore=known for é"]);
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    assert!(first.out.contains("suppressed: main.tf:10: wrong-principal-id"), "{}", first.out);
    assert!(first.out.ends_with("2 suppressions for 2 findings written to 2 files\n"), "{}", first.out);
    let text = read(&files, "main.tf");
    let line = "  principal_id = azurerm_user_assigned_identity.app.client_id";
    let comment = "# identilint: ignore[wrong-principal-id] known for é";
    assert!(text.contains(&format!("\n{line} {comment} \n")), "{text}");
    // A line is not made longer than it can be read.
    let wide = tree(&[("main.tf", &wrong(&[]))]);
    assert_eq!(run(wide.path(), &["--add-ignore=known for é, and for much else besides"]).code, 0);
    let above = read(&wide, "main.tf");
    assert!(above.contains(&format!("\n  {comment}, and for much else besides\n{line}")), "{above}");
    let windows = read(&files, "crlf/main.tf");
    assert_eq!(windows, format!("\u{feff}{}", text.replace('\n', "\r\n")));
    assert_eq!(run(files.path(), &[]).code, 0);
    let second = run(files.path(), &["--add-ignore=known"]);
    assert_eq!((second.code, second.out.as_str()), (0, "no suppression was written\n"));
    assert_eq!(read(&files, "main.tf"), text);
    assert_eq!(fs::read_dir(files.path()).expect("a directory").count(), 2);
}

#[test]
fn suppressions_are_written_where_the_format_takes_them() {
    let password = "resource \"azurerm_mssql_server\" \"x\" {\n  name = \"sql\"\n  administrator_login_password = \"Sommer-2024-Passwort!\"\n}\n";
    let script = "fixtures/credential-literal/fail/terraform/in-a-script.tf";
    let script = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(script)).expect("a fixture");
    let heredoc = script.replace("\n  custom_data", "\n  # checkov:skip=x\n  custom_data");
    let bus = "#disable-next-line BCP081\nresource bus 'Microsoft.ServiceBus/namespaces@2022-10-01-preview' = {\n  name: 'sb'\n  location: 'westeurope'\n  sku: { name: 'Standard' }\n  properties: { disableLocalAuth: false }\n}\n";
    let template = |extra: &str| {
        format!(
            "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\",\n  \"resources\": [\n    {{\n      {extra}\"type\": \"Microsoft.ServiceBus/namespaces\",\n      \"apiVersion\": \"2022-10-01-preview\",\n      \"name\": \"sb\",\n      \"location\": \"westeurope\",\n      \"sku\": {{ \"name\": \"Standard\" }},\n      \"properties\": {{ \"disableLocalAuth\": false }}\n    }}\n  ]\n}}\n"
        )
    };
    let json = "{\"resource\": {\"azurerm_user_assigned_identity\": {\"app\": {\"name\": \"id\"}},\n\"azurerm_role_assignment\": {\"app\": [{\"//\": \"mine\", \"scope\": \"/x\", \"role_definition_name\": \"Reader\", \"principal_id\": \"${azurerm_user_assigned_identity.app.client_id}\"}]}}}\n";
    let files = tree(&[
        ("a/main.tf", password),
        ("b/main.tf", &heredoc),
        ("c/main.bicep", bus),
        ("d/main.json", &template("")),
        ("e/main.json", &template("// a comment\n      ")),
        (
            "f/main.json",
            &template(
                "\"metadata\": { \"identilint\": \"ignore[wrong-principal-id, local-auth-enabled] x until=2020-01-01\" },\n      ",
            ),
        ),
        ("g/main.tf.json", json),
        ("h/main.json", &template("").replace('\n', "")),
    ]);
    let run_all = run(files.path(), &["--add-ignore=it's \"known\" \\o/"]);
    // The expired one stays.
    assert_eq!(run_all.code, 1, "{}{}", run_all.out, run_all.err);
    assert!(
        run_all.out.contains("left: f/main.json:4: expired-suppression: it cannot be suppressed"),
        "{}",
        run_all.out
    );
    assert_eq!(run_all.out.matches("left: ").count(), 1, "{}", run_all.out);
    assert!(
        read(&files, "a/main.tf").contains(
            "  administrator_login_password = \"Sommer-2024-Passwort!\" # identilint: ignore[literal-password] it's"
        ),
        "{}",
        read(&files, "a/main.tf")
    );
    let heredoc = read(&files, "b/main.tf");
    assert!(
        heredoc.contains("\n  # identilint: ignore[")
            && heredoc.contains("\n  # checkov:skip=x\n  custom_data = base64encode(<<-EOT\n"),
        "{heredoc}"
    );
    let strict = read(&files, "d/main.json");
    assert!(strict.contains("{\n      \"metadata\": { \"identilint\": \"ignore[local-auth-enabled] it's \\\"known\\\" \\\\o/\" },\n      \"type\""), "{strict}");
    assert!(serde_json::from_str::<serde_json::Value>(&strict).is_ok());
    assert!(serde_json::from_str::<serde_json::Value>(&read(&files, "h/main.json")).is_ok());
    assert!(read(&files, "e/main.json").contains("// identilint: ignore[local-auth-enabled] it's"));
    let beside = read(&files, "f/main.json");
    assert!(beside.contains("\"identilint\": [ \"ignore[local-auth-enabled] it's"), "{beside}");
    let members = read(&files, "g/main.tf.json");
    assert!(members.contains("\"//\": [ \"identilint: ignore[wrong-principal-id] it's"), "{members}");
    assert!(members.contains(", \"mine\" ]"), "{members}");
    let bicep = read(&files, "c/main.bicep");
    assert!(bicep.starts_with("#disable-next-line BCP081\nresource bus"), "{bicep}");
    assert!(run(files.path(), &["--ignore", "suppressions"]).code == 0);
}

#[test]
fn a_reason_that_will_not_do_writes_nothing() {
    let text = wrong(&[]);
    let files = tree(&[("main.tf", &text)]);
    for (reason, hint) in [
        ("--add-ignore=", "needs a reason"),
        ("--add-ignore=  -", "needs a reason"),
        ("--add-ignore=a\nb", "one line"),
        ("--add-ignore=a until=2027-02-30", "no day"),
        ("--add-ignore=a until=2020-01-01", "over already"),
    ] {
        let run = run(files.path(), &[reason]);
        assert!(run.code == 2 && run.err.contains(hint), "{reason}: {}", run.err);
    }
    assert_eq!(run(files.path(), &["--add-ignore=x", "--no-ignore"]).code, 2);
    assert_eq!(read(&files, "main.tf"), text);
}

#[test]
fn what_cannot_be_suppressed_is_left_and_said() {
    let broken = format!("{}\nlocals {{\n  a = = 1\n}}\n", wrong(&[]));
    let bytes = wrong(&[]).replace("id-app", "caf?").into_bytes();
    let files = tree(&[("main.tf", &broken)]);
    fs::create_dir(files.path().join("latin")).expect("writable");
    let bytes: Vec<u8> = bytes.into_iter().map(|byte| if byte == b'?' { 0xe9 } else { byte }).collect();
    fs::write(files.path().join("latin/main.tf"), &bytes).expect("writable");
    let run = run(files.path(), &["--add-ignore=known"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(
        run.out.contains("left: latin/main.tf:10: wrong-principal-id: its file is not what was read"),
        "{}",
        run.out
    );
    assert!(run.out.contains("syntax-error: it cannot be suppressed"), "{}", run.out);
    assert!(read(&files, "main.tf").contains("# identilint: ignore[wrong-principal-id] known"));
    assert_eq!(fs::read(files.path().join("latin/main.tf")).expect("readable"), bytes);
}
