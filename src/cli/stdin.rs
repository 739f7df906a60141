//! `--stdin-filename`: a file that says what comes in, whatever is on disk.

use std::io::Read as _;
use std::path::Path;

use crate::workspace::{MAX_FILE, Request};

/// Lays standard input over the file of that name, which becomes the only one that is asked for. Of what is too large
/// one byte too much is read, and the file is then left out as any other of its size.
///
/// # Errors
/// The reason, if standard input cannot be read.
pub(super) fn lay_over(request: &mut Request, file: &Path) -> Result<(), String> {
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(MAX_FILE.saturating_add(1));
    input.read_to_end(&mut bytes).map_err(|error| format!("standard input cannot be read: {error}"))?;
    request.overlay.put(request.absolute(file), bytes);
    request.paths = vec![file.to_path_buf()];
    Ok(())
}
