//! Where one goes from a grant, a federated credential, a setting and a name.

use super::support::World;

const TEXT: &str = r#"
resource "azurerm_user_assigned_identity" "app" { name = "id-shop" }

locals {
  who = azurerm_user_assigned_identity.app.principal_id
}

resource "azurerm_storage_account" "st" { name = "stshop" }

resource "azurerm_linux_function_app" "jobs" {
  name                          = "func-shop"
  storage_account_name          = azurerm_storage_account.st.name
  storage_uses_managed_identity = true
  app_settings = {
    AZURE_CLIENT_ID                 = azurerm_user_assigned_identity.app.client_id
    Queue__queueServiceUri          = azurerm_storage_account.st.primary_queue_endpoint
    Queue__credential               = "managedidentity"
    Queue__managedIdentityResourceId = azurerm_user_assigned_identity.app.id
  }
  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.app.id]
  }
  depends_on = [azurerm_role_assignment.queues]
}

resource "azurerm_role_assignment" "queues" {
  scope                = azurerm_storage_account.st.id
  role_definition_name = "Storage Queue Data Contributor"
  principal_id         = local.who
}

resource "azurerm_role_assignment" "each" {
  for_each             = toset(["Reader", "Contributor"])
  scope                = azurerm_storage_account.st.id
  role_definition_name = each.value
  principal_id         = azurerm_user_assigned_identity.app.principal_id
}
"#;

const IDENTITY: &str = "main.tf:2:1 resource \"azurerm_user_assigned_identity\" \"app\"";

#[test]
fn everything_about_an_identity_leads_to_it() {
    let world = World::of(&[("main.tf", TEXT)]);
    for place in [
        "who = ",
        "local.who",
        "resource \"azurerm_role_assignment\" \"queues\"",
        "Queue__queueServiceUri",
        "azurerm_user_assigned_identity.app.client_id",
        "principal_id         = azurerm_user",
    ] {
        assert_eq!(world.definition("main.tf", place), [IDENTITY], "{place}");
    }
    assert_eq!(
        world.definition("main.tf", "azurerm_role_assignment.queues"),
        ["main.tf:27:1 resource \"azurerm_role_assignment\" \"queues\""]
    );
    assert!(world.definition("main.tf", "locals").is_empty());
}

#[test]
fn an_identity_knows_all_that_is_about_it() {
    let world = World::of(&[("main.tf", TEXT)]);
    insta::assert_debug_snapshot!("references_of_an_identity", world.references("main.tf", "resource"));
    insta::assert_debug_snapshot!(
        "references_of_an_account",
        world.references("main.tf", "resource \"azurerm_storage")
    );
    insta::assert_snapshot!("grants_of_a_loop", world.card("main.tf", "resource \"azurerm_role_assignment\" \"each\""));
    insta::assert_snapshot!("need_of_a_setting", world.card("main.tf", "Queue__queueServiceUri"));
    insta::assert_debug_snapshot!("lenses_of_a_function_app", world.lenses("main.tf"));
}

#[test]
fn other_files_and_languages_of_a_workspace_stay_apart() {
    let bicep =
        "resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {\n  name: 'id-shop'\n}\n";
    let world = World::of(&[("main.tf", TEXT), ("other.bicep", bicep)]);
    assert_eq!(world.references("other.bicep", "resource").len(), 1);
    assert_eq!(world.definition("main.tf", "local.who"), [IDENTITY]);
}
