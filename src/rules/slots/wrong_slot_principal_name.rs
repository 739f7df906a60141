use crate::finding::{Edit, Fix, Safety};
use crate::graph::{Graph, Mode, NamePlace, Principal, PrincipalName, Resource, Site, Spelled};
use crate::resolve::value::{Truth, Value};
use crate::rules::{Cx, Draft};
use crate::source::Span;

/// What people put between the names of site and slot, and behind them, and what that is. The identity is called
/// `<app>/slots/<slot>` (learn.microsoft.com, app-service/tutorial-connect-msi-sql-database).
const WRONG: [(&str, &str, &str); 4] = [
    ("-", "", "the first part of the slot's host name"),
    ("/", "", "the name of the slot as a resource"),
    ("/slot/", "", "one letter is missing"),
    ("(", ")", "the portal's spelling"),
];

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let slots: Vec<Slot<'_>> = graph.sites.iter().filter_map(|site| Slot::new(graph, site)).collect();
    if slots.is_empty() {
        return;
    }
    for name in graph.principal_names() {
        let alternatives: Option<Vec<Spelled>> =
            name.value.alternatives().iter().map(|one| graph.spelled(one)).collect();
        let Some(alternatives) = alternatives.filter(|all| !all.is_empty()) else { continue };
        let wrong = slots.iter().find_map(|slot| {
            let forms: Option<Vec<&str>> = alternatives.iter().map(|one| slot.wrong(one)).collect();
            Some((slot, forms?.first().copied()?))
        });
        let Some((slot, form)) = wrong else { continue };
        let is_taken = alternatives.iter().any(|one| is_taken(graph, slot, one));
        if !is_taken && !is_of_another(graph, slot, &name) && !is_alias(graph, slot, &name) {
            let written = alternatives.first().map(Spelled::shown).unwrap_or_default();
            report(cx, slot, &name, &written, form);
        }
    }
}

/// A slot with an identity of its own, on a site whose name is known.
struct Slot<'g> {
    site: &'g Site,
    resource: &'g Resource,
    names: (Spelled, Spelled),
}

impl<'g> Slot<'g> {
    fn new(graph: &'g Graph<'_>, site: &'g Site) -> Option<Self> {
        let parent = site.of.filter(|_| site.is_slot)?;
        let has_identity = graph.host(site.resource)?.system() == Truth::Yes;
        let resource = graph.resource(site.resource).filter(|one| has_identity && one.mode == Mode::Managed)?;
        Some(Self { site, resource, names: (graph.own_name(parent)?, graph.own_name(site.resource)?) })
    }

    /// What a name is, if it is one of the wrong ones for this slot.
    fn wrong(&self, name: &Spelled) -> Option<&'static str> {
        let (site, slot) = &self.names;
        let form = |(between, end, _): &&(&str, &str, &str)| site.followed_by(between, slot, end).is(name);
        WRONG.iter().find(form).map(|(.., what)| *what)
    }
}

/// Whether something else that is declared has the name, or may have it.
fn is_taken(graph: &Graph<'_>, slot: &Slot<'_>, name: &Spelled) -> bool {
    graph.resources().any(|other| {
        if other.id == slot.resource.id || Some(other.id) == slot.site.of {
            return false;
        }
        let is_principal = other.is_arm("Microsoft.Web/sites")
            || other.may_be_anything()
            || graph.host(other.id).is_some_and(|host| host.system() != Truth::No)
                && graph.site(other.id).is_none_or(|site| !site.is_slot)
            || other.is_arm("Microsoft.ManagedIdentity/userAssignedIdentities")
            || ["azuread_group", "azuread_application", "azuread_application_registration"].contains(&&*other.kind)
            || &*other.kind == "azuread_service_principal" && other.mode == Mode::Managed;
        let own =
            other.argument("display_name").and_then(|own| graph.spelled(own)).or_else(|| graph.own_name(other.id));
        is_principal && own.is_some_and(|own| own.may_be(name))
    })
}

/// Whether the id beside a name is certainly that of another principal.
fn is_of_another(graph: &Graph<'_>, slot: &Slot<'_>, name: &PrincipalName) -> bool {
    let Some(by) = name.by.and_then(|id| graph.resource(id)) else { return false };
    let id = ["object_id", "objectId"].iter().find_map(|argument| by.argument(argument));
    let id = id.cloned().or_else(|| {
        by.is_arm("Microsoft.DBforPostgreSQL/flexibleServers/administrators").then(|| by.argument("name").cloned())?
    });
    name.place == NamePlace::Administrator
        && id.and_then(|id| graph.only_principal(&last(&id))).is_some_and(|principal| {
            !matches!(principal, Principal::Literal(_)) && principal != Principal::System(slot.resource.id)
        })
}

/// The last segment of a name.
fn last(name: &Value) -> Value {
    let segments = name.segments().unwrap_or_default();
    match segments.last() {
        Some(only) if segments.len() > 1 => Value::joined(std::slice::from_ref(only), name.span),
        _ => name.clone(),
    }
}

/// Whether the app signs in to the server under that name, which then may be any.
fn is_alias(graph: &Graph<'_>, slot: &Slot<'_>, name: &PrincipalName) -> bool {
    name.place == NamePlace::Administrator
        && (slot.site.more_settings.is_some()
            || graph.spelled(&name.value).is_some_and(|wanted| {
                slot.site.settings.iter().any(|setting| {
                    let own = graph.spelled(&setting.value);
                    let is_reference = setting.value.as_ref().is_some();
                    own.is_some_and(|own| if is_reference { own.is(&wanted) } else { own.may_be(&wanted) })
                })
            }))
}

fn report(cx: &mut Cx<'_>, slot: &Slot<'_>, name: &PrincipalName, written: &str, form: &str) {
    let graph = cx.graph;
    let right = &slot.names.0.followed_by("/slots/", &slot.names.1, "").shown();
    let message = format!("no principal is called `{written}`: the identity of that slot is `{right}`");
    let subject = name.by.map_or_else(|| slot.resource.address.clone(), |by| graph.address(by));
    let certain = if name.place == NamePlace::Administrator { Truth::Maybe } else { Truth::Yes };
    let mut draft = Draft::new(subject, name.span, message)
        .note(form)
        .label(slot.resource.span, format!("its identity is called `{right}`"))
        .because(&name.value)
        .compares(slot.resource.address.clone())
        .doubt(certain.and(slot.resource.presence))
        .help(format!("write `{right}`"))
        .fix(fix(graph, name, right));
    for other in &name.others {
        draft = draft.label(*other, "and here");
    }
    cx.report(draft);
}

/// Writes the right name in the place of a literal, and wherever else the script says it.
fn fix(graph: &Graph<'_>, name: &PrincipalName, right: &str) -> Option<Fix> {
    if right.contains('…') {
        return None;
    }
    let edits = if name.by.is_none() {
        let inside = |span: &Span| Edit {
            span: Span { start: span.start + 1, end: span.end - 1, ..*span },
            text: right.to_owned(),
        };
        std::iter::once(&name.span).chain(&name.others).map(inside).collect()
    } else {
        vec![graph.other_text(&name.value, right)?]
    };
    Some(Fix { title: format!("write `{right}`"), safety: Safety::Safe, edits })
}
