//! Texts to disk: all of them or none, as far as a file system allows.

use std::fs;

use super::Change;
use crate::disk::stage;

/// Why nothing was written, or what was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteError {
    /// A file says something else than what was read, as shown. Nothing was written.
    Changed(String),
    /// A file cannot be written, as shown, and why. Nothing was written.
    Failed(String, String),
    /// The same, and these files could not be put back as they were.
    Half(String, String, Vec<String>),
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changed(path) => write!(f, "`{path}` changed while it was looked at; nothing was written"),
            Self::Failed(path, reason) => write!(f, "`{path}` cannot be written: {reason}; nothing was changed"),
            Self::Half(path, reason, others) => {
                write!(f, "`{path}` cannot be written: {reason}; already changed: `{}`", others.join("`, `"))
            }
        }
    }
}

impl std::error::Error for WriteError {}

/// Writes all of these, each to a new file beside the old one, which then takes its place with its permissions.
///
/// # Errors
/// If a file says something else than what was read, or cannot be written.
pub fn write(changes: &[Change]) -> Result<(), WriteError> {
    let failed =
        |change: &Change, error: &std::io::Error| WriteError::Failed(change.display.to_string(), error.to_string());
    let mut staged = Vec::new();
    for change in changes {
        staged.push(stage(&change.path, change.new.as_bytes()).map_err(|error| failed(change, &error))?);
    }
    for change in changes {
        let now = fs::read(&change.path).map_err(|error| failed(change, &error))?;
        if now != change.old.as_bytes() {
            return Err(WriteError::Changed(change.display.to_string()));
        }
    }
    for (at, (change, file)) in changes.iter().zip(staged).enumerate() {
        if let Err(error) = file.persist(&change.path) {
            let done = changes.get(..at).unwrap_or_default();
            let lost: Vec<String> = done.iter().filter(|one| restore(one).is_err()).map(shown).collect();
            let (path, reason) = (shown(change), error.error.to_string());
            let whole = lost.is_empty();
            return Err(if whole { WriteError::Failed(path, reason) } else { WriteError::Half(path, reason, lost) });
        }
    }
    Ok(())
}

fn shown(change: &Change) -> String {
    change.display.to_string()
}

fn restore(change: &Change) -> std::io::Result<()> {
    stage(&change.path, change.old.as_bytes())?.persist(&change.path).map(drop).map_err(|error| error.error)
}
