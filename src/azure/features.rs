//! What resources do as their own identity. Sources and columns stand in the head of `features.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{items, rows};

/// Something that a type of resource does as its own identity.
#[derive(Debug)]
pub struct FeatureOf {
    /// The path of the azurerm argument that asks for it; empty if there is none.
    pub argument: &'static str,
    /// The path below the ARM resource; empty if there is none.
    pub path: &'static str,
    /// When it asks for an identity.
    pub when: When,
    /// What it is, in a few words.
    pub what: &'static str,
}

/// When an argument asks for an identity.
#[derive(Debug)]
pub enum When {
    /// If it is there and not empty.
    Set,
    /// If it is a block that is not switched off.
    Block,
    /// If it is one of these texts, in any case.
    Is(Vec<&'static str>),
    /// If it begins with one of these texts, in any case.
    Begins(Vec<&'static str>),
}

static TABLE: LazyLock<HashMap<String, Vec<FeatureOf>>> = LazyLock::new(|| {
    let mut table: HashMap<String, Vec<FeatureOf>> = HashMap::new();
    for cells in rows(include_str!("features.tsv")) {
        let [kind, argument, path, when, what] = cells.as_slice() else { continue };
        let when = match (when.strip_prefix('='), when.strip_prefix('^'), *when) {
            (Some(texts), ..) => When::Is(items(texts, '|')),
            (_, Some(texts), _) => When::Begins(items(texts, '|')),
            (.., "block") => When::Block,
            _ => When::Set,
        };
        table.entry(kind.to_lowercase()).or_default().push(FeatureOf { argument, path, when, what });
    }
    table
});

/// What resources of an ARM type do as their own identity.
#[must_use]
pub fn of(arm: &str) -> &'static [FeatureOf] {
    TABLE.get(&arm.to_lowercase()).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let written = include_str!("features.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.values().map(Vec::len).sum::<usize>(), written);
        assert_eq!(of("microsoft.app/CONTAINERAPPS").len(), 2);
        assert!(of("Microsoft.Web/sites/slots").is_empty());
    }
}
