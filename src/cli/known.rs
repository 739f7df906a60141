//! `--baseline`, `--since` and `--write-baseline`: which findings count.

use std::path::Path;

use super::args::Check;
use super::inform;
use crate::baseline::Baseline;
use crate::engine::Report;
use crate::policy::Policies;
use crate::since;
use crate::text::count;
use crate::workspace::{Request, Workspace};

/// Sets aside what is known.
///
/// # Errors
/// A sentence for whoever asked, if a baseline or a commit cannot be used.
pub(super) fn set_aside(
    check: &Check,
    request: &Request,
    workspace: &Workspace,
    policies: &dyn Fn(&Workspace) -> Policies,
    report: &mut Report,
) -> Result<(), String> {
    if let Some(file) = &check.baseline {
        let baseline = Baseline::read(&request.absolute(file), &shown(file)).map_err(|error| error.to_string())?;
        baseline.apply(&shown(file), report, workspace, &policies(workspace));
    }
    if let Some(reference) = &check.since {
        since::compare(reference, request, workspace, policies, report).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Writes what is found as known.
///
/// # Errors
/// A sentence for whoever asked, if the file cannot be written, or holds no baseline.
pub(super) fn write(
    check: &Check,
    request: &Request,
    workspace: &Workspace,
    policies: &Policies,
    report: &mut Report,
) -> Result<(), String> {
    if let Some(file) = &check.write_baseline {
        let path = request.absolute(file);
        let older = if path.exists() {
            Some(Baseline::read(&path, &shown(file)).map_err(|error| error.to_string())?)
        } else {
            None
        };
        let (baseline, changes) = Baseline::renewed(older.as_ref(), report, workspace, policies);
        baseline.write(&path, &shown(file)).map_err(|error| error.to_string())?;
        let mut said = vec![format!("{} kept", changes.kept), format!("{} gone", changes.gone)];
        said.push(format!("{} new", changes.new));
        if changes.not_looked_for > 0 {
            said.push(format!("{} not looked for and left as they are", changes.not_looked_for));
        }
        inform(&format!("wrote `{}`: {}: {}", shown(file), findings(baseline.len()), said.join(", ")));
        if changes.refused > 0 {
            let words = "no baseline takes what cannot be read: mend it, or leave the file out";
            inform(&format!("{} not in it: {words}", findings(changes.refused)));
        }
        baseline.apply(&shown(file), report, workspace, policies);
    }
    Ok(())
}

/// A path as it was given.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn findings(number: usize) -> String {
    count(number, "finding")
}
