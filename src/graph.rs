//! Who is what, who may do what where, and who relies on it: the model that rules see.
//!
//! [`Graph::build`] reads every resource of a deployment once; `azurerm` knows how that provider writes things down,
//! everything else works on what it found.

mod access;
mod applications;
mod arm;
mod assignment_names;
mod assignments;
mod attachments;
mod awaited;
mod azapi;
mod azurerm;
mod conditions;
mod connections;
mod cosmos;
mod created;
mod credentials;
mod databases;
mod declarations;
mod deferred;
mod duplicates;
mod edits;
mod entra;
mod environments;
mod events;
mod exposed;
mod features;
mod federation;
mod grants;
mod history;
mod host_keys;
mod host_storage;
mod id_settings;
mod identity;
mod idle;
mod ids;
mod inputs;
mod integrations;
mod keys;
mod kubernetes;
mod limits;
mod literals;
mod meaning;
mod open_variables;
mod order;
mod parameters;
mod permissions;
mod places;
mod platforms;
mod policies;
mod principal_names;
mod principals;
mod properties;
mod provenance;
mod publishing;
mod readers;
mod references;
mod removed;
mod resource;
mod role_ids;
mod role_lookups;
mod scope;
mod scoped;
mod selections;
mod settings;
mod shared;
mod shown;
mod sightings;
mod sites;
mod standing;
mod unknown_keys;
mod unmanaged;
mod uses;
mod workflows;
mod world;

pub use access::{Access, Need};
pub use applications::{ApplicationPassword, PasswordHolder, SignInSecret};
pub use assignment_names::Naming;
pub use assignments::{LoneVersion, NamedScope};
pub use awaited::Unawaited;
pub use connections::{Connection, is_blank, is_filled};
pub use cosmos::CosmosRole;
pub use created::{Early, EarlyRead};
pub use credentials::{ProviderCredential, Takes};
pub use databases::PasswordAuth;
pub use declarations::Effect;
pub use deferred::{DeferredRead, Delay};
pub use duplicates::Duplicate;
pub use edits::Written;
pub use environments::{Environment, Runner, Variable};
pub use exposed::{Exposed, ExposedPlace};
pub use features::{Feature, HOST_STORAGE};
pub use federation::{Claim, Federation, Holder, Issuer, ParallelWrites, Switch, Tokens, Trusted, claims};
pub use grants::{AccessPolicy, Grant, Right, Role};
pub use history::{Leak, Recordable};
pub use host_storage::StorageKey;
pub use id_settings::IdSetting;
pub use identity::{Declared, Host, IdentityBlock, Ids};
pub use idle::{Idle, Member};
pub use ids::{IdArgument, IdKind};
pub use inputs::{Input, holds_text};
pub use integrations::IntegrationKey;
pub use keys::{AdminUser, Demand, KeyUse, KeysOff, LocalAuth, Needer, PullByPassword, StorageByKey};
use kubernetes::at;
pub use kubernetes::{Kubernetes, ServiceAccount, Workload};
pub use literals::{Literal, SecretArgument};
pub use open_variables::{OpenPlace, OpenVariable};
pub use parameters::SecureDefault;
pub use permissions::{Permissions, Plane, RoleDefinition};
pub use places::{Sight, Thing};
pub use platforms::Platform;
pub use principal_names::{NamePlace, PrincipalName, Spelled};
pub use principals::Principal;
pub use properties::Property;
pub use provenance::{KeySource, Secret, SecretKind};
pub use publishing::{Channel, Publishing};
pub use readers::holds_guid;
pub use references::{Reference, VaultReference};
pub use removed::{RemovedName, Version};
pub use resource::{Resource, map_or_none};
use resource::{flatten, last_segment};
pub use role_ids::NoRoleId;
pub use scoped::ScopedType;
pub use selections::{Chosen, Selection};
pub use settings::{KeySetting, Place};
pub use shared::Shared;
pub use sites::{ReferenceIdentity, Resolver, Setting, Site, Sticky};
pub use standing::Standing;
pub use unknown_keys::UnknownKeys;
pub use unmanaged::Unmanaged;
pub use uses::Use;
pub use workflows::{Ending, TokenJob};
pub use world::{OpaqueCall, Opening};

use std::collections::HashMap;

use crate::ir::Name;
pub use crate::ir::{Holds, Mode};
use crate::resolve::eval::Deployment;
use crate::resolve::value::{InstanceId, Kind, NodeId, Ref, Seg, Truth, Value, Why};
use crate::source::{Sources, Span};

/// Names one resource of the graph.
pub type ResourceId = NodeId;

/// A vault.
#[derive(Debug)]
pub struct Vault {
    /// The resource.
    pub resource: ResourceId,
    /// Whether roles count there; if not, access policies do.
    pub rbac: Truth,
    /// Where that is said, if it is.
    pub said: Option<Value>,
    /// Why it cannot be told, if it cannot.
    pub why: Option<Why>,
    /// Whether it cannot be left out, so that silence is an error already.
    pub must_say: bool,
}

/// An output of a module instance.
#[derive(Debug)]
pub struct Output {
    /// Its address: `output.x` or `module.web.output.x`.
    pub address: Name,
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: Value,
    /// What is written as its value.
    pub written: Span,
    /// Whether it leaves the deployment.
    pub root: bool,
    /// Whether a template declares it, so that the deployment's history records it whoever reads it.
    pub of_template: bool,
    /// Whether the language hides its value.
    pub secure: bool,
    /// How the language is told to.
    pub keeping: crate::ir::Keeping,
}

/// Identities, grants and uses of one deployment.
#[derive(Debug)]
pub struct Graph<'d> {
    deployment: &'d Deployment<'d>,
    sources: &'d Sources,
    /// Every instance of every module.
    instances: Vec<InstanceId>,
    resources: Vec<Option<Resource>>,
    /// Resources that can have an identity.
    pub hosts: Vec<Host>,
    /// Web, function and logic apps and their slots.
    pub sites: Vec<Site>,
    /// Vaults that are made here.
    pub vaults: Vec<Vault>,
    /// Role assignments and access policies.
    pub grants: Vec<Grant>,
    /// What consumers need of others.
    pub uses: Vec<Use>,
    /// Arguments that take an id of a certain kind.
    pub id_arguments: Vec<IdArgument>,
    /// Settings that take an id of a certain kind.
    pub id_settings: Vec<IdSetting>,
    /// What containers are given, by the resource that runs them.
    pub environments: std::collections::BTreeMap<ResourceId, Environment>,
    /// Where resources pick one of their identities.
    pub selections: Vec<Selection>,
    /// Federated credentials that are made.
    pub federations: Vec<Federation>,
    /// Outputs of all module instances.
    pub outputs: Vec<Output>,
    /// Calls of modules that are not here.
    pub opaque: Vec<OpaqueCall>,
    /// Arguments that hold a secret, with their values.
    pub secret_arguments: Vec<SecretArgument>,
    /// String literals of the modules that are looked at here first.
    pub literals: Vec<Literal>,
    /// Credentials in strings of the files that are looked at here first.
    pub sightings: Vec<&'d crate::ir::Sighting>,
    /// The possible major versions of azurerm.
    azurerm: crate::resolve::providers::Majors,
    /// Resources whose identity something else may change.
    touched: Vec<ResourceId>,
    /// Sites whose settings something else writes anew.
    resettled: Vec<ResourceId>,
    /// What other resources change of them.
    patches: Vec<properties::Patch>,
    openings: HashMap<ResourceId, Opening>,
    everything_open: Option<Opening>,
    /// Look-ups that find what is made here.
    aliases: HashMap<ResourceId, ResourceId>,
    /// What is made here, by its names.
    names: arm::Names,
    /// What was found out about what is made before what.
    order: order::Order,
    /// What of Kubernetes is here, once somebody asked.
    kubernetes: std::cell::OnceCell<Kubernetes>,
    /// The inputs of all modules, once somebody asked.
    inputs: std::cell::OnceCell<inputs::Inputs>,
    /// The arguments of modules that are not here, once somebody asked.
    handed_out: std::cell::OnceCell<Vec<Value>>,
    /// The resources that those modules are told of, once somebody asked.
    told_outside: std::cell::OnceCell<std::collections::HashSet<ResourceId>>,
    /// What whoever owns the code declares of it.
    declarations: declarations::Declarations<'d>,
}

impl<'d> Graph<'d> {
    /// The graph of a deployment. String literals are taken from `modules` only, so that a module of several
    /// deployments is looked through once.
    #[must_use]
    pub fn build(deployment: &'d Deployment<'d>, sources: &'d Sources, modules: &[crate::ir::ModuleId]) -> Self {
        let (instances, nodes) = deployment.expand();
        let mut resources: Vec<Option<Resource>> = Vec::new();
        for node in nodes {
            let at = node.0 as usize;
            if resources.len() <= at {
                resources.resize_with(at + 1, || None);
            }
            if let Some(slot) = resources.get_mut(at) {
                *slot = resource::read(deployment, node);
            }
        }
        let mut graph = Self {
            deployment,
            sources,
            instances,
            resources,
            hosts: Vec::new(),
            sites: Vec::new(),
            vaults: Vec::new(),
            grants: Vec::new(),
            uses: Vec::new(),
            id_arguments: Vec::new(),
            id_settings: Vec::new(),
            environments: std::collections::BTreeMap::new(),
            selections: Vec::new(),
            federations: Vec::new(),
            outputs: Vec::new(),
            opaque: Vec::new(),
            secret_arguments: Vec::new(),
            sightings: Vec::new(),
            literals: literals::literals(deployment.program(), deployment.root(), modules),
            azurerm: crate::resolve::providers::Majors::ANY,
            touched: Vec::new(),
            resettled: Vec::new(),
            patches: Vec::new(),
            openings: HashMap::new(),
            everything_open: None,
            aliases: HashMap::new(),
            names: arm::Names::default(),
            order: order::Order::default(),
            kubernetes: std::cell::OnceCell::new(),
            inputs: std::cell::OnceCell::new(),
            handed_out: std::cell::OnceCell::new(),
            told_outside: std::cell::OnceCell::new(),
            declarations: declarations::Declarations::default(),
        };
        arm::names(&mut graph);
        arm::aliases(&mut graph);
        azurerm::read(&mut graph);
        arm::read(&mut graph);
        graph.granted_elsewhere();
        graph.titles();
        graph.uses = uses::read(&graph);
        graph.selections = selections::read(&graph);
        graph.federations = federation::read(&graph);
        let environments = graph.resources().filter_map(|one| Some((one.id, environments::read(&graph, one)?)));
        graph.environments = environments.collect();
        graph.id_settings = id_settings::read(&graph);
        world::read(&mut graph);
        graph
    }

    /// Every instance of every module, callers before what they call.
    fn module_instances(&self) -> impl Iterator<Item = InstanceId> {
        self.instances.iter().copied()
    }

    /// The resource of that id.
    #[must_use]
    pub fn resource(&self, id: ResourceId) -> Option<&Resource> {
        self.resources.get(id.0 as usize)?.as_ref()
    }

    /// Every resource.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources.iter().flatten()
    }

    /// What people call a resource.
    #[must_use]
    pub fn title(&self, id: ResourceId) -> Name {
        self.resource(id).map(|resource| resource.title.clone()).unwrap_or_default()
    }

    /// The address of a resource.
    #[must_use]
    pub fn address(&self, id: ResourceId) -> Name {
        self.resource(id).map(|resource| resource.address.clone()).unwrap_or_default()
    }

    /// The value, or what the reference that it is is configured to be.
    #[must_use]
    pub fn known(&self, value: &Value) -> Value {
        self.deployment.known(value)
    }

    /// Whether two values are equal.
    #[must_use]
    pub fn equal(&self, left: &Value, right: &Value) -> Truth {
        self.deployment.equal(left, right)
    }

    /// The resource whose id or name this is: a reference to its `id`, to another attribute that names it, or to it.
    #[must_use]
    pub fn named_by(&self, value: &Value) -> Option<ResourceId> {
        let reference = value.as_ref().filter(|reference| !reference.many)?;
        let node = reference.start()?;
        let names = match reference.path.as_slice() {
            [] => true,
            [Seg::Name(name, _)] => matches!(&**name, "id" | "name" | "resource_id"),
            _ => false,
        };
        if names {
            return Some(self.aliases.get(&node).copied().unwrap_or(node));
        }
        // An argument that itself names another resource: `azurerm_key_vault_secret.x.key_vault_id`.
        let configured = self.deployment.configured(reference)?;
        self.named_by(&configured)
    }

    /// The resource of this tree that a scope is, or is part of.
    #[must_use]
    pub fn scoped_to(&self, scope: &Value) -> Option<ResourceId> {
        let mut targets = scope.alternatives().iter().map(|one| match &one.kind {
            Kind::Ref(_) => self.parent_or_self(self.named_by(one)?),
            Kind::Text(crate::resolve::value::Text::Parts(parts)) => match parts.first()? {
                crate::resolve::value::TextPart::Hole(first) => self.named_by(first),
                crate::resolve::value::TextPart::Text(_) => None,
            },
            _ => None,
        });
        let first = targets.next()??;
        targets.all(|target| target == Some(first)).then_some(first)
    }

    /// Whether a resource is a secret in a vault.
    #[must_use]
    pub fn is_vault_secret(&self, id: ResourceId) -> bool {
        self.resource(id).is_some_and(|resource| {
            &*resource.kind == "azurerm_key_vault_secret" || resource.is("Microsoft.KeyVault/vaults/secrets")
        })
    }

    /// The vault that a secret, key or certificate lies in, or the resource itself.
    fn parent_or_self(&self, id: ResourceId) -> Option<ResourceId> {
        let resource = self.resource(id)?;
        match resource.argument("key_vault_id") {
            Some(vault) if resource.facts.is_some_and(|facts| facts.arm.is_empty()) => self.named_by(vault),
            _ if VAULT_CONTENTS.iter().any(|kind| resource.is(kind)) => self.parent(resource, VAULT),
            _ => Some(id),
        }
    }

    /// The id of a resource as a value written at `span`.
    #[must_use]
    pub fn id_of(&self, id: ResourceId, span: Span) -> Value {
        own_id(id, span)
    }

    /// Whether a resource stands for any number of instances, none included.
    #[must_use]
    pub fn stands_for_any(&self, id: ResourceId) -> bool {
        self.resource(id).is_some_and(|resource| resource.any)
    }

    /// The vault of a resource, if it is one made here.
    #[must_use]
    pub fn vault(&self, id: ResourceId) -> Option<&Vault> {
        self.vaults.iter().find(|vault| vault.resource == id)
    }

    /// The site or slot of a resource.
    #[must_use]
    pub fn site(&self, id: ResourceId) -> Option<&Site> {
        self.sites.iter().find(|site| site.resource == id)
    }

    /// Whether something else than its declaration may change what a resource is.
    #[must_use]
    pub fn is_touched(&self, id: ResourceId) -> bool {
        self.touched.contains(&id)
    }

    /// Whether something else writes a site's settings anew, so that what it says of them need not stay.
    #[must_use]
    pub fn is_resettled(&self, id: ResourceId) -> bool {
        self.resettled.contains(&id) || self.touched.contains(&id)
    }

    /// Whether changes to an argument of a resource are left alone.
    #[must_use]
    pub fn leaves_alone(&self, id: ResourceId, argument: &str) -> bool {
        self.resource(id).is_some_and(|resource| identity::ignores(&resource.body, argument))
    }

    /// What a resource says of its identity.
    #[must_use]
    pub fn host(&self, id: ResourceId) -> Option<&Host> {
        self.hosts.iter().find(|host| host.resource == id)
    }

    /// Reads grants that are not Azure's: those of Cosmos DB accounts and of the directory.
    fn granted_elsewhere(&mut self) {
        let made = self.resources().filter(|resource| resource.mode == Mode::Managed);
        let ids: Vec<ResourceId> = made.map(|resource| resource.id).collect();
        for id in ids {
            cosmos::read(self, id);
            entra::read(self, id);
        }
    }

    /// Names of slots are those of their principals.
    fn titles(&mut self) {
        let slots: Vec<(ResourceId, Name)> = self
            .sites
            .iter()
            .filter_map(|site| {
                Some((site.resource, format!("{}/slots/{}", self.title(site.of?), self.title(site.resource)).into()))
            })
            .collect();
        for (id, title) in slots {
            if let Some(Some(resource)) = self.resources.get_mut(id.0 as usize) {
                resource.title = title;
            }
        }
    }

    fn reference_of<'v>(&self, value: &'v Value) -> Option<(&'v Ref, &Resource)> {
        let reference = value.as_ref()?;
        let node = reference.start()?;
        let node = self.aliases.get(&node).copied().unwrap_or(node);
        Some((reference, self.resource(node)?))
    }
}

const VAULT: &str = "Microsoft.KeyVault/vaults";

/// What lies in a vault and can be the scope of a role.
const VAULT_CONTENTS: [&str; 3] =
    ["Microsoft.KeyVault/vaults/secrets", "Microsoft.KeyVault/vaults/keys", "Microsoft.KeyVault/vaults/certificates"];

/// The id of a resource as a value written at `span`.
fn own_id(id: ResourceId, span: Span) -> Value {
    Value::new(Kind::Ref(Ref::node(id).then(Seg::Name("id".into(), span))), span)
}
