//! What must not change a fingerprint: whatever moves a finding without changing what it says.

#![expect(clippy::expect_used, clippy::string_slice, reason = "a test stops at a surprise")]
#![expect(clippy::case_sensitive_file_extension_comparisons, reason = "fixtures are named in small letters")]

#[path = "harness/case.rs"]
#[expect(dead_code, reason = "shared with the fixtures' tests")]
mod case;

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use hcl::edit::Span as _;
use hcl::edit::parser::parse_body;
use identilint::engine::{Report, analyze, with_workers};
use identilint::finding::Persona;
use identilint::policy::{Policies, Policy};
use identilint::source::{SourceId, Span};
use identilint::syntax::{bicep, json};
use identilint::workspace::{Request, Workspace};
use rayon::prelude::*;

use case::{Files, read_directory, root};

/// Of so many failing fixtures one is taken; the number has no factor in common with how often languages take turns.
const EACH: usize = 11;

/// Rules that report the later one of several that belong together: which one is later depends on the order.
const OF_ORDER: [&str; 3] = ["duplicate-role-assignment", "federated-credential-limit", "parallel-federated-writes"];

/// Failing fixtures of every rule and language, and the showcases.
fn samples() -> Vec<(String, Files)> {
    let cases = case::discover().into_iter().filter(|case| case.fails).enumerate();
    let mut samples: Vec<(String, Files)> =
        cases.filter(|(at, _)| at % EACH == 0).map(|(_, case)| (case.name(), case.files)).collect();
    for name in ["arm", "bicep", "terraform"] {
        samples.push((format!("showcase/{name}"), read_directory(&root().join("showcase").join(name))));
    }
    samples
}

fn report(files: &Files, policy: Policy) -> Report {
    analyze(&Workspace::of_texts(files.clone()), &Policies::everywhere(policy))
}

fn everything() -> Policy {
    Policy { persona: Persona::Auditor, ..Policy::default() }
}

/// Fingerprints by rule, which makes a failure readable.
fn prints(report: &Report) -> BTreeSet<(&'static str, String)> {
    let shown = |finding: &identilint::finding::Finding| (finding.rule, finding.fingerprint.clone());
    report.findings.iter().map(shown).collect()
}

/// Checks that a change of texts changes no fingerprint, save those of some rules.
fn unchanged(what: &str, but: &[&str], change: impl Fn(&str, &str) -> String + Sync) {
    let problems: Vec<String> = with_workers(|| {
        samples()
            .into_par_iter()
            .filter_map(|(name, files)| {
                let changed: Files = files.iter().map(|(path, text)| (path.clone(), change(path, text))).collect();
                let of = |files: &Files| {
                    let all = prints(&report(files, everything())).into_iter();
                    all.filter(|(rule, _)| !but.contains(rule)).collect()
                };
                difference(&of(&files), &of(&changed)).map(|difference| format!("{name}: {difference}"))
            })
            .collect()
    });
    assert!(problems.is_empty(), "{what}: {} samples\n{}", problems.len(), problems.join("\n"));
}

fn difference(before: &BTreeSet<(&'static str, String)>, after: &BTreeSet<(&'static str, String)>) -> Option<String> {
    let left = |a: &BTreeSet<(&'static str, String)>, b: &BTreeSet<(&'static str, String)>| {
        a.difference(b).map(|(rule, _)| *rule).collect::<Vec<_>>()
    };
    let (gone, new) = (left(before, after), left(after, before));
    (!gone.is_empty() || !new.is_empty()).then(|| format!("gone {gone:?}, new {new:?}"))
}

/// A line that says nothing.
fn comment(path: &str) -> &'static str {
    let ends = |ending: &str| path.ends_with(ending);
    if ends(".tf.json") || ends(".tfvars.json") {
        "\n"
    } else if ends(".tf") || ends(".tfvars") || ends(".yaml") || ends(".yml") {
        "# é 漢 🦀\n"
    } else if ends(".bicep") || ends(".bicepparam") || ends(".json") {
        "// é 漢 🦀\n"
    } else {
        ""
    }
}

/// Where the parts of a file are whose order means nothing: blocks, statements, the resources of a template.
fn parts(path: &str, text: &str) -> Vec<Range<usize>> {
    let range = |span: Span| span.start as usize..span.end as usize;
    if path.ends_with(".tf") {
        let body = parse_body(text).ok();
        body.into_iter().flat_map(|body| body.into_blocks()).filter_map(|block| block.span()).collect()
    } else if path.ends_with(".bicep") {
        let statements = bicep::parse(SourceId(0), text).statements;
        statements.into_iter().map(|statement| range(statement.span)).collect()
    } else if path.ends_with(".json") && !path.ends_with(".tf.json") {
        let json = json::parse(SourceId(0), text);
        let resources = json.root.as_ref().filter(|_| json.errors.is_empty()).and_then(|root| root.get("resources"));
        match resources.map(|resources| &resources.kind) {
            Some(json::Kind::Array(items)) => items.iter().map(|item| range(item.span)).collect(),
            _ => Vec::new(),
        }
    } else {
        Vec::new()
    }
}

#[test]
fn lines_at_the_top() {
    unchanged("fifty lines more", &[], |path, text| comment(path).repeat(50) + text);
    unchanged("fifty empty lines more", &[], |_, text| "\n".repeat(50) + text);
}

#[test]
fn lines_between_blocks() {
    unchanged("lines between blocks", &[], |path, text| {
        let mut changed = text.to_owned();
        for part in parts(path, text).into_iter().rev() {
            changed.insert_str(part.start, &format!("\n\n{}{}\n", comment(path), comment(path)));
        }
        changed
    });
}

#[test]
fn another_order_of_blocks() {
    unchanged("another order", &OF_ORDER, |path, text| {
        let parts = parts(path, text);
        let mut changed = String::new();
        let mut at = 0;
        for (place, part) in parts.iter().zip(parts.iter().rev()) {
            changed.push_str(&text[at..place.start]);
            changed.push_str(&text[part.clone()]);
            at = place.end;
        }
        changed + &text[at..]
    });
}

#[test]
fn line_ends_and_byte_order_marks() {
    unchanged("CRLF", &[], |_, text| text.replace('\n', "\r\n"));
    unchanged("a byte order mark", &[], |_, text| format!("\u{feff}{text}"));
}

/// Checks that other files beside these change no fingerprint.
fn unchanged_beside(what: &str, change: impl Fn(&Files, &Report, &Workspace) -> Files + Sync) {
    let problems: Vec<String> = with_workers(|| {
        samples()
            .into_par_iter()
            .filter_map(|(name, files)| {
                let workspace = Workspace::of_texts(files.clone());
                let before = analyze(&workspace, &Policies::everywhere(everything()));
                let after = report(&change(&files, &before, &workspace), everything());
                difference(&prints(&before), &prints(&after)).map(|difference| format!("{name}: {difference}"))
            })
            .collect()
    });
    assert!(problems.is_empty(), "{what}: {} samples\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn siblings_of_other_names() {
    unchanged_beside("a file of another name", |files, report, workspace| {
        let holds: BTreeSet<&str> = report
            .findings
            .iter()
            .filter_map(|finding| workspace.sources.get(finding.primary.span.source))
            .map(|file| &**file.display())
            .collect();
        let renamed = |path: &String| {
            let (directory, name) = path.rsplit_once('/').map_or(("", path.as_str()), |(head, name)| (head, name));
            // The names of others mean something: they are called by them, or apply by them.
            let is_free = name.ends_with(".tf") && !name.contains("override") && !holds.contains(path.as_str());
            let name = if is_free { format!("0-{name}") } else { name.to_owned() };
            if directory.is_empty() { name } else { format!("{directory}/{name}") }
        };
        files.iter().map(|(path, text)| (renamed(path), text.clone())).collect()
    });
    unchanged_beside("more files", |files, _, _| {
        let mut more = files.clone();
        more.insert("0/main.tf".to_owned(), "locals {\n  a = 1\n}\n".to_owned());
        more.insert("0/main.bicep".to_owned(), "var a = 1\n".to_owned());
        more.insert("zz/main.bicep".to_owned(), "var a = 1\n".to_owned());
        more
    });
}

#[test]
fn one_rule_and_other_personas() {
    let problems: Vec<String> = with_workers(|| {
        samples()
            .into_par_iter()
            .flat_map_iter(|(name, files)| {
                let all = prints(&report(&files, everything()));
                let mut problems = Vec::new();
                let rules: BTreeSet<&str> = all.iter().map(|(rule, _)| *rule).collect();
                // What is said of suppressions depends on which other rules ran.
                let is_of_others =
                    |rule: &&str| identilint::rules::find(rule).is_none_or(|one| one.family != "suppressions");
                for rule in rules.into_iter().filter(is_of_others) {
                    let select = Some(vec![rule.to_owned()]);
                    let one = prints(&report(&files, Policy { select, ..everything() }));
                    let wanted = all.iter().filter(|(of, _)| *of == rule || *of == "syntax-error").cloned().collect();
                    problems.extend(difference(&wanted, &one).map(|text| format!("{name}, only {rule}: {text}")));
                }
                for persona in [Persona::Regular, Persona::Pedantic] {
                    let some = prints(&report(&files, Policy { persona, ..Policy::default() }));
                    let strange: Vec<_> = some.difference(&all).collect();
                    if !strange.is_empty() {
                        problems.push(format!("{name}, {persona}: {strange:?}"));
                    }
                }
                problems
            })
            .collect()
    });
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// A repository on disk with these files.
fn repository(files: &Files) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    fs::create_dir(directory.path().join(".git")).expect("writable");
    for (path, text) in files {
        let path = directory.path().join("infra").join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("writable");
        fs::write(path, text).expect("writable");
    }
    directory
}

fn on_disk(directory: &Path, path: &Path) -> (Workspace, Report) {
    let request = Request { directory: directory.to_path_buf(), paths: vec![path.to_path_buf()], ..Request::default() };
    let workspace = Workspace::load(&request).expect("something to check");
    let report = analyze(&workspace, &Policies::everywhere(everything()));
    (workspace, report)
}

#[test]
fn other_directories_and_single_files() {
    let samples: Vec<(String, Files)> = samples().into_iter().step_by(4).collect();
    let problems: Vec<String> = with_workers(|| {
        samples
            .into_par_iter()
            .flat_map_iter(|(name, files)| {
                let directory = repository(&files);
                let here = directory.path();
                let (workspace, all) = on_disk(here, Path::new("."));
                let wanted = prints(&all);
                let mut problems = Vec::new();
                for (from, path) in [("infra", "."), ("infra", ".."), ("", "infra"), (".git", "../infra")] {
                    let (_, other) = on_disk(&here.join(from), Path::new(path));
                    let difference = difference(&wanted, &prints(&other));
                    problems.extend(difference.map(|text| format!("{name}, {path} from {from}: {text}")));
                }
                let paths: BTreeSet<PathBuf> = all
                    .findings
                    .iter()
                    .filter_map(|one| workspace.sources.get(one.primary.span.source))
                    .map(|file| file.path().to_path_buf())
                    .collect();
                for path in paths {
                    let (_, one) = on_disk(here, &path);
                    let in_file = all.findings.iter().filter(|finding| {
                        workspace.sources.get(finding.primary.span.source).is_some_and(|file| file.path() == path)
                    });
                    let in_file: BTreeSet<_> =
                        in_file.map(|finding| (finding.rule, finding.fingerprint.clone())).collect();
                    let one = prints(&one);
                    if !in_file.is_subset(&one) || !one.is_subset(&wanted) {
                        problems.push(format!("{name}, only {}: {:?}", path.display(), difference(&in_file, &one)));
                    }
                }
                problems
            })
            .collect()
    });
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn print_of(rule: &str, path: &str, text: &str) -> Vec<String> {
    let files = Files::from([(path.to_owned(), text.to_owned())]);
    let report = with_workers(|| report(&files, Policy { select: Some(vec![rule.to_owned()]), ..everything() }));
    report.findings.iter().map(|finding| finding.fingerprint.clone()).collect()
}

#[test]
fn an_edit_elsewhere_in_a_long_span() {
    let policy = |permissions: &str| {
        format!(
            "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {{\n  name: 'kv'\n  location: 'x'\n  properties: {{\n    \
             tenantId: tenant().tenantId\n    sku: {{\n      family: 'A'\n      name: 'standard'\n    }}\n    \
             enableRbacAuthorization: true\n    accessPolicies: [\n      {{\n        tenantId: tenant().tenantId\n        \
             objectId: '11111111-2222-3333-4444-555555555555'\n        permissions: {{\n          secrets: [\n            \
             {permissions}\n          ]\n        }}\n      }}\n    ]\n  }}\n}}\n"
        )
    };
    let of = |text: &str| print_of("key-vault-permission-model-mismatch", "main.bicep", &policy(text));
    assert_eq!(of("'get'").len(), 1);
    assert_eq!(of("'get'"), of("'get'\n            'list'"));
}

const IDENTITY: &str = "resource \"azurerm_user_assigned_identity\" \"i\" {\n  name = \"i\"\n}\n";

#[test]
fn more_instances_and_more_callers() {
    let module = "variable \"principal\" {}\nresource \"azurerm_role_assignment\" \"x\" {\n  scope = \"/subscriptions/00000000-0000-0000-0000-000000000000\"\n  role_definition_name = \"Owner\"\n  principal_id = var.principal\n}\n";
    let call = |name: &str| {
        format!(
            "module \"{name}\" {{\n  source = \"./m\"\n  principal = azurerm_user_assigned_identity.i.principal_id\n  for_each = toset([\"k-{name}\"])\n}}\n"
        )
    };
    let of = |root: String| {
        let files = Files::from([("main.tf".to_owned(), root + IDENTITY), ("m/main.tf".to_owned(), module.to_owned())]);
        let report = with_workers(|| report(&files, everything()));
        let of_rule = |(rule, _): &(&str, String)| *rule == "privileged-role-at-wide-scope";
        prints(&report).into_iter().filter(of_rule).collect::<Vec<_>>()
    };
    let one = of(call("web"));
    assert_eq!(one.len(), 1);
    // Another caller comes first in the report, and the cause is the same.
    assert_eq!(one, of(call("app") + &call("web")));
    assert_eq!(one, of(call("web").replace("k-web", "a")));
}

#[test]
fn what_is_different_is_told_apart() {
    let grant = |name: &str, role: &str| {
        format!(
            "resource \"azurerm_role_assignment\" \"{name}\" {{\n  scope = \"/subscriptions/00000000-0000-0000-0000-000000000000\"\n  role_definition_name = \"{role}\"\n  principal_id = azurerm_user_assigned_identity.i.principal_id\n}}\n{IDENTITY}"
        )
    };
    let of = |text: &str| print_of("privileged-role-at-wide-scope", "main.tf", text);
    let all = [grant("a", "Owner"), grant("b", "Owner"), grant("a", "Owner").replace("0000\"", "0001\"")]
        .map(|text| of(&text));
    assert!(all.iter().all(|prints| prints.len() == 1), "{all:?}");
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 3, "{all:?}");
}
