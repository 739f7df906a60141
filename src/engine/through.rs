//! Which findings come through a call that somebody put a suppression at.

use std::collections::{BTreeSet, HashMap};

use crate::finding::Finding;
use crate::resolve::eval::Deployment;
use crate::resolve::value::InstanceId;
use crate::source::{SourceId, Span};

/// More calls than any chain of them has.
const MAX_CHAIN: usize = 64;

/// What of one deployment lies below such calls.
pub(super) struct Below {
    /// The calls above an instance of a module, by its address.
    by_path: HashMap<String, Vec<Span>>,
    /// Of a file, those that every instance of its module lies below.
    by_file: HashMap<SourceId, Vec<Span>>,
}

impl Below {
    /// Of a deployment that was looked at; `calls` are those with suppressions.
    pub(super) fn new(deployment: &Deployment<'_>, calls: &BTreeSet<Span>) -> Self {
        let mut below = Self { by_path: HashMap::new(), by_file: HashMap::new() };
        if calls.is_empty() {
            return below;
        }
        for instance in deployment.instances() {
            let mut chain = Vec::new();
            let mut next: Option<(InstanceId, usize)> = instance.parent;
            for _ in 0..MAX_CHAIN {
                let Some((parent, call)) = next else { break };
                let declared = deployment.module(parent).and_then(|module| module.calls.get(call));
                chain.extend(declared.map(|call| call.span).filter(|span| calls.contains(span)));
                next = deployment.instance(parent).and_then(|parent| parent.parent);
            }
            let files: BTreeSet<SourceId> =
                deployment.module(instance.id).into_iter().flat_map(crate::ir::Module::files).collect();
            for file in files {
                let held = below.by_file.entry(file).or_insert_with(|| chain.clone());
                held.retain(|span| chain.contains(span));
            }
            if !chain.is_empty() {
                below.by_path.insert(instance.path.to_string(), chain);
            }
        }
        below.by_file.retain(|_, chain| !chain.is_empty());
        below
    }

    /// Tells a finding through which of the calls it comes: because its subject lies below them, or because it points
    /// at something that only they bring in.
    pub(super) fn mark(&self, finding: &mut Finding) {
        if self.by_path.is_empty() {
            return;
        }
        let dots = finding.subject.match_indices('.').map(|(at, _)| at).chain([finding.subject.len()]);
        let prefixes = dots.filter_map(|at| finding.subject.get(..at));
        let labels = std::iter::once(&finding.primary).chain(&finding.related);
        let by_subject = prefixes.filter_map(|prefix| self.by_path.get(prefix));
        let by_label = labels.filter_map(|label| self.by_file.get(&label.span.source));
        let through: BTreeSet<Span> = by_subject.chain(by_label).flatten().copied().collect();
        finding.through = through.into_iter().collect();
    }
}
