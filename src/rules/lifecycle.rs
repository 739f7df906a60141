//! The family `lifecycle`.

pub(super) mod removed_in_azurerm_5;
