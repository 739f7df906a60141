//! What is new since a commit: the tree is looked at once as it is and once as it was, and findings are told apart by
//! their fingerprints. So a grant that is taken away in one file shows up as what it breaks in another.

mod git;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use self::git::{Change, Git, Old};
use crate::engine::{Report, analyze};
use crate::known::{Comparison, Reference, set_aside};
use crate::policy::Policies;
use crate::text::count;
use crate::workspace::{LoadError, MAX_FILE, Overlay, Request, Workspace, is_read};

/// Why there is nothing to compare with: a sentence for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinceError(String);

impl std::fmt::Display for SinceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SinceError {}

/// Sets the findings aside that were there at a commit. The tree of then is judged with today's policies, which
/// `policies` gives for its files.
///
/// # Errors
/// If git does not know the commit, or cannot be asked.
pub fn compare(
    reference: &str,
    request: &Request,
    workspace: &Workspace,
    policies: &dyn Fn(&Workspace) -> Policies,
    report: &mut Report,
) -> Result<(), SinceError> {
    let root = workspace.sources.root();
    let strange = request.paths.iter().map(|path| request.absolute(path)).find(|path| !path.starts_with(root));
    if let Some(path) = strange {
        let (path, root) = (path.display(), root.display());
        return Err(SinceError(format!("`{path}` lies outside the repository `{root}`, which the commit is of")));
    }
    let git = Git::open(root)?;
    let commit = git.commit(reference)?;
    let Past { overlay, hidden, renamed, mut remarks } = past(&git, root, &commit)?;
    let reason = format!("was there at {reference}");
    let known = if overlay.is_empty() && request.overlay.is_empty() {
        // The same files say the same.
        set_aside(report, |_| true, &reason)
    } else {
        let mut then = request.whole();
        then.overlay = overlay;
        then.parameter_files.retain(|file| !hidden.contains(&request.absolute(file)));
        let prints = match Workspace::load(&then) {
            Ok(mut before) => {
                before.renamed = renamed;
                remarks.extend(unread(&before, reference));
                let found = analyze(&before, &policies(&before));
                let shown = found.findings.into_iter().map(|finding| finding.fingerprint);
                shown.chain(found.left_out).collect()
            }
            // There was nothing of the kind.
            Err(LoadError::Nothing(_)) => HashSet::new(),
            Err(error) => return Err(SinceError(format!("at {reference}, {error}"))),
        };
        set_aside(report, |print| prints.contains(print), &reason)
    };
    let new = report.findings.len();
    let with = Reference::Commit(reference.to_owned());
    report.compared.push(Comparison { with, known, new, gone: Vec::new(), remarks });
    Ok(())
}

/// What was not as it is.
struct Past {
    overlay: Overlay,
    /// Files that are new.
    hidden: HashSet<PathBuf>,
    /// Paths below the root that have another name today.
    renamed: HashMap<String, String>,
    remarks: Vec<String>,
}

fn past(git: &Git, root: &Path, commit: &str) -> Result<Past, SinceError> {
    let (mut olds, mut news, mut remarks) = (Vec::new(), Vec::new(), Vec::new());
    let mut renamed = HashMap::new();
    let (mut deleted, mut untracked): (HashSet<Vec<u8>>, Vec<Vec<u8>>) = (HashSet::new(), Vec::new());
    for Change { old, new, is_submodule } in git.changes(commit)? {
        let path = old.as_ref().map(|old| old.path.as_slice()).or(new.as_deref()).unwrap_or_default();
        if is_submodule {
            let shown = String::from_utf8_lossy(path);
            remarks.push(format!("the submodule `{shown}` was at another commit; it is taken as it is now"));
            continue;
        }
        let is_moved = matches!((&old, &new), (Some(old), Some(new)) if old.path != *new);
        if let Some(new) = new.filter(|new| (is_moved || old.is_none()) && is_wanted(new)) {
            if let Some(old) = &old {
                renamed.insert(text(&old.path), text(&new));
            }
            news.push(new);
        } else if let Some(old) =
            old.as_ref().filter(|old| !is_moved && !old.is_link && !root.join(native(&old.path)).exists())
        {
            deleted.insert(old.path.clone());
        }
        olds.extend(old.filter(|old| is_wanted(&old.path)));
    }
    for path in git.untracked()? {
        if path.ends_with(b"/") {
            let shown = String::from_utf8_lossy(&path).into_owned();
            remarks.push(format!("`{shown}` is a repository of its own, and is taken as it is now"));
        } else if is_wanted(&path) {
            untracked.push(path);
        }
    }
    let (links, files): (Vec<Old>, Vec<Old>) = olds.into_iter().partition(|old| old.is_link);
    let blobs: Vec<&str> = files.iter().map(|old| old.blob.as_str()).collect();
    let contents = git.contents(&blobs)?;
    // Git follows the names of files that it knows. A file that was just moved it does not know yet.
    let mut moved: BTreeMap<&[u8], &Old> = BTreeMap::new();
    for (old, content) in files.iter().zip(&contents) {
        if deleted.contains(&old.path) && !content.is_empty() {
            moved.entry(content).or_insert(old);
        }
    }
    for path in &untracked {
        let content = if moved.is_empty() { None } else { small(&root.join(native(path))) };
        if let Some(old) = content.and_then(|content| moved.remove(content.as_slice())) {
            renamed.insert(text(&old.path), text(path));
        }
    }
    let mut overlay = Overlay::default();
    let mut hidden = HashSet::new();
    for path in news.iter().chain(&untracked) {
        let path = root.join(native(path));
        overlay.hide(path.clone());
        hidden.insert(path);
    }
    for link in links {
        let shown = String::from_utf8_lossy(&link.path).into_owned();
        remarks.push(format!("`{shown}` was a symbolic link, which is not followed: what it led to counts as new"));
        overlay.hide(root.join(native(&link.path)));
    }
    for (old, content) in files.iter().zip(contents) {
        let path = root.join(native(&old.path));
        hidden.remove(&path);
        overlay.put(path, content);
    }
    Ok(Past { overlay, hidden, renamed, remarks })
}

/// The bytes of a file, if it is small enough to be looked into.
fn small(path: &Path) -> Option<Vec<u8>> {
    let is_small = std::fs::metadata(path).is_ok_and(|metadata| metadata.len() <= MAX_FILE);
    is_small.then(|| std::fs::read(path).ok()).flatten()
}

/// What of the tree of then could not be read, so that what is in it may look new.
fn unread(before: &Workspace, reference: &str) -> Option<String> {
    let all = "what looks new there may be older";
    let Some(first) = before.partial.first() else {
        return before.unreadable.then(|| format!("at {reference}, not every file could be read; {all}"));
    };
    let number = count(before.partial.len(), "file");
    let (path, reason) = (&first.path, &first.reason);
    let first = if before.partial.len() > 1 { "the first is " } else { "" };
    Some(format!("at {reference}, {number} could not be read whole: {first}{path} ({reason}); {all}"))
}

/// Whether a path is of a file that is looked into.
fn is_wanted(path: &[u8]) -> bool {
    is_read(&text(path))
}

fn text(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}

/// A path as this system writes it.
#[cfg(unix)]
fn native(path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(std::ffi::OsStr::from_bytes(path))
}

/// A path as this system writes it.
#[cfg(not(unix))]
fn native(path: &[u8]) -> PathBuf {
    text(path).split('/').collect()
}
