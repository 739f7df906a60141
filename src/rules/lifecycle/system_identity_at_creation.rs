use crate::graph::{Declared, Early, EarlyRead};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for read in cx.graph.early_reads() {
        report(cx, &read);
    }
}

fn report(cx: &mut Cx<'_>, read: &EarlyRead<'_>) {
    let graph = cx.graph;
    let Some(resource) = graph.resource(read.resource) else { return };
    let reads = match read.what {
        Early::Images(registry) => format!("`{}` pulls images from `{}`", resource.title, graph.title(registry)),
        Early::Secrets(vault) => format!("`{}` reads secrets of vault `{}`", resource.title, graph.title(vault)),
        Early::Key => format!("`{}` reads its key", resource.title),
        Early::Share => format!("the content share of `{}` is checked", resource.title),
    };
    let message = format!("{reads} while it is made, as its system-assigned identity, which can have no role before");
    let mut help = "use a user-assigned identity, and give it the role first".to_owned();
    if read.what == Early::Share {
        help.push_str(", or set WEBSITE_SKIP_CONTENTSHARE_VALIDATION to 1 and make the share yourself");
    }
    let mut draft = Draft::new(resource.address.clone(), read.at.span, message)
        .note("read before the identity can have a role")
        .because(&read.at)
        .if_present(resource)
        .help(help);
    if let Some(Declared::Block(block)) = graph.host(read.resource).map(|host| &host.declared) {
        draft = draft.label(block.kinds.span, "this identity is made together with it");
    }
    if let Some(grant) = read.grant {
        draft = draft.label(grant.span, "this can be given only afterwards");
    }
    cx.report(draft);
}
