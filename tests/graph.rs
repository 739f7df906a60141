//! Who is granted what where, as the graph reads it from each language.

#![expect(clippy::expect_used, reason = "a test stops at a surprise")]

use identilint::graph::{Graph, Plane, Principal, Right};
use identilint::resolve::eval::Deployment;
use identilint::workspace::Workspace;

/// One line for each grant: who, what, and whether it holds for the first resource of each type that is named.
fn grants(files: &[(&str, &str)], targets: &[&str]) -> Vec<String> {
    let workspace = Workspace::of_texts(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    assert!(workspace.errors.is_empty(), "{:?}", workspace.errors);
    let root = workspace.roots.first().expect("a root");
    let deployment = Deployment::new(&workspace.program, root);
    let graph = Graph::build(&deployment, &workspace.sources, &[]);
    let line = |grant: &identilint::graph::Grant| {
        let who = match graph.only_principal(&grant.principal) {
            Some(Principal::System(id)) => format!("{}'s own", graph.title(id)),
            Some(Principal::User(id)) => graph.title(id).to_string(),
            Some(Principal::ServicePrincipal(id)) => format!("service principal {}", graph.title(id)),
            other => format!("{other:?}"),
        };
        let what = match &grant.right {
            Right::InDirectory { application: Some(_), .. } => "a permission of an application",
            right => right.words(),
        };
        let covers = targets.iter().map(|kind| {
            let target = graph.resources().find(|resource| resource.is_arm(kind)).expect("the target");
            format!("{:?}", graph.covers(&grant.scope, target.id))
        });
        format!("{who}: {what}: {}", covers.collect::<Vec<_>>().join(", "))
    };
    graph.grants.iter().map(line).collect()
}

const ACCOUNT: &str = "Microsoft.DocumentDB/databaseAccounts";

#[test]
fn roles_of_an_account_and_of_the_directory_are_grants() {
    let text = r#"
resource "azurerm_cosmosdb_account" "db" {
  name = "cosmos-shop"
}

resource "azurerm_linux_web_app" "app" {
  name = "app-shop"
  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_user_assigned_identity" "jobs" {
  name = "id-jobs"
}

data "azuread_service_principal" "graph" {
  display_name = "Microsoft Graph"
}

resource "azurerm_cosmosdb_sql_role_assignment" "app" {
  account_name       = azurerm_cosmosdb_account.db.name
  scope              = "${azurerm_cosmosdb_account.db.id}/dbs/orders"
  role_definition_id = "${azurerm_cosmosdb_account.db.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002"
  principal_id       = azurerm_linux_web_app.app.identity[0].principal_id
}

resource "azuread_app_role_assignment" "jobs" {
  app_role_id         = data.azuread_service_principal.graph.app_role_ids["User.Read.All"]
  principal_object_id = azurerm_user_assigned_identity.jobs.principal_id
  resource_object_id  = data.azuread_service_principal.graph.object_id
}

resource "azuread_directory_role" "readers" {
  display_name = "Directory Readers"
}

resource "azuread_directory_role_assignment" "jobs" {
  role_id             = azuread_directory_role.readers.template_id
  principal_object_id = azurerm_user_assigned_identity.jobs.principal_id
}
"#;
    assert_eq!(
        grants(&[("main.tf", text)], &[ACCOUNT]),
        [
            "app-shop's own: a role of the account: Yes",
            "id-jobs: a permission of an application: No",
            "id-jobs: a role of the directory: No",
        ]
    );
}

#[test]
fn bicep_grants_the_same() {
    let text = r"
extension microsoftGraphV1

resource db 'Microsoft.DocumentDB/databaseAccounts@2024-05-15' = {
  name: 'cosmos-shop'
}

resource app 'Microsoft.Web/sites@2023-12-01' = {
  name: 'app-shop'
  identity: { type: 'SystemAssigned' }
}

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

resource data 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-05-15' = {
  parent: db
  name: guid(db.id, app.id)
  properties: {
    roleDefinitionId: '${db.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002'
    principalId: app.identity.principalId
    scope: db.id
  }
}

resource mail 'Microsoft.Graph/appRoleAssignedTo@v1.0' = {
  appRoleId: 'b633e1c5-b582-4048-a93e-9f11b44c7e96'
  principalId: app.identity.principalId
  resourceId: graph.id
}
";
    assert_eq!(
        grants(&[("main.bicep", text)], &[ACCOUNT]),
        ["app-shop's own: a role of the account: Yes", "app-shop's own: a permission of an application: No"]
    );
}

/// What each role that is made here is called, and whether it permits everything, the granting of roles, and all data.
fn roles(path: &str, text: &str) -> Vec<String> {
    let workspace = Workspace::of_texts([(path.to_owned(), text.to_owned())]);
    assert!(workspace.errors.is_empty(), "{:?}", workspace.errors);
    let deployment = Deployment::new(&workspace.program, workspace.roots.first().expect("a root"));
    let graph = Graph::build(&deployment, &workspace.sources, &[]);
    let line = |id| {
        let role = graph.role_definition(id)?;
        let everything = role.permits(Plane::Management, "*");
        let grants = role.permits(Plane::Management, "Microsoft.Authorization/roleAssignments/write");
        Some(format!("{}: {everything:?}, {grants:?}, {:?}", graph.role_title(id), role.permits(Plane::Data, "*")))
    };
    graph.resources().filter_map(|resource| line(resource.id)).collect()
}

#[test]
fn roles_made_here_are_judged_by_what_they_permit() {
    let text = r#"
variable "exceptions" {}

resource "azurerm_role_definition" "worker" {
  name = "Worker"
  permissions {
    actions     = ["*"]
    not_actions = ["Microsoft.Authorization/*/Write"]
  }
  permissions {
    data_actions = ["*"]
  }
}

resource "azurerm_role_definition" "other" {
  name = "Other"
  permissions {
    actions     = ["*"]
    not_actions = var.exceptions
  }
}

data "azurerm_role_definition" "found" {
  name = "Found"
}
"#;
    assert_eq!(roles("main.tf", text), ["Worker: Yes, No, Yes", "Other: Maybe, Maybe, No"]);
    let text = "
param more array

resource worker 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid('worker')
  properties: {
    roleName: 'Worker'
    permissions: concat([
      {
        actions: ['*']
        notActions: ['Microsoft.Authorization/*/Write']
      }
    ], more)
  }
}
";
    assert_eq!(roles("main.bicep", text), ["Worker: Yes, Maybe, Maybe"]);
}
