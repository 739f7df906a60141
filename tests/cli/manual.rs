//! Help, the man page, and what is said to whoever types something else.

use std::path::Path;

use assert_cmd::Command;

use super::support::{run, tree};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The commands that `--help` lists.
fn commands() -> Vec<String> {
    let help = run(here(), &["--help"]).out;
    let list = help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("a list");
    let words = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    words.filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "help").map(str::to_owned).collect()
}

/// The long flags of a command.
fn flags(command: &str) -> Vec<String> {
    let help = run(here(), &[command, "-h"]).out;
    let flags = help.lines().map(str::trim).filter(|line| line.starts_with('-'));
    let long = flags.filter_map(|line| line.split(|c: char| ", =[<".contains(c)).find(|word| word.starts_with("--")));
    long.map(str::to_owned).collect()
}

#[test]
fn the_man_page_and_the_reference_tell_every_flag() {
    let (page, reference) = (run(here(), &["man"]), run(here(), &["man", "--format", "markdown"]));
    assert_eq!((page.code, page.err.as_str(), reference.code), (0, "", 0));
    let plain = page.out.replace("\\-", "-");
    for section in
        ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "\"EXIT STATUS\"", "\"ENVIRONMENT\"", "\"FILES\"", "EXAMPLES"]
    {
        assert!(page.out.contains(&format!("\n.SH {section}\n")), "{section}");
    }
    assert!(plain.contains("NO_COLOR") && plain.contains("identilint.toml"));
    let commands = commands();
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        assert!(plain.contains(&format!(".SH \"IDENTILINT {}\"", command.to_uppercase())), "{command}");
        assert!(reference.out.contains(&format!("## `identilint {command}`\n")), "{command}");
        for flag in flags(&command).into_iter().filter(|flag| flag != "--help") {
            assert!(plain.contains(&flag) && reference.out.contains(&flag), "{command} {flag}");
        }
    }
    // Whatever starts with a full stop is a request of ours.
    let known = [".TH", ".SH", ".SS", ".TP", ".PP", ".br", ".nf", ".fi"];
    for line in page.out.lines().filter(|line| line.starts_with(['.', '\''])) {
        assert!(known.contains(&line.split(' ').next().unwrap_or_default()), "{line}");
    }
    assert!(!page.out.contains('`') && !reference.out.contains("unknown-rule"));
}

#[test]
fn formatters_have_nothing_to_say_against_the_man_page() {
    let page = run(here(), &["man"]).out;
    for (program, arguments) in [("mandoc", vec!["-T", "lint", "-W", "error"]), ("groff", vec!["-man", "-ww", "-z"])] {
        let output = match Command::new(program).args(arguments).write_stdin(page.clone()).output() {
            Ok(output) => output,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => panic!("{program}: {error}"),
        };
        let said = [output.stdout, output.stderr].concat();
        assert!(output.status.success() && said.is_empty(), "{program}: {}", String::from_utf8_lossy(&said));
    }
}

#[test]
fn help_comes_in_groups_with_examples_and_exit_codes() {
    let long = run(here(), &["check", "--help"]).out;
    let at = |heading: &str| long.find(&format!("\n{heading}:\n")).unwrap_or_else(|| panic!("{heading}: {long}"));
    let order =
        ["Input", "Rules", "Configuration", "Output", "Fixes and suppressions", "Examples", "Exit codes"].map(at);
    assert!(order.is_sorted(), "{order:?}");
    let short = run(here(), &["-h"]).out;
    assert!(short.contains("\nExamples:\n") && !short.contains("Exit codes") && short.len() < long.len());
    // Every flag of checking is in a group; only help and version are not.
    let options = long.split("\nOptions:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("options");
    assert!(options.trim().starts_with("-h, --help") && options.lines().count() == 2, "{options}");
}

#[test]
fn a_word_that_is_nearly_a_command_is_understood() {
    let files = tree(&[("explain/main.tf", "locals {\n  a = 1\n}\n"), ("rule/main.tf", "locals {\n  a = 1\n}\n")]);
    let run_wrong = run(files.path(), &["explian", "unknown-role"]);
    assert_eq!(run_wrong.code, 2);
    assert!(run_wrong.err.contains("tip: did you mean the command `explain`?"), "{}", run_wrong.err);
    // What is there is a path; a folder named as a command is written with `./`.
    assert_eq!(run(files.path(), &["rule"]).code, 0);
    assert!(run(files.path(), &["./explain"]).out.contains("1 file"));
    assert!(!run(files.path(), &["nowhere"]).err.contains("tip:"));
    let flag = run(files.path(), &["--selct", "slots"]);
    assert!(flag.code == 2 && flag.err.contains("a similar argument exists: '--select'"), "{}", flag.err);
}
