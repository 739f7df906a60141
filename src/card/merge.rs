//! One face for the instances of one declaration: what is the same is said once, what is not names where it holds.

use super::face::{Compared, Draft, Said};
use crate::source::Span;

/// So many deployments or instances are named.
const MAX_NAMED: usize = 3;

/// So many tables are kept apart.
const MAX_TABLES: usize = 3;

/// A thing that one deployment sees at the place.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) span: Span,
    pub(super) face: Draft,
    pub(super) deployment: String,
    pub(super) address: String,
}

/// The faces of different declarations, each once.
pub(super) fn merged(seen: Vec<Seen>) -> Vec<Draft> {
    let mut groups: Vec<Vec<Seen>> = Vec::new();
    for one in seen {
        let is_same = |group: &&mut Vec<Seen>| {
            group
                .first()
                .is_some_and(|first| first.face.kind == one.face.kind && first.face.declared == one.face.declared)
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups.into_iter().filter_map(one).collect()
}

fn one(group: Vec<Seen>) -> Option<Draft> {
    let names = names(&group);
    let all = group.len();
    let mut group = group.into_iter();
    let first = group.next()?;
    let mut face = first.face;
    let mut holds: Vec<(Key, Vec<usize>)> = keys(&face).into_iter().map(|key| (key, vec![0])).collect();
    for (at, other) in group.enumerate() {
        let at = at + 1;
        for key in keys(&other.face) {
            match holds.iter_mut().find(|(known, _)| known.is_same(&key)) {
                Some((known, places)) => {
                    known.take_in(key);
                    places.push(at);
                }
                None => holds.push((key, vec![at])),
            }
        }
        extend(&mut face.titles, other.face.titles);
        extend(&mut face.addresses, other.face.addresses);
        extend(&mut face.subjects, other.face.subjects);
        extend(&mut face.extents, other.face.extents);
        if face.what != other.face.what && !face.what.ends_with('…') {
            face.what = common(&face.what, &other.face.what);
        }
    }
    face.notes.clear();
    face.topics.clear();
    face.tables.clear();
    for (key, mut places) in holds {
        places.dedup();
        let only = if places.len() == all { Vec::new() } else { labels(&names, &places) };
        match key {
            Key::Note(said) => face.notes.push(Said { only, ..said }),
            Key::Line(topic, said) => face.topics.entry(topic).or_default().push(Said { only, ..said }),
            Key::Table(table) if face.tables.len() < MAX_TABLES => face.tables.push(Compared { only, ..table }),
            Key::Table(_) => {}
        }
    }
    Some(face)
}

/// What two descriptions begin with, to the last whole word.
fn common(a: &str, b: &str) -> String {
    let same = a.split(' ').zip(b.split(' ')).take_while(|(a, b)| a == b).map(|(a, _)| a);
    let same: Vec<&str> = same.collect();
    format!("{} …", same.join(" "))
}

/// Something that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    Note(Said),
    Table(Compared),
    Line(super::Topic, Said),
}

impl Key {
    /// Whether the same is said: of other slots, perhaps.
    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Table(a), Self::Table(b)) => a.site == b.site && a.rows == b.rows,
            (a, b) => a == b,
        }
    }

    fn take_in(&mut self, other: Self) {
        if let (Self::Table(own), Self::Table(other)) = (self, other) {
            extend(&mut own.slots, other.slots);
        }
    }
}

fn keys(face: &Draft) -> Vec<Key> {
    let notes = face.notes.iter().cloned().map(Key::Note);
    let tables = face.tables.iter().cloned().map(Key::Table);
    let lines = face.topics.iter().flat_map(|(topic, lines)| lines.iter().map(|said| Key::Line(*topic, said.clone())));
    notes.chain(tables).chain(lines).collect()
}

/// What tells the instances apart: the deployment, the address or both.
fn names(group: &[Seen]) -> Vec<String> {
    let first = group.first();
    let one_deployment = group.iter().all(|one| first.is_some_and(|first| first.deployment == one.deployment));
    let one_address = group.iter().all(|one| first.is_some_and(|first| first.address == one.address));
    let name = |one: &Seen| match (one_deployment, one_address) {
        (true, _) => super::words::code(&one.address),
        (false, true) => one.deployment.clone(),
        (false, false) => format!("{} of {}", super::words::code(&one.address), one.deployment),
    };
    group.iter().map(name).collect()
}

fn labels(names: &[String], places: &[usize]) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for name in places.iter().filter_map(|at| names.get(*at)) {
        if !labels.contains(name) {
            labels.push(name.clone());
        }
    }
    let more = labels.len().saturating_sub(MAX_NAMED);
    labels.truncate(MAX_NAMED);
    if more > 0 {
        labels.push(format!("{more} more"));
    }
    labels
}

fn extend<T: PartialEq>(known: &mut Vec<T>, others: Vec<T>) {
    for other in others {
        if !known.contains(&other) {
            known.push(other);
        }
    }
}
