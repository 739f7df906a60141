use crate::finding::{Edit, Fix, Safety};
use crate::graph::{Federation, Graph, Issuer, Resource, ResourceId, Switch, Tokens, Written};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for credential in &graph.federations {
        let Some(issuer) = &credential.issuer else { continue };
        let issuers = graph.issuers(issuer);
        let faulty: Option<Vec<(ResourceId, Tokens)>> = issuers
            .iter()
            .map(|issuer| match issuer {
                Some(Issuer::Cluster(id)) => {
                    let tokens = graph.tokens(*id)?;
                    (tokens.issuer.is_off() || tokens.handed.is_off()).then_some((*id, tokens))
                }
                _ => None,
            })
            .collect();
        for (id, tokens) in faulty.into_iter().flatten() {
            if let Some(cluster) = graph.resource(id) {
                report(cx, credential, issuer, cluster, &tokens, issuers.len() == 1);
            }
        }
    }
}

fn report(cx: &mut Cx<'_>, credential: &Federation, issuer: &Value, cluster: &Resource, tokens: &Tokens, only: bool) {
    let Some(resource) = cx.graph.resource(credential.by) else { return };
    let holder = credential.holder.map_or_else(|| credential.title.clone(), |holder| cx.graph.holder_title(holder));
    let no_issuer = tokens.issuer.is_off();
    let (switch, what, note, help) = if no_issuer {
        let what = format!("`{holder}` trusts tokens of `{}`, whose OIDC issuer is off", cluster.title);
        let note = "no tokens are issued";
        (&tokens.issuer, what, note, "switch on the OIDC issuer and workload identity of the cluster")
    } else {
        let what = format!(
            "`{holder}` trusts tokens of `{}`, which hands none to its pods: workload identity is off",
            cluster.title
        );
        (&tokens.handed, what, "no pod gets a token", "switch on workload identity of the cluster")
    };
    let span = match switch {
        Switch::Off(value) => value.span,
        _ => cluster.span,
    };
    let mut draft = Draft::new(resource.address.clone(), span, what).note(note).label(issuer.span, "trusted here");
    if let Switch::Off(value) = switch {
        draft = draft.because(value);
    }
    if let (true, Switch::Off(value)) = (no_issuer, &tokens.handed) {
        draft = draft.label(value.span, "and workload identity is off");
    }
    // What hands out tokens, or switches the issuer on, may be elsewhere.
    let is_sure = matches!((&tokens.issuer, only), (Switch::Off(_), true));
    let fix = fix(cx.graph, cluster, tokens);
    cx.report(
        draft
            .if_present(resource)
            .if_present(cluster)
            .doubt(if is_sure { Truth::Yes } else { Truth::Maybe })
            .help(help)
            .fix(fix),
    );
}

/// Switches on what is off. The issuer cannot be switched off again, and the API server starts anew for it
/// (learn.microsoft.com, aks/use-oidc-issuer).
fn fix(graph: &Graph<'_>, cluster: &Resource, tokens: &Tokens) -> Option<Fix> {
    let issuer = ("oidc_issuer_enabled", "properties.oidcIssuerProfile.enabled");
    let handed = ("workload_identity_enabled", "properties.securityProfile.workloadIdentity.enabled");
    let mut edits = Vec::new();
    for (switch, (argument, path)) in [(&tokens.issuer, issuer), (&tokens.handed, handed)] {
        match switch {
            Switch::MayBeOn => {}
            Switch::Off(value) => edits.push(graph.switched_on(value)?),
            Switch::Absent => edits.push(graph.insert(cluster.id, argument, path, Written::Bool(true))?),
        }
    }
    let safety = if tokens.issuer.is_off() { Safety::Unsafe } else { Safety::Safe };
    Some(Fix { title: "switch it on".to_owned(), safety, edits: one_place(edits) })
}

/// Two new lines at one place are one edit.
fn one_place(edits: Vec<Edit>) -> Vec<Edit> {
    let mut placed: Vec<Edit> = Vec::new();
    for edit in edits {
        match placed.iter_mut().find(|other| other.span == edit.span) {
            Some(other) if other.text != edit.text => other.text.push_str(&edit.text),
            Some(_) => {}
            None => placed.push(edit),
        }
    }
    placed
}
