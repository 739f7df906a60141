use super::instead;
use crate::graph::{Grant, Need, Resolver, ResourceId, Right, Standing};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let mut seen: Vec<ResourceId> = Vec::new();
    for need in &graph.uses {
        let (Resolver::Principal(principal), Some(target)) = (&need.identity, need.target) else { continue };
        let Standing::Managing(grants) = graph.standing(principal, target, need.need) else { continue };
        let Some((first, others)) = grants.split_first() else { continue };
        if seen.contains(&first.by) {
            continue;
        }
        seen.push(first.by);
        let (Some(consumer), Some(target)) = (graph.resource(need.consumer), graph.resource(target)) else { continue };
        let (Some(by), Right::Role { written, .. }) = (graph.resource(first.by), &first.right) else { continue };
        let message = format!(
            "{} manages `{}` but does not let `{}` use its data",
            first.right.words(),
            target.title,
            consumer.title
        );
        let new = role_for(need.need);
        let mut draft = Draft::new(by.address.clone(), written.span, message)
            .note("manages only")
            .label(need.at, format!("used as {} here", graph.actor(need)))
            .because(written)
            .because(&first.scope)
            .because(&need.value)
            .doubt(by.presence.and(target.presence).and(consumer.presence))
            .help(match need.need {
                Need::Items => "assign a role of the account with sqlRoleAssignments".to_owned(),
                Need::Messages => {
                    "grant the role Azure Service Bus Data Sender or Azure Service Bus Data Receiver instead".to_owned()
                }
                Need::Events => {
                    "grant the role Azure Event Hubs Data Sender or Azure Event Hubs Data Receiver instead".to_owned()
                }
                _ => format!("grant the role {new} instead"),
            });
        for other in others {
            draft = draft.label(other.span, "manages only as well");
        }
        cx.report(draft.fix(fix(cx, first, need.need)));
    }
}

fn role_for(need: Need) -> &'static str {
    // Only a registry that decides by repository permissions comes here.
    if need == Need::PullImage { "Container Registry Repository Reader" } else { need.required().role }
}

/// The role that is needed, where there is one that fits most.
fn fix(cx: &Cx<'_>, grant: &Grant, need: Need) -> Option<crate::finding::Fix> {
    if matches!(need, Need::Messages | Need::Events | Need::Items) {
        return None;
    }
    let Right::Role { written, .. } = &grant.right else { return None };
    let role = grant.right.built_in()?.first().copied()?;
    instead::grant(cx.graph, written, role, role_for(need))
}
