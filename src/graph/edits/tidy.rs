//! Edits that leave lines as they were kept: with the file's line ends, and in columns where `terraform fmt` had set them.

use std::ops::Range;

use super::Language;
use super::columns::{Columns, Gap, opened};
use crate::finding::{Edit, Fix};
use crate::graph::Graph;
use crate::source::{SourceId, Span};

/// So many lines before and after an edit are looked at; longer runs stay as the edit leaves them.
const MAX_LINES: usize = 500;

impl Graph<'_> {
    /// The fix as whoever keeps the file would have written it.
    #[must_use]
    pub fn tidied(&self, mut fix: Fix) -> Fix {
        fix.edits.sort_by_key(|edit| edit.span);
        let mut edits = Vec::new();
        let mut rest = fix.edits.into_iter().peekable();
        while let Some(first) = rest.next() {
            let id = first.span.source;
            let mut of_file = vec![first];
            while let Some(next) = rest.next_if(|next| next.span.source == id) {
                of_file.push(next);
            }
            let Some(file) = self.sources.get(id) else {
                edits.extend(of_file);
                continue;
            };
            of_file.iter_mut().for_each(|edit| keep_line_ends(edit, file.text()));
            if self.language(Span::new(id, 0, 0)) == Some(Language::Hcl) {
                of_file = in_columns(id, file.text(), of_file);
            }
            edits.extend(of_file);
        }
        fix.edits = edits;
        fix
    }
}

/// New lines end as those around them do.
fn keep_line_ends(edit: &mut Edit, text: &str) {
    let before = text.get(..edit.span.start as usize).unwrap_or("");
    let after = text.get(edit.span.end as usize..).unwrap_or("");
    let ends = |at: usize, text: &str| text.get(..at).is_some_and(|line| line.ends_with('\r'));
    let is_wide = before.rfind('\n').map(|at| ends(at, before)).or_else(|| after.find('\n').map(|at| ends(at, after)));
    if edit.text.contains('\n') && is_wide == Some(true) {
        edit.text = edit.text.replace("\r\n", "\n").replace('\n', "\r\n");
    }
}

/// The edits, and what they ask of the lines beside theirs.
fn in_columns(id: SourceId, text: &str, edits: Vec<Edit>) -> Vec<Edit> {
    let mut tidied = Vec::new();
    let mut parts: Vec<(Range<usize>, Vec<Edit>)> = Vec::new();
    for edit in edits {
        let around = paragraph(text, &(edit.span.start as usize..edit.span.end as usize));
        match parts.last_mut() {
            Some((part, edits)) if around.start < part.end => {
                part.end = part.end.max(around.end);
                edits.push(edit);
            }
            _ => parts.push((around, vec![edit])),
        }
    }
    for (part, edits) in parts {
        tidied.extend(aligned(id, text, &part, &edits).unwrap_or(edits));
    }
    tidied
}

/// The lines around a part of a text, up to the empty ones before and after them.
fn paragraph(text: &str, part: &Range<usize>) -> Range<usize> {
    let (before, after) = (text.get(..part.start).unwrap_or(""), text.get(part.end..).unwrap_or(""));
    let mut start = before.rfind('\n').map_or(0, |at| at + 1);
    for line in before.get(..start).unwrap_or("").rsplit_inclusive_lines().take(MAX_LINES) {
        if line.trim().is_empty() {
            break;
        }
        start -= line.len();
    }
    let mut end = part.end;
    for (at, line) in after.split_inclusive('\n').take(MAX_LINES).enumerate() {
        // The rest of the last line of the part may be empty.
        if at > 0 && line.trim().is_empty() {
            break;
        }
        end += line.len();
    }
    start..end
}

/// Lines of a text.
trait Lines {
    fn rsplit_inclusive_lines(&self) -> impl Iterator<Item = &str>;
}

impl Lines for str {
    /// The lines from the last to the first, each with its end.
    fn rsplit_inclusive_lines(&self) -> impl Iterator<Item = &str> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let body = rest.strip_suffix('\n').unwrap_or(rest);
            let start = body.rfind('\n').map_or(0, |at| at + 1);
            let line = rest.get(start..).filter(|line| !line.is_empty())?;
            rest = rest.get(..start)?;
            Some(line)
        })
    }
}

/// A byte of a changed text, and where it comes from.
type Traced = (u8, Option<usize>);

/// The edits of a part of a file with those that set its columns anew, if they were set before.
fn aligned(id: SourceId, text: &str, part: &Range<usize>, edits: &[Edit]) -> Option<Vec<Edit>> {
    if is_in_heredoc(text.get(..part.start)?) {
        return None;
    }
    let old = Columns::new(text.get(part.clone())?);
    let own = |edit: &Edit| edit.span.start as usize..edit.span.end as usize;
    let lines: Vec<Range<usize>> =
        edits.iter().map(|edit| old.around(&(own(edit).start - part.start..own(edit).end - part.start))).collect();
    let (columns, comments) = old.gaps(&lines);
    if !columns.is_empty() {
        return None;
    }
    let mut bytes: Vec<Traced> = Vec::new();
    let mut changed: Vec<Range<usize>> = Vec::new();
    let mut at = part.start;
    let kept = |range: Range<usize>| Some(text.as_bytes().get(range.clone())?.iter().copied().zip(range.map(Some)));
    for edit in edits {
        bytes.extend(kept(at..own(edit).start)?);
        let start = bytes.len();
        bytes.extend(edit.text.bytes().map(|byte| (byte, None)));
        changed.push(start..bytes.len());
        at = own(edit).end;
    }
    bytes.extend(kept(at..part.end)?);
    let new = String::from_utf8(bytes.iter().map(|(byte, _)| *byte).collect()).ok()?;
    let new = Columns::new(&new);
    let lines: Vec<Range<usize>> = changed.iter().map(|range| new.around(range)).collect();
    let (mut gaps, notes) = new.gaps(&lines);
    if comments.is_empty() {
        gaps.extend(notes);
    }
    gaps.sort_by_key(|gap| std::cmp::Reverse(gap.at.start));
    for gap in &gaps {
        set(&mut bytes, gap);
    }
    Some(traced(id, part, &bytes))
}

/// Makes a gap as wide as it should be.
fn set(bytes: &mut Vec<Traced>, gap: &Gap) {
    let there = gap.at.len();
    if gap.wanted <= there {
        bytes.drain(gap.at.start + gap.wanted..gap.at.end);
    } else {
        bytes.splice(gap.at.end..gap.at.end, (there..gap.wanted).map(|_| (b' ', None)));
    }
}

/// The edits that make these bytes of a part of a file.
fn traced(id: SourceId, part: &Range<usize>, bytes: &[Traced]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut new: Vec<u8> = Vec::new();
    let mut from = part.start;
    let mut push = |range: Range<usize>, new: &mut Vec<u8>| {
        if !range.is_empty() || !new.is_empty() {
            let text = String::from_utf8_lossy(&std::mem::take(new)).into_owned();
            edits.push(Edit { span: Span::new(id, range.start, range.end), text });
        }
    };
    for (byte, origin) in bytes {
        match origin {
            Some(at) => {
                push(from..*at, &mut new);
                from = at + 1;
            }
            None => new.push(*byte),
        }
    }
    push(from..part.end, &mut new);
    edits
}

/// Whether a text of several lines is still open at the end of these.
fn is_in_heredoc(text: &str) -> bool {
    let mut end: Option<&str> = None;
    if text.contains("<<") {
        for line in text.lines() {
            end = match end {
                Some(word) => Some(word).filter(|word| line.trim() != *word),
                None => opened(line),
            };
        }
    }
    end.is_some()
}
