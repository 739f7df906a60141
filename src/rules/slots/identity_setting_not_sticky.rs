use crate::azure::ids;
use crate::finding::Fix;
use crate::graph::{Declared, Graph, Host, IdKind, Ids, ResourceId, Setting, Site};
use crate::resolve::value::{Kind, Truth, Value};
use crate::rules::{Cx, Draft};

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    for slot in graph.sites.iter().filter(|site| site.is_slot) {
        let Some(pair) = Pair::new(graph, slot) else { continue };
        for (ours, theirs) in pair.settings() {
            let setting = ours.or(theirs);
            let Some(setting) = setting.filter(|setting| pair.site.sticky.holds(graph, setting) == Truth::No) else {
                continue;
            };
            if let Some(finding) = pair.judge(ours, theirs) {
                report(cx, &pair, setting, &finding);
            }
        }
    }
}

/// A slot and its site, both with what is attached to them.
pub(in crate::rules) struct Pair<'g> {
    pub(in crate::rules) graph: &'g Graph<'g>,
    pub(in crate::rules) slot: &'g Site,
    pub(in crate::rules) site: &'g Site,
    slot_host: &'g Host,
    site_host: &'g Host,
}

/// Which of the two asks for what it does not have.
struct Finding<'g> {
    site_breaks: bool,
    ours: Option<&'g Setting>,
    theirs: Option<&'g Setting>,
}

impl<'g> Pair<'g> {
    pub(in crate::rules) fn new(graph: &'g Graph<'g>, slot: &'g Site) -> Option<Self> {
        let site = graph.site(slot.of?)?;
        let (slot_host, site_host) = (graph.host(slot.resource)?, graph.host(site.resource)?);
        let left_alone = graph.is_resettled(slot.resource) || graph.is_resettled(site.resource);
        (!left_alone).then_some(Self { graph, slot, site, slot_host, site_host })
    }

    /// The settings of both, by name: the slot's and the site's.
    pub(in crate::rules) fn settings(&self) -> Vec<(Option<&'g Setting>, Option<&'g Setting>)> {
        let same = |a: &Setting, b: &Setting| a.connection == b.connection && a.name.eq_ignore_ascii_case(&b.name);
        let ours =
            self.slot.settings.iter().map(|own| (Some(own), self.site.settings.iter().rfind(|other| same(own, other))));
        let only_theirs =
            self.site.settings.iter().filter(|own| !self.slot.settings.iter().any(|other| same(own, other)));
        ours.chain(only_theirs.map(|own| (None, Some(own)))).collect()
    }

    /// Whether another identity is named by the slot's setting than by the site's, so that it is that rule's.
    pub(in crate::rules) fn names_identities(&self, ours: &'g Setting, theirs: &'g Setting) -> bool {
        self.judge(Some(ours), Some(theirs)).is_some()
    }

    fn judge(&self, ours: Option<&'g Setting>, theirs: Option<&'g Setting>) -> Option<Finding<'g>> {
        if let (Some(ours), Some(theirs)) = (ours, theirs)
            && let Some(finding) = self.literals(ours, theirs)
        {
            return Some(finding);
        }
        let b = ours.map(|setting| self.named(setting, self.slot_host));
        let a = theirs.map(|setting| self.named(setting, self.site_host));
        let finding = |site_breaks| Some(Finding { site_breaks, ours, theirs });
        match (a, b) {
            (Some(Some(a)), Some(Some(b))) if a != b => {
                if self.lacks(self.site_host, b) {
                    finding(true)
                } else if self.lacks(self.slot_host, a) {
                    finding(false)
                } else {
                    None
                }
            }
            (None, Some(Some(b))) if self.site.more_settings.is_none() && self.lacks(self.site_host, b) => {
                finding(true)
            }
            (Some(Some(a)), None)
                if self.slot.more_settings.is_none()
                    && self.lacks(self.slot_host, a)
                    && matches!(self.slot_host.declared, Declared::Block(_)) =>
            {
                finding(false)
            }
            _ => None,
        }
    }

    /// The one identity that a setting names, if that is attached to its own app.
    fn named(&self, setting: &Setting, host: &Host) -> Option<ResourceId> {
        let value = if setting.value.as_ref().is_some() && self.graph.identity_of(&setting.value).is_none() {
            self.graph.known(&setting.value)
        } else {
            setting.value.clone()
        };
        if matches!(value.kind, Kind::OneOf(_) | Kind::Unknown(_)) {
            return None;
        }
        let by_id = setting.name.to_ascii_lowercase().ends_with("__managedidentityresourceid");
        let mut found = Vec::new();
        value.walk(&mut |part| {
            let kind = self.graph.id_kind(part);
            let selects = kind == Some(IdKind::Client) || by_id && kind == Some(IdKind::Resource);
            if selects && part.as_ref().is_some() {
                found.extend(self.graph.identity_of(part).map(|id| (id, self.graph.attached(host, part))));
            }
        });
        match found.as_slice() {
            [(id, Truth::Yes)] => Some(*id),
            _ => None,
        }
    }

    /// Whether an app certainly does not have an identity.
    fn lacks(&self, host: &Host, identity: ResourceId) -> bool {
        let Some(resource) = self.graph.resource(identity) else { return false };
        self.graph.attached(host, &self.graph.id_of(identity, resource.span)) == Truth::No
    }

    /// Two client ids that are written out, on apps that have no identity in common.
    fn literals(&self, ours: &'g Setting, theirs: &'g Setting) -> Option<Finding<'g>> {
        let (a, b) = (self.literal(theirs, self.site)?, self.literal(ours, self.slot)?);
        let disjoint = match (ids(self.site_host), ids(self.slot_host)) {
            (Some(site), Some(slot)) => {
                !site.is_empty()
                    && !slot.is_empty()
                    && slot.iter().all(|id| self.graph.attached(self.site_host, id) == Truth::No)
            }
            _ => false,
        };
        (disjoint && !a.eq_ignore_ascii_case(&b)).then_some(Finding {
            site_breaks: true,
            ours: Some(ours),
            theirs: Some(theirs),
        })
    }

    /// The client id that a setting selects by, if it is written out.
    fn literal(&self, setting: &Setting, site: &Site) -> Option<String> {
        let known = self.graph.known(&setting.value);
        let text = known.as_str()?;
        let name = setting.name.to_ascii_lowercase();
        if let Some(prefix) = name.strip_suffix("__clientid") {
            let credential = format!("{prefix}__credential");
            let selects = site.settings.iter().any(|other| other.name.eq_ignore_ascii_case(&credential));
            return (selects && ids::is_guid(text)).then(|| text.to_owned());
        }
        if name == "azure_client_id" {
            return ids::is_guid(text).then(|| text.to_owned());
        }
        sql_user(text)
    }
}

/// What a connection string of an identity names as its user.
fn sql_user(text: &str) -> Option<String> {
    let (mut user, mut by_identity) = (None, false);
    for pair in text.split(';').filter(|pair| !pair.trim().is_empty()) {
        let (key, value) = pair.split_once('=')?;
        match key.trim().to_ascii_lowercase().as_str() {
            "user id" | "uid" => user = Some(value.trim().to_owned()),
            "authentication" => {
                let mode: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
                by_identity = ["activedirectorymanagedidentity", "activedirectorymsi", "activedirectorydefault"]
                    .iter()
                    .any(|own| mode.eq_ignore_ascii_case(own));
            }
            _ => {}
        }
    }
    user.filter(|user| by_identity && ids::is_guid(user))
}

fn ids(host: &Host) -> Option<&[Value]> {
    match &host.declared {
        Declared::Block(block) => match &block.ids {
            Ids::Listed { items, rest: None } => Some(items),
            Ids::Absent | Ids::Empty(_) => Some(&[]),
            _ => None,
        },
        _ => None,
    }
}

fn report(cx: &mut Cx<'_>, pair: &Pair<'_>, setting: &Setting, finding: &Finding<'_>) {
    let graph = cx.graph;
    let (Some(slot), Some(site)) = (graph.resource(pair.slot.resource), graph.resource(pair.site.resource)) else {
        return;
    };
    let (breaks, has) = if finding.site_breaks { (site, slot) } else { (slot, site) };
    let name = &setting.name;
    let message = format!(
        "after a swap `{}` asks for an identity that only `{}` has, because `{name}` is not sticky",
        breaks.title, has.title
    );
    let list = if setting.connection { "sticky connection strings" } else { "sticky app settings" };
    let mut draft = Draft::new(slot.address.clone(), setting.span, message)
        .note("goes to the other one with the next swap")
        .because(&setting.value)
        .doubt(slot.presence.and(site.presence))
        .help(format!("add `{name}` to the site's {list}"));
    if let (Some(_), Some(theirs)) = (finding.ours, finding.theirs) {
        draft = draft.label(theirs.span, "names another identity").because(&theirs.value);
    }
    for host in [pair.site_host, pair.slot_host] {
        if let Declared::Block(block) = &host.declared {
            draft = draft.label(block.span, "stays here").because(&block.kinds);
        }
    }
    let names = if setting.connection { &pair.site.sticky.connections } else { &pair.site.sticky.settings };
    if let Some(first) = names.first() {
        draft = draft.label(first.span, "not listed");
    }
    let edit = graph.make_sticky(pair.site, setting);
    cx.report(draft.fix(edit.map(|edit| Fix::safe(format!("make `{name}` sticky"), edit))));
}
