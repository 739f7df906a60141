//! Whether everything here that uses a resource asks as its identity.

use std::collections::{BTreeSet, HashMap};

use super::demand::{Needs, holds_key};
use crate::graph::access::Access;
use crate::graph::order::{Declaration, ReadBack};
use crate::graph::{Declared, Graph, Ids, Mode, Principal, Resource, ResourceId, Right};
use crate::resolve::value::{Kind, Truth, Value};
use crate::source::Span;

/// What names another resource and does not use its data: parts of the names of its types, in lower case.
const NO_USE: [&str; 6] = [
    "microsoft.network/privateendpoints",
    "microsoft.network/privatednszones",
    "microsoft.insights/metricalerts",
    "microsoft.authorization/locks",
    "microsoft.authorization/roleassignments",
    "microsoft.eventgrid/systemtopics",
];

/// What asks as its identity by its own code. Other services may fetch a key of what they are told, whatever roles their
/// identity has: a workspace of Azure Machine Learning does.
const CLIENTS: [&str; 9] = [
    SITE,
    SLOT,
    "Microsoft.App/containerApps",
    "Microsoft.App/jobs",
    "Microsoft.ContainerInstance/containerGroups",
    "Microsoft.Compute/virtualMachines",
    "Microsoft.Compute/virtualMachineScaleSets",
    "Microsoft.Logic/workflows",
    "Microsoft.EventGrid/namespaces",
];

const SITE: &str = "Microsoft.Web/sites";
const SLOT: &str = "Microsoft.Web/sites/slots";

/// Who reads something of whom: worked out once, for there are as many owners to ask for as there are resources.
#[derive(Debug, Default)]
pub(super) struct Readers {
    by_reference: HashMap<ResourceId, Vec<ResourceId>>,
    by_declaration: ReadBack,
}

impl Readers {
    /// Who reads something of a resource, in the order of the graph.
    fn of(&self, owner: ResourceId, declared: Declaration) -> BTreeSet<ResourceId> {
        let referring = self.by_reference.get(&owner).into_iter().flatten();
        referring.copied().chain(self.by_declaration.readers(declared)).collect()
    }
}

impl Graph<'_> {
    /// Everything here that uses a resource, if all of it asks as an identity of its own: each with the grant that lets
    /// it. None if something may ask otherwise, or nothing uses it.
    pub(super) fn served_by_identity(
        &self,
        owner: &Resource,
        provider: &str,
        needs: &Needs,
    ) -> Option<Vec<(ResourceId, Span)>> {
        if provider.is_empty() || owner.any || needs.told.contains(&owner.id) {
            return None;
        }
        let mut found: Vec<(ResourceId, Span)> = Vec::new();
        let is_other = |reader: &&Resource| {
            reader.id != owner.id && self.aliases.get(&reader.id).is_none_or(|found| *found != owner.id)
        };
        let readers = needs.readers.of(owner.id, self.declaration(owner.id)?);
        for reader in readers.into_iter().filter_map(|id| self.resource(id)).filter(is_other) {
            if self.is_no_use(reader, owner) {
                continue;
            }
            let user = self.user(reader);
            if found.iter().any(|(other, _)| *other == user) {
                continue;
            }
            let grant = self.asks_as_itself(user, owner.id, provider)?;
            if self.may_hold_key(user) || holds_key_somewhere(reader) {
                return None;
            }
            found.push((user, grant));
        }
        (!found.is_empty()).then_some(found)
    }

    /// Who reads something of whom.
    pub(super) fn readers(&self) -> Readers {
        let mut readers = Readers { by_declaration: self.read_back(), ..Readers::default() };
        for reader in self.resources() {
            let mut read = BTreeSet::new();
            for entry in reader.body.entries.iter() {
                entry.value.walk(&mut |one| read.extend(self.reference_of(one).map(|(_, resource)| resource.id)));
            }
            for owner in read {
                readers.by_reference.entry(owner).or_default().push(reader.id);
            }
        }
        readers
    }

    /// Whether a resource names another one, and does not use its data.
    fn is_no_use(&self, reader: &Resource, owner: &Resource) -> bool {
        let kind = reader.arm_type().to_ascii_lowercase();
        let is_watched = kind == "microsoft.insights/diagnosticsettings" && self.only_watches(reader, owner.id);
        self.lies_in(reader, owner) == Truth::Yes
            || self.grants.iter().any(|grant| grant.by == reader.id)
            || NO_USE.iter().any(|part| kind.starts_with(part))
            || is_watched
    }

    /// Whether diagnostic settings are those of a resource, and do not write to it.
    fn only_watches(&self, settings: &Resource, owner: ResourceId) -> bool {
        let names = |value: &Value| {
            let mut found = false;
            value.walk(&mut |one| found |= self.named_by(one) == Some(owner));
            found
        };
        let is_watched = |key: &str| matches!(key, "target_resource_id" | "scope" | "parent_id" | "parent" | "name");
        settings.body.entries.iter().all(|entry| is_watched(&entry.key) || !names(&entry.value))
    }

    /// The app whose settings a resource holds, or the resource itself.
    fn user(&self, reader: &Resource) -> ResourceId {
        let parent = match reader.kind.to_ascii_lowercase().as_str() {
            "microsoft.web/sites/config" => self.parent(reader, SITE),
            "microsoft.web/sites/slots/config" => self.parent(reader, SLOT),
            _ => None,
        };
        parent.unwrap_or(reader.id)
    }

    /// The grant by which one of a resource's identities certainly uses data of another one.
    fn asks_as_itself(&self, user: ResourceId, owner: ResourceId, provider: &str) -> Option<Span> {
        let is_client =
            |client: &Resource| client.mode == Mode::Managed && CLIENTS.iter().any(|kind| client.is_arm(kind));
        let host = self.host(user).filter(|_| self.resource(user).is_some_and(is_client))?;
        let mut principals = Vec::new();
        if host.system() == Truth::Yes {
            principals.push(Principal::System(user));
        }
        if let Declared::Block(block) = &host.declared
            && let Ids::Listed { items, .. } = &block.ids
        {
            principals.extend(items.iter().filter_map(|item| self.identity_of(item)).map(Principal::User));
        }
        let permits = |right: &Right| match right {
            Right::OfAccount { .. } => Truth::Yes,
            _ => right.every_role(|role| role.reaches_data_of(provider)),
        };
        principals.iter().find_map(|principal| match self.access_by(principal, owner, permits) {
            Access::Granted(grant) => Some(grant.span),
            _ => None,
        })
    }

    /// Whether something that a resource is told may be a key.
    fn may_hold_key(&self, user: ResourceId) -> bool {
        let is_open = |value: &Value| value.holds_unknown() || holds_key(value);
        if let Some(site) = self.site(user) {
            let open = site.more_settings.is_some() || self.is_resettled(user);
            return open || site.settings.iter().any(|setting| is_open(&setting.value));
        }
        if let Some(environment) = self.environments.get(&user) {
            return environment.more.is_some() || environment.variables.iter().any(|one| is_open(&one.value));
        }
        self.resource(user).is_none_or(|resource| {
            resource.body.rest.is_some()
                || resource.body.entries.iter().any(|entry| may_be_key(&entry.key, &entry.value))
        })
    }
}

/// Whether something below a name that sounds like a key's is not known, or is one.
fn may_be_key(name: &str, value: &Value) -> bool {
    let lower = name.to_ascii_lowercase();
    let sounds = ["key", "connection", "secret", "password", "sas"].iter().any(|word| lower.contains(word));
    if sounds && value.holds_unknown() || holds_key(value) {
        return true;
    }
    match &value.kind {
        Kind::Map(map) => map.entries.iter().any(|entry| may_be_key(&entry.key, &entry.value)),
        Kind::List(list) => list.items.iter().any(|item| may_be_key(name, item)),
        _ => false,
    }
}

fn holds_key_somewhere(resource: &Resource) -> bool {
    resource.body.entries.iter().any(|entry| holds_key(&entry.value))
}
