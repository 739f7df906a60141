//! The family `access`.

pub(super) mod privileged_role_at_wide_scope;
pub(super) mod unknown_role;
