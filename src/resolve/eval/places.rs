//! Where a module deploys to: the subscription and the resource group that a call of it names.

use super::{Deployment, Instance, expr};
use crate::ir::{Call, Expr};
use crate::resolve::value::{InstanceId, Kind, Ref, Seg, Value};

const GROUP: &str = "Microsoft.Resources/resourceGroups";

impl Deployment<'_> {
    /// The id of the subscription that a module instance deploys to, where a call names one.
    pub(in crate::resolve) fn subscription_of(&self, instance: InstanceId) -> Option<Value> {
        self.of_call(instance, |call| Some(call.subscription.as_ref())).map(|(_, value)| value)
    }

    /// The resource group that a module instance deploys to, where a call names one: a reference to its id if this code
    /// declares it, else its name.
    pub(crate) fn group_of(&self, instance: InstanceId) -> Option<Value> {
        // What deploys to another subscription is in none of the groups around it, nor in one of the same name here.
        let (caller, group) = self.of_call(instance, |call| match &call.subscription {
            Some(_) => None,
            None => Some(call.group.as_ref()),
        })?;
        let node = match &group.kind {
            Kind::Ref(reference) => reference.start().filter(|id| {
                let is_group = |kind: &str| kind.eq_ignore_ascii_case(GROUP);
                self.resource(*id).is_some_and(|resource| is_group(&resource.kind))
            }),
            _ => self.declared(caller, GROUP, std::slice::from_ref(&group)),
        };
        Some(match node {
            Some(node) => {
                let id = Ref::node(node).then(Seg::Name("id".into(), group.span));
                Value { kind: Kind::Ref(id), ..group }
            }
            None => group,
        })
    }

    /// What the nearest call says that says anything, and who calls; a call for which there is nothing to ask ends the
    /// search.
    fn of_call(
        &self,
        instance: InstanceId,
        ask: impl Fn(&Call) -> Option<Option<&Expr>>,
    ) -> Option<(InstanceId, Value)> {
        let mut current: std::rc::Rc<Instance> = self.instance(instance)?;
        while let Some((parent, call)) = current.parent {
            let call = self.module(parent)?.calls.get(call)?;
            if let Some(expr) = ask(call)? {
                let scope = expr::Scope { instance: parent, each: &current.each, frame: None };
                return Some((parent, self.eval(expr, scope)));
            }
            current = self.instance(parent)?;
        }
        None
    }
}
