//! Where the program comes from.

use std::fs;

use assert_cmd::Command;

use super::history::OLD;
use super::runner::{Outcome, Runner, TARGET, VERSION, binary, write};

fn workspace() -> tempfile::TempDir {
    let workspace = tempfile::tempdir().expect("a directory");
    write(&workspace.path().join("main.tf"), OLD);
    workspace
}

fn archive() -> String {
    format!("identilint-v{VERSION}-{TARGET}.tar.gz")
}

/// Puts a release on the runner's disk that holds the built program, and gives the archive's checksum.
fn release(runner: &Runner) -> String {
    let folder = format!("identilint-v{VERSION}-{TARGET}");
    let staged = runner.at("staged");
    fs::create_dir_all(staged.join(&folder)).expect("writable");
    fs::copy(binary(), staged.join(&folder).join("identilint")).expect("writable");
    let at = runner.at(&format!("releases/v{VERSION}"));
    fs::create_dir_all(&at).expect("writable");
    let tar = Command::new("tar").current_dir(&staged).arg("-czf").arg(at.join(archive())).arg(&folder).output();
    assert!(tar.expect("tar runs").status.success());
    let sum =
        Command::new("sh").arg("-c").arg("sha256sum <\"$0\" || shasum -a 256 <\"$0\"").arg(at.join(archive())).output();
    let sum = String::from_utf8(sum.expect("it runs").stdout).expect("text");
    let sum = sum.split(' ').next().expect("a checksum").to_owned();
    write(&at.join("SHA256SUMS"), &format!("{sum}  {}\n", archive()));
    sum
}

fn run(runner: &Runner, more: &[(&str, &str)]) -> Outcome {
    let releases = format!("file://{}", runner.at("releases").display());
    let given = [("GITHUB_ACTIONS", ""), ("IDENTILINT_TEST_RELEASES", &*releases)];
    runner.run(workspace().path(), &[&given, more].concat())
}

/// A cargo that takes down where it was started and with what, and copies the program instead of building it.
fn cargo(runner: &Runner) {
    let log = runner.at("cargo.log");
    let script = format!(
        "pwd >'{log}'\necho \"$@\" >>'{log}'\nenv >>'{log}'\nfor a; do last=$a; done\nmkdir -p \"$last/release\"\ncp '{}' \"$last/release/identilint\"",
        binary().display(),
        log = log.display()
    );
    runner.program("cargo", &script);
}

fn built(runner: &Runner) -> Option<String> {
    let log = runner.at("cargo.log");
    let said = fs::read_to_string(&log).ok();
    let _ = fs::remove_file(log);
    said
}

#[test]
fn a_release_is_checked_used_and_kept() {
    let runner = Runner::empty();
    release(&runner);
    cargo(&runner);
    let first = run(&runner, &[]);
    first.is(1, "1", "1").tells("::notice title=identilint::the checksum of `identilint-v");
    assert!(runner.at(&format!("tools/identilint/{VERSION}/{TARGET}.complete")).exists());
    // The next step needs no release.
    fs::remove_dir_all(runner.at("releases")).expect("there");
    run(&runner, &[]).is(1, "1", "1").keeps_quiet_of("checksum");
    assert_eq!(built(&runner), None);
}

#[test]
fn what_was_not_released_is_not_used_and_nothing_is_built_instead() {
    let right = "0".repeat(64);
    for (sums, words) in [
        (format!("{right}  {}\n", archive()), "is not what was released, and is not used: its SHA-256 is "),
        (format!("{right} *{}\r\n", archive()), "is not what was released"),
        (format!("{}  {}\n", "0".repeat(63), archive()), "is not one SHA-256"),
        (format!("{right}  {0}\n{right}  {0}\n", archive()), "is not one SHA-256"),
        (format!("$(touch-pwned)  {}\n", archive()), "is not one SHA-256"),
    ] {
        let runner = Runner::empty();
        release(&runner);
        cargo(&runner);
        write(&runner.at(&format!("releases/v{VERSION}/SHA256SUMS")), &sums);
        run(&runner, &[]).fails(words);
        assert_eq!(built(&runner), None);
        assert!(!runner.at("tools/identilint").exists());
    }
}

#[test]
fn what_the_action_vouches_for_counts_more_than_the_release() {
    let runner = Runner::empty();
    let sum = release(&runner);
    runner.program("gh", "exit 1");
    let runner = runner.with_sums(&format!("# sums\n{sum}  {}\n", archive()));
    fs::remove_file(runner.at(&format!("releases/v{VERSION}/SHA256SUMS"))).expect("there");
    let on_github = [("IDENTILINT_TOKEN", "t")];
    run(&runner, &on_github).is(1, "1", "1").keeps_quiet_of("checksum");

    let other = Runner::empty();
    release(&other);
    let other = other.with_sums(&format!("{}  {}\n", "a".repeat(64), archive()));
    cargo(&other);
    run(&other, &[]).fails("is not what was released");
    assert_eq!(built(&other), None);
}

#[test]
fn the_attestation_is_asked_for_where_it_can_be() {
    let runner = Runner::empty();
    release(&runner);
    cargo(&runner);
    let log = runner.at("gh.log");
    let gh = |code: u8| {
        runner.program(
            "gh",
            &format!(
                "[ \"$3\" = --help ] && exit 0\necho \"$GH_TOKEN $*\" >'{}'\necho no such thing >&2\nexit {code}",
                log.display()
            ),
        );
    };
    let token = [("IDENTILINT_TOKEN", "t0ken")];
    gh(1);
    run(&runner, &token).fails("is not attested by the project's release workflow, and is not used: no such thing");
    assert_eq!(built(&runner), None);
    gh(0);
    run(&runner, &token).is(1, "1", "1").keeps_quiet_of("who made it was not checked");
    let asked = fs::read_to_string(&log).expect("it was asked");
    let wanted = format!(
        "t0ken attestation verify {} --repo identilint/identilint --signer-workflow identilint/identilint/.github/workflows/release.yml\n",
        archive()
    );
    assert_eq!(asked, wanted);
}

#[test]
fn where_no_release_fits_the_checkout_of_the_action_is_built() {
    let releases = |change: &dyn Fn(&Runner)| {
        let runner = Runner::empty();
        release(&runner);
        let runner = runner.with_sums("");
        cargo(&runner);
        change(&runner);
        runner
    };
    let is_built = |runner: &Runner, more: &[(&str, &str)], words: &str| {
        let outcome = run(runner, more);
        outcome.is(1, "1", "1").tells("::notice title=identilint::").tells(words).tells("::group::cargo build");
        let said = built(runner).unwrap_or_else(|| panic!("{outcome}"));
        let mut lines = said.lines();
        let root = fs::canonicalize(runner.root()).expect("there");
        assert_eq!(lines.next(), root.to_str());
        let asked = lines.next().expect("arguments");
        assert!(asked.starts_with("build --release --locked --bin identilint --target-dir /"), "{asked}");
        assert!(!said.contains("RUSTC_WRAPPER") && !said.contains("CARGO_BUILD_TARGET"), "{said}");
        // Once is enough.
        run(runner, more).is(1, "1", "1");
        assert_eq!(built(runner), None);
        // Another checkout of the same version is another program.
        write(&runner.root().join("src/main.rs"), "y\n");
        run(runner, more).is(1, "1", "1");
        assert!(built(runner).is_some());
    };
    let none = releases(&|runner| fs::remove_dir_all(runner.at("releases")).expect("there"));
    is_built(&none, &[("RUSTC_WRAPPER", "./x"), ("CARGO_BUILD_TARGET", "x")], "`SHA256SUMS` of release");
    let listed_only =
        releases(&|runner| fs::remove_file(runner.at(&format!("releases/v{VERSION}/{}", archive()))).expect("there"));
    is_built(&listed_only, &[], "cannot be had");
    let others = releases(&|runner| write(&runner.at(&format!("releases/v{VERSION}/SHA256SUMS")), ""));
    is_built(&others, &[], "has no `identilint-v");
    let all = releases(&|_| {});
    is_built(&all, &[("RUNNER_ARCH", "ARM")], "there are no releases for Linux on ARM");
    is_built(&releases(&|_| {}), &[("IDENTILINT_VERSION", "source")], "as asked");
}

#[test]
fn what_can_be_neither_downloaded_nor_built_fails_the_step() {
    let runner = Runner::empty();
    cargo(&runner);
    run(&runner, &[("IDENTILINT_VERSION", "99.0.0")]).fails("can build nothing else");
    assert_eq!(built(&runner), None);
    runner.program("cargo", "echo no >&2; exit 101");
    run(&runner, &[]).fails("cannot be built from the action's own checkout");
    runner.program("cargo", "for a; do last=$a; done; mkdir -p \"$last/release\"; printf '#!/bin/sh\\necho identilint 0.0.0\\n' >\"$last/release/identilint\"");
    run(&runner, &[]).fails("what was installed is not identilint");
    assert!(!runner.at("tools/identilint").exists());
}

#[test]
fn a_cache_that_cannot_be_used_is_passed_over() {
    let runner = Runner::empty();
    release(&runner);
    let place = runner.at(&format!("tools/identilint/{VERSION}/{TARGET}"));
    // Half of it, another version, and one that does not start.
    super::runner::program(&place.join("identilint"), "echo identilint 0.0.0");
    run(&runner, &[]).is(1, "1", "1");
    super::runner::program(&place.join("identilint"), "exit 1");
    run(&runner, &[]).is(1, "1", "1");
    fs::remove_dir_all(runner.at("tools")).expect("there");
    write(&runner.at("tools"), "no directory");
    run(&runner, &[]).is(1, "1", "1");
}

#[test]
fn on_a_runner_releases_come_from_github_only() {
    let runner = Runner::empty().with_sums("");
    release(&runner);
    cargo(&runner);
    let log = runner.at("curl.log");
    runner.program("curl", &format!("echo \"$@\" >>'{}'; exit 22", log.display()));
    run(&runner, &[("GITHUB_ACTIONS", "true")]).is(1, "1", "1");
    assert!(built(&runner).is_some());
    let asked = fs::read_to_string(&log).expect("it was asked");
    assert!(asked.starts_with("--disable --fail "), "{asked}");
    for part in [
        "--proto =https --proto-redir =https --tlsv1.2",
        &format!("-- https://github.com/identilint/identilint/releases/download/v{VERSION}/SHA256SUMS\n"),
    ] {
        assert!(asked.contains(part), "{asked}");
    }
    assert_eq!(asked.lines().count(), 1, "{asked}");
}
