//! Look-ups that are put off until the run because of a `depends_on`, and assignments that are made with what they find:
//! whenever something is to change there, Terraform plans the assignment anew
//! (github.com/hashicorp/terraform-provider-azurerm/issues/13152).

use super::edits::Language;
use super::{Graph, Mode, ResourceId};
use crate::finding::Edit;
use crate::ir::{Expr, ExprKind, Module, Name};
use crate::resolve::value::{InstanceId, Kind, NodeId, TextPart, Truth, Value};
use crate::source::Span;

/// Resources that are replaced when one of these arguments changes.
const REPLACED: [(&str, &[&str]); 2] = [
    ("azurerm_role_assignment", &["principal_id", "scope", "role_definition_id"]),
    ("azurerm_key_vault_access_policy", &["object_id", "key_vault_id"]),
];

/// Resources that change only with their triggers.
const TRIGGERED: [(&str, &str); 3] =
    [("time_sleep", "triggers"), ("null_resource", "triggers"), ("terraform_data", "triggers_replace")];

/// An argument that is read late.
#[derive(Debug)]
pub struct DeferredRead {
    /// The assignment.
    pub by: ResourceId,
    /// The argument.
    pub argument: &'static str,
    /// The attribute of the look-up that is in it.
    pub value: Value,
    /// The look-up.
    pub look_up: ResourceId,
    /// What it waits for.
    pub delay: Delay,
    /// Whether it looks up the very resource that it waits for.
    pub itself: bool,
    /// What takes the value without the delay.
    pub edit: Option<Edit>,
}

/// What a look-up waits for.
#[derive(Debug, Clone)]
pub struct Delay {
    /// The resource or module, as it is written.
    pub name: String,
    /// The entry of `depends_on`.
    pub entry: Span,
    /// Whether it is there to wait for.
    pub presence: Truth,
    /// The resource, if it is one.
    resource: Option<NodeId>,
}

impl Graph<'_> {
    /// Every assignment that takes something from a look-up that is put off.
    #[must_use]
    pub fn deferred_reads(&self) -> Vec<DeferredRead> {
        let mut found = Vec::new();
        for resource in self.resources().filter(|resource| resource.mode == Mode::Managed) {
            let Some((_, arguments)) = REPLACED.iter().find(|(kind, _)| *resource.kind == **kind) else { continue };
            for argument in *arguments {
                let read = resource.argument(argument).and_then(|value| self.put_off(value));
                if let Some((value, look_up, delay)) = read
                    && !self.leaves_alone(resource.id, argument)
                {
                    let itself = delay.resource.is_some_and(|node| self.is_looked_up(look_up, node));
                    let edit = self.undelayed(&value, look_up, &delay, itself);
                    found.push(DeferredRead { by: resource.id, argument, value, look_up, delay, itself, edit });
                }
            }
        }
        found
    }

    /// The attribute of a look-up that is put off, if every alternative of a value has one in it.
    fn put_off(&self, value: &Value) -> Option<(Value, ResourceId, Delay)> {
        let each: Option<Vec<_>> = value.alternatives().iter().map(|one| self.one_put_off(one)).collect();
        each?.into_iter().next()
    }

    fn one_put_off(&self, value: &Value) -> Option<(Value, ResourceId, Delay)> {
        match &value.kind {
            Kind::Ref(reference) => {
                let node = reference.start().filter(|_| !reference.many)?;
                // What the look-up itself is told is known without it.
                if reference.path.is_empty() || self.deployment.configured(reference).is_some() {
                    return None;
                }
                self.resource(node).filter(|resource| resource.mode == Mode::Data)?;
                Some((value.clone(), node, self.delay(node)?))
            }
            Kind::Text(_) => value.text_parts()?.iter().find_map(|part| match part {
                TextPart::Hole(hole) => self.put_off(hole),
                TextPart::Text(_) => None,
            }),
            _ => None,
        }
    }

    /// What delays a look-up: its own `depends_on`, or that of a call around it.
    fn delay(&self, look_up: NodeId) -> Option<Delay> {
        let (node, declared) = (self.deployment.node(look_up)?, self.deployment.resource(look_up)?);
        if declared.kind.contains('/') {
            return None;
        }
        let module = self.deployment.module(node.instance)?;
        if let Some(delay) = declared.depends_on.iter().find_map(|entry| self.delays(node.instance, module, entry)) {
            return Some(delay);
        }
        let mut current = self.deployment.instance(node.instance)?;
        while let Some((caller, call)) = current.parent {
            let module = self.deployment.module(caller)?;
            let waits = module.calls.get(call).map(|call| call.depends_on.as_slice()).unwrap_or_default();
            if let Some(delay) = waits.iter().find_map(|entry| self.delays(caller, module, entry)) {
                return Some(delay);
            }
            current = self.deployment.instance(caller)?;
        }
        None
    }

    fn delays(&self, instance: InstanceId, module: &Module, entry: &Expr) -> Option<Delay> {
        let mut start = entry;
        while let ExprKind::Get(base, ..) | ExprKind::Index(base, _) = &start.kind {
            start = base;
        }
        match &start.kind {
            ExprKind::Resource(Mode::Managed, kind, name) => {
                let at = module.resource(Mode::Managed, kind, name)?;
                let (presence, resource) = self.changes(instance, at)?;
                let name = format!("{kind}.{name}");
                Some(Delay { name, entry: entry.span, presence, resource: Some(resource) })
            }
            ExprKind::Module(name) => {
                let presence = self.module_changes(instance, module, name, 0)?;
                Some(Delay { name: format!("module.{name}"), entry: entry.span, presence, resource: None })
            }
            _ => None,
        }
    }

    /// Whether a managed resource is there and may change.
    fn changes(&self, instance: InstanceId, at: usize) -> Option<(Truth, NodeId)> {
        let all = self.deployment.resource_instances(instance, at);
        let first = *all.all().next()?;
        let presence = all.all().filter_map(|node| self.deployment.node(*node)).map(|node| node.presence);
        let presence = presence.fold(Truth::No, Truth::or);
        let declared = self.deployment.resource(first)?;
        let triggers = TRIGGERED.iter().find(|(kind, _)| *declared.kind == **kind);
        let is_still = triggers.is_some_and(|(_, argument)| declared.body.attr(argument).is_none());
        (presence != Truth::No && declared.mode == Mode::Managed && !is_still).then_some((presence, first))
    }

    /// Whether a called module makes something that may change.
    fn module_changes(&self, caller: InstanceId, module: &Module, name: &Name, depth: u32) -> Option<Truth> {
        let children = self.deployment.call_instances(caller, module.call(name)?).filter(|_| depth < 24)?;
        let mut found = Truth::No;
        for child in children.all() {
            let Some(module) = self.deployment.module(*child).filter(|module| module.stands_in.is_none()) else {
                continue;
            };
            let own = (0..module.resources.len()).filter_map(|at| self.changes(*child, at)).map(|(truth, _)| truth);
            let inner =
                module.calls.iter().filter_map(|call| self.module_changes(*child, module, &call.name, depth + 1));
            found = own.chain(inner).fold(found, Truth::or);
        }
        (found != Truth::No).then_some(found)
    }

    /// Whether a look-up is of a resource that is made here: one of its type and name.
    fn is_looked_up(&self, look_up: ResourceId, made: NodeId) -> bool {
        let (Some(look_up), Some(made)) = (self.resource(look_up), self.resource(made)) else { return false };
        let names = look_up.argument("name").zip(made.argument("name"));
        let is_same = |(a, b): (&Value, &Value)| self.named_by(a) == Some(made.id) || self.equal(a, b) == Truth::Yes;
        look_up.kind == made.kind && names.is_some_and(is_same)
    }

    /// What reads the attribute of the resource itself, or takes the whole `depends_on` away.
    fn undelayed(&self, value: &Value, look_up: ResourceId, delay: &Delay, itself: bool) -> Option<Edit> {
        if self.language(value.span) != Some(Language::Hcl) {
            return None;
        }
        let (start, end) = (value.span.start as usize, value.span.end as usize);
        let old = self.called_in_module(look_up);
        if itself {
            let is_there = self.sources.slice(value.span).starts_with(&old);
            let span = Span::new(value.span.source, start, (start + old.len()).min(end));
            return is_there.then(|| Edit { span, text: delay.name.clone() });
        }
        let declared = self.deployment.resource(look_up)?;
        let [only] = declared.depends_on.as_slice() else { return None };
        let at = only.span;
        let list = Span::new(at.source, (at.start as usize).checked_sub(1)?, at.end as usize + 1);
        let text = self.sources.slice(list);
        let lines = self.lines_of(list).filter(|_| text.starts_with('[') && text.ends_with(']'))?;
        Some(Edit { span: lines, text: String::new() })
    }
}
