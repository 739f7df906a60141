//! `--fix` and `--diff`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::Check;
use super::check::{Look, Looked};
use super::{CLEAN, FAILED, FOUND, complain, inform, output, print, terminal};
use crate::engine::analyze;
use crate::finding::Safety;
use crate::fix::{Ground, Seen, Texts, Wish, mend, write};
use crate::policy::Policies;
use crate::report::{diff, fixes};
use crate::source::SourceFile;
use crate::workspace::Request;

pub(super) fn is_asked_for(check: &Check) -> bool {
    check.diff || check.fix.is_some()
}

/// Applies what is asked for and gives what is left to report.
///
/// # Errors
/// The exit code, if that was all: something went wrong, or only a diff was wanted.
pub(super) fn run(check: &Check, request: &Request, look: &Look<'_>) -> Result<Looked, u8> {
    let failed = |reason: String| {
        complain(&reason);
        FAILED
    };
    let wish = Wish { allowed: check.fix.unwrap_or(Safety::Safe), shown: check.diff };
    // Most of what there is stays as it is from one look to the next.
    let request = Request { memory: Some(Arc::default()), ..request.clone() };
    let ground = Disk::new(&request, look);
    let outcome = mend(&ground, wish).map_err(failed)?;
    let unreadable = outcome.seen.workspace.unreadable;
    let report = fixes::render(&outcome, !check.diff);
    if check.diff {
        let color = terminal::is_colored(check.color);
        let sources = &outcome.seen.workspace.sources;
        let shown = diff::render(&outcome.changes, &outcome.seen.report, sources, color);
        print(&shown.text);
        inform(report.trim_end());
        for path in &shown.hidden {
            inform(&format!("  not shown: the changes of {path}, whose diff would show a secret; `--fix` makes them"));
        }
        // What is left is the business of a run without a diff.
        let is_clean = outcome.changes.is_empty() && outcome.refused.iter().all(|one| !one.hidden);
        return Err(if unreadable {
            FAILED
        } else if is_clean {
            CLEAN
        } else {
            FOUND
        });
    }
    write(&outcome.changes).map_err(|error| failed(error.to_string()))?;
    if output::is_for_people(&check.format) {
        print(&format!("{report}\n"));
    } else {
        inform(report.trim_end());
    }
    let policies = ground.policies.into_inner().unwrap_or_default();
    Ok((outcome.seen.workspace, policies, outcome.seen.report))
}

/// The disk, below the paths that were asked for.
struct Disk<'a> {
    request: &'a Request,
    look: &'a Look<'a>,
    /// The paths that were asked for, links followed.
    asked: Vec<PathBuf>,
    /// Whether all of them are files.
    only_files: bool,
    links: RefCell<HashMap<PathBuf, PathBuf>>,
    /// What was wanted the last time.
    policies: RefCell<Option<Policies>>,
}

impl<'a> Disk<'a> {
    fn new(request: &'a Request, look: &'a Look<'a>) -> Self {
        let real = |path: &PathBuf| {
            let path = request.directory.join(path);
            path.canonicalize().unwrap_or(path)
        };
        let asked: Vec<PathBuf> = request.paths.iter().map(real).collect();
        let only_files = asked.iter().all(|path| path.is_file());
        Self { request, look, asked, only_files, links: RefCell::default(), policies: RefCell::default() }
    }
}

impl Ground for Disk<'_> {
    fn look(&self, texts: &Texts) -> Result<Seen, String> {
        let mut request = self.request.clone();
        for (path, text) in texts {
            request.overlay.put(path.clone(), text.as_bytes());
        }
        let (workspace, policies, report) = (self.look)(&request)?;
        let all = policies.wider().map(|policies| analyze(&workspace, &policies));
        self.policies.replace(Some(policies));
        Ok(Seen { workspace, report, all })
    }

    fn refuses(&self, file: &SourceFile, root: &Path) -> Option<String> {
        let shown = file.display();
        let real = self.real(file.path());
        let Ok(metadata) = std::fs::metadata(&real) else { return Some(format!("`{shown}` is no file on disk")) };
        let is_asked = self.asked.iter().any(|asked| real.starts_with(asked));
        if self.only_files && !is_asked {
            return Some(format!("it changes `{shown}`, which was not asked for"));
        }
        if !is_asked && !real.starts_with(self.real(root)) {
            return Some(format!("`{shown}` lies outside the repository"));
        }
        metadata.permissions().readonly().then(|| format!("`{shown}` is read-only"))
    }

    fn real(&self, path: &Path) -> PathBuf {
        let mut links = self.links.borrow_mut();
        let real = || path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        links.entry(path.to_path_buf()).or_insert_with(real).clone()
    }
}
