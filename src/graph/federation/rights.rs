//! What those may do who act by a federated credential.

use crate::azure::roles::Class;
use crate::graph::{Graph, Holder, Mode, Principal, ResourceId, Right, Role};
use crate::resolve::value::{Truth, every};

impl Graph<'_> {
    /// The principals that somebody is who acts as an identity or application.
    #[must_use]
    pub fn principals_of(&self, holder: Holder) -> Vec<Principal> {
        match holder {
            Holder::Identity(id) => vec![Principal::User(id)],
            Holder::Application(id) => {
                let is_of = |one: &&super::Resource| self.application_of(one.id) == Some(id);
                self.resources().filter(is_of).map(|one| Principal::ServicePrincipal(one.id)).collect()
            }
        }
    }

    /// Whether a right does more than read what resources are.
    #[must_use]
    pub fn does_more_than_read(&self, right: &Right) -> Truth {
        match right {
            Right::Policy { .. } => Truth::Yes,
            Right::OfAccount { .. } | Right::InDirectory { .. } => Truth::Maybe,
            Right::Role { roles, .. } => every(roles.iter().map(|role| match role {
                Role::BuiltIn(role) => Truth::from(!matches!(role.class, Class::Read | Class::Removed)),
                Role::Custom(id) => self.custom_does_more(*id),
                Role::Named(_) | Role::Guid(_) | Role::Unknown(_) => Truth::Maybe,
            })),
        }
    }

    /// Whether a role definition of this tree says that it writes, or reaches data.
    fn custom_does_more(&self, id: ResourceId) -> Truth {
        let Some(resource) = self.resource(id).filter(|resource| resource.mode == Mode::Managed) else {
            return Truth::Maybe;
        };
        let (actions, data) = if resource.kind.contains('/') {
            ("properties.permissions.actions[]", "properties.permissions.dataActions[]")
        } else {
            ("permissions.actions[]", "permissions.data_actions[]")
        };
        let writes = |action: &str| ["*", "/write", "/delete", "/action"].iter().any(|end| action.ends_with(end));
        let mut actions = resource.values_at(actions).into_iter().map(|action| self.known(action));
        let does = actions.any(|action| action.as_str().is_some_and(writes))
            || resource.values_at(data).into_iter().any(|action| self.known(action).as_str().is_some());
        if does { Truth::Yes } else { Truth::Maybe }
    }

    /// What people call a right: the name of the role, or an access policy.
    #[must_use]
    pub fn right_title(&self, right: &Right) -> String {
        match right {
            Right::Role { roles, .. } => match roles.first() {
                Some(Role::Custom(id)) => format!("the role `{}`", self.title(*id)),
                _ => right.words().to_owned(),
            },
            _ => right.words().to_owned(),
        }
    }
}
