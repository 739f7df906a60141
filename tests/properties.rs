//! What must hold of any input: an unknown never makes a finding, and our JSON parser reads what others read.

#![expect(clippy::string_slice, reason = "a test stops at a surprise")]

#[path = "harness/case.rs"]
#[expect(dead_code, reason = "shared with the fixtures' tests")]
mod case;

use std::collections::BTreeSet;
use std::ops::Range;

use hcl::edit::Span as _;
use hcl::edit::expr::{Expression, ObjectKey};
use hcl::edit::parser::parse_body;
use hcl::edit::structure::Body;
use identilint::engine::{analyze, with_workers};
use identilint::policy::Policies;
use identilint::rules::find;
use identilint::source::SourceId;
use identilint::suppress;
use identilint::syntax::json::{self, Kind, Node};
use identilint::workspace::Workspace;

use case::Files;

/// Every string, number and truth value that stands as a value in a block that is not a declaration of inputs.
fn literals(text: &str) -> Vec<Range<usize>> {
    let Ok(body) = parse_body(text) else { return Vec::new() };
    let mut found = Vec::new();
    for block in body.blocks().filter(|block| !matches!(block.ident.as_str(), "variable" | "terraform" | "provider")) {
        in_body(&block.body, &mut found);
    }
    found
}

fn in_body(body: &Body, found: &mut Vec<Range<usize>>) {
    for attribute in body.attributes() {
        // These must be literals.
        if !matches!(attribute.key.as_str(), "source" | "version" | "depends_on" | "ignore_changes") {
            in_expression(&attribute.value, found);
        }
    }
    body.blocks().filter(|block| block.ident.as_str() != "lifecycle").for_each(|block| in_body(&block.body, found));
}

fn in_expression(expression: &Expression, found: &mut Vec<Range<usize>>) {
    match expression {
        Expression::String(_) | Expression::Number(_) | Expression::Bool(_) => found.extend(expression.span()),
        Expression::Array(items) => items.iter().for_each(|item| in_expression(item, found)),
        Expression::Object(object) => {
            for (key, value) in object {
                if !matches!(key, ObjectKey::Expression(Expression::Conditional(_))) {
                    in_expression(value.expr(), found);
                }
            }
        }
        Expression::Parenthesis(inner) => in_expression(inner.inner(), found),
        Expression::FuncCall(call) => call.args.iter().for_each(|arg| in_expression(arg, found)),
        Expression::Conditional(cond) => {
            [&cond.cond_expr, &cond.true_expr, &cond.false_expr]
                .into_iter()
                .for_each(|part| in_expression(part, found));
        }
        _ => {}
    }
}

/// Rule and subject of each finding that everybody is shown; which instance speaks for all may change.
fn findings(files: &Files) -> BTreeSet<(String, String)> {
    let workspace = Workspace::of_texts(files.clone());
    let report = analyze(&workspace, &Policies::default());
    let declaration = |subject: &str| -> String {
        subject
            .split('[')
            .enumerate()
            .map(|(at, part)| if at == 0 { part } else { part.split_once(']').map_or("", |(_, rest)| rest) })
            .collect()
    };
    // What is said of the unknown input itself is not about the files.
    let about_unknown =
        |subject: &str| ["variable.not_known", "variable.notKnown"].iter().any(|own| subject.ends_with(own));
    let findings = report.findings.iter().filter(|finding| !about_unknown(&finding.subject));
    findings.map(|finding| (finding.rule.to_owned(), declaration(&finding.subject))).collect()
}

/// What one rule leaves to another that knows the cause: without that knowledge the first one speaks, of the same defect.
const LEFT_TO: &[(&str, &[&str])] = &[
    ("key-vault-reference-identity-not-selected", &["slot-without-reference-identity"]),
    ("key-vault-reference-without-access", &["management-role-for-data-access", "slot-without-role"]),
    // A key that opens nothing, a connection that is opened in two ways and a place for the key that has a rule of its own
    // come before the key by itself; what a literal says comes before where it would be given from.
    (
        "key-in-app-setting",
        &["key-use-with-local-auth-off", "contradictory-identity-connection", "host-storage-by-key"],
    ),
    // A login of a provider or backend that is not known to be one is a credential all the same.
    ("azure-key-literal", &["provider-credential"]),
    // A secret whose place is not known any more is still one by its declaration.
    ("secret-in-parameter-file", &["secret-in-parameter-file"]),
    ("host-storage-by-key", &["key-use-with-local-auth-off", "contradictory-identity-connection"]),
    ("integration-by-key", &["key-use-with-local-auth-off"]),
    (
        "parameter-not-secure",
        &["literal-password", "credential-literal", "secret-connection-string", "azure-key-literal"],
    ),
    ("connection-without-data-role", &["management-role-for-data-access", "cosmos-data-role-through-azure-rbac"]),
    (
        "image-pull-without-role",
        &["management-role-for-data-access", "acr-pull-on-abac-registry", "role-without-effect-on-scope"],
    ),
    // The app that pulls with a password comes before the switch of its registry; a password that is none before both.
    ("registry-password", &["registry-password", "key-use-with-local-auth-off"]),
    ("unconditional-role-granting", &["privileged-role-at-wide-scope"]),
    ("workload-with-privileged-role", &["management-role-for-data-access", "identity-takeover"]),
    ("identity-takeover", &["unconditional-role-granting"]),
    ("system-identity-at-creation", &["image-pull-without-role", "key-vault-reference-without-access"]),
];

/// Whether a rule speaks in the place of one that it leaves its findings to, and that does not speak any more.
fn takes_over<'a>(rule: &str, mut gone: impl Iterator<Item = &'a str>) -> bool {
    let to = LEFT_TO.iter().find(|(own, _)| *own == rule).map_or(&[][..], |(_, to)| to);
    gone.any(|other| to.contains(&other))
}

/// A finding may move along the chain that proves it, but a rule that was silent about the files stays silent.
#[test]
fn an_unknown_in_place_of_a_literal_makes_no_finding() {
    let mut replaced = 0;
    let mut broken = Vec::new();
    with_workers(|| {
        for case in case::discover() {
            let before = findings(&case.files);
            for (path, text) in &case.files {
                if !path.to_ascii_lowercase().ends_with(".tf") {
                    continue;
                }
                for literal in literals(text) {
                    let mut files = case.files.clone();
                    let changed = format!("{}var.not_known{}", &text[..literal.start], &text[literal.end..]);
                    files.insert(path.clone(), changed);
                    let directory = path.rsplit_once('/').map_or(String::new(), |(head, _)| format!("{head}/"));
                    files.insert(format!("{directory}zz_unknown.tf"), "variable \"not_known\" {}\n".to_owned());
                    replaced += 1;
                    let after = findings(&files);
                    for new in after.difference(&before) {
                        if takes_over(&new.0, before.difference(&after).map(|(rule, _)| rule.as_str())) {
                            continue;
                        }
                        broken.push(format!(
                            "{}: {path}: `{}` unknown gives {new:?}",
                            case.name(),
                            &text[literal.clone()]
                        ));
                    }
                }
            }
        }
    });
    assert!(broken.is_empty(), "{} of {replaced}:\n{}", broken.len(), broken.join("\n"));
    assert!(replaced > 2_000, "only {replaced} literals were replaced");
}

/// Values of templates that a parameter can stand for: of objects in Bicep and JSON, not those that must be literals.
fn template_literals(path: &str, text: &str) -> Vec<Range<usize>> {
    let pattern = if is_bicep(path) {
        r"(?m)^\s*\w+: ('[^'\\\r\n$]*'|true|false|\d+)"
    } else {
        r#""(?:[^"\\]*)":\s*("[^"\[\\][^"\\]*"|true|false)"#
    };
    let fixed = ["\"type\"", "\"apiVersion\"", "\"$schema\"", "\"contentVersion\"", "\"scope\"", "\"existing\""];
    let Ok(regex) = regex::Regex::new(pattern) else { return Vec::new() };
    regex
        .captures_iter(text)
        .filter(|found| !fixed.iter().any(|key| found[0].starts_with(key)))
        .filter_map(|found| Some(found.get(1)?.range()))
        // The first two quotes of three are no literal.
        .filter(|range| !text[range.end..].starts_with('\''))
        .collect()
}

/// As above; names of resources are parts of subjects in templates, so only the rules are compared.
#[test]
fn an_unknown_in_place_of_a_literal_of_a_template_makes_no_finding() {
    let rules = |files: &Files| -> BTreeSet<String> { findings(files).into_iter().map(|(rule, _)| rule).collect() };
    let mut replaced = 0;
    let mut broken = Vec::new();
    with_workers(|| {
        // What a suppression says in a template is no value.
        let says_it = |case: &case::Case| find(&case.rule).is_some_and(|rule| rule.family == suppress::FAMILY);
        for case in case::discover().into_iter().filter(|case| !says_it(case)) {
            let before = rules(&case.files);
            for (path, text) in &case.files {
                let bicep = is_bicep(path);
                if !bicep && (!is_whole_json(std::path::Path::new(path)) || path.contains(".parameters")) {
                    continue;
                }
                for literal in template_literals(path, text) {
                    let (unknown, end) = if bicep {
                        ("notKnown", "\nparam notKnown string\n")
                    } else {
                        ("\"[parameters('notKnown')]\"", "")
                    };
                    let changed = format!("{}{unknown}{}{end}", &text[..literal.start], &text[literal.end..]);
                    let mut files = case.files.clone();
                    files.insert(path.clone(), changed);
                    replaced += 1;
                    let after = rules(&files);
                    for new in after.difference(&before) {
                        if takes_over(new, before.difference(&after).map(String::as_str)) {
                            continue;
                        }
                        let place = &text[literal.clone()];
                        broken.push(format!("{}: {path}: `{place}` unknown gives {new}", case.name()));
                    }
                }
            }
        }
    });
    assert!(broken.is_empty(), "{} of {replaced}:\n{}", broken.len(), broken.join("\n"));
    assert!(replaced > 2_000, "only {replaced} literals were replaced");
}

#[test]
fn json_reads_as_others_read_it() {
    let mut compared = 0;
    let pieces =
        ["null", "true", "-1.5e3", "\"é\\u00e9\\n\\\"🦀\"", "[1, [], {}]", "{\"a\": {\"b\": [null]}, \"c\": \"\"}"];
    let mut texts: Vec<String> = pieces.iter().map(|piece| (*piece).to_owned()).collect();
    for a in pieces {
        for b in pieces {
            texts.push(format!(" {{ \"x y\" : {a} ,\r\n \"z\":[{b},{a}] }} "));
        }
    }
    let fixtures = walkdir::WalkDir::new(case::root()).into_iter().filter_map(Result::ok);
    for entry in fixtures.filter(|entry| is_whole_json(entry.path())) {
        texts.push(std::fs::read_to_string(entry.path()).expect("readable"));
    }
    for text in texts {
        let ours = json::parse(SourceId(0), &text);
        assert!(ours.errors.is_empty(), "{text}: {:?}", ours.errors);
        let options = jsonc_parser::ParseOptions::default();
        let theirs: serde_json::Value =
            jsonc_parser::parse_to_serde_value(&text, &options).expect("their parser reads it");
        assert_eq!(as_value(&ours.root.expect("a root")), floating(theirs), "{text}");
        compared += 1;
    }
    assert!(compared > 40);
}

/// The same with every number as a floating one, as ours are.
fn floating(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Number(number) => number.as_f64().into(),
        serde_json::Value::Array(items) => items.into_iter().map(floating).collect(),
        serde_json::Value::Object(members) => members.into_iter().map(|(key, value)| (key, floating(value))).collect(),
        other => other,
    }
}

fn as_value(node: &Node) -> serde_json::Value {
    match &node.kind {
        Kind::Null => serde_json::Value::Null,
        Kind::Bool(value) => (*value).into(),
        Kind::Number(number) => serde_json::Value::from(*number),
        Kind::String(text) => text.value.to_string().into(),
        Kind::Array(items) => items.iter().map(as_value).collect(),
        Kind::Object(members) => {
            let members = members.iter().map(|member| (member.key.value.to_string(), as_value(&member.value)));
            serde_json::Value::Object(members.collect())
        }
    }
}

fn is_bicep(path: &str) -> bool {
    path.strip_suffix(".bicep").is_some()
}

/// Whether a file is JSON, and not broken on purpose.
fn is_whole_json(path: &std::path::Path) -> bool {
    let on_purpose = path.to_string_lossy().replace('\\', "/").contains("syntax-error/fail");
    // Not JSON before Terraform has filled it in.
    let is_template = path.parent().is_some_and(|parent| parent.ends_with("filled-by-terraform/env"));
    path.extension().is_some_and(|extension| extension == "json") && !on_purpose && !is_template
}
