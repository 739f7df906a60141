use crate::azure::secrets::{is_placeholder, shown};
use crate::finding::{Fix, Severity};
use crate::graph::{ProviderCredential, Takes};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for credential in cx.graph.provider_credentials() {
        let of_text = |one| Value::as_str(one).filter(|text| !stands_for_none(text));
        let literals: Option<Vec<&str>> = credential.value.alternatives().iter().map(of_text).collect();
        let draft = match (&credential.input, literals.as_deref()) {
            (Some(input), _) => {
                fed(&credential, input).filter(|_| literals.is_some() || credential.value.why().is_some())
            }
            (None, Some([text, ..])) => Some(literal(&credential, text)),
            (None, _) => None,
        };
        let Some(draft) = draft else { continue };
        let fix = credential.edit.clone().map(|edit| Fix::suggested("log in as an identity instead", edit));
        cx.report(draft.label(credential.header, "configured here").fix(fix));
    }
}

/// A credential that stands in the code.
fn literal(credential: &ProviderCredential, text: &str) -> Draft {
    let message = format!("{} {}: {}", login(credential), "that stands in the code", shown(text));
    let span = credential.value.alternatives().first().map_or(credential.written, |one| one.span);
    let mut draft = Draft::new(credential.subject.clone(), span, message)
        .note(shown(text))
        .because(&credential.value)
        .help(format!("{}. What was committed counts as known: change it", way_out(credential)));
    for one in credential.value.alternatives() {
        draft = draft.secret(one.span);
    }
    draft
}

/// A credential that whoever deploys has to have. Where no identity can log in there is no other way.
fn fed(credential: &ProviderCredential, input: &str) -> Option<Draft> {
    let message = format!("{} that input `{input}` has to bring", login(credential));
    let draft = Draft::new(credential.subject.clone(), credential.written, message)
        .note("a secret that somebody has to keep and renew")
        .severity(Severity::Medium)
        .doubt(Truth::Maybe)
        .help(way_out(credential));
    (!credential.instead.is_empty()).then_some(draft)
}

fn login(credential: &ProviderCredential) -> String {
    let with = match credential.takes {
        Takes::ClientSecret => "a client secret",
        Takes::Certificate => "a client certificate",
        Takes::CertificatePassword => "the password of a client certificate",
        Takes::AccountKey => "an account key",
        Takes::Signature => "a shared access signature",
    };
    format!("{} logs in with {with}", credential.what)
}

fn way_out(credential: &ProviderCredential) -> &'static str {
    match (credential.takes, credential.instead.is_empty()) {
        (Takes::AccountKey | Takes::Signature, _) => {
            "set `use_azuread_auth = true` and grant the identity that deploys `Storage Blob Data Contributor` on the container"
        }
        (_, false) => {
            "let the pipeline log in by workload identity federation, `use_oidc = true`, or run where there is a managed \
             identity, `use_msi = true`"
        }
        (_, true) => "hand it over in the environment, from a vault",
    }
}

/// Whether a text stands for a credential that is put there later, or for none.
fn stands_for_none(text: &str) -> bool {
    let mut letters = text.chars().filter(|letter| letter.is_alphanumeric());
    let first = letters.next();
    is_placeholder(text) || letters.all(|letter| Some(letter) == first)
}
