use crate::finding::Fix;
use crate::graph::{Channel, Publishing, Site, Written};
use crate::resolve::value::Value;
use crate::rules::{Cx, Draft};

const HELP: &str = "publish as an identity of the pipeline, with the role Website Contributor, and refuse passwords";

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for app in &graph.sites {
        let site = app.of.and_then(|id| graph.site(id));
        let mut by_default = Vec::new();
        let mut forgotten = Vec::new();
        for channel in Channel::ALL {
            let refused = site.is_some_and(|site| matches!(graph.publishing(site, channel), Publishing::Refused));
            match graph.publishing(app, channel) {
                Publishing::Said(value) => stated(cx, app, channel, &value, refused),
                Publishing::Default if refused => forgotten.push(channel),
                Publishing::Default => by_default.push(channel),
                Publishing::Refused | Publishing::Unknown => {}
            }
        }
        unsaid(cx, app, &by_default, false);
        unsaid(cx, app, &forgotten, true);
    }
}

fn stated(cx: &mut Cx<'_>, app: &Site, channel: Channel, value: &Value, site_refuses: bool) {
    let graph = cx.graph;
    let Some(resource) = graph.resource(app.resource) else { return };
    let (title, name) = (&resource.title, channel.name());
    let but = if site_refuses { ", which its site refuses" } else { "" };
    let message = format!("`{title}` is told to take passwords for publishing by {name}{but}");
    let edit = graph.replace(value, Written::Bool(false), app.resource);
    let mut draft = Draft::new(resource.address.clone(), value.span, message)
        .note("switched on here")
        .because(value)
        .if_present(resource)
        .help(HELP)
        .fix(edit.map(|edit| Fix::safe("refuse them", edit)));
    if !value.is_default() {
        draft = draft.for_everybody();
    }
    if site_refuses {
        draft = draft.compares(resource.address.clone());
    }
    cx.report(draft);
}

fn unsaid(cx: &mut Cx<'_>, app: &Site, channels: &[Channel], site_refuses: bool) {
    let graph = cx.graph;
    let Some(resource) = graph.resource(app.resource).filter(|_| !channels.is_empty()) else { return };
    let names: Vec<&str> = channels.iter().map(|channel| channel.name()).collect();
    let (title, names) = (&resource.title, names.join(" and "));
    let message = if site_refuses {
        format!("`{title}` takes passwords for publishing by {names}, which its site refuses")
    } else {
        format!("nothing keeps `{title}` from taking passwords for publishing by {names}")
    };
    let mut draft = Draft::new(resource.address.clone(), resource.span, message).if_present(resource);
    let fix = graph.refuse_passwords(app.resource, channels).map(|edit| Fix::safe("refuse them", edit));
    draft = if site_refuses {
        let site = app.of.and_then(|id| graph.resource(id));
        let draft = draft.note("a slot does not take this over from its site").for_everybody();
        let draft = draft.compares(resource.address.clone());
        let help = "say it of the slot too";
        match site {
            Some(site) => draft.label(site.span, "refuses them").if_present(site).help(help),
            None => draft.help(help),
        }
    } else {
        draft.note("on by default").help(HELP)
    };
    cx.report(draft.fix(fix));
}
