//! Where something stands, as other programs want it: below the root of the repository, in UTF-16 columns, as a URI.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::finding::{Finding, Label};
use crate::source::{ColumnUnit, Position, SourceFile, SourceId, Sources, Span};

/// Paths of files in their repository.
#[derive(Debug)]
pub(super) struct Places<'a> {
    sources: &'a Sources,
    paths: RefCell<HashMap<SourceId, Option<Arc<str>>>>,
}

impl<'a> Places<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources, paths: RefCell::default() }
    }

    /// The path of a file below the root of the repository; none if it lies elsewhere.
    pub(super) fn path(&self, id: SourceId) -> Option<Arc<str>> {
        self.paths.borrow_mut().entry(id).or_insert_with(|| self.below_root(id)).clone()
    }

    fn below_root(&self, id: SourceId) -> Option<Arc<str>> {
        if self.sources.root().as_os_str().is_empty() {
            // Nothing is on disk, so a path is what it is shown as.
            return self.sources.get(id).map(|file| file.display().clone());
        }
        self.sources.below_root(id).map(Arc::from)
    }

    /// That path as a relative URI reference.
    pub(super) fn uri(&self, id: SourceId) -> Option<String> {
        self.path(id).map(|path| uri(&path))
    }

    /// The path to show to a person: that in the repository, or the one from the working directory.
    pub(super) fn shown(&self, id: SourceId) -> Arc<str> {
        let from_here = || self.sources.get(id).map(|file| file.display().clone()).unwrap_or_default();
        self.path(id).unwrap_or_else(from_here)
    }

    /// Where a finding stands inside the repository: its primary label, or the first of its proof that is in there.
    pub(super) fn home<'f>(&self, finding: &'f Finding) -> Option<&'f Label> {
        std::iter::once(&finding.primary).chain(&finding.related).find(|label| self.path(label.span.source).is_some())
    }

    /// Start and end in UTF-16 columns.
    pub(super) fn range(&self, span: Span) -> (Position, Position) {
        let file = self.sources.get(span.source);
        let position = |byte| file.map_or(Position { line: 1, column: 1 }, |file| position(file, byte));
        (position(span.start), position(span.end))
    }

    /// The line on which a span begins.
    pub(super) fn line(&self, span: Span) -> u32 {
        self.range(span.at_start()).0.line
    }
}

/// A byte order mark is no part of the text for those who count columns.
fn position(file: &SourceFile, byte: u32) -> Position {
    let mut at = file.position(byte, ColumnUnit::Utf16);
    if at.line == 1 && file.text().starts_with('\u{feff}') {
        at.column = at.column.saturating_sub(1).max(1);
    }
    at
}

/// A path with `/` as a relative URI reference (RFC 3986): what is not unreserved is percent-encoded.
pub(super) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            uri.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn uris_hold_nothing_but_what_they_may() {
        assert_eq!(uri("infra/a b/é#1?.tf"), "infra/a%20b/%C3%A9%231%3F.tf");
        assert_eq!(uri("C:/x:y/%41"), "C%3A/x%3Ay/%2541");
    }

    #[test]
    fn columns_are_those_of_editors_and_leave_the_byte_order_mark_out() {
        let text = "\u{feff}é🦀x\r\n🦀y";
        let sources = Sources::new(vec![SourceFile::new(PathBuf::new(), "a.tf", text)], PathBuf::new());
        let places = Places::new(&sources);
        let at = |needle| text.find(needle).unwrap();
        let (start, end) = places.range(Span::new(SourceId(0), at('x'), at('y')));
        assert_eq!((start, end), (Position { line: 1, column: 4 }, Position { line: 2, column: 3 }));
        assert_eq!(places.range(Span::new(SourceId(0), 0, 0)).0, Position { line: 1, column: 1 });
    }

    #[test]
    fn nothing_is_placed_outside_the_repository() {
        let file = |path: &str| SourceFile::new(PathBuf::from(path), "shown", "");
        let sources = Sources::new(vec![file("/r/a b/x.tf"), file("/elsewhere/x.tf"), file("")], PathBuf::from("/r"));
        let places = Places::new(&sources);
        assert_eq!(places.uri(SourceId(0)).as_deref(), Some("a%20b/x.tf"));
        assert_eq!(places.uri(SourceId(1)), None);
        assert_eq!(places.uri(SourceId(2)), None);
        assert_eq!(&*places.shown(SourceId(1)), "shown");
    }
}
