use crate::graph::{CosmosRole, Right};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let (Right::Role { written, .. }, Some(by)) = (&grant.right, graph.resource(grant.by)) else { continue };
        let Some(role) = graph.cosmos_role(written) else { continue };
        let what = match role {
            CosmosRole::Reader => "Cosmos DB Built-in Data Reader is a role of the Cosmos DB account, not of Azure",
            CosmosRole::Contributor => {
                "Cosmos DB Built-in Data Contributor is a role of the Cosmos DB account, not of Azure"
            }
            CosmosRole::Other => "its role is one of the Cosmos DB account, not of Azure",
        };
        let definition = written.as_ref().and_then(|one| one.start()).and_then(|id| graph.resource(id));
        let mut draft =
            Draft::new(by.address.clone(), written.span, format!("Azure refuses this role assignment: {what}"))
                .note("a data role of Cosmos DB")
                .because(written)
                .if_present(by)
                .help("assign it below the account: Cosmos DB has role assignments of its own (`sqlRoleAssignments`)");
        if let Some(definition) = definition {
            draft = draft.label(definition.span, "defined for the account");
        }
        cx.report(draft);
    }
}
