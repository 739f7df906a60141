//! Files to modules: those of a directory together, called directories fetched in, parameters and locks beside them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::configure::{Configured, Files, Texts};
use super::discover::{Format, Found, Input, directory, format};
use super::given::{ParameterFile, ParameterFiles};
use super::memory::{Lock, Recall};
use super::overlay::Overlay;
use super::paths::{absolute, file_name, parent, shown};
use super::read::{Content, ReadFile, lower};
use super::registry::Registry;
use super::{Gap, Request, Workspace, companions, focus, interfaces};
use crate::config::{Config, Disk, Reading};
use crate::ir::{Module, ModuleId, Name, Program, ProviderLock, Source, StandIn};
use crate::lower::{bicep, terraform};
use crate::progress::Phase;
use crate::resolve::modules::{self, Manifest, Restored, join};
use crate::source::{SourceFile, SourceId, Sources};

/// Rounds of reading modules that other modules call: as deep as a chain of calls may be.
const MAX_ROUNDS: usize = 24;

/// Puts together what was found. Without a request nothing is read from disk.
pub(super) fn assemble(request: Option<&Request>, mut found: Found, configured: Configured) -> Workspace {
    let nothing = Overlay::default();
    let mut assembly = Assembly {
        here: request.map(|request| request.directory.as_path()),
        overlay: request.map_or(&nothing, |request| &request.overlay),
        recall: request.map(|request| Recall::new(request.memory.as_ref(), &request.directory)).unwrap_or_default(),
        sources: configured.sources,
        directories: BTreeMap::new(),
        templates: Vec::new(),
        parameters: BTreeMap::new(),
        registry: Registry::default(),
        restored: Restored::new(),
        config: configured.config,
        workspace: Workspace {
            skipped: std::mem::take(&mut found.skipped),
            unreadable: found.unreadable,
            progress: request.map(|request| Arc::clone(&request.progress)).unwrap_or_default(),
            memory: request.and_then(|request| request.memory.clone()),
            ..Workspace::default()
        },
    };
    let named = found.named.as_deref().unwrap_or_default();
    let mut chosen = without_shadowed(&found.files, named, &mut assembly.workspace.skipped);
    let locks = taken_locks(&mut chosen);
    assembly.read(chosen);
    let extra = request.map(|request| assembly.parameter_files(&request.parameter_files)).unwrap_or_default();
    let configured = assembly.config.all_var_files();
    let configured: Vec<PathBuf> = configured.into_iter().filter(|path| assembly.overlay.is_file(path)).collect();
    assembly.parameter_files(&configured);
    let manifest = assembly.manifests();
    assembly.called(&manifest);
    let locks = assembly.locks(locks);
    assembly.configure(found.named.is_none());
    assembly.finish(request, &found, &extra, &manifest, &locks)
}

struct Assembly<'r> {
    /// The working directory; none if nothing is to be read from disk.
    here: Option<&'r Path>,
    overlay: &'r Overlay,
    recall: Recall,
    sources: Vec<Arc<SourceFile>>,
    /// By shown directory: its files' names and declarations.
    directories: BTreeMap<String, Vec<(String, Arc<Module>)>>,
    /// Modules that are files, or parts of files, of their own.
    templates: Vec<Arc<Module>>,
    /// By shown path: what a parameter file gives.
    parameters: BTreeMap<String, ParameterFile>,
    registry: Registry,
    restored: Restored,
    config: Config,
    workspace: Workspace,
}

/// The name of the file that holds the versions of providers.
const LOCK: &str = ".terraform.lock.hcl";

/// Whether a file holds the versions of providers.
pub(super) fn is_lock(path: &str) -> bool {
    file_name(path) == LOCK
}

/// Lock files that are given as text, by directory; they are no parameter files.
fn taken_locks(files: &mut BTreeMap<String, Input>) -> BTreeMap<String, String> {
    let mut locks = BTreeMap::new();
    files.retain(|path, input| match input {
        Input::Text(text) if file_name(path) == LOCK => {
            locks.insert(parent(path).to_owned(), std::mem::take(text));
            false
        }
        _ => true,
    });
    locks
}

/// Where `x.tofu` stands beside `x.tf`, OpenTofu reads only the first; what `x.bicep` was compiled to says the same
/// again. A file that was asked for by name is looked at all the same.
fn without_shadowed(
    files: &BTreeMap<String, Input>,
    named: &[String],
    skipped: &mut Vec<Gap>,
) -> BTreeMap<String, Input> {
    let shadow = |path: &str| {
        // What Bicep was compiled to says the same again. A module that calls it still gets it.
        if let Some(stem) = path.strip_suffix(".json") {
            let source = format!("{stem}.bicep");
            if files.contains_key(&source) {
                return Some(source);
            }
        }
        let twin = path.strip_suffix(".tf").map(|stem| format!("{stem}.tofu"));
        twin.or_else(|| path.strip_suffix(".tf.json").map(|stem| format!("{stem}.tofu.json")))
    };
    let (hidden, kept): (BTreeMap<_, _>, BTreeMap<_, _>) = files
        .clone()
        .into_iter()
        .partition(|(path, _)| shadow(path).is_some_and(|twin| files.contains_key(&twin)) && !named.contains(path));
    skipped.extend(hidden.into_keys().map(|path| {
        let reason = format!("`{}` takes its place", shadow(&path).as_deref().map_or("", file_name));
        Gap { path: path.into(), reason }
    }));
    kept
}

/// Whether a file that is no JSON yet is named in a call of `templatefile`.
fn is_filled_by_terraform(
    shown: &str,
    file: &Result<ReadFile, String>,
    all: &[(String, Result<ReadFile, String>)],
) -> bool {
    let Ok(ReadFile { source, content: Content::Templates(_), errors, .. }) = file else { return false };
    if errors.is_empty() || !["${", "%{"].iter().any(|mark| source.text().contains(mark)) {
        return false;
    }
    let name = format!("{}\"", file_name(shown));
    all.iter().filter(|(path, _)| format(path) == Some(Format::Module)).any(|(_, file)| {
        let text = file.as_ref().map(|file| file.source.text());
        text.is_ok_and(|text| {
            text.match_indices("templatefile(").any(|(at, _)| {
                let call = text.get(at..).unwrap_or("");
                call.lines().next().is_some_and(|line| line.contains(&name))
            })
        })
    })
}

impl Assembly<'_> {
    /// Reads files in parallel; ids follow the order given.
    fn read(&mut self, files: BTreeMap<String, Input>) {
        let first = self.sources.len();
        let id = |at: usize| SourceId(u32::try_from(first + at).unwrap_or(u32::MAX));
        let (overlay, recall) = (self.overlay, &self.recall);
        let progress = &self.workspace.progress;
        progress.begin(Phase::Reading, files.len());
        let files: Vec<(String, Input)> = files.into_iter().collect();
        let read: Vec<(String, Result<ReadFile, String>)> = files
            .into_par_iter()
            .enumerate()
            .map(|(at, (shown, input))| {
                let format = format(&shown).unwrap_or(Format::Parameters);
                let result = match input {
                    Input::Disk(path) => recall.read(id(at), path, &shown, format, overlay),
                    Input::Text(text) => lower(id(at), PathBuf::from(&shown), text.into_bytes(), &shown, format),
                };
                progress.step();
                (shown, result)
            })
            .collect();
        let filled: Vec<bool> = read.iter().map(|(shown, file)| is_filled_by_terraform(shown, file, &read)).collect();
        for ((shown, mut result), filled) in read.into_iter().zip(filled) {
            let sightings = result.iter_mut().flat_map(|file| std::mem::take(&mut file.sightings));
            self.workspace.program.sightings.extend(sightings);
            match result {
                Ok(file) if filled => {
                    self.sources.push(file.source);
                    let reason = "a template of Terraform's own, which `templatefile` fills in".to_owned();
                    self.workspace.skipped.push(Gap { path: shown.into(), reason });
                }
                Ok(file) => self.add(shown, file),
                Err(reason) => {
                    // The place in the order is kept, so that ids stay right.
                    self.sources.push(Arc::new(SourceFile::new(PathBuf::new(), shown.as_str(), "")));
                    self.workspace.unreadable = true;
                    self.workspace.skipped.push(Gap { path: shown.into(), reason });
                }
            }
        }
    }

    fn add(&mut self, shown: String, file: ReadFile) {
        if matches!(file.content, Content::Other) {
            // The place in the order is kept, so that ids stay right.
            self.sources.push(file.source);
            return;
        }
        match (&file.content, file.errors.first()) {
            (Content::Nothing, Some(error)) => {
                self.workspace.skipped.push(Gap { path: shown.as_str().into(), reason: error.message.clone() });
            }
            (_, Some(error)) => {
                let at = file.source.position(error.span.start, crate::source::ColumnUnit::Characters);
                let reason = format!("line {}: {}", at.line, error.message);
                self.workspace.partial.push(Gap { path: shown.as_str().into(), reason });
            }
            _ => self.workspace.analysed.push(shown.as_str().into()),
        }
        self.workspace.errors.extend(file.errors);
        self.sources.push(file.source);
        match file.content {
            Content::Module(module) => {
                let files = self.directories.entry(parent(&shown).to_owned()).or_default();
                files.push((file_name(&shown).to_owned(), module));
            }
            Content::Templates(modules) => self.templates.extend(modules),
            Content::BicepParameters(module, file) => {
                self.templates.push(module);
                self.parameters.insert(shown, *file);
            }
            Content::Parameters(values) => {
                self.parameters.insert(shown, ParameterFile { values, ..ParameterFile::default() });
            }
            Content::ExternalUsers(users) => self.workspace.program.external_users.extend(users),
            Content::Nothing | Content::Other => {}
        }
    }

    /// Reads the parameter files of the command line that were not found otherwise; gives all of them as shown.
    fn parameter_files(&mut self, paths: &[PathBuf]) -> Vec<String> {
        let Some(here) = self.here else { return Vec::new() };
        let mut names = Vec::new();
        for path in paths {
            let path = absolute(here, path);
            let name = shown(here, &path);
            if !self.parameters.contains_key(&name) {
                self.read(BTreeMap::from([(name.clone(), Input::Disk(path))]));
            }
            names.push(name);
        }
        names
    }

    /// Modules that `terraform init` fetched before, by root directory.
    fn manifests(&mut self) -> Manifest {
        let mut manifest = Manifest::new();
        let Some(here) = self.here else { return manifest };
        for root in self.directories.keys() {
            let root_path = absolute(here, Path::new(root));
            let Ok(bytes) = self.overlay.read(&root_path.join(".terraform/modules/modules.json")) else { continue };
            let Ok(json) = serde_json::from_slice::<serde_json::Value>(&bytes) else { continue };
            let mut chains: HashMap<Name, Name> = HashMap::new();
            for module in json.get("Modules").and_then(|modules| modules.as_array()).into_iter().flatten() {
                let field = |name: &str| module.get(name).and_then(|field| field.as_str());
                if let (Some(key), Some(directory)) = (field("Key").filter(|key| !key.is_empty()), field("Dir")) {
                    chains.insert(key.into(), join(root, &directory.replace('\\', "/")).into());
                }
            }
            manifest.insert(root.as_str().into(), chains);
        }
        manifest
    }

    /// Reads the modules that are called and were not found: local ones elsewhere, fetched ones.
    fn called(&mut self, manifest: &Manifest) {
        let Some(here) = self.here else { return };
        let mut tried: HashSet<String> = self.directories.keys().cloned().collect();
        for round in 0..MAX_ROUNDS {
            let mut wanted: BTreeSet<String> = BTreeSet::new();
            for (directory, files) in &self.directories {
                for (_, module) in files {
                    wanted.extend(module.calls.iter().filter_map(|call| match &call.source {
                        Source::Local(relative) => Some(join(directory, relative)),
                        Source::Inline(_) | Source::Remote(_) | Source::Unknown => None,
                    }));
                }
            }
            let single = self.single(here, &mut tried);
            if round == 0 {
                wanted.extend(manifest.values().flat_map(HashMap::values).map(ToString::to_string));
            }
            wanted.retain(|directory| tried.insert(directory.clone()));
            let files: BTreeMap<String, Input> = wanted
                .iter()
                .flat_map(|name| directory(here, &absolute(here, Path::new(name)), self.overlay))
                .collect();
            if files.is_empty() && single.is_empty() {
                return;
            }
            let chosen = without_shadowed(&files, &[], &mut self.workspace.skipped);
            self.read(chosen);
            self.read(single);
        }
    }

    /// Files that templates call or import, or that parameter files name, and that were not found.
    fn single(&mut self, here: &Path, tried: &mut HashSet<String>) -> BTreeMap<String, Input> {
        let known: HashSet<&str> = self.sources.iter().map(|source| &**source.display()).collect();
        let mut single = BTreeMap::new();
        let mut want = |path: String, disk: PathBuf| {
            let is_new = format(&path).is_some() && !known.contains(path.as_str()) && tried.insert(path.clone());
            if is_new && self.overlay.is_file(&disk) {
                single.insert(path, Input::Disk(disk));
            }
        };
        for module in &self.templates {
            let imports = module.imports.iter().map(|import| &import.source);
            for source in module.calls.iter().map(|call| &call.source).chain(imports) {
                let (path, disk) = match source {
                    Source::Local(relative) => {
                        let path = join(&module.directory, relative);
                        let disk = absolute(here, Path::new(&path));
                        (path, disk)
                    }
                    Source::Remote(name) => {
                        let asked = (module.directory.clone(), name.clone());
                        let directory = absolute(here, Path::new(&*module.directory));
                        let Some(disk) = self.registry.restored(&directory, name) else { continue };
                        let path = shown(here, &disk);
                        self.restored.insert(asked, path.as_str().into());
                        (path, disk)
                    }
                    Source::Inline(_) | Source::Unknown => continue,
                };
                want(path, disk);
            }
        }
        for path in self.parameters.values().flat_map(|file| [&file.using, &file.extends]).flatten() {
            want(path.clone(), absolute(here, Path::new(path)));
        }
        single
    }

    /// Provider versions that `terraform init` locked, by directory.
    fn locks(&mut self, mut given: BTreeMap<String, String>) -> BTreeMap<String, Vec<ProviderLock>> {
        let mut locks = BTreeMap::new();
        let directories: Vec<String> = self.directories.keys().cloned().collect();
        for directory in directories {
            let path = self.here.map(|here| absolute(here, Path::new(&directory)).join(LOCK));
            let read = |path: &PathBuf| self.overlay.read(path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let Some(text) = given.remove(&directory).or_else(|| path.as_ref().and_then(read)) else { continue };
            let id = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
            let lock = self.recall.lock(&directory, id, text, |text| {
                let lowered = terraform::lock(id, &text);
                Lock { text, locks: lowered.content, errors: lowered.errors }
            });
            let shown = self.here.zip(path.as_ref()).map(|(here, path)| shown(here, path));
            let shown = shown.unwrap_or_else(|| join(&directory, LOCK));
            self.sources.push(Arc::new(SourceFile::new(path.unwrap_or_default(), shown, lock.text)));
            self.workspace.errors.extend(lock.errors);
            locks.insert(directory, lock.locks);
        }
        locks
    }

    /// Settles what holds for each file; called modules lie in directories of which nobody asked yet.
    fn configure(&mut self, whole: bool) {
        let paths = || self.sources.iter().map(|source| source.path());
        let texts = Texts(paths().map(|path| (path.to_path_buf(), String::new())).collect());
        let files = self.here.map(|here| Files { here, overlay: self.overlay });
        let disk: &dyn Disk = files.as_ref().map_or(&texts, |files| files);
        if self.here.is_some() {
            let directories: BTreeSet<PathBuf> =
                paths().filter_map(Path::parent).filter(|path| path.has_root()).map(Path::to_path_buf).collect();
            for directory in directories {
                self.config.look(&directory, &mut Reading { disk, sources: &mut self.sources });
            }
        }
        if self.config.is_empty() {
            return;
        }
        for (at, source) in self.sources.iter().enumerate() {
            if self.config.excludes(source.path()) {
                self.workspace.excluded.insert(SourceId(u32::try_from(at).unwrap_or(u32::MAX)));
            }
        }
        self.config.settle(&self.sources, whole, disk);
    }

    fn finish(
        self,
        request: Option<&Request>,
        found: &Found,
        extra: &[String],
        manifest: &Manifest,
        locks: &BTreeMap<String, Vec<ProviderLock>>,
    ) -> Workspace {
        let Self {
            mut sources, directories, templates, parameters, restored, config, mut workspace, mut recall, ..
        } = self;
        let mut program = Program::default();
        for (path, mut files) in directories {
            files.sort_by_key(|(name, _)| terraform::is_override(name));
            let module = recall.merged(&path, files, |files| merged(&path, files));
            let id = ModuleId(u32::try_from(program.modules.len()).unwrap_or(u32::MAX));
            if let Some(lock) = locks.get(&path) {
                program.locks.insert(id, lock.clone());
            }
            program.modules.push(module);
        }
        program.modules.extend(templates);
        modules::link(&mut program, manifest, &restored);
        workspace.stand_ins = stand_in(&mut program, &mut sources, &mut recall);
        let configured = |directory: &str| {
            let here = request.map_or(Path::new(""), |request| &request.directory);
            let files = config.var_files(&absolute(here, Path::new(directory)));
            files.iter().map(|given| shown(here, &given.value)).collect()
        };
        let files = ParameterFiles { files: &parameters, asked_for: extra, configured: &configured };
        workspace.roots = files.roots(&program);
        workspace.configuration = config;
        program.companions =
            companions::read(request, &program, &workspace.roots, &found.companions, (&mut sources, &recall));
        if let Some(request) = request {
            recall.keep(&request.directory, &mut sources);
        }
        workspace.sources = Sources::new(sources, root_of(request));
        let from_registry: HashSet<&Name> = restored.values().collect();
        let is_fetched = |path: &Name| from_registry.contains(path) || path.contains(".terraform/modules/");
        let fetched = workspace.sources.iter().filter(|(_, file)| is_fetched(file.display()));
        workspace.fetched = fetched.map(|(id, _)| id).chain(workspace.stand_ins.iter().copied()).collect();
        program.external_users = std::mem::take(&mut workspace.program.external_users);
        program.sightings = std::mem::take(&mut workspace.program.sightings);
        workspace.program = program;
        workspace.partial.sort();
        workspace.skipped.sort();
        if let Some(files) = found.named.as_deref() {
            let asked = focus::Asked { files, directories: &found.directories };
            focus::limit(&mut workspace, &asked, request.is_some_and(|request| request.changed));
        }
        workspace
    }
}

/// The module that the files of a directory make, those that override others last.
fn merged(path: &str, files: Vec<(String, Arc<Module>)>) -> Module {
    let mut module = Module::default();
    module.path = path.into();
    module.directory = path.into();
    for (name, file) in files {
        terraform::merge(&mut module, Arc::unwrap_or_clone(file), terraform::is_override(&name));
    }
    module.seal();
    module
}

/// The root of the repository that the first path that was asked for is in; the working directory if it is in none.
fn root_of(request: Option<&Request>) -> PathBuf {
    let Some(request) = request else { return PathBuf::new() };
    let first =
        request.paths.first().map_or_else(|| request.directory.clone(), |path| absolute(&request.directory, path));
    let repository = first.ancestors().find(|ancestor| ancestor.join(".git").exists());
    repository.unwrap_or(&request.directory).to_path_buf()
}

/// Puts a stand-in where a call leads to a published module that is not here but whose interface is known.
fn stand_in(program: &mut Program, sources: &mut Vec<Arc<SourceFile>>, recall: &mut Recall) -> BTreeSet<SourceId> {
    let mut made: HashMap<String, ModuleId> = HashMap::new();
    let mut files = BTreeSet::new();
    for caller in 0..program.modules.len() {
        let calls = program.modules.get(caller).map(|module| module.calls.len()).unwrap_or_default();
        for call in 0..calls {
            let is_linked = program.links.get(caller).and_then(|links| links.get(call)).is_none_or(Option::is_some);
            let called = program.modules.get(caller).and_then(|module| module.calls.get(call));
            let Some(stand_in) = called.filter(|_| !is_linked).and_then(interfaces::for_call) else { continue };
            let target = *made.entry(stand_in.path()).or_insert_with(|| {
                let path = stand_in.path();
                let source = SourceId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
                let (file, module) = recall.stand_in(&path, source, || {
                    let text = stand_in.text();
                    let mut module = bicep::module(source, &path, &text).content;
                    module.stands_in = Some(StandIn { grants_itself: stand_in.interface.grants_itself });
                    module.seal();
                    (Arc::new(SourceFile::new(PathBuf::new(), path.as_str(), text)), Arc::new(module))
                });
                sources.push(file);
                files.insert(source);
                let id = ModuleId(u32::try_from(program.modules.len()).unwrap_or(u32::MAX));
                program.modules.push(module);
                program.links.push(Vec::new());
                program.imports.push(Vec::new());
                id
            });
            if let Some(link) = program.links.get_mut(caller).and_then(|links| links.get_mut(call)) {
                *link = Some(target);
            }
        }
    }
    files
}
