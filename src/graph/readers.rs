//! Who is handed the client id of a user-assigned identity.

use super::{Graph, Mode, Principal, ResourceId, Truth};
use crate::azure::ids;
use crate::resolve::value::Value;

/// A child of an identity that trusts tokens of others.
const FEDERATED: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";

impl Graph<'_> {
    /// Whether a value is, or holds, some id of a user-assigned identity: by whichever attribute, its code can select it.
    #[must_use]
    pub fn tells(&self, value: &Value, identity: ResourceId) -> bool {
        let wanted = Principal::User(identity);
        let mut found = false;
        value.walk(&mut |part| {
            found |= self.reference_of(part).is_some_and(|(_, resource)| {
                resource.is_arm(super::arm::USER_ASSIGNED_IDENTITY)
                    && self.is_same(&Principal::User(resource.id), &wanted) != Truth::No
            });
        });
        found
    }

    /// Whether anything but the apps that have the identity is handed its client id, or it leaves the deployment.
    #[must_use]
    pub fn client_id_is_kept(&self, identity: ResourceId) -> bool {
        let is_client = |value: &Value| {
            let mut found = false;
            value.walk(&mut |part| {
                found |= self.id_kind(part) == Some(super::IdKind::Client) && self.tells(part, identity);
            });
            found
        };
        let by_output = self.outputs.iter().any(|output| output.root && is_client(&output.value));
        by_output
            || self.opening(&Principal::User(identity)).is_some()
            || self.resources().any(|resource| {
                let is_own = self
                    .host(resource.id)
                    .is_some_and(|host| self.attached(host, &self.id_of(identity, resource.span)) != Truth::No);
                resource.mode == Mode::Managed
                    && !is_own
                    && !resource.is_arm(FEDERATED)
                    && resource.body.entries.iter().any(|entry| is_client(&entry.value))
            })
    }
}

/// Whether a GUID stands somewhere in a text: it may be a client id.
#[must_use]
pub fn holds_guid(text: &str) -> bool {
    text.split(|letter: char| !(letter.is_ascii_hexdigit() || letter == '-')).any(ids::is_guid)
}
