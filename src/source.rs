//! Source files and spans: byte offsets everywhere, lines and columns only at the edge.

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Names one file of a [`Sources`]. Ids follow the sorted order of paths, so they are stable from run to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A half-open range of UTF-8 bytes in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the range lies in.
    pub source: SourceId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end` of `source`; offsets beyond 4 GiB are clamped (files are far smaller, see the workspace's limit).
    #[must_use]
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { source, start: clamp(start), end: clamp(end) }
    }

    /// The smallest range that holds both; the other is ignored if it lies in another file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.source != other.source {
            return self;
        }
        Self { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// An empty range at the first byte of this one.
    #[must_use]
    pub fn at_start(self) -> Self {
        Self { end: self.start, ..self }
    }

    /// Whether `other` lies inside this range.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }
}

/// A line and a column, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in the unit that was asked for.
    pub column: u32,
}

/// The unit in which a consumer counts columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnUnit {
    /// UTF-8 bytes.
    Bytes,
    /// Unicode scalar values: what a person counts.
    Characters,
    /// UTF-16 code units: SARIF and, unless negotiated otherwise, the language server protocol.
    Utf16,
}

/// One file: where it is, how it is shown, and its text.
#[derive(Debug)]
pub struct SourceFile {
    path: PathBuf,
    display: Arc<str>,
    text: Arc<str>,
    line_starts: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// A file at `path`, shown as `display` (relative, with `/`).
    #[must_use]
    pub fn new(path: PathBuf, display: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { path, display: display.into(), text: text.into(), line_starts: OnceLock::new() }
    }

    /// Whether the other is the same file, as shown and as read.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.path == other.path && self.display == other.display && self.text == other.text
    }

    /// Where the file is on disk.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path shown to people: relative to the working directory, with `/`.
    #[must_use]
    pub fn display(&self) -> &Arc<str> {
        &self.display
    }

    /// The text as it was read.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect()
        })
    }

    /// Line and column of a byte offset. An offset inside a character counts as that character's start; one past the
    /// end counts as the end.
    #[must_use]
    pub fn position(&self, offset: u32, unit: ColumnUnit) -> Position {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0) as usize;
        let mut end = (offset as usize).clamp(start, self.text.len().max(start));
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = self.text.get(start..end).unwrap_or("");
        let width = match unit {
            ColumnUnit::Bytes => before.len(),
            ColumnUnit::Characters => before.chars().count(),
            ColumnUnit::Utf16 => before.encode_utf16().count(),
        };
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: small(line), column: small(width + 1) }
    }
}

/// All files of a run.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
    /// The root of the repository; empty if nothing is on disk.
    root: PathBuf,
}

impl Sources {
    /// The files, in the order that gives them their ids, of the repository at `root`.
    #[must_use]
    pub fn new(files: impl IntoIterator<Item = impl Into<Arc<SourceFile>>>, root: PathBuf) -> Self {
        Self { files: files.into_iter().map(Into::into).collect(), root }
    }

    /// The root of the repository: what paths in reports for other programs are relative to.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path of a file below the root of the repository, with `/`; none if it lies elsewhere.
    #[must_use]
    pub fn below_root(&self, id: SourceId) -> Option<String> {
        let path = self.get(id)?.path().strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<&str>> = path
            .components()
            .map(|part| match part {
                Component::Normal(name) => name.to_str(),
                _ => None,
            })
            .collect();
        parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join("/"))
    }

    /// Adds a file and names it.
    pub fn add(&mut self, file: SourceFile) -> SourceId {
        let id = SourceId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Arc::new(file));
        id
    }

    /// The file with this id.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize).map(|file| &**file)
    }

    /// The text of a span; empty if the span is not in these files or cuts a character.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).and_then(|file| file.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }

    /// Every file with its id.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &SourceFile)> {
        self.files.iter().enumerate().map(|(at, file)| (SourceId(u32::try_from(at).unwrap_or(u32::MAX)), &**file))
    }

    /// The files in the order of their ids, to be shared.
    #[must_use]
    pub fn shared(&self) -> &[Arc<SourceFile>] {
        &self.files
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_in_each_unit_count_what_they_say() {
        let file = SourceFile::new(PathBuf::new(), "a.tf", "x\r\né🦀b\n");
        let b = u32::try_from(file.text().find('b').unwrap_or_default()).unwrap_or_default();
        let column = |unit| file.position(b, unit);
        assert_eq!(column(ColumnUnit::Bytes), Position { line: 2, column: 7 });
        assert_eq!(column(ColumnUnit::Characters), Position { line: 2, column: 3 });
        assert_eq!(column(ColumnUnit::Utf16), Position { line: 2, column: 4 });
    }

    #[test]
    fn offsets_inside_a_character_or_past_the_end_are_clamped() {
        let file = SourceFile::new(PathBuf::new(), "a.tf", "é");
        assert_eq!(file.position(1, ColumnUnit::Characters), Position { line: 1, column: 1 });
        assert_eq!(file.position(99, ColumnUnit::Characters), Position { line: 1, column: 2 });
    }
}
