//! Function apps that keep their own keys in a vault.

use super::{Graph, Principal, Site};
use crate::resolve::value::{Truth, Value};

/// The setting that says where the keys are kept, and those that name the vault
/// (learn.microsoft.com, azure-functions/functions-app-settings). The host reads, writes and deletes them as secrets.
const STORE: &str = "AzureWebJobsSecretStorage";

impl Graph<'_> {
    /// Whether a principal is that of a function app that keeps its keys in a vault.
    #[must_use]
    pub fn keeps_keys_in_vault(&self, value: &Value) -> Truth {
        let Some(principal) = self.only_principal(value) else { return Truth::Maybe };
        let is_of = |site: &&Site| match &principal {
            Principal::System(id) => site.resource == *id,
            Principal::User(id) => {
                let own = self.id_of(*id, value.span);
                self.host(site.resource).is_none_or(|host| self.attached(host, &own) != Truth::No)
            }
            _ => false,
        };
        let sites = self.sites.iter().filter(is_of).filter(|site| self.runs_functions(site) != Truth::No);
        sites.map(|site| self.keeps_own_keys(site)).fold(Truth::No, Truth::or)
    }

    fn keeps_own_keys(&self, site: &Site) -> Truth {
        let says = |name: &str| name.get(..STORE.len()).is_some_and(|start| start.eq_ignore_ascii_case(STORE));
        let is_said = site.settings.iter().any(|setting| says(&setting.name));
        let open = site.more_settings.is_some() || self.is_resettled(site.resource);
        if open { Truth::Maybe } else { Truth::from(is_said) }
    }
}
