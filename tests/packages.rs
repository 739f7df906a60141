//! Packages agree with each other: versions, the names of a release's files, and what is packed at all. Whether they can
//! be installed is asked by `scripts/try-packages.sh` and `scripts/try-pre-commit.sh`.

#![expect(clippy::expect_used, reason = "a test stops at a surprise")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use walkdir::WalkDir;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

fn path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What a part of the repository says that not every checkout of it has.
fn read_if_there(name: &str) -> Option<String> {
    path(name).exists().then(|| read(name))
}

fn toml(name: &str) -> toml::Table {
    read(name).parse().expect("TOML")
}

/// The first group of every match.
fn all<'a>(pattern: &str, text: &'a str) -> BTreeSet<&'a str> {
    let pattern = Regex::new(pattern).expect("a pattern");
    pattern.captures_iter(text).filter_map(|found| found.get(1)).map(|group| group.as_str()).collect()
}

fn only(one: &str) -> BTreeSet<&str> {
    BTreeSet::from([one])
}

/// The platforms that a release has archives for.
fn targets(workflow: &str) -> BTreeSet<&str> {
    let archives = workflow.split("\n  archive:").nth(1).and_then(|rest| rest.split("\n  wheel:").next());
    all(r"target: ([a-z0-9_-]+),", archives.expect("a job for archives"))
}

#[test]
fn every_package_has_the_version_of_the_crate() {
    for (name, pattern) in [
        ("pyproject.toml", r#"(?m)^version = "(.*)"$"#),
        ("pyproject.toml", r#""identilint==([^"]*)""#),
        ("docs/pre-commit.md", r"rev: v(\S+)"),
        ("docs/pre-commit.md", r"identilint==([0-9.a-z-]+)"),
        ("docs/install.md", r"(?m)identilint==(\S+)$"),
        ("docs/install.md", r"(?m)^version=(\S+)$"),
        ("docs/install.md", r"ghcr\.io/identilint/identilint:([0-9.a-z-]+)"),
    ] {
        assert_eq!(all(pattern, &read(name)), only(VERSION), "{name}: {pattern}");
    }
    let wheel = toml("packaging/pypi/pyproject.toml");
    let dynamic = wheel.get("project").and_then(|project| project.get("dynamic")?.as_array()).expect("a list");
    assert!(dynamic.iter().any(|name| name.as_str() == Some("version")), "{dynamic:?}");
    if let Some(extension) = read_if_there("editors/vscode/package.json") {
        let extension: serde_json::Value = serde_json::from_str(&extension).expect("JSON");
        assert_eq!(extension.get("version").and_then(serde_json::Value::as_str), Some(VERSION));
    }
}

#[test]
fn every_package_is_of_the_same_repository() {
    let name = REPOSITORY.strip_prefix("https://github.com/").expect("on GitHub");
    for file in [
        "packaging/identilint.rb",
        "packaging/pypi/pyproject.toml",
        "docs/install.md",
        "docs/pre-commit.md",
        "Dockerfile",
        "scripts/try-pre-commit.sh",
    ] {
        assert_eq!(all(r"https://github\.com/([a-zA-Z0-9-]+/[a-zA-Z0-9-]+)", &read(file)), only(name), "{file}");
    }
    for file in [".github/workflows/release.yml", "docs/install.md"] {
        assert_eq!(all(r"ghcr\.io/([a-z0-9-]+/[a-z0-9-]+)", &read(file)), only(name), "{file}");
    }
}

#[test]
fn all_who_fetch_a_release_know_its_names() {
    let named = |target: &str| format!("identilint-v{VERSION}-{target}");
    let script = read("scripts/build-archive.sh");
    assert_eq!(all(r"(?m)^name=(.*)$", &script), only("identilint-v$version-$target"));

    let manifest = toml("Cargo.toml");
    let binstall = manifest.get("package").and_then(|one| one.get("metadata")?.get("binstall")).expect("metadata");
    let filled = |key: &str, target: &str, program: &str| {
        let text = binstall.get(key).and_then(toml::Value::as_str).expect("a text");
        let values = [
            ("repo", REPOSITORY),
            ("version", VERSION),
            ("name", "identilint"),
            ("target", target),
            ("bin", "identilint"),
        ];
        let text =
            values.iter().fold(text.to_owned(), |text, (key, value)| text.replace(&format!("{{ {key} }}"), value));
        text.replace("{ binary-ext }", program.strip_prefix("identilint").unwrap_or_default())
    };
    let workflow = read(".github/workflows/release.yml");
    let targets = targets(&workflow);
    assert_eq!(targets.len(), 7, "{targets:?}");
    for target in &targets {
        let name = named(target);
        let program = if target.contains("windows") { "identilint.exe" } else { "identilint" };
        assert_eq!(
            filled("pkg-url", target, program),
            format!("{REPOSITORY}/releases/download/v{VERSION}/{name}.tar.gz")
        );
        assert_eq!(filled("bin-dir", target, program), format!("{name}/{program}"));
    }
    assert_eq!(binstall.get("pkg-fmt").and_then(toml::Value::as_str), Some("tgz"));

    let formula = read("packaging/identilint.rb").replace("@VERSION@", VERSION);
    let urls = all(r#"url "(.*)""#, &formula);
    let summed = all(r#"sha256 "@SHA256 (.*)@""#, &formula);
    let fetched: BTreeSet<String> = summed
        .iter()
        .map(|target| format!("{REPOSITORY}/releases/download/v{VERSION}/{}.tar.gz", named(target)))
        .collect();
    assert_eq!(urls, fetched.iter().map(String::as_str).collect());
    let of_extensions = read("scripts/build-extensions.sh");
    let of_extensions = all(r"(?m)^[a-z0-9]+-(?:x64|arm64) ([a-z0-9_-]+)$", &of_extensions);
    for (who, known) in [("the formula", summed), ("the extensions", of_extensions)] {
        assert!(!known.is_empty() && known.is_subset(&targets), "{who}: {known:?}");
    }
    let page = read("docs/install.md");
    let table: BTreeSet<&str> = all(r"`((?:x86_64|aarch64)-[a-z0-9_-]+)`", &page);
    assert_eq!(table, targets, "docs/install.md");
    assert!(page.contains("\"$releases/v$version/identilint-v$version-$target.tar.gz\""));
}

#[test]
fn the_action_fetches_what_a_release_has() {
    let Some(action) = read_if_there("action/install.sh") else { return };
    let workflow = read(".github/workflows/release.yml");
    let targets = targets(&workflow);
    let known = all(r"target=([a-z0-9]+_?[a-z0-9]*-[a-z0-9_-]+)", &action);
    assert!(known.len() >= 5 && known.is_subset(&targets), "{known:?}");
    assert_eq!(all(r"archive=(\S+?)(?:\s|$)", &action), only("identilint-v$version-$target.tar.gz"));
    assert!(action.contains("/releases/download") && action.contains("SHA256SUMS"));
    assert!(action.contains(".github/workflows/release.yml"), "the action asks for another workflow's attestation");
}

#[test]
fn every_platform_has_a_wheel_too() {
    let workflow = read(".github/workflows/release.yml");
    let wheels = workflow.split("\n  wheel:").nth(1).and_then(|rest| rest.split("\n  extension:").next());
    assert_eq!(all(r"target: ([a-z0-9_-]+),", wheels.expect("a job for wheels")), targets(&workflow));
    // The sources are one file, whoever builds them.
    assert_eq!(workflow.matches("--sdist").count(), 1);
}

#[test]
fn the_hooks_differ_only_in_where_the_program_comes_from() {
    let hooks = read(".pre-commit-hooks.yaml");
    let ids = all(r"(?m)^- id: (.*)$", &hooks);
    assert_eq!(ids, BTreeSet::from(["identilint", "identilint-rust", "identilint-system"]));
    let languages = all(r"(?m)^  language: (.*)$", &hooks);
    assert_eq!(languages, BTreeSet::from(["python", "rust", "system"]));
    for id in &ids {
        assert!(read("docs/pre-commit.md").contains(&format!("| `{id}` |")), "{id}");
    }
    assert_eq!(all(r"(?m)^  entry: (.*)$", &hooks), only("identilint check --changed"));
    assert_eq!(hooks.matches("require_serial: true").count(), ids.len());
    assert_eq!(hooks.matches("files: *files").count() + 1, ids.len());

    let pattern = *all(r"(?m)files: &files '(.*)'$", &hooks).first().expect("a pattern");
    assert_eq!(all(r"(?m)^ +files: '(.*)'$", &read("docs/pre-commit.md")), only(pattern));
    let pattern = Regex::new(pattern).expect("a pattern");
    for named in [
        "main.tf",
        "a/main.tf.json",
        "main.tofu",
        "main.tofu.json",
        "prod.tfvars",
        "prod.auto.tfvars.json",
        "größe/main.bicep",
        "main.bicepparam",
        "azuredeploy.json",
        "users.sql",
        "identilint.toml",
        "infra/.identilint.toml",
    ] {
        assert!(pattern.is_match(named), "{named}");
        let is_read = identilint::workspace::is_read(named) || named.ends_with("identilint.toml");
        assert!(is_read, "{named} is given to a program that does not read it");
    }
    for other in ["main.tf.orig", "notes.md", "Cargo.toml", "main.tfstate", "notidentilint.toml", "jsonnet", "tf"] {
        assert!(!pattern.is_match(other), "{other}");
    }
}

#[test]
fn the_crate_holds_all_that_it_is_built_from() {
    let manifest = toml("Cargo.toml");
    let include = manifest.get("package").and_then(|package| package.get("include")?.as_array()).expect("a list");
    let packed: Vec<PathBuf> =
        include.iter().filter_map(toml::Value::as_str).map(|entry| path(entry.trim_start_matches('/'))).collect();
    for entry in &packed {
        assert!(entry.exists(), "{}", entry.display());
    }
    let embeds = Regex::new(r#"include_(?:str|bytes)!\(\s*(?:concat!\(\s*)?"([^"]+)""#).expect("a pattern");
    let mut seen = 0;
    for entry in WalkDir::new(path("src")).into_iter().map(|entry| entry.expect("readable")) {
        if entry.path().extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).expect("readable");
        for embedded in embeds.captures_iter(&text).filter_map(|found| found.get(1)) {
            // Of a name that is put together, the folder is what stands first.
            let folder = embedded.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
            let folder = entry.path().parent().expect("a folder").join(folder).canonicalize().expect("there");
            assert!(packed.iter().any(|entry| folder.starts_with(entry)), "{} is not packed", folder.display());
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen} embedded files were found");
}
