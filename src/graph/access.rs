//! Whether a principal may do something to a resource, and what keeps that from being told.

use super::{Grant, Graph, Principal, ResourceId, Right};
use crate::resolve::value::{Kind, Truth, Value};
use crate::source::Span;

/// What a consumer must be permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To read the value of a secret in a vault.
    ReadSecret,
}

impl Need {
    /// The code of the roles table.
    fn code(self) -> &'static str {
        match self {
            Self::ReadSecret => "kv-secret-get",
        }
    }
}

/// Whether something is permitted.
#[derive(Debug)]
pub enum Access<'g> {
    /// By this grant.
    Granted(&'g Grant),
    /// Certainly not by anything in this tree.
    Missing,
    /// It cannot be told: why, and where that stands.
    Unknown(String, Span),
}

impl Graph<'_> {
    /// Whether the principal may do this to the target.
    #[must_use]
    pub fn access(&self, principal: &Principal, target: ResourceId, need: Need) -> Access<'_> {
        let mut unknown = self.opening(principal).map(|opening| (opening.reason.clone(), opening.span));
        for grant in &self.grants {
            let reaches = self.reaches(&grant.principal, principal);
            let covers = if reaches == Truth::No { Truth::No } else { self.covers(&grant.scope, target) };
            let permits = if covers == Truth::No { Truth::No } else { grant.right.permits(need) };
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
            Self::Role { .. } => self.every_role(|role| role.permits(need.code())),
            Self::Policy { compound: true, .. } => Truth::Maybe,
            Self::Policy { secrets, .. } => match secrets.as_ref().map(|value| &value.kind) {
                None | Some(Kind::Null) => Truth::No,
                Some(Kind::List(list)) => {
                    let named = list.items.iter().map(|item| match item.as_str() {
                        Some(text) => Truth::from(matches!(text.to_ascii_lowercase().as_str(), "get" | "all")),
                        None => Truth::Maybe,
                    });
                    let rest = if list.rest.is_some() { Truth::Maybe } else { Truth::No };
                    named.fold(rest, Truth::or)
                }
                Some(_) => Truth::Maybe,
            },
        }
    }
}
