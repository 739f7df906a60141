use crate::azure::audiences::{STANDARD, STANDARDS};
use crate::finding::Fix;
use crate::graph::{Federation, Graph, Issuer};
use crate::resolve::value::{Kind, Truth, Value, part_of};
use crate::rules::{Cx, Draft};
use crate::text::distance;

/// Texts further away than this are other audiences, not misspelt ones.
const NEAR: usize = 2;

/// What a list of audiences can be.
enum Audience {
    /// One.
    One(Value),
    /// Another number of them, which is refused (learn.microsoft.com,
    /// entra/workload-id/workload-identity-federation-considerations).
    Number(usize),
}

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for credential in &graph.federations {
        let Some(written) = &credential.audiences else { continue };
        let Some(audiences) = audiences(graph, written) else { continue };
        let is_bad = |audience: &Audience| match audience {
            Audience::One(text) => text.as_str().is_some_and(|text| is_unexpected(graph, credential, text)),
            Audience::Number(_) => true,
        };
        if audiences.iter().all(is_bad)
            && let Some(first) = audiences.first()
        {
            report(cx, credential, written, first, audiences.len() == 1);
        }
    }
}

/// Everything that the audiences of a credential can be, if all of it is known.
fn audiences(graph: &Graph<'_>, written: &Value) -> Option<Vec<Audience>> {
    let known = graph.known(written);
    let mut found = Vec::new();
    for one in known.alternatives() {
        match &one.kind {
            Kind::List(list) if list.rest.is_none() => match list.items.as_ref() {
                [only] => found.extend(graph.texts(&part_of(one, only))?.into_iter().map(Audience::One)),
                items => found.push(Audience::Number(items.len())),
            },
            Kind::Text(_) => found.extend(graph.texts(one)?.into_iter().map(Audience::One)),
            _ => return None,
        }
    }
    Some(found)
}

fn is_unexpected(graph: &Graph<'_>, credential: &Federation, audience: &str) -> bool {
    if STANDARDS.contains(&audience) {
        return false;
    }
    let asked = graph.asks_for(audience);
    if audience == "*" || meant(audience).is_some() {
        return asked != Truth::Yes;
    }
    // Of these nobody asks for anything else, unless on purpose; of others everybody asks for what they like.
    let issuers = credential.issuer.as_ref().map(|issuer| graph.issuers(issuer)).unwrap_or_default();
    asked == Truth::No
        && !issuers.is_empty()
        && issuers.iter().all(|issuer| !matches!(issuer, None | Some(Issuer::Other)))
}

/// The standard audience that is only misspelt.
fn meant(audience: &str) -> Option<&'static str> {
    fn core(text: &str) -> String {
        let text = text.to_lowercase();
        let text = text.trim().trim_matches('/');
        text.strip_prefix("api://").unwrap_or(text).to_owned()
    }
    let written = core(audience);
    let near = |standard: &&&str| distance(&written, &core(standard), NEAR) <= NEAR;
    STANDARDS.iter().filter(near).min_by_key(|standard| distance(&written, &core(standard), NEAR)).copied()
}

fn report(cx: &mut Cx<'_>, credential: &Federation, written: &Value, audience: &Audience, only: bool) {
    let Some(resource) = cx.graph.resource(credential.by) else { return };
    let (span, message, note) = match audience {
        Audience::One(text) => (
            text.span,
            format!(
                "`{}` expects tokens for `{}`, which its issuer is not asked for",
                credential.title,
                text.as_str().unwrap_or_default()
            ),
            "not the audience of any token for Entra ID",
        ),
        Audience::Number(number) => {
            let has = if *number == 0 { "no audience".to_owned() } else { format!("{number} audiences") };
            let message = format!("`{}` has {has}, and exactly one is accepted", credential.title);
            (written.span, message, "one entry is accepted")
        }
    };
    let standard = match audience {
        Audience::One(text) => text.as_str().and_then(meant),
        Audience::Number(_) => None,
    };
    let standard = standard.unwrap_or(STANDARD);
    let mut draft = Draft::new(resource.address.clone(), span, message).note(note);
    if let Some(issuer) = &credential.issuer {
        draft = draft.label(issuer.span, "these tokens are trusted");
    }
    draft = match audience {
        Audience::One(text) => {
            let edit = cx.graph.other_text(text, standard).filter(|_| only);
            draft.because(text).fix(edit.map(|edit| Fix::suggested("write the standard audience", edit)))
        }
        Audience::Number(_) => draft.because(written).certain(),
    };
    cx.report(draft.if_present(resource).help(format!("write `{standard}`")));
}
