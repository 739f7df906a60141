//! What opens the closed world: ways by which an identity may be granted something that cannot be seen here.

use super::{Graph, Output, Principal, Resource, ResourceId};
use crate::ir::{Mode, Name, Source};
use crate::resolve::eval::Instance;
use crate::resolve::value::{Kind, Reason, Value, Why};
use crate::source::Span;

/// A call of a module whose source is not here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpaqueCall {
    /// Its address: `module.x`.
    pub address: Name,
    /// Where the module comes from.
    pub source: Name,
    /// Why it is not here.
    pub reason: &'static str,
    /// Where the source is written.
    pub span: Span,
}

/// Why a missing grant is not proof.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The reason.
    pub reason: String,
    /// Where it stands.
    pub span: Span,
}

/// Resource types that deploy templates, whose grants cannot be seen.
const TEMPLATES: [&str; 5] = [
    "azurerm_template_deployment",
    "azurerm_resource_group_template_deployment",
    "azurerm_subscription_template_deployment",
    "azurerm_management_group_template_deployment",
    "azurerm_tenant_template_deployment",
];

pub(super) fn read(graph: &mut Graph<'_>) {
    for id in graph.instances.clone() {
        let Some(instance) = graph.deployment.instance(id) else { continue };
        outputs(graph, &instance);
        opaque_calls(graph, &instance);
        stand_ins(graph, &instance);
    }
    let mut openings: Vec<(ResourceId, Opening)> = Vec::new();
    for output in graph.outputs.iter().filter(|output| output.root) {
        for id in exposed(graph, &output.value, false) {
            let reason = format!(
                "its principal leaves this deployment by `{}`, so it may be granted more elsewhere",
                output.address
            );
            openings.push((id, Opening { reason, span: output.value.span }));
        }
    }
    for resource in graph.resources().filter(|resource| resource.mode == Mode::Managed) {
        match &*resource.kind {
            "azuread_group_member" => {
                let member =
                    resource.argument("member_object_id").map(|value| graph.principals(value)).unwrap_or_default();
                for principal in member.into_iter().flatten() {
                    if let Principal::System(id) | Principal::User(id) = principal {
                        let reason = format!("`{}` puts it into a group, which may be granted more", resource.address);
                        openings.push((id, Opening { reason, span: resource.span }));
                    }
                }
            }
            "azuread_group" => {
                if let Some(value) = resource.argument("members") {
                    for id in exposed(graph, value, true) {
                        let reason =
                            format!("`{}` counts it among its members, and may be granted more", resource.address);
                        openings.push((id, Opening { reason, span: value.span }));
                    }
                }
            }
            _ => {
                for id in handed_over(graph, resource) {
                    let reason = format!("`{}` is given it, and may be granted more", resource.address);
                    openings.push((id, Opening { reason, span: resource.span }));
                }
            }
        }
    }
    for resource in graph.resources() {
        let looked_up = resource.mode == Mode::Data && !graph.aliases.contains_key(&resource.id);
        if looked_up && resource.is_arm(super::arm::USER_ASSIGNED_IDENTITY) {
            let reason = format!("`{}` is only looked up, and may be granted more where it is made", resource.address);
            openings.push((resource.id, Opening { reason, span: resource.span }));
        }
    }
    let everything = graph.resources().find_map(|resource| opens_everything(graph, resource));
    graph.everything_open = everything;
    for (id, opening) in openings {
        graph.openings.entry(id).or_insert(opening);
    }
}

fn outputs(graph: &mut Graph<'_>, instance: &Instance) {
    let Some(module) = graph.deployment.module(instance.id) else { return };
    let prefix = if instance.path.is_empty() { String::new() } else { format!("{}.", instance.path) };
    let stands_in = module.stands_in.is_some();
    for output in &module.outputs {
        if let Some(value) = graph.deployment.output(instance.id, &output.name) {
            let address = format!("{prefix}output.{}", output.name).into();
            let root = instance.parent.is_none();
            graph.outputs.push(Output {
                address,
                name: output.name.clone(),
                value,
                written: output.value.span,
                root,
                of_template: module.as_a_whole && !stands_in,
                secure: output.secure,
                keeping: output.keeping,
            });
        }
    }
}

/// What is handed to a module that is not here may be granted anything there.
fn opaque_calls(graph: &mut Graph<'_>, instance: &Instance) {
    let Some(module) = graph.deployment.module(instance.id) else { return };
    let prefix = if instance.path.is_empty() { String::new() } else { format!("{}.", instance.path) };
    for (at, call) in module.calls.iter().enumerate() {
        if graph.deployment.call_instances(instance.id, at).is_some() {
            continue;
        }
        let (source, reason) = match &call.source {
            Source::Local(path) if graph.deployment.program().link(instance.module, at).is_some() => {
                (path.clone(), "it calls itself, or calls are nested too deeply or too many")
            }
            Source::Local(path) => (path.clone(), "there is no such module on disk"),
            Source::Remote(path) if ["br:", "br/", "ts:", "ts/"].iter().any(|scheme| path.starts_with(scheme)) => {
                (path.clone(), "it is not in Bicep's cache; `bicep restore` would put it there")
            }
            Source::Remote(path) if &**path == "a linked template" => {
                (path.clone(), "its address is known only while deploying, or on the network")
            }
            Source::Inline(path) | Source::Remote(path) => {
                (path.clone(), "it is not on disk; `terraform init` would put it there")
            }
            Source::Unknown => ("".into(), "its source is not written as a literal"),
        };
        let address: Name = format!("{prefix}module.{}", call.name).into();
        graph.opaque.push(super::OpaqueCall { address: address.clone(), source, reason, span: call.source_span });
        for value in graph.deployment.arguments(instance.id, at) {
            let is_linked = matches!(&call.source, Source::Remote(path) if &**path == "a linked template");
            name_sites(graph, &value, &address, is_linked);
            for id in exposed(graph, &value, true) {
                let reason = format!("`{address}`, which is not here, is given it and may grant it more");
                graph.openings.entry(id).or_insert(Opening { reason, span: value.span });
            }
        }
    }
}

/// What is given the name or id of a site may configure it further. A linked template is written for the deployment
/// that links it: what is not known there may be such a name too.
fn name_sites(graph: &mut Graph<'_>, value: &Value, address: &str, is_linked: bool) {
    let mut named: Vec<ResourceId> = Vec::new();
    value.walk(&mut |value| {
        named.extend(graph.named_by(value));
        if let Some(text) = value.as_str().filter(|text| !text.is_empty()) {
            let sites = graph.sites.iter().filter(|site| !site.is_slot).map(|site| site.resource);
            named.extend(sites.filter(|id| text.eq_ignore_ascii_case(&graph.title(*id))));
        }
    });
    for site in &mut graph.sites {
        if named.contains(&site.resource) || is_linked && matches!(value.kind, Kind::Unknown(_)) {
            let reason = Reason::Runtime(format!("what `{address}` does with the site").into());
            site.sticky.more.get_or_insert_with(|| Why::new(reason, value.span));
        }
    }
}

/// A module that is known by its interface may grant its own identities more, and those that it is given in other ways
/// than the interface is known for.
fn stand_ins(graph: &mut Graph<'_>, instance: &Instance) {
    let Some(stand_in) = graph.deployment.module(instance.id).and_then(|module| module.stands_in) else { return };
    let Some((caller, at)) = instance.parent else { return };
    let Some(call) = graph.deployment.module(caller).and_then(|module| module.calls.get(at)) else { return };
    let (address, span) = (instance.path.clone(), call.span);
    if stand_in.grants_itself {
        let own: Vec<ResourceId> = graph
            .resources()
            .filter(|resource| graph.deployment.node(resource.id).is_some_and(|node| node.instance == instance.id))
            .map(|resource| resource.id)
            .collect();
        for id in own {
            let reason = format!("`{address}`, whose source is not here, may grant its own identities something");
            graph.openings.entry(id).or_insert(Opening { reason, span });
        }
    }
    let module = graph.deployment.module(instance.id);
    let unknown: Vec<bool> =
        call.args.iter().map(|arg| module.is_some_and(|module| module.param(&arg.name).is_none())).collect();
    let values = graph.deployment.arguments(caller, at);
    for (value, _) in values.iter().zip(unknown).filter(|(_, unknown)| *unknown) {
        for id in exposed(graph, value, true) {
            let reason = format!("`{address}`, which is not here, is given it and may grant it more");
            graph.openings.entry(id).or_insert(Opening { reason, span: value.span });
        }
    }
}

/// The identities that a value hands over: by principal id, or as a whole. With `loosely`, by any of their ids.
pub(super) fn exposed(graph: &Graph<'_>, value: &Value, loosely: bool) -> Vec<ResourceId> {
    let mut found = Vec::new();
    value.walk(&mut |value| {
        if value.why().is_some_and(|why| matches!(why.reason, Reason::Reference)) {
            found
                .extend(graph.resources().filter(|resource| may_be_meant(graph, resource)).map(|resource| resource.id));
        }
        let Some((reference, resource)) = graph.reference_of(value) else { return };
        let path = reference.dotted();
        let is_user = resource.is_arm(super::arm::USER_ASSIGNED_IDENTITY);
        let hands_over = match super::azapi::path(&path) {
            "" | "output" | "identity" | "identity.principal_id" | "principal_id" => true,
            "properties" | "identity.principalId" | "properties.principalId" => true,
            "id" | "client_id" | "name" | "properties.clientId" => loosely && is_user,
            _ => false,
        };
        if hands_over && (is_user || resource.facts.is_some_and(|facts| facts.identity.is_some())) {
            found.push(resource.id);
        }
    });
    found
}

/// The identities that become members of a group, or whose principal ids a script gets.
fn handed_over(graph: &Graph<'_>, resource: &Resource) -> Vec<ResourceId> {
    let argument = match &*resource.kind.to_ascii_lowercase() {
        "microsoft.graph/groups" => "members",
        "microsoft.resources/deploymentscripts" => "properties",
        _ => return Vec::new(),
    };
    resource.argument(argument).map(|value| exposed(graph, value, false)).unwrap_or_default()
}

/// Whether a reference by a name may mean this resource, whose own name is not known.
fn may_be_meant(graph: &Graph<'_>, resource: &Resource) -> bool {
    let has_identity = resource.facts.is_some_and(|facts| facts.identity.is_some())
        || resource.is_arm(super::arm::USER_ASSIGNED_IDENTITY);
    has_identity && resource.argument("name").is_none_or(|name| graph.known(name).as_str().is_none())
}

fn opens_everything(graph: &Graph<'_>, resource: &Resource) -> Option<Opening> {
    let opening = |what: &str| {
        let reason = format!("`{}` {what}", resource.address);
        Some(Opening { reason, span: resource.span })
    };
    let is_template = TEMPLATES.contains(&&*resource.kind) || resource.is_arm("Microsoft.Resources/deployments");
    if is_template && resource.mode == Mode::Managed {
        return opening("deploys a template, which may grant anything");
    }
    if resource.kind.starts_with("azapi_") && resource.mode == Mode::Managed {
        let kind = resource.argument("type").map(|value| graph.known(value));
        let kind = kind.as_ref().and_then(Value::as_str).unwrap_or("").to_ascii_lowercase();
        if kind.is_empty() || kind.contains("roleassignment") || kind.contains("accesspolicies") {
            return opening("may grant anything through the ARM API");
        }
    }
    let mut runs = false;
    for entry in resource.body.entries.iter().filter(|entry| &*entry.key == "provisioner") {
        entry.value.walk(&mut |value| {
            let text = value.text_parts().unwrap_or_default();
            runs |= text.iter().any(|part| match part {
                crate::resolve::value::TextPart::Text(text) => {
                    text.contains("role assignment") || text.contains("set-policy") || text.contains("RoleAssignment")
                }
                crate::resolve::value::TextPart::Hole(_) => false,
            });
        });
    }
    if runs { opening("runs a command that grants roles") } else { None }
}

impl Graph<'_> {
    /// Whether a user-assigned identity is given to a module that is not here, which may attach it to anything, or may be
    /// attached to something of which nobody knows what it is.
    #[must_use]
    pub fn is_handed_on(&self, identity: ResourceId) -> bool {
        self.openings.contains_key(&identity) || self.resources().any(Resource::may_be_anything)
    }

    /// Why a missing grant to this principal is not proof.
    #[must_use]
    pub fn opening(&self, principal: &Principal) -> Option<&Opening> {
        let own = match principal {
            Principal::System(id) | Principal::User(id) => self.openings.get(id),
            _ => None,
        };
        own.or(self.everything_open.as_ref())
    }
}
