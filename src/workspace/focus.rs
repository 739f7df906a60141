//! What files that were asked for take part in: their modules, everything that calls those, and what that calls.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Workspace;
use super::discover::{Format, format};
use super::paths::{file_name, parent};
use crate::config::NAMES;
use crate::ir::{Attr, ModuleId, Name, Program, Root};
use crate::source::{SourceFile, SourceId};

/// What was asked for, where more than that was looked at.
pub(super) struct Asked<'a> {
    /// Files, as shown.
    pub(super) files: &'a [String],
    /// Directories, whose files count as if each were named.
    pub(super) directories: &'a [PathBuf],
}

/// Limits a workspace to what the files that were asked for take part in. Findings are limited to those that touch the
/// files, or, if the files were changed, to those in everything that they take part in.
pub(super) fn limit(workspace: &mut Workspace, asked: &Asked<'_>, changed: bool) {
    // Configuration and users of databases belong to no module: anything may depend on them.
    let is_for_all = |name: &String| NAMES.contains(&file_name(name)) || format(name) == Some(Format::Sql);
    if changed && asked.files.iter().any(is_for_all) {
        return;
    }
    let is_inside = |file: &SourceFile| asked.directories.iter().any(|directory| file.path().starts_with(directory));
    let inside = workspace.sources.iter().filter(|(_, file)| is_inside(file));
    let mut files: BTreeSet<Name> = inside.map(|(_, file)| Name::from(&**file.display())).collect();
    files.extend(asked.files.iter().map(|name| Name::from(name.as_str())));
    let sources = workspace.sources.iter().filter(|(_, file)| files.contains(&**file.display()));
    let mut focus: BTreeSet<SourceId> = sources.map(|(id, _)| id).collect();
    // Modules of Terraform are directories, of Bicep and ARM files, or parts of files.
    let mut directories: BTreeSet<Name> =
        files.iter().filter(|name| !is_template(name)).map(|name| parent(name).into()).collect();
    let (asked_files, asked_directories) = (files.clone(), directories.clone());
    let is_asked =
        |path: &str| asked_directories.contains(path) || asked_files.contains(path.split('#').next().unwrap_or(path));
    workspace.roots.retain(|root| {
        let below = reachable(&workspace.program, root);
        let paths = || below.iter().filter_map(|id| workspace.program.module(*id)).map(|module| module.path.clone());
        // A file of parameters is no module, and takes part where its values go.
        let takes_part =
            paths().any(|path| is_asked(&path)) || values(root).any(|attr| focus.contains(&attr.span.source));
        if takes_part {
            files.extend(
                paths().filter(|path| is_template(path)).map(|path| path.split('#').next().unwrap_or("").into()),
            );
            directories.extend(paths().filter(|path| !is_template(path)));
        }
        takes_part
    });
    let within = |path: &str| files.contains(path) || (!is_template(path) && directories.contains(parent(path)));
    let path_of = |id: SourceId| workspace.sources.get(id).map(|file| file.display().clone()).unwrap_or_default();
    workspace.errors.retain(|error| within(&path_of(error.span.source)));
    workspace.analysed.retain(|path| within(path));
    workspace.partial.retain(|gap| within(&gap.path));
    workspace.skipped.retain(|gap| within(&gap.path));
    if changed {
        let sources = workspace.sources.iter().filter(|(_, file)| within(file.display()));
        focus.extend(sources.map(|(id, _)| id));
        focus.extend(workspace.roots.iter().flat_map(values).map(|attr| attr.span.source));
    }
    workspace.focus = Some(focus);
}

/// The values that parameter files have for a root.
fn values(root: &Root) -> impl Iterator<Item = &Attr> {
    root.given.iter().map(|given| &given.attr).chain(&root.offered).map(|attr| &**attr)
}

/// Whether a path is of Bicep or ARM, where a file is a module.
fn is_template(path: &str) -> bool {
    let file = path.split('#').next().unwrap_or(path);
    let ends = |ending: &str| file.ends_with(ending);
    ends(".bicep")
        || ends(".bicepparam")
        || (ends(".json") && !ends(".tf.json") && !ends(".tofu.json") && !ends(".tfvars.json"))
}

/// The module and everything that it calls or imports, directly or not.
fn reachable(program: &Program, root: &Root) -> BTreeSet<ModuleId> {
    let mut seen = BTreeSet::new();
    let mut todo = vec![root.module];
    todo.extend(root.given.iter().filter_map(|given| given.within));
    while let Some(id) = todo.pop() {
        if seen.insert(id) {
            todo.extend(program.links.get(id.0 as usize).into_iter().flatten().flatten());
            todo.extend(program.imports.get(id.0 as usize).into_iter().flatten().flatten());
        }
    }
    seen
}
