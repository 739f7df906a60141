//! What configuration says of the files that were found: which of them are left out, before anything is read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::discover::{self, Format, Found, Input, format};
use super::overlay::Overlay;
use super::paths::{absolute, parent, shown};
use super::{Invalid, LoadError, Request};
use crate::config::{Choice, Config, Disk, Explanation, Layer, Reading};
use crate::finding::Finding;
use crate::source::{SourceFile, Sources};

/// What holds where, as far as it is known before files are read.
#[derive(Default)]
pub(super) struct Configured {
    pub(super) config: Config,
    /// The configuration files: the first sources.
    pub(super) sources: Vec<Arc<SourceFile>>,
    /// Whether something was left out; of files that were named, all.
    pub(super) left_out: bool,
}

/// Files on disk, and what is laid over them.
pub(super) struct Files<'a> {
    pub(super) here: &'a Path,
    pub(super) overlay: &'a Overlay,
}

impl Disk for Files<'_> {
    fn is_file(&self, path: &Path) -> bool {
        self.overlay.is_file(path)
    }

    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, String> {
        if !self.overlay.is_file(path) {
            return Err("it is no file".to_owned());
        }
        self.overlay.read_small(path, most)
    }

    fn shown(&self, path: &Path) -> String {
        shown(self.here, path)
    }

    fn is_repository(&self, directory: &Path) -> bool {
        directory.join(".git").exists()
    }
}

/// Files that are given as texts; there are no others.
pub(super) struct Texts(pub(super) BTreeMap<PathBuf, String>);

impl Disk for Texts {
    fn is_file(&self, path: &Path) -> bool {
        self.0.contains_key(path)
    }

    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, String> {
        let text = self.0.get(path).ok_or("there is no such file")?;
        if u64::try_from(text.len()).is_ok_and(|length| length <= most) {
            Ok(text.clone().into_bytes())
        } else {
            Err(format!("it has more than {most} bytes"))
        }
    }

    fn shown(&self, path: &Path) -> String {
        path.to_string_lossy().replace('\\', "/")
    }

    fn is_repository(&self, _directory: &Path) -> bool {
        false
    }
}

/// Reads what is configured for the files that were found, and leaves out what that excludes.
///
/// # Errors
/// If a configuration file is not right.
pub(super) fn configure(request: &Request, found: &mut Found) -> Result<Configured, LoadError> {
    let disk = Files { here: &request.directory, overlay: &request.overlay };
    let choice = match &request.configuration {
        Choice::Only(path) => Choice::Only(absolute(&request.directory, path)),
        other => other.clone(),
    };
    let mut sources = Vec::new();
    let mut reading = Reading { disk: &disk, sources: &mut sources };
    let config = Config::new(found.walked.clone(), std::mem::take(&mut found.configurations), &choice, &mut reading);
    let mut config = config.map_err(|_| match &choice {
        Choice::Only(path) => LoadError::NotFound(disk.shown(path)),
        Choice::Nearest | Choice::Nothing => LoadError::Nothing(request.shown_paths()),
    })?;
    for root in &found.walked {
        config.look(root, &mut reading);
    }
    look_at_all(&mut config, found, &mut reading);
    if !config.problems().is_empty() {
        return Err(invalid(config.problems(), Sources::new(sources, PathBuf::new())));
    }
    let left_out = leave_out(&mut config, found, &|input, _| match input {
        Input::Disk(path) => path.clone(),
        Input::Text(_) => PathBuf::new(),
    });
    Ok(Configured { config, sources, left_out })
}

/// The same for texts. What is wrong with their configuration can be asked afterwards.
pub(super) fn of_texts(configurations: BTreeMap<String, Input>, found: &mut Found) -> Configured {
    let mut texts = BTreeMap::new();
    for (path, input) in configurations {
        if let Input::Text(text) = input {
            texts.insert(PathBuf::from(path), text);
        }
    }
    if texts.is_empty() {
        return Configured::default();
    }
    let listed: BTreeSet<PathBuf> = texts.keys().filter(|path| is_named_so(path)).cloned().collect();
    let disk = Texts(texts);
    let mut sources = Vec::new();
    let mut reading = Reading { disk: &disk, sources: &mut sources };
    let mut config = Config::new(vec![PathBuf::new()], listed, &Choice::Nearest, &mut reading).unwrap_or_default();
    config.look(Path::new(""), &mut reading);
    for path in found.files.keys() {
        config.look(Path::new(path).parent().unwrap_or(Path::new("")), &mut reading);
    }
    let left_out = leave_out(&mut config, found, &|_, shown| PathBuf::from(shown));
    Configured { config, sources, left_out }
}

fn is_named_so(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| crate::config::NAMES.contains(&name))
}

fn look_at_all(config: &mut Config, found: &Found, reading: &mut Reading<'_>) {
    let mut last = Path::new("");
    for input in found.files.values() {
        let Input::Disk(path) = input else { continue };
        let Some(directory) = path.parent().filter(|directory| *directory != last) else { continue };
        last = directory;
        config.look(directory, reading);
    }
}

/// An error, if there are problems.
///
/// # Errors
/// The problems.
pub(super) fn valid(problems: &[Finding], sources: &Sources) -> Result<(), LoadError> {
    if problems.is_empty() {
        return Ok(());
    }
    Err(invalid(problems, Sources::new(sources.shared().iter().map(Arc::clone), PathBuf::new())))
}

fn invalid(problems: &[Finding], sources: Sources) -> LoadError {
    let mut problems = problems.to_vec();
    problems.sort_by(|a, b| a.subject.cmp(&b.subject).then(a.primary.span.cmp(&b.primary.span)));
    LoadError::Configuration(Invalid { problems, sources: Arc::new(sources) })
}

/// Leaves out files that are excluded. A file of a module that is not excluded as a whole is read all the same: without
/// it the module would be another one. So is what only tells of others.
fn leave_out(config: &mut Config, found: &mut Found, path_of: &dyn Fn(&Input, &str) -> PathBuf) -> bool {
    if config.is_empty() {
        return false;
    }
    for (name, input) in &found.companions {
        config.excludes(&path_of(input, name));
    }
    let excluded: BTreeSet<String> = found
        .files
        .iter()
        .filter(|(name, input)| config.excludes(&path_of(input, name)))
        .map(|(name, _)| name.clone())
        .collect();
    let is_declared = |name: &str| matches!(format(name), Some(Format::Module | Format::JsonModule));
    let kept: BTreeSet<String> = found
        .files
        .keys()
        .filter(|name| is_declared(name) && !excluded.contains(*name))
        .map(|name| parent(name).to_owned())
        .collect();
    found.files.retain(|name, _| {
        let is_of_module = match format(name) {
            Some(Format::Module | Format::JsonModule | Format::Parameters | Format::JsonParameters) => true,
            Some(Format::Bicep | Format::BicepParameters | Format::Json) | None => false,
            Some(Format::Sql) => return true,
        };
        !excluded.contains(name) || (is_of_module && kept.contains(parent(name)))
    });
    if let Some(named) = &mut found.named {
        named.retain(|name| !excluded.contains(name));
        if named.is_empty() && found.directories.is_empty() {
            found.files.clear();
            return true;
        }
        return false;
    }
    !excluded.is_empty()
}

/// What is configured, for whoever asks for nothing else.
#[derive(Debug)]
pub struct Configuration {
    directory: PathBuf,
    overlay: Overlay,
    /// What configuration files say.
    pub config: Config,
    /// The configuration files.
    pub sources: Sources,
}

impl Configuration {
    /// What holds for a file.
    #[must_use]
    pub fn explain(&self, path: &Path, command_line: &Layer) -> Explanation {
        let disk = Files { here: &self.directory, overlay: &self.overlay };
        self.config.explain(&absolute(&self.directory, path), command_line, &disk)
    }
}

/// Reads the configuration of what was asked for, and nothing else.
///
/// # Errors
/// If a path is not there, or a configuration file is not right.
pub fn configuration(request: &Request) -> Result<Configuration, LoadError> {
    let mut found = discover::discover(request)?;
    let configured = configure(request, &mut found)?;
    Ok(Configuration {
        directory: request.directory.clone(),
        overlay: request.overlay.clone(),
        config: configured.config,
        sources: Sources::new(configured.sources, PathBuf::new()),
    })
}
