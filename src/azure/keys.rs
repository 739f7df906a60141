//! Resources whose keys can be switched off. Sources and columns stand in the head of `keys.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{items, rows};

/// A type of resource that has keys.
#[derive(Debug)]
pub struct Keys {
    /// What switches them off.
    pub switches: Vec<Switch>,
    /// Whether they are off where no switch is set; none where that is not known.
    pub off_by_default: Option<bool>,
    /// What gives a key: functions of ARM in lower case, attributes of azurerm.
    pub given_by: Vec<&'static str>,
}

/// A property that switches keys off.
#[derive(Debug)]
pub struct Switch {
    /// Its path; in ARM from the resource's body on.
    pub path: &'static str,
    /// The value that does.
    pub off: Off,
}

/// A value that switches keys off.
#[derive(Debug)]
pub enum Off {
    /// This truth value.
    Is(bool),
    /// One of these texts, in any case.
    OneOf(Vec<&'static str>),
    /// A list without this text.
    Without(&'static str),
}

static TABLE: LazyLock<HashMap<String, Keys>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    for cells in rows(include_str!("keys.tsv")) {
        let [kind, switches, unset, given_by] = cells.as_slice() else { continue };
        let off_by_default = match *unset {
            "off" => Some(true),
            "on" => Some(false),
            _ => None,
        };
        let switches = items(switches, ',').into_iter().filter_map(switch).collect();
        table.insert(kind.to_lowercase(), Keys { switches, off_by_default, given_by: items(given_by, ',') });
    }
    table
});

fn switch(text: &'static str) -> Option<Switch> {
    let (path, value) = text.split_once('=')?;
    let off = match (value, value.strip_prefix('!')) {
        ("true", _) => Off::Is(true),
        ("false", _) => Off::Is(false),
        (_, Some(without)) => Off::Without(without),
        _ => Off::OneOf(items(value, '|')),
    };
    Some(Switch { path, off })
}

/// The keys of an ARM type or of an azurerm resource type.
#[must_use]
pub fn of(kind: &str) -> Option<&'static Keys> {
    TABLE.get(&kind.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let written = include_str!("keys.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.len(), written);
        let batch = of("microsoft.batch/BATCHACCOUNTS").expect("a row");
        assert!(matches!(batch.switches.as_slice(), [Switch { off: Off::Without("SharedKey"), .. }]));
        assert_eq!(of("azurerm_container_registry").and_then(|keys| keys.off_by_default), Some(true));
        // A switch, but nothing that is given out is a key.
        assert!(of("azurerm_application_insights").is_some_and(|keys| keys.given_by.is_empty()));
        assert!(of("azurerm_kubernetes_cluster").is_some_and(|keys| keys.given_by.is_empty()));
        assert!(of("azurerm_kubernetes_cluster_node_pool").is_none());
        assert_eq!(of("azurerm_managed_redis").and_then(|keys| keys.off_by_default), Some(true));
    }
}
