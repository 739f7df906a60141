//! Connections of Functions: one setting with a connection string, or several with one prefix for an identity
//! (learn.microsoft.com, azure-functions/functions-reference#configure-an-identity-based-connection).

use super::{Graph, Setting, Site};
use crate::ir::Name;
use crate::resolve::value::{Kind, Reason, Text, TextPart, Truth, Value};

/// What a setting says of a connection that is opened by an identity.
const PARTS: [&str; 10] = [
    "accountname",
    "blobserviceuri",
    "queueserviceuri",
    "tableserviceuri",
    "fileserviceuri",
    "serviceuri",
    "fullyqualifiednamespace",
    "accountendpoint",
    "credential",
    "managedidentityresourceid",
];

/// A connection by identity.
#[derive(Debug)]
pub struct Connection<'s> {
    /// Its prefix, as the first setting has it.
    pub name: Name,
    /// The settings of the prefix, by the part behind it in lower case.
    pub parts: Vec<(String, &'s Setting)>,
    /// The setting that has the prefix for its whole name.
    pub whole: Option<&'s Setting>,
}

impl<'s> Connection<'s> {
    /// The setting of that part, if it certainly says something.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&'s Setting> {
        let found = self.parts.iter().find(|(part, _)| part == name).map(|(_, setting)| *setting)?;
        is_filled(&found.value).then_some(found)
    }

    /// The setting of that part, whatever it says.
    #[must_use]
    pub fn any(&self, name: &str) -> Option<&'s Setting> {
        self.parts.iter().find(|(part, _)| part == name).map(|(_, setting)| *setting)
    }

    /// The first setting that makes it a connection by identity.
    #[must_use]
    pub fn by_identity(&self) -> Option<&'s Setting> {
        let is_part =
            |(part, setting): &&(String, &'s Setting)| PARTS.contains(&part.as_str()) && is_filled(&setting.value);
        self.parts.iter().find(is_part).map(|(_, setting)| *setting)
    }
}

/// Whether a value certainly is there and not empty.
#[must_use]
pub fn is_filled(value: &Value) -> bool {
    value.alternatives().iter().all(|one| match &one.kind {
        Kind::Text(Text::Plain(text)) => !text.is_empty(),
        Kind::Text(Text::Parts(parts)) => {
            parts.iter().any(|part| matches!(part, TextPart::Text(text) if !text.trim().is_empty()))
        }
        Kind::Ref(reference) => !reference.many && !reference.path.is_empty(),
        Kind::Bool(_) | Kind::Number(_) => true,
        // A key of a resource that is not here is known only later, and is never empty.
        Kind::Unknown(why) => match &why.reason {
            Reason::Function(name) | Reason::Runtime(name) => name.to_ascii_lowercase().starts_with("list"),
            _ => false,
        },
        _ => false,
    })
}

/// Whether a value certainly is null or an empty text.
#[must_use]
pub fn is_blank(value: &Value) -> bool {
    value.as_str() == Some("") || value.is_null() == Truth::Yes
}

impl Graph<'_> {
    /// The connections of a site that have settings of their own for an identity.
    #[must_use]
    pub fn connections<'s>(&self, site: &'s Site) -> Vec<Connection<'s>> {
        let mut found: Vec<Connection<'s>> = Vec::new();
        for setting in &site.settings {
            let Some((prefix, part)) = setting.name.split_once("__") else { continue };
            let part = part.to_ascii_lowercase();
            let at = found.iter().position(|connection| connection.name.eq_ignore_ascii_case(prefix));
            match at.and_then(|at| found.get_mut(at)) {
                Some(connection) => connection.parts.push((part, setting)),
                None => {
                    let whole = site.settings.iter().rfind(|other| other.name.eq_ignore_ascii_case(prefix));
                    found.push(Connection { name: prefix.into(), parts: vec![(part, setting)], whole });
                }
            }
        }
        found
    }

    /// Whether a site runs Functions.
    #[must_use]
    pub fn runs_functions(&self, site: &Site) -> Truth {
        let Some(resource) = self.resource(site.resource) else { return Truth::Maybe };
        if !resource.kind.contains('/') {
            return Truth::from(resource.kind.contains("function_app") || resource.kind.contains("logic_app"));
        }
        let kind = resource.argument("kind").map(|kind| self.known(kind));
        if let Some(kind) = kind.as_ref().and_then(Value::as_str) {
            return Truth::from(kind.to_ascii_lowercase().contains("functionapp"));
        }
        if kind.is_some() {
            return Truth::Maybe;
        }
        let of_functions = |setting: &Setting| {
            let name = setting.name.to_ascii_lowercase();
            name.starts_with("functions_") || name.starts_with("azurewebjobsstorage")
        };
        if site.settings.iter().any(of_functions) { Truth::Yes } else { Truth::Maybe }
    }
}
