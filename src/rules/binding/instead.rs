//! The edit that grants another role.

use crate::azure::roles::{self, Role};
use crate::finding::{Fix, Safety};
use crate::graph::Graph;
use crate::resolve::value::Value;

/// Writes another role in the place of one that stands there by name or as the GUID of its definition.
pub(super) fn grant(graph: &Graph<'_>, written: &Value, role: &Role, new: &str) -> Option<Fix> {
    let new = roles::by_name(new)?;
    let by_name = written.as_str().filter(|text| text.eq_ignore_ascii_case(role.name)).map(|_| new.name);
    let by_guid = written.as_str().filter(|text| text.eq_ignore_ascii_case(role.guid)).map(|_| new.guid);
    let edit = graph.other_text(written, by_name.or(by_guid)?)?;
    Some(Fix { title: format!("grant {} instead", new.name), safety: Safety::Unsafe, edits: vec![edit] })
}
