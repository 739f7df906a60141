//! What is read while a resource is made, and whether the right to read it is there before.

use super::{Grant, Graph, Mode, Need, Principal, Resolver, Resource, ResourceId, Right, Use};
use crate::resolve::value::Truth;

pub(super) const APP: &str = "Microsoft.App/containerApps";
pub(super) const JOB: &str = "Microsoft.App/jobs";
const GROUP: &str = "Microsoft.ContainerInstance/containerGroups";
const GATEWAY: &str = "Microsoft.Network/applicationGateways";

/// Is made without a look at its key.
const DISK_KEYS: &str = "Microsoft.Compute/diskEncryptionSets";

/// A read while something is made, as an identity whose right to it need not be there yet.
#[derive(Debug)]
pub struct Unawaited<'g> {
    /// What is read.
    pub need: &'g Use,
    /// The user-assigned identity.
    pub identity: ResourceId,
    /// The grants that are enough. None of them is waited for.
    pub grants: Vec<&'g Grant>,
}

impl Graph<'_> {
    /// Whether something is read while the consumer is made, so that making it fails without the right. Sites pull and
    /// resolve references afterwards and try again (github.com/microsoft/azure-container-apps/issues/646,
    /// github.com/hashicorp/terraform-provider-azurerm/issues/21242).
    #[must_use]
    pub fn reads_at_creation(&self, need: &Use) -> bool {
        let Some(consumer) = self.resource(need.consumer).filter(|consumer| consumer.mode == Mode::Managed) else {
            return false;
        };
        match need.need {
            Need::PullImage => consumer.is_arm(APP) || consumer.is_arm(JOB) || consumer.is_arm(GROUP),
            // Jobs read their secrets when they run.
            Need::ReadSecret => consumer.is_arm(APP) || consumer.is_arm(GATEWAY),
            Need::UseKeys => !consumer.is_arm(DISK_KEYS),
            _ => false,
        }
    }

    /// Every read at creation that certainly does not wait for the right to it.
    #[must_use]
    pub fn unawaited(&self) -> Vec<Unawaited<'_>> {
        self.uses
            .iter()
            .filter(|need| self.reads_at_creation(need))
            .filter_map(|need| self.unawaited_by(need))
            .collect()
    }

    fn unawaited_by<'g>(&'g self, need: &'g Use) -> Option<Unawaited<'g>> {
        let Resolver::Principal(Principal::User(identity)) = need.identity else { return None };
        let (by, target) = (self.resource(need.by)?, need.target?);
        if self.resource(identity)?.mode != Mode::Managed || self.stands_for_any(identity) || self.is_there_before(by) {
            return None;
        }
        let principal = Principal::User(identity);
        let mut grants = Vec::new();
        for grant in &self.grants {
            let enough = self.is_enough(grant, &principal, target, need.need);
            if enough == Truth::No || grant.presence == Truth::No {
                continue;
            }
            // One that is waited for is enough, and so may one be that may be.
            if self.waits_for(by.id, grant.by) != Truth::No {
                return None;
            }
            if enough == Truth::Yes {
                grants.push(grant);
            }
        }
        let unseen = self.may_wait_unseen(by.id, identity) || self.waits_for_opening(by, &principal);
        // What is granted elsewhere may be there before.
        let is_late = !grants.is_empty() && !unseen && !self.is_let_elsewhere(&principal, target, need.need);
        is_late.then_some(Unawaited { need, identity, grants })
    }

    /// Whether a resource may be there already when it is declared: it waits for another declaration of what may be the
    /// same name, and changes what that made.
    pub(super) fn is_there_before(&self, resource: &Resource) -> bool {
        let Some(name) = resource.argument("name") else { return false };
        let is_first = |other: &&Resource| {
            other.mode == Mode::Managed
                && other.kind.eq_ignore_ascii_case(&resource.kind)
                && other.declaration != resource.declaration
                && other.argument("name").is_some_and(|own| self.equal(own, name) != Truth::No)
        };
        self.resources().filter(is_first).any(|first| self.waits_for(resource.id, first.id) != Truth::No)
    }

    /// Whether a grant, if it is there, lets a principal do this.
    fn is_enough(&self, grant: &Grant, principal: &Principal, target: ResourceId, need: Need) -> Truth {
        let reaches = self.reaches(&grant.principal, principal);
        if reaches == Truth::No {
            return Truth::No;
        }
        let by_repository = need == Need::PullImage && self.decides_by_repository(target) == Truth::Yes;
        let permits = match &grant.right {
            right @ Right::Role { .. } if by_repository => super::standing::permits_repositories(right),
            right => right.permits(need),
        };
        if permits == Truth::No { Truth::No } else { reaches.and(permits).and(self.covers(&grant.scope, target)) }
    }

    /// Whether what may grant more in a way that nobody sees may be waited for.
    fn waits_for_opening(&self, by: &Resource, principal: &Principal) -> bool {
        let Some(opening) = self.opening(principal) else { return false };
        let mut openers = self.resources().filter(|resource| resource.span == opening.span);
        openers.any(|opener| self.waits_for(by.id, opener.id) != Truth::No)
    }

    /// Whether a resource is there whenever another one is: both always, or by the same words in the same module.
    #[must_use]
    pub fn is_there_with(&self, other: ResourceId, one: ResourceId) -> Truth {
        let (Some(a), Some(b)) = (self.resource(one), self.resource(other)) else { return Truth::Maybe };
        if b.presence == Truth::Yes {
            return Truth::Yes;
        }
        let words = |id| {
            let declared = self.deployment.resource(id)?;
            let exprs = declared.repeat.expr().into_iter().chain(&declared.condition);
            Some(exprs.map(|expr| self.sources.slice(expr.span)).collect::<Vec<_>>())
        };
        let module = |id| self.deployment.node(id).map(|node| node.instance);
        let alike = module(a.id) == module(b.id) && words(a.id).is_some_and(|own| Some(own) == words(b.id));
        Truth::from(alike).or(Truth::Maybe)
    }
}
