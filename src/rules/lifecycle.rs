//! The family `lifecycle`.

pub(super) mod deferred_assignment_read;
pub(super) mod for_each_over_unknown_ids;
pub(super) mod identity_shared_across_workloads;
pub(super) mod removed_in_azurerm_5;
pub(super) mod role_assignment_not_awaited;
pub(super) mod system_identity_at_creation;
pub(super) mod unused_identity;
