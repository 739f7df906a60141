//! The family `identity`.

pub(super) mod absent_system_identity_selected;
pub(super) mod aks_service_principal;
pub(super) mod client_id_not_selected;
pub(super) mod feature_without_identity;
pub(super) mod ids_without_user_assigned;
pub(super) mod invalid_identity_type;
pub(super) mod malformed_user_assigned_map;
pub(super) mod not_an_identity_id;
pub(super) mod resource_without_identity;
pub(super) mod sql_server_without_primary_identity;
pub(super) mod token_endpoint_disabled;
pub(super) mod unattached_identity_selected;
pub(super) mod unsupported_identity_type;
pub(super) mod user_assigned_without_ids;
