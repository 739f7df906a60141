//! The deployments that a file is part of.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::engine::{policy_of, with_workers};
use crate::graph::Graph;
use crate::ir::{ModuleId, Root};
use crate::policy::Policies;
use crate::resolve::eval::Deployment;
use crate::source::SourceId;
use crate::workspace::Workspace;

/// More deployments of one file are not looked at: nobody waits for a card longer.
const MAX_DEPLOYMENTS: usize = 12;

/// What `look` finds in each deployment that the file is part of, in their order, and how many were left out. It is told the
/// deployment's name.
pub(super) fn each<T: Send>(
    workspace: &Workspace,
    policies: &Policies,
    source: SourceId,
    look: impl Fn(&Graph<'_>, &str) -> Vec<T> + Sync,
) -> (Vec<T>, usize) {
    let mut roots = holding(workspace, source);
    let left_out = roots.len().saturating_sub(MAX_DEPLOYMENTS);
    roots.truncate(MAX_DEPLOYMENTS);
    if roots.is_empty() {
        return (Vec::new(), 0);
    }
    let found = with_workers(|| {
        let looked = roots.par_iter().map(|root| {
            let deployment = Deployment::new(&workspace.program, root);
            // Literals are for rules: no card shows what only they find.
            let mut graph = Graph::build(&deployment, &workspace.sources, &[]);
            graph.obey(policy_of(policies, workspace, root));
            look(&graph, &name(workspace, root))
        });
        looked.collect::<Vec<_>>()
    });
    (found.into_iter().flatten().collect(), left_out)
}

/// The roots whose deployment the file is part of.
fn holding(workspace: &Workspace, source: SourceId) -> Vec<&Root> {
    let program = &workspace.program;
    let own: BTreeSet<usize> = (0..program.modules.len())
        .filter(|at| program.modules.get(*at).is_some_and(|module| module.files().any(|file| file == source)))
        .collect();
    let is_part = |root: &&Root| {
        if root.given.iter().any(|given| given.attr.span.source == source) {
            return true;
        }
        let mut todo = vec![root.module];
        todo.extend(root.given.iter().filter_map(|given| given.within));
        let mut seen: BTreeSet<ModuleId> = BTreeSet::new();
        while let Some(id) = todo.pop() {
            if own.contains(&(id.0 as usize)) {
                return true;
            }
            if seen.insert(id) {
                todo.extend(program.links.get(id.0 as usize).into_iter().flatten().flatten());
            }
        }
        false
    };
    workspace.roots.iter().filter(is_part).collect()
}

/// What people call a deployment: its root module, and the files that give it values.
fn name(workspace: &Workspace, root: &Root) -> String {
    let module = workspace.program.module(root.module);
    let path = module.map(|module| module.path.to_string()).filter(|path| !path.is_empty()).unwrap_or(".".to_owned());
    let files: BTreeSet<SourceId> = root.given.iter().map(|given| given.attr.span.source).collect();
    let shown = |id: &SourceId| {
        let display = workspace.sources.get(*id)?.display();
        Some(display.rsplit('/').next().unwrap_or(display).to_owned())
    };
    let files: Vec<String> = files.iter().filter_map(shown).collect();
    if files.is_empty() { path } else { format!("{path} with {}", files.join(", ")) }
}
