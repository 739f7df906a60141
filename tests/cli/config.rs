//! Configuration files: which one holds, what it says, and what is wrong with it.

#![expect(clippy::indexing_slicing, reason = "a test stops at a surprise")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::{Run, json, run, tree};
use crate::{CLEAN, WRONG_ID};

/// The rules of what is found, by path.
fn found(run: &Run) -> Vec<(String, String, String)> {
    let report = json(run);
    let findings = report["findings"].as_array().expect("findings");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    findings.iter().map(|one| (text(&one["primary"]["path"]), text(&one["rule"]), text(&one["severity"]))).collect()
}

fn check(directory: &Path, arguments: &[&str]) -> Vec<(String, String, String)> {
    found(&run(directory, &[&["--format", "json"], arguments].concat()))
}

/// The severities of the mistake, by the folders where it is seen.
fn mistakes(directory: &Path, arguments: &[&str]) -> Vec<String> {
    let found = check(directory, arguments).into_iter().filter(|(_, rule, _)| rule == "wrong-principal-id");
    found.map(|(path, _, severity)| format!("{} {severity}", path.trim_end_matches("/main.tf"))).collect()
}

/// What is said for a file about one key, and who says so.
fn explained(directory: &Path, file: &str, key: &str) -> Vec<String> {
    let run = run(directory, &["config", "--format", "json", "--explain", file]);
    assert_eq!(run.code, 0, "{}", run.err);
    let settings = json(&run)["settings"].as_array().expect("settings").clone();
    let of_key = settings.iter().filter(|one| one["key"] == key);
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    of_key.map(|one| format!("{} {} {}", text(&one["value"]), text(&one["from"]), text(&one["at"]["path"]))).collect()
}

const LOW: &str = "[rules.wrong-principal-id]\nseverity = \"low\"\n";
const CRITICAL: &str = "[rules.wrong-principal-id]\nseverity = \"critical\"\n";

#[test]
fn the_nearest_file_holds_up_to_the_root_of_the_repository() {
    let files = tree(&[
        ("identilint.toml", "ignore = [\"binding\"]\n"),
        ("repo/.git/HEAD", ""),
        ("repo/main.tf", WRONG_ID),
        ("repo/a/.identilint.toml", LOW),
        ("repo/a/main.tf", WRONG_ID),
        ("repo/a/b/main.tf", WRONG_ID),
        ("repo/a/c/identilint.toml", CRITICAL),
        ("repo/a/c/d/main.tf", WRONG_ID),
    ]);
    let repo = files.path().join("repo");
    let pedantic = ["--persona", "pedantic"];
    assert_eq!(mistakes(&repo, &pedantic), ["a/b low", "a/c/d critical", "a low", "main.tf high"]);
    // From anywhere else it is the same.
    assert_eq!(mistakes(&repo.join("a/b"), &pedantic), ["main.tf low"]);
    assert_eq!(mistakes(&repo, &["a/c/d/main.tf", "--persona", "pedantic"]), ["a/c/d critical"]);
    // Above the repository nothing is looked for; without one it is the path that was asked for.
    assert_eq!(mistakes(files.path(), &["repo/a/b", "--persona", "pedantic"]), ["repo/a/b low"]);
    fs::remove_dir_all(repo.join(".git")).expect("removable");
    assert_eq!(mistakes(files.path(), &["repo/a/b"]), ["repo/a/b high"]);
    assert_eq!(
        mistakes(files.path(), &["--persona", "pedantic"]),
        ["repo/a/b low", "repo/a/c/d critical", "repo/a low"]
    );
    let list = run(&repo, &["config"]);
    assert_eq!(list.out, "a/.identilint.toml\na/c/identilint.toml\n");
}

#[test]
fn the_command_line_wins() {
    let files = tree(&[
        ("main.tf", WRONG_ID),
        ("identilint.toml", "ignore = [\"binding\"]\nfail-on = \"critical\"\n"),
        ("other.toml", "fail-on = \"critical\"\n"),
    ]);
    assert!(mistakes(files.path(), &[]).is_empty());
    assert_eq!(mistakes(files.path(), &["--select", "binding"]), ["main.tf high"]);
    assert_eq!(mistakes(files.path(), &["--no-config"]), ["main.tf high"]);
    let code = |arguments: &[&str]| run(files.path(), arguments).code;
    assert_eq!(code(&["--select", "all"]), 0);
    assert_eq!(code(&["--select", "all", "--fail-on", "high"]), 1);
    assert_eq!(code(&["--config", "other.toml"]), 0);
    assert_eq!(code(&["--config", "other.toml", "--fail-on", "high"]), 1);
    assert_eq!(code(&["--config", "nowhere.toml"]), 2);
    assert_eq!(code(&["--config", "other.toml", "--no-config"]), 2);
}

#[test]
fn files_extend_others_and_paths_are_relative_to_who_says_them() {
    let child = format!("extends = [\"../shared/one.toml\", \"../shared/two.toml\"]\nignore = [\"keys\"]\n{CRITICAL}");
    let files = tree(&[
        (".git/HEAD", ""),
        ("shared/one.toml", "persona = \"auditor\"\nfail-on = \"low\"\nignore = [\"slots\"]\nexclude = [\"../x\"]\n"),
        ("shared/two.toml", "extends = \"one.toml\"\npersona = \"pedantic\"\nvar-files = [\"prod.tfvars\"]\n"),
        ("shared/prod.tfvars", "role = \"Reader\"\n"),
        ("app/identilint.toml", &child),
        ("app/main.tf", WRONG_ID),
        ("app/legacy/main.tf", WRONG_ID),
    ]);
    let error = run(files.path(), &["app"]);
    assert_eq!(error.code, 2);
    assert!(error.err.contains("may not leave the folder"), "{}", error.err);
    fs::write(files.path().join("shared/one.toml"), "persona = \"auditor\"\nfail-on = \"low\"\nignore = [\"slots\"]\n")
        .expect("writable");
    assert_eq!(mistakes(files.path(), &["app"]), ["app/legacy critical", "app critical"]);
    let explain = |key| explained(files.path(), "app/main.tf", key);
    assert_eq!(explain("persona"), ["pedantic file shared/two.toml"]);
    assert_eq!(explain("fail-on"), ["low file shared/one.toml"]);
    assert_eq!(explain("ignore"), ["slots file shared/one.toml", "keys file app/identilint.toml"]);
    assert_eq!(explain("var-files"), ["shared/prod.tfvars file shared/two.toml"]);
    assert_eq!(explain("min-severity"), ["info default -"]);
}

#[test]
fn overrides_hold_for_their_paths() {
    let config = "ignore = [\"slots\"]\n[[overrides]]\npaths = [\"sandbox/\"]\nfail-on = \"critical\"\n\
                  [overrides.rules.wrong-principal-id]\nseverity = \"medium\"\n\
                  [[overrides]]\npaths = [\"sandbox/old/\"]\nselect = [\"keys\"]\n";
    let files = tree(&[
        ("identilint.toml", config),
        ("sandbox/main.tf", WRONG_ID),
        ("sandbox/old/main.tf", WRONG_ID),
        ("prod/main.tf", WRONG_ID),
    ]);
    assert_eq!(mistakes(files.path(), &[]), ["prod high", "sandbox medium"]);
    assert_eq!(run(files.path(), &["sandbox"]).code, 1, "without a repository nothing above is looked at");
    fs::create_dir(files.path().join(".git")).expect("writable");
    assert_eq!(run(files.path(), &["sandbox"]).code, 0);
    assert_eq!(run(files.path(), &["prod"]).code, 1);
    assert_eq!(explained(files.path(), "sandbox/old/main.tf", "select"), ["keys file identilint.toml"]);
    assert_eq!(explained(files.path(), "sandbox/old/main.tf", "ignore"), ["- default -"]);
}

#[test]
fn what_is_excluded_is_silent_but_modules_in_it_are_read() {
    let caller = "module \"m\" {\n  source = \"../vendor/m\"\n}\n";
    let files = tree(&[
        ("identilint.toml", "exclude = [\"vendor/\", \"broken/\", \"part/old.tf\"]\n"),
        ("app/main.tf", caller),
        ("app/own.tf", WRONG_ID),
        ("vendor/m/main.tf", WRONG_ID),
        ("vendor/other/main.tf", WRONG_ID),
        ("broken/main.tf", "x = = 1\n"),
        ("broken/identilint.toml", "nonsense = 1\n"),
        ("part/old.tf", WRONG_ID),
        ("part/new.tf", CLEAN),
    ]);
    let whole = check(files.path(), &[]);
    assert_eq!(whole, [("app/own.tf".to_owned(), "wrong-principal-id".to_owned(), "high".to_owned())]);
    let report = json(&run(files.path(), &["--format", "json"]));
    assert_eq!(report["coverage"]["files"]["analysed"], 5, "{report}");
    assert_eq!(report["coverage"]["opaque_modules"].as_array().map(Vec::len), Some(0));
    // A hook may name it; who asks for nothing else is told.
    assert_eq!(run(files.path(), &["broken/main.tf", "vendor/other/main.tf"]).code, 2, "no repository");
    fs::create_dir(files.path().join(".git")).expect("writable");
    assert_eq!(run(files.path(), &["broken/main.tf", "vendor/other/main.tf"]).code, 0);
    let asked = run(files.path(), &["vendor/other"]);
    assert_eq!((asked.code, asked.err.contains("configuration excludes all of it")), (2, true), "{}", asked.err);
    let explained = json(&run(files.path(), &["config", "--explain", "broken/main.tf", "--format", "json"]));
    assert_eq!(explained["excluded"]["pattern"], "broken/");
}

#[test]
fn parameter_files_hold_below_and_yield_to_the_command_line() {
    let main = "variable \"kind\" {}\n\
                resource \"azurerm_user_assigned_identity\" \"app\" {\n  name = \"id-app\"\n}\n\
                resource \"azurerm_role_assignment\" \"app\" {\n  scope = \"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg\"\n  \
                role_definition_name = \"Reader\"\n  \
                principal_id = var.kind == \"client\" ? azurerm_user_assigned_identity.app.client_id : azurerm_user_assigned_identity.app.principal_id\n}\n";
    let files = tree(&[
        ("a/identilint.toml", "var-files = [\"../vars/wrong.tfvars\"]\n"),
        ("a/main.tf", main),
        ("b/main.tf", main),
        ("vars/right.tfvars", "kind = \"principal\"\n"),
        ("vars/wrong.tfvars", "kind = \"client\"\n"),
    ]);
    assert_eq!(mistakes(files.path(), &[]), ["a high"]);
    assert!(mistakes(files.path(), &["--var-file", "vars/right.tfvars"]).is_empty());
    assert_eq!(mistakes(files.path(), &["--var-file", "vars/wrong.tfvars"]), ["a high", "b high"]);
}

#[test]
fn every_error_is_shown_at_its_place() {
    let config = "# é 漢\nselect = [\"slots\", \"slot-without-rol\", 1]\nignored = [\"keys\"]\npersona = \"Pedantic\"\n\
                  min-severity = 3\nfail-on = \"\"\nexclude = [\"a[\"]\nvar-files = [\"a.txt\"]\n\
                  extends = [\"nowhere.toml\", \"/etc/passwd\"]\n\
                  [rules.unused-identiti]\nseverity = \"low\"\n[rules.unused-identity]\nseverity = \"hihg\"\noption = [\"x\"]\n\
                  [[overrides]]\nignore = [\"all\"]\n[external-grants]\nprincipal = \"x\"\n\
                  [[intended-slot-differences]]\nslot = \"漢\"\nrules = [\"slots\"]\nreason = \" \"\n";
    let files = tree(&[("main.tf", CLEAN), ("identilint.toml", config)]);
    let first = run(files.path(), &[]);
    assert_eq!((first.code, first.out.as_str()), (2, ""));
    insta::assert_snapshot!("configuration_errors", first.err);
    // The same places with other line ends and a mark before them.
    let without_lines = |text: &str| text.replace('\r', "");
    for changed in [config.replace('\n', "\r\n"), format!("\u{feff}{config}")] {
        fs::write(files.path().join("identilint.toml"), changed).expect("writable");
        assert_eq!(without_lines(&run(files.path(), &[]).err), first.err);
    }
    assert_eq!(run(files.path(), &["config"]).code, 2);
    assert_eq!(run(files.path(), &["--no-config"]).code, 0);
}

#[test]
fn two_files_and_circles_are_errors_that_name_them() {
    let files = tree(&[
        ("main.tf", CLEAN),
        ("identilint.toml", "extends = \"a.toml\"\n"),
        ("a.toml", "extends = \"b.toml\"\n"),
        ("b.toml", "extends = [\"a.toml\", \"identilint.toml\"]\n"),
        ("x/.identilint.toml", ""),
        ("x/identilint.toml", ""),
        ("x/main.tf", CLEAN),
    ]);
    let run = run(files.path(), &[]);
    assert_eq!(run.code, 2);
    for wanted in [
        "in a circle: `a.toml` extends `b.toml` extends `a.toml`",
        "in a circle: `identilint.toml` extends `a.toml` extends `b.toml` extends",
        "`x/identilint.toml` and `x/.identilint.toml` are both there",
        "error: 3 errors in the configuration",
    ] {
        assert!(run.err.contains(wanted), "{wanted}: {}", run.err);
    }
}

#[test]
fn hostile_configuration_ends_with_an_error() {
    let files = tree(&[("main.tf", CLEAN)]);
    let many = "x = 1\ny = [\n".repeat(40_000);
    let repeated = |times: usize, one: &dyn Fn(usize) -> String| {
        (0..times).fold(String::new(), |mut text, n| {
            let _ = write!(text, "{}", one(n));
            text
        })
    };
    let keys = repeated(60_000, &|n| format!("k{n} = 1\n"));
    let names = repeated(40_000, &|n| format!("\"unused-identit{n}\", "));
    let globs = repeated(20_000, &|n| format!("\"a{n}/**/b*c\", "));
    for text in [
        "[".repeat(900_000),
        format!("a = {}", "[".repeat(900_000)),
        format!("a{} = 1", ".a".repeat(400_000)),
        format!("rules = {}", "{ a = ".repeat(100_000)),
        format!("persona = \"{}\"", "x".repeat(1_000_000)),
        "persona = \"regular\"\n".repeat(40_000),
        many,
        keys,
        format!("select = [{names}]"),
        format!("exclude = [{globs}]\nx = 1"),
        "\0".repeat(1000),
        "#".repeat(10 * 1024 * 1024),
    ] {
        fs::write(files.path().join("identilint.toml"), &text).expect("writable");
        let start = std::time::Instant::now();
        let run = run(files.path(), &[]);
        assert_eq!(run.code, 2, "{}", &text.chars().take(40).collect::<String>());
        assert!(run.err.contains("in the configuration"), "{}", &run.err.chars().take(2000).collect::<String>());
        assert!(start.elapsed().as_secs() < 60, "{}", &text.chars().take(40).collect::<String>());
    }
    fs::write(files.path().join("identilint.toml"), b"persona = \"caf\xe9\"\n").expect("writable");
    assert!(run(files.path(), &[]).err.contains("this is not valid UTF-8"));
    for n in 0..40 {
        let text = format!("extends = \"c{}.toml\"\n", n + 1);
        fs::write(files.path().join(format!("c{n}.toml")), text).expect("writable");
    }
    fs::write(files.path().join("identilint.toml"), "extends = \"c0.toml\"\n").expect("writable");
    assert!(run(files.path(), &[]).err.contains("more than 16 files that extend one another"));
}

#[test]
fn errors_show_no_secrets() {
    let secret = "Sommer-2024-Passwort!";
    let config = format!("password = \"{secret}\"\npersona = \"x\" # client_secret = \"{secret}\"\n");
    let files = tree(&[("main.tf", CLEAN), ("identilint.toml", &config)]);
    let run = run(files.path(), &[]);
    assert_eq!(run.code, 2);
    assert!(!run.err.contains(secret), "{}", run.err);
}

#[test]
fn moving_a_folder_changes_what_holds_exactly_as_is_explained() {
    let files = tree(&[
        (".git/HEAD", ""),
        ("identilint.toml", &format!("persona = \"pedantic\"\n{LOW}")),
        ("strict/identilint.toml", CRITICAL),
        ("app/main.tf", WRONG_ID),
        ("out/identilint.toml", "exclude = [\"app/\"]\n"),
        ("other/main.tf", CLEAN),
    ]);
    let root = files.path();
    let key = "rules.wrong-principal-id.severity";
    let mut at = "app".to_owned();
    for (to, severity, file) in [
        ("app", "low", "identilint.toml"),
        ("strict/app", "critical", "strict/identilint.toml"),
        ("deep/er/app", "low", "identilint.toml"),
    ] {
        fs::create_dir_all(root.join(to).parent().expect("a parent")).expect("writable");
        if to != at {
            fs::rename(root.join(&at), root.join(to)).expect("movable");
        }
        to.clone_into(&mut at);
        assert_eq!(explained(root, &format!("{to}/main.tf"), key), [format!("{severity} file {file}")]);
        assert_eq!(mistakes(root, &[]), [format!("{to} {severity}")]);
    }
    fs::rename(root.join(&at), root.join("out/app")).expect("movable");
    assert!(explained(root, "out/app/main.tf", key).is_empty());
    assert!(mistakes(root, &[]).is_empty());
}

#[test]
fn an_explanation_says_who_says_what() {
    let files = tree(&[
        (".git/HEAD", ""),
        ("base.toml", "persona = \"pedantic\"\n"),
        (
            "identilint.toml",
            "extends = \"base.toml\"\nignore = [\"keys\"]\n\n[rules.unused-identity]\nseverity = \"high\"\n",
        ),
        ("app/main.tf", CLEAN),
    ]);
    let run = run(files.path(), &["config", "--explain", "app/main.tf", "--fail-on", "high"]);
    assert_eq!(
        run.out,
        "app/main.tf
configured by identilint.toml, which extends base.toml

select                          all       default
ignore                          keys      identilint.toml:2
persona                         pedantic  base.toml:1
min-severity                    info      default
min-confidence                  hint      default
fail-on                         high      command line
exclude                         -         default
var-files                       -         default
rules.unused-identity.severity  high      identilint.toml:5
"
    );
    assert_eq!(crate::support::run(files.path(), &["config", "--explain", "nowhere.tf"]).code, 2);
}

#[test]
fn the_documentation_shows_what_is_right_and_the_schema_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/configuration.md")).expect("the page");
    let examples: Vec<&str> = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!examples.is_empty());
    for example in examples {
        let files =
            tree(&[("a/identilint.toml", example), ("platform/identilint-base.toml", ""), ("a/main.tf", CLEAN)]);
        let run = run(files.path(), &[]);
        assert!(!run.err.contains("error"), "{}", run.err);
    }
    let schema = run(root, &["config", "--schema"]).out;
    let path = root.join("docs/identilint.schema.json");
    if std::env::var_os("IDENTILINT_UPDATE").is_some() {
        fs::write(&path, &schema).expect("writable");
    }
    assert_eq!(
        fs::read_to_string(path).expect("the schema"),
        schema,
        "`identilint config --schema` says something else"
    );
    for key in json(&run(root, &["config", "--schema"]))["properties"].as_object().expect("keys").keys() {
        assert!(
            page.contains(&format!("`{key}`")) || page.contains(&format!("[{key}")),
            "the page does not name {key}"
        );
    }
}
