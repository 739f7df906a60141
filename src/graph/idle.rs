//! Identities that nothing uses, and those that have their rights only through a group.

use std::collections::HashSet;

use super::order::Declaration;
use super::{Declared, Grant, Graph, Host, Mode, Principal, Resource, ResourceId, Right, flatten};
use crate::ir::Name;
use crate::resolve::value::{Kind, Reason, Truth, Value};

/// What gives an identity rights, protects it or watches it, but does not use it: parts of the names of its types.
const NO_USE: [&str; 7] = [
    "roleassignment",
    "role_assignment",
    "access_policy",
    "accesspolicies",
    "management_lock",
    "authorization/locks",
    "diagnostic",
];

/// An identity that nothing uses.
#[derive(Debug)]
pub struct Idle<'g> {
    /// The identity.
    pub identity: ResourceId,
    /// What it is granted all the same.
    pub grants: Vec<&'g Grant>,
}

/// An identity whose rights are those of a group.
#[derive(Debug)]
pub struct Member {
    /// The identity.
    pub identity: ResourceId,
    /// The group.
    pub group: ResourceId,
    /// What people call the group.
    pub group_name: Name,
    /// What makes it a member.
    pub by: ResourceId,
    /// The principal id.
    pub value: Value,
}

/// What the resources of a deployment read.
struct Read {
    nodes: HashSet<ResourceId>,
    declarations: HashSet<Declaration>,
    texts: Vec<String>,
    /// Whether something is read of which only the id is known.
    unknown: bool,
}

impl Graph<'_> {
    /// Every user-assigned identity that is made here and that certainly nothing here uses, while something could.
    #[must_use]
    pub fn idle_identities(&self) -> Vec<Idle<'_>> {
        if !self.hosts.iter().any(|host| matches!(host.declared, Declared::Block(_))) {
            return Vec::new();
        }
        let made = self.resources().filter(|one| one.mode == Mode::Managed && is_identity(one));
        let made = made.filter(|one| !one.any && !self.is_stand_in(one.id));
        // What everything reads is much to look through.
        let made: Vec<&Resource> = made.filter(|one| self.is_attached_nowhere(one)).collect();
        if made.is_empty() {
            return Vec::new();
        }
        let read = self.read();
        // Whoever grants it something elsewhere may use it there, too.
        let is_idle = |one: &&Resource| self.is_idle(one, &read) && !self.is_named_elsewhere(&Principal::User(one.id));
        let idle = made.into_iter().filter(is_idle);
        let with_grants = |identity: &Resource| {
            let principal = Principal::User(identity.id);
            let is_own = |grant: &&Grant| self.reaches(&grant.principal, &principal) == Truth::Yes;
            Idle { identity: identity.id, grants: self.grants.iter().filter(is_own).collect() }
        };
        idle.map(with_grants).collect()
    }

    fn is_stand_in(&self, id: ResourceId) -> bool {
        let module = self.deployment.node(id).and_then(|node| self.deployment.module(node.instance));
        module.is_some_and(|module| module.stands_in.is_some())
    }

    fn is_attached_nowhere(&self, identity: &Resource) -> bool {
        let own = self.id_of(identity.id, identity.span);
        let may_have = |host: &Host| self.attached(host, &own) != Truth::No;
        !self.hosts.iter().any(may_have)
            && self.federated_credentials(identity.id).is_empty()
            && !self.is_found_by_name(identity)
    }

    fn is_idle(&self, identity: &Resource, read: &Read) -> bool {
        let name = identity.argument("name").map(|name| self.known(name));
        let name = name.as_ref().and_then(Value::as_str).map(str::to_lowercase);
        let is_named = |name: &String| read.texts.iter().any(|text| text.contains(name.as_str()));
        let is_read = read.nodes.contains(&identity.id)
            || self.declaration(identity.id).is_some_and(|own| read.declarations.contains(&own));
        !is_read && name.as_ref().map_or(!read.unknown, |name| !is_named(name))
    }

    /// Whether something looks an identity up that may be this one.
    fn is_found_by_name(&self, identity: &Resource) -> bool {
        let mut looked_up = self.resources().filter(|one| one.mode == Mode::Data && is_identity(one));
        let same =
            |other: &Resource| self.is_same(&Principal::User(other.id), &Principal::User(identity.id)) != Truth::No;
        looked_up.any(same)
    }

    /// What everything reads that uses what it reads.
    fn read(&self) -> Read {
        let mut read = Read {
            nodes: HashSet::new(),
            declarations: self.read_outside().into_iter().collect(),
            texts: Vec::new(),
            unknown: false,
        };
        let given = self.outputs.iter().filter(|output| output.root).map(|output| output.value.clone());
        for value in given.chain(self.handed_out().iter().cloned()).collect::<Vec<_>>() {
            let mut own = HashSet::new();
            mentions(&value, &mut |value| self.note(value, &mut own, &mut read, false));
            read.nodes.extend(own);
        }
        for resource in self.resources() {
            let kind = resource.kind.to_ascii_lowercase();
            if NO_USE.iter().any(|part| kind.contains(part)) {
                continue;
            }
            let mut own: HashSet<ResourceId> = HashSet::new();
            for entry in resource.body.entries.iter() {
                // What a resource is called is no use of another one of that name.
                let is_own_name = &*entry.key == "name" && is_identity(resource);
                mentions(&entry.value, &mut |value| self.note(value, &mut own, &mut read, is_own_name));
            }
            own.remove(&resource.id);
            let found: HashSet<Declaration> = own.iter().filter_map(|id| self.declaration(*id)).collect();
            // What is read somehow, but in no value that could be followed.
            let reads = self.reads_of(resource.id).into_iter().filter(|one| !found.contains(one));
            read.declarations.extend(reads.filter(|one| self.declaration(resource.id) != Some(*one)));
            read.nodes.extend(own);
        }
        read
    }

    /// The arguments of modules that are not here.
    fn handed_out(&self) -> &[Value] {
        self.handed_out.get_or_init(|| {
            let mut values = Vec::new();
            for instance in self.module_instances() {
                let calls = self.deployment.module(instance).map_or(0, |module| module.calls.len());
                let absent = (0..calls).filter(|call| self.deployment.call_instances(instance, *call).is_none());
                values.extend(absent.flat_map(|call| self.deployment.arguments(instance, call)));
            }
            values
        })
    }

    /// The resources that modules that are not here are told of.
    pub(super) fn told_outside(&self) -> &HashSet<ResourceId> {
        self.told_outside.get_or_init(|| {
            let mut told = HashSet::new();
            for value in self.handed_out() {
                value.walk(&mut |one| {
                    let Some((reference, resource)) = self.reference_of(one) else { return };
                    if matches!(reference.dotted().as_str(), "" | "id" | "name" | "output") {
                        told.insert(resource.id);
                    }
                });
            }
            told
        })
    }

    fn note(&self, value: &Value, own: &mut HashSet<ResourceId>, read: &mut Read, is_own_name: bool) {
        match &value.kind {
            Kind::Ref(reference) => {
                let Some(node) = reference.start() else { return };
                let node = self.aliases.get(&node).copied().unwrap_or(node);
                if reference.many || self.stands_for_any(node) {
                    read.declarations.extend(self.declaration(node));
                }
                own.insert(node);
            }
            Kind::Text(text) if !is_own_name => {
                let text = text.pattern().to_lowercase();
                if text.contains("userassignedidentities/") {
                    read.texts.push(text);
                }
            }
            Kind::Unknown(why) => read.unknown |= matches!(why.reason, Reason::Reference),
            _ => {}
        }
    }

    /// Every identity made here that is a member of a group made here and that is granted nothing itself. Groups with roles of the directory are what groups of identities are made for.
    #[must_use]
    pub fn only_members(&self) -> Vec<Member> {
        let outside: HashSet<Declaration> = self.read_outside().into_iter().collect();
        let is_sole = |member: &Member| {
            let identity = Principal::User(member.identity);
            let group = Principal::Group(member.group);
            let mut of_group = self.grants.iter().filter(|grant| self.reaches(&grant.principal, &group) == Truth::Yes);
            !of_group.any(|grant| matches!(grant.right, Right::InDirectory { .. }))
                && !self.grants.iter().any(|grant| self.may_reach_itself(&grant.principal, &identity))
                && !self.declaration(member.identity).is_some_and(|own| outside.contains(&own))
                && !self.is_named_elsewhere(&identity)
        };
        self.members().into_iter().filter(is_sole).collect()
    }

    /// Whether a grant is, or may be, to a principal and not to a group.
    fn may_reach_itself(&self, granted: &Value, wanted: &Principal) -> bool {
        self.principals(granted).into_iter().any(|principal| match principal {
            Ok(Principal::Group(_)) => false,
            Ok(principal) => self.is_same(&principal, wanted) != Truth::No,
            Err(_) => true,
        })
    }

    /// The name that a group is shown under.
    fn group_name(&self, group: ResourceId) -> Name {
        let shown = |group: &Resource| {
            let name = group.argument("display_name").or_else(|| group.argument("displayName"))?;
            self.known(name).as_str().map(Name::from)
        };
        self.resource(group).and_then(shown).unwrap_or_else(|| self.title(group))
    }

    fn members(&self) -> Vec<Member> {
        let mut found = Vec::new();
        for resource in self.resources().filter(|resource| resource.mode == Mode::Managed) {
            let kind = resource.kind.to_ascii_lowercase();
            let (group, values) = match kind.as_str() {
                "azuread_group_member" => {
                    let group = resource.argument("group_object_id").and_then(|group| self.only_principal(group));
                    let Some(Principal::Group(group)) = group else { continue };
                    (group, resource.values_at("member_object_id"))
                }
                "azuread_group" => (resource.id, resource.values_at("members").into_iter().flat_map(flatten).collect()),
                "microsoft.graph/groups" => {
                    let members = resource.values_at("members").into_iter();
                    let lists = members.map(|one| one.property("relationships").map_or(one, |entry| &entry.value));
                    (resource.id, lists.flat_map(flatten).collect())
                }
                _ => continue,
            };
            if self.resource(group).is_none_or(|group| group.mode != Mode::Managed) {
                continue;
            }
            for value in values {
                if let Some(Principal::User(identity)) = self.only_principal(value)
                    && self.resource(identity).is_some_and(|identity| identity.mode == Mode::Managed && !identity.any)
                {
                    let group_name = self.group_name(group);
                    found.push(Member { identity, group, group_name, by: resource.id, value: value.clone() });
                }
            }
        }
        found
    }
}

fn is_identity(resource: &Resource) -> bool {
    resource.is_arm(super::arm::USER_ASSIGNED_IDENTITY)
}

/// Calls `visit` on a value and on everything in it, keys included.
fn mentions<'v>(value: &'v Value, visit: &mut dyn FnMut(&'v Value)) {
    value.walk(&mut |one| {
        visit(one);
        if let Kind::Map(map) = &one.kind {
            for key in map.entries.iter().filter_map(|entry| entry.reference.as_deref().or(entry.said.as_deref())) {
                key.walk(&mut |part| visit(part));
            }
        }
    });
}
