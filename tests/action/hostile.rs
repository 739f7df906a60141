//! Inputs, names, code and repositories that want to be more than they are.

use std::fs;
use std::path::Path;

use super::history::{OLD, Server, git, mistake};
use super::runner::{Outcome, Runner, program, write};

const HOSTILE: [&str; 20] = [
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned",
    "| touch pwned",
    "&& touch pwned",
    "x\ntouch pwned",
    "x\rtouch pwned",
    "x\n::set-output name=findings::0",
    "x%0A::add-mask::a",
    "::error::pwned",
    "##[add-mask]pwned",
    "--output=pwned",
    "--upload-pack=touch pwned",
    "-o pwned",
    "${IFS}touch${IFS}pwned",
    "'; touch pwned; '",
    "\"$(touch pwned)\"",
    "*",
    "a[$(touch pwned)]",
    "x\nfindings=0",
];

/// That only this script gave the runner commands, and nothing was done beside the question.
#[track_caller]
fn is_tame(outcome: &Outcome, workspace: &Path, what: &str) {
    assert!(!workspace.join("pwned").exists(), "{what}: {outcome}");
    let names: Vec<&str> = outcome.outputs.keys().map(String::as_str).collect();
    assert!(names.is_empty() || names == ["findings", "new-findings", "sarif"], "{what}: {outcome}");
    let commands =
        ["::error title=identilint::", "::error file=", "::notice title=identilint::", "::group::", "::endgroup::"];
    for line in outcome.said() {
        assert!(commands.iter().any(|command| line.starts_with(command)), "{what}: {line} in {outcome}");
    }
}

#[test]
fn inputs_stay_values() {
    let runner = Runner::ready();
    let workspace = tempfile::tempdir().expect("a directory");
    git(workspace.path(), &["init", "-q", "."]);
    write(&workspace.path().join("main.tf"), OLD);
    for input in ["PATHS", "CONFIG", "PERSONA", "FAIL_ON", "SINCE", "VERSION", "ARGS", "BASE", "HEAD"] {
        let name = format!("IDENTILINT_{input}");
        for value in HOSTILE {
            let outcome = runner.run(workspace.path(), &[(&name, value)]);
            // A head without a base is not looked at.
            let code = if input == "HEAD" { 1 } else { 2 };
            assert_eq!(outcome.code, code, "{name}={value:?}: {outcome}");
            is_tame(&outcome, workspace.path(), &format!("{name}={value:?}"));
        }
    }
    // Any file may be called so.
    for value in HOSTILE {
        let outcome = runner.run(workspace.path(), &[("IDENTILINT_SARIF_FILE", value)]);
        assert_eq!(outcome.code, if value.contains(['\n', '\r']) { 2 } else { 1 }, "{value:?}: {outcome}");
        is_tame(&outcome, workspace.path(), value);
    }
}

#[test]
fn names_and_code_give_the_runner_no_commands() {
    let runner = Runner::ready();
    let workspace = tempfile::tempdir().expect("a directory");
    git(workspace.path(), &["init", "-q", "."]);
    let name = "::set-output name=findings::0\n::add-mask::x%0A##[add-mask]y,line=1.tf";
    write(&workspace.path().join(name), &mistake("x"));
    let code = format!(
        "::stop-commands::x\n::set-output name=a::b\n{}::add-mask::c\n##[add-mask]d\n::x::\n",
        OLD.replace("client_id", "client_id # ::set-env name=A::b ##[set-env name=A]b")
    );
    write(&workspace.path().join("main.tf"), &code);
    let outcome = runner.run(workspace.path(), &[]);
    assert_eq!(outcome.code, 1, "{outcome}");
    is_tame(&outcome, workspace.path(), "names");
    outcome.tells("wrong-principal-id").tells("syntax-error");
    let outcome = runner.run(workspace.path(), &[("IDENTILINT_PATHS", "::add-mask::x")]);
    assert_eq!(outcome.code, 2, "{outcome}");
    is_tame(&outcome, workspace.path(), "a path");
}

#[test]
fn nothing_that_was_checked_out_is_executed() {
    let (server, runner) = (Server::start(), Runner::ready());
    let url = server.url();
    let workspace = server.checkout(&server.merge, &["--depth=1"]);
    let at = workspace.path();
    let pwned = at.join("pwned");
    let trap = format!("touch '{}'; exit 1", pwned.display());
    let names =
        ["identilint", "git", "curl", "cargo", "gh", "tar", "sed", "cat", "mktemp", "od", "sha256sum", "cygpath"];
    for name in names {
        program(&at.join(name), &trap);
        program(&at.join("bin").join(name), &trap);
    }
    write(&at.join(".cargo/config.toml"), "[build]\nrustc-wrapper = \"./cargo\"\n");
    write(&at.join(".curlrc"), "output = pwned\n");
    write(&at.join(".gitattributes"), "*.tf diff=x filter=x\n");
    for hook in ["reference-transaction", "post-checkout", "pre-auto-gc", "post-index-change", "fsmonitor-watchman"] {
        program(&at.join(".git/hooks").join(hook), &trap);
    }
    for key in ["core.fsmonitor", "core.sshCommand", "core.askPass", "credential.helper", "core.pager", "diff.external"]
    {
        let value = if key == "credential.helper" { format!("!{trap}") } else { trap.clone() };
        git(at, &["config", "core.fsmonitor", "false"]);
        git(at, &["config", key, &value]);
    }
    git(at, &["config", "core.fsmonitor", &trap]);
    git(at, &["config", "diff.x.textconv", &trap]);
    let _ = fs::remove_file(&pwned);
    let path = std::env::var("PATH").expect("a PATH");
    let link = runner.at("link");
    std::os::unix::fs::symlink(at.join("bin"), &link).expect("a link");
    let path = format!(".::bin:{}:{}:{path}:", at.join("bin").display(), link.display());
    let mut event = server.event(&url);
    event.extend([("PATH", &*path), ("GIT_DIR", "bin"), ("CDPATH", "bin")]);
    let outcome = runner.run(at, &event);
    outcome.is(1, "3", "1");
    assert!(!pwned.exists(), "{outcome}");
    // Nor is a program of the workspace taken for one that was installed.
    let tools = at.join("tools");
    let place = tools.join(format!("identilint/{}/{}", super::runner::VERSION, super::runner::TARGET));
    program(&place.join("identilint"), &trap);
    write(&place.with_extension("complete"), "");
    let tools = tools.display().to_string();
    event.extend([("RUNNER_TOOL_CACHE", &*tools), ("IDENTILINT_TEST_RELEASES", "file:///nowhere")]);
    runner.program("cargo", "exit 7");
    let bin = runner.at("bin").display().to_string();
    let path = format!("{bin}:{path}");
    event.push(("PATH", &path));
    let outcome = runner.run(at, &event);
    outcome.fails("cannot be built");
    assert!(!pwned.exists(), "{outcome}");
}

#[test]
fn a_workspace_of_another_user_is_compared_all_the_same() {
    let (server, runner) = (Server::start(), Runner::ready());
    let url = server.url();
    let workspace = server.checkout(&server.merge, &["--depth=1"]);
    let mut event = server.event(&url);
    // Git's own way to pretend.
    event.push(("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"));
    // The server here is a directory, too.
    git(workspace.path(), &["fetch", "-q", "--depth=1", "origin", &server.base]);
    runner.run(workspace.path(), &event).is(1, "3", "1");
}

#[test]
fn the_token_goes_to_nobody_who_does_not_need_it() {
    let runner = Runner::empty().with_sums("");
    let workspace = tempfile::tempdir().expect("a directory");
    git(workspace.path(), &["init", "-q", "."]);
    write(&workspace.path().join("main.tf"), OLD);
    let log = runner.at("log");
    let binary = super::runner::binary();
    let fake = runner.at("fake");
    program(&fake, &format!("env >>'{}'\nexec '{}' \"$@\"", log.display(), binary.display()));
    let copy = format!(
        "env >>'{}'\nfor a; do last=$a; done\nmkdir -p \"$last/release\"\ncp '{}' \"$last/release/identilint\"",
        log.display(),
        fake.display()
    );
    runner.program("cargo", &copy);
    runner.program("curl", &format!("env >>'{}'; exit 22", log.display()));
    let secret = "ghs_0123456789";
    let outcome = runner.run(workspace.path(), &[("IDENTILINT_TOKEN", secret)]);
    outcome.is(1, "1", "1").keeps_quiet_of(secret);
    let seen = fs::read_to_string(log).expect("they ran");
    assert!(seen.contains("RUNNER_TEMP") && !seen.contains(secret), "{seen}");
}
