//! What the names of role assignments are made of: a name has to change with the principal, and with nothing that changes by
//! itself.

use super::edits::Language;
use super::{Grant, Graph, IdKind, Principal, ResourceId, Written};
use crate::azure::ids;
use crate::finding::Edit;
use crate::ir::Mode;
use crate::resolve::value::{Kind, Reason, Text, TextPart, Truth, Value};

/// What is wrong with the name of a role assignment, or might be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Naming {
    /// It is another one each time that the code is deployed.
    NewEachDeployment,
    /// It is another one each time that a plan is made.
    NewEachPlan,
    /// It does not depend on the principal.
    WithoutPrincipal,
    /// It depends on the id or name of what has the principal, which stays when that is made again.
    ByOwner,
    /// It is written out.
    Literal,
}

/// What a part of a name says of the principal.
enum Part {
    /// Nothing.
    Other,
    /// The id or name of what has it.
    Owner,
    /// It is there.
    Principal,
    /// This may be it.
    Unknown,
    /// It does not matter: the part is another one each time.
    New(Naming),
}

impl Graph<'_> {
    /// The name of a role assignment, where the code chooses one that has to last.
    #[must_use]
    pub fn assignment_name(&self, grant: &Grant) -> Option<Value> {
        let resource = self.resource(grant.by).filter(|resource| resource.mode == Mode::Managed)?;
        let stands_in = self.deployment.module(self.deployment.node(grant.by)?.instance)?.stands_in;
        let name = resource.argument("name").filter(|_| stands_in.is_none())?;
        let kind = resource.kind.to_ascii_lowercase();
        match kind.strip_suffix("/providers/roleassignments") {
            Some(_) => {
                let segments = name.segments()?;
                Some(Value::joined(std::slice::from_ref(segments.last()?), name.span).resting_on(name))
            }
            None => (kind == "microsoft.authorization/roleassignments").then(|| name.clone()),
        }
    }

    /// What is wrong with the name of a role assignment; none if that cannot be told, or nothing is.
    #[must_use]
    pub fn naming(&self, grant: &Grant, name: &Value) -> Option<Naming> {
        let mut worst = None;
        for one in name.alternatives() {
            // One arm of a condition that is right may be the one that counts.
            let found = self.naming_of(grant, one)?;
            worst = Some(worst.map_or(found, |worst: Naming| worst.max(found)));
        }
        worst
    }

    fn naming_of(&self, grant: &Grant, name: &Value) -> Option<Naming> {
        if let Some(naming) = drawn(name) {
            return Some(naming);
        }
        let known = self.known(name);
        if known.as_str().is_some() {
            return Some(Naming::Literal);
        }
        let Kind::Text(Text::Parts(parts)) = &known.kind else { return None };
        let is_made =
            matches!(parts.first(), Some(TextPart::Text(text)) if MAKERS.iter().any(|maker| text.starts_with(maker)));
        if !is_made {
            return None;
        }
        match parts.iter().map(|part| self.part(grant, part)).fold(Part::Other, heavier) {
            Part::New(naming) => Some(naming),
            Part::Principal | Part::Unknown => None,
            Part::Owner => Some(Naming::ByOwner),
            // What is made of texts alone is one more way to write a name out.
            Part::Other if !names_something(&known) => Some(Naming::Literal),
            Part::Other => (!self.misses_principal(grant)).then_some(Naming::WithoutPrincipal),
        }
    }

    /// Whether the principal is none, so that the name may well be right, or one of which the name may speak in other words:
    /// any that is not known, but for an input.
    fn misses_principal(&self, grant: &Grant) -> bool {
        self.principals(&grant.principal).iter().any(|principal| match principal {
            Ok(Principal::System(id)) => self.host(*id).is_some_and(|host| host.system() != Truth::Yes),
            Ok(_) => false,
            Err(why) => !matches!(why.reason, Reason::RootInput(_)),
        })
    }

    /// Whether two grants certainly are not one and the same, made twice.
    #[must_use]
    pub fn differ(&self, a: &Grant, b: &Grant) -> bool {
        let (Some(first), Some(second)) = (self.only_principal(&a.principal), self.only_principal(&b.principal)) else {
            return false;
        };
        let title = |principal: &Principal| match principal {
            Principal::System(id) | Principal::User(id) | Principal::Other(id) => Some(self.title(*id)),
            _ => None,
        };
        let principals = self.is_same(&first, &second) == Truth::No && title(&first) != title(&second);
        let roles = match (a.right.built_in().as_deref(), b.right.built_in().as_deref()) {
            (Some([a]), Some([b])) => a.guid != b.guid,
            _ => false,
        };
        principals || roles
    }

    fn part(&self, grant: &Grant, part: &TextPart) -> Part {
        let hole = match part {
            TextPart::Text(text) => return self.text_part(grant, text),
            TextPart::Hole(hole) => hole,
        };
        if let Some(naming) = drawn(hole) {
            return Part::New(naming);
        }
        if holds(&grant.principal, hole) || holds(&grant.principal, &self.known(hole)) {
            return Part::Principal;
        }
        if let super::Right::Role { written, .. } = &grant.right
            && holds(written, hole)
        {
            return Part::Other;
        }
        match &hole.kind {
            Kind::OneOf(values) => {
                // A part that is one of several says only what all of them say.
                let all = values.iter().map(|one| self.part(grant, &TextPart::Hole(one.clone())));
                let others = all.filter(|part| matches!(part, Part::Other)).count();
                if others == values.len() { Part::Other } else { Part::Unknown }
            }
            Kind::Text(text) => {
                let parts = text.parts();
                let found = parts.iter().map(|part| self.part(grant, part));
                found.fold(Part::Other, heavier)
            }
            Kind::Ref(_) => self.reference_part(grant, hole),
            Kind::Unknown(why) => match &why.reason {
                Reason::Runtime(name) if PLACES.contains(&&**name) => Part::Other,
                reason if is_mark(reason) => Part::Other,
                _ => Part::Unknown,
            },
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => Part::Other,
            Kind::List(_) | Kind::Map(_) => Part::Unknown,
        }
    }

    fn reference_part(&self, grant: &Grant, hole: &Value) -> Part {
        let Some(named) = self.named_by(hole) else { return Part::Unknown };
        let owners = self.owners(grant);
        if owners.contains(&named) {
            let is_name = hole.as_ref().is_some_and(|reference| reference.dotted() == "name");
            let is_slot = self.site(named).is_some_and(|site| site.of.is_some());
            // Other sites have slots of the same name.
            return if is_name && is_slot { Part::Other } else { Part::Owner };
        }
        // An identity that is looked up, or comes from outside, may be this one; what the role is for is not.
        let is_made = |id: &ResourceId| self.resource(*id).is_some_and(|owner| owner.mode == Mode::Managed);
        let all_made = !owners.is_empty() && owners.iter().all(is_made);
        let may_own = self.host(named).is_some() || self.is_identity(named);
        if !all_made && may_own && self.named_by(&grant.scope) != Some(named) { Part::Unknown } else { Part::Other }
    }

    fn text_part(&self, grant: &Grant, text: &str) -> Part {
        let pieces = || text.split([',', '/', '(']).filter(|piece| !piece.is_empty());
        let names: Vec<Option<Value>> = self
            .owners(grant)
            .into_iter()
            .map(|id| self.resource(id)?.argument("name").map(|name| self.known(name)))
            .collect();
        let is_owner = names
            .iter()
            .flatten()
            .filter_map(Value::as_str)
            .any(|name| pieces().any(|piece| piece.eq_ignore_ascii_case(name)));
        // A name that is not known may be written here.
        let may_be = names.iter().any(|name| name.as_ref().and_then(Value::as_str).is_none())
            && !text.contains("/providers/")
            && pieces().any(|piece| {
                !ids::is_guid(piece) && !MAKERS.contains(&format!("{piece}(").as_str()) && !STEPS.contains(&piece)
            });
        let literals = grant.principal.alternatives().iter().filter_map(Value::as_str);
        let is_principal = literals.into_iter().any(|id| text.contains(id));
        match (is_principal, is_owner) {
            (true, _) => Part::Principal,
            (false, true) => Part::Owner,
            (false, false) if may_be => Part::Unknown,
            (false, false) => Part::Other,
        }
    }

    /// The only resource whose id a name is made of, but for that which has the principal, and where it stands in it.
    #[must_use]
    pub fn named_after(&self, grant: &Grant, name: &Value) -> Option<(ResourceId, Value)> {
        let mut found: Vec<(ResourceId, Value)> = Vec::new();
        let owners = self.owners(grant);
        let known = self.known(name);
        let mut others = false;
        known.walk(&mut |part| {
            let is_id = part.as_ref().is_some_and(|reference| matches!(reference.dotted().as_str(), "" | "id"));
            if let Some(id) = self.named_by(part).filter(|id| is_id && !owners.contains(id)) {
                let is_group = self.resource(id).is_some_and(|one| one.is_arm(super::scope::GROUP));
                if !is_group && found.iter().all(|(there, _)| *there != id) {
                    found.push((id, part.clone()));
                }
            }
            // The id of a resource that is not declared here.
            if let Kind::Text(text) = &part.kind {
                let kind = self.type_in(&Value::new(Kind::Text(text.clone()), part.span));
                others |=
                    kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("Microsoft.Authorization/roleDefinitions"));
            }
        });
        let is_open = match &known.kind {
            Kind::Text(Text::Parts(parts)) => parts.iter().any(|part| matches!(self.part(grant, part), Part::Unknown)),
            _ => true,
        };
        let only = found.pop().filter(|_| found.is_empty());
        only.filter(|_| !others && !is_open)
    }

    /// The resources that have the principal of a grant, for each that it may be.
    fn owners(&self, grant: &Grant) -> Vec<ResourceId> {
        let principals = self.principals(&grant.principal).into_iter();
        principals
            .filter_map(|principal| match principal {
                Ok(Principal::System(id) | Principal::User(id) | Principal::Other(id)) => Some(id),
                _ => None,
            })
            .collect()
    }

    fn is_identity(&self, id: ResourceId) -> bool {
        self.resource(id).is_some_and(|resource| resource.is_arm(super::arm::USER_ASSIGNED_IDENTITY))
    }

    /// What makes a name one that lasts. Bicep and ARM take nothing in a name that is known only while the same template is
    /// deployed (Bicep's BCP120), and so no principal id of what it makes: that takes a template of its own.
    #[must_use]
    pub fn name_remedy(&self, grant: &Grant) -> String {
        let is_template = self.language(grant.span).is_some_and(|language| language != Language::Hcl);
        let made_here = |owner: &ResourceId| {
            self.same_module(*owner, grant.by)
                && self.resource(*owner).is_some_and(|resource| resource.mode == Mode::Managed)
        };
        let remedy = "make the name of scope, principal and role";
        if is_template && self.owners(grant).iter().any(made_here) {
            return format!(
                "{remedy}; the principal id is known too late for a name in the same template: move the assignment to a \
                 module that takes it as a parameter"
            );
        }
        remedy.to_owned()
    }

    /// The edit that makes a name depend on what has the principal, if the name is made where the assignment stands.
    #[must_use]
    pub fn name_by_owner(&self, grant: &Grant, name: &Value) -> Option<Edit> {
        let owners = self.owners(grant);
        let [owner] = owners.as_slice() else { return None };
        let owner = Some(*owner).filter(|_| name.via.is_none())?;
        let text = self.sources.slice(name.span);
        let id = Written::Id(owner, IdKind::Resource);
        if text.starts_with("guid(") {
            let open = name.span.start + 5;
            let place = crate::source::Span { start: open, end: open, ..name.span };
            let id = self.written_at(id, place, grant.by)?;
            return Some(Edit { span: place, text: format!("{id}, ") });
        }
        let close = name.span.end.checked_sub(2)?;
        let place = crate::source::Span { start: close, end: close, ..name.span };
        let is_text = text.starts_with("uuidv5(") && text.ends_with("\")");
        let hole = self.hole(owner, IdKind::Resource, place, grant.by)?;
        is_text.then(|| Edit { span: place, text: format!("/{hole}") })
    }
}

/// Functions that make a name of their arguments.
const MAKERS: [&str; 3] = ["guid(", "uniquestring(", "uuidv5("];

/// What the id of a group or subscription is made of.
const STEPS: [&str; 2] = ["subscriptions", "resourceGroups"];

/// Where a template is deployed to.
const PLACES: [&str; 8] = [
    "resourcegroup",
    "subscription",
    "managementgroup",
    "tenant",
    "deployment",
    "the subscription",
    "the resource group",
    "the management group",
];

/// Whether a name is made of a resource or of where its template is deployed to.
fn names_something(name: &Value) -> bool {
    let mut found = false;
    name.walk(&mut |part| {
        found |= part.as_ref().is_some()
            || part
                .why()
                .is_some_and(|why| matches!(&why.reason, Reason::Runtime(place) if PLACES.contains(&&**place)));
    });
    found
}

/// Whether this is what stands for a text that a function makes of its arguments.
fn is_mark(reason: &Reason) -> bool {
    matches!(reason, Reason::Function(name) if MAKERS.iter().any(|maker| maker.trim_end_matches('(') == &**name))
}

/// Whether a value is another one each time.
fn drawn(value: &Value) -> Option<Naming> {
    let Reason::Function(name) = &value.why()?.reason else { return None };
    match &**name {
        "newguid" | "utcnow" => Some(Naming::NewEachDeployment),
        "uuid" | "timestamp" | "plantimestamp" => Some(Naming::NewEachPlan),
        _ => None,
    }
}

/// Whether a value is the other, or holds it.
fn holds(value: &Value, wanted: &Value) -> bool {
    let mut found = false;
    let is_plain = matches!(wanted.kind, Kind::Text(Text::Plain(_)) | Kind::Null | Kind::Bool(_) | Kind::Number(_));
    value.walk(&mut |one| found |= !is_plain && one.same(wanted));
    found
}

/// What two parts together say.
fn heavier(a: Part, b: Part) -> Part {
    let weight = |part: &Part| match part {
        Part::Other => 0,
        Part::Owner => 1,
        Part::Unknown => 2,
        Part::Principal => 3,
        Part::New(_) => 4,
    };
    if weight(&b) > weight(&a) { b } else { a }
}

/// The holes of a text without those of ids that functions made of other texts, none of which can be read from them.
pub(super) fn readable_holes(parts: &[TextPart]) -> Vec<&Value> {
    let mut found = Vec::new();
    let mut made = 0_u32;
    for part in parts {
        match part {
            TextPart::Text(text) if MAKERS.iter().any(|maker| text.ends_with(maker)) => made += 1,
            TextPart::Text(_) => {}
            // What such a function is made of ends in what it gives.
            TextPart::Hole(hole) if made > 0 => {
                let ends = |name: &str| MAKERS.iter().any(|maker| maker.strip_suffix('(') == Some(name));
                let is_end = hole.why().is_some_and(|why| matches!(&why.reason, Reason::Function(name) if ends(name)));
                made -= u32::from(is_end);
            }
            TextPart::Hole(hole) => found.push(hole),
        }
    }
    found
}
