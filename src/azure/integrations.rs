//! Integrations that take a key although an identity would do. Sources and columns stand in the head of `integrations.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{items, rows};

/// A place where a resource is given a key of another one.
#[derive(Debug)]
pub struct Integration {
    /// The path of what holds the keys; empty for the resource itself.
    pub place: &'static str,
    /// A path, from the place on if it begins with `.`, and the value that stands there; a value that begins with `/` is the
    /// end of an id.
    pub condition: Option<(&'static str, &'static str)>,
    /// The keys.
    pub keys: Vec<Key>,
    /// The setting beside the keys, and its value that lets an identity in their place.
    pub by_identity: Option<(&'static str, &'static str)>,
    /// What the integration does: a verb and its object.
    pub does: &'static str,
    /// The setting that is the way out, as it is written.
    pub way_out: &'static str,
    /// The role that the identity needs on the target; empty where the target has roles of its own.
    pub role: &'static str,
}

/// A property that takes a key.
#[derive(Debug)]
pub struct Key {
    /// Its path below the place.
    pub path: &'static str,
    /// Whether it takes a text that need not hold one: a connection string, an address.
    pub is_text: bool,
}

static TABLE: LazyLock<HashMap<String, Vec<Integration>>> = LazyLock::new(|| {
    let mut table: HashMap<String, Vec<Integration>> = HashMap::new();
    for cells in rows(include_str!("integrations.tsv")) {
        let [kind, place, condition, keys, by_identity, does, way_out, role, _source] = cells.as_slice() else {
            continue;
        };
        let keys = items(keys, ',').into_iter().map(|name| match name.strip_prefix('*') {
            Some(path) => Key { path, is_text: true },
            None => Key { path: name, is_text: false },
        });
        table.entry(kind.to_lowercase()).or_default().push(Integration {
            place,
            condition: condition.split_once('='),
            keys: keys.collect(),
            by_identity: by_identity.split_once('='),
            does,
            way_out,
            role,
        });
    }
    table
});

/// The integrations of a type: of ARM, or of azurerm.
#[must_use]
pub fn of(kind: &str) -> &'static [Integration] {
    TABLE.get(&kind.to_lowercase()).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::azure::roles;

    #[test]
    fn every_row_is_read() {
        let written = include_str!("integrations.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.values().map(Vec::len).sum::<usize>(), written);
        let hub = of("microsoft.devices/IOTHUBS");
        assert!(hub.iter().all(|one| one.by_identity == Some(("authenticationType", "identityBased"))));
        let of_cosmos = "Cosmos DB Built-in Data Contributor";
        for one in TABLE.values().flatten().filter(|one| !one.role.is_empty() && one.role != of_cosmos) {
            assert!(roles::by_name(one.role).is_some(), "{} is no role", one.role);
        }
    }
}
