//! The family `slots`.

pub(super) mod endpoint_setting_not_sticky;
pub(super) mod identity_setting_not_sticky;
pub(super) mod slot_without_identity;
pub(super) mod slot_without_reference_identity;
pub(super) mod slot_without_role;
pub(super) mod unprepared_auto_swap;
pub(super) mod wrong_slot_principal_name;
