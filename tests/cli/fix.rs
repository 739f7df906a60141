//! `--fix` and `--diff`: what is changed, what is not, and what comes back.

use std::fs;
use std::path::Path;

use crate::support::{json, run, tree};

/// An assignment to the wrong id of an identity.
fn assignment(name: &str) -> String {
    format!(
        "resource \"azurerm_role_assignment\" \"{name}\" {{\n  scope                = var.{name}\n  \
         role_definition_name = \"Reader\"\n  principal_id         = azurerm_user_assigned_identity.app.client_id # é\n}}\n"
    )
}

const IDENTITY: &str = "resource \"azurerm_user_assigned_identity\" \"app\" {\n  name = \"id-app\"\n}\n\n";

fn main_tf() -> String {
    format!("variable \"a\" {{}}\nvariable \"b\" {{}}\n\n{IDENTITY}{}\n{}", assignment("a"), assignment("b"))
}

fn read(directory: &Path, path: &str) -> String {
    fs::read_to_string(directory.join(path)).expect("readable")
}

fn git(directory: &Path, arguments: &[&str]) -> bool {
    let output = assert_cmd::Command::new("git").current_dir(directory).args(arguments).output().expect("git");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    true
}

#[test]
fn all_of_a_file_is_fixed_and_a_second_run_changes_nothing() {
    let here = tree(&[("main.tf", &main_tf())]);
    let first = run(here.path(), &["--fix"]);
    assert_eq!(first.code, 0, "{}{}", first.out, first.err);
    assert!(
        first.out.starts_with("fixed 2 of 2 findings in 1 file\n  main.tf: 2 wrong-principal-id\n"),
        "{}",
        first.out
    );
    let fixed = read(here.path(), "main.tf");
    assert_eq!(fixed, main_tf().replace("client_id", "principal_id"));
    let second = run(here.path(), &["--fix=unsafe"]);
    assert_eq!((second.code, read(here.path(), "main.tf")), (0, fixed));
    assert!(second.out.starts_with("fixed none of 0 findings\n"), "{}", second.out);
}

#[test]
fn line_ends_and_byte_order_marks_stay() {
    let text = main_tf();
    for text in [text.replace('\n', "\r\n"), format!("\u{feff}{text}"), text.trim_end().to_owned()] {
        let here = tree(&[("main.tf", &text)]);
        assert_eq!(run(here.path(), &["--fix"]).code, 0);
        assert_eq!(read(here.path(), "main.tf"), text.replace("client_id", "principal_id"));
    }
}

#[test]
fn a_diff_changes_nothing_and_git_applies_it() {
    for text in [main_tf(), main_tf().replace('\n', "\r\n"), main_tf().trim_end().to_owned()] {
        let here = tree(&[("a b/é.tf", &text), ("other/main.tf", "")]);
        let diff = run(here.path(), &["--diff"]);
        assert_eq!(diff.code, 1);
        assert!(diff.out.starts_with("--- a/a b/é.tf\t\n+++ b/a b/é.tf\t\n@@ -"), "{}", diff.out);
        assert!(!diff.out.contains('\u{1b}'));
        assert!(diff.err.starts_with("would fix 2 of 2 findings in 1 file\n"), "{}", diff.err);
        assert_eq!(read(here.path(), "a b/é.tf"), text);
        fs::write(here.path().join("fix.diff"), &diff.out).expect("writable");
        git(here.path(), &["init", "-q", "."]);
        git(here.path(), &["apply", "--check", "fix.diff"]);
        git(here.path(), &["apply", "fix.diff"]);
        assert_eq!(read(here.path(), "a b/é.tf"), text.replace("client_id", "principal_id"));
        let again = run(here.path(), &["--diff"]);
        assert_eq!((again.code, again.out.as_str()), (0, ""));
    }
}

#[test]
fn a_diff_says_where_no_newline_ends_the_file() {
    let here = tree(&[("main.tf", main_tf().trim_end().strip_suffix('}').expect("a brace"))]);
    // What cannot be read is not changed.
    let broken = run(here.path(), &["--diff"]);
    assert!(broken.err.contains("`main.tf` has a syntax error"), "{}", broken.err);
    let here = tree(&[("main.tf", main_tf().trim_end())]);
    assert!(run(here.path(), &["--diff"]).out.ends_with("\n }\n\\ No newline at end of file\n"));
}

#[test]
fn exit_codes_are_those_of_what_is_left() {
    let stays = "variable \"c\" {}\n\nresource \"azurerm_role_assignment\" \"c\" {\n  scope                = var.c\n  \
                 role_definition_name = \"Redaer\"\n  principal_id         = azurerm_user_assigned_identity.app.principal_id\n}\n";
    let here = tree(&[("main.tf", &main_tf()), ("more.tf", stays)]);
    let diff = run(here.path(), &["--diff", "--ignore", "unknown-role"]);
    assert_eq!(diff.code, 1, "something would change");
    let fixed = run(here.path(), &["--fix", "--ignore", "access"]);
    assert_eq!(fixed.code, 0, "{}", fixed.out);
    let left = run(here.path(), &["--fix", "--min-severity", "medium"]);
    assert!(left.out.contains("unknown-role") == (left.code == 1), "{}", left.out);
    assert_eq!(run(here.path(), &["--fix", "nowhere"]).code, 2);
    let wrong = run(here.path(), &["--fix=all"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("expected one of safe, unsafe"), "{}", wrong.err);
}

#[test]
fn machines_are_told_only_what_is_left() {
    let here = tree(&[("main.tf", &main_tf())]);
    let fixed = run(here.path(), &["--fix", "--format", "json"]);
    assert_eq!(json(&fixed)["findings"].as_array().map(Vec::len), Some(0));
    assert!(fixed.err.starts_with("fixed 2 of 2 findings in 1 file\n"), "{}", fixed.err);
}

#[test]
fn only_what_was_named_is_changed() {
    let here = tree(&[("infra/a.tf", &main_tf()), ("infra/b.tf", &assignment("c")), ("web/main.tf", &main_tf())]);
    git(here.path(), &["init", "-q", "."]);
    let before = (read(here.path(), "infra/a.tf"), read(here.path(), "web/main.tf"));
    let run = run(here.path(), &["--fix", "infra/b.tf"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(
        read(here.path(), "infra/b.tf")
            .contains("principal_id         = azurerm_user_assigned_identity.app.principal_id")
    );
    assert_eq!((read(here.path(), "infra/a.tf"), read(here.path(), "web/main.tf")), before);
}

#[cfg(unix)]
#[test]
fn a_read_only_file_stays_and_permissions_do() {
    use std::os::unix::fs::PermissionsExt as _;
    let here = tree(&[("main.tf", &main_tf()), ("web/main.tf", &main_tf())]);
    let mode = |path: &str, mode: u32| {
        let path = here.path().join(path);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    };
    mode("main.tf", 0o444);
    mode("web/main.tf", 0o640);
    let run = run(here.path(), &["--fix"]);
    assert_eq!(run.code, 1);
    assert!(run.out.starts_with("fixed 2 of 4 findings in 1 file\n"), "{}", run.out);
    assert!(run.out.contains("(wrong-principal-id at main.tf:11:"), "{}", run.out);
    assert!(run.out.contains("`main.tf` is read-only"), "{}", run.out);
    assert_eq!(read(here.path(), "main.tf"), main_tf());
    let metadata = fs::metadata(here.path().join("web/main.tf")).expect("metadata");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
    let left: Vec<String> = fs::read_dir(here.path().join("web"))
        .expect("a directory")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left, ["main.tf"], "nothing else is left behind");
}

#[cfg(unix)]
#[test]
fn the_file_behind_a_link_is_changed_once() {
    let here = tree(&[("shared/main.tf", &main_tf()), ("a/keep.tf", ""), ("outside/x.tf", "")]);
    std::os::unix::fs::symlink("../shared/main.tf", here.path().join("a/main.tf")).expect("a link");
    let run = run(here.path(), &["--fix"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(fs::symlink_metadata(here.path().join("a/main.tf")).expect("metadata").is_symlink());
    assert_eq!(read(here.path(), "shared/main.tf"), main_tf().replace("client_id", "principal_id"));
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_repository() {
    let outside = tree(&[("main.tf", &main_tf())]);
    let here = tree(&[("a/keep.tf", "")]);
    std::os::unix::fs::symlink(outside.path().join("main.tf"), here.path().join("a/main.tf")).expect("a link");
    let run = run(here.path(), &["--fix"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("`a/main.tf` lies outside the repository"), "{}", run.out);
    assert_eq!(read(outside.path(), "main.tf"), main_tf());
}

#[test]
fn fetched_modules_stay() {
    let modules = "{\"Modules\":[{\"Key\":\"\",\"Source\":\"\",\"Dir\":\".\"},\
                   {\"Key\":\"m\",\"Source\":\"x/y/z\",\"Dir\":\".terraform/modules/m\"}]}";
    let main =
        "module \"m\" {\n  source = \"x/y/z\"\n  a      = \"/subscriptions\"\n  b      = \"/subscriptions\"\n}\n";
    let here = tree(&[
        ("main.tf", main),
        (".terraform/modules/m/main.tf", &main_tf()),
        (".terraform/modules/modules.json", modules),
    ]);
    let run = run(here.path(), &["--fix=unsafe"]);
    assert!(run.out.contains("wrong-principal-id"), "{}", run.out);
    assert_eq!(read(here.path(), ".terraform/modules/m/main.tf"), main_tf());
}

#[test]
fn a_diff_shows_no_secret_and_says_so() {
    let secret = "7pX8Q~aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xYz2";
    let text = main_tf().replace(
        "  name = \"id-app\"\n}\n\nresource \"azurerm_role_assignment\" \"a\" {\n",
        &format!("  name = \"id-app\"\n}}\n\n# {secret}\nresource \"azurerm_role_assignment\" \"a\" {{\n"),
    );
    let here = tree(&[("main.tf", &text)]);
    let diff = run(here.path(), &["--diff"]);
    assert!(!diff.out.contains(secret) && !diff.err.contains(secret), "{}{}", diff.out, diff.err);
    assert_eq!(diff.code, 1);
}

#[test]
fn nothing_is_written_if_a_file_changed_underneath() {
    use identilint::fix::{Change, WriteError, write};
    let here = tree(&[("a.tf", "old a"), ("b.tf", "newer b")]);
    let change = |name: &str, old: &str| Change {
        path: here.path().join(name),
        display: name.into(),
        old: old.into(),
        new: "fixed".into(),
    };
    let both = [change("a.tf", "old a"), change("b.tf", "old b")];
    assert_eq!(write(&both), Err(WriteError::Changed("b.tf".to_owned())));
    assert_eq!((read(here.path(), "a.tf"), read(here.path(), "b.tf")), ("old a".to_owned(), "newer b".to_owned()));
    let gone = [change("a.tf", "old a"), change("c.tf", "")];
    assert!(matches!(write(&gone), Err(WriteError::Failed(path, _)) if path == "c.tf"));
    assert_eq!(read(here.path(), "a.tf"), "old a");
    let left: usize = fs::read_dir(here.path()).expect("a directory").count();
    assert_eq!(left, 2, "nothing else is left behind");
    assert_eq!(write(&both[..1]), Ok(()));
    assert_eq!(read(here.path(), "a.tf"), "fixed");
}

#[test]
fn fixes_of_one_place_are_applied_one_after_the_other() {
    let account = "resource \"azurerm_storage_account\" \"st\" {\n  name                     = \"st\"\n  \
                   resource_group_name      = \"rg\"\n  location                 = \"westeurope\"\n  \
                   account_tier             = \"Standard\"\n  account_replication_type = \"LRS\"\n}\n";
    let here = tree(&[("main.tf", account)]);
    let run = run(here.path(), &["--persona", "pedantic", "--fix=unsafe"]);
    assert!(run.out.starts_with("fixed 2 of 2 findings in 1 file\n"), "{}", run.out);
    let wanted = "resource \"azurerm_storage_account\" \"st\" {\n  identity {\n    type = \"SystemAssigned\"\n  }\n\n  \
                  shared_access_key_enabled = false\n  name                      = \"st\"\n  \
                  resource_group_name       = \"rg\"\n  location                  = \"westeurope\"\n  \
                  account_tier              = \"Standard\"\n  account_replication_type  = \"LRS\"\n}\n";
    assert_eq!(read(here.path(), "main.tf"), wanted);
}
