use crate::finding::Severity;
use crate::graph::{NoRoleId, Right};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let Right::Role { written, .. } = &grant.right else { continue };
        let Some((resource, found)) = graph.resource(grant.by).zip(graph.no_role_id(grant)) else { continue };
        let planned = graph.is_planned(grant);
        let is_guid = matches!(found, NoRoleId::Guid(_) | NoRoleId::SomeGuid | NoRoleId::GuidOf(_));
        let what = match &found {
            NoRoleId::Guid(guid) => format!("`{guid}` is a bare GUID and not the id of a role definition"),
            NoRoleId::SomeGuid => "the role definition id is a bare GUID".to_owned(),
            NoRoleId::GuidOf(name) => format!("the bare GUID of `{name}` is not the id of the role definition"),
            NoRoleId::RoleName(name) => format!("`{name}` is the name of a role and not the id of its definition"),
            NoRoleId::TerraformId(id) => {
                format!("`{id}` is Terraform's own id of the role, with the scope behind it")
            }
        };
        let then = if planned && is_guid {
            "so the assignment is rejected or replaced on every plan"
        } else {
            "so Azure rejects the assignment"
        };
        let (note, help) = match (&found, planned) {
            (NoRoleId::TerraformId(_), _) => ("ends in `|` and the scope", "take `role_definition_resource_id`"),
            (NoRoleId::RoleName(_), true) => ("a name", "write `role_definition_name`"),
            (NoRoleId::RoleName(_), false) => ("a name", "take the id of the role definition"),
            (NoRoleId::GuidOf(_), true) => ("a GUID alone", "take the id of the role definition"),
            (_, true) => ("a GUID alone", "take the id of the role definition, or write `role_definition_name`"),
            _ => ("a GUID alone", "put it behind `…/providers/Microsoft.Authorization/roleDefinitions/`"),
        };
        let first = written.alternatives().first().unwrap_or(written);
        let mut draft = Draft::new(resource.address.clone(), first.span, format!("{what}, {then}"))
            .note(note)
            .because(first)
            .if_present(resource)
            .help(help)
            .fix(graph.whole_role_id(grant, &found));
        if planned && is_guid {
            draft = draft.severity(Severity::Medium);
        }
        cx.report(draft);
    }
}
