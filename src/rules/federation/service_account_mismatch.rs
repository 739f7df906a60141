use super::accounts::{Account, is_text};
use crate::azure::audiences;
use crate::finding::Fix;
use crate::graph::{Federation, Graph, Holder, IdKind, Mode, Property, ResourceId, ServiceAccount, Workload};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for credential in &graph.federations {
        let issuers = credential.issuer.as_ref().map(|issuer| graph.issuers(issuer)).unwrap_or_default();
        let is_cluster = !issuers.is_empty() && issuers.iter().all(|one| one.is_some_and(|one| one.is_cluster()));
        let Some(subject) = credential.subject().filter(|_| is_cluster) else { continue };
        let Some(texts) = graph.texts(subject) else { continue };
        let accounts: Vec<Option<Account>> =
            texts.iter().map(|text| Account::of_subject(text.as_str().unwrap_or_default())).collect();
        if accounts.iter().all(Option::is_none) {
            no_account(cx, credential, &texts, &graph.known(subject));
        } else if let ([Some(account)], [text]) = (accounts.as_slice(), texts.as_slice())
            && let Some(holder) = credential.holder
        {
            compare(cx, &Trust { credential, holder, subject: text, account });
        }
    }
}

/// A credential of an identity for the tokens of one service account.
struct Trust<'t> {
    credential: &'t Federation,
    holder: Holder,
    subject: &'t Value,
    account: &'t Account,
}

impl Trust<'_> {
    fn draft(&self, cx: &Cx<'_>, span: Span, message: String) -> Option<Draft> {
        let resource = cx.graph.resource(self.credential.by)?;
        let draft = Draft::new(resource.address.clone(), span, message).if_present(resource);
        Some(draft.label(self.subject.span, "trusted here").because(self.subject))
    }
}

/// A subject that is no service account's.
fn no_account(cx: &mut Cx<'_>, credential: &Federation, texts: &[Value], known: &Value) {
    let (Some(first), Some(resource)) = (texts.first(), cx.graph.resource(credential.by)) else { return };
    let Some(text) = first.as_str() else { return };
    // A star is another mistake.
    if texts.iter().any(|text| text.as_str().is_some_and(|text| text.contains('*'))) {
        return;
    }
    let value = if texts.len() == 1 { first } else { known };
    let meant = Account::meant(text).filter(|_| texts.len() == 1).map(|account| account.subject());
    let edit = meant.as_ref().and_then(|meant| cx.graph.other_text(first, meant));
    let wanted = meant.unwrap_or_else(|| "system:serviceaccount:<namespace>:<name>".to_owned());
    let message = format!("`{}` expects the subject `{text}`, which no service account has", credential.title);
    cx.report(
        Draft::new(resource.address.clone(), value.span, message)
            .note("namespace and name, parted by colons")
            .because(value)
            .if_present(resource)
            .help(format!("write `{wanted}`"))
            .fix(edit.map(|edit| Fix::suggested(format!("write `{wanted}`"), edit))),
    );
}

/// The credential, the account and the pods that run as it.
fn compare(cx: &mut Cx<'_>, trust: &Trust<'_>) {
    let kubernetes = cx.graph.kubernetes();
    let mut found = kubernetes.accounts.iter().filter(|account| trust.account.is(cx.graph, account) != Truth::No);
    let Some(declared) = found.next() else { return other_namespace(cx, trust, &kubernetes.accounts) };
    let is_sure = declared.settled && trust.account.is(cx.graph, declared) == Truth::Yes;
    if !is_sure || found.next().is_some() {
        return;
    }
    match &declared.client_id {
        Property::Absent => without_annotation(cx, trust, declared, &kubernetes.workloads),
        Property::Is(client) => annotation(cx, trust, client),
        Property::Unknown(_) => {}
    }
    for workload in &kubernetes.workloads {
        label(cx, trust, workload);
    }
}

/// The account is not there, but one of its name is in another namespace.
fn other_namespace(cx: &mut Cx<'_>, trust: &Trust<'_>, accounts: &[ServiceAccount]) {
    let graph = cx.graph;
    let of_that_name =
        |account: &&ServiceAccount| is_text(graph, Some(&account.name), &trust.account.name) != Truth::No;
    let mut found = accounts.iter().filter(of_that_name);
    let (Some(account), None) = (found.next(), found.next()) else { return };
    let Some(place) = account.namespace.as_ref().filter(|_| account.settled) else { return };
    let known = graph.known(place);
    let (Some(namespace), Property::Is(client)) = (known.as_str(), &account.client_id) else { return };
    let other = Account { namespace: namespace.to_owned(), name: trust.account.name.clone() };
    let is_free = graph.sees_all_credentials()
        && graph.federations.iter().all(|one| other.is_trusted_by(graph, one) == Truth::No);
    // The client id of this very identity leaves no doubt, a literal one may be another's.
    let is_its = match graph.identity_of(client) {
        Some(id) if trust.holder == Holder::Identity(id) => Truth::Yes,
        Some(_) => Truth::No,
        None => graph.known(client).as_str().map_or(Truth::No, |_| Truth::Maybe),
    };
    if !is_free || is_its == Truth::No || is_text(graph, Some(&account.name), &other.name) != Truth::Yes {
        return;
    }
    let message = format!(
        "`{}` trusts the service account `{}`, but it is declared as `{other}`",
        title(cx, trust),
        trust.account
    );
    let Some(draft) = trust.draft(cx, trust.subject.span, message) else { return };
    let wanted = format!("write `{}`", other.subject());
    let edit = graph.other_text(trust.subject, &other.subject());
    cx.report(
        draft
            .note("no such account here")
            .label(place.span, "it is in this namespace")
            .label(client.span, "and asks for tokens")
            .doubt(is_its)
            .help(wanted.clone())
            .fix(edit.map(|edit| Fix::suggested(wanted, edit))),
    );
}

/// Neither the account nor its pods say whose tokens they want.
fn without_annotation(cx: &mut Cx<'_>, trust: &Trust<'_>, declared: &ServiceAccount, workloads: &[Workload]) {
    let mut runs = workloads.iter().filter(|workload| trust.account.runs(cx.graph, workload) != Truth::No).peekable();
    let is_silent = |workload: &Workload| {
        let own = trust.account.runs(cx.graph, workload) == Truth::Yes && workload.settled;
        own && workload.names_client == Truth::No && workload.audiences.is_empty() && !workload.more_tokens
    };
    if runs.peek().is_none() || !runs.all(is_silent) {
        return;
    }
    let name = title(cx, trust);
    let message = format!(
        "the service account `{}` does not name `{name}`, so its pods will not ask for its tokens",
        trust.account
    );
    let Some(draft) = trust.draft(cx, declared.name.span, message) else { return };
    let help = format!("add the annotation `azure.workload.identity/client-id` with the client id of `{name}`");
    // A client may be told in other ways.
    cx.report(draft.note("without the annotation").doubt(Truth::Maybe).help(help));
}

/// The account asks for tokens of an identity that does not trust it.
fn annotation(cx: &mut Cx<'_>, trust: &Trust<'_>, client: &Value) {
    let graph = cx.graph;
    let is_made = |id: &ResourceId| graph.resource(*id).is_some_and(|resource| resource.mode == Mode::Managed);
    let other = graph.identity_of(client).filter(is_made).filter(|id| !graph.stands_for_any(*id));
    let Some(other) = other.filter(|id| trust.holder != Holder::Identity(*id)) else { return };
    let trusts = graph.federations.iter().any(|one| {
        let may_be_its = one.holder.is_none_or(|holder| holder == Holder::Identity(other));
        may_be_its && trust.account.is_trusted_by(graph, one) != Truth::No
    });
    if trusts || !graph.sees_all_credentials() {
        return;
    }
    let (name, other_name) = (title(cx, trust), graph.title(other));
    let message =
        format!("the service account `{}` asks for tokens of `{other_name}`, which does not trust it", trust.account);
    let Some(draft) = trust.draft(cx, client.span, message) else { return };
    let edit = graph.refer_to(client, trust.holder.id(), IdKind::Client, other);
    cx.report(
        draft
            .note("another identity")
            .because(client)
            .help(format!("name `{name}`, or let `{other_name}` trust the account"))
            .fix(edit.map(|edit| Fix::suggested(format!("name `{name}`"), edit))),
    );
}

/// Pods that the webhook does not touch.
fn label(cx: &mut Cx<'_>, trust: &Trust<'_>, workload: &Workload) {
    let Some(account) = &workload.account else { return };
    let own_token = workload.more_tokens || workload.audiences.iter().any(|one| may_be_standard(cx.graph, one));
    if own_token || !workload.settled || trust.account.runs(cx.graph, workload) != Truth::Yes {
        return;
    }
    let known = match &workload.label {
        Property::Absent => None,
        Property::Is(value) => Some(cx.graph.known(value)),
        Property::Unknown(_) => return,
    };
    let says_no = known.as_ref().is_none_or(|value| value.as_str().is_some_and(|text| text != "true"));
    if !says_no && known.as_ref().and_then(Value::as_bool) != Some(false) {
        return;
    }
    let name = title(cx, trust);
    let (span, lack, note) = match &known {
        Some(value) => (value.span, "their label `azure.workload.identity/use` is not `true`", "says no"),
        None => (account.span, "they lack the label `azure.workload.identity/use`", "runs as a trusted account"),
    };
    let message = format!("pods of `{}` get no token for `{name}`: {lack}", workload.title);
    let Some(mut draft) = trust.draft(cx, span, message) else { return };
    if let Some(value) = &known {
        draft = draft.label(account.span, "runs as a trusted account").because(value);
    }
    let edit = known.as_ref().and_then(|value| cx.graph.other_text(value, "true"));
    cx.report(
        draft
            .note(note)
            .help("add `azure.workload.identity/use: \"true\"` to the labels of the pod template")
            .fix(edit.map(|edit| Fix::suggested("set the label to `true`", edit))),
    );
}

fn may_be_standard(graph: &Graph<'_>, audience: &Value) -> bool {
    graph.known(audience).as_str().is_none_or(|text| audiences::STANDARDS.contains(&text))
}

fn title(cx: &Cx<'_>, trust: &Trust<'_>) -> std::sync::Arc<str> {
    cx.graph.holder_title(trust.holder)
}
