//! Edits that let an identity read a secret where a reference in a setting would not be resolved.

use super::{Language, Written};
use crate::azure::references;
use crate::finding::Edit;
use crate::graph::{Graph, Host, IdKind, Variable};
use crate::resolve::value::Truth;

impl Graph<'_> {
    /// The edit that makes a secret of a container app or job one that an identity of it reads from the vault, if the
    /// reference is written out and one identity is there to choose.
    #[must_use]
    pub fn read_by_identity(&self, variable: &Variable) -> Option<Edit> {
        let value = &variable.value;
        let uri = references::secret_uri(value.as_str()?).filter(|_| variable.secret && value.via.is_none())?;
        let language = self.language(value.span)?;
        let system = self.host(variable.resource).map_or(Truth::Maybe, Host::system);
        let identity = match (system, self.only_attached(variable.resource), language) {
            (Truth::Yes, _, Language::Hcl) => self.written(Written::Text("System"), language, variable.resource)?,
            (Truth::Yes, ..) => self.written(Written::Text("system"), language, variable.resource)?,
            (Truth::No, Some(id), _) => self.written(Written::Id(id, IdKind::Resource), language, variable.resource)?,
            _ => return None,
        };
        let uri = self.written(Written::Text(&uri), language, variable.resource)?;
        let in_azurerm = self.resource(variable.resource)?.kind.starts_with("azurerm_");
        let lines = match language {
            Language::Hcl if in_azurerm => {
                [format!("identity            = {identity}"), format!("key_vault_secret_id = {uri}")]
            }
            Language::Hcl => [format!("identity    = {identity}"), format!("keyVaultUrl = {uri}")],
            Language::Bicep => [format!("identity: {identity}"), format!("keyVaultUrl: {uri}")],
            Language::Json => [format!("\"identity\": {identity},"), format!("\"keyVaultUrl\": {uri}")],
        };
        Some(Edit { span: variable.span.to(value.span), text: self.stacked(variable.span, &lines)? })
    }
}
