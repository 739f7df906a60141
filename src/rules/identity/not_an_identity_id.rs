use crate::azure::ids;
use crate::finding::{Edit, Fix, Safety, Severity};
use crate::graph::{Declared, IdKind, Ids};
use crate::resolve::value::Value;
use crate::rules::{Cx, Draft};

const IDENTITY: &str = "Microsoft.ManagedIdentity/userAssignedIdentities";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for host in &graph.hosts {
        let (Declared::Block(block), Some(resource)) = (&host.declared, graph.resource(host.resource)) else {
            continue;
        };
        let Ids::Listed { items, .. } = &block.ids else { continue };
        for item in items {
            let title = &resource.title;
            let draft = if let Some(wrong) = wrong(cx, item) {
                let message = format!("`{title}` lists {} among its user-assigned identities", wrong.what);
                let edit = graph.other_id(item, IdKind::Resource).filter(|_| item.via.is_none());
                let fix = edit.map(|edit| Fix {
                    title: "take the resource id".to_owned(),
                    safety: Safety::Unsafe,
                    edits: vec![edit],
                });
                Draft::new(resource.address.clone(), item.span, message)
                    .note(wrong.note)
                    .help("name each identity by the resource id of a user-assigned identity")
                    .fix(fix)
            } else if let Some(right) = item.as_str().filter(|_| block.exact).and_then(spelled) {
                let message = format!("`{title}` names an identity in a spelling that is not read as an id");
                let edit = graph.other_text(item, &right);
                let fix = edit.map(|edit: Edit| Fix {
                    title: "write the id in the spelling that is read".to_owned(),
                    safety: Safety::Safe,
                    edits: vec![edit],
                });
                Draft::new(resource.address.clone(), item.span, message)
                    .note("upper and lower case count here")
                    .severity(Severity::Medium)
                    .help(format!("write `{right}`"))
                    .fix(fix)
            } else {
                continue;
            };
            cx.report(
                draft.label(block.kinds.span, "the identities of this resource").because(item).if_present(resource),
            );
        }
    }
}

struct Wrong {
    what: String,
    note: &'static str,
}

/// What an entry certainly is instead of the resource id of a user-assigned identity.
fn wrong(cx: &Cx<'_>, item: &Value) -> Option<Wrong> {
    let graph = cx.graph;
    if let Some(text) = item.as_str() {
        if ids::is_guid(text) {
            return Some(Wrong { what: "a GUID".to_owned(), note: "a GUID names no resource" });
        }
        let of_another =
            ids::level(text).is_some() && !text.to_ascii_lowercase().contains(&IDENTITY.to_ascii_lowercase());
        return of_another.then(|| Wrong {
            what: "the id of another kind of resource".to_owned(),
            note: "not the id of a user-assigned identity",
        });
    }
    let id = item.as_ref()?.start()?;
    let resource = graph.resource(id)?;
    match graph.id_kind(item)? {
        kind @ (IdKind::Principal | IdKind::Client | IdKind::Application) => Some(Wrong {
            what: format!("the {} of `{}`", kind.name(), resource.title),
            note: "this is not a resource id",
        }),
        IdKind::Resource => {
            let named = graph.named_by(item).and_then(|id| graph.resource(id))?;
            let is_other = !named.arm_type().is_empty() && !named.is_arm(IDENTITY);
            is_other.then(|| Wrong {
                what: format!("`{}`, which is no user-assigned identity,", named.title),
                note: "the id of another kind of resource",
            })
        }
    }
}

/// The id in the one spelling that is read where upper and lower case count, if it is written in another.
fn spelled(id: &str) -> Option<String> {
    const SEGMENTS: [&str; 5] =
        ["subscriptions", "resourceGroups", "providers", "Microsoft.ManagedIdentity", "userAssignedIdentities"];
    let right = id
        .split('/')
        .map(|segment| SEGMENTS.into_iter().find(|right| right.eq_ignore_ascii_case(segment)).unwrap_or(segment))
        .collect::<Vec<_>>()
        .join("/");
    (right != id).then_some(right)
}
