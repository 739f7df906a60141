//! A look at everything: what the folders and open documents say, as the editor shows it now.
//!
//! **The last good text.** While somebody types, a text is broken most of the time, and what a parser makes of a broken text
//! would make findings in other files come and go. So of an open document with a syntax error the last text without one is
//! analysed, and only its syntax errors come from the text as it is. What else is found in it is shown where it stands now; what
//! lies where something changed is hidden. A document that never was without errors is analysed as it is. The same holds for
//! configuration files: while one is broken, what it said last counts, and what is wrong with it is shown.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::document::Document;
use super::filing::{Filing, Item};
use super::lines::Encoding;
use super::settings::Settings;
use crate::engine::{Report, analyze, of_problems};
use crate::policy::{Policies, Policy};
use crate::progress::Progress;
use crate::workspace::{LoadError, Memory, Overlay, Request, Workspace, is_analysed};

/// What the editor shows.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    /// Counts changes.
    pub(super) generation: u64,
    /// The folders of the workspace.
    pub(super) folders: Vec<PathBuf>,
    /// The open documents that are files.
    pub(super) documents: BTreeMap<PathBuf, Document>,
    /// What the editor says beside configuration files.
    pub(super) settings: Settings,
    /// In what columns are counted.
    pub(super) encoding: Encoding,
}

/// What was seen at one time. It never changes.
#[derive(Debug, Default)]
pub(super) struct Snapshot {
    /// Of which world.
    pub(super) generation: u64,
    /// What was analysed together.
    pub(super) units: Vec<Unit>,
    /// What there is to say, by file.
    pub(super) files: BTreeMap<PathBuf, Vec<Item>>,
    /// What is to be told to the user, as no file can show it.
    pub(super) complaints: Vec<String>,
}

/// What was analysed together: the folders, or a tree outside of them of which files are open.
#[derive(Debug)]
pub(super) struct Unit {
    /// What was asked for.
    pub(super) request: Request,
    /// What was read.
    pub(super) workspace: Workspace,
    /// What was found.
    pub(super) report: Report,
}

impl World {
    /// What is to be analysed together, with these texts for open documents.
    fn requests(&self, texts: &BTreeMap<PathBuf, Arc<str>>, progress: &Arc<Progress>) -> Vec<Request> {
        let mut overlay = Overlay::default();
        for (path, text) in texts {
            overlay.put(path.clone(), Arc::<[u8]>::from(text.clone()));
        }
        let has_documents = |folder: &Path| self.documents.keys().any(|path| path.starts_with(folder));
        let folders: Vec<PathBuf> =
            self.folders.iter().filter(|folder| folder.is_dir() || has_documents(folder)).cloned().collect();
        let outside = self.documents.keys().filter(|path| {
            let name = path.to_string_lossy();
            is_analysed(&name) && !folders.iter().any(|folder| path.starts_with(folder))
        });
        let mut requests = Vec::new();
        let base = Request {
            overlay,
            progress: progress.clone(),
            configuration: self.settings.choice(),
            ..Request::default()
        };
        if let Some(first) = folders.first() {
            requests.push(Request { directory: first.clone(), paths: folders.clone(), ..base.clone() });
        }
        let mut trees: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
        for path in outside {
            let alone = Request { directory: path.clone(), paths: vec![path.clone()], ..base.clone() };
            let tree = alone.whole().paths.pop().unwrap_or_else(|| path.clone());
            trees.entry(tree).or_default().push(path.clone());
        }
        requests.extend(trees.into_iter().map(|(directory, paths)| Request { directory, paths, ..base.clone() }));
        requests
    }
}

/// Who looks; it remembers what documents said when they were in order, and what came of all that an edit leaves alone.
#[derive(Debug, Default)]
pub(super) struct Looker {
    good: HashMap<PathBuf, Arc<str>>,
    /// By the directory of the request.
    memories: HashMap<PathBuf, Arc<Memory>>,
}

/// A document whose last good text is analysed, with what is wrong with it now.
struct Broken {
    path: PathBuf,
    workspace: Workspace,
    report: Report,
}

impl Looker {
    /// Looks at a world. A look that was cancelled is worth nothing.
    pub(super) fn look(&mut self, world: &World, progress: &Arc<Progress>) -> Snapshot {
        self.good.retain(|path, _| world.documents.contains_key(path));
        let mut texts = BTreeMap::new();
        let mut broken = Vec::new();
        for (path, document) in &world.documents {
            let text = match self.judge(path, document) {
                Some((good, found)) => {
                    broken.push(found);
                    good
                }
                None => document.text.clone(),
            };
            texts.insert(path.clone(), text);
        }
        let mut snapshot = Snapshot { generation: world.generation, ..Snapshot::default() };
        let mut filing = Filing::new(world);
        let requests = world.requests(&texts, progress);
        self.memories.retain(|directory, _| requests.iter().any(|request| request.directory == *directory));
        for mut request in requests {
            if progress.is_cancelled() {
                return snapshot;
            }
            request.memory = Some(Arc::clone(self.memories.entry(request.directory.clone()).or_default()));
            if let Some(unit) = self.unit(world, request, &mut filing, &mut snapshot.complaints) {
                filing.file(Some(snapshot.units.len()), &unit.workspace.sources, &unit.report);
                snapshot.units.push(unit);
            }
        }
        for one in &broken {
            filing.file_as(&one.path, &one.workspace.sources, &one.report);
        }
        snapshot.files = filing.finish();
        snapshot
    }

    /// The last good text of a document that is broken, and what is wrong with it; none if it is to be taken as it is.
    fn judge(&mut self, path: &Path, document: &Document) -> Option<(Arc<str>, Broken)> {
        let known = self.good.get(path);
        let name = path.file_name().and_then(|name| name.to_str()).filter(|name| is_analysed(name))?;
        if known.is_some_and(|good| **good == *document.text) {
            return None;
        }
        let workspace = Workspace::of_texts([(name.to_owned(), document.text.to_string())]);
        if workspace.errors.is_empty() {
            self.good.insert(path.to_path_buf(), document.text.clone());
            return None;
        }
        let good = known?.clone();
        let only = Policy { select: Some(vec!["syntax-error".to_owned()]), ..Policy::default() };
        let report = analyze(&workspace, &Policies::everywhere(only));
        Some((good, Broken { path: path.to_path_buf(), workspace, report }))
    }

    /// Analyses what belongs together. Configuration that is wrong is filed, and what it said before holds.
    fn unit(
        &mut self,
        world: &World,
        mut request: Request,
        filing: &mut Filing<'_>,
        complaints: &mut Vec<String>,
    ) -> Option<Unit> {
        let mut loaded = Workspace::load(&request);
        if let Err(LoadError::Configuration(invalid)) = &loaded {
            filing.file(None, &invalid.sources, &of_problems(&invalid.problems, &invalid.sources));
            let sources =
                invalid.problems.iter().filter_map(|problem| invalid.sources.get(problem.primary.span.source));
            let good: BTreeMap<PathBuf, Arc<str>> = sources
                .filter_map(|file| Some((file.path().to_path_buf(), self.good.get(file.path())?.clone())))
                .collect();
            if good.is_empty() {
                return None;
            }
            for (path, text) in good {
                request.overlay.put(path, Arc::<[u8]>::from(text));
            }
            loaded = Workspace::load(&request);
        } else if loaded.is_ok() {
            let is_toml = |path: &Path| path.extension().is_some_and(|extension| extension == "toml");
            let documents = world.documents.iter().filter(|(path, _)| is_toml(path));
            self.good.extend(documents.map(|(path, document)| (path.clone(), document.text.clone())));
        }
        let workspace = match loaded {
            Ok(workspace) => workspace,
            // A folder without code is no mistake; what is wrong with configuration was filed.
            Err(LoadError::Nothing(_) | LoadError::Excluded(_) | LoadError::Configuration(_)) => return None,
            Err(error) => {
                complaints.push(error.to_string());
                return None;
            }
        };
        let policies = world.settings.policies(&workspace);
        let report = analyze(&workspace, &policies);
        Some(Unit { request, workspace, report })
    }
}
