//! Cards on hover, where names lead, what is related, and lenses.

use serde_json::{Value, json};

use crate::editor::{Editor, at, copy_of, folder};

const TEXT: &str = "# käse 🧀\nresource \"azurerm_user_assigned_identity\" \"app\" {\n  name = \"id-shop\"\n}\n\nresource \"azurerm_linux_web_app\" \"web\" {\n  name = /* 🧀 */ \"app-shop\"\n  identity {\n    type         = \"UserAssigned\"\n    identity_ids = [azurerm_user_assigned_identity.app.id]\n  }\n}\n";

fn ask(editor: &mut Editor, method: &str, path: &str, text: &str, needle: &str) -> Value {
    let params = json!({
        "textDocument": { "uri": editor.uri(path) },
        "position": at(text, needle),
        "context": { "includeDeclaration": true },
    });
    editor.request(method, &params)
}

fn lenses(editor: &mut Editor, path: &str) -> Value {
    let params = json!({ "textDocument": { "uri": editor.uri(path) } });
    editor.request("textDocument/codeLens", &params)
}

#[test]
fn an_identity_shows_its_card_and_leads_on() {
    let root = folder(&[("main.tf", TEXT)]);
    let mut editor = Editor::on(root.path());
    editor.open("main.tf");
    let name = "azurerm_user_assigned_identity.app";
    let mut shown = String::new();
    for method in ["textDocument/hover", "textDocument/definition", "textDocument/references"] {
        let answer = ask(&mut editor, method, "main.tf", TEXT, name);
        shown += &[method, "\n", &editor.shown(&answer), "\n"].concat();
    }
    insta::assert_snapshot!("cards", shown);
    for (method, nothing) in [
        ("textDocument/hover", Value::Null),
        ("textDocument/definition", Value::Null),
        ("textDocument/references", json!([])),
    ] {
        assert_eq!(ask(&mut editor, method, "main.tf", TEXT, "käse"), nothing, "{method}");
    }
}

#[test]
fn lenses_lead_somewhere_only_where_the_client_can_go() {
    let root = folder(&[("main.tf", TEXT)]);
    let mut plain = Editor::on(root.path());
    plain.open("main.tf");
    let all = lenses(&mut plain, "main.tf");
    insta::assert_snapshot!("lenses-of-any-client", plain.shown(&all));
    let command = json!({ "experimental": { "commands": { "commands": ["identilint.showReferences"] } } });
    let mut able = Editor::with(root.path(), &command);
    able.open("main.tf");
    let all = lenses(&mut able, "main.tf");
    insta::assert_snapshot!("lenses-of-an-able-client", able.shown(&all));
}

#[test]
fn a_slot_of_the_showcase_stands_beside_its_site() {
    let root = copy_of("fixtures/showcase/terraform");
    let mut editor = Editor::on(root.path());
    let text = editor.open("modules/app/main.tf");
    let hover =
        ask(&mut editor, "textDocument/hover", "modules/app/main.tf", &text, "resource \"azurerm_linux_web_app_slot\"");
    let card = hover["contents"]["value"].as_str().expect("a card");
    assert!(
        card.contains("| roles | Key Vault Secrets User on key vault `kv-orders-weu` | none in this code |"),
        "{card}"
    );
    assert!(card.contains("/modules/app/main.tf#L"), "{card}");
}

#[test]
fn what_is_typed_counts_and_a_broken_text_keeps_its_cards() {
    let root = folder(&[("main.tf", TEXT)]);
    let mut editor = Editor::on(root.path());
    editor.open("main.tf");
    let moved = format!("\n\n{TEXT}").replace("id-shop", "id-store");
    editor.replace("main.tf", 2, &moved);
    let hover = ask(&mut editor, "textDocument/hover", "main.tf", &moved, "azurerm_user_assigned_identity.app");
    assert!(hover["contents"]["value"].as_str().expect("a card").starts_with("**`id-store`**"), "{hover}");
    let broken = format!("{moved}\nresource \"azurerm_role_assignment\" {{ principal_id = \n");
    editor.replace("main.tf", 3, &broken);
    let hover = ask(&mut editor, "textDocument/hover", "main.tf", &broken, "azurerm_user_assigned_identity.app");
    assert!(hover["contents"]["value"].as_str().expect("a card").starts_with("**`id-store`**"), "{hover}");
    let lens = &lenses(&mut editor, "main.tf")[0];
    assert_eq!(lens["range"]["start"], at(&broken, "resource"), "{lens}");
}

#[test]
fn the_name_of_a_rule_comes_first() {
    let text = format!("# identilint: ignore[unused-identity] it is used elsewhere\n{TEXT}");
    let root = folder(&[("main.tf", &text)]);
    let mut editor = Editor::on(root.path());
    editor.open("main.tf");
    let hover = ask(&mut editor, "textDocument/hover", "main.tf", &text, "unused-identity");
    assert!(hover["contents"]["value"].as_str().expect("a page").contains("unused-identity"), "{hover}");
}
