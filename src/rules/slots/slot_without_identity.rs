use crate::azure::references::ReferenceKind;
use crate::graph::{Declared, Site};
use crate::rules::{Cx, Draft};
use crate::source::Span;

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    for site in &cx.graph.sites {
        let Some(host) = cx.graph.host(site.resource).filter(|_| site.is_slot) else { continue };
        let (Declared::None(said), Some(resource)) = (&host.declared, cx.graph.resource(site.resource)) else {
            continue;
        };
        let Some(need) = need(cx, site) else { continue };
        let title = &resource.title;
        let mut draft = Draft::new(
            resource.address.clone(),
            resource.span,
            format!("slot `{title}` has no identity, but uses one"),
        )
        .note("a slot does not share the identity of its site")
        .label(need.span, need.note)
        .if_present(resource)
        .help("give the slot an identity of its own, and that identity the roles that the site's has");
        if let Some(said) = said {
            draft = draft.because(said).label(said.span, "says that there is none");
        }
        if let Some(value) = need.value {
            draft = draft.because(value);
        }
        if let Some(parent) = site.of.and_then(|parent| cx.graph.host(parent))
            && let Declared::Block(block) = &parent.declared
        {
            draft = draft.label(block.span, "the site has one, which serves the site only");
        }
        cx.report(draft);
    }
}

struct Needed<'v> {
    span: Span,
    note: String,
    value: Option<&'v crate::resolve::value::Value>,
}

fn need<'s>(cx: &Cx<'_>, site: &'s Site) -> Option<Needed<'s>> {
    let reference = site.settings.iter().find_map(|setting| Some((setting, cx.graph.reference(&setting.value)?)));
    if let Some((setting, reference)) = reference {
        let what = match reference.kind {
            ReferenceKind::KeyVault => "a Key Vault reference",
            ReferenceKind::AppConfiguration => "an App Configuration reference",
        };
        let note = format!("{what}: without an identity the app gets this text itself");
        return Some(Needed { span: setting.span, note, value: Some(&setting.value) });
    }
    let feature = site.features.first()?;
    Some(Needed { span: feature.span, note: format!("{} needs one", feature.what), value: None })
}
