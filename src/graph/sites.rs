//! Web, function and logic apps, and their deployment slots: each a principal of its own.

use super::{Feature, Graph, Principal, Resource, ResourceId};
use crate::ir::Name;
use crate::resolve::value::{Kind, Reason, Truth, Value, Why};
use crate::source::Span;

/// An app or a slot of one.
#[derive(Debug)]
pub struct Site {
    /// The resource.
    pub resource: ResourceId,
    /// Whether it is a slot.
    pub is_slot: bool,
    /// The site that it is a slot of, if that is made here.
    pub of: Option<ResourceId>,
    /// Its settings and connection strings.
    pub settings: Vec<Setting>,
    /// Why there may be others.
    pub more_settings: Option<Why>,
    /// The identity that resolves references in its settings.
    pub reference_identity: ReferenceIdentity,
    /// What its own arguments and settings ask of its identity, references apart.
    pub features: Vec<Feature>,
    /// The names of settings that stay with their slot; those of a site hold for its slots too.
    pub sticky: Sticky,
    /// The slot that it swaps itself into, if that is said.
    pub auto_swap: Option<Value>,
}

/// Names of settings that a swap leaves where they are.
#[derive(Debug, Default)]
pub struct Sticky {
    /// Of application settings.
    pub settings: Vec<Value>,
    /// Of connection strings.
    pub connections: Vec<Value>,
    /// Why there may be others.
    pub more: Option<Why>,
}

impl Sticky {
    /// Whether a setting stays with its slot.
    #[must_use]
    pub fn holds(&self, graph: &Graph<'_>, setting: &Setting) -> Truth {
        let names = if setting.connection { &self.connections } else { &self.settings };
        let is_named = |value: &Value| match graph.known(value).as_str() {
            Some(name) => Truth::from(name.eq_ignore_ascii_case(&setting.name)),
            None => Truth::Maybe,
        };
        let rest = if self.more.is_some() { Truth::Maybe } else { Truth::No };
        names.iter().map(is_named).fold(rest, Truth::or)
    }

    /// Adds the names of a list.
    pub(super) fn add(names: &mut Vec<Value>, more: &mut Option<Why>, list: &Value) {
        match &list.kind {
            Kind::List(found) => {
                names.extend(found.items.iter().cloned());
                if let Some(why) = &found.rest {
                    more.get_or_insert_with(|| why.clone());
                }
            }
            Kind::Null => {}
            _ => {
                let why = list.why().cloned().unwrap_or_else(|| Why::new(Reason::Condition, list.span));
                more.get_or_insert(why);
            }
        }
    }
}

/// A setting or connection string.
#[derive(Debug)]
pub struct Setting {
    /// Its name.
    pub name: Name,
    /// Where the name stands.
    pub span: Span,
    /// Its value.
    pub value: Value,
    /// Whether it is a connection string, which is kept apart from the other settings.
    pub connection: bool,
}

/// The identity that resolves references.
#[derive(Debug)]
pub enum ReferenceIdentity {
    /// Nothing is said: the system-assigned one.
    Default,
    /// The system-assigned one, by name.
    System,
    /// This user-assigned one.
    User(Value),
    /// It cannot be told.
    Unknown(Why),
}

/// Who resolves references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolver {
    /// This principal.
    Principal(Principal),
    /// Nobody: the identity that should is not there.
    None,
    /// It cannot be told.
    Unknown,
}

impl Graph<'_> {
    /// Whether an app is a logic app, whose code is workflows.
    #[must_use]
    pub fn runs_workflows(&self, app: &Resource) -> Truth {
        if app.kind.contains("logic_app") {
            return Truth::Yes;
        }
        let Some(kind) = app.argument("kind").map(|kind| self.known(kind)) else { return Truth::No };
        kind.as_str().map_or(Truth::Maybe, |kind| Truth::from(kind.to_ascii_lowercase().contains("workflowapp")))
    }

    /// The principal that resolves references in a site's settings.
    #[must_use]
    pub fn resolver(&self, site: &Site) -> Resolver {
        match &site.reference_identity {
            ReferenceIdentity::Default | ReferenceIdentity::System => {
                match self.host(site.resource).map_or(Truth::Maybe, super::Host::system) {
                    Truth::Yes => Resolver::Principal(Principal::System(site.resource)),
                    Truth::No => Resolver::None,
                    Truth::Maybe => Resolver::Unknown,
                }
            }
            ReferenceIdentity::User(value) => {
                self.named_by(value).map_or(Resolver::Unknown, |id| Resolver::Principal(Principal::User(id)))
            }
            ReferenceIdentity::Unknown(_) => Resolver::Unknown,
        }
    }
}
