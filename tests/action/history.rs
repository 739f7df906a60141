//! Real repositories, as a server has them and as a job checks them out.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

use super::runner::write;

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
pub(crate) const OLD: &str = r#"resource "azurerm_user_assigned_identity" "old" {
  name                = "id-old"
  location            = "westeurope"
  resource_group_name = "rg"
}

resource "azurerm_role_assignment" "old" {
  scope                = azurerm_key_vault.shop.id
  role_definition_name = "Reader"
  principal_id         = azurerm_user_assigned_identity.old.client_id
}
"#;

/// The same mistake under another name.
pub(crate) fn mistake(name: &str) -> String {
    OLD.replace("id-old", &format!("id-{name}"))
        .replace("\"old\"", &format!("\"{name}\""))
        .replace("_identity.old.", &format!("_identity.{name}."))
}

/// The rule that the pull request's finding is of, and that of the older one.
pub(crate) const NEW_RULE: &str = "key-vault-reference-without-access";
pub(crate) const OLD_RULE: &str = "wrong-principal-id";

pub(crate) fn git(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(directory)
        .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
        .args(arguments)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Commits everything, and says which commit that is.
pub(crate) fn commit(directory: &Path) -> String {
    git(directory, &["add", "-A"]);
    git(directory, &["commit", "-q", "--allow-empty", "-m", "x"]);
    git(directory, &["rev-parse", "HEAD"])
}

/// A server with `acme/shop`, in which a pull request takes a grant away while the base goes on.
pub(crate) struct Server {
    directory: TempDir,
    /// Where the pull request left the base.
    pub(crate) fork: String,
    /// The base today. Another mistake came in there.
    pub(crate) base: String,
    pub(crate) head: String,
    /// What GitHub makes of both.
    pub(crate) merge: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let shop = directory.path().join("acme/shop");
        for (path, text) in
            [("infra/app.tf", APP), ("infra/vault.tf", VAULT), ("infra/grants.tf", GRANT), ("infra/é old.tf", OLD)]
        {
            write(&shop.join(path), text);
        }
        git(&shop, &["init", "-q", "-b", "main", "."]);
        git(&shop, &["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let fork = commit(&shop);
        git(&shop, &["switch", "-q", "-c", "topic"]);
        fs::remove_file(shop.join("infra/grants.tf")).expect("there");
        let head = commit(&shop);
        git(&shop, &["switch", "-q", "main"]);
        write(&shop.join("infra/later.tf"), &mistake("later"));
        let base = commit(&shop);
        git(&shop, &["switch", "-q", "--detach"]);
        git(&shop, &["merge", "-q", "--no-ff", "-m", "x", "topic"]);
        let merge = git(&shop, &["rev-parse", "HEAD"]);
        git(&shop, &["update-ref", "refs/pull/1/merge", &merge]);
        git(&shop, &["switch", "-q", "main"]);
        Self { directory, fork, base, head, merge }
    }

    pub(crate) fn url(&self) -> String {
        format!("file://{}", self.directory.path().display())
    }

    pub(crate) fn shop(&self) -> PathBuf {
        self.directory.path().join("acme/shop")
    }

    /// A workspace with this commit, and with its history or without.
    pub(crate) fn checkout(&self, commit: &str, depth: &[&str]) -> TempDir {
        let workspace = tempfile::tempdir().expect("a directory");
        let at = workspace.path();
        git(at, &["init", "-q", "."]);
        let url = format!("{}/acme/shop", self.url());
        git(at, &["remote", "add", "origin", &url]);
        git(at, &[&["fetch", "-q", "--no-tags"], depth, &["origin", commit]].concat());
        git(at, &["checkout", "-q", "--detach", commit]);
        workspace
    }

    /// What the event of the pull request says, on a runner that can reach this server.
    pub(crate) fn event<'a>(&'a self, url: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("GITHUB_ACTIONS", ""),
            ("GITHUB_SERVER_URL", url),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("IDENTILINT_BASE", &self.base),
            ("IDENTILINT_HEAD", &self.head),
        ]
    }
}
