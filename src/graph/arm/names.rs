//! Who is whose child, and which look-ups find what is made here: told by names.

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

impl Graph<'_> {
    /// The resource of this type and name that is made here.
    pub(in crate::graph) fn made(&self, kind: &str, name: &Value) -> Option<ResourceId> {
        let of_kind = || self.resources().filter(|resource| resource.mode == Mode::Managed && resource.is_arm(kind));
        // The name of another resource, or of what a look-up of it found.
        if let Some(reference) = name.as_ref()
            && let [Seg::Name(attribute, _)] = reference.path.as_slice()
            && matches!(&**attribute, "name" | "id")
            && let Some(node) = reference.start()
            && let Some(named) = of_kind().find(|resource| resource.id == node)
        {
            return Some(named.id);
        }
        let wanted = self.known(name);
        let mut named = of_kind().filter(|resource| {
            resource.argument("name").is_some_and(|own| {
                let own = self.known(own);
                match (own.as_str(), wanted.as_str()) {
                    (Some(own), Some(wanted)) => own.eq_ignore_ascii_case(wanted),
                    _ => own.same(&wanted),
                }
            })
        });
        named.next().filter(|_| named.next().is_none()).map(|resource| resource.id)
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
