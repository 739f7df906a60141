//! Layers: a module uses its own layer and those below, never above. Rules see the graph, not where it came from.

#![expect(clippy::expect_used, reason = "a test stops at a surprise")]

use std::path::{Path, PathBuf};

/// Modules by layer, lowest first.
const LAYERS: [&[&str]; 10] = [
    &["source", "finding", "policy", "progress", "text", "day", "disk"],
    &["syntax"],
    &["ir", "azure"],
    &["lower"],
    &["resolve"],
    &["graph"],
    &["rules"],
    &["workspace", "config", "engine", "fingerprint", "fix", "known", "since", "suppress"],
    &["report", "baseline", "card"],
    &["cli", "lsp", "main", "lib"],
];

/// What a rule may see.
const RULES_SEE: [&str; 7] = ["graph", "resolve::value", "azure", "finding", "rules", "source", "text"];

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    walkdir::WalkDir::new(&root)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"))
        .map(|entry| {
            let path = entry.path().strip_prefix(&root).expect("below src").to_path_buf();
            (path, std::fs::read_to_string(entry.path()).expect("readable"))
        })
        .collect()
}

/// The paths behind every `crate::`, as written.
fn uses(text: &str) -> Vec<&str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').next().unwrap_or(""))
        .filter(|path| !path.is_empty())
        .collect()
}

fn top(path: &Path) -> String {
    let first = path.components().next().expect("a path").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

#[test]
fn nothing_looks_upward() {
    let mut problems = Vec::new();
    for (path, text) in sources() {
        let own = layer(&top(&path)).unwrap_or_else(|| panic!("{} is in no layer", path.display()));
        for used in uses(&text) {
            let module = used.split("::").next().unwrap_or("");
            match layer(module) {
                Some(other) if other <= own => {}
                Some(_) => problems.push(format!("{} uses {used}", path.display())),
                None => problems.push(format!("{} uses {used}, which is in no layer", path.display())),
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn rules_see_only_the_model() {
    let mut problems = Vec::new();
    for (path, text) in sources() {
        // The files in the folders of families.
        if path.components().count() < 3 || top(&path) != "rules" {
            continue;
        }
        for used in uses(&text) {
            if !RULES_SEE.iter().any(|allowed| used == *allowed || used.starts_with(&format!("{allowed}::"))) {
                problems.push(format!("{} uses {used}", path.display()));
            }
        }
        for forbidden in ["std::fs", "std::io", "std::env", "std::path", "hcl::", "miette", "azurerm", "azapi"] {
            if text.contains(forbidden) {
                problems.push(format!("{} uses {forbidden}", path.display()));
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn only_the_text_report_knows_miette_and_only_the_front_end_knows_hcl() {
    for (path, text) in sources() {
        let shown = path.to_string_lossy().replace('\\', "/");
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        assert!(!code.contains("miette::") || shown.starts_with("report/text"), "{shown} uses miette");
        let front_end = shown.starts_with("syntax/hcl") || shown.starts_with("lower/terraform");
        assert!(!code.contains("hcl::edit") || front_end, "{shown} uses hcl::edit");
    }
}

#[test]
fn only_one_place_starts_a_process() {
    for (path, text) in sources() {
        let shown = path.to_string_lossy().replace('\\', "/");
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        assert!(!code.contains("process::Command") || shown == "since/git.rs", "{shown} starts processes");
    }
}

/// Who opens a workspace in an editor has not read it yet: nothing in it may start or call anything.
#[test]
fn the_language_server_starts_nothing_and_calls_nobody() {
    let server =
        |path: &Path| ["lsp", "cli/lsp.rs"].iter().any(|part| path.starts_with(part)) || path == Path::new("lsp.rs");
    let files: Vec<(PathBuf, String)> = sources().into_iter().filter(|(path, _)| server(path)).collect();
    assert!(files.len() > 10, "{files:?}");
    // What the server is made of knows of no process and of no network either, but for the part that asks git.
    for (path, text) in &files {
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for forbidden in ["crate::since", "std::process", "process::", "std::net", "net::", "cli::"] {
            assert!(!code.contains(forbidden), "{} uses {forbidden}", path.display());
        }
    }
    let uses_git: Vec<PathBuf> = sources()
        .into_iter()
        .filter(|(path, text)| uses(text).iter().any(|used| used.starts_with("since")) && top(path) != "since")
        .map(|(path, _)| path)
        .collect();
    assert!(uses_git.iter().all(|path| path.starts_with("cli")), "{uses_git:?}");
}

#[test]
fn files_hold_one_idea() {
    const LIMIT: usize = 500;
    let long: Vec<String> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LIMIT)
        .map(|(path, lines)| format!("{}: {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}
