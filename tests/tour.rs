//! Walks through `docs/adopting.md` as a reader would: its commands run, one after the other, in one shell, and must print
//! what the page shows. `IDENTILINT_UPDATE=1 cargo test --test tour` writes anew what they print.

#![cfg(unix)]
#![expect(clippy::expect_used, clippy::disallowed_types, reason = "a test stops at a surprise and runs a shell")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What begins a block of commands and what they print.
const BLOCK: &str = "```console\n";

/// A byte that nothing prints.
const MARK: char = '\u{1}';

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().filter_map(Result::ok) {
        let target = to.join(entry.path().strip_prefix(from).expect("below"));
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(target).expect("writable");
        } else {
            std::fs::copy(entry.path(), target).expect("writable");
        }
    }
}

/// The commands of a page, in order. A line that ends with `\` goes on.
fn commands(page: &str) -> Vec<String> {
    let blocks = page.split(BLOCK).skip(1).filter_map(|rest| rest.split("```\n").next());
    let mut commands: Vec<String> = Vec::new();
    for block in blocks {
        let mut goes_on = false;
        for line in block.lines() {
            match line.strip_prefix("$ ") {
                Some(command) => commands.push(command.to_owned()),
                None if goes_on => {
                    let last = commands.last_mut().expect("a command goes on");
                    let _ = write!(last, "\n{line}");
                }
                None => continue,
            }
            goes_on = line.ends_with('\\');
        }
    }
    commands
}

/// What each command prints, on both streams, in a shell that begins in `directory`.
fn printed(commands: &[String], directory: &Path) -> Vec<String> {
    let mut script = String::from("set +e\n");
    for command in commands {
        let _ = write!(script, "{command}\n__code=$?; printf '\\001'; (exit $__code)\n");
    }
    let binary = assert_cmd::cargo::cargo_bin!("identilint");
    let path =
        format!("{}:{}", binary.parent().expect("a directory").display(), std::env::var("PATH").expect("a PATH"));
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-c", &format!("exec 2>&1\n{script}")])
        .current_dir(directory)
        .env("PATH", path)
        .env("HOME", directory)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs([("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@example.org")])
        .envs([("GIT_COMMITTER_NAME", "Ada"), ("GIT_COMMITTER_EMAIL", "ada@example.org")])
        .output()
        .expect("bash runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut parts: Vec<String> = text.split(MARK).map(str::to_owned).collect();
    parts.pop();
    assert_eq!(parts.len(), commands.len(), "a command ended the shell:\n{text}");
    parts
}

/// The page with other outputs behind its commands.
fn rewritten(page: &str, outputs: &[String]) -> String {
    let mut outputs = outputs.iter();
    let mut text = String::new();
    let (mut is_block, mut goes_on, mut is_output) = (false, false, false);
    for line in page.split_inclusive('\n') {
        if line == BLOCK {
            (is_block, is_output) = (true, false);
        } else if line == "```\n" {
            is_block = false;
        }
        let is_command = is_block && line.starts_with("$ ");
        if !is_block || line == BLOCK || is_command || goes_on {
            text.push_str(line);
            is_output = false;
        }
        if is_command || goes_on {
            goes_on = line.trim_end().ends_with('\\');
            if !goes_on && !is_output {
                text.push_str(outputs.next().map_or("", String::as_str));
                is_output = true;
            }
        }
    }
    text
}

#[test]
fn the_tour_is_real() {
    let path = root().join("docs/adopting.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let directory = tempfile::tempdir().expect("a directory");
    let work = directory.path().join("shop");
    copy(&root().join("fixtures/showcase/terraform"), &work);
    let setup = "git init -q -b main . && git add -A && git commit -qm 'The shop' && echo done";
    let mut all = vec![setup.to_owned()];
    all.extend(commands(&page));
    assert!(all.len() > 5, "the page has no commands");
    let outputs = printed(&all, &work);
    assert_eq!(outputs[0], "done\n");
    let wanted = rewritten(&page, &outputs[1..]);
    if wanted == page {
        return;
    }
    assert!(std::env::var_os("IDENTILINT_UPDATE").is_some(), "docs/adopting.md is not what it should be:\n{wanted}");
    std::fs::write(&path, wanted).expect("writable");
}
