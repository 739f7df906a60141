//! What the next major version of a provider does not know any more. Sources and columns stand in the head of
//! `removed.tsv`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::{items, rows};

/// The version that has removed them, as people call it.
pub const VERSION: &str = "azurerm 5";

/// Something that was removed or renamed.
#[derive(Debug)]
pub struct Removed {
    /// The resource, with `data.` in front of a data source.
    pub kind: &'static str,
    /// The path of the argument or attribute, its parts joined by dots; empty for the whole type.
    pub path: &'static str,
    /// What it was.
    pub was: Was,
    /// What takes its place.
    pub successors: Vec<&'static str>,
    /// The first version, major and minor, that takes the successor, or that lets what has none be left out.
    pub since: (u32, u32),
}

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Was {
    /// A type of resources.
    Type,
    /// An argument.
    Argument,
    /// An argument whose successor says the opposite.
    Reversed,
    /// An attribute that is only read.
    Attribute,
}

impl Removed {
    /// The last part of the path.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }
}

static TABLE: LazyLock<Vec<Removed>> = LazyLock::new(|| {
    let read = |cells: Vec<&'static str>| {
        let [kind, path, was, successors, since, ..] = cells.as_slice() else { return None };
        let was = match *was {
            "type" => Was::Type,
            "reversed" => Was::Reversed,
            "attribute" => Was::Attribute,
            _ => Was::Argument,
        };
        let (major, minor) = since.split_once('.').unwrap_or((since, "0"));
        // Without a version nothing is new enough.
        let number = |text: &str| text.parse().unwrap_or(u32::MAX);
        Some(Removed { kind, path, was, successors: items(successors, '|'), since: (number(major), number(minor)) })
    };
    rows(include_str!("removed.tsv")).filter_map(read).collect()
});

static BY_KIND: LazyLock<HashMap<&'static str, Vec<&'static Removed>>> = LazyLock::new(|| {
    let mut by_kind: HashMap<&str, Vec<&Removed>> = HashMap::new();
    for removed in TABLE.iter() {
        by_kind.entry(removed.kind).or_default().push(removed);
    }
    by_kind
});

/// What was removed of this type, or the type itself.
pub fn of(kind: &str) -> impl Iterator<Item = &'static Removed> {
    BY_KIND.get(kind).into_iter().flatten().copied()
}

static NAMES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| TABLE.iter().map(|removed| removed.path).collect());

/// Whether something at this path was removed of any type: most references need no longer look than this.
#[must_use]
pub fn is_path(path: &str) -> bool {
    NAMES.contains(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let written = include_str!("removed.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.len(), written);
        assert_eq!(of("azurerm_federated_identity_credential").count(), 2);
        let vault: Vec<_> = of("data.azurerm_key_vault").map(|one| (one.was, one.since)).collect();
        assert_eq!(vault, [(Was::Attribute, (4, 42))]);
    }
}
