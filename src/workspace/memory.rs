//! What one run leaves for the next: files that were read, the modules that they make, what deployments came to.
//!
//! Nothing here is a guess. A file is taken over if the disk or the editor says that it is the same; whatever is made of
//! files is taken over if it is made of the very same ones, which is asked of their addresses. What a run did not use is
//! forgotten.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::companions;
use super::discover::Format;
use super::overlay::{Overlay, State};
use super::read::{self, ReadFile};
use crate::engine::Results;
use crate::ir::{Module, ProviderLock};
use crate::source::{SourceFile, SourceId};
use crate::syntax::SyntaxError;

/// What runs over the same code keep from one to the next; for whoever analyses again and again, such as an editor.
#[derive(Debug, Default)]
pub struct Memory {
    kept: Mutex<Arc<Kept>>,
    /// What deployments came to.
    pub(crate) results: Results,
}

/// What the last run used.
#[derive(Debug, Default)]
struct Kept {
    /// The working directory, which all shown paths are relative to.
    directory: PathBuf,
    files: HashMap<PathBuf, Arc<KeptFile>>,
    companions: HashMap<PathBuf, Arc<companions::Kept>>,
    made: Made,
    sources: Vec<Arc<SourceFile>>,
}

/// What was made of files.
#[derive(Debug, Default)]
struct Made {
    /// Modules of Terraform, by directory, and the files that each was merged of.
    merged: HashMap<String, (Vec<Arc<Module>>, Arc<Module>)>,
    /// By the path that they are shown as.
    stand_ins: HashMap<String, (SourceId, StandIn)>,
    /// By directory.
    locks: HashMap<String, (SourceId, Lock)>,
}

/// The text of a module that is not here, and what it says.
pub(super) type StandIn = (Arc<SourceFile>, Arc<Module>);

/// The text of a lock file, and what it says.
#[derive(Debug, Clone)]
pub(super) struct Lock {
    pub(super) text: Arc<str>,
    pub(super) locks: Vec<ProviderLock>,
    pub(super) errors: Vec<SyntaxError>,
}

/// A file as it was read.
#[derive(Debug)]
struct KeptFile {
    state: State,
    id: SourceId,
    shown: String,
    format: Format,
    file: ReadFile,
}

impl KeptFile {
    /// Whether these bytes make the same of it. What was not understood is read again, and of what is of no interest no text
    /// was kept.
    fn says(&self, bytes: &[u8]) -> bool {
        let text = self.file.source.text();
        self.file.errors.is_empty() && !text.is_empty() && text.as_bytes() == bytes
    }
}

/// One run's view of the memory: what was there before, and what is to be there afterwards.
#[derive(Debug, Default)]
pub(super) struct Recall {
    memory: Option<Arc<Memory>>,
    before: Arc<Kept>,
    files: Mutex<HashMap<PathBuf, Arc<KeptFile>>>,
    companions: Mutex<HashMap<PathBuf, Arc<companions::Kept>>>,
    made: Made,
}

impl Recall {
    /// Of a run whose working directory is this one. Without a memory nothing is kept.
    pub(super) fn new(memory: Option<&Arc<Memory>>, directory: &Path) -> Self {
        let before = memory.map(|memory| Arc::clone(&memory.kept.lock().unwrap_or_else(PoisonError::into_inner)));
        let before = before.filter(|before| before.directory == directory).unwrap_or_default();
        Self { memory: memory.cloned(), before, ..Self::default() }
    }

    /// Reads and lowers a file on disk, unless that was done before.
    ///
    /// # Errors
    /// The reason, if it cannot be read.
    pub(super) fn read(
        &self,
        id: SourceId,
        path: PathBuf,
        shown: &str,
        format: Format,
        overlay: &Overlay,
    ) -> Result<ReadFile, String> {
        if self.memory.is_none() {
            return read::lower(id, path.clone(), overlay.read(&path)?, shown, format);
        }
        let fits = |kept: &&Arc<KeptFile>| kept.id == id && kept.format == format && kept.shown == shown;
        let before = self.before.files.get(&path).filter(fits);
        // Asked before the file is read: what changes meanwhile is seen the next time.
        let state = overlay.state(&path);
        let kept = match before {
            Some(kept) if state.proves(&kept.state) => Arc::clone(kept),
            _ => {
                let bytes = overlay.read(&path)?;
                let same = before.filter(|kept| kept.says(&bytes));
                let file = match same {
                    Some(kept) => kept.file.clone(),
                    None => read::lower(id, path.clone(), bytes, shown, format)?,
                };
                Arc::new(KeptFile { state, id, shown: shown.to_owned(), format, file })
            }
        };
        let file = kept.file.clone();
        lock(&self.files).insert(path, kept);
        Ok(file)
    }

    /// The same for a file of another tool.
    pub(super) fn companion(
        &self,
        path: &Path,
        overlay: &Overlay,
        look: impl FnOnce() -> companions::Seen,
    ) -> Arc<companions::Kept> {
        if self.memory.is_none() {
            return Arc::new(companions::Kept::new(State::Unknown, look()));
        }
        let state = overlay.state(path);
        let before = self.before.companions.get(path).filter(|kept| state.proves(kept.state()));
        let kept = before.map_or_else(|| Arc::new(companions::Kept::new(state, look())), Arc::clone);
        lock(&self.companions).insert(path.to_path_buf(), Arc::clone(&kept));
        kept
    }

    /// The module that the files of a directory make, unless the very same ones made it before.
    pub(super) fn merged(
        &mut self,
        directory: &str,
        files: Vec<(String, Arc<Module>)>,
        merge: impl FnOnce(Vec<(String, Arc<Module>)>) -> Module,
    ) -> Arc<Module> {
        if self.memory.is_none() {
            return Arc::new(merge(files));
        }
        let parts: Vec<Arc<Module>> = files.iter().map(|(_, module)| Arc::clone(module)).collect();
        let before = self.before.made.merged.get(directory).filter(|(before, _)| are_same(before, &parts));
        let module = before.map_or_else(|| Arc::new(merge(files)), |(_, module)| Arc::clone(module));
        self.made.merged.insert(directory.to_owned(), (parts, Arc::clone(&module)));
        module
    }

    /// What stands in for a module that is not here.
    pub(super) fn stand_in(&mut self, path: &str, id: SourceId, make: impl FnOnce() -> StandIn) -> StandIn {
        let before = self.before.made.stand_ins.get(path).filter(|(before, _)| *before == id);
        let stand_in = before.map_or_else(make, |(_, stand_in)| stand_in.clone());
        self.made.stand_ins.insert(path.to_owned(), (id, stand_in.clone()));
        stand_in
    }

    /// What the lock file of a directory says, which has this text.
    pub(super) fn lock(
        &mut self,
        directory: &str,
        id: SourceId,
        text: String,
        read: impl FnOnce(Arc<str>) -> Lock,
    ) -> Lock {
        let before = self.before.made.locks.get(directory);
        let before = before.filter(|(before, lock)| *before == id && *lock.text == *text);
        let lock = before.map_or_else(|| read(text.into()), |(_, lock)| lock.clone());
        self.made.locks.insert(directory.to_owned(), (id, lock.clone()));
        lock
    }

    /// Ends the run. Its files are those of the run before where they are the same, so that whoever keeps them can tell.
    pub(super) fn keep(self, directory: &Path, sources: &mut [Arc<SourceFile>]) {
        let Some(memory) = self.memory else { return };
        for (now, before) in sources.iter_mut().zip(&self.before.sources) {
            if !Arc::ptr_eq(now, before) && now.is_same(before) {
                *now = Arc::clone(before);
            }
        }
        let kept = Kept {
            directory: directory.to_path_buf(),
            files: self.files.into_inner().unwrap_or_else(PoisonError::into_inner),
            companions: self.companions.into_inner().unwrap_or_else(PoisonError::into_inner),
            made: self.made,
            sources: sources.to_vec(),
        };
        *lock(&memory.kept) = Arc::new(kept);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn are_same<T>(before: &[Arc<T>], now: &[Arc<T>]) -> bool {
    before.len() == now.len() && before.iter().zip(now).all(|(before, now)| Arc::ptr_eq(before, now))
}
