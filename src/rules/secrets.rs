//! The family `secrets`.

pub(super) mod azure_key_literal;
pub(super) mod credential_literal;
pub(super) mod literal_password;
pub(super) mod nested_deployment_leak;
pub(super) mod parameter_not_secure;
pub(super) mod secret_connection_string;
pub(super) mod secret_in_custom_data;
pub(super) mod secret_in_parameter_file;
pub(super) mod secret_in_plain_environment;
pub(super) mod secret_output;
pub(super) mod secure_parameter_default;
mod sighted;
pub(super) mod unmanaged_secret;
mod words;

/// Whether a text is no secret by the option `placeholders`: it is one of these, letter by letter.
fn is_placeholder(cx: &super::Cx<'_>, text: &str) -> bool {
    cx.option("placeholders").iter().any(|placeholder| placeholder == text)
}

/// Whether one of the rules about the looks of a text knows it.
fn is_known_by_shape(text: &str) -> bool {
    crate::azure::credentials::holds_one(text)
}
