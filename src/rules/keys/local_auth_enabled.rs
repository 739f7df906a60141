use crate::finding::{Fix, Severity};
use crate::graph::{Demand, LocalAuth};
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for found in cx.graph.local_auth() {
        report(cx, &found);
    }
}

fn report(cx: &mut Cx<'_>, found: &LocalAuth) {
    let graph = cx.graph;
    let Some(owner) = graph.resource(found.owner) else { return };
    let (title, what, instead) = (&owner.title, found.service.what, found.service.instead);
    let message = match (&found.demand, &found.said) {
        (Demand::Needed(needer), _) => format!("`{title}` takes {what}, which {} still needs", needer.title),
        _ if found.only_way == Truth::Yes => {
            format!("`{title}` takes {what}, and without Microsoft Entra ID nobody gets in by another way")
        }
        (Demand::Idle(_), _) => format!("`{title}` takes {what}, which nothing here needs any more"),
        (_, Some(_)) => format!("`{title}` is told to take {what}"),
        (_, None) => format!("nothing keeps `{title}` from taking {what}"),
    };
    let (span, note) = match &found.said {
        Some(said) => (said.span, "switched on here"),
        None => (owner.span, "on by default"),
    };
    let besides = found.besides.map(|besides| format!(", and {besides}")).unwrap_or_default();
    let switch = format!("set {}{besides}", found.switch);
    let mut draft = Draft::new(owner.address.clone(), span, message).note(note).if_present(owner);
    if let Some(said) = &found.said {
        draft = draft.because(said);
    }
    if found.service.only_sends {
        draft = draft.severity(Severity::Low);
    }
    let fix = || found.edit.clone().map(|edit| Fix::suggested("switch it off", edit));
    draft = match &found.demand {
        Demand::Needed(needer) => draft
            .severity(Severity::Info)
            .label(needer.span, needer.note)
            .help(format!("where that can use an identity, {instead}; then {switch}")),
        Demand::Idle(users) => {
            for (user, grant) in users {
                draft = draft.label(*grant, format!("`{}` uses it as its identity", graph.title(*user)));
            }
            // What uses it elsewhere is not seen.
            draft.doubt(Truth::Maybe).for_everybody().help(switch).fix(fix())
        }
        // Without it nobody would get in.
        _ if found.only_way != Truth::No => {
            let first = "first integrate the cluster with Microsoft Entra ID";
            draft.severity(Severity::Info).help(format!("{first}, and {instead}; only then {switch}"))
        }
        // A key may be fetched of what nobody can tell.
        Demand::Unclear => draft.help(format!("{instead}; then {switch}")),
        Demand::Unseen => {
            let draft = draft.help(format!("{instead}; then {switch}")).fix(fix());
            if found.said.as_ref().is_some_and(|said| !said.is_default()) { draft.for_everybody() } else { draft }
        }
    };
    cx.report(draft);
}
