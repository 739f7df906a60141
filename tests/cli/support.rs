//! Running the built binary in a directory of its own.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn run(directory: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("identilint"))
        .current_dir(directory)
        .args(arguments)
        .timeout(std::time::Duration::from_secs(120))
        .output()
        .expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A directory with these files; directories of their paths are made.
pub(crate) fn tree(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("writable");
        fs::write(path, text).expect("writable");
    }
    directory
}

pub(crate) fn json(run: &Run) -> serde_json::Value {
    serde_json::from_str(&run.out).expect("JSON")
}
