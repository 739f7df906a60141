//! Who is granted what where, as the graph reads it from each language.

#![expect(clippy::expect_used, reason = "a test stops at a surprise")]

use identilint::graph::{Graph, Plane, Principal, Right};
use identilint::resolve::eval::Deployment;
use identilint::resolve::value::Truth;
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

/// Whether one resource waits for another, each told by its address.
fn waits(files: &[(&str, &str)], waiting: &str, other: &str) -> Truth {
    let workspace = Workspace::of_texts(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    assert!(workspace.errors.is_empty(), "{:?}", workspace.errors);
    let root = workspace.roots.first().expect("a root");
    let deployment = Deployment::new(&workspace.program, root);
    let graph = Graph::build(&deployment, &workspace.sources, &[]);
    let find = |address: &str| {
        let found = graph.resources().find(|resource| *resource.address == *address);
        found.unwrap_or_else(|| {
            let all: Vec<_> = graph.resources().map(|resource| resource.address.clone()).collect();
            panic!("{address} in {all:?}")
        })
    };
    graph.waits_for(find(waiting).id, find(other).id)
}

#[test]
fn terraform_waits_for_what_it_names() {
    let text = r#"
locals {
  note = "${terraform_data.c.id}-x"
}

resource "terraform_data" "a" {
  input      = local.note
  depends_on = [terraform_data.b]
}

resource "terraform_data" "b" {
  count = length(terraform_data.d)
}

resource "terraform_data" "c" {
  for_each = toset(["x", "y"])
  input    = join(",", [for key in ["x"] : lookup({ x = terraform_data.e["x"].id }, key)])
}

resource "terraform_data" "d" {
  for_each = toset(["x"])
}

resource "terraform_data" "e" {
  for_each = toset(["x"])
}

resource "terraform_data" "f" {
  input = terraform_data.a.id
}
"#;
    let files = [("main.tf", text)];
    for other in
        ["terraform_data.b[0]", r#"terraform_data.c["y"]"#, r#"terraform_data.d["x"]"#, r#"terraform_data.e["x"]"#]
    {
        assert_eq!(waits(&files, "terraform_data.a", other), Truth::Yes, "{other}");
    }
    assert_eq!(waits(&files, "terraform_data.a", "terraform_data.f"), Truth::No);
    assert_eq!(waits(&files, "terraform_data.b[0]", "terraform_data.a"), Truth::No);
}

const INNER: &str = r#"
variable "given" {}
variable "unread" {
  default = ""
}
resource "terraform_data" "first" {
  input = var.given
}
resource "terraform_data" "second" {}
output "first" {
  value = terraform_data.first.id
}
output "late" {
  value      = terraform_data.first.id
  depends_on = [terraform_data.second]
}
"#;

#[test]
fn terraform_waits_for_parts_of_modules() {
    let text = r#"
resource "terraform_data" "a" {}
resource "terraform_data" "b" {}

module "m" {
  source = "./m"
  given  = terraform_data.a.id
  unread = terraform_data.b.id
}

module "n" {
  source     = "./m"
  given      = ""
  depends_on = [terraform_data.b]
}

module "absent" {
  source = "example/absent/any"
  given  = module.m.late
}

resource "terraform_data" "by_output" {
  input = module.m.first
}
resource "terraform_data" "by_late_output" {
  input = module.m.late
}
resource "terraform_data" "by_module" {
  depends_on = [module.m]
}
resource "terraform_data" "by_absent" {
  input = module.absent.id
}
resource "terraform_data" "by_nothing" {}
"#;
    let files = [("main.tf", text), ("m/main.tf", INNER)];
    let waits = |waiting: &str, other: &str| waits(&files, waiting, other);
    let (first, second) = ("module.m.terraform_data.first", "module.m.terraform_data.second");
    assert_eq!(waits(first, "terraform_data.a"), Truth::Yes);
    // An argument that the resource does not read is not waited for.
    assert_eq!(waits(first, "terraform_data.b"), Truth::No);
    assert_eq!(waits("module.n.terraform_data.second", "terraform_data.b"), Truth::Yes);
    assert_eq!(waits("terraform_data.by_output", first), Truth::Yes);
    assert_eq!(waits("terraform_data.by_output", second), Truth::No);
    assert_eq!(waits("terraform_data.by_late_output", second), Truth::Yes);
    assert_eq!(waits("terraform_data.by_module", second), Truth::Yes);
    // What a module does with what it is given is not known when its source is not here.
    assert_eq!(waits("terraform_data.by_absent", second), Truth::Maybe);
    assert_eq!(waits("terraform_data.by_absent", "terraform_data.by_nothing"), Truth::No);
}

#[test]
fn bicep_waits_for_whole_modules() {
    let inner = r"
param given string

resource first 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'stfirst'
}
resource second 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'stsecond'
}
output name string = first.name
";
    let text = r"
resource a 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'sta'
  resource blobs 'blobServices' = {
    name: 'default'
  }
}
resource b 'Microsoft.Storage/storageAccounts@2023-01-01' = [for at in range(0, 2): {
  name: 'stb${at}'
}]
module m 'inner.bicep' = {
  name: 'm'
  params: { given: a.id }
}
resource byOutput 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: m.outputs.name
}
resource byName 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'stname'
  dependsOn: [b, a::blobs]
}
resource byOne 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'stone'
  dependsOn: [b[0]]
}
module late 'inner.bicep' = {
  name: 'late'
  params: { given: '' }
  dependsOn: [byName]
}
";
    let files = [("main.bicep", text), ("inner.bicep", inner)];
    let waits = |waiting: &str, other: &str| waits(&files, waiting, other);
    assert_eq!(waits("module.m.second", "a"), Truth::Yes);
    assert_eq!(waits("byOutput", "module.m.second"), Truth::Yes);
    assert_eq!(waits("byName", "b[1]"), Truth::Yes);
    assert_eq!(waits("byName", "a"), Truth::Yes);
    assert_eq!(waits("byName", "a::blobs"), Truth::Yes);
    assert_eq!(waits("byOne", "b[1]"), Truth::Maybe);
    assert_eq!(waits("module.late.first", "a::blobs"), Truth::Yes);
    assert_eq!(waits("a", "a::blobs"), Truth::No);
    assert_eq!(waits("byOutput", "byName"), Truth::No);
}

#[test]
fn templates_wait_for_ids_names_loops_and_nested_templates() {
    let text = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "parameters": { "name": { "type": "string" } },
  "resources": [
    { "type": "A.B/c", "name": "one" },
    { "type": "A.B/c", "name": "[format('two-{0}', parameters('name'))]" },
    { "type": "A.B/c/d", "name": "[concat(parameters('name'), '/', 'x')]" },
    { "type": "A.B/c", "name": "[concat('loop', copyIndex())]", "copy": { "name": "round", "count": 2 } },
    { "type": "A.B/e", "name": "[guid(resourceId('A.B/c', 'one'))]", "scope": "[resourceId('A.B/c', 'one')]" },
    {
      "type": "Microsoft.Resources/deployments", "name": "part",
      "dependsOn": ["one"],
      "properties": { "template": { "resources": [{ "type": "A.B/c", "name": "inner" }] } }
    },
    { "type": "A.B/z", "name": "id", "dependsOn": [
      "[resourceId('A.B/c', format('two-{0}', parameters('name')))]",
      "[resourceId('A.B/c/d', parameters('name'), 'x')]",
      "[extensionResourceId(resourceId('A.B/c', 'one'), 'A.B/e', guid(resourceId('A.B/c', 'one')))]"
    ] },
    { "type": "A.B/z", "name": "copy", "dependsOn": ["round"] },
    { "type": "A.B/z", "name": "round1", "dependsOn": ["[resourceId('A.B/c', concat('loop', 1))]"] },
    { "type": "A.B/z", "name": "typed", "dependsOn": ["A.B/c/one"] },
    { "type": "A.B/z", "name": "nested", "dependsOn": ["[resourceId('Microsoft.Resources/deployments', 'part')]"] },
    { "type": "A.B/z", "name": "odd", "dependsOn": ["[parameters('name')]"] },
    { "type": "A.B/z", "name": "read", "properties": { "x": "[reference('one').y]" } },
    { "type": "A.B/z", "name": "named", "properties": { "x": "[resourceId('A.B/c', 'one')]" } }
  ]
}"#;
    let files = [("main.json", text)];
    let waits = |waiting: &str, other: &str| waits(&files, &format!("A.B/z/{waiting}"), other);
    let grant = "A.B/e/[guid(resourceId('A.B/c', 'one'))]";
    for other in
        ["A.B/c/[format('two-{0}', parameters('name'))]", "A.B/c/d/[concat(parameters('name'), '/', 'x')]", grant]
    {
        assert_eq!(waits("id", other), Truth::Yes, "{other}");
    }
    let round = "A.B/c/[concat('loop', copyIndex())][1]";
    assert_eq!(waits("copy", round), Truth::Yes);
    assert_eq!(waits("copy", "A.B/c/one"), Truth::No);
    assert_eq!(waits("round1", round), Truth::Maybe);
    assert_eq!(waits("typed", "A.B/c/one"), Truth::Yes);
    let inner = "Microsoft.Resources/deployments/part::A.B/c/inner";
    assert_eq!(waits("nested", inner), Truth::Yes);
    assert_eq!(waits("nested", "A.B/c/one"), Truth::Yes);
    assert_eq!(waits("odd", "A.B/c/one"), Truth::Maybe);
    assert_eq!(waits("read", "A.B/c/one"), Truth::Yes);
    assert_eq!(waits("named", "A.B/c/one"), Truth::No);
}
