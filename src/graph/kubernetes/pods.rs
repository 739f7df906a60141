//! Pods: as which service account they run, and how they come by tokens.

use super::{USE, Words, at};
use crate::graph::{Graph, Property};
use crate::ir::Name;
use crate::resolve::value::{Kind, Truth, Value};

/// The variable that names the identity whose tokens a pod wants (learn.microsoft.com, aks/workload-identity-overview).
const VARIABLE: &str = "AZURE_CLIENT_ID";

/// Something that runs pods.
#[derive(Debug)]
pub struct Workload {
    /// What it is called.
    pub title: Name,
    /// Its namespace; none if whoever applies it says that.
    pub namespace: Option<Value>,
    /// The service account that its pods run as, if they name one.
    pub account: Option<Value>,
    /// What the label of its pods says, by which they ask for tokens.
    pub label: Property,
    /// Whether a container is told whose tokens it wants.
    pub names_client: Truth,
    /// The audiences of tokens that its pods get without asking the webhook.
    pub audiences: Vec<Value>,
    /// Whether its volumes are not known whole, so that there may be other tokens.
    pub more_tokens: bool,
    /// Whether it is certainly there as it is written.
    pub settled: bool,
}

impl Graph<'_> {
    /// What runs the pods of a template that stands at a path.
    pub(super) fn workload(
        &self,
        body: &Value,
        path: &[&str],
        words: Words,
        namespace: Option<Value>,
        settled: bool,
    ) -> Option<Workload> {
        let pod = if path.is_empty() { Property::Is(body.clone()) } else { at(body, path) };
        let pod = pod.value().cloned()?;
        let spec = at(&pod, &["spec"]).value().cloned()?;
        let name = at(body, &["metadata", "name"]).value().map(|name| self.known(name));
        let title = name.as_ref().and_then(Value::as_str).unwrap_or("it");
        let label = match at(&pod, &["metadata", "labels"]) {
            Property::Is(labels) => at(&self.known(&labels), &[USE]),
            other => other,
        };
        let mut audiences = Vec::new();
        let more_tokens = self.tokens_of(&spec, words, &mut audiences);
        let account = match at(&spec, &[words.account]) {
            Property::Is(account) => Some(account),
            Property::Unknown(why) => Some(Value::unknown(why, spec.span)),
            Property::Absent => at(&spec, &["serviceAccount"]).value().cloned(),
        };
        Some(Workload {
            title: title.into(),
            namespace,
            account,
            label,
            names_client: self.names_client(&spec, words),
            audiences,
            more_tokens,
            settled,
        })
    }

    /// Collects the audiences of projected tokens; whether there may be others.
    fn tokens_of(&self, spec: &Value, words: Words, found: &mut Vec<Value>) -> bool {
        let (volumes, mut open) = self.list(spec, words.volumes);
        for volume in volumes {
            let projected = match at(&volume, &["projected"]) {
                Property::Is(projected) => projected,
                Property::Absent => continue,
                Property::Unknown(_) => {
                    open = true;
                    continue;
                }
            };
            let (sources, more) = self.list(&projected, "sources");
            open |= more;
            for source in sources {
                match at(&source, &[words.token, "audience"]) {
                    Property::Is(audience) => found.push(audience),
                    Property::Absent => {}
                    Property::Unknown(_) => open = true,
                }
            }
        }
        open
    }

    fn names_client(&self, spec: &Value, words: Words) -> Truth {
        let mut truth = Truth::No;
        for list in words.containers {
            let (containers, open) = self.list(spec, list);
            truth = truth.or(if open { Truth::Maybe } else { Truth::No });
            for container in containers {
                let (variables, open) = self.list(&container, "env");
                let elsewhere = !matches!(at(&container, &[words.env_from]), Property::Absent);
                truth = truth.or(if open || elsewhere { Truth::Maybe } else { Truth::No });
                for variable in variables {
                    let name = at(&variable, &["name"]).value().map(|name| self.known(name));
                    let text = name.as_ref().map(|name| name.as_str().map(str::to_owned));
                    truth = truth.or(match text {
                        Some(Some(text)) => Truth::from(text == VARIABLE),
                        _ => Truth::Maybe,
                    });
                }
            }
        }
        truth
    }

    /// The items of a list that may be there, and whether there may be others.
    pub(super) fn list(&self, value: &Value, name: &str) -> (Vec<Value>, bool) {
        match at(value, &[name]) {
            Property::Absent => (Vec::new(), false),
            Property::Unknown(_) => (Vec::new(), true),
            Property::Is(list) => match self.known(&list).kind {
                Kind::List(list) => (list.items.to_vec(), list.rest.is_some()),
                _ => (Vec::new(), true),
            },
        }
    }
}
