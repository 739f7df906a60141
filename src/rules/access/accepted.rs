//! Grants that whoever owns the code accepts, by two options: `accepted-principals` and `accepted-roles`.

use crate::graph::Grant;
use crate::rules::Cx;

/// Whether whoever is granted something, or the role that they get, is accepted by the options of the rule.
pub(super) fn is_accepted(cx: &Cx<'_>, grant: &Grant) -> bool {
    let names_role = |role: &&crate::azure::roles::Role| cx.option_matches("accepted-roles", role.name);
    let roles = grant.right.built_in().unwrap_or_default();
    if !roles.is_empty() && roles.iter().all(names_role) {
        return true;
    }
    let principals = cx.graph.principals(&grant.principal);
    let is_named = |address: &str| cx.option_matches("accepted-principals", address);
    let mut named = principals.iter().map(|principal| principal.as_ref().ok().and_then(|one| one.resource()));
    !principals.is_empty() && named.all(|id| id.is_some_and(|id| is_named(&cx.graph.address(id))))
}
