//! Edits that give a resource an identity.

use super::Language;
use crate::finding::Edit;
use crate::graph::{Declared, Graph, Host, IdKind, Ids, ResourceId};
use crate::resolve::value::Value;
use crate::source::Span;

impl Graph<'_> {
    /// The edit that gives a resource without any identity a system-assigned one, or these user-assigned ones.
    #[must_use]
    pub fn give_identity(&self, id: ResourceId, users: &[ResourceId]) -> Option<Edit> {
        let resource = self.resource(id)?;
        let declared = self.deployment.resource(id)?;
        let mut ids = Vec::new();
        for user in users {
            ids.push(self.expression(*user, IdKind::Resource).filter(|_| self.same_module(*user, id))?);
        }
        if resource.kind.contains('/') {
            let first = self.first_key(&resource.body)?;
            let is_there = resource.body.property("identity").is_some();
            let value = match (self.language(first)?, ids.as_slice()) {
                (Language::Bicep, []) => "{\n  type: 'SystemAssigned'\n}".to_owned(),
                (Language::Json, []) => "{ \"type\": \"SystemAssigned\" }".to_owned(),
                (Language::Bicep, ids) => {
                    let ids: Vec<String> = ids.iter().map(|id| format!("    '${{{id}}}': {{}}\n")).collect();
                    format!("{{\n  type: 'UserAssigned'\n  userAssignedIdentities: {{\n{}  }}\n}}", ids.concat())
                }
                _ => return None,
            };
            return self.entry_before(first, "identity", &value).filter(|_| !is_there);
        }
        let first = declared.body.attrs.first().filter(|_| declared.body.blocks("identity").next().is_none())?;
        let kind = if ids.is_empty() { "SystemAssigned" } else { "UserAssigned" };
        let list = if ids.is_empty() { String::new() } else { format!("\n  identity_ids = [{}]", ids.join(", ")) };
        let gap = if ids.is_empty() { "" } else { "        " };
        let block = format!("identity {{\n  type{gap} = \"{kind}\"{list}\n}}\n");
        self.lines_before(first.span, &block).filter(|_| self.language(first.span) == Some(Language::Hcl))
    }

    /// The edit that attaches one more identity to a host whose list of them is written in one place.
    #[must_use]
    pub fn attach(&self, host: &Host, value: &Value) -> Option<Edit> {
        let Declared::Block(block) = &host.declared else { return None };
        let Ids::Listed { items, rest: None } = &block.ids else { return None };
        let (first, last) = (items.first()?, items.last()?);
        let id = self.identity_of(value).filter(|id| self.same_module(*id, host.resource))?;
        let id = self.expression(id, IdKind::Resource)?;
        if items.iter().any(|item| item.via.is_some()) {
            return None;
        }
        match self.language(first.span)? {
            Language::Hcl => Some(Edit { span: Span { start: last.span.end, ..last.span }, text: format!(", {id}") }),
            Language::Bicep => self.entry_before(first.span, &format!("'${{{id}}}'"), "{}"),
            Language::Json => None,
        }
    }
}
