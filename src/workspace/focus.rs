//! What files that were asked for take part in: their modules, everything that calls those, and what that calls.

use std::collections::BTreeSet;

use super::Workspace;
use super::paths::parent;
use crate::ir::{ModuleId, Name, Program};
use crate::source::{SourceFile, SourceId};

/// Limits a workspace to what the named files, shown as given, take part in.
pub(super) fn limit(workspace: &mut Workspace, named: &[String]) {
    let is_named = |file: &SourceFile| named.iter().any(|name| **name == **file.display());
    let sources = workspace.sources.iter().filter(|(_, file)| is_named(file));
    workspace.focus = Some(sources.map(|(id, _)| id).collect());
    let mut directories: BTreeSet<Name> = named.iter().map(|name| parent(name).into()).collect();
    workspace.roots.retain(|root| {
        let below = reachable(&workspace.program, *root);
        let paths = || below.iter().filter_map(|id| workspace.program.module(*id)).map(|module| module.path.clone());
        let takes_part = paths().any(|path| named.iter().any(|name| *parent(name) == *path));
        if takes_part {
            directories.extend(paths());
        }
        takes_part
    });
    let within = |path: &str| directories.contains(parent(path));
    let path_of = |id: SourceId| workspace.sources.get(id).map(|file| file.display().clone()).unwrap_or_default();
    workspace.errors.retain(|error| within(&path_of(error.span.source)));
    workspace.analysed.retain(|path| within(path));
    workspace.partial.retain(|gap| within(&gap.path));
    workspace.skipped.retain(|gap| within(&gap.path));
}

/// The module and everything that it calls, directly or not.
fn reachable(program: &Program, root: ModuleId) -> BTreeSet<ModuleId> {
    let mut seen = BTreeSet::new();
    let mut todo = vec![root];
    while let Some(id) = todo.pop() {
        if seen.insert(id) {
            todo.extend(program.links.get(id.0 as usize).into_iter().flatten().flatten());
        }
    }
    seen
}
