//! What was not looked at, and what stayed open.

use std::collections::HashMap;

use super::log::{Help, Location, Message, Notice, Notification, PhysicalLocation, Reference, Text};
use super::places::Locations;
use super::rules::Descriptors;
use crate::engine::Coverage;
use crate::source::{SourceId, Sources};
use crate::workspace::Gap;

/// A kind of notification: its id, its name, and what it says.
type Kind = (usize, &'static str, &'static str, &'static str);

const PARTIAL: Kind = (0, "partial-file", "PartialFile", "A part of the file was not understood.");
const SKIPPED: Kind = (1, "skipped-file", "SkippedFile", "The file was not analysed.");
const OPAQUE: Kind = (2, "opaque-module", "OpaqueModule", "The inside of a module was not seen.");
const UNDECIDED: Kind = (3, "open-question", "OpenQuestion", "A rule could not decide.");

pub(super) fn descriptors() -> Vec<Notice> {
    let notice = |(_, id, name, text)| Notice {
        id,
        name,
        short_description: Text { text },
        full_description: Text { text },
        help: Help { text, markdown: text },
    };
    [PARTIAL, SKIPPED, OPAQUE, UNDECIDED].into_iter().map(notice).collect()
}

pub(super) fn notifications<'a>(
    coverage: &'a Coverage,
    sources: &Sources,
    descriptors: &Descriptors<'_>,
    locations: &Locations<'_>,
) -> Vec<Notification<'a>> {
    let words = |text: &str| locations.masked.words(text).into_owned();
    // The files that were read, by what they are shown as.
    let files: HashMap<&str, SourceId> = sources.iter().map(|(id, file)| (&**file.display(), id)).collect();
    let gap = |kind, gap: &Gap| {
        let file = files.get(&*gap.path).copied();
        let artifact = file.and_then(|id| locations.artifact(id));
        let physical = artifact.map(|artifact_location| PhysicalLocation { artifact_location, region: None });
        let path = file.and_then(|id| locations.places.path(id)).unwrap_or_else(|| gap.path.clone());
        made(kind, format!("{path}: {}", words(&gap.reason)), physical)
    };
    let partial = coverage.partial.iter().map(|one| gap(PARTIAL, one));
    let skipped = coverage.skipped.iter().map(|one| gap(SKIPPED, one));
    let opaque = coverage.opaque.iter().map(|call| {
        let text = format!("{} ({}): {}", words(&call.address), words(&call.source), call.reason);
        made(OPAQUE, text, locations.physical(call.span))
    });
    let undecided = coverage.undecided.iter().map(|open| {
        let text = format!("{} at {}: {}", open.rule, words(&open.subject), words(&open.reason));
        let index = descriptors.index(open.rule);
        let rule = index.map(|at| Reference { id: open.rule, index: Some(at) });
        Notification { associated_rule: rule, ..made(UNDECIDED, text, locations.physical(open.span)) }
    });
    partial.chain(skipped).chain(opaque).chain(undecided).collect()
}

fn made<'a>((index, id, _, _): Kind, text: String, physical: Option<PhysicalLocation>) -> Notification<'a> {
    let location = physical.map(|physical| Location { physical_location: Some(physical), ..Location::default() });
    Notification {
        descriptor: Reference { id, index: Some(index) },
        associated_rule: None,
        level: "note",
        message: Message { text },
        locations: location.into_iter().collect(),
    }
}
