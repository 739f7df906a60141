//! The line that says how far a long run is: seen in a terminal, and nowhere else. `script` gives the run a terminal.

use std::fmt::Write as _;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

use super::support::{run, tree};

/// So much that reading and analysing it takes a second and more on this machine, whatever it is.
fn slow() -> TempDir {
    let mut text = String::new();
    for n in 0..40 {
        let _ = write!(text, "resource \"azurerm_user_assigned_identity\" \"n{n}\" {{\n  name = \"id\"\n}}\n");
    }
    let directory = tree(&[]);
    let mut modules = 0;
    for _ in 0..12 {
        let before = modules;
        modules += modules / 2 + 150;
        for n in before..modules {
            let module = directory.path().join(format!("m{n}"));
            std::fs::create_dir(&module).expect("writable");
            std::fs::write(module.join("main.tf"), &text).expect("writable");
        }
        let start = std::time::Instant::now();
        let piped = run(directory.path(), &[]);
        assert_eq!((piped.code, piped.err.as_str()), (0, ""));
        if start.elapsed() > std::time::Duration::from_millis(1200) {
            break;
        }
    }
    directory
}

/// What a terminal is sent by a run with these arguments; nothing if there is no `script` of Linux on this machine.
fn in_terminal(directory: &Path, arguments: &str, environment: &[(&str, &str)]) -> Option<String> {
    let version = Command::new("script").arg("--version").output().ok()?;
    if !String::from_utf8_lossy(&version.stdout).contains("util-linux") {
        return None;
    }
    let program = assert_cmd::cargo::cargo_bin!("identilint").display();
    let mut command = Command::new("script");
    command.current_dir(directory).env_remove("CI").env_remove("NO_COLOR").env("TERM", "xterm");
    command.args(["-qec", &format!("'{program}' {arguments}"), "/dev/null"]).envs(environment.iter().copied());
    let output = command.timeout(std::time::Duration::from_secs(120)).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn a_long_run_says_how_far_it_is_to_whoever_watches() {
    let slow = slow();
    let Some(sent) = in_terminal(slow.path(), "", &[]) else { return };
    let (line, report) = sent.split_once("no findings").unwrap_or_else(|| panic!("{sent}"));
    let states: Vec<&str> = line.split('\r').map(str::trim).filter(|state| !state.is_empty()).collect();
    assert!(line.starts_with('\r') && !states.is_empty(), "{sent:?}");
    for state in states {
        let is_known = ["looking for files: ", "reading: ", "analysing: "].iter().any(|start| state.starts_with(start));
        assert!(is_known, "{state:?}");
    }
    // The report starts on a line that was blanked.
    let (_, blank) = line.strip_suffix('\r').and_then(|line| line.rsplit_once('\r')).expect("a line written over");
    assert!(!blank.is_empty() && blank.trim().is_empty(), "{sent:?}");
    assert!(report.contains("files: ") && !report.contains("reading"), "{sent:?}");
    // Nobody is shown it who does not watch, or does not want to.
    for (arguments, environment) in [
        ("--no-progress", vec![]),
        ("--quiet", vec![]),
        ("", vec![("CI", "true")]),
        ("", vec![("TERM", "dumb")]),
        ("2>errors", vec![]),
    ] {
        let Some(sent) = in_terminal(slow.path(), arguments, &environment) else { return };
        assert!(
            !sent.contains("reading: ") && !sent.contains("analysing: ") && !sent.starts_with('\r'),
            "{arguments} {sent:?}"
        );
    }
    assert_eq!(std::fs::read_to_string(slow.path().join("errors")).expect("a file"), "");
}

#[test]
fn quiet_leaves_the_findings_only() {
    let clean = tree(&[("main.tf", "locals {\n  a = 1\n}\n")]);
    assert_eq!(run(clean.path(), &["-q"]).out, "");
    let broken = tree(&[("main.tf", "locals {\n  a = = 1\n}\n")]);
    let run_broken = run(broken.path(), &["--quiet"]);
    assert_eq!(run_broken.code, 1);
    assert!(run_broken.out.contains("syntax-error") && !run_broken.out.contains("1 file"), "{}", run_broken.out);
    // What could not be read is told all the same.
    let huge = std::fs::File::create(clean.path().join("huge.tf")).expect("writable");
    huge.set_len(65 * 1024 * 1024).expect("a sparse file");
    let failed = run(clean.path(), &["--quiet"]);
    assert_eq!(failed.code, 2);
    assert!(failed.out.contains("skipped: huge.tf"), "{}", failed.out);
}
