//! Who is whose child, and which look-ups find what is made here: told by names.

use std::collections::HashMap;

use crate::graph::{Graph, Resource, ResourceId};
use crate::ir::Mode;
use crate::resolve::value::{Kind, Ref, Seg, Value};

/// Finds look-ups (`existing` resources) of resources that are made in the same deployment.
pub(in crate::graph) fn aliases(graph: &mut Graph<'_>) {
    let lookups: Vec<&Resource> =
        graph.resources().filter(|resource| resource.mode == Mode::Data && resource.kind.contains('/')).collect();
    let found: Vec<(ResourceId, ResourceId)> = lookups
        .into_iter()
        .filter_map(|lookup| {
            let name = lookup.argument("name")?;
            Some((lookup.id, graph.made(&lookup.kind, name)?))
        })
        .collect();
    graph.aliases = found.into_iter().collect();
}

/// What is made here, by type and name, both in lower case.
#[derive(Debug, Default)]
pub(in crate::graph) struct Names {
    /// Those whose names are written out.
    written: HashMap<(String, String), Vec<ResourceId>>,
    /// The others, by type.
    others: HashMap<String, Vec<ResourceId>>,
}

/// Learns the names of everything that is made here.
pub(in crate::graph) fn names(graph: &mut Graph<'_>) {
    let mut names = Names::default();
    for resource in graph.resources().filter(|resource| resource.mode == Mode::Managed) {
        let kind = resource.arm_type().to_ascii_lowercase();
        let Some(name) = resource.argument("name").filter(|_| !kind.is_empty()) else { continue };
        match graph.known(name).as_str() {
            Some(name) => names.written.entry((kind, name.to_ascii_lowercase())).or_default().push(resource.id),
            None => names.others.entry(kind).or_default().push(resource.id),
        }
    }
    graph.names = names;
}

impl Graph<'_> {
    /// The resource of this type and name that is made here.
    pub(in crate::graph) fn made(&self, kind: &str, name: &Value) -> Option<ResourceId> {
        match self.all_made(kind, name).as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The resource of this type and name that is made here; of several declarations of it, that of the module of `beside`.
    pub(in crate::graph) fn made_beside(&self, kind: &str, name: &Value, beside: ResourceId) -> Option<ResourceId> {
        let all = self.all_made(kind, name);
        if let [only] = all.as_slice() {
            return Some(*only);
        }
        let mut own = all.into_iter().filter(|id| self.same_module(*id, beside));
        own.next().filter(|_| own.next().is_none())
    }

    fn all_made(&self, kind: &str, name: &Value) -> Vec<ResourceId> {
        let kind = kind.to_ascii_lowercase();
        // The name of another resource, or of what a look-up of it found.
        if let Some(reference) = name.as_ref()
            && let [Seg::Name(attribute, _)] = reference.path.as_slice()
            && matches!(&**attribute, "name" | "id")
            && let Some(named) = reference.start().and_then(|node| self.resource(node))
            && named.mode == Mode::Managed
            && named.is_arm(&kind)
        {
            return vec![named.id];
        }
        let wanted = self.known(name);
        if let Some(text) = wanted.as_str() {
            return self.names.written.get(&(kind, text.to_ascii_lowercase())).cloned().unwrap_or_default();
        }
        let is_same = |id: &ResourceId| {
            let own = self.resource(*id).and_then(|resource| resource.argument("name"));
            own.is_some_and(|own| self.known(own).same(&wanted))
        };
        self.names.others.get(&kind).into_iter().flatten().copied().filter(is_same).collect()
    }

    /// The resource of this type that a child is somewhere below.
    pub(in crate::graph) fn ancestor(&self, child: &Resource, kind: &str) -> Option<ResourceId> {
        let mut current = self.parent(child, kind)?;
        // No type has more segments than this.
        for _ in 0..8 {
            let resource = self.resource(current)?;
            if resource.is_arm(kind) {
                return Some(current);
            }
            current = self.parent(resource, kind)?;
        }
        None
    }

    /// The resource that a child is a child of, of this type.
    pub(in crate::graph) fn parent(&self, child: &Resource, kind: &str) -> Option<ResourceId> {
        if let Some(parent) = child.argument("parent") {
            return self.named_by(parent);
        }
        let segments = child.argument("name")?.segments()?;
        let depth = kind.split('/').count() - 1;
        let prefix = Value::joined(segments.get(..depth)?, child.span);
        self.made(kind, &prefix)
    }
}

/// A reference to the id of a resource.
pub(super) fn id_of(id: ResourceId, span: crate::source::Span) -> Value {
    Value::new(Kind::Ref(Ref::node(id).then(Seg::Name("id".into(), span))), span)
}
