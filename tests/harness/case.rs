//! Fixtures: where they are and what is in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use identilint::config::{Given, Layer};
use identilint::day::Day;
use identilint::engine::{Report, analyze, with_workers};
use identilint::finding::Persona;
use identilint::rules::find;
use identilint::suppress;
use identilint::workspace::Workspace;

/// The day on which fixtures are looked at.
const TODAY: &str = "2026-11-01";

/// Files by path.
pub(crate) type Files = BTreeMap<String, String>;

/// One fixture.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub rule: String,
    pub fails: bool,
    pub format: String,
    pub title: String,
    /// The directory that holds the case and its snapshot.
    pub directory: PathBuf,
    pub files: Files,
}

impl Case {
    pub(crate) fn name(&self) -> String {
        format!("{}/{}/{}/{}", self.rule, if self.fails { "fail" } else { "pass" }, self.format, self.title)
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// All fixtures of rules; directories that begin with `_`, and the showcase, are other tests' business.
pub(crate) fn discover() -> Vec<Case> {
    let mut cases = Vec::new();
    for rule in entries(&root()) {
        let name = file_name(&rule);
        if name.starts_with('_') || name == "showcase" {
            continue;
        }
        for verdict in entries(&rule) {
            let fails = match file_name(&verdict).as_str() {
                "fail" => true,
                "pass" => false,
                other => panic!("{}: a verdict is `fail` or `pass`, not `{other}`", rule.display()),
            };
            for format in entries(&verdict) {
                for path in entries(&format) {
                    // Approved reports, and those that wait for approval.
                    if file_name(&path).contains(".snap") {
                        continue;
                    }
                    cases.push(read(&name, fails, &format, &path));
                }
            }
        }
    }
    cases
}

fn read(rule: &str, fails: bool, format: &Path, path: &Path) -> Case {
    let file = file_name(path);
    let (case, files) = if path.is_dir() {
        (file, read_directory(path))
    } else {
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let case = file.split('.').next().unwrap_or(&file).to_owned();
        (case, Files::from([(file, text)]))
    };
    Case {
        rule: rule.to_owned(),
        fails,
        format: file_name(format),
        title: case,
        directory: format.to_path_buf(),
        files,
    }
}

/// Every file below a directory, by relative path.
pub(crate) fn read_directory(directory: &Path) -> Files {
    walkdir::WalkDir::new(directory)
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path =
                entry.path().strip_prefix(directory).unwrap_or(entry.path()).to_string_lossy().replace('\\', "/");
            let text = std::fs::read_to_string(entry.path())
                .unwrap_or_else(|error| panic!("{}: {error}", entry.path().display()));
            (path, text)
        })
        .collect()
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Analyses files with one rule, or with all. What is wrong with suppressions shows only beside what they suppress.
pub(crate) fn run(files: &Files, rule: Option<&str>) -> (Workspace, Report) {
    if let Some(own) = rule.and_then(find).filter(|own| own.family == suppress::FAMILY) {
        let (workspace, mut report) = run_for(files, None, own.meta().persona);
        report.findings.retain(|finding| finding.rule == own.id);
        return (workspace, report);
    }
    let select = rule.map(|rule| vec![rule.to_owned()]);
    // A rule is seen by those it is for.
    let persona = rule.and_then(find).map_or(Persona::Regular, |rule| rule.meta().persona);
    run_for(files, select, persona)
}

/// Analyses files with the selected rules, or with all, for this persona.
pub(crate) fn run_for(files: &Files, select: Option<Vec<String>>, persona: Persona) -> (Workspace, Report) {
    let workspace = Workspace::of_texts(files.clone());
    let select = select.map(|names| names.into_iter().map(Given::asked).collect());
    let mut policies = workspace.policies(&Layer { select, persona: Some(Given::asked(persona)), ..Layer::default() });
    policies.today = Day::parse(TODAY);
    let report = with_workers(|| analyze(&workspace, &policies));
    (workspace, report)
}
