//! What deployments came to, kept from one run to the next: taken over if everything that a deployment is made of is the
//! very same as before.
//!
//! Modules, files and values are told apart by their addresses, which is exact as long as whoever remembers one keeps it.
//! Whatever an analysis of a deployment looks at has to be in [`Key`] or in [`Common`]; `tests/incremental.rs` compares
//! what is remembered with what is found anew.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Part;
use crate::ir::{Attr, Companion, ExternalUser, Module, ModuleId, Name, ProviderLock, Root, Sighting};
use crate::policy::Policy;
use crate::rules::Rule;
use crate::source::{SourceFile, SourceId, Span};
use crate::syntax::yaml::Node;
use crate::workspace::Workspace;

/// What is kept: whoever applies fixes looks with two policies in turn.
const MAX_KEPT: usize = 2;

/// What the deployments of the last runs came to, the last one first.
#[derive(Debug, Default)]
pub(crate) struct Results {
    kept: Mutex<Vec<Arc<Last>>>,
}

impl Results {
    fn kept(&self) -> MutexGuard<'_, Vec<Arc<Last>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct Last {
    common: Common,
    parts: HashMap<Place, Remembered>,
}

/// A root module's path, and which of its sets of parameters is meant.
type Place = (Name, usize);

#[derive(Debug, Clone)]
struct Remembered {
    key: Arc<Key>,
    part: Arc<Part>,
}

/// What the analysis of every deployment looks at.
#[derive(Debug, Default, PartialEq)]
struct Common {
    wanted: Vec<&'static str>,
    has_suppressions: bool,
    fetched: BTreeSet<SourceId>,
    stand_ins: BTreeSet<SourceId>,
    users: Vec<ExternalUser>,
    files_of_users: Vec<Same<SourceFile>>,
    companions: Vec<(Same<[Node]>, bool)>,
    /// How many of the companions are manifests.
    manifests: usize,
    repository: Option<Name>,
    of_companions: [bool; 3],
}

/// What the analysis of one deployment looks at besides.
#[derive(Debug, PartialEq)]
struct Key {
    policy: Policy,
    modules: Vec<(ModuleId, Same<Module>)>,
    /// Where the calls and the imports of each module lead.
    links: Vec<Vec<Option<ModuleId>>>,
    /// The files beside those of the modules and parameters, these included, by directory: fixes look there for names.
    beside: Vec<Vec<Same<SourceFile>>>,
    given: Vec<(Same<Attr>, Option<ModuleId>)>,
    offered: Vec<Same<Attr>>,
    /// The modules whose literals are looked through here.
    share: Vec<ModuleId>,
    sightings: Vec<Same<Sighting>>,
    /// The calls that suppressions stand at.
    calls: Vec<Span>,
    locks: Vec<ProviderLock>,
}

/// Something that is equal to itself only.
#[derive(Debug)]
struct Same<T: ?Sized>(Arc<T>);

impl<T: ?Sized> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T: ?Sized> From<&Arc<T>> for Same<T> {
    fn from(shared: &Arc<T>) -> Self {
        Self(Arc::clone(shared))
    }
}

/// One run's view of what is remembered.
pub(super) struct Recall<'w> {
    workspace: &'w Workspace,
    results: &'w Results,
    last: Arc<Last>,
    common: Common,
    /// The files of each directory.
    directories: HashMap<&'w str, Vec<&'w Arc<SourceFile>>>,
    places: Vec<Place>,
    parts: Mutex<HashMap<Place, Remembered>>,
}

impl<'w> Recall<'w> {
    /// Of a run over these deployments; none without a memory.
    pub(super) fn new(
        workspace: &'w Workspace,
        roots: &[Root],
        wanted: &[&'static Rule],
        has_suppressions: bool,
    ) -> Option<Self> {
        let results = &workspace.memory.as_ref()?.results;
        let common = common(workspace, wanted, has_suppressions);
        let last = results.kept().iter().find(|kept| kept.common == common).map(Arc::clone).unwrap_or_default();
        let mut directories: HashMap<&str, Vec<&Arc<SourceFile>>> = HashMap::new();
        for file in workspace.sources.shared() {
            directories.entry(directory_of(file)).or_default().push(file);
        }
        let mut counts: HashMap<Name, usize> = HashMap::new();
        let place = |root: &Root| {
            let path = workspace.program.module(root.module).map(|module| module.path.clone()).unwrap_or_default();
            let count = counts.entry(path.clone()).or_default();
            *count += 1;
            (path, *count)
        };
        let places = roots.iter().map(place).collect();
        Some(Self { workspace, results, last, common, directories, places, parts: Mutex::default() })
    }

    /// What the deployment at this place among the roots comes to: as remembered, or as it is worked out.
    pub(super) fn part(&self, at: usize, deployed: &Deployed<'_>, work: impl FnOnce() -> Part) -> Arc<Part> {
        let Some(place) = self.places.get(at) else { return Arc::new(work()) };
        let key = self.key(deployed);
        let before = self.last.parts.get(place).filter(|before| *before.key == key);
        let remembered = match before {
            Some(before) => before.clone(),
            None => Remembered { key: Arc::new(key), part: Arc::new(work()) },
        };
        let part = Arc::clone(&remembered.part);
        // What stopped before its end is tried again.
        if !part.stopped {
            self.parts.lock().unwrap_or_else(PoisonError::into_inner).insert(place.clone(), remembered);
        }
        part
    }

    /// Ends the run: what it did not use is forgotten.
    pub(super) fn keep(self) {
        let parts = self.parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        let last = Last { common: self.common, parts };
        let mut kept = self.results.kept();
        kept.retain(|other| other.common != last.common);
        kept.insert(0, Arc::new(last));
        kept.truncate(MAX_KEPT);
    }

    fn key(&self, deployed: &Deployed<'_>) -> Key {
        let program = &self.workspace.program;
        let root = deployed.root;
        let mut key = Key {
            policy: deployed.policy.clone(),
            modules: Vec::new(),
            links: Vec::new(),
            beside: Vec::new(),
            given: root.given.iter().map(|given| ((&given.attr).into(), given.within)).collect(),
            offered: root.offered.iter().map(Same::from).collect(),
            share: deployed.share.to_vec(),
            sightings: deployed.sightings.iter().map(|one| Same::from(*one)).collect(),
            calls: Vec::new(),
            locks: program.locks.get(&root.module).cloned().unwrap_or_default(),
        };
        let mut seen: BTreeSet<ModuleId> = BTreeSet::new();
        let mut directories: BTreeSet<&str> = BTreeSet::new();
        let mut todo = vec![root.module];
        todo.extend(root.given.iter().filter_map(|given| given.within));
        while let Some(id) = todo.pop() {
            let Some(module) = program.modules.get(id.0 as usize).filter(|_| seen.insert(id)) else { continue };
            let links = program.links.get(id.0 as usize).map(Vec::as_slice).unwrap_or_default();
            let imports = program.imports.get(id.0 as usize).map(Vec::as_slice).unwrap_or_default();
            todo.extend(links.iter().chain(imports).flatten());
            key.links.push(links.to_vec());
            key.links.push(imports.to_vec());
            key.calls.extend(module.calls.iter().map(|call| call.span).filter(|span| deployed.calls.contains(span)));
            key.modules.push((id, module.into()));
            directories.insert(if matches!(&*module.directory, "." | "/") { "" } else { &module.directory });
        }
        let attrs = root.given.iter().map(|given| &given.attr).chain(&root.offered);
        let sources = attrs.map(|attr| attr.span.source).collect::<BTreeSet<_>>();
        directories.extend(sources.into_iter().filter_map(|id| self.workspace.sources.get(id)).map(directory_of));
        let beside = directories.into_iter().filter_map(|directory| self.directories.get(directory));
        key.beside = beside.map(|files| files.iter().map(|file| Same::from(*file)).collect()).collect();
        key
    }
}

/// A deployment, and what the run gives it besides its modules.
pub(super) struct Deployed<'a> {
    pub(super) root: &'a Root,
    pub(super) policy: &'a Policy,
    pub(super) share: &'a [ModuleId],
    pub(super) sightings: &'a [&'a Arc<Sighting>],
    pub(super) calls: &'a BTreeSet<Span>,
}

fn common(workspace: &Workspace, wanted: &[&'static Rule], has_suppressions: bool) -> Common {
    let program = &workspace.program;
    let companions = &program.companions;
    let companion = |one: &Companion| (Same::from(&one.documents), one.settled);
    let users: BTreeSet<SourceId> = program.external_users.iter().map(|user| user.span.source).collect();
    let shared = workspace.sources.shared();
    Common {
        wanted: wanted.iter().map(|rule| rule.id).collect(),
        has_suppressions,
        fetched: workspace.fetched.clone(),
        stand_ins: workspace.stand_ins.clone(),
        users: program.external_users.clone(),
        files_of_users: users.into_iter().filter_map(|id| shared.get(id.0 as usize)).map(Same::from).collect(),
        companions: companions.manifests.iter().chain(&companions.workflows).map(companion).collect(),
        manifests: companions.manifests.len(),
        repository: companions.repository.clone(),
        of_companions: [companions.more_workflows, companions.brings_tokens, companions.of_one],
    }
}

/// The directory of a file as shown, in the words of whoever looks for files beside another.
fn directory_of(file: &SourceFile) -> &str {
    file.display().rsplit_once('/').map_or("", |(directory, _)| directory)
}
