//! The family `keys`.

pub(super) mod local_auth_enabled;
pub(super) mod provider_credential;
