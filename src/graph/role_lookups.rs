//! Look-ups of role definitions, and what their ids are.

use super::{Grant, Graph, Mode, ResourceId, Right};
use crate::azure::ids::IdLevel;
use crate::finding::Edit;
use crate::ir::ExprKind;
use crate::resolve::value::{Text, TextPart, Value};
use crate::source::Span;

/// The data source, and the resource whose role cannot be changed in place.
const LOOK_UP: &str = "azurerm_role_definition";
const ASSIGNMENT: &str = "azurerm_role_assignment";
const BY_ID: &str = "role_definition_id";

impl Graph<'_> {
    /// The look-up without a scope whose id an assignment in a subscription has for a role. Such an id begins with
    /// `/providers`, while Azure answers with the subscription in front
    /// (github.com/hashicorp/terraform-provider-azurerm/issues/4847).
    #[must_use]
    pub fn unscoped_look_up(&self, grant: &Grant) -> Option<ResourceId> {
        let resource = self.resource(grant.by).filter(|resource| &*resource.kind == ASSIGNMENT)?;
        let Right::Role { written, .. } = &grant.right else { return None };
        if resource.mode != Mode::Managed
            || self.leaves_alone(grant.by, BY_ID)
            || !self.is_in_subscription(&grant.scope)
        {
            return None;
        }
        let found: Option<Vec<ResourceId>> = written.alternatives().iter().map(|one| self.id_of_look_up(one)).collect();
        found?.first().copied()
    }

    fn id_of_look_up(&self, value: &Value) -> Option<ResourceId> {
        let reference = value.as_ref().filter(|reference| reference.dotted() == "id")?;
        let found = self.resource(reference.start()?).filter(|found| found.mode == Mode::Data && found.is(LOOK_UP))?;
        let is_unscoped = match found.argument("scope") {
            None => found.body.rest.is_none(),
            Some(scope) => self.known(scope).as_str() == Some(""),
        };
        is_unscoped.then_some(found.id)
    }

    /// Whether a scope is a subscription or certainly lies in one.
    fn is_in_subscription(&self, scope: &Value) -> bool {
        let is_level =
            matches!(self.level(scope), Some(IdLevel::Subscription | IdLevel::ResourceGroup | IdLevel::Resource));
        let begins = |text: &str| text.to_ascii_lowercase().starts_with("/subscriptions/");
        let is_inside = |one: &Value| match (&one.kind, self.reference_of(one)) {
            (_, Some((_, resource))) => !resource.arm_type().starts_with("Microsoft.Management/"),
            (crate::resolve::value::Kind::Text(Text::Plain(text)), _) => begins(text),
            (crate::resolve::value::Kind::Text(Text::Parts(parts)), _) => match parts.first() {
                Some(TextPart::Text(first)) => begins(first),
                Some(TextPart::Hole(_)) => true,
                None => false,
            },
            _ => false,
        };
        is_level && scope.alternatives().iter().all(is_inside)
    }

    /// How the module of a resource calls it: `data.azurerm_role_definition.reader`.
    #[must_use]
    pub fn called_in_module(&self, id: ResourceId) -> String {
        self.deployment.resource(id).map(crate::ir::Resource::address).unwrap_or_default()
    }

    /// The edit that gives the role of a look-up by its name, where both are written out.
    #[must_use]
    pub fn name_role(&self, grant: &Grant, look_up: ResourceId) -> Option<Edit> {
        let Right::Role { written, .. } = &grant.right else { return None };
        let attr = self.deployment.resource(grant.by)?.body.attr(BY_ID)?;
        let ExprKind::Str(name) = &self.deployment.resource(look_up)?.body.attr("name")?.value.kind else {
            return None;
        };
        if written.via.is_some() || written.span != attr.value.span || name.contains(['"', '\\', '$', '%']) {
            return None;
        }
        self.language(attr.span).filter(|language| *language == super::edits::Language::Hcl)?;
        let between =
            self.sources.slice(Span::new(attr.span.source, attr.span.end as usize, written.span.start as usize));
        let spaces = between.chars().take_while(|c| *c == ' ').count().saturating_sub(2).max(1);
        let text = format!("role_definition_name{}= \"{name}\"", " ".repeat(spaces));
        Some(Edit { span: attr.span.to(written.span), text })
    }
}
