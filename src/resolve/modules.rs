//! Which module a call leads to.

use std::collections::HashMap;

use crate::ir::{Module, ModuleId, Name, Program, Source};

/// Modules that were fetched before: for a root directory, for a dotted chain of call names, the directory on disk.
pub type Manifest = HashMap<Name, HashMap<Name, Name>>;

/// Joins a relative path to a directory and normalises the result; both use `/`.
#[must_use]
pub fn join(directory: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            // Nothing is above the root.
            ".." if directory.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (directory.starts_with('/'), joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// Modules of registries that were restored before: for the directory of whoever names one and the name as written, the
/// path of the file.
pub type Restored = HashMap<(Name, Name), Name>;

/// Fills in the links of a program whose modules are complete. Local sources lead to directories; others to where the
/// manifest of a root says they were put.
pub fn link(program: &mut Program, manifest: &Manifest, restored: &Restored) {
    let by_path: HashMap<Name, ModuleId> = program
        .modules
        .iter()
        .enumerate()
        .map(|(at, module)| (module.path.clone(), ModuleId(u32::try_from(at).unwrap_or(u32::MAX))))
        .collect();
    let target = |module: &Module, source: &Source| match source {
        Source::Local(relative) => by_path.get(join(&module.directory, relative).as_str()).copied(),
        Source::Inline(path) => by_path.get(path).copied(),
        Source::Remote(name) => {
            let path = restored.get(&(module.directory.clone(), name.clone()))?;
            by_path.get(path).copied()
        }
        Source::Unknown => None,
    };
    let modules = || program.modules.iter();
    let links = modules().map(|module| module.calls.iter().map(|call| target(module, &call.source)).collect());
    let imports = modules().map(|module| module.imports.iter().map(|import| target(module, &import.source)).collect());
    let (links, imports) = (links.collect(), imports.collect());
    program.links = links;
    program.imports = imports;
    for (root, chains) in manifest {
        if let Some(root) = by_path.get(root) {
            link_fetched(program, &by_path, *root, "", chains, 0);
        }
    }
}

fn link_fetched(
    program: &mut Program,
    by_path: &HashMap<Name, ModuleId>,
    module: ModuleId,
    prefix: &str,
    chains: &HashMap<Name, Name>,
    depth: u32,
) {
    // A manifest cannot be deeper than the chains it lists; the bound is for one that was tampered with.
    if depth > 24 {
        return;
    }
    let calls: Vec<Name> = program
        .module(module)
        .map(|module| module.calls.iter().map(|call| call.name.clone()).collect())
        .unwrap_or_default();
    for (at, call) in calls.into_iter().enumerate() {
        let chain = if prefix.is_empty() { call.to_string() } else { format!("{prefix}.{call}") };
        let Some(directory) = chains.get(chain.as_str()) else { continue };
        let Some(target) = by_path.get(directory).copied() else { continue };
        if let Some(slot) = program.links.get_mut(module.0 as usize).and_then(|links| links.get_mut(at))
            && slot.is_none()
        {
            *slot = Some(target);
        }
        link_fetched(program, by_path, target, &chain, chains, depth + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn paths_are_normalised() {
        assert_eq!(join("a/b", "../c"), "a/c");
        assert_eq!(join(".", "./modules/x/"), "modules/x");
        assert_eq!(join("a", ".."), ".");
        assert_eq!(join(".", "../x"), "../x");
        assert_eq!(join("../x", "../y"), "../y");
        assert_eq!(join("/a/b", "../../../c"), "/c");
    }
}
