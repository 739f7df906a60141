use crate::finding::{Edit, Fix, Safety};
use crate::graph::{Declared, Ids};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for host in &cx.graph.hosts {
        let (Declared::Block(block), Some(resource)) = (&host.declared, cx.graph.resource(host.resource)) else {
            continue;
        };
        let Ids::Malformed { value, what, entry } = &block.ids else { continue };
        let title = &resource.title;
        let article = if *what == "array" { "an" } else { "a" };
        let message = match (*what, entry) {
            (_, true) => format!("an identity of `{title}` has {article} {what} as its value, where an object belongs"),
            ("array", false) => {
                format!(
                    "`{title}` lists its user-assigned identities in an array, where an object with the ids as keys belongs"
                )
            }
            (_, false) => {
                format!(
                    "`{title}` names its user-assigned identities by a {what}, where an object with the ids as keys belongs"
                )
            }
        };
        // A text with its quotes; what stands inside one is not replaced by an object.
        let written = value.as_str().filter(|text| (value.span.end - value.span.start) as usize == text.len() + 2);
        let fix = written.filter(|_| *entry && value.via.is_none()).map(|_| Fix {
            title: "make it an object".to_owned(),
            safety: Safety::Unsafe,
            edits: vec![Edit { span: value.span, text: "{}".to_owned() }],
        });
        cx.report(
            Draft::new(resource.address.clone(), value.span, message)
                .note(format!("{article} {what}"))
                .because(value)
                .if_present(resource)
                .help("make it an object: each resource id a key, each value an empty object")
                .fix(fix),
        );
    }
}
