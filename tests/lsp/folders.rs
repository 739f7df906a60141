//! What is looked at: folders, and what is opened outside of them.

use serde_json::{Value, json};

use crate::editor::{Editor, folder, write};
use crate::orders::{APP, GRANT, VAULT, WITHOUT_GRANT, orders};

fn start(root: &std::path::Path, folders: &Value) -> Editor {
    let mut editor = Editor::silent(root);
    let prefix = editor.uri("");
    let folders = folders.as_array().map(|folders| {
        let uri = |name: &Value| format!("{prefix}/{}", name.as_str().expect("a name"));
        folders.iter().map(|name| json!({ "uri": uri(name), "name": name })).collect::<Vec<_>>()
    });
    editor.initialize(&json!({ "capabilities": {}, "workspaceFolders": folders }));
    editor
}

#[test]
fn several_folders_are_one_workspace() {
    let root =
        folder(&[("a/app.tf", APP), ("a/vault.tf", VAULT), ("b/app.tf", APP), ("b/vault.tf", VAULT), ("c/x.tf", APP)]);
    let mut editor = start(root.path(), &json!(["a"]));
    let (a, b) = (format!("a/{WITHOUT_GRANT}"), format!("b/{WITHOUT_GRANT}"));
    assert_eq!(editor.rules(), [a.as_str()]);
    let change = |editor: &mut Editor, added: &[&str], removed: &[&str]| {
        let folders = |editor: &Editor, names: &[&str]| -> Vec<Value> {
            names.iter().map(|name| json!({ "uri": editor.uri(name), "name": name })).collect()
        };
        let event = json!({ "added": folders(editor, added), "removed": folders(editor, removed) });
        editor.notify("workspace/didChangeWorkspaceFolders", &json!({ "event": event }));
    };
    change(&mut editor, &["b", "nowhere"], &[]);
    assert_eq!(editor.rules(), [a.clone(), b.clone()]);
    // A configuration file counts below its folder.
    write(root.path(), "a/identilint.toml", "ignore = [\"binding\"]\n");
    editor.notify("workspace/didCreateFiles", &json!({ "files": [] }));
    assert_eq!(editor.rules(), [b.as_str()]);
    change(&mut editor, &[], &["a"]);
    assert_eq!(editor.rules(), [b]);
    change(&mut editor, &[], &["b", "nowhere"]);
    assert_eq!(editor.rules(), [""; 0]);
}

#[test]
fn a_file_outside_is_judged_in_its_own_tree() {
    let root = folder(&[("inside/x.tf", "locals {}\n")]);
    for (name, text) in [("app.tf", APP), ("vault.tf", VAULT)] {
        write(root.path(), &format!("outside/{name}"), text);
    }
    for folders in [json!(null), json!([]), json!(["inside"]), json!(["nowhere"])] {
        let mut editor = start(root.path(), &folders);
        assert_eq!(editor.rules(), [""; 0]);
        editor.open("outside/app.tf");
        assert_eq!(editor.rules(), [format!("outside/{WITHOUT_GRANT}")], "{folders}");
        editor.open_as("outside/grant.tf", GRANT);
        assert_eq!(editor.rules(), [""; 0], "{folders}");
        editor.close("outside/grant.tf");
        editor.open_as("outside/notes.txt", "nothing to see");
        assert_eq!(editor.rules(), [format!("outside/{WITHOUT_GRANT}")], "{folders}");
        editor.close("outside/app.tf");
        assert_eq!(editor.rules(), [""; 0], "{folders}");
    }
}

#[test]
fn addresses_are_the_clients_own() {
    let root = folder(&[("ein ordner/käse/app.tf", APP), ("ein ordner/käse/vault.tf", VAULT)]);
    let mut editor = Editor::on(root.path());
    let escaped = format!("{}/ein%20ordner/k%C3%A4se/app.tf", editor.uri(""));
    editor.all();
    assert!(editor.pushed.contains_key(&escaped), "{:?}", editor.pushed.keys());
    // Written in another way it is the same file, and the old name is taken back.
    let own = format!("{}/ein%20ordner/k%c3%a4se/./app%2Etf", editor.uri(""));
    let document = json!({ "uri": own, "languageId": "terraform", "version": 7, "text": APP });
    editor.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    editor.all();
    assert_eq!(editor.pushed[&own]["diagnostics"].as_array().map(Vec::len), Some(1));
    assert_eq!(editor.pushed[&own]["version"], 7);
    assert_eq!(editor.pushed[&escaped]["diagnostics"], json!([]));
}

#[test]
fn settings_count_and_wrong_ones_are_told_of() {
    let root = folder(&[("app.tf", APP), ("vault.tf", VAULT), ("other.toml", "select = [\"secrets\"]\n")]);
    let mut editor = Editor::silent(root.path());
    let folders = json!([{ "uri": editor.uri(""), "name": "folder" }]);
    let options = json!({ "config": "other.toml", "persona": "nobody", "path": "/somewhere" });
    editor.initialize(&json!({
        "capabilities": { "workspace": { "configuration": true } },
        "workspaceFolders": folders,
        "initializationOptions": options,
    }));
    let told = editor.expect("window/showMessage")["params"].clone();
    insta::assert_snapshot!("wrong-setting", editor.shown(&told));
    assert_eq!(editor.rules(), [""; 0]);
    let set = |editor: &mut Editor, settings: Value| {
        editor.notify("workspace/didChangeConfiguration", &json!({ "settings": settings }));
    };
    set(&mut editor, json!({ "identilint": { "config": null } }));
    assert_eq!(editor.rules(), [WITHOUT_GRANT]);
    set(&mut editor, json!({ "identilint": { "minSeverity": "critical" } }));
    assert_eq!(editor.rules(), [""; 0]);
    // A file that is not there: nothing is looked at, and that is said.
    set(&mut editor, json!({ "identilint": { "config": "missing.toml" } }));
    assert_eq!(editor.rules(), [""; 0]);
    let told = editor.expect("window/showMessage");
    assert!(told["params"]["message"].as_str().is_some_and(|text| text.contains("missing.toml")), "{told}");
    // The client has them, and is asked.
    editor.settings = json!({ "minSeverity": "high" });
    set(&mut editor, Value::Null);
    editor.expect("workspace/configuration");
    editor.all();
    assert_eq!(editor.rules(), [WITHOUT_GRANT]);
}

#[test]
fn suppressions_can_be_made_to_count_for_nothing() {
    let suppressed = APP.replace("    \"Käse", "    # identilint: ignore[binding] known\n    \"Käse");
    let root = folder(&[("app.tf", &suppressed), ("vault.tf", VAULT)]);
    let mut editor = Editor::on(root.path());
    assert_eq!(editor.rules(), [""; 0]);
    editor.notify("workspace/didChangeConfiguration", &json!({ "settings": { "noIgnore": true } }));
    assert_eq!(editor.rules(), ["app.tf:19 key-vault-reference-without-access"]);
}

#[test]
fn what_is_wrong_with_configuration_is_shown_in_it() {
    let root = orders();
    std::fs::remove_file(root.path().join("grant.tf")).expect("removable");
    write(root.path(), "identilint.toml", "persona = \"regular\"\n");
    let mut editor = Editor::on(root.path());
    editor.open("identilint.toml");
    assert_eq!(editor.rules(), [WITHOUT_GRANT]);
    // While it is broken, what it said before holds.
    editor.replace("identilint.toml", 2, "# é\npersona = \"regul\nignore = [\"");
    let rules = editor.rules();
    assert_eq!(rules[..2], [WITHOUT_GRANT, "identilint.toml:2 invalid-configuration"]);
    let all = editor.all();
    insta::assert_snapshot!("broken-configuration", editor.shown(&json!(all["identilint.toml"])));
    editor.replace("identilint.toml", 3, "ignore = [\"binding\"]\n");
    assert_eq!(editor.rules(), [""; 0]);
    assert!(rules[2..].iter().all(|rule| rule.ends_with(" invalid-configuration")), "{rules:?}");
    editor.replace("identilint.toml", 4, "ignore = [\"bindin\"]\n");
    assert_eq!(editor.rules(), ["identilint.toml:1 invalid-configuration"]);
    // On disk it was never right: nothing else is looked at.
    editor.close("identilint.toml");
    write(root.path(), "identilint.toml", "x = 1\n");
    let mut editor = Editor::on(root.path());
    assert_eq!(editor.rules(), ["identilint.toml:1 invalid-configuration"]);
}
