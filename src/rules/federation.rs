//! The family `federation`.

pub(super) mod malformed_issuer;
pub(super) mod unexpected_audience;
