//! What must not change a finding: line ends, byte order marks, comments, other alphabets; and what must not break the
//! analysis: a file that ends anywhere.

use identilint::engine::Report;
use identilint::workspace::Workspace;

use crate::case::{Case, Files, run};

/// How many places each file is cut at.
const CUTS: usize = 12;

/// A path and a text to another text.
type Mutation = fn(&str, &str) -> String;

pub(crate) fn check(case: &Case) -> Result<(), String> {
    let (workspace, report) = run(&case.files, Some(&case.rule));
    let wanted = essence(&workspace, &report);
    let variants: [(&str, Mutation); 5] = [
        ("CRLF", |_, text| text.replace('\n', "\r\n")),
        ("a byte order mark", |_, text| format!("\u{feff}{text}")),
        (
            "a comment before it",
            |path, text| if comments(path) { format!("# é 漢 🦀\n{text}") } else { format!("\n{text}") },
        ),
        ("other alphabets before it", alphabets),
        ("no final newline", |_, text| text.trim_end().to_owned()),
    ];
    for (what, mutate) in variants {
        // What a broken file is taken apart at moves with its margin.
        if case.rule == "syntax-error" && what.starts_with("other") {
            continue;
        }
        let files: Files = case.files.iter().map(|(path, text)| (path.clone(), mutate(path, text))).collect();
        let (workspace, report) = run(&files, Some(&case.rule));
        let got = essence(&workspace, &report);
        if got != wanted {
            return Err(format!("with {what}: expected {wanted:#?}\ngot {got:#?}"));
        }
    }
    for (path, text) in &case.files {
        for at in 1..CUTS {
            let mut end = text.len() * at / CUTS;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let mut files = case.files.clone();
            files.insert(path.clone(), text[..end].to_owned());
            // Whatever it finds: it comes back.
            run(&files, Some(&case.rule));
        }
    }
    Ok(())
}

fn comments(path: &str) -> bool {
    !path.to_ascii_lowercase().ends_with(".json")
}

/// Letters of several bytes before everything on lines that begin a block or an argument at the margin.
fn alphabets(path: &str, text: &str) -> String {
    if !comments(path) {
        return text.to_owned();
    }
    let mut heredoc: Option<&str> = None;
    text.lines()
        .map(|line| {
            let inside = heredoc.is_some();
            heredoc = match heredoc {
                Some(end) if line.trim() == end => None,
                Some(end) => Some(end),
                None => line.split_once("<<").map(|(_, end)| end.trim_start_matches('-').trim()),
            };
            let plain = line.trim_start().starts_with(|c: char| c.is_ascii_alphabetic());
            if plain && !inside { format!("/* é漢🦀 */ {line}\n") } else { format!("{line}\n") }
        })
        .collect()
}

/// Rule, message and text of each finding, wherever it now is.
fn essence(workspace: &Workspace, report: &Report) -> Vec<(String, String, String)> {
    let mut essence: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            let text = workspace.sources.slice(finding.primary.span).replace("\r\n", "\n");
            (finding.rule.to_owned(), finding.message.clone(), text)
        })
        .collect();
    essence.sort();
    essence
}
