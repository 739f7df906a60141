//! Role assignments of which Azure keeps one only: the same principal, role and scope.
//! <https://learn.microsoft.com/azure/role-based-access-control/troubleshooting>

mod names;

use std::collections::HashMap;

use super::{Grant, Graph, Mode, Principal, ResourceId, Right, Role};
use crate::azure::ids;
use crate::resolve::value::{Kind, Reason, Text, TextPart, Truth, Value};

/// An assignment that says what another one says already.
#[derive(Debug)]
pub struct Duplicate<'g> {
    /// The one that stands first.
    pub first: &'g Grant,
    /// The one that comes on top.
    pub second: &'g Grant,
    /// Whether the first holds at a scope above, so that both can be there.
    pub above: bool,
    /// Whether it is certain that both are made and that their conditions are the same.
    pub sure: Truth,
}

/// What a grant is, where all of it is proved: texts that are equal only for what is equal.
struct Triple {
    who_and_what: (String, String),
    scope: String,
}

/// Assignments of one role to one principal that are compared with each other; each of more would be inherited anyway.
const MAX_COMPARED: usize = 64;

impl Graph<'_> {
    /// Role assignments that repeat what another one grants, each with the first that does.
    #[must_use]
    pub fn duplicates(&self) -> Vec<Duplicate<'_>> {
        let mut by_right: HashMap<(String, String), Vec<(&Grant, String)>> = HashMap::new();
        for grant in self.grants.iter().filter(|grant| self.is_standing(grant.by)) {
            if let Some(triple) = self.triple(grant) {
                by_right.entry(triple.who_and_what).or_default().push((grant, triple.scope));
            }
        }
        let mut found = Vec::new();
        for mut same in by_right.into_values().filter(|same| same.len() > 1) {
            same.sort_by_key(|(grant, _)| self.place_in_order(grant));
            for (at, (second, scope)) in same.iter().enumerate().take(MAX_COMPARED) {
                let before = same.get(..at).unwrap_or_default();
                let twin = before.iter().find(|(_, other)| other == scope).map(|(first, _)| *first);
                let found_one = match twin {
                    Some(first) => self.twice(first, second),
                    None => self.inherited(&same, second),
                };
                found.extend(found_one);
            }
        }
        found.sort_by_key(|one| self.place_in_order(one.second));
        found
    }

    fn twice<'g>(&self, first: &'g Grant, second: &'g Grant) -> Option<Duplicate<'g>> {
        if self.may_be_one(first, second) {
            return None;
        }
        // Two that may be absent may exclude each other.
        let ((Truth::Yes, made) | (made, Truth::Yes)) = (first.presence, second.presence) else { return None };
        let condition = match (&first.condition, &second.condition) {
            (None, None) => Truth::Yes,
            (Some(first), Some(second)) => self.equal(first, second),
            _ => Truth::No,
        };
        let same = if condition == Truth::Yes { Truth::Yes } else { Truth::Maybe };
        (made != Truth::No).then(|| Duplicate { first, second, above: false, sure: made.and(same) })
    }

    /// What is granted on a resource and above it.
    fn inherited<'g>(&self, all: &[(&'g Grant, String)], second: &'g Grant) -> Option<Duplicate<'g>> {
        let target = self.named_by(&second.scope)?;
        let holds = |grant: &Grant| {
            grant.presence == Truth::Yes
                && grant.condition.is_none()
                && self.named_by(&grant.scope) != Some(target)
                && self.covers(&grant.scope, target) == Truth::Yes
        };
        let (first, _) = all.iter().take(MAX_COMPARED).find(|(grant, _)| grant.by != second.by && holds(grant))?;
        (second.presence == Truth::Yes).then_some(Duplicate { first, second, above: true, sure: Truth::Yes })
    }

    /// Whether it makes an assignment that holds as soon as it is there: eligible and scheduled ones of Privileged Identity
    /// Management are kept apart.
    fn is_standing(&self, id: ResourceId) -> bool {
        self.resource(id).is_some_and(|resource| {
            &*resource.kind == "azurerm_role_assignment"
                || resource.kind.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case("roleAssignments"))
        })
    }

    /// Modules that nobody sees come first, then what stands first in the files.
    fn place_in_order(&self, grant: &Grant) -> impl Ord + use<> {
        let written = match &grant.right {
            Right::Role { written, .. } => written.span,
            _ => grant.span,
        };
        (!self.is_in_stand_in(grant.by), grant.span, grant.principal.span, written, grant.scope.span, grant.by)
    }

    /// Whether a resource is one of a published module that is not here.
    #[must_use]
    pub fn is_in_stand_in(&self, id: ResourceId) -> bool {
        let module = self.deployment.node(id).and_then(|node| self.deployment.module(node.instance));
        module.is_some_and(|module| module.stands_in.is_some())
    }

    /// Whether two resources come from one declaration, whichever module instances they are part of.
    #[must_use]
    pub fn same_declaration(&self, a: ResourceId, b: ResourceId) -> bool {
        let declared = |id| self.deployment.resource(id).map(std::ptr::from_ref);
        declared(a).is_some() && declared(a) == declared(b)
    }

    fn triple(&self, grant: &Grant) -> Option<Triple> {
        let Right::Role { roles, .. } = &grant.right else { return None };
        let [role] = roles.as_slice() else { return None };
        let role = match role {
            Role::BuiltIn(role) => role.guid.to_owned(),
            Role::Guid(guid) => guid.to_ascii_lowercase(),
            Role::Custom(id) if !self.stands_for_any(*id) => format!("custom {}", id.0),
            Role::Named(name) => format!("named {}", name.to_lowercase()),
            Role::Custom(_) | Role::Unknown(_) => return None,
        };
        let who_and_what = (self.principal_key(&grant.principal)?, role);
        let written = self.resource(grant.by).and_then(|resource| resource.argument("scope"));
        let scope = match written.and_then(|written| self.looked_up_elsewhere(written)) {
            Some(lookup) => format!("look-up {}", lookup.0),
            None => self.scope_key(&grant.scope, grant.by)?,
        };
        Some(Triple { who_and_what, scope })
    }

    /// A text that two principal ids share only if they certainly are the same.
    fn principal_key(&self, value: &Value) -> Option<String> {
        let reference = value.as_ref();
        if reference.is_some_and(|reference| reference.many) || matches!(value.kind, Kind::OneOf(_)) {
            return None;
        }
        if let Some(lookup) = self.looked_up_elsewhere(value) {
            return Some(format!("{} of look-up {}", reference?.dotted(), lookup.0));
        }
        match self.only_principal(value)? {
            Principal::Literal(id) => is_id(&id).then(|| id.to_ascii_lowercase()),
            Principal::Other(id) => {
                let path = reference.map(crate::resolve::value::Ref::dotted)?;
                (!self.stands_for_any(id)).then(|| format!("{path} of {}", id.0))
            }
            principal @ (Principal::System(id)
            | Principal::User(id)
            | Principal::ServicePrincipal(id)
            | Principal::Group(id)
            | Principal::Person(id)
            | Principal::Deployer(id)) => (!self.stands_for_any(id)).then(|| format!("{principal:?}")),
        }
    }

    /// A text that two scopes share only if they certainly are the same.
    pub(super) fn scope_key(&self, scope: &Value, by: ResourceId) -> Option<String> {
        if let Some(id) = self.named_by(scope) {
            return (!self.stands_for_any(id)).then(|| format!("{{{}}}", id.0));
        }
        match &scope.kind {
            Kind::Text(Text::Plain(text)) => ids::level(text).map(|_| text.trim_end_matches('/').to_ascii_lowercase()),
            Kind::Text(Text::Parts(parts)) => {
                let each = parts.iter().map(|part| match part {
                    TextPart::Text(text) => Some(text.to_ascii_lowercase()),
                    TextPart::Hole(hole) => self.hole_key(hole, by),
                });
                Some(each.collect::<Option<Vec<_>>>()?.concat().trim_end_matches('/').to_owned())
            }
            _ => None,
        }
    }

    /// A look-up in a place of its own, where another resource may have the name of one that is made here.
    fn looked_up_elsewhere(&self, value: &Value) -> Option<ResourceId> {
        let resource = self.resource(value.as_ref()?.start()?)?;
        let scope = resource.body.property("scope").filter(|_| resource.mode == Mode::Data)?;
        let is_written = self.sources.slice(scope.key_span).trim_matches('"') == "scope";
        (is_written && !self.stands_for_any(resource.id)).then_some(resource.id)
    }

    /// What only the running deployment knows, such as its resource group, is the same in all of a module.
    fn hole_key(&self, hole: &Value, by: ResourceId) -> Option<String> {
        if let Some(id) = self.named_by(hole) {
            return (!self.stands_for_any(id)).then(|| format!("{{{}}}", id.0));
        }
        let Reason::Runtime(name) = &hole.why()?.reason else { return None };
        let instance = self.deployment.node(by)?.instance;
        matches!(&**name, "the subscription" | "the resource group" | "the management group")
            .then(|| format!("{{{name} of {}}}", instance.0))
    }
}

/// Whether a text is an object id, and no stand-in for one.
fn is_id(text: &str) -> bool {
    ids::is_guid(text) && text.bytes().any(|letter| !matches!(letter, b'0' | b'-'))
}
