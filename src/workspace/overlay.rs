//! The disk as somebody else sees it: an editor with buffers that are not saved, or the tree at another commit.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The largest file that is read, in bytes; Azure itself takes templates of 4 MB, and exports of whole subscriptions are larger.
pub const MAX_FILE: u64 = 64 * 1024 * 1024;

/// What holds instead of what is on disk, by absolute path without `.` and `..`.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    files: BTreeMap<PathBuf, Option<Arc<[u8]>>>,
    /// The names of these files, in lower case.
    names: BTreeSet<String>,
}

/// How a file was when it was looked at.
#[derive(Debug)]
pub(super) enum State {
    /// It had these bytes.
    Held(Arc<[u8]>),
    /// The disk said this of it.
    OnDisk(Stamp),
    /// Nothing is known of it.
    Unknown,
}

/// What the disk says of a file. Whatever writes to a file changes one of these, unless that happens within one tick of the
/// disk's clock after the last change.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    length: u64,
    modified: SystemTime,
    /// The device, the number of the file on it, and when one of all these changed. No program can set the last.
    #[cfg(unix)]
    node: (u64, u64, i64, i64),
    /// Whether the last change was longer ago than any disk's clock ticks, so that the next one is seen.
    is_settled: bool,
}

/// Two seconds are the longest tick of a file system in use: that of FAT.
const TICK: Duration = Duration::from_secs(3);

impl Stamp {
    /// Of a file that is looked at now.
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        let modified = metadata.modified().ok()?;
        let now = SystemTime::now();
        let is_past = |time: SystemTime| now.duration_since(time).is_ok_and(|passed| passed > TICK);
        #[cfg(unix)]
        let (node, changed) = {
            use std::os::unix::fs::MetadataExt as _;
            let node = (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec());
            let since = u64::try_from(metadata.ctime()).unwrap_or_default();
            (node, SystemTime::UNIX_EPOCH + Duration::from_secs(since.saturating_add(1)))
        };
        #[cfg(not(unix))]
        let changed = modified;
        let is_settled = is_past(modified) && is_past(changed);
        Some(Self {
            length: metadata.len(),
            modified,
            #[cfg(unix)]
            node,
            is_settled,
        })
    }

    /// Whether what was seen with the other stamp is there still.
    pub(super) fn proves(&self, before: &Self) -> bool {
        before.is_settled && self == before
    }
}

impl State {
    /// Whether what was seen in the other state is there still.
    pub(super) fn proves(&self, before: &Self) -> bool {
        match (self, before) {
            (Self::Held(now), Self::Held(before)) => now == before,
            (Self::OnDisk(now), Self::OnDisk(before)) => now.proves(before),
            _ => false,
        }
    }
}

/// Where the bytes of a file are.
enum Place<'o> {
    /// Here.
    Held(&'o Arc<[u8]>),
    /// Nowhere.
    Hidden,
    /// On disk, of which this is known.
    Disk(std::io::Result<Metadata>),
}

impl Overlay {
    /// The file says this, whatever is on disk.
    pub fn put(&mut self, path: PathBuf, bytes: impl Into<Arc<[u8]>>) {
        self.names.insert(name_of(&path));
        self.files.insert(path, Some(bytes.into()));
    }

    /// The file is not there, whatever is on disk.
    pub fn hide(&mut self, path: PathBuf) {
        self.names.insert(name_of(&path));
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
    fn place(&self, path: &Path) -> Place<'_> {
        if self.is_empty() {
            return Place::Disk(std::fs::metadata(path));
        }
        if let Some(held) = self.files.get(path) {
            return held.as_ref().map_or(Place::Hidden, Place::Held);
        }
        let own = std::fs::symlink_metadata(path);
        let is_link = own.as_ref().is_ok_and(Metadata::is_symlink);
        // To where a path leads is a long question. Without a link at its end it leads to a file of that name.
        if is_link || self.names.contains(&name_of(path)) {
            let target = std::fs::canonicalize(path).ok();
            if let Some(held) = target.and_then(|target| self.files.get(&target)) {
                return held.as_ref().map_or(Place::Hidden, Place::Held);
            }
        }
        Place::Disk(if is_link { std::fs::metadata(path) } else { own })
    }

    /// How a file is now.
    pub(super) fn state(&self, path: &Path) -> State {
        match self.place(path) {
            Place::Held(bytes) => State::Held(Arc::clone(bytes)),
            Place::Hidden => State::Unknown,
            Place::Disk(metadata) => {
                let stamp = metadata.ok().as_ref().and_then(Stamp::of);
                stamp.map_or(State::Unknown, State::OnDisk)
            }
        }
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
        match self.place(path) {
            Place::Held(bytes) if length_of(bytes) > most => Err(too_large(length_of(bytes))),
            Place::Held(bytes) => Ok(bytes.to_vec()),
            Place::Hidden => Err("there is no such file".to_owned()),
            Place::Disk(metadata) => {
                let metadata = metadata.map_err(|error| error.to_string())?;
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

/// The last part of a path in lower case, as some file systems take either.
fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default()
}
