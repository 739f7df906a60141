use crate::finding::Fix;
use crate::graph::{Property, Right};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for vault in &graph.vaults {
        let Some(resource) = graph.resource(vault.resource) else { continue };
        let said = ["rbac_authorization_enabled", "enable_rbac_authorization"].iter().any(|argument| {
            !matches!(graph.property(vault.resource, argument, "enableRbacAuthorization"), Property::Absent)
        });
        if said || vault.must_say || graph.is_touched(vault.resource) || recovers(cx, vault.resource) {
            continue;
        }
        // Where the default is the wrong one, that is the finding.
        if contradicted(cx, vault.resource, vault.rbac) {
            continue;
        }
        let note = match vault.rbac {
            Truth::Yes => "roles by default for a new vault",
            Truth::No => "access policies by default",
            Truth::Maybe => "the default depends on the version",
        };
        let edit = match vault.rbac {
            Truth::Yes => graph.state_model(vault.resource, true),
            Truth::No => graph.state_model(vault.resource, false),
            Truth::Maybe => None,
        };
        let fix = edit.map(|edit| Fix::suggested("state the model that it has by default", edit));
        let message =
            format!("vault `{}` does not say whether it decides by roles or by access policies", resource.title);
        cx.report(
            Draft::new(resource.address.clone(), resource.span, message)
                .note(note)
                .if_present(resource)
                .help("state the permission model; roles are the one to choose for a new vault")
                .fix(fix),
        );
    }
}

/// Whether the vault may be one that was deleted, whose model comes back with it.
fn recovers(cx: &Cx<'_>, vault: crate::graph::ResourceId) -> bool {
    match cx.graph.property(vault, "create_mode", "createMode") {
        Property::Absent => false,
        Property::Is(mode) => !is_default(&cx.graph.known(&mode)),
        Property::Unknown(_) => true,
    }
}

fn is_default(mode: &Value) -> bool {
    mode.as_str().is_some_and(|mode| mode.eq_ignore_ascii_case("default"))
}

/// Whether a grant on the vault has no effect under the default.
fn contradicted(cx: &Cx<'_>, vault: crate::graph::ResourceId, rbac: Truth) -> bool {
    let on_vault = |grant: &&crate::graph::Grant| cx.graph.scoped_to(&grant.scope) == Some(vault);
    cx.graph.grants.iter().filter(on_vault).any(|grant| match &grant.right {
        Right::Role { .. } => {
            rbac == Truth::No && grant.right.every_role(|role| role.reaches_data_of("microsoft.keyvault")) == Truth::Yes
        }
        Right::Policy(_) => rbac == Truth::Yes,
        Right::OfAccount { .. } | Right::InDirectory { .. } => false,
    })
}
