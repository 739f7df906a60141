//! What must not change a finding: line ends, byte order marks, comments, other alphabets; and what must not break the
//! analysis: a file that ends anywhere.

use identilint::engine::Report;
use identilint::workspace::Workspace;

use crate::case::{Case, Files, run};

/// How many places each file is cut at.
const CUTS: usize = 12;

/// What other alphabets begin lines with.
const LETTERS: &str = "/* é漢🦀 */ ";

/// A path and a text to another text.
type Mutation = fn(&str, &str) -> String;

pub(crate) fn check(case: &Case) -> Result<(), String> {
    let (workspace, report) = run(&case.files, Some(&case.rule));
    let wanted = essence(&workspace, &report);
    let variants: [(&str, Mutation); 5] = [
        ("CRLF", |_, text| text.replace('\n', "\r\n")),
        ("a byte order mark", |_, text| format!("\u{feff}{text}")),
        ("a comment before it", |path, text| format!("{}\n{text}", comment(path))),
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

/// How a file may be changed without a change of meaning.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Hcl,
    /// Bicep, and JSON of templates, which has its comments.
    Template,
    /// JSON of modules, which has none.
    Json,
    /// YAML and TOML, which have comments of lines.
    Yaml,
}

fn syntax(path: &str) -> Syntax {
    let mut extensions = path.rsplit('.');
    match (extensions.next(), extensions.next()) {
        (Some("tf" | "tfvars"), _) => Syntax::Hcl,
        (Some("json"), Some("tf" | "tfvars")) => Syntax::Json,
        (Some("yaml" | "yml" | "toml"), _) => Syntax::Yaml,
        _ => Syntax::Template,
    }
}

/// A line that says nothing.
fn comment(path: &str) -> &'static str {
    match syntax(path) {
        Syntax::Hcl | Syntax::Yaml => "# é 漢 🦀",
        Syntax::Template => "// é 漢 🦀",
        Syntax::Json => "",
    }
}

/// Letters of several bytes before everything on lines that begin with a word, or in templates with a member.
fn alphabets(path: &str, text: &str) -> String {
    let syntax = syntax(path);
    if matches!(syntax, Syntax::Json | Syntax::Yaml) {
        return text.to_owned();
    }
    let mut heredoc: Option<&str> = None;
    let mut quoted = false;
    text.lines()
        .map(|line| {
            let inside = heredoc.is_some() || quoted;
            heredoc = match heredoc {
                Some(end) if line.trim() == end => None,
                Some(end) => Some(end),
                None if syntax == Syntax::Hcl => {
                    line.split_once("<<").map(|(_, end)| end.trim_start_matches('-').trim())
                }
                None => None,
            };
            quoted ^= line.matches("'''").count() % 2 == 1;
            let plain = line
                .trim_start()
                .starts_with(|c: char| c.is_ascii_alphabetic() || syntax == Syntax::Template && c == '"');
            if plain && !inside { format!("{LETTERS}{line}\n") } else { format!("{line}\n") }
        })
        .collect()
}

/// Rule, message and text of each finding, wherever it now is.
fn essence(workspace: &Workspace, report: &Report) -> Vec<(String, String, String)> {
    let mut essence: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            let text = workspace.sources.slice(finding.primary.span).replace("\r\n", "\n").replace(LETTERS, "");
            (finding.rule.to_owned(), finding.message.clone(), text)
        })
        .collect();
    essence.sort();
    essence
}
