//! What is said of one thing in one deployment, before it is put together with the others.

use std::collections::BTreeMap;

use super::{Face, Kind, Line, MAX_LINES, Place, Section, Topic};
use super::{grants, hosts, identities, targets, uses};
use crate::graph::{Graph, Thing};
use crate::source::Span;

/// So many lines of a topic are put together.
const MAX_DRAFTED: usize = 200;

/// A face in the making.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) titles: Vec<String>,
    pub(super) what: String,
    pub(super) addresses: Vec<String>,
    pub(super) declared: Option<Span>,
    /// From where to where it is declared.
    pub(super) extents: Vec<Span>,
    /// What findings about it are about.
    pub(super) subjects: Vec<String>,
    pub(super) notes: Vec<Said>,
    pub(super) tables: Vec<Compared>,
    pub(super) topics: BTreeMap<Topic, Vec<Said>>,
}

/// A line in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) at: Option<Span>,
    pub(super) reference: Option<Span>,
    pub(super) none: bool,
    pub(super) only: Vec<String>,
}

/// A table in the making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Compared {
    pub(super) site: String,
    pub(super) slots: Vec<String>,
    pub(super) rows: Vec<[String; 3]>,
    pub(super) only: Vec<String>,
}

impl Said {
    /// A statement about what stands at a span.
    pub(super) fn at(text: impl Into<String>, at: Span) -> Self {
        Self { at: Some(at), ..Self::of(text) }
    }

    /// A statement.
    pub(super) fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), at: None, reference: None, none: false, only: Vec::new() }
    }

    /// That there is nothing.
    pub(super) fn none(text: impl Into<String>) -> Self {
        Self { none: true, ..Self::of(text) }
    }

    /// The smallest text that names the thing.
    pub(super) fn named_at(self, reference: Span) -> Self {
        Self { reference: Some(reference), ..self }
    }
}

impl Draft {
    pub(super) fn new(kind: Kind, title: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            kind,
            titles: vec![title.into()],
            what: what.into(),
            addresses: Vec::new(),
            declared: None,
            extents: Vec::new(),
            subjects: Vec::new(),
            notes: Vec::new(),
            tables: Vec::new(),
            topics: BTreeMap::new(),
        }
    }

    /// Adds a line.
    pub(super) fn say(&mut self, topic: Topic, said: Said) {
        let lines = self.topics.entry(topic).or_default();
        if lines.len() < MAX_DRAFTED && !lines.contains(&said) {
            lines.push(said);
        }
    }

    /// Adds a line that says that there is nothing, if there is no other.
    pub(super) fn say_none(&mut self, topic: Topic, text: &str) {
        if self.topics.get(&topic).is_none_or(Vec::is_empty) {
            self.say(topic, Said::none(text));
        }
    }

    /// Whether there is something to say on a topic.
    pub(super) fn says(&self, topic: Topic) -> bool {
        self.topics.get(&topic).is_some_and(|lines| lines.iter().any(|line| !line.none))
    }

    /// The face, with places, and with texts as they may be shown.
    pub(super) fn finish(self, place: impl Fn(Span) -> Option<Place>, shown: impl Fn(&str) -> String) -> Face {
        let line = |said: Said| Line {
            text: shown(&said.text),
            place: said.at.and_then(&place),
            reference: said.reference.filter(|span| place(*span).is_some()),
            only: said.only.iter().map(|one| shown(one)).collect(),
            none: said.none,
        };
        let all = |texts: Vec<String>| texts.iter().map(|text| shown(text)).collect::<Vec<_>>();
        let sections = self.topics.into_iter();
        let sections = sections.filter_map(|(topic, lines)| section(topic, lines.into_iter().map(line).collect()));
        let tables = self.tables.into_iter().map(|table| super::Table {
            site: shown(&table.site),
            slots: all(table.slots),
            rows: table.rows.iter().map(|row| row.each_ref().map(|cell| shown(cell))).collect(),
            only: all(table.only),
        });
        Face {
            kind: self.kind,
            titles: all(self.titles),
            what: shown(&self.what),
            addresses: all(self.addresses),
            declared: self.declared.and_then(&place),
            tables: tables.collect(),
            sections: sections.collect(),
            notes: self.notes.into_iter().map(line).collect(),
        }
    }
}

/// A section of no more lines than are shown.
pub(super) fn section(topic: Topic, mut lines: Vec<Line>) -> Option<Section> {
    let more = lines.len().saturating_sub(MAX_LINES);
    lines.truncate(MAX_LINES);
    (!lines.is_empty()).then_some(Section { topic, lines, more })
}

/// What there is to say of a thing; none if that is nothing.
pub(super) fn of(graph: &Graph<'_>, thing: &Thing) -> Option<Draft> {
    let mut draft = match thing {
        Thing::Principal(principal) => identities::draft(graph, principal)?,
        Thing::Grant(at) => grants::draft(graph, graph.grants.get(*at)?)?,
        Thing::Federation(at) => grants::of_federation(graph, graph.federations.get(*at)?),
        Thing::Use(at) => uses::draft(graph, graph.uses.get(*at)?),
        Thing::Resource(id) if graph.host(*id).is_some() || graph.site(*id).is_some() => hosts::draft(graph, *id)?,
        Thing::Resource(id) => targets::draft(graph, *id)?,
    };
    draft.addresses = vec![graph.address_of(thing).to_string()];
    let is_part = matches!(thing, Thing::Grant(at) if !graph.is_resource_of_its_own(*at));
    if !is_part && !matches!(thing, Thing::Use(_)) {
        draft.subjects.clone_from(&draft.addresses);
    }
    draft.declared = draft.declared.or_else(|| graph.declared_at(thing));
    if draft.extents.is_empty() {
        let resource = match thing {
            Thing::Principal(principal) => principal.resource(),
            Thing::Resource(id) => Some(*id),
            Thing::Federation(at) => graph.federations.get(*at).map(|one| one.by),
            Thing::Grant(_) | Thing::Use(_) => None,
        };
        draft.extents.extend(resource.and_then(|id| graph.extent(id)).or(draft.declared));
    }
    Some(draft)
}
