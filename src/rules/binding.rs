//! The family `binding`.

pub(super) mod acr_pull_on_abac_registry;
pub(super) mod connection_without_data_role;
pub(super) mod contradictory_identity_connection;
pub(super) mod contradictory_sql_authentication;
pub(super) mod cosmos_data_role_through_azure_rbac;
pub(super) mod host_storage_identity_not_selected;
pub(super) mod image_pull_without_role;
mod instead;
pub(super) mod key_use_with_local_auth_off;
pub(super) mod key_vault_permission_model_implicit;
pub(super) mod key_vault_permission_model_mismatch;
pub(super) mod key_vault_reference_identity_not_selected;
pub(super) mod key_vault_reference_never_resolved;
pub(super) mod key_vault_reference_without_access;
pub(super) mod malformed_key_vault_reference;
pub(super) mod management_role_for_data_access;
pub(super) mod principal_of_absent_system_identity;
pub(super) mod role_without_effect_on_scope;
pub(super) mod wrong_identity_reference;
pub(super) mod wrong_principal_id;
