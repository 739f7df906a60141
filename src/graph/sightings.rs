//! Credentials in strings, and whose matter they are.

use super::{Graph, ProviderCredential};
use crate::azure::credentials::Family;
use crate::ir::Sighting;
use crate::source::Span;

/// With these a provider or backend logs in to Azure.
const LOGINS: [&str; 5] =
    ["client_secret", "client_certificate", "client_certificate_password", "access_key", "sas_token"];

impl<'d> Graph<'d> {
    /// The credentials of a family that stand in strings of this deployment's files, but for those with which a provider
    /// or backend logs in: those are a matter of that place, whatever their shape and wherever they are written.
    #[must_use]
    pub fn sightings(&self, family: Family) -> Vec<&'d Sighting> {
        let of_family = |one: &&'d Sighting| one.kind.family == family && !is_login(one);
        let mut found: Vec<_> = self.sightings.iter().copied().filter(of_family).collect();
        if !found.is_empty() {
            let logins: Vec<_> = self.provider_credentials().iter().flat_map(ProviderCredential::literals).collect();
            found.retain(|one| !logins.iter().any(|login| login.contains(one.secret)));
        }
        found
    }
}

impl Graph<'_> {
    /// What is written in a span.
    #[must_use]
    pub fn text_at(&self, span: Span) -> &str {
        self.sources.slice(span)
    }
}

fn is_login(one: &Sighting) -> bool {
    let is_there = &*one.subject == "terraform"
        || one.subject.starts_with("provider.azure")
        || ["provider.azapi", "provider.msgraph"].contains(&&*one.subject)
        || one.subject.starts_with("data.terraform_remote_state.");
    is_there && LOGINS.contains(&&*one.label)
}
