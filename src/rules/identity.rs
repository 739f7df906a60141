//! The family `identity`.

pub(super) mod ids_without_user_assigned;
pub(super) mod invalid_identity_type;
pub(super) mod user_assigned_without_ids;
