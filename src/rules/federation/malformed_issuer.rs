use crate::finding::Fix;
use crate::graph::{Federation, Graph};
use crate::resolve::value::{Kind, TextPart, Value};
use crate::rules::{Cx, Draft};

/// Stands for what is not known in a text.
const HOLE: char = '\0';

/// Where a discovery document lies below its issuer (openid.net, openid-connect-discovery-1_0, section 4).
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// The issuers of clusters, which end in a slash (learn.microsoft.com, aks/use-oidc-issuer).
const AKS: &str = ".oic.prod-aks.azure.com";

/// The issuer of identity bindings, which does not (learn.microsoft.com, aks/identity-bindings).
const BINDINGS: &str = "ib.oic.prod-aks.azure.com";

/// The issuer of GitHub, which does not (docs.github.com, actions/reference/security/oidc).
const GITHUB: &str = "https://token.actions.githubusercontent.com";

/// What is wrong with an issuer, and what it should be.
struct Fault {
    /// What the message says is trusted.
    what: &'static str,
    corrected: String,
    aks: bool,
}

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for credential in &graph.federations {
        let Some(issuer) = credential.issuer.as_ref().map(|issuer| graph.known(issuer)) else { continue };
        let faults: Option<Vec<(Value, Fault)>> = issuer.alternatives().iter().map(|one| faulty(graph, one)).collect();
        if let Some([(first, fault), rest @ ..]) = faults.as_deref() {
            let value = if rest.is_empty() { first } else { &issuer };
            report(cx, credential, value, fault, rest.is_empty());
        }
    }
}

fn faulty(graph: &Graph<'_>, issuer: &Value) -> Option<(Value, Fault)> {
    let known = graph.known(issuer);
    let Kind::Text(text) = &known.kind else { return None };
    let parts = text.parts();
    let text: String = parts
        .iter()
        .map(|part| match part {
            TextPart::Text(text) => text.to_string(),
            TextPart::Hole(_) => HOLE.to_string(),
        })
        .collect();
    let fault = fault(&text)?;
    Some((known, fault))
}

/// The first thing that is wrong, and the text with everything put right.
fn fault(written: &str) -> Option<Fault> {
    const SCHEME: &str = "an issuer that is not an https address, so no token will match";
    let mut what = None;
    let mut text = written.trim().to_owned();
    if text != written {
        what = Some("an issuer with white space around it, which no token has");
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        if scheme.eq_ignore_ascii_case("http") {
            what = what.or(Some(SCHEME));
            text = format!("https://{rest}");
        }
    } else if begins_with_host(&text) {
        what = what.or(Some(SCHEME));
        text = format!("https://{text}");
    }
    if let Some(end) = text.trim_end_matches('/').strip_suffix(DISCOVERY).map(str::len) {
        what = what.or(Some("the discovery document instead of the issuer, so no token will match"));
        text.truncate(end);
    }
    let host = text.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let aks = host.ends_with(AKS) && host != BINDINGS;
    if aks && !text.ends_with(['/', HOLE]) {
        what = what.or(Some("an AKS issuer without the slash at its end, so no token will match"));
        text.push('/');
    }
    if text.len() > GITHUB.len() && text.trim_end_matches('/') == GITHUB {
        what = what.or(Some("the issuer of GitHub with a slash at its end, so no token will match"));
        text.truncate(GITHUB.len());
    }
    what.map(|what| Fault { what, corrected: text, aks })
}

/// Whether a text without a scheme begins with the name of a host, all of it known.
fn begins_with_host(text: &str) -> bool {
    let host = text.split('/').next().unwrap_or_default();
    let is_label = |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    host.contains('.') && host.split('.').all(is_label)
}

fn report(cx: &mut Cx<'_>, credential: &Federation, issuer: &Value, fault: &Fault, only: bool) {
    let Some(resource) = cx.graph.resource(credential.by) else { return };
    let is_whole = !fault.corrected.contains(HOLE);
    let write = if is_whole { format!("write `{}`", fault.corrected) } else { "end it with a slash".to_owned() };
    let help = match (is_whole, fault.aks) {
        (_, true) => format!("read it from the cluster, or {write}"),
        (true, false) => write,
        (false, false) => "write the issuer as its tokens carry it".to_owned(),
    };
    let edit = if is_whole {
        cx.graph.other_text(issuer, &fault.corrected)
    } else {
        cx.graph.longer_text(issuer, "/").filter(|_| fault.what.contains("without the slash"))
    };
    let title = if is_whole { format!("write `{}`", fault.corrected) } else { "write the slash".to_owned() };
    let draft =
        Draft::new(resource.address.clone(), issuer.span, format!("`{}` trusts {}", credential.title, fault.what))
            .note("not what the tokens say")
            .because(issuer)
            .if_present(resource)
            .help(help);
    cx.report(draft.fix(edit.filter(|_| only).map(|edit| Fix::safe(title, edit))));
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn issuers_are_put_right() {
        for (written, right) in [
            ("https://token.actions.githubusercontent.com", None),
            ("https://token.actions.githubusercontent.com/acme", None),
            ("https://token.actions.githubusercontent.com//", Some("https://token.actions.githubusercontent.com")),
            ("token.actions.githubusercontent.com/", Some("https://token.actions.githubusercontent.com")),
            (" http://eu.oic.prod-aks.azure.com/a/b", Some("https://eu.oic.prod-aks.azure.com/a/b/")),
            (
                "https://eu.oic.prod-aks.azure.com/a/b/.well-known/openid-configuration",
                Some("https://eu.oic.prod-aks.azure.com/a/b/"),
            ),
            ("https://ib.oic.prod-aks.azure.com/a/b", None),
            ("https://eu.oic.prod-aks.azure.com/a/\0", None),
            ("\0.example.com/a", None),
            ("local", None),
            ("", None),
        ] {
            assert_eq!(fault(written).map(|fault| fault.corrected).as_deref(), right, "{written:?}");
        }
    }
}
