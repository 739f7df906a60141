//! `--since` on real repositories.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

use super::support::{Run, json, run, tree};

/// An app that reads a secret, and the vault in another file.
const APP: &str = r#"resource "azurerm_linux_web_app" "shop" {
  name                = "app-shop"
  location            = "westeurope"
  resource_group_name = "rg"
  service_plan_id     = "plan"
  site_config {}
  identity {
    type = "SystemAssigned"
  }
  app_settings = {
    PASSWORD = "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=password)"
  }
}
"#;
const VAULT: &str = r#"resource "azurerm_key_vault" "shop" {
  name                       = "kv-shop"
  location                   = "westeurope"
  resource_group_name        = "rg"
  tenant_id                  = "00000000-0000-0000-0000-000000000000"
  sku_name                   = "standard"
  rbac_authorization_enabled = true
}
"#;
const GRANT: &str = r#"resource "azurerm_role_assignment" "shop" {
  scope                = azurerm_key_vault.shop.id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_linux_web_app.shop.identity[0].principal_id
}
"#;
/// Something wrong that has nothing to do with those.
const OTHER: &str = r#"resource "azurerm_user_assigned_identity" "other" {
  name                = "id-other"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_role_assignment" "other" {
  scope                = azurerm_key_vault.shop.id
  role_definition_name = "Reader"
  principal_id         = azurerm_user_assigned_identity.other.client_id
}
"#;

fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(directory)
        .args(["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "protocol.file.allow=always"])
        .args(arguments)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn commit(directory: &Path) {
    git(directory, &["add", "-A"]);
    git(directory, &["commit", "-q", "-m", "x"]);
}

/// A repository with one commit of these files.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let directory = tree(files);
    commit_all(directory.path());
    directory
}

/// Makes a repository of a directory, with all of it in one commit.
pub(crate) fn commit_all(directory: &Path) {
    git(directory, &["init", "-q", "-b", "main", "."]);
    commit(directory);
}

/// The repository of an app that works and of something that does not.
fn shop() -> TempDir {
    repository(&[
        ("infra/app.tf", APP),
        ("infra/vault.tf", VAULT),
        ("infra/grants.tf", GRANT),
        ("infra/other.tf", OTHER),
    ])
}

fn write(directory: &TempDir, path: &str, text: &str) {
    let path = directory.path().join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("writable");
    fs::write(path, text).expect("writable");
}

/// The rules of what counts.
fn new(run: &Run) -> Vec<String> {
    let report = json(run);
    let findings = report.get("findings").and_then(|findings| findings.as_array()).expect("findings").iter();
    findings.filter_map(|finding| finding["rule"].as_str()).map(str::to_owned).collect()
}

fn since(directory: &TempDir, reference: &str) -> Vec<String> {
    let run = run(directory.path(), &["--since", reference, "--format", "json"]);
    assert!(run.code < 2, "{}", run.err);
    let new = new(&run);
    assert_eq!(run.code == 0, new.is_empty());
    new
}

/// That an error says this, and nothing was checked.
fn fails(directory: &Path, arguments: &[&str], words: &str) {
    let run = run(directory, arguments);
    assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.out, run.err);
    assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
    assert!(run.out.is_empty(), "{}", run.out);
}

#[test]
fn a_grant_that_is_taken_away_breaks_what_used_it() {
    let shop = shop();
    let nothing = run(shop.path(), &["--since", "HEAD"]);
    assert_eq!(nothing.code, 0, "{}", nothing.out);
    assert!(nothing.out.contains("no findings\n0 new since HEAD, 1 known\n"), "{}", nothing.out);
    fs::remove_file(shop.path().join("infra/grants.tf")).expect("there");
    let broken = run(shop.path(), &["--since", "HEAD"]);
    assert_eq!(broken.code, 1, "{}", broken.out);
    assert!(broken.out.contains("infra/app.tf") && broken.out.contains("key-vault-reference-without-access"));
    assert!(!broken.out.contains("wrong-principal-id"), "{}", broken.out);
    assert!(broken.out.contains("1 new since HEAD, 1 known\n"), "{}", broken.out);
    // The same whether it is staged, committed, or asked for from elsewhere.
    for (arguments, reference) in
        [(vec!["rm", "-q", "--cached", "infra/grants.tf"], "HEAD"), (vec!["commit", "-q", "-m", "y"], "HEAD~1")]
    {
        git(shop.path(), &arguments);
        assert_eq!(since(&shop, reference), ["key-vault-reference-without-access"]);
    }
    let inside = run(&shop.path().join("infra"), &["--since", "HEAD~1", "--format", "json"]);
    assert_eq!(new(&inside), ["key-vault-reference-without-access"]);
    for file in ["infra/app.tf", "infra/vault.tf"] {
        let one = run(shop.path(), &[file, "--since", "HEAD~1", "--format", "json"]);
        assert_eq!(new(&one), if file == "infra/app.tf" { new(&inside) } else { new(&one) });
    }
    // One later nothing is new any more.
    assert!(since(&shop, "HEAD").is_empty());
    git(shop.path(), &["tag", "v1", "HEAD~1"]);
    assert_eq!(since(&shop, "v1").len(), 1);
    assert_eq!(since(&shop, &git(shop.path(), &["rev-parse", "HEAD~1"])).len(), 1);
}

#[test]
fn what_was_suppressed_is_new_without_its_comment() {
    let comment = "# identilint: ignore[wrong-principal-id] granted é elsewhere\n";
    let suppressed = OTHER.replacen("resource \"azurerm_role", &format!("{comment}resource \"azurerm_role"), 1);
    let shop = repository(&[("main.tf", &format!("{VAULT}{suppressed}"))]);
    assert_eq!(run(shop.path(), &[]).code, 0);
    write(&shop, "main.tf", &format!("{VAULT}{OTHER}"));
    assert_eq!(since(&shop, "HEAD"), ["wrong-principal-id"]);
    // The other way round a comment is all that it takes.
    commit(shop.path());
    write(&shop, "main.tf", &format!("{VAULT}{suppressed}"));
    let run = run(shop.path(), &["--since", "HEAD"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(run.out.contains("0 new since HEAD"), "{}", run.out);
}

#[test]
fn what_moves_is_not_new() {
    let shop = shop();
    write(&shop, "infra/other.tf", &format!("{}{OTHER}", "# é\r\n".repeat(50)));
    assert!(since(&shop, "HEAD").is_empty());
    // Moved, and not yet told to git.
    write(&shop, "infra/other.tf", OTHER);
    fs::rename(shop.path().join("infra/other.tf"), shop.path().join("infra/é b.tf")).expect("there");
    assert!(since(&shop, "HEAD").is_empty());
    // Moved and changed a little, and git knows.
    write(&shop, "infra/é b.tf", &format!("# more\n{OTHER}"));
    git(shop.path(), &["add", "-A"]);
    assert!(since(&shop, "HEAD").is_empty());
    // The whole directory, and two files that change places.
    fs::rename(shop.path().join("infra"), shop.path().join("deploy")).expect("there");
    git(shop.path(), &["add", "-A"]);
    assert!(since(&shop, "HEAD").is_empty());
}

#[test]
fn what_is_added_is_new() {
    let shop = shop();
    let more = OTHER.replace("\"other\"", "\"more\"").replace(".other.", ".more.");
    write(&shop, "infra/more.tf", &more);
    assert_eq!(since(&shop, "HEAD"), ["wrong-principal-id"]);
    git(shop.path(), &["add", "-A"]);
    assert_eq!(since(&shop, "HEAD"), ["wrong-principal-id"]);
    // In a file of its own that was not there; and all of a tree that was not there.
    let one = run(shop.path(), &["infra/more.tf", "--since", "HEAD", "--format", "json"]);
    assert_eq!(new(&one), ["wrong-principal-id"]);
    let empty = repository(&[("readme.txt", "x")]);
    write(&empty, "main.tf", &format!("{VAULT}{OTHER}"));
    assert_eq!(since(&empty, "HEAD"), ["wrong-principal-id"]);
}

#[test]
fn other_languages_are_read_from_the_commit_too() {
    let app = |grants: bool| {
        let grant = "resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {\n  name: guid(kv.id, app.id, 'x')\n  scope: kv\n  properties: {\n    principalId: app.identity.principalId\n    principalType: 'ServicePrincipal'\n    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')\n  }\n}\n";
        format!(
            "resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {{\n  name: 'kv-shop'\n  location: 'westeurope'\n  properties: {{\n    tenantId: tenant().tenantId\n    sku: {{\n      family: 'A'\n      name: 'standard'\n    }}\n    enableRbacAuthorization: true\n  }}\n}}\nresource app 'Microsoft.Web/sites@2023-12-01' = {{\n  name: 'app-shop'\n  location: 'westeurope'\n  identity: {{\n    type: 'SystemAssigned'\n  }}\n  properties: {{\n    siteConfig: {{\n      appSettings: [\n        {{\n          name: 'PASSWORD'\n          value: '@Microsoft.KeyVault(VaultName=kv-shop;SecretName=password)'\n        }}\n      ]\n    }}\n  }}\n}}\n{}",
            if grants { grant } else { "" }
        )
    };
    let files = repository(&[("main.bicep", &app(true))]);
    assert!(since(&files, "HEAD").is_empty());
    write(&files, "main.bicep", &app(false));
    assert_eq!(since(&files, "HEAD"), ["key-vault-reference-without-access"]);
}

#[test]
fn where_a_branch_left_another_one() {
    let shop = shop();
    git(shop.path(), &["switch", "-q", "-c", "topic"]);
    let more = OTHER.replace("\"other\"", "\"more\"").replace(".other.", ".more.");
    write(&shop, "infra/more.tf", &more);
    commit(shop.path());
    git(shop.path(), &["switch", "-q", "main"]);
    fs::remove_file(shop.path().join("infra/other.tf")).expect("there");
    commit(shop.path());
    git(shop.path(), &["switch", "-q", "topic"]);
    // What the other branch has mended meanwhile is not new here.
    assert_eq!(since(&shop, "main...").len(), 1);
    assert_eq!(since(&shop, "main").len(), 2);
}

#[test]
fn a_wrong_commit_is_an_error() {
    let shop = shop();
    for (reference, words) in [
        ("nowhere", "`nowhere` names no commit"),
        ("HEAD~7", "`HEAD~7` names no commit"),
        ("HEAD:infra", "`HEAD:infra` names no commit"),
        ("origin/main", "git fetch --depth=1 origin main:refs/remotes/origin/main"),
        ("-q", "`-q` is no commit"),
        ("--output=x", "`--output=x` is no commit"),
        ("", "`` is no commit"),
        ("a..b", "`a..b` is no commit"),
        ("main...topic", "`main...topic` is no commit"),
        ("HEAD\n", "is no commit"),
        ("nowhere...", "`nowhere` names no commit"),
        ("é", "`é` names no commit"),
    ] {
        fails(shop.path(), &["--since", reference], words);
        fails(shop.path(), &[&format!("--since={reference}")], words);
    }
    assert!(!shop.path().join("x").exists());
    git(shop.path(), &["switch", "-q", "--orphan", "alone"]);
    git(shop.path(), &["commit", "-q", "--allow-empty", "-m", "x"]);
    write(&shop, "main.tf", VAULT);
    fails(shop.path(), &["--since", "main..."], "`main` and `HEAD` have no commit in common");
}

#[test]
fn without_a_repository_there_is_an_error() {
    let plain = tree(&[("main.tf", OTHER)]);
    fails(plain.path(), &["--since", "HEAD"], "is not the root of a git repository");
    // A directory of that name makes no repository.
    fs::create_dir(plain.path().join(".git")).expect("writable");
    fails(plain.path(), &["--since", "HEAD"], "is not the root of a git repository");
    let fresh = tree(&[("main.tf", OTHER)]);
    git(fresh.path(), &["init", "-q", "."]);
    fails(fresh.path(), &["--since", "HEAD"], "`HEAD` names no commit");
    let bare = tree(&[("main.tf", OTHER)]);
    git(bare.path(), &["init", "-q", "--bare", "."]);
    fails(bare.path(), &["--since", "HEAD"], "is a repository without a work tree");
    let (shop, outside) = (shop(), outside());
    let path = outside.path().to_str().expect("UTF-8");
    fails(shop.path(), &[".", path, "--since", "HEAD"], "lies outside the repository");
}

fn outside() -> TempDir {
    tree(&[("main.tf", OTHER)])
}

#[test]
fn without_git_there_is_an_error() {
    let shop = shop();
    let command = |path: &Path| {
        let output = Command::new(assert_cmd::cargo::cargo_bin!("identilint"))
            .current_dir(shop.path())
            .args(["--since", "HEAD"])
            .env("PATH", path)
            .output()
            .expect("the binary runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, error) = command(&shop.path().join("infra"));
    assert_eq!(code, Some(2));
    assert!(error.contains("git is not there"), "{error}");
}

#[test]
fn a_clone_with_little_history_says_what_to_fetch() {
    let shop = shop();
    write(&shop, "infra/vault.tf", &format!("{VAULT}\n"));
    commit(shop.path());
    let away = tempfile::tempdir().expect("a directory");
    let url = format!("file://{}", shop.path().display());
    git(away.path(), &["clone", "-q", "--depth=1", &url, "clone"]);
    let clone = away.path().join("clone");
    fails(&clone, &["--since", "HEAD~1"], "git fetch --deepen=10");
    fails(&clone, &["--since", "v1"], "git fetch --depth=1 origin v1");
    git(&clone, &["fetch", "-q", "--deepen=10"]);
    assert_eq!(run(&clone, &["--since", "HEAD~1"]).code, 0);
    assert_eq!(run(&clone, &["--since", "origin/main"]).code, 0);
    // A clone without the contents fetches nothing.
    git(shop.path(), &["config", "uploadpack.allowFilter", "true"]);
    git(away.path(), &["clone", "-q", "--filter=blob:none", &url, "partial"]);
    let partial = run(&away.path().join("partial"), &["--since", "HEAD~1"]);
    assert_eq!(partial.code, 2, "{}{}", partial.out, partial.err);
}

#[test]
fn worktrees_and_hooks_see_their_own_tree() {
    let shop = shop();
    let away = tempfile::tempdir().expect("a directory");
    let linked = away.path().join("linked");
    git(shop.path(), &["worktree", "add", "-q", "-b", "topic", linked.to_str().expect("UTF-8")]);
    fs::remove_file(linked.join("infra/grants.tf")).expect("there");
    let found = run(&linked, &["--since", "main", "--format", "json"]);
    assert_eq!(new(&found), ["key-vault-reference-without-access"]);
    assert!(since(&shop, "topic").is_empty());
    // What a hook is told of another repository does not count here.
    let output = Command::new(assert_cmd::cargo::cargo_bin!("identilint"))
        .current_dir(&linked)
        .args(["--since", "main", "--format", "json"])
        .envs([("GIT_DIR", shop.path().join(".git")), ("GIT_WORK_TREE", shop.path().into())])
        .env("GIT_EXTERNAL_DIFF", "false")
        .output()
        .expect("the binary runs");
    assert_eq!(output.stdout, found.out.as_bytes(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_cannot_be_compared_is_named() {
    let (shop, inner) = (shop(), repository(&[("main.tf", VAULT)]));
    let url = inner.path().to_str().expect("UTF-8").to_owned();
    git(shop.path(), &["submodule", "--quiet", "add", &url, "mods/é"]);
    commit(shop.path());
    write(&shop, "mods/é/more.tf", OTHER);
    let dirty = run(shop.path(), &["--since", "HEAD"]);
    assert!(!dirty.out.contains("submodule"), "{}", dirty.out);
    commit(&shop.path().join("mods/é"));
    let moved = run(shop.path(), &["--since", "HEAD"]);
    assert!(moved.out.contains("the submodule `mods/é` was at another commit"), "{}", moved.out);
    // A repository that git does not know of.
    git(shop.path(), &["clone", "-q", &url, "nested"]);
    let nested = run(shop.path(), &["--since", "HEAD"]);
    assert!(nested.out.contains("`nested/` is a repository of its own"), "{}", nested.out);
}

#[test]
fn a_file_that_could_not_be_read_then_is_named() {
    let shop = repository(&[("a.tf", "locals {\n  a = = 1\n}\n"), ("vault.tf", VAULT)]);
    let same = run(shop.path(), &["--since", "HEAD"]);
    assert_eq!(same.code, 0, "{}", same.out);
    assert!(same.out.contains("partial: a.tf"), "{}", same.out);
    write(&shop, "a.tf", OTHER);
    let run = run(shop.path(), &["--since", "HEAD"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("at HEAD, 1 file could not be read whole: a.tf (line 2"), "{}", run.out);
    assert!(run.out.contains("what looks new there may be older"), "{}", run.out);
}

#[test]
fn a_merge_that_is_not_finished() {
    let shop = shop();
    git(shop.path(), &["switch", "-q", "-c", "topic"]);
    write(&shop, "infra/other.tf", &OTHER.replace("id-other", "id-topic"));
    commit(shop.path());
    git(shop.path(), &["switch", "-q", "main"]);
    write(&shop, "infra/other.tf", &OTHER.replace("id-other", "id-main"));
    commit(shop.path());
    let merge = Command::new("git").current_dir(shop.path()).args(["merge", "-q", "topic"]).output().expect("git runs");
    assert!(!merge.status.success());
    // The marks are no code, and that is new.
    assert_eq!(since(&shop, "HEAD"), ["syntax-error"]);
    write(&shop, "infra/other.tf", OTHER);
    assert!(since(&shop, "HEAD").is_empty());
}

#[cfg(unix)]
#[test]
fn links_and_odd_names() {
    use std::os::unix::ffi::OsStrExt as _;
    let shop = shop();
    std::os::unix::fs::symlink("../infra/other.tf", shop.path().join("link.tf")).expect("a link");
    let odd = std::ffi::OsStr::from_bytes(b"infra/\xff \"q\"\n.tf");
    let more = OTHER.replace("\"other\"", "\"more\"").replace(".other.", ".more.");
    fs::write(shop.path().join(odd), &more).expect("writable");
    fs::remove_file(shop.path().join("link.tf")).expect("there");
    fs::create_dir(shop.path().join("linked")).expect("writable");
    std::os::unix::fs::symlink("../infra/other.tf", shop.path().join("linked/main.tf")).expect("a link");
    commit(shop.path());
    assert!(since(&shop, "HEAD").is_empty());
    // What a link leads to has changed: both places are new.
    write(
        &shop,
        "infra/other.tf",
        &format!("{OTHER}{}", more.replace("\"more\"", "\"third\"").replace(".more.", ".third.")),
    );
    assert_eq!(since(&shop, "HEAD").len(), 2);
    write(&shop, "infra/other.tf", OTHER);
    fs::write(shop.path().join(odd), more.replace("\"more\"", "\"third\"").replace(".more.", ".third."))
        .expect("writable");
    assert_eq!(since(&shop, "HEAD"), ["wrong-principal-id"]);
    // A link that is a file now.
    fs::write(shop.path().join(odd), &more).expect("writable");
    fs::remove_file(shop.path().join("linked/main.tf")).expect("there");
    write(&shop, "linked/main.tf", VAULT);
    let run = run(shop.path(), &["--since", "HEAD"]);
    assert!(run.out.contains("`linked/main.tf` was a symbolic link"), "{}", run.out);
}

#[test]
fn no_process_is_started_and_nothing_is_written_unasked() {
    let shop = shop();
    // Hooks, monitors, pagers and diff programs would leave a file behind.
    let trap = shop.path().join(".git/trap");
    let touch = format!("touch {}", trap.display());
    for key in ["core.fsmonitor", "core.pager", "diff.external", "diff.x.textconv", "diff.x.command"] {
        git(shop.path(), &["config", key, &touch]);
    }
    write(&shop, ".gitattributes", "*.tf diff=x\n");
    git(shop.path(), &["config", "core.fsmonitor", "false"]);
    commit(shop.path());
    git(shop.path(), &["config", "core.fsmonitor", &touch]);
    fs::remove_file(shop.path().join("infra/grants.tf")).expect("there");
    let index = || fs::read(shop.path().join(".git/index")).expect("an index");
    let before = index();
    assert_eq!(since(&shop, "HEAD").len(), 1);
    assert!(!trap.exists());
    assert_eq!(index(), before);
}
