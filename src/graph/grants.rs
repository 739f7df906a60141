//! Role assignments and access policies.

use super::{Graph, Resource, ResourceId};
use crate::azure::{ids, roles};
use crate::ir::{Mode, Name};
use crate::resolve::value::{Kind, Truth, Value, Why, every};
use crate::source::Span;

/// A right that someone is given somewhere.
#[derive(Debug)]
pub struct Grant {
    /// The resource that grants it.
    pub by: ResourceId,
    /// Where the grant begins: the header of the resource, or of the block inside one.
    pub span: Span,
    /// Whether it exists.
    pub presence: Truth,
    /// Who is given it: a principal id.
    pub principal: Value,
    /// The kind of principal, where said.
    pub principal_type: Option<Value>,
    /// What is given.
    pub right: Right,
    /// Where.
    pub scope: Value,
    /// The condition that narrows it, where there is one.
    pub condition: Option<Value>,
    /// What says that the principal is not to be looked up first, where something does.
    pub skips_lookup: Option<Value>,
}

/// What is given.
#[derive(Debug)]
pub enum Right {
    /// A role.
    Role {
        /// As written: a name or the id of a definition.
        written: Value,
        /// What that means, for each alternative.
        roles: Vec<Role>,
    },
    /// Access to a vault by its own policy.
    Policy(Box<AccessPolicy>),
    /// A role of a Cosmos DB account, by an assignment of that account.
    OfAccount {
        /// The id of the account's role definition, as written.
        written: Value,
    },
    /// A role of the directory, or a permission of an application in it: nothing in Azure.
    InDirectory {
        /// The id of the role or permission, as written.
        written: Value,
        /// The object id of the application whose permission it is; none for roles of the directory.
        application: Option<Value>,
    },
}

/// A policy of a vault: permissions on each kind of thing in it.
#[derive(Debug)]
pub struct AccessPolicy {
    /// Those on secrets.
    pub secrets: Option<Value>,
    /// Those on keys.
    pub keys: Option<Value>,
    /// Those on certificates.
    pub certificates: Option<Value>,
    /// Those on the storage accounts whose keys the vault keeps.
    pub storage: Option<Value>,
    /// The application that it is bound to, which acts for a user.
    pub application: Option<Value>,
}

/// What a role name or id means.
#[derive(Debug, Clone)]
pub enum Role {
    /// A built-in role.
    BuiltIn(&'static roles::Role),
    /// A role definition of this tree.
    Custom(ResourceId),
    /// A name that is no built-in role's.
    Named(Name),
    /// A GUID that is no built-in role's.
    Guid(Name),
    /// It cannot be told.
    Unknown(Why),
}

impl Grant {
    /// A grant without a condition of which nothing more is said.
    #[must_use]
    pub(super) fn new(
        (by, span, presence): (ResourceId, Span, Truth),
        principal: Value,
        right: Right,
        scope: Value,
    ) -> Self {
        Self { by, span, presence, principal, principal_type: None, right, scope, condition: None, skips_lookup: None }
    }
}

impl Graph<'_> {
    /// What a role name means.
    #[must_use]
    pub fn roles_by_name(&self, value: &Value) -> Vec<Role> {
        value.alternatives().iter().map(|one| self.role_by_name(one)).collect()
    }

    /// What the id of a role definition means.
    #[must_use]
    pub fn roles_by_id(&self, value: &Value) -> Vec<Role> {
        value.alternatives().iter().map(|one| self.role_by_id(one)).collect()
    }

    fn role_by_name(&self, value: &Value) -> Role {
        if let Some((_, resource)) = self.reference_of(value)
            && resource.mode == Mode::Managed
            && resource.is_role_definition()
        {
            return Role::Custom(resource.id);
        }
        let known = self.known(value);
        match known.as_str() {
            Some(name) => match self.custom_role(name) {
                Some(id) => Role::Custom(id),
                None => roles::by_name(name).map_or_else(|| Role::Named(name.into()), Role::BuiltIn),
            },
            None => Role::Unknown(not_known(&known)),
        }
    }

    /// The names, in lower case, of role definitions that this tree makes or looks up; none if one cannot be told.
    #[must_use]
    pub fn custom_role_names(&self) -> Option<Vec<String>> {
        if self.resources().any(Resource::may_be_anything) {
            return None;
        }
        let definitions = self.resources().filter(|resource| resource.is_role_definition());
        definitions
            .filter(|resource| resource.mode == Mode::Managed || role_name(resource).is_some())
            .map(|resource| Some(self.known(role_name(resource)?).as_str()?.to_lowercase()))
            .collect()
    }

    /// The role definition of this tree that has this name.
    pub(super) fn custom_role(&self, name: &str) -> Option<ResourceId> {
        self.resources()
            .filter(|resource| resource.is_role_definition() && resource.mode == Mode::Managed)
            .find(|resource| {
                role_name(resource)
                    .is_some_and(|own| self.known(own).as_str().is_some_and(|own| own.eq_ignore_ascii_case(name)))
            })
            .map(|resource| resource.id)
    }

    fn role_by_id(&self, value: &Value) -> Role {
        if let Some((_, resource)) = self.reference_of(value)
            && resource.is_role_definition()
        {
            return match resource.mode {
                Mode::Managed => Role::Custom(resource.id),
                // In ARM a role definition's name is its GUID.
                _ if resource.kind.contains('/') => {
                    resource.argument("name").map_or_else(|| Role::Unknown(not_known(value)), |id| self.role_by_id(id))
                }
                _ => match (resource.argument("name"), resource.argument("role_definition_id")) {
                    (Some(name), _) => self.role_by_name(name),
                    (None, Some(id)) => self.role_by_id(id),
                    (None, None) => Role::Unknown(not_known(value)),
                },
            };
        }
        let known = self.known(value);
        let Kind::Text(text) = &known.kind else { return Role::Unknown(not_known(&known)) };
        let pattern = text.pattern();
        match ids::role_guid(&pattern) {
            Some(guid) => roles::by_guid(guid).map_or_else(|| Role::Guid(guid.into()), Role::BuiltIn),
            // What modules take where either will do.
            None if roles::by_name(&pattern).is_some() => {
                roles::by_name(&pattern).map_or_else(|| Role::Unknown(not_known(&known)), Role::BuiltIn)
            }
            None => last_hole(&known).map_or_else(|| Role::Unknown(not_known(&known)), |hole| self.role_by_id(&hole)),
        }
    }
}

/// What a role definition calls its role: in ARM the name of the resource is a GUID.
pub(super) fn role_name(resource: &super::Resource) -> Option<&Value> {
    if !resource.kind.contains('/') {
        return resource.argument("name");
    }
    resource.argument("properties")?.property("roleName").map(|entry| &entry.value)
}

/// `${subscription}${data.azurerm_role_definition.x.id}` ends in the definition that counts.
fn last_hole(value: &Value) -> Option<Value> {
    match value.text_parts()?.pop()? {
        crate::resolve::value::TextPart::Hole(hole) if hole.as_ref().is_some() => Some(hole),
        _ => None,
    }
}

fn not_known(value: &Value) -> Why {
    value
        .why()
        .cloned()
        .unwrap_or_else(|| Why::new(crate::resolve::value::Reason::Runtime("a role".into()), value.span))
}

impl Right {
    /// What people call it: the role's name, or an access policy.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self {
            Self::Role { .. } => {
                self.built_in().and_then(|roles| roles.first().map(|role| role.name)).unwrap_or("a role")
            }
            Self::Policy(_) => "an access policy",
            Self::OfAccount { .. } => "a role of the account",
            Self::InDirectory { .. } => "a role of the directory",
        }
    }

    /// The built-in roles that it means, if it certainly is one of these.
    #[must_use]
    pub fn built_in(&self) -> Option<Vec<&'static roles::Role>> {
        let Self::Role { roles, .. } = self else { return None };
        let built_in: Option<Vec<_>> = roles
            .iter()
            .map(|role| match role {
                Role::BuiltIn(role) => Some(*role),
                _ => None,
            })
            .collect();
        built_in.filter(|roles| !roles.is_empty())
    }

    /// Whether every role that it can be satisfies the test.
    #[must_use]
    pub fn every_role(&self, test: impl Fn(&roles::Role) -> bool) -> Truth {
        match self {
            Self::Policy(_) | Self::OfAccount { .. } | Self::InDirectory { .. } => Truth::No,
            Self::Role { roles, .. } => every(roles.iter().map(|role| match role {
                Role::BuiltIn(role) => Truth::from(test(role)),
                _ => Truth::Maybe,
            })),
        }
    }
}
