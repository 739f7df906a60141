use std::collections::BTreeMap;

use super::shown;
use crate::finding::Severity;
use crate::graph::{Federation, Graph, Holder, Issuer, claims};
use crate::resolve::value::{Kind, Ref, TextPart, Truth, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

/// How many credentials an identity or application takes, and what names they have (learn.microsoft.com,
/// entra/workload-id/workload-identity-federation-considerations).
const MOST: usize = 20;
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=120;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for credential in &graph.federations {
        wildcard(cx, credential);
        name(cx, credential);
        any_repository(cx, credential);
    }
    pairs(cx);
    too_many(cx);
}

/// A star in a text that is compared letter by letter.
fn wildcard(cx: &mut Cx<'_>, credential: &Federation) {
    let Some(subject) = credential.subject() else { return };
    for written in std::iter::once(subject).chain(&credential.issuer) {
        let known = cx.graph.known(written);
        let texts: Vec<Value> = known.alternatives().iter().map(|one| cx.graph.known(one)).collect();
        let Some(first) = texts.first().filter(|_| texts.iter().all(has_star)) else { continue };
        let message =
            format!("`{}` takes the `*` in `{}` literally, so no token will match", credential.title, shown(first));
        let value = if texts.len() == 1 { first } else { &known };
        let Some(draft) = draft(cx, credential, value.span, message) else { continue };
        cx.report(draft.note("no wildcard here").because(value).help(instead_of_star(cx.graph, credential)));
    }
}

fn has_star(value: &Value) -> bool {
    let is_star = |part: &TextPart| matches!(part, TextPart::Text(text) if text.contains('*'));
    matches!(&value.kind, Kind::Text(text) if text.parts().iter().any(is_star))
}

fn instead_of_star(graph: &Graph<'_>, credential: &Federation) -> &'static str {
    let issuers = credential.issuer.as_ref().map(|issuer| graph.issuers(issuer)).unwrap_or_default();
    match issuers.as_slice() {
        [Some(Issuer::GitHub)] => "name one branch, tag or environment; for many, trust an environment of GitHub",
        [Some(issuer)] if issuer.is_cluster() => "name one service account; for many, make a credential for each",
        _ => "write the whole text, as the tokens carry it",
    }
}

/// A name that Azure does not take.
fn name(cx: &mut Cx<'_>, credential: &Federation) {
    let Some(name) = credential.name.as_ref().map(|name| cx.graph.known(name)) else { return };
    let Some(text) = name.as_str().filter(|text| !is_name(text)) else { return };
    let message = format!("`{text}` is no valid name, so Azure will refuse the federated credential");
    let Some(draft) = draft(cx, credential, name.span, message) else { return };
    let draft = draft.note("3 to 120 letters, digits, dashes and underscores").because(&name);
    cx.report(draft.help("write a name of 3 to 120 letters, digits, - and _"));
}

fn is_name(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    NAME_LENGTH.contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(is_letter)
}

/// An expression by which every repository of an organisation is let in, or every one at all.
fn any_repository(cx: &mut Cx<'_>, credential: &Federation) {
    let (Some(expression), Some(issuer)) = (credential.expression(), &credential.issuer) else { return };
    let is_github = cx.graph.issuers(issuer).iter().all(|issuer| *issuer == Some(Issuer::GitHub));
    let Some(texts) = cx.graph.texts(expression).filter(|_| is_github) else { return };
    let patterns: Option<Vec<String>> = texts.iter().map(|text| open_pattern(text.as_str()?)).collect();
    let Some((first, pattern)) = texts.first().zip(patterns.as_ref().and_then(|patterns| patterns.first())) else {
        return;
    };
    let message = format!("`{}` lets in every repository that `{pattern}` matches", credential.title);
    let Some(draft) = draft(cx, credential, first.span, message) else { return };
    cx.report(
        draft
            .note("leaves the repository open")
            .because(first)
            .severity(Severity::Medium)
            .help("name the repository, or add a claim such as job_workflow_ref"),
    );
}

/// The pattern of the subject, if nothing else is asked for and it says nothing of the repository.
fn open_pattern(expression: &str) -> Option<String> {
    let [only] = <[_; 1]>::try_from(claims(expression)?).ok()?;
    if only.name != "sub" || !only.is_pattern {
        return None;
    }
    let is_open = only.text == "*"
        || only.text.strip_prefix("repo:").is_some_and(|rest| {
            rest.starts_with('*') || rest.split_once('/').is_some_and(|(_, repository)| repository.starts_with('*'))
        });
    is_open.then_some(only.text)
}

/// What of two texts is compared: the text itself, or the attribute of a resource.
#[derive(PartialEq)]
enum Said {
    Text(String),
    Attribute(Ref),
}

fn said(graph: &Graph<'_>, value: &Value) -> Option<Said> {
    let known = graph.known(value);
    match &known.kind {
        Kind::Ref(reference) if !reference.many => Some(Said::Attribute(reference.clone())),
        _ => known.as_str().map(|text| Said::Text(text.to_owned())),
    }
}

/// Two credentials of one identity for the same subject of the same issuer.
fn pairs(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for (_, credentials) in by_holder(graph) {
        let mut seen: Vec<(Said, Said, &Federation)> = Vec::new();
        for credential in credentials {
            let (Some(subject), Some(issuer)) = (credential.subject(), &credential.issuer) else { continue };
            let (Some(one), Some(other)) = (said(graph, subject), said(graph, issuer)) else { continue };
            match seen.iter().find(|(subject, issuer, _)| *subject == one && *issuer == other) {
                Some((.., first)) => same_pair(cx, credential, first),
                None => seen.push((one, other, credential)),
            }
        }
    }
}

fn same_pair(cx: &mut Cx<'_>, later: &Federation, first: &Federation) {
    let (Some(subject), Some(before)) = (later.subject(), first.subject()) else { return };
    let (mut here, mut there) = (subject.span, before.span);
    if here == there {
        // What both take from one place is pointed at where they take it.
        let taken = |value: &Value| value.via.as_ref().map_or(value.span, |step| step.span);
        (here, there) = (taken(subject), taken(before));
    }
    let message = format!(
        "`{}` trusts the same subject of the same issuer as `{}`, so Azure will refuse it",
        later.title, first.title
    );
    let Some(mut draft) = draft(cx, later, here, message) else { return };
    draft = draft.note("the same pair again").label(there, "the first one");
    for issuer in later.issuer.iter().chain(&first.issuer) {
        draft = draft.label(issuer.span, "the same issuer");
    }
    let assumed = [Some(subject), Some(before), later.issuer.as_ref(), first.issuer.as_ref()];
    for value in assumed.into_iter().flatten().filter(|value| value.assumed) {
        draft = draft.because(value);
    }
    cx.report(draft.help("remove one of the two"));
}

/// More credentials than one identity takes.
fn too_many(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for (holder, credentials) in by_holder(graph) {
        let Some(beyond) = credentials.get(MOST) else { continue };
        let (Some(resource), Some(owner)) = (graph.resource(beyond.by), graph.resource(holder.id())) else { continue };
        let title = graph.holder_title(holder);
        let message =
            format!("`{title}` would have {} federated credentials, and Azure accepts {MOST}", credentials.len());
        cx.report(
            Draft::new(resource.address.clone(), resource.span, message)
                .note("the twenty-first")
                .label(owner.span, "of this one")
                .help("spread them over several identities, or use a flexible credential"),
        );
    }
}

/// Credentials that are certainly made, in the order of the text, by whom they certainly are of.
fn by_holder<'g>(graph: &'g Graph<'_>) -> Vec<(Holder, Vec<&'g Federation>)> {
    let mut found: BTreeMap<(u32, bool), (Holder, Vec<&Federation>)> = BTreeMap::new();
    let is_sure = |one: &&Federation| one.presence == Truth::Yes && !graph.stands_for_any(one.by);
    for credential in graph.federations.iter().filter(is_sure) {
        let Some(holder) = credential.holder.filter(|holder| !graph.stands_for_any(holder.id())) else { continue };
        let key = (holder.id().0, matches!(holder, Holder::Identity(_)));
        found.entry(key).or_insert((holder, Vec::new())).1.push(credential);
    }
    let place = |one: &&Federation| (graph.resource(one.by).map(|resource| resource.span), one.by);
    found.values_mut().for_each(|(_, credentials)| credentials.sort_by_key(place));
    found.into_values().collect()
}

fn draft(cx: &Cx<'_>, credential: &Federation, span: Span, message: String) -> Option<Draft> {
    let resource = cx.graph.resource(credential.by)?;
    Some(Draft::new(resource.address.clone(), span, message).if_present(resource))
}
