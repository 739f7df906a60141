//! The family `slots`.

pub(super) mod slot_without_identity;
pub(super) mod slot_without_reference_identity;
pub(super) mod slot_without_role;
