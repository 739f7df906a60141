//! Service accounts and pods of Kubernetes: as resources of the tree, and in manifests beside it.

mod documents;
mod pods;

pub(super) use documents::value as document;
pub use pods::Workload;

use super::{Graph, Mode, Property, Resource, map_or_none};
use crate::resolve::value::{Kind, Reason, Truth, Value, Why};

/// The annotation that names the client id of the identity that pods of an account act as by default, and the label by
/// which pods ask for tokens (learn.microsoft.com, aks/workload-identity-overview).
const CLIENT_ID: &str = "azure.workload.identity/client-id";
const USE: &str = "azure.workload.identity/use";

/// What of Kubernetes is in the tree.
#[derive(Debug, Default)]
pub struct Kubernetes {
    /// Service accounts.
    pub accounts: Vec<ServiceAccount>,
    /// What runs pods.
    pub workloads: Vec<Workload>,
    /// Audiences that login steps of workflows ask for.
    pub(super) asked: Vec<Value>,
}

/// A service account.
#[derive(Debug)]
pub struct ServiceAccount {
    /// Its name.
    pub name: Value,
    /// Its namespace; none if whoever applies it says that.
    pub namespace: Option<Value>,
    /// The client id in its annotation.
    pub client_id: Property,
    /// Whether it is certainly there as it is written.
    pub settled: bool,
}

/// How names are written: in manifests, or as arguments of Terraform's provider.
#[derive(Clone, Copy)]
struct Words {
    template: &'static [&'static str],
    cron: &'static [&'static str],
    account: &'static str,
    containers: [&'static str; 2],
    env_from: &'static str,
    volumes: &'static str,
    token: &'static str,
}

const MANIFEST: Words = Words {
    template: &["spec", "template"],
    cron: &["spec", "jobTemplate", "spec", "template"],
    account: "serviceAccountName",
    containers: ["containers", "initContainers"],
    env_from: "envFrom",
    volumes: "volumes",
    token: "serviceAccountToken",
};

const ARGUMENTS: Words = Words {
    template: &["spec", "template"],
    cron: &["spec", "job_template", "spec", "template"],
    account: "service_account_name",
    containers: ["container", "init_container"],
    env_from: "env_from",
    volumes: "volume",
    token: "service_account_token",
};

impl Graph<'_> {
    /// What of Kubernetes is in the tree. It is read when somebody asks for the first time.
    #[must_use]
    pub fn kubernetes(&self) -> &Kubernetes {
        self.kubernetes.get_or_init(|| self.read_kubernetes())
    }

    /// Whether a pod or a login step beside the code asks for tokens with this audience.
    #[must_use]
    pub fn asks_for(&self, audience: &str) -> Truth {
        self.pods_ask_for(audience).or(self.any_is(&self.kubernetes().asked, audience))
    }

    /// Whether a pod gets tokens with this audience without the webhook.
    #[must_use]
    pub fn pods_ask_for(&self, audience: &str) -> Truth {
        let workloads = self.kubernetes().workloads.iter();
        workloads.fold(Truth::No, |so_far, workload| so_far.or(self.any_is(&workload.audiences, audience)))
    }

    /// Whether one of these texts is this one.
    fn any_is(&self, values: &[Value], text: &str) -> Truth {
        values.iter().fold(Truth::No, |so_far, value| {
            so_far.or(self.known(value).as_str().map_or(Truth::Maybe, |known| Truth::from(known == text)))
        })
    }

    fn read_kubernetes(&self) -> Kubernetes {
        let mut found = Kubernetes::default();
        for resource in self.resources().filter(|resource| resource.mode == Mode::Managed) {
            let settled = resource.presence == Truth::Yes && !resource.any;
            let Some(kind) = resource.kind.strip_prefix("kubernetes_") else { continue };
            match kind.trim_end_matches("_v1") {
                "manifest" => {
                    if let Some(manifest) = resource.argument("manifest") {
                        self.manifest(&self.known(manifest), settled, &mut found, 0);
                    }
                }
                "service_account" | "default_service_account" => {
                    found.accounts.extend(typed_account(resource, settled));
                }
                "pod" | "deployment" | "stateful_set" | "daemonset" | "daemon_set" | "job" | "cron_job"
                | "replica_set" => {
                    let body = Value::new(Kind::Map(resource.body.clone()), resource.span);
                    let path: &[&str] = match kind.trim_end_matches("_v1") {
                        "pod" => &[],
                        "cron_job" => ARGUMENTS.cron,
                        _ => ARGUMENTS.template,
                    };
                    let namespace = Some(default_namespace(&body));
                    found.workloads.extend(self.workload(&body, path, ARGUMENTS, namespace, settled));
                }
                _ => {}
            }
        }
        let companions = &self.deployment.program().companions;
        for file in &companions.manifests {
            for document in file.documents.iter().map(documents::value) {
                self.manifest(&document, file.settled && companions.of_one, &mut found, 0);
            }
        }
        for file in companions.manifests.iter().chain(&companions.workflows) {
            file.documents.iter().for_each(|document| documents::audiences(document, &mut found.asked));
        }
        found
    }

    /// Reads what a manifest makes.
    fn manifest(&self, manifest: &Value, settled: bool, found: &mut Kubernetes, depth: u32) {
        let text = |name: &str| Some(self.known(&manifest.get(name)?.value).as_str()?.to_owned());
        let (Some(version), Some(kind)) = (text("apiVersion"), text("kind")) else { return };
        let group = version.rsplit_once('/').map_or("", |(group, _)| group);
        let path: &[&str] = match (group, kind.as_str()) {
            ("", "List") if depth == 0 => {
                for item in self.list(manifest, "items").0 {
                    self.manifest(&item, settled, found, depth + 1);
                }
                return;
            }
            ("", "ServiceAccount") => {
                found.accounts.extend(account(manifest, None, settled));
                return;
            }
            ("", "Pod") => &[],
            ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") | ("batch", "Job") => MANIFEST.template,
            ("batch", "CronJob") => MANIFEST.cron,
            _ => return,
        };
        let namespace = at(manifest, &["metadata", "namespace"]).value().cloned();
        found.workloads.extend(self.workload(manifest, path, MANIFEST, namespace, settled));
    }
}

fn typed_account(resource: &Resource, settled: bool) -> Option<ServiceAccount> {
    let body = Value::new(Kind::Map(resource.body.clone()), resource.span);
    account(&body, Some(default_namespace(&body)), settled)
}

/// Arguments of Terraform's provider mean the namespace `default` if they name none
/// (registry.terraform.io, kubernetes, `service_account_v1`).
fn default_namespace(body: &Value) -> Value {
    match at(body, &["metadata", "namespace"]) {
        Property::Absent => Value::text("default", body.span),
        Property::Is(value) => value,
        Property::Unknown(why) => Value::unknown(why, body.span),
    }
}

fn account(body: &Value, namespace: Option<Value>, settled: bool) -> Option<ServiceAccount> {
    let name = at(body, &["metadata", "name"]).value().cloned()?;
    let namespace = namespace.or_else(|| match at(body, &["metadata", "namespace"]) {
        Property::Is(value) => Some(value),
        Property::Unknown(why) => Some(Value::unknown(why, body.span)),
        Property::Absent => None,
    });
    Some(ServiceAccount { name, namespace, client_id: at(body, &["metadata", "annotations", CLIENT_ID]), settled })
}

/// What stands at a path of names; blocks that stand once are as good as maps.
pub(super) fn at(value: &Value, path: &[&str]) -> Property {
    let unknown = |value: &Value| {
        let why = value.why().cloned();
        Property::Unknown(why.unwrap_or_else(|| Why::new(Reason::Condition, value.span)))
    };
    let mut current = value.clone();
    for name in path {
        if current.is_null() == Truth::Yes {
            return Property::Absent;
        }
        let Some(Kind::Map(map)) = map_or_none(&current).map(|map| map.kind.clone()) else {
            let is_empty = matches!(&current.kind, Kind::List(list) if list.items.is_empty() && list.rest.is_none());
            return if is_empty { Property::Absent } else { unknown(&current) };
        };
        match map.get(name) {
            Some(entry) => current = crate::resolve::value::part_of(&current, &entry.value),
            None => return map.rest.map_or(Property::Absent, Property::Unknown),
        }
    }
    match current.is_null() {
        Truth::Yes => Property::Absent,
        Truth::No => Property::Is(current),
        Truth::Maybe => unknown(&current),
    }
}
