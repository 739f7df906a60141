//! `--add-ignore`: a suppression with a reason for everything that is shown.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Look;
use super::{CLEAN, FAILED, FOUND, complain, print};
use crate::disk::replace;
use crate::engine::Report;
use crate::finding::{Edit, Finding};
use crate::source::{ColumnUnit, SourceId, Span};
use crate::suppress::add::{Addition, Plan, edited, plan};
use crate::text::count;
use crate::workspace::{Request, Workspace};

/// How often files that resist are left out before nothing is written at all.
const MAX_ROUNDS: usize = 4;

/// Writes suppressions for all findings of a report. `look` looks at the workspace again, as it would then be.
pub(super) fn run(reason: &str, request: &Request, (workspace, report): (&Workspace, &Report), look: &Look<'_>) -> u8 {
    let mut plan = plan(workspace, &report.findings, reason);
    let mut texts = BTreeMap::new();
    for round in 0..MAX_ROUNDS {
        texts = changed(workspace, &mut plan);
        let resisting = match check(request, (workspace, report), &plan, &texts, look) {
            Ok(resisting) => resisting,
            Err(error) => {
                complain(&error);
                return FAILED;
            }
        };
        if resisting.is_empty() {
            break;
        }
        if round + 1 == MAX_ROUNDS {
            complain("suppressions would not have the effect that they should, so none was written");
            return FAILED;
        }
        refuse(&mut plan, &resisting, "a suppression there would not do what it should");
    }
    for (file, text) in &texts {
        let Some(source) = workspace.sources.get(*file) else { continue };
        if let Err(error) = replace(source.path(), text.as_bytes()) {
            complain(&format!("`{}` cannot be written: {error}", source.display()));
            return FAILED;
        }
    }
    print(&told(workspace, &report.findings, &plan, texts.len()));
    if workspace.unreadable {
        FAILED
    } else if plan.refused.is_empty() {
        CLEAN
    } else {
        FOUND
    }
}

/// The files as they will be. A file that is no longer what was read, or that is not UTF-8, is left alone.
fn changed(workspace: &Workspace, plan: &mut Plan) -> BTreeMap<SourceId, String> {
    let mut edits: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for addition in &plan.additions {
        edits.entry(addition.at.source).or_default().extend(&addition.edits);
    }
    let mut texts = BTreeMap::new();
    let mut unlike = BTreeSet::new();
    for (id, mut edits) in edits {
        let Some(file) = workspace.sources.get(id) else { continue };
        if std::fs::read(file.path()).is_ok_and(|bytes| bytes == file.text().as_bytes()) {
            edits.sort_by_key(|edit| edit.span);
            texts.insert(id, edited(file.text(), edits.into_iter()));
        } else {
            unlike.insert(id);
        }
    }
    refuse(plan, &unlike, "its file is not what was read, or no UTF-8");
    texts
}

fn refuse(plan: &mut Plan, files: &BTreeSet<SourceId>, why: &'static str) {
    let additions = std::mem::take(&mut plan.additions);
    let (out, kept): (Vec<Addition>, Vec<Addition>) =
        additions.into_iter().partition(|addition| files.contains(&addition.at.source));
    plan.additions = kept;
    plan.refused.extend(out.into_iter().flat_map(|addition| addition.findings).map(|finding| (finding, why)));
    plan.refused.sort_unstable();
}

/// What makes two findings the same although lines moved.
fn key(workspace: &Workspace, finding: &Finding) -> (String, &'static str, String, String) {
    let path = workspace.sources.get(finding.primary.span.source).map(|file| file.display().to_string());
    (path.unwrap_or_default(), finding.rule, finding.subject.to_string(), finding.message.clone())
}

/// The files in which something would stay that should go, or come that was not there.
fn check(
    request: &Request,
    (workspace, report): (&Workspace, &Report),
    plan: &Plan,
    texts: &BTreeMap<SourceId, String>,
    look: &Look<'_>,
) -> Result<BTreeSet<SourceId>, String> {
    if texts.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut request = request.clone();
    for (id, text) in texts {
        if let Some(file) = workspace.sources.get(*id) {
            request.overlay.put(file.path().to_path_buf(), text.as_bytes());
        }
    }
    let (later, _, after) = look(&request)?;
    // What may stay: what nothing was written for.
    let mut may_stay: BTreeMap<_, usize> = BTreeMap::new();
    for (number, _) in &plan.refused {
        if let Some(finding) = report.findings.get(*number) {
            *may_stay.entry(key(workspace, finding)).or_default() += 1;
        }
    }
    let ids: BTreeMap<&str, SourceId> = workspace.sources.iter().map(|(id, file)| (&**file.display(), id)).collect();
    let mut resisting = BTreeSet::new();
    for finding in &after.findings {
        match may_stay.get_mut(&key(&later, finding)).filter(|left| **left > 0) {
            Some(left) => *left -= 1,
            None => {
                let file = later.sources.get(finding.primary.span.source);
                let own = file.and_then(|file| ids.get(&**file.display())).filter(|id| texts.contains_key(id));
                // Whose it is cannot be told, so nothing is written.
                match own {
                    Some(own) => drop(resisting.insert(*own)),
                    None => resisting.extend(texts.keys()),
                }
            }
        }
    }
    Ok(resisting)
}

fn told(workspace: &Workspace, findings: &[Finding], plan: &Plan, files: usize) -> String {
    let place = |span: Span| {
        let file = workspace.sources.get(span.source);
        let line = file.map_or(0, |file| file.position(span.start, ColumnUnit::Characters).line);
        format!("{}:{line}", file.map(|file| file.display().clone()).unwrap_or_default())
    };
    let mut text = String::new();
    let mut line = |parts: &[&str]| {
        parts.iter().for_each(|part| text.push_str(part));
        text.push('\n');
    };
    for addition in &plan.additions {
        let rules = addition.rules.iter().copied().collect::<Vec<_>>().join(", ");
        line(&["suppressed: ", &place(addition.at), ": ", &rules]);
    }
    for (number, why) in &plan.refused {
        if let Some(finding) = findings.get(*number) {
            line(&["left: ", &place(finding.primary.span), ": ", finding.rule, ": ", why]);
        }
    }
    let covered = plan.additions.iter().map(|addition| addition.findings.len()).sum();
    if covered == 0 {
        line(&["no suppression was written"]);
    } else {
        let (additions, findings) = (count(plan.additions.len(), "suppression"), count(covered, "finding"));
        line(&[&additions, " for ", &findings, " written to ", &count(files, "file")]);
    }
    text
}
