//! Places in SARIF's words. None leads out of the repository.

use super::ROOT;
use super::log::{ArtifactLocation, Location, LogicalLocation, Message, PhysicalLocation, Region};
use crate::finding::Label;
use crate::report::masked::Masked;
use crate::report::places::Places;
use crate::source::{SourceId, Span};

/// A longer text, in bytes, is not quoted.
const MAX_SNIPPET: u32 = 2000;

/// Makes places.
pub(super) struct Locations<'a> {
    pub(super) masked: &'a Masked<'a>,
    pub(super) places: &'a Places<'a>,
}

impl Locations<'_> {
    /// A file of the repository.
    pub(super) fn artifact(&self, file: SourceId) -> Option<ArtifactLocation> {
        Some(ArtifactLocation { uri: self.places.uri(file)?, uri_base_id: ROOT })
    }

    pub(super) fn physical(&self, span: Span) -> Option<PhysicalLocation> {
        Some(PhysicalLocation { artifact_location: self.artifact(span.source)?, region: Some(self.region(span, true)) })
    }

    pub(super) fn region(&self, span: Span, quoted: bool) -> Region {
        let (start, end) = self.places.range(span);
        let is_short = (1..=MAX_SNIPPET).contains(&span.end.saturating_sub(span.start));
        let snippet = || {
            let text = self.masked.text(span.source)?;
            Some(Message { text: text.get(span.start as usize..span.end as usize)?.to_owned() })
        };
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
            snippet: if quoted && is_short { snippet() } else { None },
        }
    }

    /// A label, if it stands in the repository.
    pub(super) fn label(&self, label: &Label, id: Option<usize>) -> Option<Location> {
        let note = self.masked.words(&label.note).into_owned();
        Some(Location {
            id,
            physical_location: Some(self.physical(label.span)?),
            message: Some(Message { text: note }).filter(|message| !message.text.is_empty()),
            ..Location::default()
        })
    }

    /// What something is about.
    pub(super) fn logical(&self, subject: &str) -> LogicalLocation {
        LogicalLocation { fully_qualified_name: self.masked.words(subject).into_owned(), kind: "resource" }
    }
}
