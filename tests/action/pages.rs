//! What the page says of the action is what the action is.

use std::collections::BTreeSet;

use saphyr::{LoadableYamlNode as _, YamlOwned};

use super::runner::repository;

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).expect("a file")
}

fn yaml(text: &str) -> YamlOwned {
    let mut documents = YamlOwned::load_from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"));
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0)
}

fn at<'a>(node: &'a YamlOwned, path: &[&str]) -> &'a YamlOwned {
    path.iter().fold(node, |node, key| node.as_mapping_get(key).unwrap_or_else(|| panic!("no {key} of {path:?}")))
}

fn keys(node: &YamlOwned) -> BTreeSet<String> {
    let mapping = node.as_mapping().expect("a mapping").iter();
    mapping.map(|(key, _)| key.as_str().expect("a name").to_owned()).collect()
}

fn text<'a>(node: &'a YamlOwned, key: &str) -> &'a str {
    at(node, &[key]).as_str().unwrap_or_else(|| panic!("{key} is no text"))
}

/// The rows of the table below a heading.
fn rows(page: &str, heading: &str) -> Vec<Vec<String>> {
    let part = page.split(&format!("\n## {heading}\n")).nth(1).expect("a heading");
    let lines = part.lines().take_while(|line| !line.starts_with("## ")).filter(|line| line.starts_with("| `"));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect();
    lines.map(cells).collect()
}

#[test]
fn every_input_and_output_is_described_and_none_other() {
    let (action, page) = (yaml(&read("action.yml")), read("docs/github.md"));
    let inputs = at(&action, &["inputs"]);
    let shown = rows(&page, "Inputs");
    assert_eq!(shown.iter().map(|row| row[0].clone()).collect::<BTreeSet<_>>(), keys(inputs));
    for row in &shown {
        let input = at(inputs, &[&row[0]]);
        assert_eq!(row[1], text(input, "default"), "{}", row[0]);
        assert!(text(input, "description").len() > 20 && row[2].len() > 20, "{}", row[0]);
    }
    let outputs = at(&action, &["outputs"]);
    let shown = rows(&page, "Outputs");
    assert_eq!(shown.iter().map(|row| row[0].clone()).collect::<BTreeSet<_>>(), keys(outputs));
    for output in keys(outputs) {
        let value = format!("${{{{ steps.identilint.outputs.{output} }}}}");
        assert_eq!(text(at(outputs, &[&output]), "value"), value);
    }
}

#[test]
fn inputs_reach_the_script_by_the_environment_only() {
    let action = yaml(&read("action.yml"));
    let steps = at(&action, &["runs", "steps"]).as_sequence().expect("steps");
    assert_eq!(steps.len(), 1);
    assert!(!text(&steps[0], "run").contains("${{"));
    let given = at(&steps[0], &["env"]);
    for input in keys(at(&action, &["inputs"])) {
        let name = format!("IDENTILINT_{}", input.to_uppercase().replace('-', "_"));
        assert_eq!(text(given, &name), format!("${{{{ inputs.{input} }}}}"));
    }
    // Each name is one that the script reads.
    let scripts = ["run", "since", "install"].map(|name| read(&format!("action/{name}.sh"))).concat();
    for name in keys(given) {
        assert!(scripts.contains(&format!("${{{name}:-")), "{name}");
    }
}

#[test]
fn the_workflows_on_the_page_use_what_there_is() {
    let (action, page) = (yaml(&read("action.yml")), read("docs/github.md"));
    let (inputs, outputs) = (keys(at(&action, &["inputs"])), keys(at(&action, &["outputs"])));
    let shown: Vec<&str> = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(shown.len() >= 3);
    let mut named = BTreeSet::new();
    for workflow in shown {
        let document = yaml(workflow);
        for step in at(&document, &["jobs", "identilint", "steps"]).as_sequence().expect("steps") {
            let Some(uses) = step.as_mapping_get("uses").and_then(|uses| uses.as_str()) else { continue };
            if uses.starts_with("identilint/identilint@") {
                assert_eq!(uses, format!("identilint/identilint@v{}", super::runner::VERSION));
                named.extend(step.as_mapping_get("with").map(keys).unwrap_or_default());
            }
        }
        for output in workflow.split("steps.identilint.outputs.").skip(1) {
            let name = output.split([' ', '}']).next().unwrap_or_default();
            assert!(outputs.contains(name), "{name}");
        }
    }
    assert!(named.is_subset(&inputs) && named.len() >= 4, "{named:?}");
}

#[test]
fn what_the_page_says_of_the_program_is_so() {
    let page = read("docs/github.md");
    let minimum = env!("CARGO_PKG_RUST_VERSION");
    assert!(page.contains(&format!("Rust {minimum} or later")), "{minimum}");
    let install = read("action/install.sh");
    let targets: Vec<&str> =
        install.split("target=").skip(1).filter_map(|rest| rest.split([' ', '\n']).next()).collect();
    for target in targets.into_iter().filter(|target| target.contains("-unknown-") || target.contains("-apple-")) {
        assert!(page.contains(target), "{target}");
    }
}
