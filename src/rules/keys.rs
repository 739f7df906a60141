//! The family `keys`.

pub(super) mod provider_credential;
