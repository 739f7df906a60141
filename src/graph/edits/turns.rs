//! Edits that make resources wait for each other.

use super::Language;
use crate::finding::{Edit, Fix, Safety};
use crate::graph::{Graph, Resource, ResourceId};
use crate::resolve::value::Truth;
use crate::source::Span;

const CREDENTIAL: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";

impl Graph<'_> {
    /// What makes the instances of a loop wait for each other.
    pub(in crate::graph) fn loop_remedy(&self, resource: &Resource) -> String {
        match self.language(resource.span) {
            Some(Language::Bicep) => "add `@batchSize(1)`".to_owned(),
            Some(Language::Json) => "add `\"mode\": \"serial\"` and `\"batchSize\": 1` to the copy".to_owned(),
            _ => "add `locks` with the id of the identity".to_owned(),
        }
    }

    /// Makes the instances of a loop one by one.
    pub(in crate::graph) fn one_by_one(&self, id: ResourceId) -> Option<Fix> {
        let declared = self.deployment.resource(id)?;
        let edit = match (self.language(declared.span)?, declared.batch.span, declared.batch.size) {
            (Language::Bicep | Language::Json, Some(number), Some(_)) => Edit { span: number, text: "1".to_owned() },
            (Language::Bicep, None, None) => self.lines_before(declared.span, "@batchSize(1)")?,
            (Language::Json, Some(first), None) => {
                let mode = self.entry_before(first, "mode", "\"serial\"")?;
                let size = self.entry_before(first, "batchSize", "1")?;
                Edit { span: mode.span, text: mode.text + &size.text }
            }
            (Language::Hcl, ..) => {
                let parent = declared.body.attr("parent_id").filter(|_| declared.body.attr("locks").is_none())?;
                let text = self.sources.slice(parent.value.span);
                let line = format!("locks = [{text}]");
                self.line_after(parent.span, parent.value.span, &line).filter(|_| !text.contains(['\n', '{']))?
            }
            _ => return None,
        };
        Some(Fix::safe("make one at a time", edit))
    }

    /// Makes resources, given in the order of the text, wait each for the one before, as far as they do not. The pairs are
    /// those that do not wait for each other, the earlier one first.
    pub(in crate::graph) fn chained(&self, order: &[ResourceId], pairs: &[(ResourceId, ResourceId)]) -> Option<Fix> {
        let mut declared: Vec<ResourceId> = Vec::new();
        for id in order {
            let is_new = declared.last().is_none_or(|last| self.is_other_declaration(*last, *id));
            if is_new {
                declared.push(*id);
            }
        }
        let first = *declared.first()?;
        let together = declared.iter().all(|id| self.same_module(first, *id));
        let turned = declared
            .iter()
            .enumerate()
            .any(|(at, later)| declared.iter().take(at).any(|earlier| self.waits_for(*earlier, *later) != Truth::No));
        if !together || turned {
            return None;
        }
        let mut edits = Vec::new();
        for (before, later) in declared.iter().zip(declared.iter().skip(1)) {
            let waits = !pairs.iter().any(|(_, other)| !self.is_other_declaration(*later, *other));
            if !waits {
                edits.push(self.wait(*later, *before)?);
            }
        }
        let title = "let each wait for the one before".to_owned();
        (!edits.is_empty()).then_some(Fix { title, safety: Safety::Safe, edits })
    }

    fn is_other_declaration(&self, one: ResourceId, other: ResourceId) -> bool {
        let of = |id| self.resource(id).map(|resource| resource.declaration);
        of(one) != of(other)
    }

    /// The edit that makes a resource wait for another one of its module.
    fn wait(&self, waiting: ResourceId, other: ResourceId) -> Option<Edit> {
        let (declared, target) = (self.deployment.resource(waiting)?, self.deployment.resource(other)?);
        let language = self.language(declared.span)?;
        let text = match language {
            Language::Hcl if &*target.kind == "azapi_resource" => format!("azapi_resource.{}", target.name),
            Language::Bicep if !target.name.contains("::") => target.name.to_string(),
            Language::Json if !self.is_repeated(other) => format!("\"{}\"", self.resource_id(other)?),
            _ => return None,
        };
        if let (Some(first), Some(last)) = (declared.depends_on.first(), declared.depends_on.last()) {
            return match language {
                Language::Json => self.before_item(first.span, &text),
                _ => self.item_after(last.span, &text),
            };
        }
        let attr = declared.body.attrs.iter().max_by_key(|attr| attr.span.start)?;
        match language {
            Language::Hcl => self.line_after(attr.span, attr.value.span, &format!("depends_on = [{text}]")),
            Language::Bicep => self.line_after(attr.span, attr.value.span, &format!("dependsOn: [\n  {text}\n]")),
            Language::Json => None,
        }
    }

    /// How a template names a credential whose names are written.
    fn resource_id(&self, id: ResourceId) -> Option<String> {
        let name = self.known(self.resource(id)?.argument("name")?);
        let (identity, own) = name.as_str().filter(|_| !name.assumed)?.split_once('/')?;
        let is_plain = !own.contains(['\'', '"', '/', '\\']) && !identity.contains(['\'', '"', '\\']);
        is_plain.then(|| format!("[resourceId('{CREDENTIAL}', '{identity}', '{own}')]"))
    }

    /// An item in front of the first one of a list of a template.
    fn before_item(&self, first: Span, text: &str) -> Option<Edit> {
        let edit = self.lines_before(first, &format!("{text},"));
        edit.or_else(|| Some(Edit { span: first.at_start(), text: format!("{text}, ") }))
    }
}
