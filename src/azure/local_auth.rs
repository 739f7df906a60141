//! Services that take keys or the like beside Microsoft Entra ID. Sources and columns stand in the head of
//! `local_auth.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::rows;

/// What a service takes beside identities, and the way without.
#[derive(Debug)]
pub struct LocalAuth {
    /// What it takes, in words.
    pub what: &'static str,
    /// The resource provider whose data roles show that a client asks as its identity; empty if no role does.
    pub provider: &'static str,
    /// A role that lets an identity use it; empty if it has roles of its own, or none.
    pub role: &'static str,
    /// Whether the switch can be set without setting anything else.
    pub is_one_switch: bool,
    /// Whether what it takes lets clients send something in, and read nothing.
    pub only_sends: bool,
    /// What may not stand beside the switch: an argument of azurerm, and a path below the properties in ARM.
    pub excludes: Option<(&'static str, &'static str)>,
    /// What to do instead.
    pub instead: &'static str,
}

static TABLE: LazyLock<HashMap<String, LocalAuth>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    for cells in rows(include_str!("local_auth.tsv")) {
        let [kind, what, provider, role, marks, excludes, instead, _source] = *cells.as_slice() else { continue };
        let has = |mark: &str| marks.split(',').any(|one| one == mark);
        let (is_one_switch, only_sends, excludes) = (has("fix"), has("sends"), excludes.split_once('|'));
        let service = LocalAuth { what, provider, role, is_one_switch, only_sends, excludes, instead };
        table.insert(kind.to_lowercase(), service);
    }
    table
});

/// What a service of this ARM type takes beside identities.
#[must_use]
pub fn of(kind: &str) -> Option<&'static LocalAuth> {
    TABLE.get(&kind.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::{keys, roles};

    #[test]
    fn each_service_has_a_switch_and_a_way_without() {
        let written = include_str!("local_auth.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.len(), written);
        for (kind, service) in TABLE.iter() {
            assert!(keys::of(kind).is_some_and(|keys| !keys.switches.is_empty()), "{kind}");
            assert!(!service.instead.is_empty(), "{kind}");
            if !service.role.is_empty() {
                let role = roles::by_name(service.role).expect("a built-in role");
                assert!(service.instead.contains(role.name), "{kind}");
                assert!(service.provider.is_empty() || role.reaches_data_of(service.provider), "{kind}");
            }
        }
    }
}
