//! Who reads something of whom, over locals, parameters and outputs.

use std::collections::{HashMap, HashSet};

use super::{Declaration, Point};
use crate::graph::{Graph, ResourceId};

/// All steps that readers take, the other way round: there are fewer owners to ask for than resources that read.
#[derive(Debug, Default)]
pub(in crate::graph) struct ReadBack {
    back: HashMap<Point, Vec<Point>>,
    readers: HashMap<Declaration, Vec<ResourceId>>,
}

impl ReadBack {
    /// The resources that read something of a declaration.
    pub(in crate::graph) fn readers(&self, of: Declaration) -> Vec<ResourceId> {
        let mut seen: HashSet<Point> = HashSet::new();
        let mut todo = vec![Point::Resource(of)];
        let mut found = Vec::new();
        while let Some(point) = todo.pop() {
            for before in self.back.get(&point).into_iter().flatten() {
                if !seen.insert(*before) {
                    continue;
                }
                match before {
                    Point::Resource(declaration) => found.extend(self.readers.get(declaration).into_iter().flatten()),
                    other => todo.push(*other),
                }
            }
        }
        found
    }
}

impl Graph<'_> {
    /// Every step that some resource takes to what it reads.
    pub(in crate::graph) fn read_back(&self) -> ReadBack {
        let mut all = ReadBack::default();
        for resource in self.resources() {
            if let Some(declaration) = self.declaration(resource.id) {
                all.readers.entry(declaration).or_default().push(resource.id);
            }
        }
        let mut todo: Vec<Point> = all.readers.keys().copied().map(Point::Resource).collect();
        let mut seen: HashSet<Point> = todo.iter().copied().collect();
        while let Some(point) = todo.pop() {
            for (next, _) in self.read_by(point).iter() {
                all.back.entry(*next).or_default().push(point);
                if seen.insert(*next) && !matches!(next, Point::Resource(_)) {
                    todo.push(*next);
                }
            }
        }
        all
    }
}
