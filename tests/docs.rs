//! What the documentation shows is what the program does. `IDENTILINT_UPDATE=1 cargo test --test docs` writes it anew.

#![expect(clippy::expect_used, clippy::string_slice, reason = "a test stops at a surprise")]

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use identilint::rules::RULES;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn run(arguments: &[&str], directory: &Path) -> String {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("identilint"))
        .current_dir(directory)
        .args(arguments)
        .output()
        .expect("the binary runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Compares the part of a page between two marks with what it should be, or writes it.
fn compare(page: &str, start: &str, end: &str, wanted: &str) {
    let path = root().join(page);
    let text = std::fs::read_to_string(&path).expect("a page");
    let from = text.find(start).unwrap_or_else(|| panic!("{page} has no {start:?}")) + start.len();
    let to = from + text[from..].find(end).unwrap_or_else(|| panic!("{page} has no {end:?} behind {start:?}"));
    if text[from..to] == *wanted {
        return;
    }
    assert!(std::env::var_os("IDENTILINT_UPDATE").is_some(), "{page} shows\n{}\nbut it is\n{wanted}", &text[from..to]);
    std::fs::write(&path, format!("{}{wanted}{}", &text[..from], &text[to..])).expect("writable");
}

#[test]
fn the_first_run_is_real() {
    let output = run(&["fixtures/showcase/terraform"], &root());
    compare("README.md", "<!-- run: fixtures/showcase/terraform -->\n```text\n", "```\n", &output);
}

/// A finding of each family, from end to end.
#[test]
fn the_chains_are_real() {
    let page = std::fs::read_to_string(root().join("docs/chains.md")).expect("the page");
    let shown: Vec<&str> =
        page.split("<!-- findings of: ").skip(1).filter_map(|rest| rest.split(" -->").next()).collect();
    for case in &shown {
        let output = run(&["."], &root().join(case));
        compare("docs/chains.md", &format!("<!-- findings of: {case} -->\n```text\n"), "```\n", &output);
    }
    let families: std::collections::BTreeSet<&str> = RULES.iter().map(|rule| rule.family).collect();
    // What the engine says of its own inputs has no chain.
    let engines = ["syntax", "configuration", "suppressions"];
    for family in families.into_iter().filter(|family| !engines.contains(family)) {
        let is_of = |case: &&str| {
            let rule = case.split('/').nth(1).expect("a case of a rule");
            RULES.iter().any(|one| one.id == rule && one.family == family)
        };
        assert!(shown.iter().any(is_of), "no finding of the family {family} is shown");
    }
}

#[test]
fn the_list_of_rules_is_complete() {
    let table = format!("\n{}\n", run(&["rules", "--format", "markdown"], &root()));
    compare("README.md", "<!-- rules -->\n", "Each page says", &table);
}

#[test]
fn the_reference_of_flags_is_complete() {
    let reference = format!("\n{}\n", run(&["man", "--format", "markdown"], &root()));
    compare("docs/cli.md", "<!-- commands -->\n", "<!-- end -->", &reference);
}

#[test]
fn the_json_example_is_real() {
    let page = std::fs::read_to_string(root().join("docs/json.md")).expect("the page");
    let code = page.split("```hcl\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("main.tf"), code).expect("writable");
    let output = run(&["--format", "json"], directory.path());
    compare("docs/json.md", "```json\n", "```\n", &output);
}

/// What the page of formats shows of them.
#[test]
fn the_formats_are_real() {
    let page = std::fs::read_to_string(root().join("docs/formats.md")).expect("the page");
    let shown: Vec<&str> = page.split("<!-- run: ").skip(1).filter_map(|rest| rest.split(" -->").next()).collect();
    assert!(shown.len() > 1);
    for arguments in shown {
        let output = run(&arguments.split(' ').collect::<Vec<_>>(), &root());
        compare("docs/formats.md", &format!("<!-- run: {arguments} -->\n```text\n"), "```\n", &output);
    }
    for format in identilint::report::Format::ALL {
        assert!(page.contains(&format!("| `{}` |", format.name())), "{} is not in the table", format.name());
    }
}

#[test]
fn the_fixed_example_is_real() {
    let page = std::fs::read_to_string(root().join("docs/fixes.md")).expect("the page");
    let code = page.split("```hcl\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("main.tf"), code).expect("writable");
    let output = run(&["--diff", "--fix=unsafe"], directory.path());
    compare("docs/fixes.md", "```diff\n", "```\n", &output);
    let output = run(&["--fix=unsafe"], directory.path());
    compare("docs/fixes.md", "```text\n", "```\n", &output);
}

/// The blocks of code of a page, and the comments in front of them.
fn blocks(page: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(root().join(page)).expect("a page");
    let mut found = Vec::new();
    let mut lines = text.lines();
    let mut before = String::new();
    while let Some(line) = lines.next() {
        if line.trim_start().starts_with("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| !line.trim_start().starts_with("```")).collect();
            found.push((before.clone(), block.join("\n")));
        } else if !line.is_empty() {
            line.clone_into(&mut before);
        }
    }
    found
}

/// The recipes of the README are those of the pages, which scripts and tests run from there: `scripts/try-packages.sh`,
/// `scripts/try-pre-commit.sh`, `scripts/try-editors.sh` and `tests/action`.
#[test]
fn the_recipes_are_those_that_are_run() {
    let text = std::fs::read_to_string(root().join("README.md")).expect("the README");
    let recipes = text.split("\n## Install\n").nth(1).and_then(|rest| rest.split("\n## What it reads\n").next());
    let recipes = recipes.expect("the recipes");
    let pages = ["docs/install.md", "docs/pre-commit.md", "docs/editors.md", "docs/github.md"];
    let tried: Vec<(String, String)> = pages.iter().flat_map(|page| blocks(page)).collect();
    let is_run = |(before, _): &&(String, String)| before.starts_with("<!-- ");
    let action = blocks("docs/github.md").into_iter().next().expect("a workflow").1;
    let shown = blocks("README.md").into_iter().filter(|(_, block)| recipes.contains(block.as_str()));
    // The examples of the command line are those of its own tests.
    let shown: Vec<String> =
        shown.map(|(_, block)| block).filter(|block| !block.contains("identilint --fix")).collect();
    assert_eq!(shown.len(), 5, "{shown:#?}");
    for recipe in shown {
        let is_known = tried.iter().filter(is_run).any(|(_, block)| *block == recipe) || action.ends_with(&recipe);
        assert!(is_known, "nothing runs this recipe of the README:\n{recipe}");
    }
}

#[test]
fn links_lead_somewhere() {
    let pages = walkdir::WalkDir::new(root()).into_iter().filter_entry(|entry| {
        !matches!(entry.file_name().to_string_lossy().as_ref(), "target" | ".git" | "node_modules")
    });
    let mut broken = Vec::new();
    for entry in pages.filter_map(Result::ok).filter(|entry| entry.path().extension().is_some_and(|kind| kind == "md"))
    {
        let text = std::fs::read_to_string(entry.path()).expect("a page");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or("");
            if target.is_empty() || target.contains("://") || target.contains(' ') {
                continue;
            }
            if !entry.path().parent().expect("a directory").join(target).exists() {
                broken.push(format!("{}: {link}", entry.path().display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
