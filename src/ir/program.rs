//! All modules of a run and how they hang together.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Attr, Module, Name, Sighting};
use crate::source::Span;
use crate::syntax::yaml::Node;

/// Names one module of a [`Program`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub u32);

/// Every module that was read, with the links between them and the parameter files beside them.
#[derive(Debug, Default)]
pub struct Program {
    /// The modules, sorted by path.
    pub modules: Vec<Arc<Module>>,
    /// For each module, for each of its calls: the module that is called, if its source is here.
    pub links: Vec<Vec<Option<ModuleId>>>,
    /// For each module, for each of its imports: the module that is imported, if its source is here.
    pub imports: Vec<Vec<Option<ModuleId>>>,
    /// For each root module, the provider versions that are locked.
    pub locks: HashMap<ModuleId, Vec<ProviderLock>>,
    /// Database users that scripts beside the code make for principals of Entra ID.
    pub external_users: Vec<ExternalUser>,
    /// Credentials in strings of all files, those that nothing uses included.
    pub sightings: Vec<Arc<Sighting>>,
    /// Files of other tools beside the code, if it makes federated credentials.
    pub companions: Companions,
}

/// Files beside the code that say who asks for which tokens.
#[derive(Debug, Default)]
pub struct Companions {
    /// Perhaps manifests of Kubernetes.
    pub manifests: Vec<Companion>,
    /// Workflows of GitHub.
    pub workflows: Vec<Companion>,
    /// Whether there are workflows that cannot be read.
    pub more_workflows: bool,
    /// The repository on GitHub that this is a checkout of, as `owner/name`, if that is known.
    pub repository: Option<Name>,
    /// Whether something else than a cluster's declaration makes it hand tokens to pods.
    pub brings_tokens: bool,
    /// Whether one deployment alone makes federated credentials, so that these files are meant for it.
    pub of_one: bool,
}

/// A file of another tool.
#[derive(Debug)]
pub struct Companion {
    /// Its documents.
    pub documents: Arc<[Node]>,
    /// Whether it is taken as it stands: no part of a chart or of an overlay, which change what it says.
    pub settled: bool,
}

/// A database user that is made for the principal of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalUser {
    /// The name.
    pub name: Name,
    /// Where it stands, quotes included.
    pub span: Span,
    /// Where else its script says it.
    pub others: Vec<Span>,
}

/// A module that is deployed by itself, and what its parameters are then.
#[derive(Debug, Clone)]
pub struct Root {
    /// The module.
    pub module: ModuleId,
    /// The values that parameter files give, in ascending precedence.
    pub given: Vec<Given>,
    /// The values of variable files that hold if somebody names them on the command line.
    pub offered: Vec<Arc<Attr>>,
}

/// A value that a parameter file gives.
#[derive(Debug, Clone)]
pub struct Given {
    /// The parameter and its value.
    pub attr: Arc<Attr>,
    /// The module that the value's names belong to, if it can have any.
    pub within: Option<ModuleId>,
}

/// A locked provider version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLock {
    /// The provider's source address in lower case, without the registry's host.
    pub provider: Name,
    /// The version.
    pub version: Name,
    /// Where it is written.
    pub span: Span,
}

impl Program {
    /// The module of that id.
    ///
    /// # Panics
    /// Never for ids that this program gave out.
    #[must_use]
    pub fn module(&self, id: ModuleId) -> Option<&Module> {
        self.modules.get(id.0 as usize).map(|module| &**module)
    }

    /// The module that a call leads to, if its source is here.
    #[must_use]
    pub fn link(&self, caller: ModuleId, call: usize) -> Option<ModuleId> {
        self.links.get(caller.0 as usize)?.get(call).copied().flatten()
    }

    /// The module that an import means, if its source is here.
    #[must_use]
    pub fn import(&self, importer: ModuleId, import: usize) -> Option<ModuleId> {
        self.imports.get(importer.0 as usize)?.get(import).copied().flatten()
    }

    /// The modules that no other module calls: each is deployed by itself. A module on a cycle of calls that nobody
    /// outside enters is a root too, so that nothing goes unseen.
    #[must_use]
    pub fn roots(&self) -> Vec<ModuleId> {
        let ids = || (0..self.modules.len()).map(|at| ModuleId(u32::try_from(at).unwrap_or(u32::MAX)));
        let mut called = vec![false; self.modules.len()];
        for (caller, links) in self.links.iter().enumerate() {
            for target in links.iter().flatten() {
                if target.0 as usize != caller
                    && let Some(flag) = called.get_mut(target.0 as usize)
                {
                    *flag = true;
                }
            }
        }
        let only_values = |id: &ModuleId| self.module(*id).is_some_and(|module| module.only_values);
        let mut roots: Vec<ModuleId> = ids()
            .filter(|id| !called.get(id.0 as usize).copied().unwrap_or(false))
            .filter(|id| !only_values(id))
            .collect();
        let mut reached = vec![false; self.modules.len()];
        roots.iter().for_each(|root| self.reach(*root, &mut reached));
        for id in ids() {
            if !only_values(&id) && !reached.get(id.0 as usize).copied().unwrap_or(true) {
                roots.push(id);
                self.reach(id, &mut reached);
            }
        }
        roots
    }

    fn reach(&self, from: ModuleId, reached: &mut [bool]) {
        let mut todo = vec![from];
        while let Some(id) = todo.pop() {
            let Some(flag) = reached.get_mut(id.0 as usize).filter(|flag| !**flag) else { continue };
            *flag = true;
            todo.extend(self.links.get(id.0 as usize).into_iter().flatten().flatten());
        }
    }
}
