//! The family `access`.

pub(super) mod aad_check_skipped_for_user;
mod accepted;
pub(super) mod broad_access_policy;
pub(super) mod dangerous_custom_role;
pub(super) mod data_role_at_wide_scope;
pub(super) mod duplicate_role_assignment;
mod holders;
pub(super) mod identity_takeover;
pub(super) mod malformed_role_definition_id;
pub(super) mod misplaced_condition_or_scope;
pub(super) mod missing_principal_type;
pub(super) mod privileged_directory_role;
pub(super) mod privileged_role_at_wide_scope;
pub(super) mod unconditional_role_granting;
pub(super) mod unknown_role;
pub(super) mod unscoped_role_lookup;
pub(super) mod unstable_assignment_name;
mod words;
pub(super) mod workload_with_privileged_role;
mod workloads;
