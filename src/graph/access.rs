//! Whether a principal may do something to a resource, and what keeps that from being told.

use super::{Grant, Graph, Principal, ResourceId, Right};
use crate::azure::needs::{self, Required};
use crate::resolve::value::{Kind, Truth, Value};
use crate::source::Span;

/// What a consumer must be permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To read the value of a secret in a vault.
    ReadSecret,
    /// To read a value of an App Configuration store.
    ReadSetting,
    /// To pull an image from a registry.
    PullImage,
    /// To keep the state of a Functions host in a storage account.
    HostState,
    /// To read blobs.
    ReadBlobs,
    /// To read or send messages of storage queues.
    UseQueues,
    /// To read tables.
    ReadTables,
    /// To send or receive messages of a Service Bus namespace.
    Messages,
    /// To send or receive events of an Event Hubs namespace.
    Events,
    /// To send messages to a Service Bus namespace.
    SendMessages,
    /// To send events to an Event Hubs namespace.
    SendEvents,
    /// To add messages to storage queues.
    AddToQueue,
    /// To wrap and unwrap data keys with keys in a vault.
    UseKeys,
    /// To use items of a Cosmos DB account.
    Items,
}

impl Need {
    /// What it takes.
    #[must_use]
    pub fn required(self) -> &'static Required {
        static NOTHING: Required = Required { key: "", provider: "", codes: Vec::new(), role: "", what: "" };
        let key = match self {
            Self::ReadSecret => "secret",
            Self::ReadSetting => "setting",
            Self::PullImage => "image",
            Self::HostState => "state",
            Self::ReadBlobs => "blob",
            Self::UseQueues => "queue",
            Self::ReadTables => "table",
            Self::Messages => "message",
            Self::Events => "event",
            Self::SendMessages => "message-send",
            Self::SendEvents => "event-send",
            Self::AddToQueue => "queue-add",
            Self::UseKeys => "key",
            Self::Items => "item",
        };
        needs::by_key(key).unwrap_or(&NOTHING)
    }
}

/// Whether something is permitted.
#[derive(Debug)]
pub enum Access<'g> {
    /// By this grant.
    Granted(&'g Grant),
    /// By a grant that is declared to be made elsewhere.
    Elsewhere,
    /// Certainly not by anything in this tree.
    Missing,
    /// It cannot be told: why, and where that stands.
    Unknown(String, Span),
}

impl Graph<'_> {
    /// Whether the principal may do this to the target.
    #[must_use]
    pub fn access(&self, principal: &Principal, target: ResourceId, need: Need) -> Access<'_> {
        match self.access_by(principal, target, |right| right.permits(need)) {
            Access::Missing | Access::Unknown(..) if self.is_let_elsewhere(principal, target, need) => {
                Access::Elsewhere
            }
            found => found,
        }
    }

    /// Whether the principal is granted a right of this sort here.
    pub(super) fn access_by(
        &self,
        principal: &Principal,
        target: ResourceId,
        permits: impl Fn(&Right) -> Truth,
    ) -> Access<'_> {
        self.access_if(principal, target, |grant| permits(&grant.right))
    }

    /// Whether the principal has a grant of this sort that is made here.
    pub(super) fn access_if(
        &self,
        principal: &Principal,
        target: ResourceId,
        permits: impl Fn(&Grant) -> Truth,
    ) -> Access<'_> {
        let mut unknown = self.opening(principal).map(|opening| (opening.reason.clone(), opening.span));
        for grant in &self.grants {
            let reaches = self.reaches(&grant.principal, principal);
            let covers = if reaches == Truth::No { Truth::No } else { self.covers(&grant.scope, target) };
            let permits = if covers == Truth::No { Truth::No } else { permits(grant) };
            match reaches.and(covers).and(permits).and(grant.presence) {
                Truth::Yes => return Access::Granted(grant),
                Truth::Maybe if unknown.is_none() => {
                    unknown = Some(self.doubt(grant, reaches, covers, permits));
                }
                Truth::Maybe | Truth::No => {}
            }
        }
        match unknown {
            Some((reason, span)) => Access::Unknown(reason, span),
            None => Access::Missing,
        }
    }

    fn doubt(&self, grant: &Grant, reaches: Truth, covers: Truth, permits: Truth) -> (String, Span) {
        let by = self.address(grant.by);
        let because = |value: &Value| value.why().map(|why| format!(": {}", why.reason)).unwrap_or_default();
        if reaches == Truth::Maybe {
            (format!("`{by}` may grant it to this identity{}", because(&grant.principal)), grant.principal.span)
        } else if covers == Truth::Maybe {
            (format!("`{by}` may reach the target{}", because(&grant.scope)), grant.scope.span)
        } else if permits == Truth::Maybe {
            (format!("the role of `{by}` may permit it"), grant.span)
        } else {
            (format!("`{by}` may or may not exist"), grant.span)
        }
    }
}

impl Right {
    /// Whether it permits what is needed.
    #[must_use]
    pub fn permits(&self, need: Need) -> Truth {
        match self {
            Self::Role { .. } => self.every_role(|role| need.required().codes.iter().any(|code| role.permits(code))),
            Self::OfAccount { .. } => Truth::from(need == Need::Items),
            Self::InDirectory { .. } => Truth::No,
            Self::Policy(policy) => match need {
                _ if policy.application.is_some() => Truth::Maybe,
                Need::ReadSecret => has_all(policy.secrets.as_ref(), &["get"]),
                Need::UseKeys => has_all(policy.keys.as_ref(), &["wrapkey", "unwrapkey"]),
                _ => Truth::No,
            },
        }
    }
}

/// Whether a list of permissions of an access policy has all of these, in lower case, or all there are.
fn has_all(list: Option<&Value>, wanted: &[&str]) -> Truth {
    let Some(list) = list else { return Truth::No };
    let Kind::List(permissions) = &list.kind else {
        return if matches!(list.kind, Kind::Null) { Truth::No } else { Truth::Maybe };
    };
    let rest = if permissions.rest.is_some() { Truth::Maybe } else { Truth::No };
    let has = |wanted: &&str| {
        let named = permissions.items.iter().map(|item| match item.as_str() {
            Some(text) => Truth::from(text.eq_ignore_ascii_case(wanted) || text.eq_ignore_ascii_case("all")),
            None => Truth::Maybe,
        });
        named.fold(rest, Truth::or)
    };
    wanted.iter().map(has).fold(Truth::Yes, Truth::and)
}
