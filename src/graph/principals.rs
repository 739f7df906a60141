//! Who a principal id belongs to.

use super::meaning::{Meaning, meaning};
use super::{Graph, ResourceId};
use crate::ir::{Mode, Name};
use crate::resolve::value::{Kind, Truth, Value, Why, every};

/// Something that can be granted a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// The system-assigned identity of a resource.
    System(ResourceId),
    /// A user-assigned identity, made or looked up.
    User(ResourceId),
    /// An identity that a resource makes for itself beside its own, such as a cluster's kubelet identity.
    Other(ResourceId),
    /// A service principal of Entra ID, made or looked up.
    ServicePrincipal(ResourceId),
    /// A group.
    Group(ResourceId),
    /// A person.
    Person(ResourceId),
    /// Whoever deploys.
    Deployer(ResourceId),
    /// An object id written out.
    Literal(Name),
}

impl Principal {
    /// The identity, or the resource whose own it is; none where only an id is written.
    #[must_use]
    pub fn resource(&self) -> Option<ResourceId> {
        match self {
            Self::System(id)
            | Self::User(id)
            | Self::Other(id)
            | Self::ServicePrincipal(id)
            | Self::Group(id)
            | Self::Person(id)
            | Self::Deployer(id) => Some(*id),
            Self::Literal(_) => None,
        }
    }
}

impl Graph<'_> {
    /// Who this principal id belongs to, if that can be told: one for each alternative of the value.
    #[must_use]
    pub fn principals(&self, value: &Value) -> Vec<Result<Principal, Why>> {
        value
            .alternatives()
            .iter()
            .filter(|one| !matches!(one.kind, Kind::Null))
            .map(|one| self.principal(one))
            .collect()
    }

    /// The one that this principal id certainly belongs to.
    #[must_use]
    pub fn only_principal(&self, value: &Value) -> Option<Principal> {
        match self.principals(value).as_slice() {
            [Ok(principal)] => Some(principal.clone()),
            _ => None,
        }
    }

    fn principal(&self, value: &Value) -> Result<Principal, Why> {
        if let Some((reference, resource)) = self.reference_of(value) {
            let id = resource.id;
            let found = match meaning(resource, &reference.dotted()) {
                Some(Meaning::UserPrincipal) => Some(Principal::User(id)),
                Some(Meaning::SystemPrincipal) => Some(Principal::System(id)),
                Some(Meaning::OtherPrincipal) => Some(Principal::Other(id)),
                Some(Meaning::ServicePrincipal) => Some(Principal::ServicePrincipal(id)),
                Some(Meaning::Group) => Some(Principal::Group(id)),
                Some(Meaning::Person) => Some(Principal::Person(id)),
                Some(Meaning::Deployer) => Some(Principal::Deployer(id)),
                Some(Meaning::Client | Meaning::Resource | Meaning::Application) | None => None,
            };
            if let Some(principal) = found {
                return Ok(principal);
            }
            // An argument of a resource that was given an id.
            if let Some(configured) = self.deployment.configured(reference)
                && !matches!(configured.kind, Kind::OneOf(_))
            {
                return self.principal(&configured);
            }
        }
        match &value.kind {
            Kind::Unknown(why) => Err(why.clone()),
            _ => match value.as_str() {
                Some(text) => Ok(Principal::Literal(text.into())),
                None => Err(Why::new(crate::resolve::value::Reason::Runtime("a principal id".into()), value.span)),
            },
        }
    }

    /// Whether what is granted to `granted` is granted to `wanted`.
    #[must_use]
    pub fn reaches(&self, granted: &Value, wanted: &Principal) -> Truth {
        let truths = self.principals(granted).into_iter().map(|principal| match principal {
            Err(_) => Truth::Maybe,
            Ok(principal) => self.is_same(&principal, wanted),
        });
        every(truths)
    }

    pub(super) fn is_same(&self, granted: &Principal, wanted: &Principal) -> Truth {
        match (granted, wanted) {
            (Principal::System(a), Principal::System(b)) | (Principal::User(a), Principal::User(b)) => {
                let (Some(a), Some(b)) = (self.resource(*a), self.resource(*b)) else { return Truth::Maybe };
                if a.may_be(b) {
                    Truth::Maybe
                } else if a.id == b.id {
                    Truth::Yes
                } else if a.mode == Mode::Data || b.mode == Mode::Data {
                    // A lookup may find what is made elsewhere in the same tree.
                    self.same_name(a, b)
                } else {
                    Truth::No
                }
            }
            (Principal::Literal(a), Principal::Literal(b)) if a.eq_ignore_ascii_case(b) => Truth::Yes,
            (Principal::ServicePrincipal(a), Principal::ServicePrincipal(b))
            | (Principal::Group(a), Principal::Group(b))
            | (Principal::Person(a), Principal::Person(b))
                if a == b =>
            {
                Truth::Yes
            }
            // One of those that a resource makes for itself, it is not said which.
            (Principal::Other(a), Principal::Other(b)) if a == b => Truth::Maybe,
            // A group may hold it, a lookup by name may find it, a literal may be its id.
            (Principal::Group(_) | Principal::ServicePrincipal(_) | Principal::Literal(_), _) => Truth::Maybe,
            _ => Truth::No,
        }
    }

    /// Whether what is looked up is what is made: told by type and name.
    fn same_name(&self, a: &super::Resource, b: &super::Resource) -> Truth {
        if !a.is_arm(b.arm_type()) || a.arm_type().is_empty() {
            return Truth::from(a.kind == b.kind).and(Truth::Maybe);
        }
        let (Some(a_name), Some(b_name)) = (a.argument("name"), b.argument("name")) else { return Truth::Maybe };
        if self.named_by(a_name) == Some(b.id) || self.named_by(b_name) == Some(a.id) {
            return Truth::Yes;
        }
        let text = |name: &Value| self.known(name).as_str().map(str::to_lowercase);
        match (text(a_name), text(b_name)) {
            (Some(a), Some(b)) if a != b => Truth::No,
            _ => Truth::Maybe,
        }
    }
}
