//! The bodies of resources: arguments as they are, blocks as lists, generated ones included.

use super::expr::{Frame, Scope};
use super::{Answer, Deployment, Question};
use crate::ir::{Block, Body, ExprKind, Name};
use crate::resolve::value::{Entry, Kind, List, Map, NodeId, Reason, Value, Why};

impl Deployment<'_> {
    /// An argument of a resource, or its blocks of that name as a list; none if it has neither.
    #[must_use]
    pub fn attr(&self, node: NodeId, name: &Name) -> Option<Value> {
        let resource = self.resource(node)?;
        let here = self.node(node)?;
        let declared = resource.body.attr(name).is_some() || resource.body.blocks(name).next().is_some();
        if !declared {
            return None;
        }
        let answer = self.remember(Question::Attr(node, name.clone()), name, || {
            let scope = Scope { instance: here.instance, each: &here.each, frame: None };
            let value = self.member(&resource.body, name, scope);
            Answer { value: value.unwrap_or_else(|| self.lost(name)), hop: None }
        });
        Some(answer.value)
    }

    /// An argument that may be written as an object or as that object encoded in JSON, as the object.
    #[must_use]
    pub fn structure(&self, node: NodeId, name: &Name) -> Option<Value> {
        let (declared, here) = (self.resource(node)?, self.node(node)?);
        let mut expr = declared.body.attr(name).map(|attr| &attr.value)?;
        if let ExprKind::Local(local) = &expr.kind
            && let Some(module) = self.module(here.instance)
            && let Some(local) = module.local(local).and_then(|at| module.locals.get(at))
        {
            expr = &local.value;
        }
        match &expr.kind {
            ExprKind::Call(function, args, false) if &**function == "jsonencode" => {
                let scope = Scope { instance: here.instance, each: &here.each, frame: None };
                args.first().map(|arg| self.known(&self.eval(arg, scope)))
            }
            _ => {
                let value = self.known(&self.attr(node, name)?);
                let decoded = value.as_str().map(|_| crate::resolve::functions::decoded(self, &value));
                Some(decoded.unwrap_or(value))
            }
        }
    }

    /// The whole body of a resource.
    #[must_use]
    pub fn body(&self, node: NodeId) -> Option<Map> {
        let resource = self.resource(node)?;
        let names = member_names(&resource.body);
        let entries = names
            .into_iter()
            .filter_map(|(name, key_span)| Some(Entry::new(name.clone(), key_span, self.attr(node, name)?)));
        Some(Map::new(entries.collect(), None))
    }

    fn member(&self, body: &Body, name: &Name, scope: Scope<'_>) -> Option<Value> {
        if let Some(attr) = body.attr(name) {
            return Some(self.eval(&attr.value, scope));
        }
        let blocks: Vec<&Block> = body.blocks(name).collect();
        let first = blocks.first()?;
        // Alternatives of one generated block are alternatives of the list; of several, their number is open.
        if let [only] = blocks.as_slice()
            && let Some(dynamic) = &only.dynamic
        {
            let collection = self.known(&self.eval(&dynamic.for_each, scope));
            let each = collection.alternatives().iter().map(|one| {
                let (items, rest) = self.generated(only, &self.known(one), scope);
                Value::new(Kind::List(List { items: items.into(), rest }), only.span).resting_on(&collection)
            });
            return Some(Value::one_of(each, only.span));
        }
        let mut items = Vec::new();
        let mut rest: Option<Why> = None;
        for block in &blocks {
            match &block.dynamic {
                None => items.push(self.block(block, scope)),
                Some(dynamic) => {
                    let collection = self.known(&self.eval(&dynamic.for_each, scope));
                    let (generated, more) = self.generated(block, &collection, scope);
                    items.extend(generated);
                    rest = rest.or(more);
                }
            }
        }
        Some(Value::new(Kind::List(List { items: items.into(), rest }), first.span))
    }

    /// The blocks that a dynamic block generates over this collection, and whether there may be more.
    fn generated(&self, block: &Block, collection: &Value, scope: Scope<'_>) -> (Vec<Value>, Option<Why>) {
        let Some(dynamic) = &block.dynamic else { return (Vec::new(), None) };
        let iteration = self.iterate(collection);
        let mut rest = iteration.rest;
        if collection.assumed {
            rest.get_or_insert_with(|| Why::new(Reason::OverridableDefault, collection.span));
            // Whoever deploys may take these away again.
            return (Vec::new(), rest);
        }
        let items = iteration.items.into_iter().map(|(key, value)| {
            let entry = |name: &str, value: Value| Entry::new(name.into(), block.span, value);
            // A set's items are their own keys.
            let key = if iteration.is_map || key.as_str().is_some() { key } else { value.clone() };
            let item = Map::new(vec![entry("key", key), entry("value", value)], None);
            let value = Value::new(Kind::Map(item), block.span);
            let frame = Frame { outer: scope.frame, name: Some(&dynamic.iterator), value };
            self.block(block, Scope { frame: Some(&frame), ..scope })
        });
        (items.collect(), rest)
    }

    fn block(&self, block: &Block, scope: Scope<'_>) -> Value {
        let entries = member_names(&block.body).into_iter().filter_map(|(name, key_span)| {
            let value = self.member(&block.body, name, scope)?;
            Some(Entry::new(name.clone(), key_span, value))
        });
        Value::new(Kind::Map(Map::new(entries.collect(), None)), block.span)
    }
}

fn member_names(body: &Body) -> Vec<(&Name, crate::source::Span)> {
    let mut names: Vec<(&Name, crate::source::Span)> = body.attrs.iter().map(|attr| (&attr.name, attr.span)).collect();
    for block in &body.blocks {
        if !names.iter().any(|(name, _)| **name == block.name) {
            names.push((&block.name, block.span));
        }
    }
    names
}
