//! How a consumer stands to what it uses: permitted, not permitted, or permitted something that does not help.

use super::{Access, CosmosRole, Grant, Graph, Need, Principal, Property, Resolver, ResourceId, Right, Use};
use crate::azure::ids::IdLevel;
use crate::azure::roles::{Class, Role};
use crate::resolve::value::{Truth, Value};
use crate::source::Span;

/// How a principal stands to what it needs.
#[derive(Debug)]
pub enum Standing<'g> {
    /// It is permitted.
    Granted,
    /// A grant that is declared to be made elsewhere permits it.
    Elsewhere,
    /// It cannot be told: why, and where that stands.
    Unknown(String, Span),
    /// These grants let it manage the resource, but not use its data.
    Managing(Vec<&'g Grant>),
    /// This grant permits a part of it.
    Partly(&'g Grant),
    /// It has the right role, but to no effect: that is a mistake of its own.
    ToNoEffect,
    /// Nothing in this tree permits it.
    Missing,
}

const OWNER: &str = "Storage Blob Data Owner";
const CONTRIBUTOR: &str = "Storage Blob Data Contributor";
const RECEIVER: &str = "Azure Service Bus Data Receiver";

impl Graph<'_> {
    /// How a principal stands to what it needs of a resource that is made here.
    #[must_use]
    pub fn standing(&self, principal: &Principal, target: ResourceId, need: Need) -> Standing<'_> {
        match self.standing_here(principal, target, need) {
            Standing::Granted => Standing::Granted,
            _ if self.is_let_elsewhere(principal, target, need) => Standing::Elsewhere,
            found => found,
        }
    }

    /// The same for all that is in this tree, whatever is declared to be granted elsewhere: for rules that leave a finding
    /// to another rule, which is not to come back when that one falls silent.
    #[must_use]
    pub fn standing_here(&self, principal: &Principal, target: ResourceId, need: Need) -> Standing<'_> {
        let found =
            match need {
                Need::HostState => self.host_state(principal, target),
                Need::Messages => self.messages(principal, target),
                _ => told(self.access_if(principal, target, |grant| {
                    self.suffices(&grant.right, Some(&grant.scope), target, need)
                })),
            };
        if !matches!(found, Standing::Missing) {
            return found;
        }
        if self.to_no_effect(principal, target, need) {
            return Standing::ToNoEffect;
        }
        let managing: Vec<&Grant> =
            self.grants.iter().filter(|grant| self.only_manages(grant, principal, target, need)).collect();
        if managing.is_empty() { Standing::Missing } else { Standing::Managing(managing) }
    }

    /// Whether the site of a slot may do what the slot, as its own system-assigned identity, may not, or that cannot be
    /// told: then the slot was forgotten.
    #[must_use]
    pub fn site_may(&self, need: &Use) -> bool {
        let site = self.site(need.consumer).and_then(|slot| slot.of);
        let (Resolver::Principal(Principal::System(_)), Some(site)) = (&need.identity, site) else { return false };
        match (self.host(site).map_or(Truth::Maybe, super::Host::system), need.target) {
            (Truth::No, _) | (_, None) => false,
            (_, Some(target)) => {
                let standing = self.standing_here(&Principal::System(site), target, need.need);
                !matches!(standing, Standing::Missing | Standing::Partly(_))
            }
        }
    }

    /// Whether a grant is one, or a part, of what a need of a resource that is made here takes.
    #[must_use]
    pub fn serves(&self, grant: &Grant, one: &Use) -> Truth {
        let (Some(target), Resolver::Principal(principal)) = (one.target, &one.identity) else { return Truth::No };
        let reaches = self.reaches(&grant.principal, principal);
        let covers = if reaches == Truth::No { Truth::No } else { self.covers(&grant.scope, target) };
        let suffices = match one.need {
            _ if covers == Truth::No => Truth::No,
            Need::HostState => {
                let code = |code: &'static str| grant.right.every_role(|role| role.permits(code));
                let blobs = owns_state(&grant.right).or(contributes_state(&grant.right));
                blobs.or(code("queue-write")).or(code("table-write"))
            }
            need => self.suffices(&grant.right, Some(&grant.scope), target, need),
        };
        reaches.and(covers).and(suffices).and(grant.presence)
    }

    /// The state of a Functions host: owning blobs is documented as what it takes; writing blobs, queues and tables is
    /// what Durable Functions are given.
    fn host_state(&self, principal: &Principal, account: ResourceId) -> Standing<'_> {
        match self.access_by(principal, account, owns_state) {
            Access::Missing => {}
            other => return told(other),
        }
        let grant = match self.access_by(principal, account, contributes_state) {
            Access::Granted(grant) => grant,
            other => return told(other),
        };
        for code in ["queue-write", "table-write"] {
            match self.access_by(principal, account, |right| right.every_role(|role| role.permits(code))) {
                Access::Granted(_) | Access::Elsewhere => {}
                Access::Unknown(reason, span) => return Standing::Unknown(reason, span),
                Access::Missing => return Standing::Partly(grant),
            }
        }
        Standing::Granted
    }

    /// Messages: whoever may receive from a topic may not receive from its subscriptions.
    fn messages(&self, principal: &Principal, namespace: ResourceId) -> Standing<'_> {
        let standing = told(self.access_if(principal, namespace, |grant| {
            self.suffices(&grant.right, Some(&grant.scope), namespace, Need::Messages)
        }));
        let partly = self.grants.iter().find(|grant| {
            self.receives_from_topic(&grant.right, Some(&grant.scope))
                && self.reaches(&grant.principal, principal) == Truth::Yes
                && self.covers(&grant.scope, namespace) != Truth::No
        });
        match (standing, partly) {
            (Standing::Missing, Some(grant)) => Standing::Partly(grant),
            (standing, _) => standing,
        }
    }

    /// Whether a right at a scope is all that something takes, for needs that one right can meet.
    pub(super) fn suffices(&self, right: &Right, scope: Option<&Value>, target: ResourceId, need: Need) -> Truth {
        match (need, right) {
            (Need::PullImage, _) if self.decides_by_repository(target) == Truth::Yes => permits_repositories(right),
            (Need::Messages, _) if self.receives_from_topic(right, scope) => Truth::No,
            // Cosmos DB accounts have role assignments of their own.
            (Need::Items, Right::Role { written, .. }) if self.cosmos_role(written).is_some() => Truth::No,
            // A role that cannot be told, or one that grants roles of the account, need not be of Azure.
            (Need::Items, Right::Role { .. }) if right.built_in().is_some() => Truth::No,
            (Need::Items, Right::Role { .. }) => Truth::Maybe,
            _ => right.permits(need),
        }
    }

    /// Whether a right is to receive from a topic, which is not to receive from its subscriptions.
    fn receives_from_topic(&self, right: &Right, scope: Option<&Value>) -> bool {
        let topic = scope.and_then(|scope| self.named_by(scope)).and_then(|id| self.resource(id));
        right.every_role(|role| role.name == RECEIVER) == Truth::Yes
            && topic.is_some_and(|topic| topic.is_arm("Microsoft.ServiceBus/namespaces/topics"))
    }

    /// Whether a registry decides by repository permissions.
    #[must_use]
    pub fn decides_by_repository(&self, registry: ResourceId) -> Truth {
        let is_on = |one: &Value| one.as_str().map(|text| text.eq_ignore_ascii_case("AbacRepositoryPermissions"));
        match self.property(registry, "role_assignment_mode", "roleAssignmentMode") {
            Property::Absent => Truth::No,
            Property::Unknown(_) => Truth::Maybe,
            Property::Is(value) => match is_on(&self.known(&value)) {
                Some(is_on) => Truth::from(is_on),
                None => Truth::Maybe,
            },
        }
    }

    /// Whether the principal has, or may have, the right role at a scope, or of a registry, where that does nothing.
    fn to_no_effect(&self, principal: &Principal, target: ResourceId, need: Need) -> bool {
        let by_repository = need == Need::PullImage && self.decides_by_repository(target) == Truth::Yes;
        let provider = need.required().provider;
        self.grants.iter().filter(|grant| self.reaches(&grant.principal, principal) != Truth::No).any(|grant| {
            if let (Right::Role { written, .. }, Need::Items) = (&grant.right, need)
                && matches!(
                    self.cosmos_role(written),
                    Some(CosmosRole::Reader | CosmosRole::Contributor | CosmosRole::Other)
                )
            {
                return true;
            }
            if by_repository && grant.right.every_role(is_old_registry_role) == Truth::Yes {
                return self.covers(&grant.scope, target) != Truth::No;
            }
            let is_right = match need {
                Need::HostState => grant.right.every_role(|role| role.permits("blob-write")),
                _ => grant.right.permits(need),
            };
            let elsewhere = self.scoped_type(&grant.scope);
            is_right == Truth::Yes
                && grant.right.every_role(|role| {
                    role.class != Class::Privileged
                        && role.class != Class::Control
                        && (role.class != Class::Read || is_old_registry_role(role))
                }) == Truth::Yes
                && elsewhere.is_some_and(|scope| !scope.providers.iter().any(|own| own == provider))
        })
    }

    /// Whether a grant at the target itself, or inside it, certainly lets the principal manage it and nothing more.
    fn only_manages(&self, grant: &Grant, principal: &Principal, target: ResourceId, need: Need) -> bool {
        if need == Need::ReadSecret && self.vault(target).is_none_or(|vault| vault.rbac != Truth::Yes)
            || need == Need::PullImage && self.decides_by_repository(target) != Truth::Yes
        {
            return false;
        }
        let Some(roles) = grant.right.built_in() else { return false };
        let provider = need.required().provider;
        let manages = roles.iter().all(|role| {
            !role.reaches_data_of(provider)
                && !is_old_registry_role(role)
                && matches!(role.class, Class::Privileged | Class::Control | Class::Read)
        });
        let covers = self.covers(&grant.scope, target);
        manages
            && grant.presence != Truth::No
            && covers != Truth::No
            && self.level(&grant.scope) == Some(IdLevel::Resource)
            && (covers == Truth::Yes || self.is_inside(&grant.scope, target))
            && self.reaches(&grant.principal, principal) == Truth::Yes
    }

    /// Whether a scope is a resource that an argument places below the target.
    fn is_inside(&self, scope: &Value, target: ResourceId) -> bool {
        let named = self.named_by(scope).and_then(|id| self.resource(id));
        named.zip(self.resource(target)).is_some_and(|(child, target)| self.lies_in(child, target) == Truth::Yes)
    }
}

fn told(access: Access<'_>) -> Standing<'_> {
    match access {
        Access::Granted(_) => Standing::Granted,
        Access::Elsewhere => Standing::Elsewhere,
        Access::Unknown(reason, span) => Standing::Unknown(reason, span),
        Access::Missing => Standing::Missing,
    }
}

/// Whether a right is the one that a Functions host is documented to take for its state.
pub(super) fn owns_state(right: &Right) -> Truth {
    let owns = right.every_role(|role| role.name == OWNER);
    let writes = right.every_role(|role| role.permits("blob-write") && role.name != CONTRIBUTOR);
    if owns == Truth::No && writes != Truth::No { Truth::Maybe } else { owns }
}

/// Whether a right is the part of a Functions host's state that is in blobs.
pub(super) fn contributes_state(right: &Right) -> Truth {
    right.every_role(|role| role.name == CONTRIBUTOR)
}

fn is_old_registry_role(role: &Role) -> bool {
    matches!(role.name, "AcrPull" | "AcrPush" | "AcrDelete")
}

pub(super) fn permits_repositories(right: &Right) -> Truth {
    right.every_role(|role| role.permits("acr-repository-read"))
}
