use super::shown;
use crate::graph::{Federation, Grant, Graph, Issuer, claims};
use crate::resolve::value::{Kind, Truth, Value};
use crate::rules::{Cx, Draft};
use crate::text::matches;

/// Whom a subject lets in besides those who are meant.
#[derive(PartialEq)]
enum Broad {
    /// Every run for a pull request of a repository, which whoever may push a branch can start.
    PullRequests(String),
    /// Every pod of a namespace that says nothing of its service account.
    Namespace(String),
    /// Every run that a pattern matches, those for pull requests among them.
    Runs(String),
}

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for credential in &graph.federations {
        let Some((place, broad)) = broad(graph, credential) else { continue };
        let Some(holder) = credential.holder else { continue };
        let principals = graph.principals_of(holder);
        let grants = graph.grants.iter().filter(|grant| {
            let to_holder = principals.iter().any(|wanted| graph.reaches(&grant.principal, wanted) == Truth::Yes);
            to_holder && graph.does_more_than_read(&grant.right) == Truth::Yes
        });
        if let Some(grant) = grants.min_by_key(|grant| (grant.span, grant.by)) {
            report(cx, credential, &place, &broad, grant);
        }
    }
}

/// What is too broad, if it is whatever a condition picks, and where it stands.
fn broad(graph: &Graph<'_>, credential: &Federation) -> Option<(Value, Broad)> {
    let issuers = credential.issuer.as_ref().map(|issuer| graph.issuers(issuer)).unwrap_or_default();
    let is_github = !issuers.is_empty() && issuers.iter().all(|issuer| *issuer == Some(Issuer::GitHub));
    let written = credential.subject().or_else(|| credential.expression())?;
    let is_expression = credential.expression().is_some();
    let known = graph.known(written);
    let each = known.alternatives().iter().map(|one| {
        let one = graph.known(one);
        matches!(one.kind, Kind::Text(_)).then_some(())?;
        if is_expression {
            return one.as_str().filter(|_| is_github).and_then(runs);
        }
        let subject = shown(&one);
        account(&subject).or_else(|| pull_requests(&subject).filter(|_| is_github))
    });
    let each: Option<Vec<Broad>> = each.collect();
    Some((known.clone(), each?.into_iter().next()?))
}

/// `system:serviceaccount:<namespace>:default`, which pods run as that name no service account
/// (kubernetes.io, docs/concepts/security/service-accounts).
fn account(subject: &str) -> Option<Broad> {
    let namespace = subject.strip_prefix("system:serviceaccount:")?.strip_suffix(":default")?;
    (!namespace.is_empty() && !namespace.contains(':')).then(|| Broad::Namespace(namespace.to_owned()))
}

/// `repo:<owner>/<repository>:pull_request` (docs.github.com, actions/reference/security/oidc).
fn pull_requests(subject: &str) -> Option<Broad> {
    let repository = subject.strip_prefix("repo:")?.strip_suffix(":pull_request")?;
    (!repository.is_empty() && !repository.contains(':')).then(|| Broad::PullRequests(repository.to_owned()))
}

/// An expression of the subject alone that keeps to one repository and matches pull requests of it.
fn runs(expression: &str) -> Option<Broad> {
    let [only] = <[_; 1]>::try_from(claims(expression)?).ok()?;
    let subject = only.text.strip_prefix("repo:").filter(|_| only.name == "sub")?;
    let (repository, rest) = subject.split_once(':')?;
    if !only.is_pattern || rest == "pull_request" {
        return pull_requests(&only.text);
    }
    let is_one = repository.contains('/') && !repository.contains(['*', '?']);
    (is_one && matches(rest, "pull_request")).then_some(Broad::Runs(only.text))
}

fn report(cx: &mut Cx<'_>, credential: &Federation, place: &Value, broad: &Broad, grant: &Grant) {
    let (Some(resource), Some(holder)) = (cx.graph.resource(credential.by), credential.holder) else { return };
    // What is not known at all is not shown.
    let named = |text: &str, otherwise: &str| if text == "…" { otherwise.to_owned() } else { format!("`{text}`") };
    let (who, note, help) = match broad {
        Broad::PullRequests(repository) => (
            format!("every pull request of {}", named(repository, "a repository")),
            "whoever may push a branch can open one",
            "trust an environment or a branch, and give pull requests an identity that only reads",
        ),
        Broad::Namespace(namespace) => (
            format!("every pod of namespace {} that names no service account", named(namespace, "…")),
            "the account of pods that name none",
            "give the workload a service account of its own",
        ),
        Broad::Runs(pattern) => (
            format!("every run that `{pattern}` matches, pull requests included,"),
            "matches pull requests too",
            "trust an environment or a branch, and give pull requests an identity that only reads",
        ),
    };
    let message = format!(
        "{who} can act as `{}`, which has {}",
        cx.graph.holder_title(holder),
        cx.graph.right_title(&grant.right)
    );
    let role = match &grant.right {
        crate::graph::Right::Role { written, .. } => written.span,
        _ => grant.span,
    };
    cx.report(
        Draft::new(resource.address.clone(), place.span, message)
            .note(note)
            .label(role, "what it may do")
            .because(place)
            .if_present(resource)
            .doubt(grant.presence)
            .help(help),
    );
}
