//! Whether a scope contains a resource. Scopes inherit downwards; what cannot be told is maybe.

use super::{Graph, Resource, ResourceId};
use crate::azure::ids::{self, IdLevel};
use crate::ir::Mode;
use crate::resolve::value::{Kind, Reason, Text, TextPart, Truth, Value, every};
use crate::source::Span;

impl Graph<'_> {
    /// Whether a role at this scope holds for the target.
    #[must_use]
    pub fn covers(&self, scope: &Value, target: ResourceId) -> Truth {
        let Some(target) = self.resource(target) else { return Truth::Maybe };
        every(scope.alternatives().iter().map(|one| self.covers_one(one, target)))
    }

    /// What a scope names as a whole: a subscription, a management group, a resource group or a resource.
    #[must_use]
    pub fn level(&self, scope: &Value) -> Option<IdLevel> {
        if let Kind::OneOf(values) = &scope.kind {
            let mut levels = values.iter().map(|one| self.level(one));
            let first = levels.next()??;
            return levels.all(|level| level == Some(first)).then_some(first);
        }
        if let Some((reference, resource)) = self.reference_of(scope) {
            let path = reference.dotted();
            return match (&*resource.kind, path.as_str()) {
                ("azurerm_subscription", "id") if resource.mode == Mode::Data => Some(IdLevel::Subscription),
                (_, "id") if resource.is_arm("Microsoft.Management/managementGroups") => Some(IdLevel::ManagementGroup),
                (_, "id") if resource.is_arm(GROUP) => Some(IdLevel::ResourceGroup),
                ("azurerm_resource_group", "id") => Some(IdLevel::ResourceGroup),
                (kind, "id") if kind.contains('/') => Some(IdLevel::Resource),
                (kind, "id")
                    if kind.starts_with("azurerm_") && resource.facts.is_some_and(|facts| !facts.arm.is_empty()) =>
                {
                    match resource.facts.map(|facts| facts.arm) {
                        Some("Microsoft.Subscription/aliases" | "Microsoft.Resources/subscriptions") => None,
                        _ => Some(IdLevel::Resource),
                    }
                }
                _ => self.deployment.configured(reference).and_then(|configured| self.level(&configured)),
            };
        }
        let Kind::Text(text) = &scope.kind else { return None };
        match text {
            Text::Plain(text) => ids::level(text),
            Text::Parts(parts) => match parts.first() {
                // `${data.azurerm_subscription.current.id}/resourceGroups/x`
                Some(TextPart::Hole(first)) => match (self.level(first), parts.get(1)) {
                    (Some(IdLevel::Subscription), Some(TextPart::Text(rest))) => {
                        ids::level(&format!("/subscriptions/x{rest}"))
                    }
                    (Some(IdLevel::ResourceGroup | IdLevel::Resource), _) => Some(IdLevel::Resource),
                    _ => None,
                },
                _ => ids::level(&text.pattern()),
            },
        }
    }

    /// What a role at the scope of a resource group reaches the data of, if the group is made here and certainly holds one
    /// such resource and no other.
    #[must_use]
    pub fn only_target(&self, scope: &Value, reaches: impl Fn(&str) -> bool) -> Option<ResourceId> {
        let group = self.named_by(scope).and_then(|id| self.resource(id))?;
        if !group.is_arm(GROUP) || group.mode != Mode::Managed || group.any || !self.opaque.is_empty() {
            return None;
        }
        let mut only = None;
        for target in self.resources().filter(|resource| resource.mode == Mode::Managed) {
            if target.may_be_anything() {
                return None;
            }
            let kind = target.arm_type();
            // What lies in another resource is no place of its own.
            let provider = kind.split_once('/').filter(|(_, name)| !name.contains('/')).map(|(provider, _)| provider);
            if !provider.is_some_and(&reaches) || self.resource_covers(group, scope, target) == Truth::No {
                continue;
            }
            let certain = self.resource_covers(group, scope, target) == Truth::Yes && target.presence == Truth::Yes;
            if !certain || target.any || only.is_some() {
                return None;
            }
            only = Some(target.id);
        }
        only
    }

    fn covers_one(&self, scope: &Value, target: &Resource) -> Truth {
        if self.is_group_of(scope, target) {
            return Truth::Yes;
        }
        if let Some((reference, resource)) = self.reference_of(scope) {
            return if reference.many { Truth::Maybe } else { self.resource_covers(resource, scope, target) };
        }
        match &scope.kind {
            Kind::Null => Truth::No,
            Kind::Text(Text::Plain(text)) => self.text_covers(text, target),
            Kind::Text(Text::Parts(parts)) => match parts.first() {
                // Something below what the hole names.
                Some(TextPart::Hole(first)) => match self.covers_one(first, target) {
                    Truth::No => Truth::No,
                    Truth::Yes | Truth::Maybe => Truth::Maybe,
                },
                _ => self.parts_cover(parts, target),
            },
            _ => Truth::Maybe,
        }
    }

    fn resource_covers(&self, resource: &Resource, scope: &Value, target: &Resource) -> Truth {
        if resource.id == target.id && self.named_by(scope) == Some(target.id) {
            return Truth::Yes;
        }
        if resource.may_be(target) || resource.id == target.id {
            return Truth::Maybe;
        }
        match &*resource.kind {
            _ if resource.is_arm(GROUP) => self.group_holds(resource, target),
            "azurerm_subscription" | "azurerm_management_group" | "azurerm_client_config" => Truth::Maybe,
            _ if resource.mode != Mode::Managed && resource.kind == target.kind => match self.literal_name(resource) {
                Some(name) if self.literal_name(target).is_some_and(|own| own != name) => Truth::No,
                _ => Truth::Maybe,
            },
            _ if is_below(resource.arm_type(), target.arm_type()) => match self.lies_in(resource, target) {
                Truth::No => Truth::No,
                Truth::Yes | Truth::Maybe => Truth::Maybe,
            },
            _ if self.refers_to(resource, target) || self.refers_to(target, resource) => Truth::Maybe,
            _ if resource.facts.is_none() && !resource.kind.starts_with("azurerm_") && !resource.kind.contains('/') => {
                Truth::Maybe
            }
            _ => match self.named_by(scope) {
                // The argument names another resource.
                Some(other) if other != resource.id => {
                    self.resource(other).map_or(Truth::Maybe, |other| self.resource_covers(other, scope, target))
                }
                _ => Truth::No,
            },
        }
    }

    fn literal_name(&self, resource: &Resource) -> Option<String> {
        let name = self.known(resource.argument("name")?);
        name.as_str().map(str::to_lowercase)
    }

    /// Whether a resource lies in another one, at any depth.
    pub(super) fn lies_in(&self, child: &Resource, target: &Resource) -> Truth {
        let mut current = child;
        // No type has more segments than this.
        for _ in 0..8 {
            let Some(parent) = self.container(current).and_then(|id| self.resource(id)) else { return Truth::Maybe };
            if parent.id == target.id {
                return Truth::Yes;
            }
            if parent.may_be(target) {
                return Truth::Maybe;
            }
            if parent.is_arm(target.arm_type()) {
                return if parent.mode == Mode::Managed { Truth::No } else { Truth::Maybe };
            }
            current = parent;
        }
        Truth::Maybe
    }

    /// The resource that a child names as what it lies in.
    pub(super) fn container(&self, child: &Resource) -> Option<ResourceId> {
        if child.kind.contains('/') {
            return self.parent(child, child.kind.rsplit_once('/')?.0);
        }
        child.body.entries.iter().find_map(|entry| {
            let id = self.named_by(&entry.value)?;
            is_below(child.arm_type(), self.resource(id)?.arm_type()).then_some(id)
        })
    }

    /// Whether an argument of the first names the second: a child names its parent.
    fn refers_to(&self, child: &Resource, parent: &Resource) -> bool {
        child.body.entries.iter().any(|entry| self.named_by(&entry.value) == Some(parent.id))
    }

    /// Whether a scope is certainly the resource group that a resource of the ARM API lies in: the one that its template
    /// deploys to, or the one that it names as its parent.
    fn is_group_of(&self, scope: &Value, target: &Resource) -> bool {
        if target.kind.split('/').count() != 2 || target.argument("parent").is_some() {
            return false;
        }
        if let Some(parent) = self.deployment.attr(target.id, &"parent_id".into()) {
            let is_group = self.level(&parent) == Some(IdLevel::ResourceGroup);
            let (own, wanted) = (self.known(&parent), self.known(scope));
            return is_group
                && match (own.as_str(), wanted.as_str()) {
                    (Some(own), Some(wanted)) => own.eq_ignore_ascii_case(wanted),
                    _ => self.equal(&parent, scope) == Truth::Yes,
                };
        }
        let is_own = |value: &Value| is_own_group(value) && self.level(value) == Some(IdLevel::ResourceGroup);
        target.argument("scope").is_some_and(|own| is_own(own) && is_own(scope))
            && self.is_one_module(scope.span, target)
    }

    /// Whether a place is in the module that declares a resource, and that module is there once.
    fn is_one_module(&self, place: Span, resource: &Resource) -> bool {
        let instance = |id| self.deployment.node(id).map(|node| node.instance);
        let own = instance(resource.id);
        let mut others = self.resources().filter(|other| other.span.source == place.source);
        place.source == resource.span.source && others.all(|other| instance(other.id) == own)
    }

    fn group_holds(&self, group: &Resource, target: &Resource) -> Truth {
        let Some(name) = self.own_group(target) else { return Truth::Maybe };
        every(name.alternatives().iter().map(|name| {
            if let Some((_, named)) = self.reference_of(name) {
                if named.id == group.id {
                    return Truth::Yes;
                }
                if named.may_be(group) {
                    return Truth::Maybe;
                }
                if named.kind == group.kind && named.mode == Mode::Managed && group.mode == Mode::Managed {
                    return Truth::No;
                }
            }
            let (name, own) = (self.known(name), self.literal_name(group));
            match (name.as_str(), own) {
                (Some(name), Some(own)) => Truth::from(name.eq_ignore_ascii_case(&own)),
                _ => Truth::Maybe,
            }
        }))
    }

    /// The name or id of the resource group that a resource is made in, where the code says it.
    fn own_group(&self, target: &Resource) -> Option<Value> {
        if let Some(name) = target.argument("resource_group_name") {
            return Some(name.clone());
        }
        let is_outermost = target.mode == Mode::Managed && target.kind.split('/').count() == 2;
        let node = self.deployment.node(target.id).filter(|_| is_outermost)?;
        let parent = self.deployment.resource(target.id)?.body.attr("parent_id");
        match parent {
            Some(_) => self.deployment.attr(target.id, &"parent_id".into()),
            None => self.deployment.group_of(node.instance),
        }
    }

    fn text_covers(&self, text: &str, target: &Resource) -> Truth {
        match ids::level(text) {
            Some(IdLevel::Resource) => match self.literal_name(target) {
                Some(name) => match text.rsplit('/').next() {
                    Some(last) if last.eq_ignore_ascii_case(&name) => Truth::Yes,
                    _ if text.to_lowercase().contains(&format!("/{name}/")) => Truth::Maybe,
                    _ => Truth::No,
                },
                None => Truth::Maybe,
            },
            Some(IdLevel::ResourceGroup) => {
                let group = ids::segment_after(text, "resourceGroups").unwrap_or("");
                let own = target.argument("resource_group_name").map(|value| self.known(value));
                match own.as_ref().and_then(Value::as_str) {
                    Some(own) => Truth::from(own.eq_ignore_ascii_case(group)),
                    None => Truth::Maybe,
                }
            }
            _ => Truth::Maybe,
        }
    }

    fn parts_cover(&self, parts: &[TextPart], target: &Resource) -> Truth {
        // An id put together from pieces: it is the target's if it ends in the target's name.
        match parts.last() {
            Some(TextPart::Hole(last)) if self.named_by(last) == Some(target.id) => Truth::Yes,
            Some(TextPart::Hole(last)) => match self.reference_of(last) {
                Some((_, other))
                    if other.kind == target.kind && !other.may_be(target) && other.mode == Mode::Managed =>
                {
                    Truth::No
                }
                _ => Truth::Maybe,
            },
            _ => Truth::Maybe,
        }
    }
}

pub(super) const GROUP: &str = "Microsoft.Resources/resourceGroups";

/// Whether an id is, for all that is written, that of what its template deploys to.
fn is_own_group(id: &Value) -> bool {
    let own = |part: &TextPart| match part {
        TextPart::Hole(hole) => match hole.why().map(|why| &why.reason) {
            Some(Reason::Runtime(name)) => matches!(&**name, "the subscription" | "the resource group"),
            _ => false,
        },
        TextPart::Text(_) => true,
    };
    matches!(&id.kind, Kind::Text(Text::Parts(parts)) if parts.iter().all(own))
}

/// Whether resources of the first ARM type lie in resources of the second.
fn is_below(child: &str, parent: &str) -> bool {
    child.contains('/')
        && parent.contains('/')
        && child.get(..parent.len()).is_some_and(|start| start.eq_ignore_ascii_case(parent))
        && child.as_bytes().get(parent.len()) == Some(&b'/')
}
