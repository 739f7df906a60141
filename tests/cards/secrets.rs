//! No card shows a secret, and nothing from the code is markup in one.

use super::support::World;

// Of the right shape, nobody's: made for this test.
const KEY: &str = "Zm9yLXRlc3RzLW9ubHktbm90LWEtcmVhbC1rZXktZm9yLXRlc3RzLW9ubHktbm90LWEtcmVhbC1rZXktMDAwMQ==";

#[test]
fn secrets_in_names_and_subjects_are_hidden() {
    let secret =
        format!("DefaultEndpointsProtocol=https;AccountName=st;AccountKey={KEY};EndpointSuffix=core.windows.net");
    let text = format!(
        "resource \"azurerm_user_assigned_identity\" \"app\" {{
  name = \"{secret}\"
}}

resource \"azurerm_federated_identity_credential\" \"f\" {{
  name                      = \"f\"
  user_assigned_identity_id = azurerm_user_assigned_identity.app.id
  issuer                    = \"https://token.actions.githubusercontent.com\"
  subject                   = \"{secret}\"
}}

resource \"azurerm_linux_web_app\" \"web\" {{
  name         = \"app\"
  app_settings = {{ AZURE_CLIENT_ID = \"{secret}\" }}
  identity {{
    type         = \"UserAssigned\"
    identity_ids = [azurerm_user_assigned_identity.app.id]
  }}
}}
"
    );
    let world = World::of(&[("main.tf", &text)]);
    for place in ["resource \"azurerm_user", "resource \"azurerm_federated", "resource \"azurerm_linux"] {
        let card = world.card("main.tf", place);
        assert_ne!(card, "no card\n", "{place}");
        assert!(!card.contains(KEY) && !card.contains(&KEY[..12]), "{card}");
    }
}

#[test]
fn a_secret_input_is_not_told() {
    let text = "variable \"who\" {\n  default   = \"repo:contoso/hunter2-hunter2\"\n  sensitive = true\n}

resource \"azurerm_user_assigned_identity\" \"app\" {
  name = \"id\"
}

resource \"azurerm_federated_identity_credential\" \"f\" {
  name                      = \"f\"
  user_assigned_identity_id = azurerm_user_assigned_identity.app.id
  issuer                    = \"https://token.actions.githubusercontent.com\"
  subject                   = var.who
}
";
    let card = World::of(&[("main.tf", text)]).card("main.tf", "resource \"azurerm_federated");
    assert!(card.contains("subject a secret") && !card.contains("hunter2"), "{card}");
}

#[test]
fn names_are_no_markup() {
    let text = "resource \"azurerm_user_assigned_identity\" \"app\" {\n  name = \"a`b](x) <img> **c**\"\n}\n";
    let card = World::of(&[("main.tf", text)]).card("main.tf", "resource");
    assert!(card.starts_with("**`a'b](x) <img> **c**`** · user-assigned identity"), "{card}");
}
