use crate::azure::references::{self, ReferenceKind};
use crate::finding::Fix;
use crate::graph::{Environment, Runner, Variable};
use crate::resolve::value::{TextPart, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for (id, environment) in &graph.environments {
        let Some(resource) = graph.resource(*id) else { continue };
        let found = unresolved(cx, environment);
        let Some(first) = found.first() else { continue };
        let (place, help) = match first.runner {
            Runner::ContainerApp => ("a container app", APP),
            Runner::Job => ("a container app job", APP),
            Runner::Group => ("a container group", "let the program read the secret with its identity"),
            Runner::Pod => (
                "a Kubernetes pod",
                "let the program read the secret with its identity, or mount it with the Secrets Store CSI driver",
            ),
        };
        let what = if first.secret { format!("secret `{}`", first.name) } else { format!("`{}`", first.name) };
        let message = format!(
            "`{}` is given a Key Vault reference as the value of {what}, which nothing resolves in {place}",
            resource.title
        );
        let fix =
            graph.read_by_identity(first).map(|edit| Fix::suggested("let an identity read it from the vault", edit));
        let others = found.len() - 1;
        let also = if others > 0 { format!(", as are {others} more") } else { String::new() };
        cx.report(
            Draft::new(resource.address.clone(), first.span, message)
                .note(format!("given to the container as it is{also}"))
                .because(&first.value)
                .if_present(resource)
                .help(help)
                .fix(fix),
        );
    }
}

const APP: &str = "add a secret with the address of the vault's secret and an identity, and refer to it by name";

fn unresolved<'e>(cx: &Cx<'_>, environment: &'e Environment) -> Vec<&'e Variable> {
    let is_reference = |value: &Value| match value.text_parts().as_deref() {
        Some([TextPart::Text(first), ..]) => {
            references::strip(first.trim_start()).is_some_and(|(kind, _)| kind == ReferenceKind::KeyVault)
        }
        _ => false,
    };
    let stays = |variable: &&Variable| {
        let value =
            if variable.value.as_ref().is_some() { cx.graph.known(&variable.value) } else { variable.value.clone() };
        !variable.reads_references && value.alternatives().iter().all(is_reference)
    };
    environment.variables.iter().filter(stays).collect()
}
