use crate::azure::ids;
use crate::finding::{Fix, Safety, Severity};
use crate::graph::{Declared, IdKind, Ids};
use crate::resolve::value::Value;
use crate::rules::{Cx, Draft};

const IDENTITY: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";

/// The end of every message.
const WANTED: &str = "where the resource id of a user-assigned identity belongs";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for host in &graph.hosts {
        let (Declared::Block(block), Some(resource)) = (&host.declared, graph.resource(host.resource)) else {
            continue;
        };
        let Ids::Listed { items, .. } = &block.ids else { continue };
        for item in items {
            let draft = if let Some(wrong) = wrong(cx, item) {
                let first = item.alternatives().first().unwrap_or(item);
                let edit = graph.other_id(first, IdKind::Resource).filter(|_| first.via.is_none());
                let fix = edit.map(|edit| Fix {
                    title: "take the resource id".to_owned(),
                    safety: Safety::Unsafe,
                    edits: vec![edit],
                });
                Draft::new(resource.address.clone(), first.span, wrong.message)
                    .note(wrong.note)
                    .because(first)
                    .help("give the resource id of the identity")
                    .fix(fix)
            } else if let Some((right, segment)) = item.as_str().filter(|_| block.exact).and_then(spelled) {
                let name = graph.name_of(item).unwrap_or_else(|| "an identity".into());
                let message = format!("the id of `{name}` is not read as one: letter case counts in `{segment}`");
                let fix = graph.other_text(item, &right).map(|edit| Fix {
                    title: "write the id in the spelling that is read".to_owned(),
                    safety: if item.via.is_none() { Safety::Safe } else { Safety::Unsafe },
                    edits: vec![edit],
                });
                Draft::new(resource.address.clone(), item.span, message)
                    .note("upper and lower case count here")
                    .because(item)
                    .severity(Severity::Medium)
                    .help(format!("write `{right}`"))
                    .fix(fix)
            } else {
                continue;
            };
            cx.report(draft.label(block.span, format!("an identity of `{}`", resource.title)).if_present(resource));
        }
    }
}

struct Wrong {
    message: String,
    note: String,
}

/// What an entry certainly is instead of the resource id of a user-assigned identity.
fn wrong(cx: &Cx<'_>, item: &Value) -> Option<Wrong> {
    let mut each = item.alternatives().iter().map(|one| one_wrong(cx, one));
    let first = each.next()??;
    each.all(|other| other.is_some()).then_some(first)
}

fn one_wrong(cx: &Cx<'_>, item: &Value) -> Option<Wrong> {
    let graph = cx.graph;
    let wrong =
        |what: String, note: &str| Some(Wrong { message: format!("{what} is given {WANTED}"), note: note.to_owned() });
    if let Some(name) = named(cx, item) {
        return wrong(format!("the name of `{name}`"), "a name");
    }
    if let Some(text) = item.as_str() {
        if ids::is_guid(text) {
            return wrong("a GUID".to_owned(), "a GUID names no resource");
        }
        if graph.is_reference_in_quotes(text) {
            let message = format!("a reference in quotes is only a text, {WANTED}");
            return Some(Wrong { message, note: "not read as a reference".to_owned() });
        }
    }
    if let Some(kind) = graph.type_in(item) {
        let is_other = !kind.eq_ignore_ascii_case(IDENTITY);
        return if is_other { wrong(format!("the id of a `{kind}`"), "the id of another resource") } else { None };
    }
    let resource = graph.resource(item.as_ref()?.start()?)?;
    match graph.id_kind(item)? {
        kind @ (IdKind::Principal | IdKind::Client | IdKind::Application) => {
            wrong(format!("the {} of `{}`", kind.name(), resource.title), &format!("this is a {}", kind.name()))
        }
        IdKind::Resource => {
            let named = graph.named_by(item).and_then(|id| graph.resource(id))?;
            let is_other = !named.arm_type().is_empty() && !named.is_arm(IDENTITY);
            if is_other {
                wrong(format!("the resource id of `{}`", named.title), "the id of another resource")
            } else {
                None
            }
        }
    }
}

/// The identity whose name an entry is.
fn named(cx: &Cx<'_>, item: &Value) -> Option<std::sync::Arc<str>> {
    let graph = cx.graph;
    if let Some(reference) = item.as_ref() {
        let resource = graph.resource(reference.start()?)?;
        let is_name = resource.is_arm(IDENTITY) && reference.dotted() == "name";
        return is_name.then(|| resource.title.clone());
    }
    let text = item.as_str().filter(|text| !text.is_empty() && !text.contains('/'))?;
    let mut identities = graph.resources().filter(|resource| resource.is_arm(IDENTITY));
    let is_named = |name: &Value| graph.known(name).as_str().is_some_and(|name| name.eq_ignore_ascii_case(text));
    let found = identities.find(|resource| resource.argument("name").is_some_and(is_named))?;
    Some(found.title.clone())
}

/// The id in the one spelling that is read where upper and lower case count, if it is written in another, and the first
/// segment that differs.
fn spelled(id: &str) -> Option<(String, String)> {
    const SEGMENTS: [&str; 5] =
        ["subscriptions", "resourceGroups", "providers", "Microsoft.ManagedIdentity", "userAssignedIdentities"];
    let usual = |segment: &str| {
        SEGMENTS.into_iter().find(|right| right.eq_ignore_ascii_case(segment)).map_or(segment.to_owned(), str::to_owned)
    };
    let right: Vec<String> = id.split('/').map(usual).collect();
    let odd = id.split('/').zip(&right).find(|(written, right)| written != right)?.0.to_owned();
    Some((right.join("/"), odd))
}
