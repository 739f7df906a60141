use crate::azure::roles::Role;
use crate::finding::{Edit, Fix, Safety};
use crate::graph::{Grant, Mode, Right, ScopedType};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

/// Providers whose data belong to resources of others.
const EVERYWHERE: [&str; 5] =
    ["*", "microsoft.insights", "microsoft.policyinsights", "microsoft.operationalinsights", "microsoft.monitor"];

const REGISTRY: &str = "microsoft.containerregistry";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for grant in &graph.grants {
        let Right::Role { written, .. } = &grant.right else { continue };
        let Some((roles, scope)) = grant.right.built_in().zip(graph.scoped_type(&grant.scope)) else { continue };
        if !roles.iter().all(|role| does_nothing(role, &scope)) {
            continue;
        }
        let (Some(role), Some(by)) = (roles.first(), graph.resource(grant.by)) else { continue };
        // An assignment under a condition may be meant for other values than those that reach it here.
        if by.presence != Truth::Yes {
            continue;
        }
        let provider = providers(role).first().copied().unwrap_or(REGISTRY);
        let message = format!("the role {} has no effect on `{}`, which is a {}", role.name, scope.title, scope.kind);
        let own = scope.kind.split('/').next().unwrap_or("");
        cx.report(
            Draft::new(by.address.clone(), grant.scope.taken_at(), message)
                .note("nothing here for this role")
                .label(written.span, format!("a role for {}", spelled(provider)))
                .because(&grant.scope)
                .because(written)
                .if_present(by)
                .help(format!(
                    "scope the assignment to a resource of {}, or choose a role for {own}",
                    spelled(provider)
                ))
                .fix(fix(cx, grant, provider)),
        );
    }
}

/// Whether a role is for data of one provider, and the scope is a resource of another.
fn does_nothing(role: &Role, scope: &ScopedType) -> bool {
    let providers = providers(role);
    !providers.is_empty()
        && !role.flags.contains(&"elsewhere")
        && !role.permits_everything()
        && !providers.iter().any(|provider| EVERYWHERE.contains(provider))
        && !providers.iter().any(|provider| scope.providers.iter().any(|own| own == provider))
}

/// The providers whose data a role is for; pulling and pushing images are no data actions in the older roles.
fn providers(role: &Role) -> Vec<&'static str> {
    if matches!(role.name, "AcrPull" | "AcrPush" | "AcrDelete") { vec![REGISTRY] } else { role.data_providers.clone() }
}

/// A provider as people write it: `microsoft.keyvault` is `Microsoft.KeyVault`.
fn spelled(provider: &str) -> String {
    crate::azure::types::provider(provider).map_or_else(|| provider.to_owned(), str::to_owned)
}

/// Points the assignment at the one resource of the role's provider that is made beside it.
fn fix(cx: &Cx<'_>, grant: &Grant, provider: &str) -> Option<Fix> {
    grant.scope.as_ref().filter(|_| grant.scope.via.is_none())?;
    let mut candidates = cx.graph.resources().filter(|resource| {
        let kind = resource.arm_type().to_ascii_lowercase();
        resource.mode == Mode::Managed
            && kind.split('/').count() == 2
            && kind.split('/').next() == Some(provider)
            && cx.graph.same_module(resource.id, grant.by)
    });
    let target = candidates.next().filter(|_| candidates.next().is_none())?;
    let text = cx.graph.as_scope(target.id)?;
    let title = format!("scope it to `{}`", target.title);
    let edits = vec![Edit { span: grant.scope.span, text }];
    Some(Fix { title, safety: Safety::Unsafe, edits })
}
