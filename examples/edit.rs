//! How long an edit in one file takes until the whole repository's report is there, and what is no longer needed is freed,
//! as in an editor: `cargo run --release --example edit -- DIRECTORY`. `docs/performance.md` has figures.

#![expect(clippy::print_stdout, reason = "it is for whoever runs it")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use identilint::config::Layer;
use identilint::engine::{analyze, with_workers};
use identilint::workspace::{Memory, Overlay, Request, Workspace};

/// Files that are edited, spread evenly over the directory.
const EDITS: usize = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args_os().nth(1).ok_or("which directory?")?;
    let directory = std::fs::canonicalize(directory)?;
    Ok(with_workers(|| measure(&directory).map_err(|error| error.to_string()))?)
}

fn measure(directory: &Path) -> Result<(), Box<dyn Error>> {
    let paths = vec![directory.to_path_buf()];
    let mut request = Request { directory: directory.to_path_buf(), paths, ..Request::default() };
    let files = files(&request)?;
    let start = Instant::now();
    let bytes: usize = files.iter().filter_map(|path| std::fs::read(path).ok()).map(|bytes| bytes.len()).sum();
    let floor = start.elapsed();
    println!("reading {} files, {} KB: {}", files.len(), bytes / 1000, milliseconds(floor));
    println!("without a memory: {}", milliseconds(run(&request)?));
    let memory = Arc::new(Memory::default());
    request.memory = Some(Arc::clone(&memory));
    println!("with a new one: {}", milliseconds(run(&request)?));
    println!("the same again: {}", milliseconds(run(&request)?));
    let is_code = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "tf" || ending == "bicep");
    let code: Vec<&PathBuf> = files.iter().filter(is_code).collect();
    let mut taken: Vec<(Duration, &Path)> = Vec::new();
    for path in code.iter().step_by((code.len() / EDITS).max(1)) {
        let text = std::fs::read_to_string(path)?;
        // A line more at the top moves all that stands below it.
        let edited = format!("// a new line\n{text}");
        request.overlay = Overlay::default();
        request.overlay.put((*path).clone(), edited.into_bytes());
        taken.push((run(&request)?, path));
    }
    taken.sort();
    let at = |part: usize| taken.get((taken.len() * part / 100).min(taken.len().saturating_sub(1)));
    for (what, part) in [("fastest", 0), ("median", 50), ("ninth of ten", 90), ("slowest", 100)] {
        if let Some((time, path)) = at(part) {
            let ratio = time.as_secs_f64() / floor.as_secs_f64();
            let path = path.strip_prefix(directory).unwrap_or(path).display();
            println!("{what} of {} edits: {} = {ratio:.1} x reading ({path})", taken.len(), milliseconds(*time));
        }
    }
    Ok(())
}

/// What an edit costs: from the request to the report, with all that is freed afterwards.
fn run(request: &Request) -> Result<Duration, Box<dyn Error>> {
    let start = Instant::now();
    let workspace = Workspace::load(request).map_err(|error| error.to_string())?;
    let policies = workspace.policies(&Layer::default());
    drop(analyze(&workspace, &policies));
    drop(workspace);
    Ok(start.elapsed())
}

/// The files that are read.
fn files(request: &Request) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let workspace = Workspace::load(request).map_err(|error| error.to_string())?;
    Ok(workspace.sources.iter().map(|(_, file)| file.path().to_path_buf()).filter(|path| path.is_file()).collect())
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}
