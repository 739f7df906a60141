use crate::finding::{Edit, Fix, Safety};
use crate::graph::Declared;
use crate::resolve::value::{Kind, Truth, Value};
use crate::rules::{Cx, Draft};

const SETTING: &str = "WEBSITE_DISABLE_MSI";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for site in &graph.sites {
        let (Some(resource), Some(host)) = (graph.resource(site.resource), graph.host(site.resource)) else { continue };
        if host.system() != Truth::Yes && host.user() != Truth::Yes {
            continue;
        }
        // Of two settings of one name the last one counts.
        let Some(setting) = site.settings.iter().rfind(|setting| setting.name.eq_ignore_ascii_case(SETTING)) else {
            continue;
        };
        if !setting.value.alternatives().iter().all(|one| disables(&graph.known(one))) {
            continue;
        }
        let Declared::Block(block) = &host.declared else { continue };
        let fix = edit(cx, &setting.value).map(|edit| Fix {
            title: "leave the endpoint on".to_owned(),
            safety: if setting.value.via.is_none() { Safety::Safe } else { Safety::Unsafe },
            edits: vec![edit],
        });
        let message = format!("`{}` has an identity, but its token endpoint is disabled", resource.title);
        cx.report(
            Draft::new(resource.address.clone(), setting.value.span, message)
                .note("no token for the app's code")
                .label(block.span, "attached here, to no effect for the code")
                .because(&setting.value)
                .because(&block.kinds)
                .if_present(resource)
                .help(format!("remove `{SETTING}`, or set it to `false`"))
                .fix(fix),
        );
    }
}

fn disables(value: &Value) -> bool {
    match &value.kind {
        Kind::Bool(value) => *value,
        Kind::Number(number) => number.total_cmp(&1.0).is_eq(),
        _ => value.as_str().is_some_and(|text| text == "1" || text.eq_ignore_ascii_case("true")),
    }
}

/// The same kind of literal that leaves it on.
fn edit(cx: &Cx<'_>, value: &Value) -> Option<Edit> {
    match &value.kind {
        Kind::Bool(_) => Some(Edit { span: value.span, text: "false".to_owned() }),
        Kind::Number(_) => Some(Edit { span: value.span, text: "0".to_owned() }),
        _ => cx.graph.other_text(value, if value.as_str() == Some("1") { "0" } else { "false" }),
    }
}
