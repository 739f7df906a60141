use crate::finding::Fix;
use crate::graph::Recordable;
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for leak in cx.graph.recorded_secrets() {
        let Some((first, others)) = leak.places.split_first() else { continue };
        let what = match &leak.secret {
            Recordable::Parameter(name) => format!("the secure parameter `{name}`"),
            Recordable::Listed(function) => format!("what `{}` returns", function_shown(function)),
            Recordable::Output(name) => format!("the secure output `{name}`"),
        };
        let deployment = leak
            .deployment
            .as_ref()
            .map_or("a nested deployment".to_owned(), |name| format!("nested deployment `{name}`"));
        let message = format!("{deployment} writes {what} into the deployment history in clear text");
        let mut draft = Draft::new(leak.subject.clone(), *first, message)
            .note("evaluated before the nested template is handed over")
            .label(leak.header, "its expressions are those of the template around it")
            .doubt(leak.presence)
            .fix(leak.remedy.map(|edit| Fix::safe("let the nested template evaluate its own expressions", edit)));
        if let Some(origin) = leak.origin {
            let note = match leak.secret {
                Recordable::Parameter(_) => "declared secure here",
                Recordable::Listed(_) | Recordable::Output(_) => "fetched here",
            };
            draft = draft.label(origin, note);
        }
        for place in others {
            draft = draft.label(*place, "and here");
        }
        cx.report(draft.help(
            "declare a secure parameter in the nested template, give it the value in `parameters`, and evaluate the template in \
             the scope `inner`; a module of Bicep does all that. What was deployed so counts as known: change it",
        ));
    }
}

/// The usual spelling of a function's name, as far as it is one that is used every day.
fn function_shown(function: &str) -> &str {
    const USUAL: [&str; 9] = [
        "list",
        "listKeys",
        "listSecrets",
        "listCredentials",
        "listConnectionStrings",
        "listAdminKeys",
        "listQueryKeys",
        "listAccountSas",
        "listServiceSas",
    ];
    USUAL.into_iter().find(|usual| usual.eq_ignore_ascii_case(function)).unwrap_or(function)
}
