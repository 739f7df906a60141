//! The family `federation`.

mod accounts;
pub(super) mod aks_oidc_disabled;
pub(super) mod broad_subject;
pub(super) mod federated_credential_limit;
pub(super) mod malformed_issuer;
pub(super) mod parallel_federated_writes;
pub(super) mod service_account_mismatch;
pub(super) mod subject_of_no_workflow;
pub(super) mod unexpected_audience;

use crate::resolve::value::{Kind, TextPart, Value};

/// A text for a message, with an ellipsis for each part that is not known.
fn shown(value: &Value) -> String {
    let Kind::Text(text) = &value.kind else { return "…".to_owned() };
    let parts = text.parts();
    let part = |part: &TextPart| match part {
        TextPart::Text(text) => text.to_string(),
        TextPart::Hole(_) => "…".to_owned(),
    };
    parts.iter().map(part).collect()
}
