//! Where a principal of Entra ID is called by its display name.

use super::{Graph, Mode, Resource, ResourceId, flatten};
use crate::resolve::value::{Kind, Text, TextPart, Value};
use crate::source::Span;
use crate::syntax::sql;

/// What becomes of the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamePlace {
    /// Entra ID is asked for a principal of that name.
    Lookup,
    /// A `PostgreSQL` server gets an administrator of that name.
    Administrator,
    /// A database is told to make a user for the principal of that name.
    Database,
}

/// A display name of a principal.
#[derive(Debug)]
pub struct PrincipalName {
    /// What becomes of it.
    pub place: NamePlace,
    /// The name.
    pub value: Value,
    /// Where it stands.
    pub span: Span,
    /// The resource in which it stands; none for a script beside the code.
    pub by: Option<ResourceId>,
    /// Where else the script says it, quotes included.
    pub others: Vec<Span>,
}

/// Stands for a hole while a text is scanned.
const HOLE: char = '\u{fffc}';

const ADMINISTRATOR: &str = "azurerm_postgresql_flexible_server_active_directory_administrator";
const ARM_ADMINISTRATOR: &str = "Microsoft.DBforPostgreSQL/flexibleServers/administrators";

impl Graph<'_> {
    /// Every display name of a principal, those in scripts beside the code last.
    #[must_use]
    pub fn principal_names(&self) -> Vec<PrincipalName> {
        let mut found = Vec::new();
        for resource in self.resources() {
            let (place, path) = match &*resource.kind {
                "azuread_service_principal" if resource.mode == Mode::Data => (NamePlace::Lookup, "display_name"),
                "azuread_service_principals" => (NamePlace::Lookup, "display_names"),
                ADMINISTRATOR => (NamePlace::Administrator, "principal_name"),
                _ if resource.is(ARM_ADMINISTRATOR) => (NamePlace::Administrator, "properties.principalName"),
                _ => {
                    scripts(resource, &mut found);
                    continue;
                }
            };
            let is_service = match resource
                .values_at("principal_type")
                .into_iter()
                .chain(resource.values_at("properties.principalType"))
                .next()
            {
                None => true,
                Some(kind) => self.known(kind).as_str().is_some_and(|kind| {
                    kind.eq_ignore_ascii_case("ServicePrincipal") || kind.eq_ignore_ascii_case("Unknown")
                }),
            };
            if place == NamePlace::Administrator && (resource.mode != Mode::Managed || !is_service) {
                continue;
            }
            for value in resource.values_at(path).into_iter().flat_map(flatten) {
                let (by, value, span) = (Some(resource.id), value.clone(), value.span);
                found.push(PrincipalName { place, value, span, by, others: Vec::new() });
            }
        }
        for user in &self.deployment.program().external_users {
            let value = Value::text(user.name.clone(), user.span);
            let (place, span, by) = (NamePlace::Database, user.span, None);
            found.push(PrincipalName { place, value, span, by, others: user.others.clone() });
        }
        found
    }
}

/// The names in SQL that a resource runs.
fn scripts(resource: &Resource, found: &mut Vec<PrincipalName>) {
    if resource.mode != Mode::Managed {
        return;
    }
    let mut texts: Vec<&Value> = Vec::new();
    if resource.kind.starts_with("azurerm_resource_deployment_script") {
        texts.extend(resource.values_at("script_content"));
    } else if resource.is("Microsoft.Resources/deploymentScripts") {
        texts.extend(resource.values_at("properties.scriptContent"));
    }
    for entry in resource.body.entries.iter().filter(|entry| &*entry.key == "provisioner") {
        entry.value.walk(&mut |value| {
            if matches!(value.kind, Kind::Text(_)) {
                texts.push(value);
            }
        });
    }
    for text in texts {
        let Some(parts) = text.text_parts() else { continue };
        let mut flat = String::new();
        let mut holes: Vec<&Value> = Vec::new();
        for part in &parts {
            match part {
                TextPart::Text(text) => flat.push_str(text),
                TextPart::Hole(hole) => {
                    flat.push(HOLE);
                    holes.push(hole);
                }
            }
        }
        for user in sql::external_users_within(&flat) {
            let before = flat.get(..user.span.0).map_or(0, |before| before.matches(HOLE).count());
            let mut inside = holes.iter().skip(before);
            let mut own: Vec<TextPart> = Vec::new();
            for (at, piece) in user.name.split(HOLE).enumerate() {
                if at > 0 {
                    own.extend(inside.next().map(|hole| TextPart::Hole((*hole).clone())));
                }
                if !piece.is_empty() {
                    own.push(TextPart::Text(piece.into()));
                }
            }
            // Of a text only the whole has a place; of what is put into it, each.
            let span = own
                .iter()
                .find_map(|part| match part {
                    TextPart::Hole(hole) => Some(hole.span),
                    TextPart::Text(_) => None,
                })
                .unwrap_or(text.span);
            let value = Value::new(Kind::Text(Text::new(own)), text.span);
            let (place, by, others) = (NamePlace::Database, Some(resource.id), Vec::new());
            found.push(PrincipalName { place, value, span, by, others });
        }
    }
}

/// A name with what is known of it; compared without case.
#[derive(Debug)]
pub struct Spelled {
    text: String,
    holes: Vec<Value>,
}

impl Spelled {
    /// Whether the two are certainly one name.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.text.to_lowercase() == other.text.to_lowercase()
            && self.holes.len() == other.holes.len()
            && self.holes.iter().zip(&other.holes).all(|(a, b)| a.same(b))
    }

    /// Whether the two may be one name: what is known of them does not tell them apart.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        let (own, others) = (self.text.to_lowercase(), other.text.to_lowercase());
        let (a, b) = (own.split(HOLE).next().unwrap_or(""), others.split(HOLE).next().unwrap_or(""));
        match (self.holes.is_empty(), other.holes.is_empty()) {
            (true, true) => own == others,
            (false, true) => others.starts_with(a),
            (true, false) => own.starts_with(b),
            (false, false) => a.starts_with(b) || b.starts_with(a),
        }
    }

    /// For people: what is not known is one dot of three.
    #[must_use]
    pub fn shown(&self) -> String {
        self.text.replace(HOLE, "…")
    }

    /// This name, a text, and another name behind one another, and a text at the end.
    #[must_use]
    pub fn followed_by(&self, between: &str, next: &Self, end: &str) -> Self {
        let holes = self.holes.iter().chain(&next.holes).cloned().collect();
        Self { text: format!("{}{between}{}{end}", self.text, next.text), holes }
    }
}

impl Graph<'_> {
    /// A name, with what references in it are known to be; none if it is no text at all.
    #[must_use]
    pub fn spelled(&self, name: &Value) -> Option<Spelled> {
        let known = self.known(name);
        let parts = known.text_parts().or_else(|| known.as_ref().map(|_| vec![TextPart::Hole(known.clone())]));
        let parts = parts.or_else(|| known.why().map(|_| vec![TextPart::Hole(known.clone())]))?;
        let mut spelled = Spelled { text: String::new(), holes: Vec::new() };
        self.spell(parts, &mut spelled, 0);
        Some(spelled)
    }

    fn spell(&self, parts: Vec<TextPart>, spelled: &mut Spelled, depth: u32) {
        for part in parts {
            match part {
                TextPart::Text(text) => spelled.text.push_str(&text),
                TextPart::Hole(hole) => {
                    let known = self.known(&hole);
                    match known.text_parts().filter(|_| depth < 4) {
                        Some(inner) => self.spell(inner, spelled, depth + 1),
                        None => {
                            spelled.text.push(HOLE);
                            spelled.holes.push(known);
                        }
                    }
                }
            }
        }
    }

    /// The name that a resource itself has, without its parents'.
    #[must_use]
    pub fn own_name(&self, id: ResourceId) -> Option<Spelled> {
        let resource = self.resource(id)?;
        let name = self.known(resource.argument("name")?);
        if !resource.kind.contains('/') {
            return self.spelled(&name);
        }
        match name.segments().and_then(|segments| segments.last().cloned()) {
            Some(last) => self.spelled(&Value::new(Kind::Text(Text::new(last)), name.span)),
            None => self.spelled(&name),
        }
    }
}
