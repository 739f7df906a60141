//! Manifests of Kubernetes and workflows of GitHub beside the code. They are read only where it makes federated
//! credentials, and what is none of these is passed over: it is nobody's mistake here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::Request;
use super::discover::Input;
use super::memory::Recall;
use super::overlay::{Overlay, State};
use super::paths::{absolute, file_name, parent};
use crate::ir::{Companion, Companions, ExprKind, ModuleId, Program, Resource, Root};
use crate::source::{SourceFile, SourceId};
use crate::syntax::yaml;

/// The largest file that is read, in bytes; manifests are far smaller.
const MAX_FILE: u64 = 1024 * 1024;
/// The most files that are looked into.
const MAX_FILES: usize = 20_000;
/// The most files that are taken.
const MAX_TAKEN: usize = 2_000;

const YAML: [&str; 2] = [".yaml", ".yml"];

/// A file that may be one of those.
#[derive(Debug)]
struct Candidate {
    path: PathBuf,
    shown: String,
    text: Arc<str>,
}

/// What a file is good for. Its text is kept only if it is to be parsed.
#[derive(Debug)]
pub(super) struct Seen {
    candidate: Option<Candidate>,
    brings_tokens: bool,
    /// Whether it is a workflow that cannot be read.
    is_lost: bool,
}

/// A file, how it was when it was looked at, and its documents once somebody asked.
#[derive(Debug)]
pub(super) struct Kept {
    state: State,
    seen: Seen,
    documents: Mutex<Option<(SourceId, Documents)>>,
}

/// None of what cannot be read.
type Documents = Option<Arc<[yaml::Node]>>;

impl Kept {
    /// A file that was looked at in this state.
    pub(super) fn new(state: State, seen: Seen) -> Self {
        Self { state, seen, documents: Mutex::default() }
    }

    /// How it was then.
    pub(super) fn state(&self) -> &State {
        &self.state
    }

    fn documents(&self, id: SourceId, text: &str) -> Documents {
        let mut kept = self.documents.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some((before, documents)) if *before == id => documents.clone(),
            _ => {
                let documents: Documents = yaml::documents(id, text).map(Into::into);
                *kept = Some((id, documents.clone()));
                documents
            }
        }
    }
}

/// Reads what is beside the code, if that makes federated credentials.
pub(super) fn read(
    request: Option<&Request>,
    program: &Program,
    roots: &[Root],
    files: &BTreeMap<String, Input>,
    (sources, recall): (&mut Vec<Arc<SourceFile>>, &Recall),
) -> Companions {
    let makes: Vec<bool> = program.modules.iter().map(|module| module.resources.iter().any(is_credential)).collect();
    let trusting = roots.iter().filter(|root| reaches(program, root.module, &makes)).count();
    let mut companions = Companions { of_one: trusting == 1, ..Companions::default() };
    if trusting == 0 {
        return companions;
    }
    companions.repository = request.and_then(repository).map(Into::into);
    let nothing = Overlay::default();
    let overlay = request.map_or(&nothing, |request| &request.overlay);
    let all: Vec<(&String, &Input)> = files.iter().take(MAX_FILES).collect();
    let seen: Vec<Arc<Kept>> = all
        .into_par_iter()
        .map(|(shown, input)| match input {
            Input::Disk(path) => recall.companion(path, overlay, || seen(shown, input, overlay)),
            Input::Text(_) => Arc::new(Kept::new(State::Unknown, seen(shown, input, overlay))),
        })
        .collect();
    companions.more_workflows = seen.iter().any(|one| one.seen.is_lost);
    let code = || sources.iter().any(|file| brings_tokens(file.text()));
    companions.brings_tokens = seen.iter().any(|one| one.seen.brings_tokens) || code();
    let candidates = seen.iter().filter_map(|one| Some((one, one.seen.candidate.as_ref()?)));
    let taken: Vec<(&Arc<Kept>, &Candidate)> = candidates.take(MAX_TAKEN).collect();
    let first = sources.len();
    let id = |at: usize| SourceId(u32::try_from(first + at).unwrap_or(u32::MAX));
    let documents: Vec<Documents> =
        taken.par_iter().enumerate().map(|(at, (kept, one))| kept.documents(id(at), &one.text)).collect();
    let changed = changed_directories(files);
    for ((_, candidate), documents) in taken.into_iter().zip(documents) {
        let workflow = is_workflow(&candidate.shown);
        companions.more_workflows |= workflow && documents.is_none();
        if let Some(documents) = documents {
            let settled = !ancestors(&candidate.shown).any(|directory| changed.contains(directory));
            let list = if workflow { &mut companions.workflows } else { &mut companions.manifests };
            list.push(Companion { documents, settled });
        }
        let file = SourceFile::new(candidate.path.clone(), candidate.shown.as_str(), Arc::clone(&candidate.text));
        sources.push(Arc::new(file));
    }
    companions
}

/// The repository on GitHub that the first path that was asked for is in, by the remote of its checkout.
fn repository(request: &Request) -> Option<String> {
    let path = absolute(&request.directory, request.paths.first()?);
    let config = path.ancestors().map(|directory| directory.join(".git/config")).find(|config| config.is_file())?;
    let is_small = std::fs::metadata(&config).is_ok_and(|metadata| metadata.len() <= MAX_FILE);
    let text = is_small.then(|| std::fs::read_to_string(&config).ok()).flatten()?;
    remote(&text)
}

/// `owner/name` of the remote `origin` of a git configuration.
fn remote(config: &str) -> Option<String> {
    let mut lines = config.lines().map(str::trim).skip_while(|line| *line != "[remote \"origin\"]").skip(1);
    let section = lines.by_ref().take_while(|line| !line.starts_with('['));
    let (_, url) = section.filter_map(|line| line.split_once('=')).find(|(key, _)| key.trim() == "url")?;
    let (_, path) = url.trim().split_once("github.com")?;
    let path = path.trim_start_matches([':', '/']).trim_end_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (path.matches('/').count() == 1).then(|| path.to_owned())
}

/// Whether somebody installs the webhook that hands tokens to pods, or switches it on, by another way than the cluster's
/// declaration (learn.microsoft.com, aks/workload-identity-deploy-cluster; azure.github.io/azure-workload-identity).
fn brings_tokens(text: &str) -> bool {
    ["workload-identity-webhook", "enable-workload-identity"].iter().any(|mark| text.contains(mark))
}

/// Whether a declaration makes a federated credential, or may.
fn is_credential(resource: &Resource) -> bool {
    let holds = |text: &str| text.to_ascii_lowercase().contains("federated");
    let kind = resource.body.attr("type").filter(|_| &*resource.kind == "azapi_resource");
    holds(&resource.kind)
        || kind.is_some_and(|kind| match &kind.value.kind {
            ExprKind::Str(text) => holds(text),
            _ => true,
        })
}

/// Whether a deployment has one of the marked modules in it.
fn reaches(program: &Program, root: ModuleId, marked: &[bool]) -> bool {
    let mut seen = vec![false; program.modules.len()];
    let mut todo = vec![root];
    while let Some(id) = todo.pop() {
        let at = id.0 as usize;
        let Some(flag) = seen.get_mut(at).filter(|flag| !**flag) else { continue };
        *flag = true;
        if marked.get(at).copied().unwrap_or(false) {
            return true;
        }
        todo.extend(program.links.get(at).into_iter().flatten().flatten());
    }
    false
}

fn seen(shown: &str, input: &Input, overlay: &Overlay) -> Seen {
    let candidate = candidate(shown, input, overlay);
    Seen {
        brings_tokens: candidate.as_ref().is_some_and(|one| brings_tokens(&one.text)),
        is_lost: candidate.is_none() && is_workflow(shown),
        candidate: candidate.filter(counts),
    }
}

fn candidate(shown: &str, input: &Input, overlay: &Overlay) -> Option<Candidate> {
    let (path, text) = match input {
        Input::Text(text) => (PathBuf::from(shown), text.clone()),
        Input::Disk(path) => {
            let bytes = overlay.read_small(path, MAX_FILE).ok()?;
            (path.clone(), String::from_utf8(bytes).ok()?)
        }
    };
    Some(Candidate { path, shown: shown.to_owned(), text: text.into() })
}

/// Whether a file is worth being parsed. Templates are filled by another tool first; workflows have their braces.
fn counts(candidate: &Candidate) -> bool {
    let text: &str = &candidate.text;
    if !YAML.iter().any(|ending| candidate.shown.ends_with(ending)) {
        return false;
    }
    if is_workflow(&candidate.shown) {
        return true;
    }
    // An action of one's own may log in for a workflow.
    let logs_in = matches!(file_name(&candidate.shown), "action.yml" | "action.yaml");
    let asks = text.contains("erviceAccount") && text.contains("apiVersion");
    logs_in || asks && !text.contains("{{") && !text.contains("{%")
}

fn is_workflow(shown: &str) -> bool {
    let directory = parent(shown);
    YAML.iter().any(|ending| shown.ends_with(ending)) && is_workflows(directory)
}

fn is_workflows(directory: &str) -> bool {
    directory == ".github/workflows" || directory.ends_with("/.github/workflows")
}

/// Directories of which the files are changed before they are applied: those of charts and of Kustomize.
fn changed_directories(files: &BTreeMap<String, Input>) -> BTreeSet<&str> {
    let changes = |shown: &&String| {
        matches!(file_name(shown), "Chart.yaml" | "Chart.yml" | "kustomization.yaml" | "kustomization.yml")
    };
    files.keys().filter(changes).map(|shown| parent(shown)).collect()
}

/// The directories that a file lies in, innermost first.
fn ancestors(shown: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(parent(shown)), |directory| {
        Some(parent(directory)).filter(|above| above.len() < directory.len() && *above != ".")
    })
}

#[cfg(test)]
mod tests {
    use super::{ancestors, remote};

    #[test]
    fn remotes_name_their_repository() {
        let config = |url: &str| format!("[core]\n\tbare = false\n[remote \"origin\"]\n\turl = {url}\n\tfetch = +x\n");
        for (url, repository) in [
            ("https://github.com/acme/shop.git", Some("acme/shop")),
            ("git@github.com:acme/shop.git", Some("acme/shop")),
            ("https://x@github.com/acme/shop", Some("acme/shop")),
            ("https://gitlab.com/acme/shop", None),
        ] {
            assert_eq!(remote(&config(url)).as_deref(), repository, "{url}");
        }
        assert_eq!(remote("[core]\n"), None);
    }

    #[test]
    fn ancestors_come_to_an_end() {
        assert_eq!(ancestors("a/b/c.yaml").collect::<Vec<_>>(), ["a/b", "a"]);
        assert_eq!(ancestors("c.yaml").collect::<Vec<_>>(), ["."]);
        assert_eq!(ancestors("/c.yaml").collect::<Vec<_>>(), ["/"]);
    }
}
