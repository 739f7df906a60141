//! The same code in Terraform, azapi, Bicep and ARM has the same cards.

use super::support::{World, without_places};

const TERRAFORM: &str = r#"
resource "azurerm_user_assigned_identity" "app" {
  name = "id-shop"
}

resource "azurerm_key_vault" "kv" {
  name                       = "kv-shop"
  rbac_authorization_enabled = true
}

resource "azurerm_linux_web_app" "web" {
  name                            = "app-shop"
  key_vault_reference_identity_id = azurerm_user_assigned_identity.app.id
  app_settings = {
    Db = "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)"
  }
  identity {
    type         = "SystemAssigned, UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.app.id]
  }
}

resource "azurerm_linux_web_app_slot" "next" {
  name           = "next"
  app_service_id = azurerm_linux_web_app.web.id
  app_settings = {
    Db = "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)"
  }
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_role_assignment" "secrets" {
  scope                = azurerm_key_vault.kv.id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_user_assigned_identity.app.principal_id
}

resource "azurerm_federated_identity_credential" "deploy" {
  name                      = "deploy"
  user_assigned_identity_id = azurerm_user_assigned_identity.app.id
  issuer                    = "https://token.actions.githubusercontent.com"
  subject                   = "repo:contoso/shop:environment:prod"
  audience                  = ["api://AzureADTokenExchange"]
}
"#;

const AZAPI: &str = r#"
resource "azapi_resource" "app" {
  type = "Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31"
  name = "id-shop"
}

resource "azapi_resource" "kv" {
  type = "Microsoft.KeyVault/vaults@2023-07-01"
  name = "kv-shop"
  body = { properties = { enableRbacAuthorization = true } }
}

resource "azapi_resource" "web" {
  type = "Microsoft.Web/sites@2023-12-01"
  name = "app-shop"
  identity {
    type         = "SystemAssigned, UserAssigned"
    identity_ids = [azapi_resource.app.id]
  }
  body = {
    properties = {
      keyVaultReferenceIdentity = azapi_resource.app.id
      siteConfig = {
        appSettings = [{ name = "Db", value = "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)" }]
      }
    }
  }
}

resource "azapi_resource" "next" {
  type      = "Microsoft.Web/sites/slots@2023-12-01"
  name      = "next"
  parent_id = azapi_resource.web.id
  identity {
    type = "SystemAssigned"
  }
  body = {
    properties = {
      siteConfig = {
        appSettings = [{ name = "Db", value = "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)" }]
      }
    }
  }
}

resource "azapi_resource" "secrets" {
  type      = "Microsoft.Authorization/roleAssignments@2022-04-01"
  name      = "7a0c1b6e-3c4e-4a8e-9b0a-0d6f6f1b2c3d"
  parent_id = azapi_resource.kv.id
  body = {
    properties = {
      principalId      = azapi_resource.app.output.properties.principalId
      principalType    = "ServicePrincipal"
      roleDefinitionId = "/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6"
    }
  }
}

resource "azapi_resource" "deploy" {
  type      = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31"
  name      = "deploy"
  parent_id = azapi_resource.app.id
  body = {
    properties = {
      issuer    = "https://token.actions.githubusercontent.com"
      subject   = "repo:contoso/shop:environment:prod"
      audiences = ["api://AzureADTokenExchange"]
    }
  }
}
"#;

const BICEP: &str = r"
resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-shop'
}

resource kv 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-shop'
  properties: { enableRbacAuthorization: true }
}

resource web 'Microsoft.Web/sites@2023-12-01' = {
  name: 'app-shop'
  identity: {
    type: 'SystemAssigned, UserAssigned'
    userAssignedIdentities: { '${app.id}': {} }
  }
  properties: {
    keyVaultReferenceIdentity: app.id
    siteConfig: {
      appSettings: [{ name: 'Db', value: '@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)' }]
    }
  }
}

resource next 'Microsoft.Web/sites/slots@2023-12-01' = {
  parent: web
  name: 'next'
  identity: { type: 'SystemAssigned' }
  properties: {
    siteConfig: {
      appSettings: [{ name: 'Db', value: '@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)' }]
    }
  }
}

resource secrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(kv.id, app.id)
  scope: kv
  properties: {
    principalId: app.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')
  }
}

resource deploy 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = {
  parent: app
  name: 'deploy'
  properties: {
    issuer: 'https://token.actions.githubusercontent.com'
    subject: 'repo:contoso/shop:environment:prod'
    audiences: ['api://AzureADTokenExchange']
  }
}
";

const ARM: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [
    {
      "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
      "apiVersion": "2023-01-31",
      "name": "id-shop"
    },
    {
      "type": "Microsoft.KeyVault/vaults",
      "apiVersion": "2023-07-01",
      "name": "kv-shop",
      "properties": { "enableRbacAuthorization": true }
    },
    {
      "type": "Microsoft.Web/sites",
      "apiVersion": "2023-12-01",
      "name": "app-shop",
      "identity": {
        "type": "SystemAssigned, UserAssigned",
        "userAssignedIdentities": {
          "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'id-shop')]": {}
        }
      },
      "properties": {
        "keyVaultReferenceIdentity": "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'id-shop')]",
        "siteConfig": {
          "appSettings": [{ "name": "Db", "value": "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)" }]
        }
      }
    },
    {
      "type": "Microsoft.Web/sites/slots",
      "apiVersion": "2023-12-01",
      "name": "app-shop/next",
      "identity": { "type": "SystemAssigned" },
      "properties": {
        "siteConfig": {
          "appSettings": [{ "name": "Db", "value": "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)" }]
        }
      }
    },
    {
      "type": "Microsoft.Authorization/roleAssignments",
      "apiVersion": "2022-04-01",
      "name": "7a0c1b6e-3c4e-4a8e-9b0a-0d6f6f1b2c3d",
      "scope": "[resourceId('Microsoft.KeyVault/vaults', 'kv-shop')]",
      "properties": {
        "principalId": "[reference(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'id-shop'), '2023-01-31').principalId]",
        "principalType": "ServicePrincipal",
        "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')]"
      }
    },
    {
      "type": "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
      "apiVersion": "2023-01-31",
      "name": "id-shop/deploy",
      "properties": {
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": "repo:contoso/shop:environment:prod",
        "audiences": ["api://AzureADTokenExchange"]
      }
    }
  ]
}
"#;

/// The code in each language, and the texts at which one finds: the identity, a reference to it, the web app, its slot, the
/// grant, the federated credential, the vault, the setting.
const EACH: [(&str, &str, [&str; 8]); 4] = [
    (
        "main.tf",
        TERRAFORM,
        [
            "resource \"azurerm_user_assigned_identity\"",
            "azurerm_user_assigned_identity.app.principal_id",
            "resource \"azurerm_linux_web_app\"",
            "resource \"azurerm_linux_web_app_slot\"",
            "role_definition_name",
            "subject  ",
            "resource \"azurerm_key_vault\"",
            "Db = ",
        ],
    ),
    (
        "main.tf",
        AZAPI,
        [
            "resource \"azapi_resource\" \"app\"",
            "azapi_resource.app.output.properties.principalId",
            "resource \"azapi_resource\" \"web\"",
            "resource \"azapi_resource\" \"next\"",
            "roleDefinitionId",
            "subject  ",
            "resource \"azapi_resource\" \"kv\"",
            "Db\"",
        ],
    ),
    (
        "main.bicep",
        BICEP,
        [
            "resource app",
            "app.properties.principalId",
            "resource web",
            "resource next",
            "roleDefinitionId",
            "subject:",
            "resource kv",
            "Db'",
        ],
    ),
    (
        "main.json",
        ARM,
        [
            "Microsoft.ManagedIdentity/userAssignedIdentities\"",
            "reference(",
            "Microsoft.Web/sites\"",
            "Microsoft.Web/sites/slots\"",
            "roleDefinitionId",
            "subject\"",
            "Microsoft.KeyVault/vaults\"",
            "Db\"",
        ],
    ),
];

const WHAT: [&str; 8] = ["identity", "reference", "host", "slot", "grant", "federation", "vault", "setting"];

#[test]
fn cards_are_the_same_in_every_language() {
    for (at, what) in WHAT.iter().enumerate() {
        let (path, text, marks) = EACH[0];
        let card = without_places(&World::of(&[(path, text)]).card(path, marks[at]));
        insta::assert_snapshot!(format!("card_of_{what}"), card);
        for (path, text, marks) in &EACH[1..] {
            let other = without_places(&World::of(&[(path, text)]).card(path, marks[at]));
            assert!(card == other, "{what} in {path} ({}) is\n{other}\nand in Terraform\n{card}", marks[at]);
        }
    }
}

#[test]
fn references_lead_to_the_same_in_every_language() {
    let each = |marks: &[&str; 8], path: &str, text: &str| {
        let world = World::of(&[(path, text)]);
        let definition = |at: usize| world.definition(path, marks[at]).len();
        let lenses: Vec<String> = world
            .cards()
            .lenses(world.file(path))
            .into_iter()
            .map(|lens| format!("{} ({})", lens.title, lens.places.len()))
            .collect();
        (world.references(path, marks[0]).len(), (0..8).map(definition).collect::<Vec<_>>(), lenses)
    };
    let (path, text, marks) = &EACH[0];
    let first = each(marks, path, text);
    insta::assert_debug_snapshot!("edges", first);
    for (path, text, marks) in &EACH[1..] {
        assert_eq!(each(marks, path, text), first, "{path}: {}", marks[0]);
    }
}

#[test]
fn places_are_the_smallest_that_say_it() {
    let (path, text, marks) = &EACH[0];
    let world = World::of(&[(path, text)]);
    insta::assert_debug_snapshot!("references", world.references(path, marks[0]));
    insta::assert_debug_snapshot!("lenses", world.lenses(path));
    assert_eq!(world.definition(path, marks[4]), world.definition(path, marks[1]), "a grant leads to its identity");
    assert_eq!(world.definition(path, marks[7]), world.definition(path, "Db = "));
}

#[test]
fn line_ends_marks_and_other_letters_change_no_card() {
    for (path, text, marks) in &EACH {
        let plain = World::of(&[(path, text)]);
        for at in [0, 1, 3, 4] {
            let wanted = without_places(&plain.card(path, marks[at]));
            let odd = format!("\u{feff}{}", text.replace('\n', "\r\n").replace("id-shop", "id-shøp"));
            let world = World::of(&[(path, &odd)]);
            let card = without_places(&world.card(path, marks[at]));
            assert_eq!(card, wanted.replace("id-shop", "id-shøp"), "{path}: {}", marks[at]);
        }
    }
}
