//! An app that reads a secret of a vault, and the grant that lets it: three files that only together say something.

use tempfile::TempDir;

use crate::editor::folder;

/// The app. Its reference stands behind characters that take one, two and four bytes.
pub(crate) const APP: &str = r#"resource "azurerm_linux_web_app" "app" {
  name                = "app-orders"
  location            = "westeurope"
  resource_group_name = "rg-orders"
  service_plan_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-orders/providers/Microsoft.Web/serverFarms/plan"
  https_only          = true

  ftp_publish_basic_authentication_enabled       = false
  webdeploy_publish_basic_authentication_enabled = false

  identity {
    type = "SystemAssigned"
  }

  site_config {}

  app_settings = {
    "Käse🧀" = "x", DATABASE = "@Microsoft.KeyVault(SecretUri=${azurerm_key_vault.kv.vault_uri}secrets/db)"
  }
}
"#;

/// The vault.
pub(crate) const VAULT: &str = r#"resource "azurerm_key_vault" "kv" {
  name                       = "kv-orders"
  location                   = "westeurope"
  resource_group_name        = "rg-orders"
  tenant_id                  = "00000000-0000-0000-0000-000000000000"
  sku_name                   = "standard"
  rbac_authorization_enabled = true
  purge_protection_enabled   = true
}
"#;

/// What lets the app read.
pub(crate) const GRANT: &str = r#"resource "azurerm_role_assignment" "app" {
  scope                = azurerm_key_vault.kv.id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_linux_web_app.app.identity[0].principal_id
}
"#;

/// Where the finding stands that comes up without the grant.
pub(crate) const WITHOUT_GRANT: &str = "app.tf:18 key-vault-reference-without-access";

/// All of it: nothing is to be found.
pub(crate) fn orders() -> TempDir {
    folder(&[("app.tf", APP), ("vault.tf", VAULT), ("grant.tf", GRANT)])
}
