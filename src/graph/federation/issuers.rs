//! Who issues the tokens that a federated credential trusts.

use crate::graph::{Graph, ResourceId};
use crate::resolve::value::{Kind, Value};

/// An issuer of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuer {
    /// GitHub Actions: of github.com, of a company with data residency, or of a server of its own.
    GitHub,
    /// The cluster of this tree whose issuer it is by reference.
    Cluster(ResourceId),
    /// A cluster of AKS, by its address.
    Aks,
    /// Entra ID itself.
    Entra,
    /// Azure DevOps.
    DevOps,
    /// Another one.
    Other,
}

impl Issuer {
    /// Whether it is a Kubernetes cluster's.
    #[must_use]
    pub fn is_cluster(self) -> bool {
        matches!(self, Self::Cluster(_) | Self::Aks)
    }
}

/// The host of GitHub's own issuer (docs.github.com, actions/reference/security/oidc).
const GITHUB: &str = "token.actions.githubusercontent.com";

/// What the hosts of AKS issuers end in (learn.microsoft.com, aks/workload-identity-deploy-cluster).
const AKS: &str = ".oic.prod-aks.azure.com";

const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";

impl Graph<'_> {
    /// Who an issuer is: one for each alternative of the value, none where it is not known.
    #[must_use]
    pub fn issuers(&self, value: &Value) -> Vec<Option<Issuer>> {
        value.alternatives().iter().map(|one| self.issuer(one)).collect()
    }

    fn issuer(&self, value: &Value) -> Option<Issuer> {
        if let Some((reference, resource)) = self.reference_of(value)
            && resource.is_arm(CLUSTER)
        {
            let path = reference.dotted().to_ascii_lowercase();
            let is_issuer = matches!(
                crate::graph::azapi::path(&path),
                "oidc_issuer_url" | "properties.oidcissuerprofile.issuerurl"
            );
            return is_issuer.then_some(Issuer::Cluster(resource.id));
        }
        let known = self.known(value);
        let Kind::Text(text) = &known.kind else { return None };
        by_address(&text.pattern())
    }
}

/// Who an address belongs to, in which `{}` stands for what is not known.
fn by_address(address: &str) -> Option<Issuer> {
    let address = address.trim().to_ascii_lowercase();
    let rest = address.split_once("://").map_or(&*address, |(_, rest)| rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if host.ends_with(AKS) {
        return Some(Issuer::Aks);
    }
    if host.contains("{}") {
        return None;
    }
    Some(match host {
        GITHUB => Issuer::GitHub,
        "login.microsoftonline.com" | "sts.windows.net" => Issuer::Entra,
        "vstoken.dev.azure.com" => Issuer::DevOps,
        _ if host.starts_with("token.actions.") && host.ends_with(".ghe.com") => Issuer::GitHub,
        _ if path.trim_end_matches('/') == "_services/token" => Issuer::GitHub,
        _ => Issuer::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::{Issuer, by_address};

    #[test]
    fn issuers_are_told_by_their_hosts() {
        for (address, issuer) in [
            ("https://token.actions.githubusercontent.com", Some(Issuer::GitHub)),
            ("token.actions.githubusercontent.com/", Some(Issuer::GitHub)),
            ("https://token.actions.githubusercontent.com/{}", Some(Issuer::GitHub)),
            ("https://token.actions.shop.ghe.com", Some(Issuer::GitHub)),
            ("https://github.shop.example/_services/token", Some(Issuer::GitHub)),
            ("https://{}.oic.prod-aks.azure.com/{}/{}/", Some(Issuer::Aks)),
            ("https://login.microsoftonline.com/{}/v2.0", Some(Issuer::Entra)),
            ("https://vstoken.dev.azure.com/{}", Some(Issuer::DevOps)),
            ("https://gitlab.com", Some(Issuer::Other)),
            ("https://{}", None),
            ("{}", None),
        ] {
            assert_eq!(by_address(address), issuer, "{address}");
        }
    }
}
