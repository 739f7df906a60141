//! What a resource says of its own identity.

use super::{ResourceId, flatten};
use crate::azure::types::IdentityKinds;
use crate::resolve::value::{Kind, Map, Reason, Truth, Value, Why, every};
use crate::source::Span;

/// A resource that can have an identity.
#[derive(Debug)]
pub struct Host {
    /// The resource.
    pub resource: ResourceId,
    /// The kinds that its type takes.
    pub takes: IdentityKinds,
    /// What it says.
    pub declared: Declared,
}

/// What a resource says of its identity.
#[derive(Debug)]
pub enum Declared {
    /// That it has none: by silence, or by this value.
    None(Option<Value>),
    /// It cannot be told.
    Unknown(Why),
    /// This.
    Block(IdentityBlock),
    /// This or nothing: whether the block is there hangs on something that is not known.
    Perhaps(Box<IdentityBlock>),
}

impl Declared {
    /// What is said, if it is said at all.
    pub(super) fn perhaps(self) -> Self {
        match self {
            Self::Block(block) => Self::Perhaps(Box::new(block)),
            other => other,
        }
    }

    /// What is said where it is one of these; none if that is not one block or nothing.
    pub(super) fn among(alternatives: impl Iterator<Item = Self>) -> Option<Self> {
        let mut there = alternatives.filter(|one| !matches!(one, Self::None(_)));
        let only = there.next()?;
        there.next().is_none().then(|| only.perhaps())
    }
}

/// A declaration of identities.
#[derive(Debug)]
pub struct IdentityBlock {
    /// Where it begins.
    pub span: Span,
    /// The kinds, as written.
    pub kinds: Value,
    /// Whether the language takes only its own three spellings of the kinds.
    pub exact: bool,
    /// Whether there is a system-assigned identity.
    pub system: Truth,
    /// Whether there are user-assigned ones.
    pub user: Truth,
    /// The user-assigned ones.
    pub ids: Ids,
}

/// The user-assigned identities that a declaration lists.
#[derive(Debug)]
pub enum Ids {
    /// It says nothing of them.
    Absent,
    /// It says there are none.
    Empty(Value),
    /// These, and perhaps others.
    Listed {
        /// The resource ids.
        items: Vec<Value>,
        /// Why there may be others.
        rest: Option<Why>,
    },
    /// Something that Azure does not take for a map of them.
    Malformed {
        /// What is written.
        value: Value,
        /// What it is.
        what: &'static str,
        /// Whether it is the value of one of the entries, not the whole.
        entry: bool,
    },
    /// It cannot be told.
    Unknown(Why),
}

impl IdentityBlock {
    /// For each alternative of the kinds: whether a system-assigned identity and user-assigned ones are asked for. None
    /// if one is not a spelling that is taken.
    #[must_use]
    pub fn asked(&self) -> Option<Vec<(Truth, Truth)>> {
        const EXACT: [&str; 3] = ["SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned"];
        let one = |value: &Value| {
            let is_taken = !self.exact || value.as_str().is_none_or(|text| EXACT.contains(&text));
            is_taken.then(|| kinds(value))
        };
        self.kinds.alternatives().iter().map(one).collect()
    }
}

impl Ids {
    /// Reads a list of resource ids.
    #[must_use]
    pub fn read(value: Option<&Value>) -> Self {
        let Some(value) = value else { return Self::Absent };
        match &value.kind {
            Kind::Null => Self::Absent,
            Kind::List(list) if list.items.is_empty() && list.rest.is_none() => Self::Empty(value.clone()),
            Kind::List(list) if !list.items.is_empty() && list.is_sure() => {
                Self::Listed { items: list.items.to_vec(), rest: list.rest.clone() }
            }
            Kind::List(list) => {
                Self::Unknown(list.rest.clone().unwrap_or_else(|| Why::new(Reason::Condition, value.span)))
            }
            Kind::Unknown(why) => Self::Unknown(why.clone()),
            _ => Self::Unknown(Why::new(Reason::Condition, value.span)),
        }
    }
}

impl Ids {
    /// Reads the keys of a map, as ARM writes it.
    #[must_use]
    pub fn read_map(value: Option<&Value>) -> Self {
        let Some(value) = value else { return Self::Absent };
        match &value.kind {
            Kind::Null => Self::Absent,
            Kind::Map(map) if map.entries.is_empty() && map.rest.is_none() => Self::Empty(value.clone()),
            Kind::List(_) | Kind::Text(_) | Kind::Number(_) | Kind::Bool(_) => {
                Self::Malformed { value: value.clone(), what: shape(value).unwrap_or("text"), entry: false }
            }
            Kind::Map(map) if map.entries.iter().any(|entry| shape(&entry.value).is_some()) => {
                let odd = map.entries.iter().find_map(|entry| Some((&entry.value, shape(&entry.value)?)));
                let (value, what) = odd.unwrap_or((value, "text"));
                Self::Malformed { value: value.clone(), what, entry: true }
            }
            Kind::Map(map) if !map.entries.is_empty() => Self::Listed {
                items: map.entries.iter().map(crate::resolve::value::Entry::key_value).collect(),
                rest: map.rest.clone().filter(|why| why.reason != Reason::Key),
            },
            Kind::Unknown(why) | Kind::Map(crate::resolve::value::Map { rest: Some(why), .. }) => {
                Self::Unknown(why.clone())
            }
            _ => Self::Unknown(Why::new(Reason::Condition, value.span)),
        }
    }
}

/// What people call a value that is no object.
fn shape(value: &Value) -> Option<&'static str> {
    match value.kind {
        Kind::List(_) => Some("array"),
        Kind::Text(_) => Some("text"),
        Kind::Number(_) => Some("number"),
        Kind::Bool(_) => Some("boolean"),
        _ => None,
    }
}

impl Host {
    /// Whether it has a system-assigned identity.
    #[must_use]
    pub fn system(&self) -> Truth {
        match &self.declared {
            Declared::None(_) => Truth::No,
            Declared::Unknown(_) => Truth::Maybe,
            Declared::Block(block) => block.system,
            Declared::Perhaps(block) => block.system.and(Truth::Maybe),
        }
    }

    /// Whether it has user-assigned identities.
    #[must_use]
    pub fn user(&self) -> Truth {
        match &self.declared {
            Declared::None(_) => Truth::No,
            Declared::Unknown(_) => Truth::Maybe,
            Declared::Block(block) => block.user,
            Declared::Perhaps(block) => block.user.and(Truth::Maybe),
        }
    }
}

/// Whether the kinds include a system-assigned and a user-assigned identity. Every spelling of any provider counts.
#[must_use]
pub(super) fn kinds(value: &Value) -> (Truth, Truth) {
    let has = |word: &str| {
        every(value.alternatives().iter().map(|one| match (one.as_str(), &one.kind) {
            (Some(text), _) => {
                let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
                Truth::from(letters.contains(word) || letters == "systemanduserassigned")
            }
            (None, Kind::Null) => Truth::No,
            _ => Truth::Maybe,
        }))
    };
    (has("systemassigned"), has("userassigned"))
}

/// Whether changes to the identity are left alone, which is how one that something else attaches is kept.
pub(super) fn ignores_identity(body: &Map) -> bool {
    ignores(body, "identity")
}

/// Whether changes to an argument are left alone.
pub(super) fn ignores(body: &Map, argument: &str) -> bool {
    let Some(lifecycle) = body.get("lifecycle") else { return false };
    let ignored = flatten(&lifecycle.value).into_iter().filter_map(|block| block.get("ignore_changes"));
    ignored.flat_map(|entry| flatten(&entry.value)).any(|value| match value.why().map(|why| &why.reason) {
        Some(Reason::Runtime(name)) => **name == *argument || &**name == "all",
        _ => false,
    })
}
