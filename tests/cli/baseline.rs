//! `--write-baseline`, `--baseline` and `--stdin-filename`.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

use super::WRONG_ID;
use super::support::{Run, json, run, tree};

fn more(name: &str) -> String {
    WRONG_ID.replace("\"app\"", &format!("\"{name}\"")).replace("_identity.app.", &format!("_identity.{name}."))
}

fn entries(directory: &Path, file: &str) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(directory.join(file)).expect("a baseline");
    let baseline: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    baseline.get("findings").and_then(|findings| findings.as_array()).expect("findings").clone()
}

#[test]
fn what_is_in_the_baseline_does_not_count() {
    let files = tree(&[("a b/é.tf", WRONG_ID), ("main.tf", &more("main"))]);
    fs::create_dir(files.path().join(".git")).expect("writable");
    let written = run(files.path(), &["--write-baseline", "known.json"]);
    assert_eq!(written.code, 0, "{}", written.out);
    assert_eq!(written.err, "wrote `known.json`: 2 findings: 0 kept, 0 gone, 2 new\n");
    assert!(written.out.starts_with("no findings\n2 known by the baseline known.json\n"), "{}", written.out);
    let text = fs::read_to_string(files.path().join("known.json")).expect("a baseline");
    assert!(!text.contains("line"), "{text}");
    let first = &entries(files.path(), "known.json")[0];
    assert_eq!(first["path"], "a b/é.tf");
    assert_eq!(first["rule"], "wrong-principal-id");
    assert_eq!(first["subject"], "azurerm_role_assignment.app");

    let known = run(files.path(), &["--baseline", "known.json", "--format", "json"]);
    assert_eq!(known.code, 0);
    assert_eq!(json(&known)["findings"].as_array().map(Vec::len), Some(0));
    // What is left out of a report is counted all the same.
    let omitted = run(files.path(), &["--baseline", "known.json", "--omit-suppressed", "--format", "json"]);
    for run in [&known, &omitted] {
        assert_eq!(json(run)["summary"], serde_json::json!({ "findings": 2, "new": 0, "known": 2 }));
    }
    // Of one format only.
    let both = ["--baseline", "known.json", "--format", "json", "--format", "sarif=out.sarif"];
    for (omit, left) in [("--omit-suppressed=sarif", 2), ("--omit-suppressed=json", 0), ("--omit-suppressed", 0)] {
        let run = run(files.path(), &[&both[..], &[omit]].concat());
        assert_eq!(json(&run)["suppressed"].as_array().map(Vec::len), Some(left), "{omit}");
        let sarif = fs::read_to_string(files.path().join("out.sarif")).expect("a report");
        let sarif: serde_json::Value = serde_json::from_str(&sarif).expect("JSON");
        let shown = if omit == "--omit-suppressed=json" { 2 } else { 0 };
        assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(shown), "{omit}");
    }
    let wrong = run(files.path(), &["--omit-suppressed=yes"]);
    assert!(wrong.code == 2 && wrong.err.contains("expected one of text, concise, json"), "{}", wrong.err);
    // From elsewhere, of one file, and moved.
    assert_eq!(run(&files.path().join("a b"), &["--baseline", "../known.json"]).code, 0);
    assert_eq!(run(files.path(), &["main.tf", "--baseline", "known.json"]).code, 0);
    fs::write(
        files.path().join("main.tf"),
        format!("\u{feff}{}{}", "# x\r\n".repeat(50), more("main").replace('\n', "\r\n")),
    )
    .expect("writable");
    assert_eq!(run(files.path(), &["--baseline", "known.json"]).code, 0);
    // Written again, the bytes are the same.
    let again = run(files.path(), &["--write-baseline", "known.json"]);
    assert_eq!(again.err, "wrote `known.json`: 2 findings: 2 kept, 0 gone, 0 new\n");
    assert_eq!(fs::read_to_string(files.path().join("known.json")).expect("a baseline"), text);

    fs::write(files.path().join("third.tf"), more("third")).expect("writable");
    let new = run(files.path(), &["--baseline", "known.json"]);
    assert_eq!(new.code, 1);
    assert!(new.out.contains("azurerm_role_assignment.third") && !new.out.contains("azurerm_role_assignment.app"));
    assert!(new.out.contains("1 finding (1 high)\n2 known by the baseline known.json\n"), "{}", new.out);
}

#[test]
fn entries_that_match_nothing_are_named_and_dropped() {
    let files = tree(&[("a.tf", WRONG_ID), ("b.tf", &more("b")), ("c.tf", &more("c"))]);
    let at = files.path();
    run(at, &["--write-baseline", "known.json"]);
    fs::write(at.join("a.tf"), "").expect("writable");
    fs::remove_file(at.join("b.tf")).expect("there");
    let stale = run(at, &["--baseline", "known.json"]);
    assert_eq!(stale.code, 0, "{}", stale.out);
    assert!(
        stale.out.contains(
            "2 entries of the baseline no longer found:\n  wrong-principal-id at azurerm_role_assignment.app (a.tf)\n"
        ),
        "{}",
        stale.out
    );
    let report = json(&run(at, &["--baseline", "known.json", "--format", "json"]));
    let compared = &report["compared"][0];
    assert_eq!(
        (&compared["baseline"], &compared["known"], &compared["new"]),
        (&"known.json".into(), &1.into(), &0.into())
    );
    assert_eq!(compared["gone"][1]["path"], "b.tf");
    // Nobody looked for these.
    for arguments in [
        vec!["--select", "slots"],
        vec!["--ignore", "binding"],
        vec!["c.tf", "--select", "wrong-principal-id", "--min-severity", "critical"],
    ] {
        let mut all = arguments.clone();
        all.extend(["--baseline", "known.json"]);
        let run = run(at, &all);
        let gone = if arguments[0] == "c.tf" {
            "1 entry of the baseline no longer found"
        } else {
            "known by the baseline known.json\n"
        };
        assert!(run.out.contains(gone), "{arguments:?}: {}", run.out);
        assert!(!run.out.contains("2 entries"), "{arguments:?}: {}", run.out);
    }
    let part = run(at, &["--select", "slots", "--write-baseline", "known.json"]);
    assert_eq!(
        part.err,
        "wrote `known.json`: 3 findings: 0 kept, 0 gone, 0 new, 3 not looked for and left as they are\n"
    );
    // Only the confident part of what is found is shown; the rest is there all the same.
    let part = run(at, &["--min-severity", "critical", "--write-baseline", "known.json"]);
    assert!(part.err.contains("1 finding: 0 kept, 2 gone, 0 new, 1 not looked for"), "{}", part.err);
    fs::write(at.join("d.tf"), more("d")).expect("writable");
    let all = run(at, &["--write-baseline", "known.json"]);
    assert!(all.err.contains("2 findings: 1 kept, 0 gone, 1 new"), "{}", all.err);
}

#[test]
fn a_file_that_cannot_be_read_keeps_its_entries_and_gets_none() {
    let files = tree(&[("a.tf", WRONG_ID), ("b.tf", &more("b"))]);
    let at = files.path();
    run(at, &["--write-baseline", "known.json"]);
    fs::write(at.join("a.tf"), "locals {\n  a = = 1\n}\n").expect("writable");
    let broken = run(at, &["--baseline", "known.json"]);
    assert_eq!(broken.code, 1);
    assert!(broken.out.contains("syntax-error") && !broken.out.contains("no longer found"), "{}", broken.out);
    let written = run(at, &["--write-baseline", "known.json"]);
    assert_eq!(written.code, 1, "{}", written.out);
    assert!(written.err.contains("1 kept, 0 gone, 0 new, 1 not looked for"), "{}", written.err);
    assert!(written.err.contains("1 finding not in it: no baseline takes what cannot be read"), "{}", written.err);
    let rules: Vec<_> = entries(at, "known.json").iter().map(|entry| entry["rule"].clone()).collect();
    assert_eq!(rules, ["wrong-principal-id", "wrong-principal-id"]);
}

#[test]
fn what_is_no_baseline_is_an_error_and_stays_as_it_is() {
    let files = tree(&[("main.tf", WRONG_ID)]);
    let print = |print: &str| {
        format!(
            "{{\n  \"version\": 1,\n  \"tool\": {{\"name\": \"identilint\", \"version\": \"0.1.0\"}},\n  \"findings\": [\n    {{\"fingerprint\": \"{print}\", \"rule\": \"é\", \"path\": \"a\", \"subject\": \"b\"}}\n  ]\n}}\n"
        )
    };
    assert_eq!(run(files.path(), &["--baseline", "none.json"]).code, 2);
    for (text, words) in [
        (String::new(), "EOF while parsing"),
        ("[]".to_owned(), "invalid"),
        (
            "{\n  \"version\": 2,\n  \"other\": 1\n}".to_owned(),
            "it is of version 2, and this identilint reads version 1; write it anew at line 2",
        ),
        (
            "{\"version\": 1, \"tool\": {\"name\": \"x\", \"version\": \"1\"}, \"findings\": []}".to_owned(),
            "it was written by `x`",
        ),
        (print("line:1"), "`line:1` is no fingerprint at line 5"),
        (print("0123456789abcdef:1").replace("\"rule\"", "\"role\""), "unknown field `role`"),
        (print("0123456789abcdef:1").replace("  \"findings\"", "<<<<<<< HEAD\n  \"findings\""), "at line 4 column 1"),
        (WRONG_ID.to_owned(), "expected value at line 2"),
    ] {
        fs::write(files.path().join("known.json"), &text).expect("writable");
        for option in ["--baseline", "--write-baseline"] {
            let run = run(files.path(), &[option, "known.json"]);
            assert_eq!(run.code, 2, "{text}: {}", run.out);
            assert!(
                run.err.contains("`known.json` is no baseline: ") && run.err.contains(words),
                "{text}: {}",
                run.err
            );
            assert!(run.out.is_empty());
        }
        assert_eq!(fs::read_to_string(files.path().join("known.json")).expect("there"), text);
    }
    fs::write(
        files.path().join("known.json"),
        format!("\u{feff}{}", print("0123456789abcdef:1").replace('\n', "\r\n")),
    )
    .expect("writable");
    assert_eq!(run(files.path(), &["--baseline", "known.json"]).code, 1);
    fs::write(files.path().join("known.json"), b"{\"\xff\": 1}").expect("writable");
    assert_eq!(run(files.path(), &["--baseline", "known.json"]).code, 2);
    let nowhere = run(files.path(), &["--write-baseline", "known.json/baseline.json"]);
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.err.contains("`known.json/baseline.json` cannot be written"), "{}", nowhere.err);
    let missing = run(files.path(), &["--baseline", "none.json"]);
    assert!(missing.err.contains("`--write-baseline none.json` makes it"), "{}", missing.err);
}

#[test]
fn no_secret_goes_into_a_baseline() {
    let secret = "Sommer-2024-Passwort!";
    let main = format!(
        "resource \"azurerm_mssql_server\" \"x\" {{\n  name = \"sql\"\n  administrator_login_password = \"{secret}\"\n}}\nlocals {{\n  s = \"Server=x;Password={secret};\"\n}}\nresource \"azurerm_key_vault_secret\" \"s\" {{\n  for_each = toset([\"{secret}\"])\n  name = each.key\n  value = \"{secret}\"\n  key_vault_id = \"x\"\n}}\n"
    );
    let files = tree(&[("main.tf", &main)]);
    let written = run(files.path(), &["--persona", "auditor", "--write-baseline", "known.json"]);
    let text = fs::read_to_string(files.path().join("known.json")).expect("a baseline");
    assert!(!entries(files.path(), "known.json").is_empty());
    assert!(!text.contains(secret) && !written.err.contains(secret), "{text}");
    // Another secret in the same place is the same finding: nothing of it is in the fingerprint.
    fs::write(files.path().join("main.tf"), main.replace(secret, "Winter-2025-Kennwort!")).expect("writable");
    let other = run(files.path(), &["--baseline", "known.json"]);
    assert_eq!(other.code, 0, "{}", other.out);
}

#[test]
fn what_is_known_is_not_fixed() {
    let files = tree(&[("main.tf", WRONG_ID)]);
    let read = |name: &str| fs::read_to_string(files.path().join(name)).expect("there");
    run(files.path(), &["--write-baseline", "known.json"]);
    fs::write(files.path().join("new.tf"), more("new")).expect("writable");
    let fixed = run(files.path(), &["--fix", "--baseline", "known.json"]);
    assert_eq!(fixed.code, 0, "{}{}", fixed.out, fixed.err);
    assert_eq!(read("main.tf"), WRONG_ID);
    assert!(read("new.tf").contains("azurerm_user_assigned_identity.new.principal_id"));
    for others in [
        ["--fix", "--write-baseline"],
        ["--diff", "--write-baseline"],
        ["--baseline=x", "--write-baseline"],
        ["--since=x", "--write-baseline"],
    ] {
        let mut arguments = others.to_vec();
        arguments.push("known.json");
        let both = run(files.path(), &arguments);
        assert!(both.code == 2 && both.err.contains("cannot be used with"), "{}", both.err);
    }
}

fn piped(directory: &Path, arguments: &[&str], text: &[u8]) -> Run {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("identilint"))
        .current_dir(directory)
        .args(arguments)
        .write_stdin(text)
        .output()
        .expect("the binary runs");
    let utf8 = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code().unwrap_or(-1), out: utf8(output.stdout), err: utf8(output.stderr) }
}

#[test]
fn a_file_says_what_comes_in() {
    let files = tree(&[
        (
            "infra/main.tf",
            "resource \"azurerm_user_assigned_identity\" \"app\" {\n  name = \"id\"\n}\nmodule \"grant\" {\n  source       = \"./grant\"\n  principal_id = azurerm_user_assigned_identity.app.principal_id\n}\n",
        ),
        (
            "infra/grant/main.tf",
            "resource \"azurerm_role_assignment\" \"app\" {\n  scope = \"/x\"\n  principal_id = var.principal_id\n}\nvariable \"principal_id\" {}\n",
        ),
        ("other/main.tf", &more("other")),
    ]);
    let at = files.path();
    fs::create_dir(at.join(".git")).expect("writable");
    let text =
        fs::read_to_string(at.join("infra/main.tf")).expect("there").replace("app.principal_id", "app.client_id");
    let run = |path: &str, text: &str| piped(at, &["--stdin-filename", path, "--format", "json"], text.as_bytes());
    // The rest of the tree is as it is on disk, and what has nothing to do with the file is left out.
    let wrong = run("infra/main.tf", &text);
    assert_eq!(wrong.code, 1, "{}", wrong.err);
    let report = json(&wrong);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "{}", wrong.out);
    assert_eq!(report["findings"][0]["primary"]["path"], "infra/main.tf");
    assert_eq!(run("infra/main.tf", &fs::read_to_string(at.join("infra/main.tf")).expect("there")).code, 0);
    // A file that is not there yet, and a directory.
    for path in ["infra/new.tf", "infra/a/b/é new.tf", "new.tf"] {
        let run = run(path, &more("new"));
        assert_eq!(run.code, 1, "{path}: {}{}", run.out, run.err);
        assert_eq!(json(&run)["findings"][0]["primary"]["path"], path);
    }
    let alone = tree(&[]);
    assert_eq!(piped(alone.path(), &["--stdin-filename", "a/b/main.tf"], more("x").as_bytes()).code, 1);
    assert!(!at.join("new.tf").exists());
    // Like files: byte order marks, other line ends, what is no text, nothing at all, no such kind.
    let moved = format!("\u{feff}{}", more("new").replace('\n', "\r\n"));
    assert_eq!(run("new.tf", &moved).code, 1);
    assert_eq!(run("new.tf", "").code, 0);
    let strange = piped(at, &["--stdin-filename", "new.tf"], b"locals {\n  a = \"\xff\"\n}\n");
    fs::write(at.join("disk.tf"), b"locals {\n  a = \"\xff\"\n}\n").expect("writable");
    assert_eq!(strange.code, super::run(at, &["disk.tf"]).code, "{}{}", strange.out, strange.err);
    let kind = piped(at, &["--stdin-filename", "notes.md"], b"x");
    assert!(kind.code == 2 && kind.err.contains("is not a Terraform, Bicep or ARM template file"), "{}", kind.err);
    let both = piped(at, &["--stdin-filename", "new.tf", "infra"], b"");
    assert!(both.code == 2 && both.err.contains("cannot be used with"), "{}", both.err);
}

#[test]
fn too_much_that_comes_in_is_left_out_by_name() {
    let files = tree(&[]);
    let text = vec![b'\n'; 64 * 1024 * 1024 + 5];
    let run = piped(files.path(), &["--stdin-filename", "main.tf"], &text);
    assert_eq!(run.code, 2, "{}{}", run.out, run.err);
    assert!(run.out.contains("skipped: main.tf (64 MiB are more than"), "{}", run.out);
}

/// What `docs/baseline.md` shows, in its order.
#[test]
fn the_page_shows_what_happens() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/baseline.md")).expect("the page");
    let showcase = root.join("fixtures/showcase/terraform");
    let files = tempfile::tempdir().expect("a directory");
    for entry in walkdir::WalkDir::new(&showcase).into_iter().filter_map(Result::ok) {
        let path = files.path().join("infra").join(entry.path().strip_prefix(&showcase).expect("below it"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(path).expect("writable");
        } else {
            fs::copy(entry.path(), path).expect("writable");
        }
    }
    super::since::commit_all(files.path());
    let main = files.path().join("infra/main.tf");
    let before = fs::read_to_string(&main).expect("there");
    let mut shown = 0;
    for block in page.split("```console\n$ identilint ").skip(1) {
        let block = block.split("```").next().unwrap_or("");
        let (command, output) = block.split_once('\n').expect("a line");
        if command.starts_with("--since") {
            fs::write(&main, &before).expect("writable");
        }
        let arguments: Vec<&str> = command.split(" <").next().unwrap_or("").split(' ').collect();
        let run = piped(files.path(), &arguments, before.as_bytes());
        let all = if command.starts_with("--write") { run.err } else { run.out };
        assert!(all.starts_with(output), "{command}\n{all}");
        shown += 1;
        if shown == 2 {
            let mended = before.replace("role_definition_name = \"Owner\"", "role_definition_name = \"Reader\"");
            assert_ne!(mended, before);
            fs::write(&main, mended).expect("writable");
        }
    }
    assert_eq!(shown, 5);
}
