//! The rules: a table of pages and functions. A rule sees the graph and nothing else.

mod access;
mod binding;
mod cx;
mod federation;
mod identity;
mod keys;
mod lifecycle;
mod meta;
mod secrets;
mod slots;
mod words;

pub use cx::{Cx, Draft};
pub use meta::{FixKind, Meta};

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name in kebab case.
    pub id: &'static str,
    /// The family that it belongs to.
    pub family: &'static str,
    /// Its page: front matter, text, tested examples.
    pub page: &'static str,
    /// What it does with a graph.
    pub check: fn(&mut Cx<'_>),
    meta: LazyLock<Meta>,
}

impl Rule {
    /// What the head of its page says.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Its page without the head.
    #[must_use]
    pub fn text(&self) -> &'static str {
        meta::split(self.page).1
    }

    /// Where its page is to be read.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/blob/main/rules/{}/{}.md", env!("CARGO_PKG_REPOSITORY"), self.family, self.id)
    }

    /// Its page in Markdown, with what its head says as a line below the title.
    #[must_use]
    pub fn markdown(&self) -> String {
        meta::markdown(self)
    }

    /// The title of its page.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.text().lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(self.id)
    }
}

macro_rules! rules {
    ($($family:literal { $($id:literal => $check:expr),+ $(,)? })+) => {
        const COUNT: usize = [$($($id),+),+].len();

        /// Every rule, by family and name.
        pub static RULES: [Rule; COUNT] = [$($(Rule {
            id: $id,
            family: $family,
            page: include_str!(concat!("../rules/", $family, "/", $id, ".md")),
            check: $check,
            meta: LazyLock::new(|| Meta::read(include_str!(concat!("../rules/", $family, "/", $id, ".md")))),
        }),+),+];
    };
}

rules! {
    "access" {
        "aad-check-skipped-for-user" => access::aad_check_skipped_for_user::check,
        "broad-access-policy" => access::broad_access_policy::check,
        "dangerous-custom-role" => access::dangerous_custom_role::check,
        "data-role-at-wide-scope" => access::data_role_at_wide_scope::check,
        "duplicate-role-assignment" => access::duplicate_role_assignment::check,
        "identity-takeover" => access::identity_takeover::check,
        "malformed-role-definition-id" => access::malformed_role_definition_id::check,
        "misplaced-condition-or-scope" => access::misplaced_condition_or_scope::check,
        "missing-principal-type" => access::missing_principal_type::check,
        "privileged-directory-role" => access::privileged_directory_role::check,
        "privileged-role-at-wide-scope" => access::privileged_role_at_wide_scope::check,
        "unconditional-role-granting" => access::unconditional_role_granting::check,
        "unknown-role" => access::unknown_role::check,
        "unscoped-role-lookup" => access::unscoped_role_lookup::check,
        "unstable-assignment-name" => access::unstable_assignment_name::check,
        "workload-with-privileged-role" => access::workload_with_privileged_role::check,
    }
    "binding" {
        "acr-pull-on-abac-registry" => binding::acr_pull_on_abac_registry::check,
        "connection-without-data-role" => binding::connection_without_data_role::check,
        "contradictory-identity-connection" => binding::contradictory_identity_connection::check,
        "contradictory-sql-authentication" => binding::contradictory_sql_authentication::check,
        "cosmos-data-role-through-azure-rbac" => binding::cosmos_data_role_through_azure_rbac::check,
        "host-storage-identity-not-selected" => binding::host_storage_identity_not_selected::check,
        "image-pull-without-role" => binding::image_pull_without_role::check,
        "key-use-with-local-auth-off" => binding::key_use_with_local_auth_off::check,
        "key-vault-permission-model-implicit" => binding::key_vault_permission_model_implicit::check,
        "key-vault-permission-model-mismatch" => binding::key_vault_permission_model_mismatch::check,
        "key-vault-reference-identity-not-selected" => binding::key_vault_reference_identity_not_selected::check,
        "key-vault-reference-never-resolved" => binding::key_vault_reference_never_resolved::check,
        "key-vault-reference-without-access" => binding::key_vault_reference_without_access::check,
        "malformed-key-vault-reference" => binding::malformed_key_vault_reference::check,
        "management-role-for-data-access" => binding::management_role_for_data_access::check,
        "principal-of-absent-system-identity" => binding::principal_of_absent_system_identity::check,
        "role-without-effect-on-scope" => binding::role_without_effect_on_scope::check,
        "wrong-identity-reference" => binding::wrong_identity_reference::check,
        "wrong-principal-id" => binding::wrong_principal_id::check,
    }
    "configuration" {
        // A rule sees no configuration file: who reads them reports what of them is unused.
        "unused-configuration" => |_| {},
    }
    "federation" {
        "aks-oidc-disabled" => federation::aks_oidc_disabled::check,
        "broad-subject" => federation::broad_subject::check,
        "federated-credential-limit" => federation::federated_credential_limit::check,
        "malformed-issuer" => federation::malformed_issuer::check,
        "parallel-federated-writes" => federation::parallel_federated_writes::check,
        "service-account-mismatch" => federation::service_account_mismatch::check,
        "subject-of-no-workflow" => federation::subject_of_no_workflow::check,
        "unexpected-audience" => federation::unexpected_audience::check,
    }
    "identity" {
        "absent-system-identity-selected" => identity::absent_system_identity_selected::check,
        "aks-service-principal" => identity::aks_service_principal::check,
        "client-id-not-selected" => identity::client_id_not_selected::check,
        "feature-without-identity" => identity::feature_without_identity::check,
        "ids-without-user-assigned" => identity::ids_without_user_assigned::check,
        "invalid-identity-type" => identity::invalid_identity_type::check,
        "malformed-user-assigned-map" => identity::malformed_user_assigned_map::check,
        "not-an-identity-id" => identity::not_an_identity_id::check,
        "resource-without-identity" => identity::resource_without_identity::check,
        "sql-server-without-primary-identity" => identity::sql_server_without_primary_identity::check,
        "token-endpoint-disabled" => identity::token_endpoint_disabled::check,
        "unattached-identity-selected" => identity::unattached_identity_selected::check,
        "unsupported-identity-type" => identity::unsupported_identity_type::check,
        "user-assigned-without-ids" => identity::user_assigned_without_ids::check,
    }
    "keys" {
        "application-password" => keys::application_password::check,
        "integration-by-key" => keys::integration_by_key::check,
        "provider-credential" => keys::provider_credential::check,
        "host-storage-by-key" => keys::host_storage_by_key::check,
        "key-in-app-setting" => keys::key_in_app_setting::check,
        "basic-publishing-enabled" => keys::basic_publishing_enabled::check,
        "database-password-auth" => keys::database_password_auth::check,
        "local-auth-enabled" => keys::local_auth_enabled::check,
        "registry-password" => keys::registry_password::check,
    }
    "lifecycle" {
        "deferred-assignment-read" => lifecycle::deferred_assignment_read::check,
        "for-each-over-unknown-ids" => lifecycle::for_each_over_unknown_ids::check,
        "identity-shared-across-workloads" => lifecycle::identity_shared_across_workloads::check,
        "removed-in-azurerm-5" => lifecycle::removed_in_azurerm_5::check,
        "role-assignment-not-awaited" => lifecycle::role_assignment_not_awaited::check,
        "system-identity-at-creation" => lifecycle::system_identity_at_creation::check,
        "unused-identity" => lifecycle::unused_identity::check,
    }
    "secrets" {
        "azure-key-literal" => secrets::azure_key_literal::check,
        "credential-literal" => secrets::credential_literal::check,
        "literal-password" => secrets::literal_password::check,
        "parameter-not-secure" => secrets::parameter_not_secure::check,
        "nested-deployment-leak" => secrets::nested_deployment_leak::check,
        "secret-connection-string" => secrets::secret_connection_string::check,
        "secret-in-custom-data" => secrets::secret_in_custom_data::check,
        "secret-in-parameter-file" => secrets::secret_in_parameter_file::check,
        "secret-in-plain-environment" => secrets::secret_in_plain_environment::check,
        "secret-output" => secrets::secret_output::check,
        "secure-parameter-default" => secrets::secure_parameter_default::check,
        "unmanaged-secret" => secrets::unmanaged_secret::check,
    }
    "slots" {
        "endpoint-setting-not-sticky" => slots::endpoint_setting_not_sticky::check,
        "identity-setting-not-sticky" => slots::identity_setting_not_sticky::check,
        "slot-without-identity" => slots::slot_without_identity::check,
        "slot-without-reference-identity" => slots::slot_without_reference_identity::check,
        "slot-without-role" => slots::slot_without_role::check,
        "unprepared-auto-swap" => slots::unprepared_auto_swap::check,
        "wrong-slot-principal-name" => slots::wrong_slot_principal_name::check,
    }
    "suppressions" {
        // The engine knows what they did.
        "expired-suppression" => |_| {},
        "malformed-suppression" => |_| {},
        "suppression-without-reason" => |_| {},
        "unknown-rule-in-suppression" => |_| {},
        "unused-suppression" => |_| {},
    }
    "syntax" {
        // What cannot be parsed never becomes a graph: the engine reports it.
        "syntax-error" => |_| {},
    }
}

/// The rule of that name.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id)
}

/// Whether there is a rule or a family of that name.
#[must_use]
pub fn is_known(name: &str) -> bool {
    RULES.iter().any(|rule| rule.id == name || rule.family == name)
}

/// The names of rules and families that are most like this one, best first.
#[must_use]
pub fn similar(id: &str) -> Vec<&'static str> {
    let wanted = id.to_lowercase();
    // Half of the letters may be wrong; with more, every name is near.
    let limit = (wanted.chars().count() / 2).clamp(1, 8);
    let names: BTreeSet<&'static str> = RULES.iter().flat_map(|rule| [rule.id, rule.family]).collect();
    let mut near: Vec<(usize, &'static str)> = names
        .into_iter()
        .map(|name| (if name.contains(&wanted) { 0 } else { crate::text::distance(&wanted, name, limit) }, name))
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    near.sort_unstable();
    near.into_iter().take(3).map(|(_, name)| name).collect()
}
