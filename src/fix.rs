//! Applying fixes: in memory, looked at again after every pass, and written only when nothing more is to be done. A fix
//! that leaves its finding or brings up another one is left out.

mod apply;
mod choose;
mod judge;
mod succession;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::engine::Report;
use crate::finding::{Finding, Safety};
use crate::source::SourceFile;
use crate::workspace::Workspace;

use apply::apply;
use choose::{Candidate, Choice, Key};

pub use apply::fixed;
pub use succession::makes_way;
pub use write::{WriteError, write};

/// So often what is left is looked at again; a fix that makes room for another one seldom needs more than three.
const MAX_PASSES: usize = 10;

/// So often all is analysed in search of the fixes that do harm.
const MAX_TRIES: usize = 250;

/// What files say instead of what is on disk, by path.
pub type Texts = BTreeMap<PathBuf, Arc<str>>;

/// What is seen when everything is analysed.
#[derive(Debug)]
pub struct Seen {
    /// What was read.
    pub workspace: Workspace,
    /// What is shown, of which fixes are taken.
    pub report: Report,
    /// What all rules say, if not all of it is shown: a fix must not bring up what nobody sees.
    pub all: Option<Report>,
}

impl Seen {
    fn all(&self) -> &Report {
        self.all.as_ref().unwrap_or(&self.report)
    }
}

/// Where the files are that are to be mended.
pub trait Ground {
    /// Analyses everything, with these texts in the place of what is there.
    ///
    /// # Errors
    /// If nothing can be analysed, why.
    fn look(&self, texts: &Texts) -> Result<Seen, String>;

    /// Why a file of the repository at `root` must not be changed, if so.
    fn refuses(&self, file: &SourceFile, root: &Path) -> Option<String>;

    /// The file itself, where a path is a link to it.
    fn real(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// Fixes of this safety, and safer ones.
    pub allowed: Safety,
    /// Whether the changed lines are to be shown: then none of those beside a secret.
    pub shown: bool,
}

/// A finding that is mended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mended {
    /// The file that it was found in, as shown.
    pub path: Arc<str>,
    /// The rule.
    pub rule: &'static str,
    /// What was done.
    pub title: String,
}

/// A fix that was not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The place of its finding in the report that is left.
    pub finding: usize,
    /// What it would do.
    pub title: String,
    /// Why not.
    pub reason: String,
    /// Whether it is left out only because its lines are not to be shown.
    pub hidden: bool,
}

/// A file that says something else than before.
#[derive(Debug, Clone)]
pub struct Change {
    /// Where it is; no link.
    pub path: PathBuf,
    /// The path as shown.
    pub display: Arc<str>,
    /// What was read.
    pub old: Arc<str>,
    /// What is to be written.
    pub new: Arc<str>,
}

/// What came of it. Nothing is written yet.
#[derive(Debug)]
pub struct Outcome {
    /// What is mended, by place.
    pub mended: Vec<Mended>,
    /// What could not be, in the order of the findings.
    pub refused: Vec<Refused>,
    /// The files that change, by path.
    pub changes: Vec<Change>,
    /// What is seen in the end.
    pub seen: Seen,
}

/// Applies fixes until none is left that can be.
///
/// # Errors
/// If nothing can be analysed, why.
pub fn mend(ground: &dyn Ground, wish: Wish) -> Result<Outcome, String> {
    let mut state = State {
        ground,
        wish,
        texts: Texts::new(),
        dropped: HashMap::new(),
        tries: MAX_TRIES,
        mended: Vec::new(),
        originals: BTreeMap::new(),
    };
    let mut seen = ground.look(&state.texts)?;
    // What failed beside others may do when those are done.
    let mut is_new_ground = false;
    for _ in 0..MAX_PASSES {
        let choice = Choice::of(&seen, ground, wish, &state.dropped);
        let chosen = choice.without_conflicts();
        if chosen.is_empty() {
            if !is_new_ground || state.dropped.is_empty() {
                break;
            }
            is_new_ground = false;
            state.dropped.clear();
            continue;
        }
        if let Some(next) = state.pass(&seen, chosen)? {
            seen = next;
            is_new_ground = true;
        }
    }
    Ok(state.finish(seen))
}

struct State<'g> {
    ground: &'g dyn Ground,
    wish: Wish,
    texts: Texts,
    /// What was tried in vain, and why.
    dropped: HashMap<Key, String>,
    tries: usize,
    mended: Vec<Mended>,
    /// By the files' own paths.
    originals: BTreeMap<PathBuf, Original>,
}

/// A file before it was changed.
struct Original {
    /// The path that it was read by.
    path: PathBuf,
    display: Arc<str>,
    text: Arc<str>,
}

impl State<'_> {
    /// Applies all of these that do no harm; gives what is then seen, if there are any.
    fn pass(&mut self, base: &Seen, chosen: Vec<Candidate>) -> Result<Option<Seen>, String> {
        let mut accepted: Vec<Candidate> = Vec::new();
        let mut latest: Option<(Texts, Seen)> = None;
        // The last group is tried first.
        let mut groups = vec![chosen];
        while let Some(mut group) = groups.pop() {
            if self.tries == 0 {
                self.drop_all(&group, "too many others did harm; run it again");
                continue;
            }
            self.tries -= 1;
            let all: Vec<&Candidate> = accepted.iter().chain(&group).collect();
            let texts = apply(base, self.ground, &self.texts, &all);
            let after = self.ground.look(&texts)?;
            let verdict = judge::judge(base, &all, &after);
            if verdict.is_fine() {
                accepted.append(&mut group);
                latest = Some((texts, after));
                continue;
            }
            if let [only] = group.as_slice() {
                self.dropped.insert(only.key.clone(), verdict.reason());
                continue;
            }
            // Those that leave their finding are known; who brings up another one is not.
            let (rest, staying): (Vec<Candidate>, Vec<Candidate>) =
                group.into_iter().partition(|one| !verdict.stays.contains(&one.key));
            self.drop_all(&staying, judge::STAYS);
            if staying.is_empty() {
                let mut first = rest;
                let second = first.split_off(first.len() / 2);
                groups.push(second);
                groups.push(first);
            } else if !rest.is_empty() {
                groups.push(rest);
            }
        }
        let Some((texts, after)) = latest else { return Ok(None) };
        for one in &accepted {
            self.note(base, one);
        }
        self.texts = texts;
        Ok(Some(after))
    }

    fn drop_all(&mut self, group: &[Candidate], reason: &str) {
        self.dropped.extend(group.iter().map(|one| (one.key.clone(), reason.to_owned())));
    }

    fn note(&mut self, base: &Seen, one: &Candidate) {
        let file = |finding: &Finding| {
            base.workspace.sources.get(finding.primary.span.source).map(|file| file.display().clone())
        };
        for finding in one.findings.iter().filter_map(|at| base.report.findings.get(*at)) {
            let path = file(finding).unwrap_or_default();
            self.mended.push(Mended { path, rule: finding.rule, title: one.title.clone() });
        }
        for file in one.edits.iter().filter_map(|edit| base.workspace.sources.get(edit.span.source)) {
            self.originals.entry(self.ground.real(file.path())).or_insert_with(|| Original {
                path: file.path().to_path_buf(),
                display: file.display().clone(),
                text: file.text().clone(),
            });
        }
    }

    fn finish(mut self, seen: Seen) -> Outcome {
        let texts = std::mem::take(&mut self.texts);
        let changes = std::mem::take(&mut self.originals).into_iter().filter_map(|(path, original)| {
            let new = texts.get(&original.path)?.clone();
            let Original { display, text: old, .. } = original;
            (new != old).then_some(Change { path, display, old, new })
        });
        let changes = changes.collect();
        let choice = Choice::of(&seen, self.ground, self.wish, &HashMap::new());
        let mut refused = choice.refused;
        for one in choice.candidates {
            let reason = self.dropped.get(&one.key).cloned();
            let reason = reason.unwrap_or_else(|| "there was too much to do; run it again".to_owned());
            refused.extend(one.findings.iter().map(|at| Refused {
                finding: *at,
                title: one.title.clone(),
                reason: reason.clone(),
                hidden: false,
            }));
        }
        refused.sort_by_key(|one| one.finding);
        self.mended.sort();
        Outcome { mended: self.mended, refused, changes, seen }
    }
}
