//! Types that certainly do not take every kind of identity.

use super::{Graph, Host};
use crate::azure::types::IdentityKinds;

/// ARM types whose list of kinds is closed and was never wider in any api version, or which azurerm and the verified
/// module limit as well (Azure/bicep-types-az 1f896de over all versions; azurerm#16786 for clusters).
const CLOSED: [(&str, &str); 21] = [
    ("Microsoft.Authorization/policyAssignments", "SU"),
    ("Microsoft.Batch/batchAccounts", "SU"),
    ("Microsoft.Batch/batchAccounts/pools", "U"),
    ("Microsoft.Insights/metricAlerts", "SU"),
    ("Microsoft.Insights/scheduledQueryRules", "SU"),
    ("Microsoft.OperationalInsights/workspaces", "SU"),
    ("Microsoft.Kubernetes/connectedClusters", "S"),
    ("Microsoft.KubernetesConfiguration/extensions", "S"),
    ("Microsoft.StorageCache/amlFilesystems", "U"),
    ("Microsoft.VirtualMachineImages/imageTemplates", "U"),
    ("Microsoft.LabServices/labPlans", "S"),
    ("Microsoft.DataLakeStore/accounts", "S"),
    ("Microsoft.AzureStackHCI/virtualMachines", "S"),
    ("Microsoft.Solutions/applianceDefinitions", "S"),
    ("Microsoft.Solutions/applicationDefinitions", "S"),
    ("Microsoft.DesktopVirtualization/appAttachPackages", "S"),
    ("Microsoft.ContainerService/managedClusters", "SU"),
    ("Microsoft.SignalRService/webPubSub", "SU"),
    ("Microsoft.Resources/deploymentScripts", "U"),
    ("Microsoft.Sql/servers/databases", "U"),
    ("Microsoft.DBforMySQL/flexibleServers", "U"),
];

/// Versions of `MySQL` servers that still took a system-assigned identity.
const OLD_MYSQL: [&str; 2] = ["2020-07-01-preview", "2021-05-01-preview"];

/// azurerm types whose schema is wider than what the service takes, or the other way round.
const UNSURE: [&str; 3] = ["azurerm_application_gateway", "azurerm_firewall_policy", "azurerm_express_route_port"];

impl Graph<'_> {
    /// What a host takes at most, if that is certain and not everything.
    #[must_use]
    pub fn limit(&self, host: &Host) -> Option<IdentityKinds> {
        let resource = self.resource(host.resource)?;
        if !resource.kind.contains('/') {
            let unsure = UNSURE.contains(&&*resource.kind)
                || self.azurerm.below(3)
                || (&*resource.kind == "azurerm_batch_account"
                    && !self.azurerm.at_least(4)
                    && self.azurerm.allows(3)
                    && self.azurerm.below(4));
            let takes_all = host.takes.system && host.takes.user && host.takes.both;
            return (!unsure && !takes_all).then_some(host.takes);
        }
        let (kind, kinds) = CLOSED.iter().find(|(kind, _)| resource.is(kind))?;
        let old = resource.version.as_deref().is_some_and(|version| OLD_MYSQL.contains(&version));
        if kind.starts_with("Microsoft.DBforMySQL") && old {
            return None;
        }
        Some(IdentityKinds { system: kinds.contains('S'), user: kinds.contains('U'), both: false })
    }
}
