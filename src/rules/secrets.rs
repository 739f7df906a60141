//! The family `secrets`.

pub(super) mod literal_password;
pub(super) mod secret_connection_string;
pub(super) mod secret_output;
pub(super) mod secure_parameter_default;
