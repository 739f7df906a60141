//! One file in several deployments, a module that is called twice, loops, outputs and files of other languages' modules.

use super::support::World;

const MODULE: &str = r#"
variable "name" { type = string }
variable "identity_id" { type = string }
variable "principal_id" { type = string }

resource "azurerm_linux_web_app" "this" {
  name = var.name
  identity {
    type         = "UserAssigned"
    identity_ids = [var.identity_id]
  }
}

resource "azurerm_role_assignment" "blobs" {
  scope                = "/subscriptions/00000000-0000-0000-0000-000000000001"
  role_definition_name = "Reader"
  principal_id         = var.principal_id
}

output "app_id" { value = azurerm_linux_web_app.this.id }
"#;

const CALLER: &str = r#"
resource "azurerm_user_assigned_identity" "a" { name = "id-a" }
resource "azurerm_user_assigned_identity" "b" { name = "id-b" }

module "one" {
  source       = "./app"
  name         = "app-one"
  identity_id  = azurerm_user_assigned_identity.a.id
  principal_id = azurerm_user_assigned_identity.a.principal_id
}

module "two" {
  source       = "./app"
  name         = "app-two"
  identity_id  = azurerm_user_assigned_identity.b.id
  principal_id = azurerm_user_assigned_identity.b.principal_id
}

output "first" { value = module.one.app_id }
"#;

fn twice() -> World {
    World::of(&[("main.tf", CALLER), ("app/main.tf", MODULE)])
}

#[test]
fn a_module_that_is_called_twice_says_what_is_the_same_once() {
    let world = twice();
    insta::assert_snapshot!("host_of_two", world.card("app/main.tf", "resource \"azurerm_linux_web_app\""));
    insta::assert_snapshot!("grant_of_two", world.card("app/main.tf", "role_definition_name"));
    insta::assert_snapshot!("argument_of_two", world.card("app/main.tf", "var.principal_id"));
    insta::assert_debug_snapshot!("lenses_of_two", world.lenses("app/main.tf"));
}

#[test]
fn values_keep_their_way_through_modules() {
    let world = twice();
    assert!(world.card("main.tf", "module.one.app_id").starts_with("**`app-one`** · web app"));
    assert!(world.card("main.tf", "identity_id  = azurerm_user_assigned_identity.a").starts_with("**`id-a`**"));
    assert_eq!(
        world.definition("app/main.tf", "var.identity_id"),
        [
            "main.tf:2:1 resource \"azurerm_user_assigned_identity\" \"a\"",
            "main.tf:3:1 resource \"azurerm_user_assigned_identity\" \"b\"",
        ]
    );
    insta::assert_debug_snapshot!(
        "references_through_modules",
        world.references("main.tf", "azurerm_user_assigned_identity\" \"a\"")
    );
}

#[test]
fn deployments_are_named_where_they_differ() {
    let root = |name: &str| {
        format!(
            r#"
resource "azurerm_user_assigned_identity" "own" {{ name = "id-{name}" }}

module "app" {{
  source       = "../app"
  name         = "app-shop"
  identity_id  = azurerm_user_assigned_identity.own.id
  principal_id = azurerm_user_assigned_identity.own.principal_id
}}
"#
        )
    };
    let world = World::of(&[("dev/main.tf", &root("dev")), ("prod/main.tf", &root("prod")), ("app/main.tf", MODULE)]);
    insta::assert_snapshot!("host_of_two_deployments", world.card("app/main.tf", "resource \"azurerm_linux_web_app\""));
}

#[test]
fn slots_of_a_loop_are_told_apart_only_where_they_differ() {
    let world = World::on_disk(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/showcase/terraform"));
    insta::assert_snapshot!(
        "slots_of_a_loop",
        world.card("modules/app/main.tf", "resource \"azurerm_linux_web_app_slot\"")
    );
    insta::assert_debug_snapshot!("lenses_of_the_showcase", world.lenses("main.tf"));
    insta::assert_debug_snapshot!("lenses_of_its_module", world.lenses("modules/app/main.tf"));
}

#[test]
fn the_showcase_says_the_same_in_bicep_and_arm() {
    for (folder, path, mark) in [
        ("bicep", "main.bicep", "resource functionsIdentity"),
        ("arm", "main.json", "Microsoft.ManagedIdentity/userAssignedIdentities\""),
    ] {
        let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/showcase").join(folder);
        let world = World::on_disk(&directory);
        insta::assert_snapshot!(format!("showcase_{folder}"), world.card(path, mark));
        insta::assert_debug_snapshot!(format!("showcase_{folder}_lenses"), world.lenses(path));
    }
}
