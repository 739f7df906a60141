//! Which files there are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{WalkBuilder, WalkState};

use super::overlay::Overlay;
use super::paths::{absolute, file_name, shown};
use super::{Gap, LoadError, Request};
use crate::config::NAMES;
use crate::progress::Phase;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Declarations in HCL.
    Module,
    /// Declarations in JSON.
    JsonModule,
    /// Values of parameters in HCL.
    Parameters,
    /// Values of parameters in JSON.
    JsonParameters,
    /// Bicep.
    Bicep,
    /// Values of Bicep's parameters.
    BicepParameters,
    /// Perhaps an ARM template or its parameters; most JSON files are neither.
    Json,
    /// SQL, of which only the making of users for principals is read.
    Sql,
}

/// The kind of a file by its name.
pub(super) fn format(name: &str) -> Option<Format> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&[".tf.json", ".tofu.json"]) {
        Some(Format::JsonModule)
    } else if ends(&[".tfvars.json"]) {
        Some(Format::JsonParameters)
    } else if ends(&[".tf", ".tofu"]) {
        Some(Format::Module)
    } else if ends(&[".tfvars"]) {
        Some(Format::Parameters)
    } else if ends(&[".bicep"]) {
        Some(Format::Bicep)
    } else if ends(&[".bicepparam"]) {
        Some(Format::BicepParameters)
    } else if ends(&[".json"]) {
        Some(Format::Json)
    } else if ends(&[".sql"]) {
        Some(Format::Sql)
    } else {
        None
    }
}

/// Whether it is a file of other tools that may say who asks for tokens: manifests and workflows, and scripts and notes
/// of what is done beside the code.
pub(super) fn is_companion(path: &str) -> bool {
    let name = file_name(path);
    !name.contains('.') || [".yaml", ".yml", ".sh", ".ps1", ".azcli", ".md"].iter().any(|ending| name.ends_with(ending))
}

/// Where a file's text comes from.
#[derive(Debug, Clone)]
pub(super) enum Input {
    /// From disk.
    Disk(PathBuf),
    /// From an editor or a test, whatever is on disk.
    Text(String),
}

/// What was found: by shown path, where the text comes from.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) files: BTreeMap<String, Input>,
    /// Files of other tools beside them, which are read only if they are needed.
    pub(super) companions: BTreeMap<String, Input>,
    pub(super) skipped: Vec<Gap>,
    pub(super) unreadable: bool,
    /// The directories that were looked through.
    pub(super) walked: Vec<PathBuf>,
    /// The configuration files in them.
    pub(super) configurations: BTreeSet<PathBuf>,
    /// The files that were named on the command line, as shown, if more was looked at than was asked for.
    pub(super) named: Option<Vec<String>>,
    /// The directories that were named.
    pub(super) directories: Vec<PathBuf>,
}

pub(super) fn discover(request: &Request) -> Result<Found, LoadError> {
    let here = &request.directory;
    let mut found = Found::default();
    let mut named: Vec<(String, PathBuf)> = Vec::new();
    for path in &request.paths {
        let path = absolute(here, path);
        let display = shown(here, &path);
        let is_directory = !request.overlay.is_file(&path)
            && std::fs::metadata(&path)
                .map_err(|error| match error.kind() {
                    std::io::ErrorKind::NotFound => LoadError::NotFound(display.clone()),
                    _ => LoadError::Unreadable(display.clone(), error.to_string()),
                })?
                .is_dir();
        if is_directory {
            found.directories.push(path);
        } else if format(&display).is_some() {
            named.push((display.clone(), path.clone()));
            found.files.insert(display, Input::Disk(path));
        } else if request.changed {
            // Configuration holds for the tree that it is in; other files have no part in anything.
            if NAMES.contains(&file_name(&display)) {
                named.push((display, path));
            }
        } else {
            return Err(LoadError::NotSupported(display));
        }
    }
    // A file inside a directory that was named is asked for with it.
    let is_inside = |path: &Path| found.directories.iter().any(|directory| path.starts_with(directory));
    let is_more = named.iter().any(|(_, path)| !is_inside(path)) || (request.changed && found.directories.is_empty());
    let mut roots = found.directories.clone();
    if is_more {
        // A file by itself says little: its module's callers are somewhere in its tree.
        roots.extend(named.iter().map(|(_, path)| tree_of(path)));
    }
    found.named = is_more.then(|| named.into_iter().map(|(name, _)| name).collect());
    roots.sort();
    roots.dedup();
    for root in &roots {
        // A root inside another one is walked with it.
        if !roots.iter().any(|other| other != root && root.starts_with(other)) {
            // An editor's file may be in a directory that is still to be made.
            if root.exists() || request.overlay.is_empty() {
                walk(request, root, &mut found);
            }
            laid_over(here, root, &request.overlay, &mut found);
            found.walked.push(root.clone());
        }
    }
    Ok(found)
}

/// The tree that a file is part of: its git work tree, or its own directory.
pub(super) fn tree_of(file: &Path) -> PathBuf {
    let directory = file.parent().unwrap_or(file);
    directory.ancestors().find(|ancestor| ancestor.join(".git").exists()).unwrap_or(directory).to_path_buf()
}

/// Directories that tools fill with what is not this tree's own: history, and copies of modules, looked up by name.
const OF_TOOLS: [&str; 5] = [".git", ".hg", ".svn", ".terraform", ".terragrunt-cache"];

fn walk(request: &Request, root: &Path, found: &mut Found) {
    let (here, progress) = (&*request.directory, &*request.progress);
    let is_ours = |entry: &ignore::DirEntry| {
        entry.depth() == 0 || !entry.file_name().to_str().is_some_and(|name| OF_TOOLS.contains(&name))
    };
    let mut walker = WalkBuilder::new(root);
    walker.follow_links(false).hidden(false).filter_entry(is_ours);
    progress.begin(Phase::Looking, 0);
    let all = Mutex::new(Vec::new());
    let look = |entry| {
        progress.step();
        let seen = see(here, root, entry);
        all.lock().unwrap_or_else(PoisonError::into_inner).extend(seen);
        WalkState::Continue
    };
    // Several threads save half of the time in a large tree and take a millisecond to end, which is much in a short run.
    if request.memory.is_some() {
        walker.build_parallel().run(|| Box::new(look));
    } else {
        walker.build().for_each(|entry| _ = look(entry));
    }
    for one in all.into_inner().unwrap_or_else(PoisonError::into_inner) {
        match one {
            Entry::File(name, path) => _ = found.files.insert(name, Input::Disk(path)),
            Entry::Companion(name, path) => _ = found.companions.insert(name, Input::Disk(path)),
            Entry::Configuration(path) => _ = found.configurations.insert(path),
            Entry::Link(gap) => found.skipped.push(gap),
            Entry::Unreadable(gap) => {
                found.unreadable = true;
                found.skipped.push(gap);
            }
        }
    }
}

/// What is of interest in a directory.
enum Entry {
    File(String, PathBuf),
    Companion(String, PathBuf),
    Configuration(PathBuf),
    Link(Gap),
    Unreadable(Gap),
}

fn see(here: &Path, root: &Path, entry: Result<ignore::DirEntry, ignore::Error>) -> Option<Entry> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => {
            let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
            let path = path_of(&error).unwrap_or(root);
            return Some(Entry::Unreadable(Gap { path: shown(here, path).into(), reason }));
        }
    };
    let kind = entry.file_type()?;
    let is_link = kind.is_symlink();
    if is_link && entry.path().is_dir() {
        let reason = "a symbolic link to a directory is not followed".to_owned();
        return Some(Entry::Link(Gap { path: shown(here, entry.path()).into(), reason }));
    }
    if !(kind.is_file() || is_link) {
        return None;
    }
    let name = entry.file_name().to_string_lossy();
    if format(&name).is_some() {
        Some(Entry::File(shown(here, entry.path()), entry.into_path()))
    } else if is_companion(&name) {
        Some(Entry::Companion(shown(here, entry.path()), entry.into_path()))
    } else {
        NAMES.contains(&&*name).then(|| Entry::Configuration(entry.into_path()))
    }
}

/// Files that somebody sees otherwise than they are on disk.
fn laid_over(here: &Path, root: &Path, overlay: &Overlay, found: &mut Found) {
    let is_of_tools = |path: &Path| {
        path.components().any(|part| part.as_os_str().to_str().is_some_and(|name| OF_TOOLS.contains(&name)))
    };
    for (path, exists) in overlay.below(root) {
        let name = shown(here, path);
        if !exists {
            found.files.remove(&name);
            found.companions.remove(&name);
            found.configurations.remove(path);
        } else if path.strip_prefix(root).is_ok_and(is_of_tools) {
        } else if format(&name).is_some() {
            found.files.insert(name, Input::Disk(path.to_path_buf()));
        } else if is_companion(&name) {
            found.companions.insert(name, Input::Disk(path.to_path_buf()));
        } else if NAMES.contains(&file_name(&name)) {
            found.configurations.insert(path.to_path_buf());
        }
    }
}

/// The path that an error of the walk is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// The files of one directory, for a module that is called but lies outside what was asked for.
pub(super) fn directory(here: &Path, directory: &Path, overlay: &Overlay) -> Vec<(String, Input)> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().filter_map(Result::ok);
    let mut paths: BTreeSet<PathBuf> = entries.map(|entry| entry.path()).collect();
    for (path, exists) in overlay.below(directory).filter(|(path, _)| path.parent() == Some(directory)) {
        if exists {
            paths.insert(path.to_path_buf());
        } else {
            paths.remove(path);
        }
    }
    let is_module =
        |path: &str| format(path).is_some_and(|format| matches!(format, Format::Module | Format::JsonModule));
    let files = paths.into_iter().map(|path| (shown(here, &path), Input::Disk(path)));
    files.filter(|(path, _)| is_module(path)).collect()
}
