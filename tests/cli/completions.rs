//! Completions in the shells that are on this machine.

use assert_cmd::Command;

use super::support::run;

fn script(shell: &str) -> String {
    let here = tempfile::tempdir().expect("a directory");
    let run = run(here.path(), &["completions", shell]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}");
    run.out
}

/// What a shell answers; nothing if it is not on this machine.
fn ask(shell: &str, arguments: &[&str]) -> Option<String> {
    let output = match Command::new(shell).args(arguments).output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => panic!("{shell}: {error}"),
    };
    assert!(output.status.success(), "{shell}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn every_shell_gets_a_script_with_the_names_of_rules() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = script(shell);
        for word in ["identilint", "explain", "min-severity"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        // These two complete flags and commands, and no values.
        if !matches!(shell, "powershell" | "elvish") {
            assert!(script.contains("slot-without-role"), "{shell}");
        }
    }
    let unknown = run(std::path::Path::new("."), &["completions", "tcsh"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("[possible values: bash, elvish, fish, powershell, zsh]"), "{}", unknown.err);
}

#[test]
fn shells_can_read_their_scripts() {
    let here = tempfile::tempdir().expect("a directory");
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        let path = here.path().join(shell);
        std::fs::write(&path, script(shell)).expect("writable");
        ask(shell, &[check, &path.to_string_lossy()]);
    }
}

/// What bash offers for the last of these words.
fn offered(words: &[&str]) -> Option<Vec<String>> {
    let here = tempfile::tempdir().expect("a directory");
    let path = here.path().join("script");
    std::fs::write(&path, script("bash")).expect("writable");
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let at = words.len() - 1;
    let (last, before) = (words.last().expect("words"), words.get(at.saturating_sub(1)).expect("words"));
    let code = format!(
        "source '{}'; COMP_WORDS=({}); COMP_CWORD={at}; _identilint identilint '{last}' '{before}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        path.display(),
        quoted.join(" ")
    );
    let answer = ask("bash", &["--norc", "-c", &code])?;
    Some(answer.lines().map(str::to_owned).collect())
}

#[test]
fn bash_completes_commands_flags_and_rules() {
    for (words, wanted) in [
        (vec!["identilint", "expl"], vec!["explain"]),
        (vec!["identilint", "--min-sev"], vec!["--min-severity"]),
        (vec!["identilint", "--fail-on", "cri"], vec!["critical"]),
        (vec!["identilint", "--select", "unknown-ro"], vec!["unknown-role"]),
        (vec!["identilint", "check", "--ignore", "federat"], vec!["federation", "federated-credential-limit"]),
        (vec!["identilint", "explain", "slot-without-ro"], vec!["slot-without-role"]),
        (vec!["identilint", "rules", "--family", "bin"], vec!["binding"]),
        (vec!["identilint", "completions", "zs"], vec!["zsh"]),
    ] {
        let Some(offered) = offered(&words) else { return };
        assert_eq!(offered, wanted, "{words:?}");
    }
}

#[test]
fn help_does_not_list_every_rule() {
    for arguments in [vec!["--help"], vec!["check", "--help"], vec!["explain", "--help"], vec!["-h"]] {
        let help = run(std::path::Path::new("."), &arguments);
        assert!(!help.out.contains("malformed-issuer"), "{arguments:?}");
    }
}
