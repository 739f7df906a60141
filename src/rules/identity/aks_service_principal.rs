use crate::graph::{Declared, Mode, Resource, map_or_none};
use crate::resolve::value::{Kind, Truth, Value};
use crate::rules::{Cx, Draft};

const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let clusters: Vec<&Resource> =
        cx.graph.resources().filter(|one| one.mode == Mode::Managed && one.is_arm(CLUSTER)).collect();
    for cluster in clusters {
        if let Some(value) = service_principal(cx, cluster) {
            let message =
                format!("`{}` runs as a service principal, whose secret somebody has to renew", cluster.title);
            let help = "use a managed identity instead of the service principal";
            report(cx, cluster, &value, message, "a service principal", help);
        }
        for value in cluster.values_at("properties.podIdentityProfile.enabled") {
            if cx.graph.known(value).as_bool() == Some(true) {
                let message = format!("`{}` uses pod identity, which is deprecated", cluster.title);
                report(cx, cluster, value, message, "pod identity is on", "use workload identity instead");
            }
        }
    }
}

fn report(cx: &mut Cx<'_>, cluster: &Resource, value: &Value, message: String, note: &str, help: &str) {
    cx.report(
        Draft::new(cluster.address.clone(), value.span, message)
            .note(note)
            .because(value)
            .if_present(cluster)
            .help(help),
    );
}

/// The service principal that a cluster certainly runs as.
pub(super) fn service_principal(cx: &Cx<'_>, cluster: &Resource) -> Option<Value> {
    let profile = cluster
        .argument("service_principal")
        .or_else(|| cluster.argument("properties")?.property("servicePrincipalProfile").map(|entry| &entry.value))?;
    let block = map_or_none(profile)?;
    let client = block.property("client_id").or_else(|| block.property("clientId"));
    let known = client.map(|entry| cx.graph.known(&entry.value));
    let is_msi = known.as_ref().and_then(Value::as_str).map(|text| text.eq_ignore_ascii_case("msi"));
    // A block of its own is a service principal whatever its id, which no code writes out.
    let is_block = matches!(profile.kind, Kind::List(_));
    let certain = match is_msi {
        Some(is_msi) => !is_msi,
        None if is_block => true,
        None => {
            let without = cx.graph.host(cluster.id).is_some_and(|host| matches!(host.declared, Declared::None(_)));
            client.is_some() && without && profile.is_null() == Truth::No
        }
    };
    certain.then(|| if is_block { block.clone() } else { profile.clone() })
}
