//! Whether two templates may write one assignment under the same name, which changes nothing the second time.

use crate::azure::ids;
use crate::graph::edits::Language;
use crate::graph::{Grant, Graph, Mode, ResourceId};
use crate::resolve::value::{Seg, TextPart, Truth, Value};
use crate::source::Span;

impl Graph<'_> {
    /// Whether two assignments of templates may have the same name. In one template that is an error whatever else they
    /// say, and Terraform makes each assignment anew.
    pub(super) fn may_be_one(&self, first: &Grant, second: &Grant) -> bool {
        if self.is_terraform(first.by) || self.is_terraform(second.by) {
            return false;
        }
        if self.same_module(first.by, second.by) {
            // Templates nested in it may be apart.
            let nested = self.same_name_written(first.by, second.by) == Truth::Yes;
            return nested && !self.same_declaration(first.by, second.by);
        }
        match (self.is_in_stand_in(first.by), self.is_in_stand_in(second.by)) {
            (false, false) => self.same_name_written(first.by, second.by) != Truth::No,
            (true, false) => self.may_be_named_by_module(second),
            (false, true) => self.may_be_named_by_module(first),
            (true, true) => true,
        }
    }

    /// Whether the file that an assignment, or the call of its module, stands in is one of Terraform's.
    fn is_terraform(&self, id: ResourceId) -> bool {
        let span = self.outer_place(id).unwrap_or(Span::new(crate::source::SourceId(u32::MAX), 0, 0));
        !matches!(self.language(span), Some(Language::Bicep | Language::Json))
    }

    /// Where a resource is declared, or where its module is called if nobody sees that.
    fn outer_place(&self, id: ResourceId) -> Option<Span> {
        let node = self.deployment.node(id)?;
        if !self.is_in_stand_in(id) {
            return self.resource(id).map(|resource| resource.span);
        }
        let (caller, call) = self.deployment.instance(node.instance)?.parent?;
        self.deployment.module(caller)?.calls.get(call).map(|call| call.span)
    }

    fn same_name_written(&self, first: ResourceId, second: ResourceId) -> Truth {
        let name = |id| self.resource(id)?.argument("name");
        let (Some(first), Some(second)) = (name(first), name(second)) else { return Truth::Maybe };
        match (hashed(first), hashed(second)) {
            (Some(first), Some(second)) if first.len() != second.len() => Truth::No,
            (Some(first), Some(second)) => {
                first.iter().zip(&second).map(|(a, b)| self.same_part(a, b)).fold(Truth::Yes, Truth::and)
            }
            _ => self.same_part(first, second),
        }
    }

    /// Whether two arguments of `guid()` are the same text.
    fn same_part(&self, a: &Value, b: &Value) -> Truth {
        let is_id = |value: &Value| {
            let reference = value.as_ref()?;
            let is_id = matches!(reference.path.as_slice(), [Seg::Name(name, _)] if &**name == "id");
            self.named_by(value).filter(|_| is_id && !reference.many)
        };
        let plain = |value: &Value| value.as_str().is_some_and(|text| !text.contains('/'));
        let made = |id: ResourceId| {
            self.resource(id).is_some_and(|resource| resource.mode == Mode::Managed) && !self.stands_for_any(id)
        };
        match (is_id(a), is_id(b)) {
            (Some(a), Some(b)) if a == b && !self.stands_for_any(a) => Truth::Yes,
            (Some(a), Some(b)) if a != b && made(a) && made(b) => Truth::No,
            (Some(_), None) if plain(&self.known(b)) => Truth::No,
            (None, Some(_)) if plain(&self.known(a)) => Truth::No,
            _ => self.equal(a, b),
        }
    }

    /// Verified modules name an assignment after scope, principal and role, if they are not told how
    /// (Azure/bicep-registry-modules, avm/res/key-vault/vault/main.bicep: `guid(keyVault.id, principalId, roleDefinitionId)`).
    fn may_be_named_by_module(&self, own: &Grant) -> bool {
        let name = self.resource(own.by).and_then(|resource| resource.argument("name"));
        let Some(parts) = name.and_then(hashed) else { return true };
        let [_, principal, _] = parts.as_slice() else { return false };
        match principal.as_str() {
            Some(text) => ids::is_guid(text),
            None => self.equal(principal, &own.principal) != Truth::No && self.only_principal(principal).is_some(),
        }
    }
}

/// The arguments of the `guid()` that a name is or ends in.
fn hashed(name: &Value) -> Option<Vec<Value>> {
    let parts = name.text_parts()?;
    let start = parts.iter().position(|part| matches!(part, TextPart::Text(text) if text.ends_with("guid(")))?;
    let mut args: Vec<Value> = parts
        .get(start + 1..)?
        .iter()
        .filter_map(|part| match part {
            TextPart::Hole(value) => Some(value.clone()),
            TextPart::Text(_) => None,
        })
        .collect();
    // The last hole stands for the digits.
    args.pop()?;
    Some(args)
}
