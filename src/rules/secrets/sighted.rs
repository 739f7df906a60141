//! What the rules about credentials in strings have in common.

use super::is_placeholder;
use crate::azure::credentials::Family;
use crate::finding::Severity;
use crate::resolve::value::Truth;
use crate::rules::{Cx, Draft};

/// Reports each credential of a family.
pub(super) fn report(cx: &mut Cx<'_>, family: Family) {
    for one in cx.graph.sightings(family) {
        if is_placeholder(cx, cx.graph.text_at(one.secret)) {
            continue;
        }
        let message = format!("{} stands in the code: {}", one.kind.what, one.shown);
        let last = if one.expired {
            "This one has run out, and is better gone all the same"
        } else {
            "What was committed counts as known: change it"
        };
        let mut draft = Draft::new(one.subject.clone(), one.secret, message)
            .note(one.kind.what)
            .secret(one.secret)
            .doubt(if one.certain { Truth::Yes } else { Truth::Maybe })
            .help(format!("{}. {last}", one.kind.instead));
        for other in &one.others {
            draft = draft.secret(*other);
        }
        cx.report(if one.expired { draft.severity(Severity::Medium) } else { draft });
    }
}
