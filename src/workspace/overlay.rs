//! The disk as somebody else sees it: an editor with buffers that are not saved, or the tree at another commit.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest file that is read, in bytes; Azure itself takes templates of 4 MB, and exports of whole subscriptions are larger.
pub const MAX_FILE: u64 = 64 * 1024 * 1024;

/// What holds instead of what is on disk, by absolute path without `.` and `..`.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    files: BTreeMap<PathBuf, Option<Arc<[u8]>>>,
}

impl Overlay {
    /// The file says this, whatever is on disk.
    pub fn put(&mut self, path: PathBuf, bytes: impl Into<Arc<[u8]>>) {
        self.files.insert(path, Some(bytes.into()));
    }

    /// The file is not there, whatever is on disk.
    pub fn hide(&mut self, path: PathBuf) {
        self.files.insert(path, None);
    }

    /// Whether everything is as it is on disk.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files below a directory that are told of, and whether they are there.
    pub(super) fn below<'o>(&'o self, directory: &'o Path) -> impl Iterator<Item = (&'o Path, bool)> {
        let from = self.files.range(directory.to_path_buf()..);
        from.take_while(move |(path, _)| path.starts_with(directory)).map(|(path, held)| (&**path, held.is_some()))
    }

    /// What is told of a file, or of the one that a link to a file leads to.
    fn held(&self, path: &Path) -> Option<&Option<Arc<[u8]>>> {
        let target = || if self.is_empty() { None } else { std::fs::canonicalize(path).ok() };
        self.files.get(path).or_else(|| self.files.get(&target()?))
    }

    /// Whether there is such a file.
    pub(super) fn is_file(&self, path: &Path) -> bool {
        self.files.get(path).map_or_else(|| path.is_file(), Option::is_some)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// The reason, if it cannot be read or is too large.
    pub(super) fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        self.read_small(path, MAX_FILE)
    }

    /// The same for a file of at most so many bytes.
    ///
    /// # Errors
    /// The reason, if it cannot be read or is larger.
    pub(super) fn read_small(&self, path: &Path, most: u64) -> Result<Vec<u8>, String> {
        let too_large = |length: u64| {
            let mebibytes = length / (1024 * 1024);
            format!("{mebibytes} MiB are more than the {} MiB that are read", most / (1024 * 1024))
        };
        let length_of = |bytes: &[u8]| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        match self.held(path) {
            Some(Some(bytes)) if length_of(bytes) > most => Err(too_large(length_of(bytes))),
            Some(Some(bytes)) => Ok(bytes.to_vec()),
            Some(None) => Err("there is no such file".to_owned()),
            None => {
                let metadata = std::fs::metadata(path).map_err(|error| error.to_string())?;
                // A link may lead to a device that never ends, or to a pipe that nobody writes to.
                if !metadata.is_file() {
                    return Err("it is no plain file".to_owned());
                }
                if metadata.len() > most {
                    return Err(too_large(metadata.len()));
                }
                let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
                let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default() + 1);
                // What grows while it is read is not read for ever.
                file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
                let length = length_of(&bytes);
                if length > most { Err(too_large(length)) } else { Ok(bytes) }
            }
        }
    }
}
