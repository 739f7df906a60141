//! What is shown of what was found.

use serde_json::json;

use crate::editor::{Editor, copy_of};

#[test]
fn the_showcase_is_shown() {
    let root = copy_of("fixtures/showcase/terraform");
    let mut editor = Editor::on(root.path());
    editor.open("main.tf");
    let all = editor.all();
    insta::assert_snapshot!("showcase", editor.shown(&json!(all)));
    let pushed: Vec<_> = editor.pushed.values().map(|params| params["diagnostics"].clone()).collect();
    assert_eq!(json!(pushed), json!(all.into_values().collect::<Vec<_>>()));
}
