//! Federated credentials that are written at the same time. Azure takes one write below an identity at a time and answers
//! the others with a conflict (learn.microsoft.com,
//! entra/workload-id/workload-identity-federation-considerations); azurerm waits by itself since 3.40.

use super::{Federation, Holder};
use crate::finding::Fix;
use crate::graph::{Graph, Mode, Resource, ResourceId};
use crate::ir::{ExprKind, Name, Repeat};
use crate::resolve::eval::Key;
use crate::resolve::value::{InstanceId, Kind, Truth, Value};

/// The most credentials of one identity that are compared; Azure takes twenty.
const MAX_COMPARED: usize = 64;

/// Two credentials of one identity that are written at the same time.
#[derive(Debug)]
pub struct ParallelWrites {
    /// What people call the identity.
    pub identity: Name,
    /// The first credential in the text that does not wait for an earlier one.
    pub credential: ResourceId,
    /// The one that it does not wait for.
    pub other: ResourceId,
    /// Whether both are certainly made.
    pub sure: Truth,
    /// What a loop runs over, if that is why.
    pub list: Option<Value>,
    /// What makes them wait.
    pub remedy: String,
    /// The edit that makes all of the identity's wait.
    pub fix: Option<Fix>,
}

/// The identity of a credential.
#[derive(Debug, Clone, PartialEq)]
enum Owner {
    /// It is declared or looked up.
    Known(ResourceId),
    /// It is only named, by the module instance in which that means one.
    Named(String, Option<InstanceId>),
}

/// Why two credentials are written at the same time.
struct Clash {
    sure: Truth,
    /// Whether they are of one loop.
    is_loop: bool,
    list: Option<Value>,
}

impl Graph<'_> {
    /// Credentials that are written at the same time: one finding for each identity.
    #[must_use]
    pub fn parallel_writes(&self) -> Vec<ParallelWrites> {
        let mut groups: Vec<(Owner, Vec<&Resource>)> = Vec::new();
        for credential in &self.federations {
            let Some((owner, resource)) = self.unordered(credential) else { continue };
            match groups.iter_mut().find(|(other, _)| self.is_same_owner(other, &owner)) {
                Some((_, group)) => group.push(resource),
                None => groups.push((owner, vec![resource])),
            }
        }
        groups.into_iter().filter_map(|(owner, group)| self.clashes(&owner, group)).collect()
    }

    /// The identity of a credential that nothing else orders, and its resource.
    fn unordered<'g>(&'g self, credential: &Federation) -> Option<(Owner, &'g Resource)> {
        let resource = self.resource(credential.by).filter(|resource| resource.kind.contains('/'))?;
        let is_one = !resource.any && resource.presence != Truth::No;
        let owner = match credential.holder {
            Some(Holder::Identity(id)) => Some(Owner::Known(id)).filter(|_| !self.stands_for_any(id)),
            Some(Holder::Application(_)) => None,
            None => self.named_owner(resource),
        };
        owner.filter(|_| is_one).map(|owner| (owner, resource))
    }

    /// An identity that is nowhere declared: by its id, or by the first part of the credential's name.
    fn named_owner(&self, resource: &Resource) -> Option<Owner> {
        if !resource.is(super::CREDENTIAL) {
            return None;
        }
        if let Some(parent) = resource.argument("parent") {
            return self.known(parent).as_str().map(|id| Owner::Named(id.to_lowercase(), None));
        }
        let name = self.known(resource.argument("name")?);
        let (identity, _) = name.as_str().filter(|_| !name.assumed)?.split_once('/')?;
        let instance = self.deployment.node(resource.id)?.instance;
        Some(Owner::Named(identity.to_lowercase(), Some(instance)))
    }

    fn is_same_owner(&self, one: &Owner, other: &Owner) -> bool {
        match (one, other) {
            (Owner::Known(one), Owner::Known(other)) => self.is_same_identity(*one, *other),
            _ => one == other,
        }
    }

    fn owner_title(&self, owner: &Owner) -> Name {
        match owner {
            Owner::Known(id) => self.title(*id),
            Owner::Named(name, _) => name.rsplit('/').next().unwrap_or(name).into(),
        }
    }

    fn clashes(&self, owner: &Owner, mut group: Vec<&Resource>) -> Option<ParallelWrites> {
        group.sort_by_key(|resource| (resource.span, resource.id));
        group.truncate(MAX_COMPARED);
        let mut found: Option<(&Resource, &Resource, Clash)> = None;
        let mut pairs = Vec::new();
        for (at, later) in group.iter().enumerate() {
            for earlier in group.iter().take(at) {
                let Some(clash) = self.clash(earlier, later) else { continue };
                pairs.push((*earlier, *later, clash.is_loop));
                if found.is_none() {
                    found = Some((later, earlier, clash));
                }
            }
        }
        let (later, earlier, clash) = found?;
        let (remedy, fix) = if clash.is_loop {
            let only = pairs.iter().all(|(_, one, is_loop)| *is_loop && one.declaration == later.declaration);
            (self.loop_remedy(later), self.one_by_one(later.id).filter(|_| only))
        } else {
            let loops = pairs.iter().any(|(_, _, is_loop)| *is_loop);
            let edges: Vec<(ResourceId, ResourceId)> = pairs.iter().map(|(one, other, _)| (one.id, other.id)).collect();
            let order: Vec<ResourceId> = group.iter().map(|resource| resource.id).collect();
            (format!("let it depend on `{}`", earlier.title), self.chained(&order, &edges).filter(|_| !loops))
        };
        Some(ParallelWrites {
            identity: self.owner_title(owner),
            credential: later.id,
            other: earlier.id,
            sure: clash.sure,
            list: clash.list,
            remedy,
            fix,
        })
    }

    fn clash(&self, earlier: &Resource, later: &Resource) -> Option<Clash> {
        if self.take_turns(earlier, later) {
            return None;
        }
        let (one, other) = (self.deployment.node(earlier.id)?, self.deployment.node(later.id)?);
        let declared = self.deployment.resource(later.id)?;
        if one.instance == other.instance && one.resource == other.resource {
            let (sure, list) = self.of_one_loop(earlier, later, other.instance)?;
            return (declared.batch.size != Some(1)).then_some(Clash { sure, is_loop: true, list });
        }
        let sure = match (earlier.presence, later.presence) {
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            (Truth::Yes, _) | (_, Truth::Yes) => Truth::Maybe,
            _ if self.are_made_together(earlier.id, later.id) => Truth::Maybe,
            _ => return None,
        };
        if let Some((caller, call)) = self.same_call(one.instance, other.instance) {
            let calls = &self.deployment.module(caller)?.calls;
            let is_serial = calls.get(call).is_none_or(|call| call.batch.size == Some(1));
            let is_loop = one.resource == other.resource && !is_serial;
            return is_loop.then_some(Clash { sure, is_loop: false, list: None });
        }
        let apart =
            self.waits_for(later.id, earlier.id) == Truth::No && self.waits_for(earlier.id, later.id) == Truth::No;
        apart.then_some(Clash { sure, is_loop: false, list: None })
    }

    /// Whether two instances of one loop are there together, and what it runs over.
    fn of_one_loop(
        &self,
        earlier: &Resource,
        later: &Resource,
        instance: InstanceId,
    ) -> Option<(Truth, Option<Value>)> {
        let declared = self.deployment.resource(later.id)?;
        let (Repeat::Count(list) | Repeat::ForEach(list)) = &declared.repeat else { return None };
        let value = self.deployment.value_in(instance, list);
        let is_numbered = matches!(declared.repeat, Repeat::Count(_)) && declared.condition.is_none();
        let is_whole = !matches!(value.kind, Kind::OneOf(_) | Kind::Unknown(_));
        let sure = match (earlier.presence, later.presence) {
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            (Truth::Yes, _) | (_, Truth::Yes) => Truth::Maybe,
            // All of a default are there, or another list, which the value says.
            _ if value.assumed && is_whole && declared.condition.is_none() => Truth::Yes,
            // Where there is a second one, there is a first one.
            _ if is_numbered => Truth::Maybe,
            _ => return None,
        };
        Some((sure, Some(value)))
    }

    /// Whether two resources of one module are made on the same condition.
    fn are_made_together(&self, one: ResourceId, other: ResourceId) -> bool {
        let (Some(a), Some(b)) = (self.deployment.resource(one), self.deployment.resource(other)) else { return false };
        let is_once = matches!((&a.repeat, &b.repeat), (Repeat::Once, Repeat::Once));
        let is_same = match (&a.condition, &b.condition) {
            (None, None) => true,
            (Some(a), Some(b)) => self.sources.slice(a.span) == self.sources.slice(b.span),
            _ => false,
        };
        is_once && is_same && self.same_module(one, other)
    }

    /// The call in a loop by which two instances of one module, or of modules in it, come to be.
    fn same_call(&self, one: InstanceId, other: InstanceId) -> Option<(InstanceId, usize)> {
        let (mut one, mut other) = (self.deployment.instance(one)?, self.deployment.instance(other)?);
        // No deployment nests modules deeper.
        for _ in 0..32 {
            let (above, beside) = (one.parent?, other.parent?);
            if one.id != other.id && above == beside {
                return Some(above);
            }
            if above.1 != beside.1 {
                return None;
            }
            (one, other) = (self.deployment.instance(above.0)?, self.deployment.instance(beside.0)?);
        }
        None
    }

    /// Whether azapi makes two of its resources wait for each other, or tries again.
    fn take_turns(&self, one: &Resource, other: &Resource) -> bool {
        let written = |resource: &Resource, name: &str| {
            let is_azapi =
                self.deployment.resource(resource.id).is_some_and(|declared| &*declared.kind == "azapi_resource");
            let body = self.deployment.body(resource.id).filter(|_| is_azapi)?;
            let value = body.get(name)?.value.clone();
            (value.is_null() != Truth::Yes).then_some(value)
        };
        if [one, other].iter().any(|resource| written(resource, "retry").is_some()) {
            return true;
        }
        let (Some(a), Some(b)) = (written(one, "locks"), written(other, "locks")) else { return false };
        match (&a.kind, &b.kind) {
            (Kind::List(a), Kind::List(b)) => {
                a.rest.is_some()
                    || b.rest.is_some()
                    || a.items.iter().any(|lock| b.items.iter().any(|one| one.same(lock)))
            }
            _ => true,
        }
    }

    /// Whether two identities are certainly one.
    fn is_same_identity(&self, one: ResourceId, other: ResourceId) -> bool {
        let (Some(a), Some(b)) = (self.resource(one), self.resource(other)) else { return false };
        if one == other {
            return true;
        }
        let is_looked_up = a.mode == Mode::Data && b.mode == Mode::Data && a.kind == b.kind;
        let name = |resource: &Resource| {
            let name = self.known(resource.argument("name")?);
            name.as_str().map(str::to_lowercase)
        };
        is_looked_up && name(a).is_some() && name(a) == name(b) && self.same_place(one, other)
    }

    /// Whether two look-ups look in the same place.
    fn same_place(&self, one: ResourceId, other: ResourceId) -> bool {
        let written = |id: ResourceId, name: &str| {
            let body = self.deployment.body(id)?;
            Some(self.known(&body.get(name)?.value))
        };
        if let Some(name) = ["parent_id", "resource_group_name"].iter().find(|name| written(one, name).is_some()) {
            return written(one, name).zip(written(other, name)).is_some_and(|(a, b)| a.same(&b));
        }
        let is_default = |id: ResourceId| {
            let scope = self.deployment.resource(id).and_then(|declared| declared.body.attr("scope"));
            scope.is_none_or(|scope| matches!(&scope.value.kind, ExprKind::Call(name, ..) if &**name == "arm:scope"))
        };
        let is_here = |id: ResourceId| {
            let mut current = self.deployment.node(id).and_then(|node| self.deployment.instance(node.instance));
            for _ in 0..32 {
                let Some((parent, call)) = current.and_then(|instance| instance.parent) else { return true };
                let calls = self.deployment.module(parent).map(|module| &module.calls);
                if calls.and_then(|calls| calls.get(call)).is_none_or(|call| call.elsewhere) {
                    return false;
                }
                current = self.deployment.instance(parent);
            }
            false
        };
        is_default(one) && is_default(other) && (self.same_module(one, other) || is_here(one) && is_here(other))
    }

    /// Whether a resource is one of a loop.
    pub(in crate::graph) fn is_repeated(&self, id: ResourceId) -> bool {
        self.deployment.node(id).is_some_and(|node| node.key != Key::Once)
    }
}
