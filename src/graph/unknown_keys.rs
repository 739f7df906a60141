//! Keys of `for_each` that are ids of what is made in the same run: Terraform cannot plan with them
//! (developer.hashicorp.com, language/meta-arguments/for_each, limitations).

use super::edits::Language;
use super::{Graph, Mode, Resource, ResourceId};
use crate::finding::Edit;
use crate::ir::{EachPart, Expr, ExprKind, Module, Name, Repeat};
use crate::resolve::value::{InstanceId, Kind, TextPart, Value};
use crate::source::Span;

/// A `for_each` that cannot be planned.
#[derive(Debug)]
pub struct UnknownKeys {
    /// The address of what is repeated.
    pub subject: Name,
    /// What it is repeated over.
    pub span: Span,
    /// The first key, or the part of one, that is not known before it is made.
    pub key: Value,
    /// What that is, in words: `principal id`.
    pub what: &'static str,
    /// The resource that it is an id of.
    pub of: ResourceId,
    /// What makes the names keys and the ids values, where that is all written in one place.
    pub edits: Vec<Edit>,
}

impl Graph<'_> {
    /// Every `for_each` of which a key is certainly an id that is known only after something was made.
    #[must_use]
    pub fn unknown_keys(&self) -> Vec<UnknownKeys> {
        let mut found = Vec::new();
        for instance in self.module_instances() {
            let Some(module) = self.deployment.module(instance) else { continue };
            let here = self.deployment.instance(instance);
            let path = here.map(|here| here.path.clone()).unwrap_or_default();
            let address = |own: String| if path.is_empty() { own.into() } else { format!("{path}.{own}").into() };
            for resource in &module.resources {
                let exprs = resource.body.exprs();
                found.extend(
                    self.unknown_key_of(instance, module, &resource.repeat, &exprs, || address(resource.address())),
                );
            }
            for call in &module.calls {
                let exprs = call.args.iter().map(|arg| &arg.value).collect::<Vec<_>>();
                let own = || address(format!("module.{}", call.name));
                found.extend(self.unknown_key_of(instance, module, &call.repeat, &exprs, own));
            }
        }
        found
    }

    fn unknown_key_of(
        &self,
        instance: InstanceId,
        module: &Module,
        repeat: &Repeat,
        exprs: &[&Expr],
        subject: impl FnOnce() -> Name,
    ) -> Option<UnknownKeys> {
        let Repeat::ForEach(expr) = repeat else { return None };
        let value = self.deployment.value_in(instance, expr);
        let each: Option<Vec<_>> = value.alternatives().iter().map(|one| self.unknown_key(&self.known(one))).collect();
        let (key, what, of) = each?.into_iter().next()?;
        let edits = self.named_keys(module, expr, exprs).unwrap_or_default();
        Some(UnknownKeys { subject: subject(), span: expr.span, key, what, of, edits })
    }

    /// The first key of a set or map that is certainly not known before the run.
    fn unknown_key(&self, collection: &Value) -> Option<(Value, &'static str, ResourceId)> {
        match &collection.kind {
            Kind::List(list) if list.is_sure() => list.items.iter().find_map(|item| self.made_id(item)),
            Kind::Map(map) => {
                let is_sure = map.rest.as_ref().is_none_or(|why| why.reason != crate::resolve::value::Reason::Presence);
                let mut keys = map.entries.iter().filter_map(|entry| entry.reference.as_deref());
                keys.find_map(|key| self.made_id(key)).filter(|_| is_sure)
            }
            _ => None,
        }
    }

    /// The id in a value that is known only after something was made.
    fn made_id(&self, value: &Value) -> Option<(Value, &'static str, ResourceId)> {
        let value = self.known(value);
        match &value.kind {
            Kind::Ref(reference) if !reference.many => {
                let node = reference.start()?;
                let resource = self.resource(node).filter(|resource| is_made_here(resource))?;
                let what = id_in_words(&reference.dotted())?;
                Some((value.clone(), what, resource.id))
            }
            Kind::Text(_) => value.text_parts()?.iter().find_map(|part| match part {
                TextPart::Hole(hole) => self.made_id(hole),
                TextPart::Text(_) => None,
            }),
            Kind::OneOf(values) => {
                let each: Option<Vec<_>> = values.iter().map(|one| self.made_id(one)).collect();
                each?.into_iter().next()
            }
            _ => None,
        }
    }

    /// The edits that make a map of names to ids of a set of ids, and `each.value` of `each.key`.
    fn named_keys(&self, module: &Module, expr: &Expr, exprs: &[&Expr]) -> Option<Vec<Edit>> {
        let ExprKind::Call(function, args, false) = &expr.kind else { return None };
        let [Expr { kind: ExprKind::List(items), .. }] = &**args else { return None };
        if &**function != "toset" || self.language(expr.span) != Some(Language::Hcl) {
            return None;
        }
        let mut names: Vec<&Name> = Vec::new();
        let mut entries = Vec::new();
        for item in items {
            let name = named(module, item).filter(|name| !names.contains(name))?;
            names.push(name);
            entries.push(format!("{name} = {}", self.sources.slice(item.span)));
        }
        let text = format!("{{ {} }}", entries.join(", "));
        let mut edits = vec![Edit { span: expr.span, text }];
        for expr in exprs {
            if let ExprKind::Each(part) = &expr.kind {
                if *part == EachPart::Key {
                    edits.push(Edit { span: expr.span, text: "each.value".to_owned() });
                }
                continue;
            }
            let mut inside = false;
            expr.walk(&mut |part| inside |= matches!(part.kind, ExprKind::Each(_)));
            if inside {
                return None;
            }
        }
        Some(edits)
    }
}

/// The name of the resource of which an expression is an attribute.
fn named<'m>(module: &'m Module, expr: &Expr) -> Option<&'m Name> {
    match &expr.kind {
        ExprKind::Resource(mode, kind, name) => {
            module.resources.get(module.resource(*mode, kind, name)?).map(|resource| &resource.name)
        }
        ExprKind::Get(base, ..) | ExprKind::Index(base, _) => named(module, base),
        _ => None,
    }
}

/// Whether a resource of Azure or Entra ID is made in this run.
fn is_made_here(resource: &Resource) -> bool {
    let providers = ["azurerm_", "azuread_", "azapi_"];
    let is_known = resource.kind.contains('/') || providers.iter().any(|start| resource.kind.starts_with(start));
    resource.mode == Mode::Managed && is_known
}

/// What an attribute is that Azure gives out.
fn id_in_words(path: &str) -> Option<&'static str> {
    let (block, name) = path.rsplit_once('.').unwrap_or(("", path));
    if !(block.is_empty() || block == "identity" || block == "kubelet_identity") {
        return None;
    }
    match name {
        "id" => Some("resource id"),
        "principal_id" => Some("principal id"),
        "client_id" => Some("client id"),
        "object_id" => Some("object id"),
        _ => None,
    }
}
