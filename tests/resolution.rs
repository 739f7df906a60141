//! What expressions resolve to: each output of `fixtures/_engine/resolution` says it in a comment behind `=>`, in JSON
//! in its description.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops at a surprise")]

use std::collections::BTreeMap;
use std::path::Path;

use identilint::engine::with_workers;
use identilint::ir::Root;
use identilint::resolve::eval::Deployment;
use identilint::resolve::value::{InstanceId, Kind, Ref, Seg, Target, Text, TextPart, Value, Why};
use identilint::workspace::Workspace;

#[test]
fn outputs_are_what_their_comments_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/_engine/resolution");
    let (mut checked, mut wrong) = (0, Vec::new());
    for entry in std::fs::read_dir(&root).expect("the fixtures").filter_map(Result::ok) {
        let files = files(&entry.path());
        let expected = expected(&files);
        let workspace = Workspace::of_texts(files);
        assert!(workspace.errors.is_empty(), "{:?}", workspace.errors);
        let found = with_workers(|| outputs(&workspace));
        for (name, wanted) in &expected {
            let got = found.get(name).map_or("(no such output)", String::as_str);
            if got != wanted {
                wrong.push(format!("{}: {name} is {got}, not {wanted}", entry.path().display()));
            }
        }
        checked += expected.len();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 200, "only {checked} outputs were compared");
}

fn files(path: &Path) -> Vec<(String, String)> {
    walkdir::WalkDir::new(path)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(path).expect("below").to_string_lossy().into_owned();
            let name = if name.is_empty() { "main.tf".to_owned() } else { name };
            (name, std::fs::read_to_string(entry.path()).expect("readable"))
        })
        .collect()
}

fn expected(files: &[(String, String)]) -> BTreeMap<String, String> {
    let mut expected = BTreeMap::new();
    for (name, text) in files {
        if name == "main.tf.json" {
            let json: serde_json::Value = serde_json::from_str(text).expect("JSON");
            for (output, body) in json["output"].as_object().expect("outputs") {
                let wanted = body["description"].as_str().expect("a description").strip_prefix("=> ").expect("=>");
                expected.insert(output.clone(), wanted.to_owned());
            }
        }
        if name == "main.json" {
            let json: serde_json::Value = serde_json::from_str(text).expect("JSON");
            for (output, body) in json["outputs"].as_object().expect("outputs") {
                let wanted = body["metadata"]["description"].as_str().expect("a description");
                expected.insert(output.clone(), wanted.strip_prefix("=> ").expect("=>").to_owned());
            }
        }
        for line in text.lines().filter(|line| line.starts_with("output ")) {
            let Some((head, wanted)) = line.split_once("# => ").or_else(|| line.split_once("// => ")) else { continue };
            let output = head.split_whitespace().nth(1).expect("a name").trim_matches('"');
            expected.insert(output.to_owned(), wanted.to_owned());
        }
    }
    expected
}

fn outputs(workspace: &Workspace) -> BTreeMap<String, String> {
    let is_main = |root: &&Root| {
        let path = &*workspace.program.module(root.module).expect("the root").path;
        path == "." || path.starts_with("main.")
    };
    let root = workspace.roots.iter().find(is_main).expect("a root");
    let deployment = Deployment::new(&workspace.program, root);
    let module = workspace.program.module(root.module).expect("the root");
    let value = |name: &str| deployment.output(InstanceId(0), name).expect("an output");
    module.outputs.iter().map(|output| (output.name.to_string(), show(&deployment, &value(&output.name)))).collect()
}

fn show(deployment: &Deployment<'_>, value: &Value) -> String {
    let rest = |rest: &Option<Why>| if rest.is_some() { ", …" } else { "" };
    match &value.kind {
        Kind::Null => "null".to_owned(),
        Kind::Bool(value) => value.to_string(),
        Kind::Number(value) => value.to_string(),
        Kind::Text(Text::Plain(text)) => format!("{text:?}"),
        Kind::Text(Text::Parts(parts)) => {
            let parts = parts.iter().map(|part| match part {
                TextPart::Text(text) => text.to_string(),
                TextPart::Hole(hole) => format!("${{{}}}", show(deployment, hole)),
            });
            format!("\"{}\"", parts.collect::<String>())
        }
        Kind::List(list) => {
            let items: Vec<String> = list.items.iter().map(|item| show(deployment, item)).collect();
            format!("[{}{}]", items.join(", "), rest(&list.rest))
        }
        Kind::Map(map) => {
            let entries = map.entries.iter().map(|entry| format!("{} = {}", entry.key, show(deployment, &entry.value)));
            format!("{{{}{}}}", entries.collect::<Vec<_>>().join(", "), rest(&map.rest))
        }
        Kind::Ref(reference) => show_reference(deployment, reference),
        Kind::OneOf(values) => values.iter().map(|one| show(deployment, one)).collect::<Vec<_>>().join(" | "),
        Kind::Unknown(why) => format!("?({})", why.reason),
    }
}

fn show_reference(deployment: &Deployment<'_>, reference: &Ref) -> String {
    let mut text = match reference.target {
        Target::Node(node) => deployment.address(node).to_string(),
        Target::Instance(instance) => deployment.instance(instance).expect("an instance").path.to_string(),
        Target::Opaque(instance, call) => {
            let calls = &deployment.module(instance).expect("a module").calls;
            format!("module.{}", calls.get(call as usize).expect("a call").name)
        }
    };
    for seg in &reference.path {
        match seg {
            Seg::Name(name, _) => text.extend([".", name]),
            Seg::Index(at) => text.extend(["[", &at.to_string(), "]"]),
            Seg::Any => text.push_str("[?]"),
        }
    }
    text
}
