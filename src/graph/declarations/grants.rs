//! Grants that are declared to be made elsewhere. None of them is a [`Grant`](crate::graph::Grant), so that rules which
//! look at grants never see one: it only answers where something is not granted here.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use super::addresses::Addresses;
use super::{Effect, Graph};
use crate::azure::{ids, roles};
use crate::graph::{Access, Declared as Says, Ids, Need, Principal, Resolver, ResourceId, Right, Role, Standing, Use};
use crate::policy::ExternalGrant;
use crate::resolve::value::{Truth, Value};
use crate::source::{SourceId, Span};

/// The declared grants of a deployment.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// In the order of the policy.
    all: Vec<External>,
    /// Their places, by the resources that they name as principals, and by the identities that these have.
    to: HashMap<ResourceId, Vec<usize>>,
}

/// A grant that is made elsewhere.
#[derive(Debug)]
struct External {
    /// What is granted; none: whatever is needed.
    right: Option<Right>,
    /// Where: at any of these; none: anywhere.
    scopes: Option<Vec<Value>>,
    /// The resources that its scope names, if it names any.
    targets: Vec<ResourceId>,
    /// Whether it names its principal, and not whoever there is.
    by_name: bool,
    /// What is known before somebody asks for it.
    before: Effect,
    /// Whether it let somebody do what nothing here does.
    used: Cell<bool>,
}

/// The place of values that are never shown.
const NOWHERE: Span = Span { source: SourceId(0), start: 0, end: 0 };

impl Declared {
    pub(super) fn read(graph: &Graph<'_>, entries: &[ExternalGrant], addresses: &Addresses) -> Self {
        let mut found = Self::default();
        for (at, entry) in entries.iter().enumerate() {
            let principals = addresses.find(&entry.principal);
            let mut before = match principals.as_slice() {
                [] => Effect::NamesNothing.without(addresses, &entry.principal),
                _ => Effect::Some,
            };
            let of = |id: ResourceId| std::iter::once(id).chain(graph.aliases.get(&id).copied());
            let own = principals.iter().flat_map(|id| of(*id).chain(graph.listed_identities(*id)));
            let mut own: Vec<ResourceId> = own.collect();
            own.sort_unstable();
            own.dedup();
            for id in own {
                found.to.entry(id).or_default().push(at);
            }
            let mut targets = Vec::new();
            let scopes = entry.scope.as_deref().map(|scope| {
                if scope.starts_with('/') {
                    return vec![Value::text(scope, NOWHERE)];
                }
                targets = addresses.find(scope).into_iter().map(|id| of(id).last().unwrap_or(id)).collect();
                if targets.is_empty() {
                    before = before.min(Effect::NoScope.without(addresses, scope));
                }
                targets.iter().map(|id| graph.id_of(*id, NOWHERE)).collect()
            });
            let right = entry.role.as_deref().map(|role| graph.declared_right(role));
            let by_name = entry.principal.contains(|letter| !matches!(letter, '*' | '?'));
            found.all.push(External { right, scopes, targets, by_name, before, used: Cell::new(false) });
        }
        found
    }

    /// Those that name a principal, or what has it.
    fn to(&self, principal: &Principal) -> impl Iterator<Item = (usize, &External)> {
        let places = principal.resource().and_then(|id| self.to.get(&id)).into_iter().flatten();
        places.filter_map(|at| Some((*at, self.all.get(*at)?)))
    }
}

/// A test of a right, and of the scope that it is declared for.
type Test<'t> = &'t dyn Fn(&Right, Option<&Value>) -> Truth;

impl Graph<'_> {
    /// Whether a grant that is made elsewhere lets a principal do this. A role that nobody here knows may.
    #[must_use]
    pub fn is_let_elsewhere(&self, principal: &Principal, target: ResourceId, need: Need) -> bool {
        if need == Need::HostState {
            return self.keeps_state_by_declaration(principal, target);
        }
        self.answers(principal, target, &|right, scope| self.suffices(right, scope, target, need))
    }

    /// The state of a Functions host takes several roles, if it is not one: some may be granted here.
    fn keeps_state_by_declaration(&self, principal: &Principal, account: ResourceId) -> bool {
        use crate::graph::standing::{contributes_state, owns_state};
        if self.answers(principal, account, &|right, _| owns_state(right)) {
            return true;
        }
        let queues = |right: &Right| right.every_role(|role| role.permits("queue-write"));
        let tables = |right: &Right| right.every_role(|role| role.permits("table-write"));
        let parts: [&dyn Fn(&Right) -> Truth; 3] = [&contributes_state, &queues, &tables];
        let elsewhere = parts.map(|permits| self.answers(principal, account, &|right, _| permits(right)));
        let has = |(permits, elsewhere): (&&dyn Fn(&Right) -> Truth, &bool)| {
            *elsewhere || !matches!(self.access_by(principal, account, permits), Access::Missing)
        };
        elsewhere.contains(&true) && parts.iter().zip(&elsewhere).all(has)
    }

    /// Whether anything that is made elsewhere is granted to a principal at a target.
    #[must_use]
    pub fn has_rights_elsewhere(&self, principal: &Principal, target: ResourceId) -> bool {
        self.answers(principal, target, &|_, _| Truth::Maybe)
    }

    /// Whether something is granted elsewhere to a principal that the grant names.
    pub(in crate::graph) fn is_named_elsewhere(&self, principal: &Principal) -> bool {
        let named = self.declarations.grants.to(principal).filter(|(_, external)| external.by_name);
        named.map(|(_, external)| external.used.set(true)).count() > 0
    }

    /// Whether a declared grant satisfies the test; those that do are of use.
    fn answers(&self, principal: &Principal, target: ResourceId, permits: Test<'_>) -> bool {
        let enough = self.enough(principal, target, permits);
        enough.map(|(_, external)| external.used.set(true)).count() > 0
    }

    /// The declared grants that satisfy the test, or may.
    fn enough(
        &self,
        principal: &Principal,
        target: ResourceId,
        permits: Test<'_>,
    ) -> impl Iterator<Item = (usize, &External)> {
        // Vaults that decide by access policies know no roles for their data.
        let by_policies = self.vault(target).is_some_and(|vault| vault.rbac == Truth::No);
        let is_enough = move |external: &External, scope: Option<&Value>| match &external.right {
            None => true,
            Some(Right::Role { .. }) if by_policies => false,
            Some(right) => permits(right, scope) != Truth::No,
        };
        self.declarations.grants.to(principal).filter(move |(_, external)| match &external.scopes {
            None => is_enough(external, None),
            Some(scopes) => {
                let covers = |scope: &&Value| self.covers(scope, target) != Truth::No;
                scopes.iter().filter(covers).any(|scope| is_enough(external, Some(scope)))
            }
        })
    }

    /// What each of the declared grants does here, in the order of the policy. To be asked for after the rules.
    #[must_use]
    pub fn effects_of_grants(&self) -> Vec<Effect> {
        let all = &self.declarations.grants.all;
        if all.is_empty() {
            return Vec::new();
        }
        let mut granted: HashMap<usize, HashSet<ResourceId>> = HashMap::new();
        for need in &self.uses {
            self.note_granted(need, &mut granted);
        }
        let is_granted = |at: usize, external: &External| {
            let is_here = |target: &ResourceId| granted.get(&at).is_some_and(|here| here.contains(target));
            !external.targets.is_empty() && external.targets.iter().all(is_here)
        };
        let effect = |(at, external): (usize, &External)| match external.before {
            Effect::Some if !external.used.get() && is_granted(at, external) => Effect::Needless,
            before => before,
        };
        all.iter().enumerate().map(effect).collect()
    }

    /// Notes which declared grants are for a need that is granted here. Rules that are switched off ask for nothing, so that
    /// every need is asked for again.
    fn note_granted(&self, need: &Use, granted: &mut HashMap<usize, HashSet<ResourceId>>) {
        let (Resolver::Principal(principal), Some(target)) = (&need.identity, need.target) else { return };
        let is_declared = self.declarations.grants.to(principal).next().is_some();
        if is_declared && matches!(self.standing(principal, target, need.need), Standing::Granted) {
            for (at, _) in self.enough(principal, target, &|_, _| Truth::Maybe) {
                granted.entry(at).or_default().insert(target);
            }
        }
    }

    /// The user-assigned identities that a resource lists.
    fn listed_identities(&self, host: ResourceId) -> Vec<ResourceId> {
        let block = match self.host(host).map(|host| &host.declared) {
            Some(Says::Block(block)) => block,
            Some(Says::Perhaps(block)) => block,
            _ => return Vec::new(),
        };
        let Ids::Listed { items, .. } = &block.ids else { return Vec::new() };
        items.iter().flat_map(Value::alternatives).filter_map(|item| self.identity_of(item)).collect()
    }

    /// What a role is, by its name or GUID: one of Azure, or of a Cosmos DB account.
    fn declared_right(&self, role: &str) -> Right {
        let written = Value::text(role, NOWHERE);
        if self.cosmos_role(&written).is_some() {
            return Right::OfAccount { written };
        }
        let roles = match roles::by_guid(role) {
            Some(role) => vec![Role::BuiltIn(role)],
            None if ids::is_guid(role) => vec![Role::Guid(role.into())],
            None => self.roles_by_name(&written),
        };
        Right::Role { written, roles }
    }
}
