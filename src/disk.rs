//! Files that are written whole or not at all.

use std::fs;
use std::io::{Result, Write as _};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// Puts bytes into a file, which is made if it is not there, with the directories that it lies in. Links are followed:
/// what they lead to is replaced, not they. What is no plain file, such as a pipe, is written to as it is.
///
/// # Errors
/// Those of the file system.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    if fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file()) {
        return fs::write(&target, bytes);
    }
    if let Some(parent) = target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    stage(&target, bytes)?.persist(&target).map(drop).map_err(|error| error.error)
}

/// A new file beside another one, with the other's permissions and owner if that is there. Once it is persisted it takes
/// its place; dropped, it is gone.
///
/// # Errors
/// Those of the file system.
pub fn stage(path: &Path, bytes: &[u8]) -> Result<NamedTempFile> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    builder.prefix(".identilint-");
    let metadata = fs::metadata(path).ok();
    #[cfg(unix)]
    if metadata.is_none() {
        use std::os::unix::fs::PermissionsExt as _;
        // What is new gets what the user's mask leaves, not the closed doors of temporary files.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(directory)?;
    file.write_all(bytes)?;
    if let Some(metadata) = metadata {
        own(&file, &metadata);
        file.as_file().set_permissions(metadata.permissions())?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

/// The new file belongs to whom the old one belonged, if the system lets us: only an administrator sees a difference.
#[cfg(unix)]
fn own(file: &NamedTempFile, metadata: &fs::Metadata) {
    use std::os::unix::fs::MetadataExt as _;
    let _ = std::os::unix::fs::fchown(file.as_file(), Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn own(_file: &NamedTempFile, _metadata: &fs::Metadata) {}
