//! What stands at a place of the code: a declaration, or a reference that leads to one.

mod spans;

use super::meaning::{Meaning, meaning};
use super::{Declared, Graph, Holder, Ids, Mode, Principal, Resource, ResourceId};
use crate::ir::{Expr, ExprKind, Module, Name};
use crate::resolve::eval::Instance;
use crate::resolve::value::{InstanceId, Kind, Truth, Value};
use crate::source::{SourceId, Span};

/// So many things at one place are told apart: a loop may run over any number.
const MAX_SIGHTS: usize = 32;

/// Something that stands somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// An identity, a group, a person, whoever deploys.
    Principal(Principal),
    /// Any other resource.
    Resource(ResourceId),
    /// A grant, by its place among the grants.
    Grant(usize),
    /// A federated credential, by its place among them.
    Federation(usize),
    /// A need, by its place among the uses.
    Use(usize),
}

/// A thing where it is seen.
#[derive(Debug, Clone)]
pub struct Sight {
    /// What it is.
    pub thing: Thing,
    /// The text that means it.
    pub span: Span,
    /// Whether this is its own declaration, not a reference to it.
    pub declared: bool,
    /// The module instance in which it is seen; empty for the root.
    pub path: Name,
}

/// Where one looks.
#[derive(Clone, Copy)]
struct Spot {
    source: SourceId,
    offset: u32,
}

impl Graph<'_> {
    /// What stands at a byte offset of a file: one sight for each instance, equal things once.
    #[must_use]
    pub fn at(&self, source: SourceId, offset: u32) -> Vec<Sight> {
        let spot = Spot { source, offset };
        let mut found: Vec<Sight> = Vec::new();
        for instance in self.deployment.instances() {
            let module = self.deployment.module(instance.id);
            let Some(module) = module.filter(|module| module.files().any(|file| file == source)) else { continue };
            for sight in self.in_instance(&instance, module, spot) {
                let is_known = |other: &Sight| other.thing == sight.thing && other.span == sight.span;
                if found.len() < MAX_SIGHTS && !found.iter().any(is_known) {
                    found.push(sight);
                }
            }
        }
        found
    }

    fn in_instance(&self, instance: &Instance, module: &Module, spot: Spot) -> Vec<Sight> {
        let sight =
            |(thing, span): (Thing, Span), declared| Sight { thing, span, declared, path: instance.path.clone() };
        let Some(at) = spans::resource_at(module, spot) else {
            let found = self.outside(instance.id, module, spot);
            return found.into_iter().map(|one| sight(one, false)).collect();
        };
        let Some(declared) = module.resources.get(at) else { return Vec::new() };
        let nodes: Vec<ResourceId> = self.deployment.resource_instances(instance.id, at).all().copied().collect();
        let nodes: Vec<&Resource> = nodes.into_iter().take(MAX_SIGHTS).filter_map(|id| self.resource(id)).collect();
        let exprs = spans::exprs_at(&spans::exprs_of(declared), spot);
        for expr in exprs {
            let led = nodes.iter().flat_map(|node| self.led_to(&self.deployment.value_at(node.id, expr)));
            let led: Vec<Thing> = led.collect();
            if !led.is_empty() {
                return led.into_iter().map(|thing| sight((thing, expr.span), false)).collect();
            }
        }
        let written: Vec<(Thing, Span)> = nodes.iter().flat_map(|node| self.by_value(node.id, spot)).collect();
        if !written.is_empty() {
            return written.into_iter().map(|one| sight(one, false)).collect();
        }
        let near = spans::is_near(declared, spot);
        let blocks = spans::blocks_at(declared, spot);
        let own = nodes.iter().filter_map(|node| self.declared_thing(node, spot, near, &blocks));
        own.map(|one| sight(one, true)).collect()
    }

    /// References in calls, outputs and locals, and the names of these.
    fn outside(&self, instance: InstanceId, module: &Module, spot: Spot) -> Vec<(Thing, Span)> {
        let exprs: Vec<&Expr> = module.exprs_outside_resources();
        for expr in spans::exprs_at(&exprs, spot) {
            let led = self.led_to(&self.deployment.value_in(instance, expr));
            if !led.is_empty() {
                return led.into_iter().map(|thing| (thing, expr.span)).collect();
            }
        }
        let named = |span: Span, value: Value| {
            let led = if spot.is_in(span) { self.led_to(&value) } else { Vec::new() };
            led.into_iter().map(move |thing| (thing, span)).collect::<Vec<_>>()
        };
        let arguments = module.calls.iter().flat_map(|call| &call.args).map(|arg| (arg.span, &arg.value));
        let outputs = module.outputs.iter().map(|output| (output.span, &output.value));
        let locals = module.locals.iter().map(|local| (local.span, &local.value));
        for (span, expr) in arguments.chain(outputs).chain(locals).filter(|(span, _)| spot.is_in(*span)) {
            let found = named(span, self.deployment.value_in(instance, expr));
            if !found.is_empty() {
                return found;
            }
        }
        let param = module.params.iter().find(|param| spot.is_in(param.span));
        param.map_or_else(Vec::new, |param| {
            let expr = Expr { span: param.span, kind: ExprKind::Param(param.name.clone()) };
            named(param.span, self.deployment.value_in(instance, &expr))
        })
    }

    /// What a value leads to: nothing for what is no reference.
    #[must_use]
    pub fn led_to(&self, value: &Value) -> Vec<Thing> {
        let mut found = Vec::new();
        self.lead(value, 0, &mut found);
        found
    }

    fn lead(&self, value: &Value, depth: u32, found: &mut Vec<Thing>) {
        if depth > 4 || found.len() >= MAX_SIGHTS {
            return;
        }
        match &value.kind {
            Kind::OneOf(values) => values.iter().for_each(|one| self.lead(one, depth + 1, found)),
            Kind::List(list) => list.items.iter().for_each(|one| self.lead(one, depth + 1, found)),
            Kind::Ref(_) => {
                if let Some(thing) = self.thing(value)
                    && !found.contains(&thing)
                {
                    found.push(thing);
                }
            }
            _ => {}
        }
    }

    /// The thing that a reference means.
    fn thing(&self, value: &Value) -> Option<Thing> {
        let (reference, resource) = self.reference_of(value)?;
        let path = reference.dotted();
        let id = resource.id;
        let is_identity = resource.is_arm(super::arm::USER_ASSIGNED_IDENTITY);
        match meaning(resource, &path) {
            Some(Meaning::SystemPrincipal) => return Some(Thing::Principal(Principal::System(id))),
            Some(Meaning::OtherPrincipal) => return Some(Thing::Principal(Principal::Other(id))),
            Some(Meaning::Deployer) => return Some(Thing::Principal(Principal::Deployer(id))),
            _ if is_identity => return Some(Thing::Principal(Principal::User(id))),
            _ => {}
        }
        let first = super::azapi::path(&path).split('.').next().unwrap_or("").to_owned();
        if first == "identity" && self.host(id).is_some() {
            return Some(Thing::Principal(Principal::System(id)));
        }
        // An argument that was given something else.
        let names_it = matches!(&*first, "" | "id" | "name" | "resource_id");
        if !names_it && let Some(next) = self.deployment.configured(reference) {
            let mut found = Vec::new();
            self.lead(&next, 3, &mut found);
            if let Some(found) = found.into_iter().next() {
                return Some(found);
            }
        }
        Some(self.thing_of(resource))
    }

    /// What a resource is, by its declaration.
    #[must_use]
    pub fn thing_of(&self, resource: &Resource) -> Thing {
        let id = resource.id;
        let principal = match &*resource.kind {
            "azuread_service_principal" => Some(Principal::ServicePrincipal(id)),
            "azuread_group" => Some(Principal::Group(id)),
            "azuread_user" => Some(Principal::Person(id)),
            _ if resource.is("Microsoft.Graph/servicePrincipals") => Some(Principal::ServicePrincipal(id)),
            _ if resource.is("Microsoft.Graph/groups") => Some(Principal::Group(id)),
            _ if resource.is("Microsoft.Graph/users") => Some(Principal::Person(id)),
            _ if resource.is_arm(super::arm::USER_ASSIGNED_IDENTITY) => Some(Principal::User(id)),
            _ => None,
        };
        if let Some(principal) = principal {
            return Thing::Principal(principal);
        }
        if let Some(at) = self.grants.iter().position(|grant| grant.by == id && grant.span == resource.span) {
            return Thing::Grant(at);
        }
        if let Some(at) = self.federations.iter().position(|one| one.by == id) {
            return Thing::Federation(at);
        }
        Thing::Resource(id)
    }

    /// A need whose name or text stands there.
    fn by_value(&self, id: ResourceId, spot: Spot) -> Vec<(Thing, Span)> {
        let uses = self.uses.iter().enumerate().filter(|(_, one)| one.by == id);
        // Where name and value are entries of their own, both mean the setting.
        let entry = self.deployment.resource(id).and_then(|one| spans::entry_at(one, spot));
        let by_name = uses.filter_map(|(at, one)| {
            let is_entry = entry.is_some_and(|(_, value)| value == one.at);
            let named = entry.filter(|_| is_entry).map(|(entry, _)| entry);
            let span =
                [Some(one.at), Some(one.value.span), named].into_iter().flatten().find(|span| spot.is_in(*span))?;
            Some((Thing::Use(at), span))
        });
        let mut found: Vec<(Thing, Span)> = by_name.collect();
        if found.is_empty() {
            let settings = self.id_settings.iter().filter(|one| one.resource == id);
            let names = settings.map(|one| &one.value);
            let rights = self.grants.iter().filter(|one| one.by == id).map(|one| &one.principal);
            // What a loop or a generated block put there is not to be had from the expression alone.
            for value in names.chain(rights).filter(|value| spot.is_in(value.put_in_at())) {
                found.extend(self.led_to(value).into_iter().map(|thing| (thing, value.put_in_at())));
            }
        }
        found
    }

    /// What a declaration is at this place of it.
    fn declared_thing(&self, node: &Resource, spot: Spot, near: bool, blocks: &[Span]) -> Option<(Thing, Span)> {
        let own = self.grants.iter().enumerate().filter(|(_, grant)| grant.by == node.id && grant.span != node.span);
        let mut inside = own.filter(|(_, grant)| blocks.contains(&grant.span) || spot.is_in(grant.span));
        if let Some((at, grant)) = inside.next() {
            return Some((Thing::Grant(at), grant.span));
        }
        let thing = self.thing_of(node);
        let wherever = match &thing {
            Thing::Principal(Principal::User(_)) | Thing::Grant(_) | Thing::Federation(_) => true,
            _ => near,
        };
        wherever.then_some((thing, node.span))
    }

    /// Whether a grant is a resource of its own, not a part of one.
    #[must_use]
    pub fn is_resource_of_its_own(&self, grant: usize) -> bool {
        let grant = self.grants.get(grant);
        grant.is_some_and(|grant| self.resource(grant.by).is_some_and(|by| by.span == grant.span))
    }

    /// Where a thing is declared.
    #[must_use]
    pub fn declared_at(&self, thing: &Thing) -> Option<Span> {
        match thing {
            Thing::Principal(principal) => self.seen_at(principal.resource()?),
            Thing::Resource(id) => self.seen_at(*id),
            Thing::Grant(at) => self.grants.get(*at).map(|grant| grant.span),
            Thing::Federation(at) => self.resource(self.federations.get(*at)?.by).map(|resource| resource.span),
            Thing::Use(at) => self.uses.get(*at).map(|one| one.at),
        }
    }

    /// The header of a resource's declaration, or of the call of a module that nobody sees.
    #[must_use]
    pub fn seen_at(&self, id: ResourceId) -> Option<Span> {
        let header = self.resource(id)?.span;
        let call = || {
            let instance = self.deployment.node(id)?.instance;
            self.deployment.module(instance)?.stands_in?;
            let (caller, call) = self.deployment.instance(instance)?.parent?;
            Some(self.deployment.module(caller)?.calls.get(call)?.span)
        };
        Some(call().unwrap_or(header))
    }

    /// The address of a thing's declaration.
    #[must_use]
    pub fn address_of(&self, thing: &Thing) -> Name {
        let id = match thing {
            Thing::Principal(principal) => principal.resource(),
            Thing::Resource(id) => Some(*id),
            Thing::Grant(at) => self.grants.get(*at).map(|grant| grant.by),
            Thing::Federation(at) => self.federations.get(*at).map(|one| one.by),
            Thing::Use(at) => self.uses.get(*at).map(|one| one.consumer),
        };
        id.map(|id| self.address(id)).unwrap_or_default()
    }

    /// From where to where a resource is declared; none for one of a module that nobody sees.
    #[must_use]
    pub fn extent(&self, id: ResourceId) -> Option<Span> {
        Some(spans::extent(self.deployment.resource(id)?))
    }

    /// What the code calls the setting or argument that a need is written as.
    #[must_use]
    pub fn name_of_use(&self, one: &super::Use) -> Name {
        const LONGEST: usize = 120;
        let setting = self.site(one.consumer).and_then(|site| site.settings.iter().find(|own| own.span == one.at));
        if let Some(setting) = setting {
            return setting.name.clone();
        }
        let argument = self.deployment.resource(one.by).and_then(|by| spans::argument_of(&by.body, one.at));
        if let Some(argument) = argument {
            return argument;
        }
        let text = self.sources.slice(one.at).trim().trim_matches(['"', '\'']);
        let is_name = !text.is_empty() && text.len() <= LONGEST && !text.contains(['\n', '\r']);
        if is_name { text.into() } else { "a setting".into() }
    }

    /// The resources that a file declares, in its order, those that exist only.
    #[must_use]
    pub fn declared_in(&self, source: SourceId) -> Vec<&Resource> {
        let made = |one: &&Resource| one.span.source == source && one.presence != Truth::No;
        let mut found: Vec<&Resource> = self.resources().filter(made).collect();
        found.sort_by_key(|one| (one.span.start, one.id));
        found
    }

    /// The user-assigned identities that a host lists, each with where that is said. Whether it has them may hang on what is
    /// not known.
    #[must_use]
    pub fn identities_listed_by(&self, host: ResourceId) -> Vec<(ResourceId, Span)> {
        let block = match self.host(host).map(|host| &host.declared) {
            Some(Declared::Block(block)) => block,
            Some(Declared::Perhaps(block)) => &**block,
            _ => return Vec::new(),
        };
        let Ids::Listed { items, .. } = &block.ids else { return Vec::new() };
        let mut found: Vec<(ResourceId, Span)> = Vec::new();
        for item in items.iter().flat_map(Value::alternatives) {
            if let Some(id) = self.identity_of(item)
                && !found.iter().any(|(known, _)| *known == id)
            {
                found.push((id, item.put_in_at()));
            }
        }
        found
    }

    /// The identity or the service principal as whom others act by a federated credential.
    #[must_use]
    pub fn principal_of(&self, holder: Holder) -> Option<Principal> {
        match holder {
            Holder::Identity(id) => Some(Principal::User(id)),
            Holder::Application(id) => {
                let principals = self.resources().filter(|one| one.mode != Mode::Data);
                let mut own = principals.filter(|one| self.application_of(one.id) == Some(id));
                own.next().map(|one| Principal::ServicePrincipal(one.id))
            }
        }
    }
}

impl Spot {
    /// Whether a span holds it; its end counts, for a cursor stands behind what it belongs to.
    fn is_in(self, span: Span) -> bool {
        span.source == self.source && span.start <= self.offset && self.offset <= span.end && span.start < span.end
    }
}
