//! Clusters of AKS: whether they issue tokens, and whether they hand them to pods.

use crate::azure::audiences;
use crate::graph::{Graph, Mode, Property, ResourceId};
use crate::resolve::value::{Truth, Value};

/// A switch of a cluster.
#[derive(Debug, Clone)]
pub enum Switch {
    /// It is on, or that cannot be told.
    MayBeOn,
    /// It is said to be off.
    Off(Value),
    /// Nothing is said of it, and by default it is off.
    Absent,
}

impl Switch {
    /// Whether it is off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        !matches!(self, Self::MayBeOn)
    }
}

/// What a cluster does for those who trust its tokens.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Whether it issues them.
    pub issuer: Switch,
    /// Whether it hands them to pods: workload identity.
    pub handed: Switch,
}

/// The first version of Kubernetes with which new clusters have an issuer (learn.microsoft.com, aks/use-oidc-issuer).
const ISSUER_BY_DEFAULT: (u32, u32) = (1, 34);

impl Graph<'_> {
    /// What a cluster that is made here does for those who trust its tokens.
    #[must_use]
    pub fn tokens(&self, cluster: ResourceId) -> Option<Tokens> {
        let resource = self.resource(cluster).filter(|resource| resource.mode == Mode::Managed)?;
        // Automatic clusters have both (learn.microsoft.com, aks/intro-aks-automatic).
        let is_automatic = if resource.kind.contains('/') {
            let sku = resource.body.property("sku").map(|entry| self.known(&entry.value));
            let name = sku
                .as_ref()
                .map(|sku| sku.property("name").and_then(|entry| self.known(&entry.value).as_str().map(str::to_owned)));
            name.is_some_and(|name| name.is_none_or(|name| name.eq_ignore_ascii_case("Automatic")))
        } else {
            &*resource.kind == "azurerm_kubernetes_automatic_cluster"
        };
        if is_automatic || self.leaves_alone(cluster, "body") {
            return None;
        }
        let issuer = match self.property(cluster, "oidc_issuer_enabled", "oidcIssuerProfile.enabled") {
            Property::Absent if !self.is_older(cluster) => Switch::MayBeOn,
            other => self.switch(cluster, other),
        };
        let handed = self.property(cluster, "workload_identity_enabled", "securityProfile.workloadIdentity.enabled");
        let elsewhere = self.deployment.program().companions.brings_tokens;
        let brought = elsewhere || self.has_webhook() || self.pods_ask_for(audiences::STANDARD) != Truth::No;
        let handed = if brought { Switch::MayBeOn } else { self.switch(cluster, handed) };
        Some(Tokens { issuer, handed })
    }

    fn switch(&self, cluster: ResourceId, property: Property) -> Switch {
        match property {
            Property::Absent if !self.is_touched(cluster) => Switch::Absent,
            Property::Is(value) => {
                let known = self.known(&value);
                let is_off = known.alternatives().iter().all(|one| self.known(one).as_bool() == Some(false));
                if is_off { Switch::Off(known) } else { Switch::MayBeOn }
            }
            Property::Absent | Property::Unknown(_) => Switch::MayBeOn,
        }
    }

    /// Whether a cluster that says nothing of its issuer has none: by its version, and by that of azurerm, which from 5 on
    /// switches it on (registry.terraform.io, azurerm 5.0 upgrade guide).
    fn is_older(&self, cluster: ResourceId) -> bool {
        let is_arm = self.resource(cluster).is_some_and(|resource| resource.kind.contains('/'));
        let version = self.property(cluster, "kubernetes_version", "kubernetesVersion");
        let texts = version.value().and_then(|version| self.texts(version));
        let older = texts.is_some_and(|texts| texts.iter().all(|text| text.as_str().is_some_and(is_before_default)));
        older && (is_arm || self.azurerm.below(5))
    }

    /// Whether a chart puts the webhook into clusters that hands tokens to pods.
    fn has_webhook(&self) -> bool {
        let releases = self.resources().filter(|resource| &*resource.kind == "helm_release");
        let mut charts = releases.filter_map(|release| release.argument("chart")).map(|chart| self.known(chart));
        charts.any(|chart| chart.as_str().is_none_or(|chart| chart.contains("workload-identity-webhook")))
    }
}

fn is_before_default(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse::<u32>);
    matches!((numbers.next(), numbers.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) < ISSUER_BY_DEFAULT)
}
