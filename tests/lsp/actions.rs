//! What can be done about findings, and what it does to the texts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::editor::{Editor, at, copy_of, folder, offset};
use crate::orders::{APP, VAULT, orders};

const WRONG: &str = "resource \"azurerm_user_assigned_identity\" \"käse\" {\n  name = \"id\"\n}\n\nresource \"azurerm_role_assignment\" \"app\" {\n  scope                = \"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg\"\n  role_definition_name = \"Reader\" # 🧀\n  principal_id         = /* 🧀 */ azurerm_user_assigned_identity.käse.client_id\n}\n";

fn versioned() -> Value {
    json!({ "workspace": { "workspaceEdit": { "documentChanges": true } } })
}

/// The actions at the first place where this stands.
fn actions(editor: &mut Editor, path: &str, text: &str, needle: &str, only: &Value) -> Vec<Value> {
    actions_at(editor, path, &at(text, needle), only)
}

fn actions_at(editor: &mut Editor, path: &str, place: &Value, only: &Value) -> Vec<Value> {
    let uri = editor.uri(path);
    let mut context = json!({ "diagnostics": [] });
    if !only.is_null() {
        context["only"] = only.clone();
    }
    let range = json!({ "start": place, "end": place });
    let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": context });
    editor.request("textDocument/codeAction", &params).as_array().expect("actions").clone()
}

fn titled<'a>(actions: &'a [Value], start: &str) -> &'a Value {
    let found = actions.iter().find(|action| action["title"].as_str().is_some_and(|title| title.starts_with(start)));
    found.unwrap_or_else(|| panic!("no {start:?} in {actions:#?}"))
}

/// The texts after an edit, by address.
fn applied(editor: &Editor, edit: &Value, texts: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> =
        texts.iter().map(|(path, text)| (editor.uri(path), (*text).to_owned())).collect();
    let files: Vec<(String, Vec<Value>)> = match edit["documentChanges"].as_array() {
        Some(changes) => {
            let of = |change: &Value| {
                let uri = change["textDocument"]["uri"].as_str().expect("an address").to_owned();
                (uri, change["edits"].as_array().expect("edits").clone())
            };
            changes.iter().map(of).collect()
        }
        None => {
            let changes = edit["changes"].as_object().expect("changes");
            changes.iter().map(|(uri, edits)| (uri.clone(), edits.as_array().expect("edits").clone())).collect()
        }
    };
    for (uri, mut edits) in files {
        let text = texts.get_mut(&uri).unwrap_or_else(|| panic!("{uri} is not known"));
        edits.sort_by_key(|edit| std::cmp::Reverse(offset(text, &edit["range"]["start"])));
        for edit in edits {
            let (start, end) = (offset(text, &edit["range"]["start"]), offset(text, &edit["range"]["end"]));
            text.replace_range(start..end, edit["newText"].as_str().expect("a text"));
        }
    }
    texts
}

fn one(editor: &Editor, edit: &Value, path: &str, text: &str) -> String {
    applied(editor, edit, &[(path, text)]).remove(&editor.uri(path)).expect("a text")
}

#[test]
fn a_quick_fix_leaves_a_clean_file() {
    for text in [WRONG.to_owned(), WRONG.replace('\n', "\r\n"), format!("\u{feff}{WRONG}")] {
        for capabilities in [json!({}), versioned()] {
            let root = folder(&[]);
            let mut editor = Editor::with(root.path(), &capabilities);
            editor.open_as("main.tf", &text);
            assert_eq!(editor.rules(), ["main.tf:8 wrong-principal-id"]);
            let actions = actions(&mut editor, "main.tf", &text, "käse.client_id", &Value::Null);
            let fix = &actions[0];
            assert_eq!((&fix["isPreferred"], &fix["kind"]), (&json!(true), &json!("quickfix")));
            assert_eq!(fix["diagnostics"][0]["code"], "wrong-principal-id");
            let versions = &fix["edit"]["documentChanges"];
            assert_eq!(versions.is_null(), capabilities == json!({}), "{fix}");
            if !versions.is_null() {
                assert_eq!(versions[0]["textDocument"]["version"], 1);
            }
            let fixed = one(&editor, &fix["edit"], "main.tf", &text);
            assert_eq!(fixed, text.replace(".client_id", ".principal_id"));
            editor.replace("main.tf", 2, &fixed);
            assert_eq!(editor.rules(), [""; 0]);
        }
    }
}

#[test]
fn an_unsafe_fix_says_so() {
    let root = folder(&[("vault.tf", VAULT)]);
    let mut editor = Editor::on(root.path());
    editor.open_as("app.tf", APP);
    let actions = actions(&mut editor, "app.tf", APP, "DATABASE", &json!(["quickfix"]));
    let fix = titled(&actions, "grant Key Vault Secrets User");
    assert!(fix["title"].as_str().is_some_and(|title| title.contains("unsafe")), "{fix}");
    assert_eq!(fix["isPreferred"], false);
    let fixed = one(&editor, &fix["edit"], "app.tf", APP);
    editor.replace("app.tf", 2, &fixed);
    assert_eq!(editor.rules(), [""; 0]);
}

#[test]
fn a_suppression_waits_for_its_reason() {
    let arm = "fixtures/showcase/arm/main.json";
    let arm = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(arm)).expect("a file");
    let terraform_json = r#"{"resource": {"azurerm_user_assigned_identity": {"app": {"name": "id"}},
  "azurerm_role_assignment": {"app": {"scope": "/x", "principal_id": "${azurerm_user_assigned_identity.app.client_id}"}}}}"#;
    for (path, text) in [("main.tf", WRONG), ("main.json", arm.as_str()), ("main.tf.json", terraform_json)] {
        let root = folder(&[]);
        let mut editor = Editor::on(root.path());
        editor.open_as(path, text);
        let before = editor.all()[path].clone();
        let finding = before.iter().find(|item| item["code"] == "wrong-principal-id").unwrap_or(&before[0]).clone();
        let rule = finding["code"].as_str().expect("a rule").to_owned();
        let actions = actions_at(&mut editor, path, &finding["range"]["start"], &Value::Null);
        let ignore = titled(&actions, &format!("ignore `{rule}` here"));
        let ignored = one(&editor, &ignore["edit"], path, text);
        assert!(ignored.contains('…'), "{ignored}");
        let count = |editor: &mut Editor, rule: &str| {
            editor.all().values().flatten().filter(|item| item["code"] == rule).count()
        };
        let all = before.iter().filter(|item| item["code"] == rule.as_str()).count();
        editor.replace(path, 2, &ignored);
        assert_eq!(count(&mut editor, "suppression-without-reason"), 1, "{ignored}");
        assert_eq!(count(&mut editor, &rule), all);
        editor.replace(path, 3, &ignored.replace('…', "käse"));
        assert_eq!(
            (count(&mut editor, "suppression-without-reason"), count(&mut editor, &rule)),
            (0, all - 1),
            "{ignored}"
        );
    }
}

#[test]
fn the_reason_is_selected_where_that_can_be() {
    let root = folder(&[]);
    let capabilities =
        json!({ "workspace": { "workspaceEdit": { "documentChanges": true, "snippetEditSupport": true } } });
    let mut editor = Editor::with(root.path(), &capabilities);
    editor.open_as("main.tf", WRONG);
    let actions = actions(&mut editor, "main.tf", WRONG, "käse.client_id", &Value::Null);
    insta::assert_snapshot!("ignore-with-snippet", editor.shown(titled(&actions, "ignore")));
    // Nothing else becomes a pattern.
    assert!(actions[0]["edit"]["documentChanges"][0]["edits"][0].get("newText").is_some());
}

#[test]
fn all_safe_fixes_of_a_file_are_one_action() {
    let twice = format!(
        "{WRONG}\n# …\n{}",
        WRONG.replace("\"käse\"", "\"b\"").replace("\"app\"", "\"c\"").replace(".käse.", ".b.")
    );
    let resolving = json!({
        "textDocument": { "codeAction": { "dataSupport": true, "resolveSupport": { "properties": ["edit"] } } },
        "workspace": { "workspaceEdit": { "documentChanges": true, "snippetEditSupport": true } },
    });
    for capabilities in [json!({}), resolving.clone()] {
        let root = folder(&[]);
        let mut editor = Editor::with(root.path(), &capabilities);
        editor.open_as("main.tf", &twice);
        assert_eq!(editor.rules().len(), 2);
        for only in ["source", "source.fixAll", "source.fixAll.identilint", ""] {
            let actions = actions(&mut editor, "main.tf", &twice, "name", &json!([only]));
            let mut action = titled(&actions, "apply all safe fixes").clone();
            if capabilities == resolving {
                assert!(action.get("edit").is_none());
                action = editor.request("codeAction/resolve", &action);
            }
            let fixed = one(&editor, &action["edit"], "main.tf", &twice);
            assert_eq!(fixed, twice.replace(".client_id", ".principal_id"));
        }
        let none = actions(
            &mut editor,
            "main.tf",
            &twice,
            "name",
            &json!(["source.organizeImports", "quickfix.x", "quickfi"]),
        );
        assert_eq!(none, [json!(null); 0]);
        // An action of a text that is not there any more does nothing.
        if capabilities == resolving {
            let action = titled(&actions(&mut editor, "main.tf", &twice, "name", &Value::Null), "apply").clone();
            editor.replace("main.tf", 2, WRONG);
            let id = editor.ask("codeAction/resolve", &action);
            assert_eq!(editor.answer(id)["error"]["code"], -32801);
        }
    }
}

#[test]
fn fixes_of_the_showcase_stay_in_their_file() {
    let root = copy_of("fixtures/showcase/terraform");
    let mut editor = Editor::on(root.path());
    let text = editor.open("main.tf");
    let found = editor.rules();
    let actions = actions(&mut editor, "main.tf", &text, "resource", &json!(["source.fixAll"]));
    let fixed = one(&editor, &titled(&actions, "apply")["edit"], "main.tf", &text);
    editor.replace("main.tf", 2, &fixed);
    let left = editor.rules();
    assert!(left.len() < found.len() && left.iter().all(|rule| found.contains(rule)), "{found:?} {left:?}");
}

#[test]
fn nothing_is_offered_in_a_text_that_is_not_what_was_analysed() {
    let root = folder(&[]);
    let mut editor = Editor::on(root.path());
    editor.open_as("main.tf", WRONG);
    assert_eq!(editor.rules(), ["main.tf:8 wrong-principal-id"]);
    let broken = format!("{WRONG}locals {{\n  a = = 1\n}}\n");
    editor.replace("main.tf", 2, &broken);
    assert_eq!(editor.rules().len(), 2);
    let offered = actions(&mut editor, "main.tf", &broken, "käse.client_id", &Value::Null);
    assert_eq!(offered, [json!(null); 0]);
    assert_eq!(actions(&mut editor, "main.tf", &broken, "name", &json!(["source"])), [json!(null); 0]);
    // A range that is anywhere, in a document that is nothing.
    for uri in ["untitled:x", "file:///nowhere/x.tf", ""] {
        let huge = json!({ "line": u32::MAX, "character": u32::MAX });
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": huge });
        let params = json!({ "textDocument": { "uri": uri }, "range": range, "context": {} });
        assert_eq!(editor.request("textDocument/codeAction", &params), json!([]));
    }
}

#[test]
fn the_page_of_a_rule_is_shown_by_the_client() {
    let root = folder(&[]);
    let mut editor = Editor::with(root.path(), &json!({ "window": { "showDocument": { "support": true } } }));
    editor.open_as("main.tf", WRONG);
    let actions = actions(&mut editor, "main.tf", WRONG, "käse.client_id", &Value::Null);
    let command = titled(&actions, "show the page")["command"].clone();
    editor.request("workspace/executeCommand", &command);
    let asked = editor.expect("window/showDocument");
    let page = "https://github.com/identilint/identilint/blob/main/rules/binding/wrong-principal-id.md";
    assert_eq!(asked["params"], json!({ "uri": page, "external": true }));
    for params in
        [json!(null), json!({ "command": "rm" }), json!({ "command": "identilint.showRule", "arguments": ["x"] })]
    {
        let id = editor.ask("workspace/executeCommand", &params);
        assert_eq!(editor.answer(id)["error"]["code"], -32602);
    }
}

#[test]
fn pages_are_a_hover_away() {
    let root = orders();
    let mut editor = Editor::on(root.path());
    let text = "# é identilint\n# identilint: ignore[unknown-role, slots, nonsense] because 🧀\nlocals {}\n";
    let toml = "# 🧀\nignore = [\"slots\"]\n\n[rules.unknown-role]\nseverity = \"low\"\n";
    for (path, text) in [("x.tf", text), ("identilint.toml", toml)] {
        editor.open_as(path, text);
        let uri = editor.uri(path);
        let hover = |editor: &mut Editor, needle: &str| {
            let params = json!({ "textDocument": { "uri": uri }, "position": at(text, needle) });
            editor.request("textDocument/hover", &params)
        };
        let page = hover(&mut editor, "known-role");
        let value = page["contents"]["value"].as_str().expect("a page");
        assert!(value.starts_with("# ") && value.contains("`unknown-role` (access)"), "{value}");
        assert!(!value.contains("](../"), "{value}");
        assert_eq!(page["range"]["start"], at(text, "unknown-role"));
        let family = hover(&mut editor, "lots");
        assert!(
            family["contents"]["value"].as_str().is_some_and(|list| list.contains("slot-without-role")),
            "{family}"
        );
        assert_eq!(hover(&mut editor, "🧀"), Value::Null);
        let links = editor.request("textDocument/documentLink", &json!({ "textDocument": { "uri": uri } }));
        insta::assert_snapshot!(format!("links-of-{path}"), editor.shown(&links));
    }
    for method in ["hover", "documentLink"] {
        let params =
            json!({ "textDocument": { "uri": "untitled:1" }, "position": { "line": u32::MAX, "character": 0 } });
        let answer = editor.request(&format!("textDocument/{method}"), &params);
        assert!(answer.is_null() || answer == json!([]));
    }
}
