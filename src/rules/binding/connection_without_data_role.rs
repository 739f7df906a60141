use super::instead;
use crate::finding::Severity;
use crate::graph::{Declared, Grant, Need, Resolver, Resource, Right, Standing, Use};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for need in graph.uses.iter().filter(|need| is_connection(need.need)) {
        let Some((consumer, target)) = graph.resource(need.consumer).zip(need.target.and_then(|id| graph.resource(id)))
        else {
            continue;
        };
        let Resolver::Principal(principal) = &need.identity else {
            let more = graph.site(need.consumer).and_then(|site| site.more_settings.as_ref());
            if let Some(why) = more.filter(|_| need.identity == Resolver::Unknown) {
                let reason = format!("as whom `{}` connects to `{}`: {}", consumer.title, target.title, why.reason);
                cx.undecided(consumer.address.clone(), reason, why.span);
            }
            continue;
        };
        let standing = graph.standing(principal, target.id, need.need);
        if let Standing::Unknown(reason, span) = standing {
            let reason = format!("whether `{}` may use `{}`: {reason}", consumer.title, target.title);
            cx.undecided(consumer.address.clone(), reason, span);
            continue;
        }
        // What its site has and the slot has not is the slot's own mistake.
        let site_may = graph.site_may(need);
        match standing {
            Standing::Missing if !site_may => report(cx, need, consumer, target, None),
            Standing::Partly(grant) if !site_may => report(cx, need, consumer, target, Some(grant)),
            _ => {}
        }
    }
}

fn is_connection(need: Need) -> bool {
    !matches!(need, Need::ReadSecret | Need::ReadSetting | Need::PullImage)
}

fn report(cx: &mut Cx<'_>, need: &Use, consumer: &Resource, target: &Resource, partly: Option<&Grant>) {
    let graph = cx.graph;
    let verb = if need.need == Need::UseKeys { "encrypts" } else { "connects" };
    let (actor, name, required) = (graph.actor(need), &target.title, need.need.required());
    let does = match need.need {
        Need::HostState => format!("`{}` keeps its host state in `{name}`", consumer.title),
        Need::UseKeys => format!("`{}` encrypts with a key of `{name}`", consumer.title),
        _ => format!("`{}` connects to `{name}`", consumer.title),
    };
    let lacks = match (need.need, partly) {
        (Need::HostState, Some(grant)) => format!("has {} there, not Owner", grant.right.words()),
        (_, Some(grant)) => {
            let topic = graph.named_by(&grant.scope).map(|id| graph.title(id)).unwrap_or_default();
            format!("may receive from the topic `{topic}` but not from its subscriptions")
        }
        (Need::HostState, None) => "has no role for blobs there".to_owned(),
        (Need::SendMessages | Need::SendEvents | Need::AddToQueue, None) => "may not send there".to_owned(),
        (Need::UseKeys, None) => "may not use its keys".to_owned(),
        (_, None) => format!("has no role for its {}", required.what),
    };
    let message = format!("{does} as {actor}, which {lacks}");
    let lead = match need.need {
        Need::UseKeys if graph.vault(target.id).is_some_and(|vault| vault.rbac == Truth::No) => {
            format!(
                "give the identity an access policy on `{name}` with the key permissions Get, WrapKey and UnwrapKey"
            )
        }
        Need::Items => format!("assign the identity a role of the account, such as {}", required.role),
        _ => format!("grant the identity the role {} on `{name}`", required.role),
    };
    let mut draft = Draft::new(consumer.address.clone(), need.at, message)
        .note(format!("{verb} as {actor}"))
        .because(&need.value)
        .doubt(consumer.presence.and(target.presence))
        .help(lead);
    draft = match partly {
        Some(grant) => {
            let (part, fix) = match &grant.right {
                Right::Role { written, .. } => {
                    let role = grant.right.built_in().and_then(|roles| roles.first().copied());
                    let fix = role.filter(|_| need.need == Need::HostState);
                    (written.span, fix.and_then(|role| instead::grant(graph, written, role, required.role)))
                }
                _ => (grant.span, None),
            };
            draft.label(part, "not enough").severity(Severity::Medium).fix(fix)
        }
        None => {
            let by_role =
                need.need != Need::UseKeys || graph.vault(target.id).is_some_and(|vault| vault.rbac == Truth::Yes);
            let by_azure = need.need != Need::Items && by_role;
            let fix = if by_azure { instead::missing(graph, need, target.id, required.role) } else { None };
            let lacking = match need.need {
                Need::SendMessages | Need::SendEvents | Need::AddToQueue => {
                    "nothing lets that identity send here".to_owned()
                }
                _ => format!("nothing grants that identity the {} here", required.what),
            };
            draft.label(target.span, lacking).fix(fix)
        }
    };
    if let Some(selected) = &need.selected {
        draft = draft.label(selected.span, format!("this identity {verb}")).because(selected);
    } else if let Some(Declared::Block(block)) = graph.host(need.consumer).map(|host| &host.declared) {
        draft = draft.label(block.kinds.span, format!("this identity {verb}")).because(&block.kinds);
    }
    cx.report(draft);
}
