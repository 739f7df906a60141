//! The conversation itself.

use serde_json::{Value, json};

use crate::editor::{Editor, copy_of, folder};

#[test]
fn the_server_says_what_it_can() {
    for (offered, chosen) in [
        (json!(null), "utf-16"),
        (json!(["utf-16"]), "utf-16"),
        (json!(["utf-16", "utf-8"]), "utf-8"),
        (json!(["utf-32"]), "utf-32"),
        (json!(["utf-7"]), "utf-16"),
        (json!("utf-8"), "utf-16"),
    ] {
        let root = folder(&[]);
        let mut editor = Editor::silent(root.path());
        let result = editor.initialize(&json!({ "capabilities": { "general": { "positionEncodings": offered } } }));
        assert_eq!(result["capabilities"]["positionEncoding"], chosen);
        if offered.is_null() {
            let mut result = result;
            result["serverInfo"]["version"] = json!("VERSION");
            insta::assert_snapshot!("capabilities", editor.shown(&result));
        }
        assert_eq!(editor.leave(true), 0);
    }
}

#[test]
fn files_are_watched_by_whoever_can() {
    let root = folder(&[]);
    let watches = json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut editor = Editor::with(root.path(), &watches);
    let asked = editor.expect("client/registerCapability");
    insta::assert_snapshot!("watchers", editor.shown(&asked["params"]));
    let mut editor = Editor::on(root.path());
    editor.all();
    assert!(!editor.came("client/registerCapability"));
}

#[test]
fn leaving_without_a_word_is_no_success() {
    let root = folder(&[]);
    assert_eq!(Editor::silent(root.path()).leave(false), 1);
    assert_eq!(Editor::on(root.path()).leave(false), 1);
    let mut editor = Editor::on(root.path());
    editor.notify("exit", &Value::Null);
    assert_eq!(editor.leave(false), 1);
    // In the middle of a look.
    let root = copy_of("fixtures/showcase/terraform");
    let mut editor = Editor::on(root.path());
    editor.open("main.tf");
    assert_eq!(editor.leave(true), 0);
}

fn code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("no error: {answer}"))
}

#[test]
fn what_comes_at_the_wrong_time_is_refused() {
    let root = folder(&[]);
    let mut editor = Editor::silent(root.path());
    editor.notify("textDocument/didOpen", &json!({}));
    let early = editor.ask("textDocument/hover", &json!({}));
    assert_eq!(code(&editor.answer(early)), -32002);
    editor.initialize(&json!({ "capabilities": {} }));
    let again = editor.ask("initialize", &json!({ "capabilities": {} }));
    assert_eq!(code(&editor.answer(again)), -32600);
    let unknown = editor.ask("textDocument/makeCoffee", &json!({}));
    assert_eq!(code(&editor.answer(unknown)), -32601);
    editor.notify("$/whatever", &json!({}));
    editor.request("shutdown", &Value::Null);
    let late = editor.ask("workspace/diagnostic", &json!({}));
    assert_eq!(code(&editor.answer(late)), -32600);
    editor.notify("exit", &Value::Null);
    assert_eq!(editor.leave(false), 0);
}

#[test]
fn hostile_messages_change_nothing() {
    let root = copy_of("fixtures/showcase/terraform");
    let mut editor = Editor::on(root.path());
    editor.open("main.tf");
    let before = editor.rules();
    assert!(!before.is_empty());
    for (body, expected) in [
        ("{\"jsonrpc\": \"2.0\",", -32700),
        ("[]", -32600),
        ("[{\"id\": 1, \"method\": \"shutdown\"}]", -32600),
        ("{\"id\": {}, \"method\": \"shutdown\"}", -32600),
        ("{\"method\": 7}", -32600),
        ("\u{0}\u{1}", -32700),
    ] {
        editor.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
        assert_eq!(code(&editor.answer(Value::Null)), expected, "{body}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    editor.raw(format!("content-length:{}\r\nContent-Type: x\r\n\r\n{deep}", deep.len()).as_bytes());
    assert_eq!(code(&editor.answer(Value::Null)), -32700);
    // Parameters that make no sense.
    let uri = editor.uri("main.tf");
    for params in
        [json!(null), json!([]), json!({}), json!({ "textDocument": 5 }), json!({ "textDocument": { "uri": 5 } })]
    {
        for method in ["didOpen", "didChange", "didClose", "didSave", "willSave"] {
            editor.notify(&format!("textDocument/{method}"), &params);
        }
        for method in ["didChangeWatchedFiles", "didChangeWorkspaceFolders", "didChangeConfiguration", "didRenameFiles"]
        {
            editor.notify(&format!("workspace/{method}"), &params);
        }
        editor.notify("$/cancelRequest", &params);
        let id = editor.ask("textDocument/diagnostic", &params);
        assert_eq!(code(&editor.answer(id)), -32602);
    }
    for uri in [
        "untitled:Untitled-1",
        "git:/main.tf?x",
        "vscode-notebook-cell:/a#b",
        "",
        "%",
        "file://",
        "file:///%00",
        "../x",
    ] {
        let document = json!({ "uri": uri, "languageId": "terraform", "version": 1, "text": "resource \"x\" {" });
        editor.notify("textDocument/didOpen", &json!({ "textDocument": document }));
        editor.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
        let report = editor.request("textDocument/diagnostic", &json!({ "textDocument": { "uri": uri } }));
        assert_eq!(report["items"], json!([]), "{uri}");
    }
    // A range that is far too large, and one that is the wrong way round: both are what they can be.
    let huge = json!({ "line": u32::MAX, "character": u32::MAX });
    let start = json!({ "line": 0, "character": 0 });
    let change = |range: Value, text: &str| {
        let changes = json!([{ "range": range, "text": text }]);
        json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": changes })
    };
    editor.notify("textDocument/didChange", &change(json!({ "start": huge, "end": start }), "# the end\n"));
    editor.notify(
        "textDocument/didChange",
        &change(json!({ "start": { "line": -1, "character": 0 }, "end": huge }), "x"),
    );
    assert_eq!(editor.rules(), before);
    assert_eq!(editor.leave(true), 0);
}

#[test]
fn a_stream_without_messages_ends_the_server() {
    let root = folder(&[]);
    for bytes in ["hello\n", "Content-Length: -5\r\n\r\n", "Content-Length: 99\r\n\r\n{}", "\r\n\r\n"] {
        let mut editor = Editor::on(root.path());
        editor.raw(bytes.as_bytes());
        assert_eq!(editor.leave(false), 1, "{bytes:?}");
    }
}

#[test]
fn a_request_can_be_cancelled() {
    let root = copy_of("fixtures/showcase/terraform");
    let mut editor = Editor::on(root.path());
    editor.open("main.tf");
    // It waits for the look, which waits for a pause.
    let id = editor.ask("workspace/diagnostic", &json!({ "previousResultIds": [] }));
    editor.notify("$/cancelRequest", &json!({ "id": id }));
    editor.notify("$/cancelRequest", &json!({ "id": "nobody" }));
    assert_eq!(code(&editor.answer(id)), -32800);
    assert!(!editor.rules().is_empty());
}
