//! All deployments of a workspace through all rules. Total: whatever is in the files, there is a report.

mod anchor;
mod declared;
mod hidden;
mod results;
mod through;

pub(crate) use results::Results;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;

use crate::finding::{Finding, Label, Severity, Undecided};
use crate::fingerprint::fingerprint;
use crate::graph::{Effect, Graph, OpaqueCall};
use crate::ir::{Module, ModuleId, Name, Root, Sighting};
use crate::known::Comparison;
use crate::policy::{Policies, Policy};
use crate::progress::Phase;
use crate::resolve::eval::Deployment;
use crate::rules::{Cx, RULES, Rule};
use crate::source::{SourceId, Sources, Span};
use crate::suppress::{Scene, Suppressions};
use crate::workspace::{Gap, Workspace};
use results::{Deployed, Recall};

/// Families whose rules know where secrets stand, which no report may show whichever rules it is about.
const KNOW_SECRETS: [&str; 2] = ["keys", "secrets"];

/// The stack of a worker: evaluation nests as deep as its own limit, and no deeper.
const STACK: usize = 256 * 1024 * 1024;

/// What was looked at, and what stayed open.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Files without a fault.
    pub analysed: usize,
    /// Files of which a part was not understood.
    pub partial: Vec<Gap>,
    /// Files that were left out.
    pub skipped: Vec<Gap>,
    /// Calls of modules that are not here.
    pub opaque: Vec<OpaqueCall>,
    /// Where rules could not decide.
    pub undecided: Vec<Undecided>,
    /// Whether a file should have been read and could not be.
    pub unreadable: bool,
}

/// Findings, sorted by place, and what they cover.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was found and is not to be shown, each with its suppression.
    pub suppressed: Vec<Finding>,
    /// Fingerprints of what was found and not asked for.
    pub left_out: HashSet<String>,
    /// What was looked at.
    pub coverage: Coverage,
    /// The rules that were asked for somewhere, whether or not they found anything.
    pub ran: Vec<&'static Rule>,
    /// What the findings were compared with.
    pub compared: Vec<Comparison>,
    /// Every span that holds a secret, whether or not a finding shows it.
    pub secrets: Vec<Span>,
    /// What secrets say whose text is not written in their span as it is.
    pub hidden: Vec<Name>,
}

/// Runs `work` where parallel parts have stacks deep enough for evaluation.
///
/// # Panics
/// If the system gives no threads at all.
pub fn with_workers<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        Err(error) => panic!("no worker threads: {error}"),
    }
}

/// What holds for a deployment as a whole: the policy of its root module.
#[must_use]
pub fn policy_of<'p>(policies: &'p Policies, workspace: &Workspace, root: &Root) -> &'p Policy {
    declared::policy_of(policies, &workspace.program, root.module)
}

/// Analyses a workspace.
#[must_use]
pub fn analyze(workspace: &Workspace, policies: &Policies) -> Report {
    let is_wanted = |rule: &&Rule| policies.all().any(|policy| policy.wants(rule.id, rule.family));
    let wanted: Vec<&'static Rule> =
        RULES.iter().filter(|rule| is_wanted(rule) || KNOW_SECRETS.contains(&rule.family)).collect();
    let suppressions = (!policies.no_ignore).then(|| Suppressions::read(workspace, policies.today));
    let calls = suppressions.as_ref().map(|all| all.calls(&workspace.program)).unwrap_or_default();
    let has_suppressions = suppressions.as_ref().is_some_and(|all| !all.is_empty());
    let shares = shares(workspace);
    let mut sightings = sightings(workspace, &shares);
    // Without any deployment there may still be files of parameters.
    let nothing = [Root { module: ModuleId(u32::MAX), given: Vec::new(), offered: Vec::new() }];
    let loose = sightings.remove(&None).unwrap_or_default();
    let roots = if workspace.roots.is_empty() && !loose.is_empty() { &nothing } else { workspace.roots.as_slice() };
    let seen: Vec<Vec<&Arc<Sighting>>> = (0..roots.len())
        .map(|at| {
            let own = sightings.remove(&Some(at)).unwrap_or_default();
            if at == 0 { [own, loose.clone()].concat() } else { own }
        })
        .collect();
    workspace.progress.begin(Phase::Analysing, roots.len());
    let recall = Recall::new(workspace, roots, &wanted, has_suppressions);
    let analysis = Analysis { workspace, wanted: &wanted, has_suppressions };
    let parts: Vec<Arc<Part>> = roots
        .par_iter()
        .enumerate()
        .map(|(at, root)| {
            if workspace.progress.is_cancelled() {
                return Arc::default();
            }
            let share = shares.get(at).map(Vec::as_slice).unwrap_or_default();
            let sightings = seen.get(at).map(Vec::as_slice).unwrap_or_default();
            let policy = declared::policy_of(policies, &workspace.program, root.module);
            let deployed = Deployed { root, policy, share, sightings, calls: &calls };
            let part = match &recall {
                Some(recall) => recall.part(at, &deployed, || analysis.part(&deployed)),
                None => Arc::new(analysis.part(&deployed)),
            };
            workspace.progress.step();
            part
        })
        .collect();
    if let Some(recall) = recall.filter(|_| !workspace.progress.is_cancelled()) {
        recall.keep();
    }
    let mut whole = Part::default();
    let mut effects = declared::Effects::new();
    for part in parts.into_iter().map(Arc::unwrap_or_clone) {
        whole.findings.extend(part.findings);
        whole.undecided.extend(part.undecided);
        whole.opaque.extend(part.opaque);
        whole.incomplete.extend(part.incomplete);
        whole.stopped |= part.stopped;
        for (span, effect) in part.effects {
            effects.entry(span).and_modify(|known| *known = effect.max(*known)).or_insert(effect);
        }
    }
    if !whole.stopped {
        whole.findings.extend(declared::unused(workspace, policies, &effects));
    }
    let ran = wanted.iter().map(|rule| rule.id).collect();
    finish(workspace, policies, whole, suppressions.map(|all| (all, ran)))
}

/// What all deployments are looked at with.
struct Analysis<'a> {
    workspace: &'a Workspace,
    wanted: &'a [&'static Rule],
    has_suppressions: bool,
}

impl Analysis<'_> {
    /// One deployment through all rules. Whatever this looks at has to be in the key of [`results`].
    fn part(&self, deployed: &Deployed<'_>) -> Part {
        let workspace = self.workspace;
        let deployment = Deployment::new(&workspace.program, deployed.root);
        let mut graph = Graph::build(&deployment, &workspace.sources, deployed.share);
        graph.obey(deployed.policy);
        graph.sightings = deployed.sightings.iter().map(|sighting| &***sighting).collect();
        let mut part = Part { opaque: graph.opaque.clone(), ..Part::default() };
        for rule in self.wanted {
            check(rule, &graph, &mut part);
        }
        part.effects = declared::effects(&graph, deployed.policy);
        let elsewhere = anchor::Elsewhere { fetched: &workspace.fetched, stand_ins: &workspace.stand_ins };
        let (findings, undecided) = (std::mem::take(&mut part.findings), std::mem::take(&mut part.undecided));
        part.findings = findings.into_iter().map(|one| elsewhere.finding(one, &deployment)).collect();
        part.undecided = undecided.into_iter().map(|one| elsewhere.undecided(one, &deployment)).collect();
        let below = through::Below::new(&deployment, deployed.calls);
        part.findings.iter_mut().for_each(|finding| below.mark(finding));
        if self.has_suppressions && !part.opaque.is_empty() {
            part.incomplete = files(workspace, deployed.root);
        }
        part
    }
}

/// A report of what is wrong with files that are not analysed, such as those of the configuration.
#[must_use]
pub fn of_problems(problems: &[Finding], sources: &Sources) -> Report {
    let broken = sources.iter().map(|(id, _)| id).collect();
    let secrets = hidden::secrets(sources, &broken, problems);
    Report { findings: problems.to_vec(), secrets, ..Report::default() }
}

#[derive(Debug, Clone, Default)]
struct Part {
    findings: Vec<Finding>,
    undecided: Vec<Undecided>,
    opaque: Vec<OpaqueCall>,
    /// What is declared for it, and what that does.
    effects: Vec<(Span, Effect)>,
    /// Whether a rule stopped before its end.
    stopped: bool,
    /// The files of deployments that call what is not here.
    incomplete: BTreeSet<SourceId>,
}

/// The files that a deployment is made of.
fn files(workspace: &Workspace, root: &Root) -> BTreeSet<SourceId> {
    let program = &workspace.program;
    let given = || root.given.iter();
    let mut todo = vec![root.module];
    todo.extend(given().filter_map(|given| given.within));
    let mut seen: BTreeSet<ModuleId> = BTreeSet::new();
    let mut files: BTreeSet<SourceId> = given().map(|given| given.attr.span.source).collect();
    while let Some(id) = todo.pop() {
        if seen.insert(id) {
            files.extend(program.module(id).into_iter().flat_map(Module::files));
            todo.extend(program.links.get(id.0 as usize).into_iter().flatten().flatten());
        }
    }
    files
}

/// Each module's literals are looked through in the first deployment that it is part of.
fn shares(workspace: &Workspace) -> Vec<Vec<ModuleId>> {
    let program = &workspace.program;
    let mut taken = vec![false; program.modules.len()];
    workspace
        .roots
        .iter()
        .map(|root| {
            let mut share = Vec::new();
            let mut todo = vec![root.module];
            todo.extend(root.given.iter().filter_map(|given| given.within));
            while let Some(id) = todo.pop() {
                let Some(flag) = taken.get_mut(id.0 as usize).filter(|flag| !**flag) else { continue };
                *flag = true;
                share.push(id);
                todo.extend(program.links.get(id.0 as usize).into_iter().flatten().flatten());
            }
            share
        })
        .collect()
}

/// The credentials of each root, by its place.
type Owned<'w> = HashMap<Option<usize>, Vec<&'w Arc<Sighting>>>;

/// Each credential belongs to the first deployment that its file is part of; none: to no deployment at all.
fn sightings<'w>(workspace: &'w Workspace, shares: &[Vec<ModuleId>]) -> Owned<'w> {
    let program = &workspace.program;
    let mut by_root = Owned::new();
    if program.sightings.is_empty() {
        return by_root;
    }
    let mut owners: HashMap<SourceId, usize> = HashMap::new();
    for (root, modules) in shares.iter().enumerate() {
        for file in modules.iter().filter_map(|id| program.module(*id)).flat_map(Module::files) {
            owners.entry(file).or_insert(root);
        }
    }
    for sighting in &program.sightings {
        by_root.entry(owners.get(&sighting.literal.source).copied()).or_default().push(sighting);
    }
    by_root
}

fn check(rule: &'static Rule, graph: &Graph<'_>, part: &mut Part) {
    let result = catch_unwind(AssertUnwindSafe(|| {
        let mut cx = Cx::new(graph, rule);
        (rule.check)(&mut cx);
        cx.finish()
    }));
    match result {
        Ok((findings, undecided)) => {
            part.findings.extend(findings);
            part.undecided.extend(undecided);
        }
        Err(_) => {
            part.stopped = true;
            let span = graph.resources().next().map_or(Span::new(SourceId(0), 0, 0), |resource| resource.span);
            let message = format!("the rule `{}` stopped with an error of its own; the others went on", rule.id);
            let primary = Label::new(span, "while looking at this deployment");
            let bug = Finding::new(("internal-error", "internal"), Severity::High, message, rule.id.into(), primary);
            part.findings.push(Finding { help: Some("please report this as a bug of identilint".to_owned()), ..bug });
        }
    }
}

fn finish(
    workspace: &Workspace,
    policies: &Policies,
    part: Part,
    suppressions: Option<(Suppressions, BTreeSet<&'static str>)>,
) -> Report {
    let mut secrets: Vec<Span> = part.findings.iter().flat_map(|finding| finding.secrets.iter().copied()).collect();
    let sightings = &workspace.program.sightings;
    secrets.extend(sightings.iter().flat_map(|one| std::iter::once(&one.secret).chain(&one.others)));
    let mut findings = merge(part.findings, &workspace.fetched);
    if let Some((mut all, ran)) = suppressions {
        all.apply(&mut findings, &workspace.fetched);
        let scene = Scene { workspace, ran, undecided: &part.undecided, incomplete: part.incomplete };
        findings.extend(all.complaints(&scene));
    }
    findings.extend(syntax_errors(workspace));
    findings.extend(workspace.configuration.unused().iter().cloned());
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| (finding.primary.span, finding.rule);
        let path =
            |finding: &Finding| workspace.sources.get(finding.primary.span.source).map(|file| file.display().clone());
        path(a).cmp(&path(b)).then_with(|| place(a).cmp(&place(b))).then_with(|| a.subject.cmp(&b.subject))
    });
    let broken = workspace.errors.iter().map(|error| error.span.source).collect();
    secrets.extend(hidden::secrets(&workspace.sources, &broken, &findings));
    secrets.sort_unstable();
    secrets.dedup();
    // What is left out counts, too: who asks for less gets the same fingerprints.
    fingerprint(&mut findings, &secrets, workspace);
    let mut left_out = HashSet::new();
    findings.retain_mut(|finding| {
        let asked_for = is_asked_for(workspace, policies.of(finding.primary.span.source), finding);
        if !asked_for {
            left_out.insert(std::mem::take(&mut finding.fingerprint));
        }
        asked_for
    });
    let (suppressed, findings) = findings.into_iter().partition(|finding| finding.suppression.is_some());
    let known: BTreeSet<Undecided> = part
        .undecided
        .into_iter()
        .filter(|undecided| {
            let rule = crate::rules::find(undecided.rule);
            let source = undecided.span.source;
            !workspace.excluded.contains(&source)
                && rule.is_none_or(|rule| policies.of(source).wants(rule.id, rule.family))
        })
        .collect();
    // One call is one gap, however many instances it has.
    let mut opaque: Vec<OpaqueCall> = part.opaque.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    opaque.retain(|call| seen.insert(call.span));
    Report {
        findings,
        suppressed,
        left_out,
        ran: RULES.iter().filter(|rule| policies.all().any(|policy| policy.wants(rule.id, rule.family))).collect(),
        compared: Vec::new(),
        secrets,
        hidden: sightings.iter().flat_map(|one| one.hidden.iter().cloned()).collect(),
        coverage: Coverage {
            analysed: workspace.analysed.len(),
            partial: workspace.partial.clone(),
            skipped: workspace.skipped.clone(),
            opaque,
            undecided: known.into_iter().collect(),
            unreadable: workspace.unreadable,
        },
    }
}

/// Whether this finding is wanted; it gets the severity that its owners give it.
fn is_asked_for(workspace: &Workspace, policy: &Policy, finding: &mut Finding) -> bool {
    if workspace.excluded.contains(&finding.primary.span.source) {
        return false;
    }
    if finding.rule == SYNTAX_ERROR {
        return true;
    }
    if let Some(severity) = policy.severities.get(finding.rule) {
        finding.severity = *severity;
    }
    policy.wants(finding.rule, finding.family)
        && finding.persona <= policy.persona
        && finding.severity >= policy.min_severity
        && finding.confidence >= policy.min_confidence
        && in_focus(workspace, finding)
}

/// If files were asked for, only what they take part in.
fn in_focus(workspace: &Workspace, finding: &Finding) -> bool {
    workspace.focus.as_ref().is_none_or(|focus| {
        let labels = std::iter::once(&finding.primary).chain(&finding.related);
        labels.into_iter().any(|label| focus.contains(&label.span.source))
    })
}

/// One finding per cause: those of one rule at one place are one, and name the other subjects. What is pointed at a
/// call has its cause inside the module that is called. What comes through a call with a suppression stays by itself, as does
/// what is suppressed.
fn merge(findings: Vec<Finding>, fetched: &BTreeSet<SourceId>) -> Vec<Finding> {
    type Cause = (&'static str, Span, Option<Span>, Vec<Span>, bool);
    let mut by_cause: BTreeMap<Cause, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        let inside = finding.related.first().map(|label| label.span).filter(|span| fetched.contains(&span.source));
        let is_suppressed = finding.suppression.is_some();
        let cause = (finding.rule, finding.primary.span, inside, finding.through.clone(), is_suppressed);
        by_cause.entry(cause).or_default().push(finding);
    }
    by_cause.into_values().filter_map(merge_one).collect()
}

fn merge_one(mut findings: Vec<Finding>) -> Option<Finding> {
    // The surest one speaks for all; of equals the first by subject.
    findings.sort_by(|a, b| {
        b.confidence.cmp(&a.confidence).then(b.severity.cmp(&a.severity)).then_with(|| a.subject.cmp(&b.subject))
    });
    let mut findings = findings.into_iter();
    let mut first = findings.next()?;
    let mut others: BTreeSet<Arc<str>> = findings.map(|finding| finding.subject).collect();
    others.remove(&first.subject);
    if !others.is_empty() {
        const SHOWN: usize = 3;
        let mut names: Vec<String> = others.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
        if others.len() > SHOWN {
            names.push(format!("{} more", others.len() - SHOWN));
        }
        let also = format!("the same for {}", names.join(", "));
        first.primary.note =
            if first.primary.note.is_empty() { also } else { format!("{} ({also})", first.primary.note) };
    }
    Some(first)
}

/// The rule of what cannot be parsed; nobody can switch it off.
const SYNTAX_ERROR: &str = "syntax-error";

fn syntax_errors(workspace: &Workspace) -> impl Iterator<Item = Finding> {
    workspace.errors.iter().map(|error| {
        let file = workspace.sources.get(error.span.source).map(|file| file.display().clone()).unwrap_or_default();
        let primary = Label::new(error.span, "not understood from here on");
        Finding::new((SYNTAX_ERROR, "syntax"), Severity::High, error.message.clone(), file, primary)
    })
}
