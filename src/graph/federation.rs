//! Federated credentials: whose tokens of another issuer let somebody act as an identity or application.

mod clusters;
mod expressions;
mod issuers;
mod rights;
mod writes;

pub use clusters::{Switch, Tokens};
pub use expressions::{Claim, claims};
pub use issuers::Issuer;
pub use writes::ParallelWrites;

use super::{Graph, Mode, Resource, ResourceId};
use crate::ir::Name;
use crate::resolve::value::{Kind, Seg, TextPart, Truth, Value};

const CREDENTIAL: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials";

/// Applications of Microsoft Graph, and their credentials
/// (learn.microsoft.com, graph/templates/bicep/reference/federatedidentitycredentials).
const APPLICATION: &str = "Microsoft.Graph/applications";
const APPLICATION_CREDENTIAL: &str = "Microsoft.Graph/applications/federatedIdentityCredentials";

/// A federated credential.
#[derive(Debug)]
pub struct Federation {
    /// The resource that makes it.
    pub by: ResourceId,
    /// What people call it: its name in Azure where that is written, else its symbolic name.
    pub title: Name,
    /// Its own name, if that is the name of a credential of a user-assigned identity: the last segment, if it is known.
    pub name: Option<Value>,
    /// As whom others act by it, where that can be told.
    pub holder: Option<Holder>,
    /// Who issues the tokens.
    pub issuer: Option<Value>,
    /// Whose tokens they are.
    pub trusted: Option<Trusted>,
    /// What the tokens are for: a list, or the only text that there can be.
    pub audiences: Option<Value>,
    /// Whether it exists.
    pub presence: Truth,
}

/// As whom others act by a federated credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A user-assigned identity, made or looked up.
    Identity(ResourceId),
    /// An application of Entra ID, made or looked up.
    Application(ResourceId),
}

/// How a credential says whose tokens it takes.
#[derive(Debug, Clone)]
pub enum Trusted {
    /// By their subject, letter by letter.
    Subject(Value),
    /// By an expression that matches claims: a flexible credential.
    Expression(Value),
}

impl Federation {
    /// The subject, if it is a classic credential that has one.
    #[must_use]
    pub fn subject(&self) -> Option<&Value> {
        match &self.trusted {
            Some(Trusted::Subject(subject)) => Some(subject),
            _ => None,
        }
    }

    /// The expression, if it is a flexible credential.
    #[must_use]
    pub fn expression(&self) -> Option<&Value> {
        match &self.trusted {
            Some(Trusted::Expression(expression)) => Some(expression),
            _ => None,
        }
    }
}

impl Holder {
    /// The identity or application.
    #[must_use]
    pub fn id(self) -> ResourceId {
        match self {
            Self::Identity(id) | Self::Application(id) => id,
        }
    }
}

/// Every federated credential that is made.
pub(super) fn read(graph: &Graph<'_>) -> Vec<Federation> {
    let made = graph.resources().filter(|resource| resource.mode == Mode::Managed);
    made.filter_map(|resource| federation(graph, resource)).collect()
}

fn federation(graph: &Graph<'_>, resource: &Resource) -> Option<Federation> {
    let argument = |name: &str| resource.argument(name).cloned();
    let subject = |value: Option<Value>| value.map(Trusted::Subject);
    let made = |holder, trusted, audiences| Federation {
        by: resource.id,
        title: resource.title.clone(),
        name: None,
        holder,
        issuer: argument("issuer"),
        trusted,
        audiences,
        presence: resource.presence,
    };
    Some(match &*resource.kind {
        "azurerm_federated_identity_credential" => {
            let identity = argument("user_assigned_identity_id").or_else(|| argument("parent_id"));
            let holder = identity.and_then(|value| graph.identity_holder(&value));
            Federation { name: argument("name"), ..made(holder, subject(argument("subject")), argument("audience")) }
        }
        "azuread_application_federated_identity_credential" => {
            let holder = graph.application_holder(resource);
            let title = graph.shown_name(resource, "display_name");
            Federation { title, ..made(holder, subject(argument("subject")), argument("audiences")) }
        }
        "azuread_application_flexible_federated_identity_credential" => {
            let expression = argument("claims_matching_expression").map(Trusted::Expression);
            let title = graph.shown_name(resource, "display_name");
            Federation { title, ..made(graph.application_holder(resource), expression, argument("audience")) }
        }
        _ if resource.is(CREDENTIAL) => {
            let properties = resource.argument("properties");
            let property = |name: &str| {
                let entry = properties?.property(name)?;
                let value = crate::resolve::value::part_of(properties?, &entry.value);
                (value.is_null() != Truth::Yes).then_some(value)
            };
            let identity = graph.parent(resource, super::arm::USER_ASSIGNED_IDENTITY).map(Holder::Identity);
            let expression = property("claimsMatchingExpression")
                .and_then(|value| Some(value.property("value")?.value.clone()))
                .map(Trusted::Expression);
            let trusted = subject(property("subject")).or(expression);
            let name = resource.argument("name").and_then(own_name);
            Federation { name, issuer: property("issuer"), ..made(identity, trusted, property("audiences")) }
        }
        _ if resource.is(APPLICATION_CREDENTIAL) => {
            let holder = graph.application_above(resource);
            made(holder, subject(argument("subject")), argument("audiences"))
        }
        _ => return None,
    })
}

/// The last segment of a child's name, if there is one that stands for itself.
fn own_name(name: &Value) -> Option<Value> {
    let segments = name.segments()?;
    let last = segments.last()?;
    match (last.as_slice(), segments.len()) {
        // The name as it is written: an edit may change it.
        (_, 1) => Some(name.clone()),
        ([TextPart::Text(text)], _) => Some(Value { via: name.via.clone(), ..Value::text(text.clone(), name.span) }),
        _ => None,
    }
}

impl Graph<'_> {
    /// The federated credentials by which others act as a user-assigned identity or a service principal.
    #[must_use]
    pub fn federated_credentials(&self, principal: ResourceId) -> Vec<&Resource> {
        let application = self.application_of(principal).map(Holder::Application);
        let is_of = |one: &&Federation| {
            one.holder == Some(Holder::Identity(principal)) || one.holder.is_some() && one.holder == application
        };
        self.federations.iter().filter(is_of).filter_map(|one| self.resource(one.by)).collect()
    }

    /// Whether every federated credential that is made is seen: nothing is made of which the type is not known, and no
    /// module is called that is not here.
    #[must_use]
    pub fn sees_all_credentials(&self) -> bool {
        // What a module does of which only the interface is known is not all known either.
        let stand_ins = self.deployment.program().modules.iter().any(|module| module.stands_in.is_some());
        self.opaque.is_empty() && !stand_ins && !self.resources().any(Resource::may_be_anything)
    }

    /// What people call the identity or application.
    #[must_use]
    pub fn holder_title(&self, holder: Holder) -> Name {
        match (holder, self.resource(holder.id())) {
            (Holder::Application(_), Some(resource)) if resource.kind.contains('/') => {
                self.shown_name(resource, "displayName")
            }
            (Holder::Application(_), Some(resource)) => self.shown_name(resource, "display_name"),
            _ => self.title(holder.id()),
        }
    }

    /// The application that a service principal is of.
    pub(super) fn application_of(&self, principal: ResourceId) -> Option<ResourceId> {
        let resource = self.resource(principal)?;
        let names: &[&str] = match &*resource.kind {
            "azuread_service_principal" => &["client_id", "application_id"],
            _ if resource.is("Microsoft.Graph/servicePrincipals") => &["appId"],
            _ => return None,
        };
        names.iter().find_map(|name| resource.argument(name))?.as_ref()?.start()
    }

    fn identity_holder(&self, value: &Value) -> Option<Holder> {
        let id = self.named_by(value)?;
        self.resource(id)?.is_arm(super::arm::USER_ASSIGNED_IDENTITY).then_some(Holder::Identity(id))
    }

    /// The application whose id, `/applications/<object id>` or in azuread 2 the object id itself, an argument is.
    fn application_holder(&self, resource: &Resource) -> Option<Holder> {
        let value = resource.argument("application_id").or_else(|| resource.argument("application_object_id"))?;
        let parts = value.text_parts()?;
        let reference = match parts.as_slice() {
            [TextPart::Hole(only)] => only.as_ref()?,
            [TextPart::Text(path), TextPart::Hole(id)] if &**path == "/applications/" => id.as_ref()?,
            _ => return None,
        };
        let application = self.resource(reference.start().filter(|_| !reference.many)?)?;
        let is_one = matches!(&*application.kind, "azuread_application" | "azuread_application_registration");
        let by_id = matches!(reference.path.as_slice(), [Seg::Name(name, _)] if matches!(&**name, "id" | "object_id"));
        (is_one && by_id).then_some(Holder::Application(application.id))
    }

    /// The application of a credential whose name begins with the application's unique name.
    fn application_above(&self, resource: &Resource) -> Option<Holder> {
        if let Some(parent) = resource.argument("parent") {
            return self.named_by(parent).map(Holder::Application);
        }
        let segments = resource.argument("name")?.segments()?;
        let name = Value::joined(segments.get(..1)?, resource.span);
        if let Some(reference) = name.as_ref() {
            let application = self.resource(reference.start()?).filter(|one| one.is(APPLICATION))?;
            return (reference.dotted() == "uniqueName").then_some(Holder::Application(application.id));
        }
        let wanted = self.known(&name);
        let is_so_named = |one: &&Resource| {
            let own = one.argument("uniqueName").map(|own| self.known(own));
            own.is_some_and(|own| own.as_str().is_some() && own.same(&wanted))
        };
        let mut applications = self.resources().filter(|one| one.is(APPLICATION)).filter(is_so_named);
        let first = applications.next()?;
        applications.next().is_none().then_some(Holder::Application(first.id))
    }

    /// The name that people see, if it is known, else the symbolic one.
    fn shown_name(&self, resource: &Resource, argument: &str) -> Name {
        let shown = resource.argument(argument).map(|value| self.known(value));
        shown.and_then(|shown| shown.as_str().map(Name::from)).unwrap_or_else(|| resource.title.clone())
    }

    /// Whether two credentials are certainly, or certainly not, of the same identity or application.
    #[must_use]
    pub fn same_holder(&self, a: &Federation, b: &Federation) -> Truth {
        match (a.holder, b.holder) {
            (Some(Holder::Identity(a)), Some(Holder::Identity(b))) => {
                self.is_same(&super::Principal::User(a), &super::Principal::User(b))
            }
            (Some(Holder::Application(a)), Some(Holder::Application(b))) => {
                let (a, b) = (self.resource(a), self.resource(b));
                let may_be =
                    a.zip(b).is_none_or(|(a, b)| a.may_be(b) || a.mode != Mode::Managed || b.mode != Mode::Managed);
                match a.zip(b) {
                    Some((a, b)) if a.id == b.id && !a.may_be(b) => Truth::Yes,
                    _ if may_be => Truth::Maybe,
                    _ => Truth::No,
                }
            }
            (Some(_), Some(_)) => Truth::No,
            _ => Truth::Maybe,
        }
    }

    /// Every text that a value can be, if all that it can be are texts without holes.
    #[must_use]
    pub fn texts(&self, value: &Value) -> Option<Vec<Value>> {
        let known = self.known(value);
        let texts: Vec<Value> = known.alternatives().iter().map(|one| self.known(one)).collect();
        texts.iter().all(|one| matches!(&one.kind, Kind::Text(_)) && one.as_str().is_some()).then_some(texts)
    }
}
