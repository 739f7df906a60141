//! Service accounts as credentials and pods name them.

use crate::graph::{Federation, Graph, ServiceAccount, Workload};
use crate::resolve::value::{Truth, Value};

const PREFIX: &str = "system:serviceaccount:";

/// A service account by namespace and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) namespace: String,
    pub(super) name: String,
}

impl Account {
    /// The account of a subject (kubernetes.io, docs/reference/access-authn-authz/authentication).
    pub(super) fn of_subject(subject: &str) -> Option<Self> {
        let (namespace, name) = subject.strip_prefix(PREFIX)?.split_once(':')?;
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_namespace = !namespace.is_empty() && namespace.chars().all(is_letter);
        let is_name = !name.is_empty() && name.chars().all(|c| is_letter(c) || c == '.');
        (is_namespace && is_name).then(|| Self { namespace: namespace.to_owned(), name: name.to_owned() })
    }

    /// The subject that is evidently meant: the same words with another prefix or another mark between them.
    pub(super) fn meant(subject: &str) -> Option<Self> {
        let words: Vec<&str> = subject.split([':', '/']).collect();
        let [system, kind, namespace, name] = words.as_slice() else { return None };
        let is_prefix = system.eq_ignore_ascii_case("system")
            && ["serviceaccount", "serviceaccounts"].iter().any(|word| kind.eq_ignore_ascii_case(word));
        is_prefix.then(|| Self::of_subject(&format!("{PREFIX}{namespace}:{name}"))).flatten()
    }

    pub(super) fn subject(&self) -> String {
        format!("{PREFIX}{}:{}", self.namespace, self.name)
    }

    /// Whether a declared account is this one.
    pub(super) fn is(&self, graph: &Graph<'_>, account: &ServiceAccount) -> Truth {
        is_text(graph, Some(&account.name), &self.name).and(is_text(graph, account.namespace.as_ref(), &self.namespace))
    }

    /// Whether pods run as it.
    pub(super) fn runs(&self, graph: &Graph<'_>, workload: &Workload) -> Truth {
        let Some(account) = &workload.account else { return Truth::from(self.name == "default").and(Truth::Maybe) };
        is_text(graph, Some(account), &self.name).and(is_text(graph, workload.namespace.as_ref(), &self.namespace))
    }

    /// Whether a credential takes its tokens.
    pub(super) fn is_trusted_by(&self, graph: &Graph<'_>, credential: &Federation) -> Truth {
        let Some(subject) = credential.subject() else { return Truth::Maybe };
        match graph.texts(subject) {
            Some(texts) => Truth::from(texts.iter().any(|text| text.as_str() == Some(&self.subject()))),
            None => Truth::Maybe,
        }
    }
}

impl std::fmt::Display for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// Whether a value is a text; what is not written may be any.
pub(super) fn is_text(graph: &Graph<'_>, value: Option<&Value>, text: &str) -> Truth {
    let Some(value) = value else { return Truth::Maybe };
    graph.known(value).as_str().map_or(Truth::Maybe, |known| Truth::from(known == text))
}

#[cfg(test)]
mod tests {
    use super::Account;

    #[test]
    fn subjects_that_are_nearly_right_are_understood() {
        let meant = |subject: &str| Account::meant(subject).map(|account| account.to_string());
        assert_eq!(meant("system:serviceAccount:shop:checkout").as_deref(), Some("shop/checkout"));
        assert_eq!(meant("system:serviceaccounts:shop:checkout").as_deref(), Some("shop/checkout"));
        assert_eq!(meant("system:serviceaccount:shop/checkout").as_deref(), Some("shop/checkout"));
        for other in ["system:serviceaccount:checkout", "repo:shop/shop:ref", "shop:checkout", "system:node:a:b"] {
            assert_eq!(meant(other), None, "{other}");
        }
    }
}
