//! Documents that change: what is shown follows.

use serde_json::{Value, json};

use crate::editor::{Editor, at, folder, position, write};
use crate::orders::{APP, GRANT, VAULT, WITHOUT_GRANT, orders};

#[test]
fn a_grant_that_is_deleted_is_missed_in_another_file() {
    let root = orders();
    let mut editor = Editor::on(root.path());
    editor.open("grant.tf");
    assert_eq!(editor.rules(), [""; 0]);
    editor.replace("grant.tf", 2, "");
    assert_eq!(editor.rules(), [WITHOUT_GRANT]);
    let uri = editor.uri("app.tf");
    assert_eq!(editor.pushed[&uri].get("version"), None, "it is not open");
    editor.replace("grant.tf", 3, GRANT);
    assert_eq!(editor.rules(), [""; 0]);
    assert_eq!(editor.pushed[&uri]["diagnostics"], json!([]));
    // What is not saved goes with the buffer.
    editor.replace("grant.tf", 4, "# nothing\n");
    assert_eq!(editor.rules(), [WITHOUT_GRANT]);
    editor.close("grant.tf");
    assert_eq!(editor.rules(), [""; 0]);
}

#[test]
fn columns_are_counted_as_agreed() {
    for (encoding, width) in ["utf-8", "utf-16", "utf-32"].map(|name| {
        let width = move |text: &str| match name {
            "utf-8" => text.len(),
            "utf-16" => text.encode_utf16().count(),
            _ => text.chars().count(),
        };
        (name, width)
    }) {
        let root = folder(&[("app.tf", APP), ("vault.tf", VAULT)]);
        let offers = json!({ "general": { "positionEncodings": [encoding] } });
        let mut editor = Editor::with(root.path(), &offers);
        let line = APP.lines().nth(17).expect("a line");
        let (before, _) = line.split_once("DATABASE").expect("a setting");
        let at = |column: usize| json!({ "line": 17, "character": column });
        // On disk, and open.
        for open in [false, true] {
            if open {
                editor.open("app.tf");
            }
            let range = editor.all()["app.tf"][0]["range"].clone();
            assert_eq!(range, json!({ "start": at(width(before)), "end": at(width(before) + 8) }), "{encoding}");
        }
        // The same unit counts on the way in: another setting gets a shorter name.
        let uri = editor.uri("app.tf");
        let changes = json!([{ "range": { "start": at(4), "end": at(4 + width("\"Käse🧀\"")) }, "text": "É" }]);
        editor.notify(
            "textDocument/didChange",
            &json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": changes }),
        );
        let after = before.replace("\"Käse🧀\"", "É");
        assert_eq!(editor.all()["app.tf"][0]["range"]["start"], at(width(&after)), "{encoding}");
    }
}

#[test]
fn while_a_text_is_broken_the_last_good_one_counts() {
    let root = orders();
    let mut editor = Editor::on(root.path());
    editor.open("grant.tf");
    editor.open("vault.tf");
    assert_eq!(editor.rules(), [""; 0]);
    // Half a line: the grant is there all the same, and the error is shown where it is.
    let typing = GRANT.replace("azurerm_key_vault.kv.id", "azurerm_key_vault.kv.\n  = ");
    editor.replace("grant.tf", 2, &typing);
    let all = editor.all();
    assert_eq!(all.keys().collect::<Vec<_>>(), ["grant.tf"], "{all:?}");
    assert!(all["grant.tf"].iter().all(|item| item["code"] == "syntax-error"), "{all:?}");
    // Another file changes meanwhile, for good.
    editor.replace("vault.tf", 2, &format!("# moved\n{VAULT}"));
    assert_eq!(editor.all().keys().collect::<Vec<_>>(), ["grant.tf"]);
    editor.replace("grant.tf", 3, GRANT);
    assert_eq!(editor.rules(), [""; 0]);
    // A document that was never in order is taken as it is.
    editor.close("grant.tf");
    editor.all();
    editor.open_as("grant.tf", "resource \"azurerm_role_assignment\" {{{\n");
    let rules = editor.rules();
    assert!(
        rules.contains(&WITHOUT_GRANT.to_owned()) && rules.iter().any(|rule| rule.contains("syntax-error")),
        "{rules:?}"
    );
}

#[test]
fn what_is_found_in_a_broken_text_is_shown_where_it_stands_now() {
    let root = folder(&[("vault.tf", VAULT)]);
    let mut editor = Editor::on(root.path());
    let twice = format!("{APP}\n{}", APP.replace("\"app\"", "\"other\"").replace("app-orders", "app-other"));
    editor.open_as("app.tf", &twice);
    let before = editor.all();
    let lines = |items: &[Value]| -> Vec<(u64, String)> {
        let one = |item: &Value| {
            let line = item["range"]["start"]["line"].as_u64().expect("a line");
            (line, item["code"].as_str().expect("a rule").to_owned())
        };
        items.iter().map(one).collect()
    };
    let rule = "key-vault-reference-without-access".to_owned();
    let count = APP.lines().count() as u64;
    assert_eq!(lines(&before["app.tf"]), [(17, rule.clone()), (17 + count + 1, rule.clone())]);
    // Between the two: the first stays, the second moves.
    let broken = twice.replacen(
        "\nresource \"azurerm_linux_web_app\" \"other\"",
        "\nlocals {\n  x =\n\nresource \"azurerm_linux_web_app\" \"other\"",
        1,
    );
    assert_ne!(broken, twice);
    editor.replace("app.tf", 2, &broken);
    let now = lines(&editor.all()["app.tf"]);
    assert!(now.contains(&(17, rule.clone())) && now.contains(&(17 + count + 4, rule.clone())), "{now:?}");
    assert!(now.iter().any(|(_, rule)| rule == "syntax-error"), "{now:?}");
    // In the first one itself: nobody knows whether it is still so.
    let broken = twice.replacen("DATABASE = ", "DATA BASE = = ", 1);
    editor.replace("app.tf", 3, &broken);
    let now = lines(&editor.all()["app.tf"]);
    assert!(!now.contains(&(17, rule.clone())) && now.contains(&(17 + count + 1, rule)), "{now:?}");
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    for text in [APP.replace('\n', "\r\n"), format!("\u{feff}{APP}"), format!("\u{feff}{}", APP.replace('\n', "\r\n"))]
    {
        let root = folder(&[("app.tf", &text), ("vault.tf", VAULT)]);
        let mut editor = Editor::on(root.path());
        let closed = editor.all();
        // Editors take the mark away; some do not.
        for shown in [text.trim_start_matches('\u{feff}'), &text] {
            editor.open_as("app.tf", shown);
            assert_eq!(editor.all(), closed);
            editor.close("app.tf");
        }
    }
    let root = folder(&[("main.tf", "\u{feff}locals { a = = 1 }\n")]);
    let mut editor = Editor::on(root.path());
    let column = |editor: &mut Editor| editor.all()["main.tf"][0]["range"]["start"]["character"].clone();
    let closed = column(&mut editor);
    editor.open_as("main.tf", "locals { a = = 1 }\n");
    assert_eq!(column(&mut editor), closed);
}

#[test]
fn edits_one_after_the_other_are_what_the_text_is() {
    let root = orders();
    let (mut stepwise, mut whole) = (Editor::on(root.path()), Editor::on(root.path()));
    let mut text = stepwise.open("app.tf");
    whole.open("app.tf");
    let pieces = ["", "é", "🧀", "\n", "\r\n", "# x\n", "identity {\n", "}", "\"", "azurerm_key_vault.kv.id"];
    let mut seed = 7_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("small") % below
    };
    for version in 2..40 {
        let mut changes = Vec::new();
        for _ in 0..=random(3) {
            let mut place = |from: usize| {
                let mut at = from + random(40);
                at = at.min(text.len());
                while !text.is_char_boundary(at) || text[..at].ends_with('\r') {
                    at -= 1;
                }
                at
            };
            let start = place(0).max(place(text.len() / 2));
            let end = place(start).max(start);
            let piece = pieces[random(pieces.len())];
            changes.push(
                json!({ "range": { "start": position(&text, start), "end": position(&text, end) }, "text": piece }),
            );
            text.replace_range(start..end, piece);
        }
        let uri = stepwise.uri("app.tf");
        stepwise.notify(
            "textDocument/didChange",
            &json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes }),
        );
        whole.replace("app.tf", version, &text);
        assert_eq!(stepwise.all(), whole.all(), "version {version}: {text}");
    }
}

#[test]
fn only_the_last_of_many_changes_is_told_of() {
    let root = orders();
    let mut editor = Editor::on(root.path());
    editor.open("app.tf");
    editor.open("grant.tf");
    editor.all();
    editor.pushed.clear();
    for version in 2..200 {
        let text = if version % 2 == 0 { "" } else { GRANT };
        editor.replace("grant.tf", version, text);
    }
    editor.replace("grant.tf", 200, "");
    assert_eq!(editor.rules(), [WITHOUT_GRANT]);
    let uri = editor.uri("app.tf");
    assert_eq!(editor.pushed[&uri]["diagnostics"].as_array().map(Vec::len), Some(1));
    assert_eq!(editor.pushed[&uri]["version"], 1);
}

#[test]
fn files_on_disk_come_change_and_go() {
    let root = orders();
    let mut editor = Editor::on(root.path());
    assert_eq!(editor.rules(), [""; 0]);
    let changed = |editor: &mut Editor, path: &str, kind: u8| {
        let uri = editor.uri(path);
        editor.notify("workspace/didChangeWatchedFiles", &json!({ "changes": [{ "uri": uri, "type": kind }] }));
    };
    std::fs::remove_file(root.path().join("grant.tf")).expect("removable");
    changed(&mut editor, "grant.tf", 3);
    assert_eq!(editor.rules(), [WITHOUT_GRANT]);
    write(root.path(), "grants/deep/x.txt", "");
    write(root.path(), "roles.tf", GRANT);
    changed(&mut editor, "roles.tf", 1);
    assert_eq!(editor.rules(), [""; 0]);
    write(root.path(), "identilint.toml", "select = [\"secrets\"]\n");
    std::fs::remove_file(root.path().join("roles.tf")).expect("removable");
    changed(&mut editor, "identilint.toml", 1);
    assert_eq!(editor.rules(), [""; 0]);
    std::fs::remove_file(root.path().join("identilint.toml")).expect("removable");
    editor.notify("workspace/didDeleteFiles", &json!({ "files": [] }));
    assert_eq!(editor.rules(), [WITHOUT_GRANT]);
}

#[test]
fn a_place_in_a_text_that_changed_is_no_place() {
    let root = orders();
    let mut editor = Editor::on(root.path());
    let text = editor.open("app.tf");
    let uri = editor.uri("app.tf");
    let params = json!({ "textDocument": { "uri": uri }, "position": at(&text, "identity {") });
    let hover = editor.ask("textDocument/hover", &params);
    let pull = editor.ask("textDocument/diagnostic", &json!({ "textDocument": { "uri": uri } }));
    editor.replace("app.tf", 2, "");
    assert_eq!(editor.answer(hover)["error"]["code"], -32801);
    assert_eq!(editor.answer(pull)["result"]["items"], json!([]));
}
