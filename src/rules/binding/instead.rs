//! Edits that grant another role, or one that is missing.

use crate::azure::roles::{self, Role};
use crate::finding::{Fix, Safety};
use crate::graph::{Graph, Principal, Resolver, ResourceId, Use};
use crate::resolve::value::Value;

/// Writes another role in the place of one that stands there by name or as the GUID of its definition.
pub(super) fn grant(graph: &Graph<'_>, written: &Value, role: &Role, new: &str) -> Option<Fix> {
    let new = roles::by_name(new)?;
    let by_name = written.as_str().filter(|text| text.eq_ignore_ascii_case(role.name)).map(|_| new.name);
    let by_guid = written.as_str().filter(|text| text.eq_ignore_ascii_case(role.guid)).map(|_| new.guid);
    let edit = graph.other_text(written, by_name.or(by_guid)?)?;
    Some(Fix::suggested(format!("grant {} instead", new.name), edit))
}

/// Grants a role that is missing, in a declaration of its own.
pub(in crate::rules) fn missing(graph: &Graph<'_>, need: &Use, target: ResourceId, role: &str) -> Option<Fix> {
    let Resolver::Principal(principal) = &need.identity else { return None };
    let title = format!("grant {role} on `{}`", graph.title(target));
    let granted = roles::by_name(role)?;
    // What is read while something is made must be permitted before; its own identity cannot be.
    if matches!(principal, Principal::User(_)) && graph.reads_at_creation(need) {
        let edits = graph.grant_first(principal, granted, target, need.by)?;
        return Some(Fix { title, safety: Safety::Unsafe, edits });
    }
    let edit = graph.grant(principal, granted, target, need.consumer)?;
    Some(Fix::suggested(title, edit))
}
