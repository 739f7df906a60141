//! The family `keys`.

pub(super) mod provider_credential;
pub(super) mod local_auth_enabled;
