//! What is not known is said to be so: no card says that there is nothing where there may be something.

use super::support::World;

const IDENTITY: &str = "resource \"azurerm_user_assigned_identity\" \"app\" {\n  name = \"id-shop\"\n}\n";

#[test]
fn a_module_that_is_not_here_may_grant_more() {
    let text = format!(
        "{IDENTITY}
module \"roles\" {{
  source       = \"git::https://example.com/roles.git\"
  principal_id = azurerm_user_assigned_identity.app.principal_id
}}
"
    );
    let world = World::of(&[("main.tf", &text)]);
    insta::assert_snapshot!("given_to_an_opaque_module", world.card("main.tf", "resource"));
    insta::assert_debug_snapshot!("lens_of_an_open_identity", world.lenses("main.tf"));
}

#[test]
fn what_is_looked_up_has_more_elsewhere() {
    let text = "
data \"azurerm_user_assigned_identity\" \"app\" {
  name                = \"id-shop\"
  resource_group_name = \"rg\"
}

resource \"azurerm_role_assignment\" \"reader\" {
  scope                = \"/subscriptions/00000000-0000-0000-0000-000000000001\"
  role_definition_name = \"Reader\"
  principal_id         = data.azurerm_user_assigned_identity.app.principal_id
  condition            = \"@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'st'\"
  condition_version    = \"2.0\"
}
";
    let world = World::of(&[("main.tf", text)]);
    insta::assert_snapshot!("looked_up", world.card("main.tf", "data \"azurerm_user"));
    insta::assert_snapshot!("grant_with_a_condition", world.card("main.tf", "resource \"azurerm_role"));
}

#[test]
fn inputs_without_a_value_are_named() {
    let text = format!(
        "variable \"principal\" {{}}
variable \"ids\" {{}}
variable \"role\" {{}}
{IDENTITY}
resource \"azurerm_linux_web_app\" \"web\" {{
  name = \"app-shop\"
  identity {{
    type         = \"UserAssigned\"
    identity_ids = var.ids
  }}
}}

resource \"azurerm_role_assignment\" \"some\" {{
  scope                = azurerm_linux_web_app.web.id
  role_definition_name = var.role
  principal_id         = var.principal
}}
"
    );
    let world = World::of(&[("main.tf", &text)]);
    insta::assert_snapshot!("identity_among_unknowns", world.card("main.tf", "resource \"azurerm_user"));
    insta::assert_snapshot!("host_among_unknowns", world.card("main.tf", "resource \"azurerm_linux"));
    insta::assert_snapshot!("grant_of_unknowns", world.card("main.tf", "resource \"azurerm_role"));
}

#[test]
fn nothing_is_said_of_what_is_no_identity() {
    let text = format!(
        "{IDENTITY}\nlocals {{\n  plain = \"text\"\n}}\n\nresource \"azurerm_virtual_network\" \"net\" {{\n  name = \"vnet\"\n}}\n"
    );
    let world = World::of(&[("main.tf", &text)]);
    for place in ["locals", "plain", "text", "resource \"azurerm_virtual", "vnet"] {
        assert_eq!(world.card("main.tf", place), "no card\n", "{place}");
    }
    assert_eq!(
        world.lenses("main.tf"),
        ["main.tf:1:1 resource \"azurerm_user_assigned_identity\" \"app\": 0 hosts · 0 roles -> "]
    );
}

#[test]
fn what_a_published_module_makes_is_shown_where_it_is_called() {
    let text = "module functionApp 'br/public:avm/res/web/site:0.16.0' = {
  name: 'functionApp'
  params: {
    kind: 'functionapp,linux'
    name: 'func-shop'
    managedIdentities: { systemAssigned: true }
  }
}

output principal string = functionApp.outputs.?systemAssignedMIPrincipalId ?? ''
";
    let world = World::of(&[("main.bicep", text)]);
    let card = world.card("main.bicep", "functionApp.outputs");
    assert!(card.contains("· main.bicep:1"), "{card}");
    let to = world.definition("main.bicep", "functionApp.outputs");
    assert_eq!(to.len(), 1, "{to:?}");
    assert!(to[0].starts_with("main.bicep:1:1 module functionApp"), "{to:?}");
}
