//! Edits that put something new beside what is written.

use super::{Graph, IdKind, ResourceId};
use crate::finding::Edit;
use crate::resolve::value::Value;
use crate::source::Span;

/// Arguments that every resource of its kind has on a line of its own, behind which another one may follow.
const ANCHORS: [&str; 4] = ["app_service_id", "function_app_id", "service_plan_id", "name"];

impl Graph<'_> {
    /// The edit that gives a resource one more argument, where its language has arguments and one is there to follow.
    #[must_use]
    pub fn insert(&self, id: ResourceId, argument: &str, text: &str) -> Option<Edit> {
        let resource = self.resource(id).filter(|resource| resource.kind.starts_with("azurerm_"))?;
        let declared = self.deployment.resource(id)?;
        let anchor = ANCHORS.iter().find_map(|name| declared.body.attr(name))?;
        let is_there = resource.body.get(argument).is_some();
        let end = Span { start: anchor.value.span.end, ..anchor.value.span };
        (!is_there).then(|| Edit { span: end, text: format!("\n  {argument} = {text}") })
    }

    /// The edit that selects one of a site's identities for the references in its settings.
    #[must_use]
    pub fn select_for_references(&self, site: ResourceId, identity: &Value) -> Option<Edit> {
        let id = self.identity_of(identity).filter(|id| self.same_module(*id, site) && identity.via.is_none())?;
        self.insert(site, "key_vault_reference_identity_id", &self.expression(id, IdKind::Resource)?)
    }
}
