//! What a workflow can ask for.

use std::fs;
use std::os::unix::fs::symlink;

use super::history::{OLD, git, mistake};
use super::runner::{Runner, write};

/// A workspace with these files, each of which has one finding of its own.
fn workspace(files: &[&str]) -> tempfile::TempDir {
    let workspace = tempfile::tempdir().expect("a directory");
    git(workspace.path(), &["init", "-q", "."]);
    for (number, file) in files.iter().enumerate() {
        write(&workspace.path().join(file), &mistake(&format!("old{number}")));
    }
    workspace
}

#[test]
fn paths_are_lines() {
    let runner = Runner::ready();
    let files =
        ["a b/main.tf", "é/main.tf", "x*y/main.tf", "xzy/main.tf", "-o/main.tf", "--fix/main.tf", "$(id)/main.tf"];
    let workspace = workspace(&files);
    for (paths, findings) in [
        ("", "7"),
        (" \n\t\r\n", "7"),
        (".", "7"),
        ("a b", "1"),
        ("  a b  \r\n\r\né\r\n", "2"),
        ("é/main.tf\nxzy/main.tf", "2"),
        ("x*y", "1"),
        ("-o\n--fix", "2"),
        ("$(id)", "1"),
    ] {
        let outcome = runner.run(workspace.path(), &[("IDENTILINT_PATHS", paths)]);
        assert_eq!((outcome.code, &*outcome.outputs["findings"]), (1, findings), "{paths:?}: {outcome}");
    }
    runner.run(workspace.path(), &[("IDENTILINT_PATHS", "a b é")]).fails("a b é");
}

#[test]
fn arguments_are_words() {
    let runner = Runner::ready();
    let workspace = workspace(&["main.tf", "two words.tf"]);
    write(&workspace.path().join("my values.tfvars"), "x = 1\n");
    for (arguments, code) in [
        ("", 1),
        ("--exit-zero", 0),
        ("--exit-zero --no-config\n--min-severity\thigh\r\n", 0),
        ("--select 'slots'", 0),
        ("--var-file 'my values.tfvars' --var-file=\"my values.tfvars\" --exit-zero", 0),
        ("\"--exit-\"'zero' \"\"", 2),
    ] {
        let outcome = runner.run(workspace.path(), &[("IDENTILINT_ARGS", arguments)]);
        assert_eq!(outcome.code, code, "{arguments:?}: {outcome}");
    }
    let fails = |arguments: &str, words: &str| {
        let outcome = runner.run(workspace.path(), &[("IDENTILINT_ARGS", arguments)]);
        assert!(outcome.code == 2 && outcome.out.contains(words), "{arguments:?}: {outcome}");
        assert!(outcome.said().last().is_some_and(|line| line.starts_with("::error title=")), "{outcome}");
    };
    fails("--ignore 'slots", "a quote ' that is not closed");
    fails(&"--exit-zero ".repeat(1000), "longer than 8192 bytes");
    // Nothing stands for anything else.
    fails("--var-file *.tfvars", "*.tfvars");
    fails("--var-file $HOME", "$HOME");
    fails("--var-file my\\ values.tfvars", "`values.tfvars` does not exist");
    fails("--output=x", "--output");
}

#[test]
fn each_input_reaches_its_option() {
    let runner = Runner::ready();
    let workspace = workspace(&["main.tf"]);
    write(&workspace.path().join("my conf.toml"), "ignore = [\"wrong-principal-id\"]\n");
    let run = |given: &[(&str, &str)]| runner.run(workspace.path(), given);
    run(&[]).is(1, "1", "1");
    run(&[("IDENTILINT_FAIL_ON", "critical")]).is(0, "1", "1");
    run(&[("IDENTILINT_FAIL_ON", "high")]).is(1, "1", "1");
    run(&[("IDENTILINT_CONFIG", "my conf.toml")]).is(0, "0", "0");
    run(&[("IDENTILINT_PERSONA", "auditor")]).tells("wrong-principal-id");
    run(&[("IDENTILINT_PERSONA", "boss")]).fails("regular, pedantic, auditor");
    run(&[("IDENTILINT_FAIL_ON", "never")]).fails("info, low, medium, high, critical");
    run(&[("IDENTILINT_CONFIG", "missing.toml")]).fails("missing.toml");
    run(&[("IDENTILINT_PATHS", "missing")]).fails("missing");
    // Older runners have no summary.
    let outcome = run(&[("GITHUB_STEP_SUMMARY", "")]);
    assert_eq!((outcome.code, &*outcome.summary), (1, "before\n"), "{outcome}");
}

#[test]
fn what_cannot_be_read_fails_the_step_and_is_shown() {
    let runner = Runner::ready();
    let workspace = workspace(&["main.tf"]);
    fs::write(workspace.path().join("broken.tf"), [0xff, 0xfe, 0x00]).expect("writable");
    let outcome = runner.run(workspace.path(), &[("IDENTILINT_FAIL_ON", "critical")]);
    assert!(outcome.code <= 2 && outcome.outputs.contains_key("findings"), "{outcome}");
    outcome.tells("broken.tf").tells("wrong-principal-id");
}

#[test]
fn suppressed_findings_are_no_alerts_and_are_counted() {
    let runner = Runner::ready();
    let workspace = workspace(&["main.tf"]);
    let ignored =
        OLD.replace("client_id\n", "client_id # identilint: ignore[wrong-principal-id] the app wants it so\n");
    write(&workspace.path().join("main.tf"), &ignored);
    let outcome = runner.run(workspace.path(), &[]);
    outcome.is(0, "0", "0").tells("1 suppressed");
    assert!(outcome.summary.contains("1 suppressed (by comments)"), "{outcome}");
    assert_eq!(outcome.sarif()["runs"][0]["results"].as_array().map(Vec::len), Some(0));
}

#[test]
fn the_report_goes_where_it_is_asked_for_and_over_no_link() {
    let runner = Runner::ready();
    let workspace = workspace(&["main.tf"]);
    let at = workspace.path();
    let run = |file: &str| runner.run(at, &[("IDENTILINT_SARIF_FILE", file)]);
    for file in ["out.sarif", "reports/é out.sarif", "./a/../../x".trim_end_matches("/../../x"), "-"] {
        let outcome = run(file);
        outcome.is(1, "1", "1");
        assert_eq!(outcome.sarif()["runs"][0]["results"].as_array().map(Vec::len), Some(1), "{file}: {outcome}");
        assert!(at.join(file).is_file(), "{file}");
    }
    let absolute = at.join("absolute.sarif");
    run(absolute.to_str().expect("UTF-8")).is(1, "1", "1");
    assert!(absolute.is_file());
    let away = runner.at("away");
    write(&away.join("precious"), "mine");
    symlink(away.join("precious"), at.join("link.sarif")).expect("a link");
    symlink(&away, at.join("folder")).expect("a link");
    symlink("missing", at.join("dangling.sarif")).expect("a link");
    let links = ["link.sarif", "./link.sarif", "folder/x.sarif", "a/../folder/x.sarif", "dangling.sarif"];
    for file in links.into_iter().map(str::to_owned).chain([at.join("link.sarif").display().to_string()]) {
        let outcome = run(&file);
        outcome.fails("the input `sarif-file` leads");
    }
    run("../x.sarif").fails("leads out of the workspace");
    assert_eq!(fs::read_to_string(away.join("precious")).expect("there"), "mine");
    assert_eq!(fs::read_dir(&away).expect("there").count(), 1);
    // Outside of the workspace only the workflow's author has a say.
    run(away.join("out.sarif").to_str().expect("UTF-8")).is(1, "1", "1");
    assert!(away.join("out.sarif").is_file());
}

#[test]
fn a_version_is_a_version() {
    let runner = Runner::ready();
    let workspace = workspace(&["main.tf"]);
    let run = |version: &str| runner.run(workspace.path(), &[("IDENTILINT_VERSION", version)]);
    run(env!("CARGO_PKG_VERSION")).is(1, "1", "1");
    run(concat!("v", env!("CARGO_PKG_VERSION"))).is(1, "1", "1");
    for version in ["latest", "1", "1.2", "../../1.2.3", "1.2.3/../..", "1.2.3 -x", "*", "v", "1.2.3-", "$(id)"] {
        run(version).fails("expected a release such as");
    }
}
