//! The family `keys`.

pub(super) mod application_password;
pub(super) mod basic_publishing_enabled;
pub(super) mod database_password_auth;
pub(super) mod host_storage_by_key;
pub(super) mod integration_by_key;
pub(super) mod key_in_app_setting;
pub(super) mod local_auth_enabled;
pub(super) mod provider_credential;
pub(super) mod registry_password;
