use crate::finding::{Fix, Safety};
use crate::graph::Declared;
use crate::rules::{Cx, Draft};

const VALID: [&str; 3] = ["SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned"];

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for host in &cx.graph.hosts {
        let (Declared::Block(block), Some(resource)) = (&host.declared, cx.graph.resource(host.resource)) else {
            continue;
        };
        let written: Option<Vec<&str>> = block.kinds.alternatives().iter().map(|one| one.as_str()).collect();
        let Some(written) = written.filter(|_| block.exact) else { continue };
        if written.iter().any(|text| VALID.contains(text) || text.is_empty()) {
            continue;
        }
        let (Some(first), Some(text)) = (block.kinds.alternatives().first(), written.first()) else { continue };
        let meant = meant(text);
        let edit = meant.and_then(|meant| cx.graph.other_text(first, meant));
        let fix =
            edit.map(|edit| Fix { title: format!("write `{}`", edit.text), safety: Safety::Safe, edits: vec![edit] });
        let help = match meant {
            Some(meant) => format!("write `{meant}`, exactly"),
            None if text.eq_ignore_ascii_case("none") => "leave the identity out to have none".to_owned(),
            None => format!("write one of `{}`, exactly", VALID.join("`, `")),
        };
        let message =
            format!("`{}` asks for identities as `{text}`, which is none of the accepted spellings", resource.title);
        cx.report(
            Draft::new(resource.address.clone(), first.span, message)
                .note("not an accepted spelling")
                .because(&block.kinds)
                .if_present(resource)
                .help(help)
                .fix(fix),
        );
    }
}

/// The valid spelling of the same words.
fn meant(text: &str) -> Option<&'static str> {
    let letters: String = text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect::<String>().to_lowercase();
    match letters.as_str() {
        "systemassigned" => Some(VALID[0]),
        "userassigned" => Some(VALID[1]),
        "systemassigneduserassigned" | "userassignedsystemassigned" => Some(VALID[2]),
        _ => None,
    }
}
