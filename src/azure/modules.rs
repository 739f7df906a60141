//! Azure Verified Modules whose interface is known. Sources, commits and columns stand in the head of `modules.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{items, rows};

/// What a published module does with the parameters that matter to identities.
#[derive(Debug)]
pub struct Interface {
    /// Its name in lower case: `br/public:avm/…`, or a Terraform registry source.
    pub name: &'static str,
    /// The first version of which all of this holds.
    pub since: Version,
    /// The ARM type of the resource whose id it gives.
    pub kind: &'static str,
    /// How that resource gets its identity.
    pub identity: Identity,
    /// Its outputs, each with a path from that resource; an empty path is the whole of it.
    pub outputs: Vec<(&'static str, &'static str)>,
    /// The parameter with role assignments on that resource.
    pub role_assignments: Option<&'static str>,
    /// Parameters that become properties as they are.
    pub arguments: Vec<Argument>,
    /// Whether it grants its own identities something.
    pub grants_itself: bool,
}

/// How a module's resource gets its identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// It has none.
    None,
    /// By the usual parameter, `managedIdentities` or `managed_identities`.
    Usual {
        /// Whether it has a system-assigned one where the parameter is left out.
        system_by_default: bool,
    },
    /// In a way of its own.
    Other,
}

/// A parameter that becomes a property.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// The parameter.
    pub name: &'static str,
    /// The path of the property.
    pub path: &'static str,
    /// Whether the property is the opposite.
    pub negated: bool,
    /// The value that it has by default, as Bicep writes it.
    pub default: Option<&'static str>,
}

/// Three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// Reads `1.2.3`; what is left out is nought.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|number| number.trim().parse::<u32>().ok());
        let first = numbers.next()??;
        Some(Self(first, numbers.next().flatten().unwrap_or(0), numbers.next().flatten().unwrap_or(0)))
    }

    /// The lowest version that a Terraform constraint admits; none if it names none.
    #[must_use]
    pub fn least(constraint: &str) -> Option<Self> {
        let lower = |part: &str| {
            let part = part.trim();
            let version = part.trim_start_matches(['~', '>', '=', ' ']);
            (!part.starts_with(['<', '!'])).then(|| Self::parse(version)).flatten()
        };
        constraint.split(',').filter_map(lower).max()
    }
}

static TABLE: LazyLock<HashMap<&'static str, Interface>> = LazyLock::new(|| {
    rows(include_str!("modules.tsv")).filter_map(|cells| interface(&cells)).map(|row| (row.name, row)).collect()
});

fn interface(cells: &[&'static str]) -> Option<Interface> {
    let [name, since, _, kind, identity, outputs, role_assignments, arguments, marks] = cells else { return None };
    Some(Interface {
        name,
        since: Version::parse(since)?,
        kind,
        identity: match *identity {
            "" => Identity::None,
            "?" => Identity::Other,
            kinds => Identity::Usual { system_by_default: kinds.ends_with("+S") },
        },
        outputs: items(outputs, ',').into_iter().filter_map(|output| output.split_once('=')).collect(),
        role_assignments: (!role_assignments.is_empty()).then_some(*role_assignments),
        arguments: items(arguments, ',').into_iter().filter_map(argument).collect(),
        grants_itself: *marks == "own",
    })
}

fn argument(cell: &'static str) -> Option<Argument> {
    let (name, path) = cell.split_once('=')?;
    let (path, default) = path.split_once(':').map_or((path, None), |(path, default)| (path, Some(default)));
    let negated = path.starts_with('!');
    Some(Argument { name, path: path.trim_start_matches('!'), negated, default })
}

/// The module that a call's source names, whatever its version.
#[must_use]
pub fn by_source(source: &str) -> Option<&'static Interface> {
    TABLE.get(source.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_whole() {
        assert_eq!(TABLE.len(), rows(include_str!("modules.tsv").trim_end()).count());
        let vault = by_source("br/public:avm/res/key-vault/vault").expect("a known module");
        assert!(vault.arguments.iter().any(|argument| argument.default == Some("true")));
        assert_eq!(vault.role_assignments, Some("roleAssignments"));
    }

    #[test]
    fn constraints_have_a_lowest_version() {
        assert_eq!(Version::least("~> 0.17.2"), Some(Version(0, 17, 2)));
        assert_eq!(Version::least(">= 0.9, < 2.0"), Some(Version(0, 9, 0)));
        assert_eq!(Version::least("1.2.3"), Some(Version(1, 2, 3)));
        assert_eq!(Version::least("< 2.0"), None);
    }
}
