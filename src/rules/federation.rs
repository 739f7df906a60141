//! The family `federation`.

pub(super) mod unexpected_audience;
