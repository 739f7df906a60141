//! YAML with spans: what stands beside infrastructure code and says who asks for its tokens.

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::source::{SourceId, Span};

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 64;
/// The most values of one file.
const MAX_NODES: usize = 100_000;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its text, quotes included.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// What a value is.
#[derive(Debug, Clone)]
pub enum NodeKind {
    /// A text, number or word, and whether it stands there without quotes.
    Scalar(String, bool),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values, in the order of the text.
    Mapping(Vec<(Node, Node)>),
    /// A value that stands elsewhere. It is not followed: a few lines of these can stand for gigabytes.
    Alias,
}

/// A list or mapping that is not complete.
struct Open {
    start: usize,
    /// Keys and values in turn, if it is a mapping.
    is_mapping: bool,
    nodes: Vec<Node>,
}

/// The documents of a file; none if it is no YAML, too deep or too large.
#[must_use]
pub fn documents(source: SourceId, text: &str) -> Option<Vec<Node>> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let places = Places::new(body, text.len() - body.len());
    let mut documents = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut seen = 0;
    for event in Parser::new_from_str(body) {
        let (event, at) = event.ok()?;
        let (start, end) = (places.byte(at.start.index()), places.byte(at.end.index()));
        let node = |kind, start| Node { span: Span::new(source, start, end), kind };
        let done = match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                let is_mapping = matches!(event, Event::MappingStart(..));
                open.push(Open { start, is_mapping, nodes: Vec::new() });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let closed = open.pop()?;
                // A block ends where the next thing begins.
                let end = closed.start + text.get(closed.start..end).map_or(0, |block| block.trim_end().len());
                let node = |kind, start| Node { span: Span::new(source, start, end), kind };
                let kind = if closed.is_mapping { mapping(closed.nodes) } else { NodeKind::Sequence(closed.nodes) };
                node(kind, closed.start)
            }
            Event::Scalar(value, style, ..) => {
                let kind = NodeKind::Scalar(value.into_owned(), style == ScalarStyle::Plain);
                // The parser counts a comment behind quotes to them.
                let length = text.get(start..end).and_then(quoted);
                let end = length.map_or(end, |length| start + length);
                Node { span: Span::new(source, start, end), kind }
            }
            Event::Alias(_) => node(NodeKind::Alias, start),
            _ => continue,
        };
        seen += 1;
        if seen > MAX_NODES || open.len() > MAX_DEPTH {
            return None;
        }
        match open.last_mut() {
            Some(around) => around.nodes.push(done),
            None => documents.push(done),
        }
    }
    Some(documents)
}

fn mapping(nodes: Vec<Node>) -> NodeKind {
    let mut nodes = nodes.into_iter();
    let mut entries = Vec::new();
    while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
        entries.push((key, value));
    }
    NodeKind::Mapping(entries)
}

/// How long a text in quotes is, if that is what comes first.
fn quoted(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' && quote == '"' {
            letters.next();
        } else if letter == quote && (quote == '"' || letters.next_if(|(_, next)| *next == quote).is_none()) {
            return Some(at + 1);
        }
    }
    None
}

/// From the number of a character to that of its first byte.
struct Places {
    before: usize,
    /// Bytes at which characters begin; none if each is one byte long.
    starts: Option<Vec<usize>>,
    length: usize,
}

impl Places {
    fn new(text: &str, before: usize) -> Self {
        let starts = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
        Self { before, starts, length: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        let byte = match &self.starts {
            Some(starts) => starts.get(character).copied().unwrap_or(self.length),
            None => character.min(self.length),
        };
        self.before + byte
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, NodeKind, documents};
    use crate::source::SourceId;

    fn scalars<'t>(text: &'t str, node: &Node, found: &mut Vec<&'t str>) {
        match &node.kind {
            NodeKind::Sequence(items) => items.iter().for_each(|item| scalars(text, item, found)),
            NodeKind::Mapping(entries) => {
                for (key, value) in entries {
                    scalars(text, key, found);
                    scalars(text, value, found);
                }
            }
            NodeKind::Scalar(..) | NodeKind::Alias => {
                found.push(
                    text.get(node.span.start as usize..node.span.end as usize).expect("it is a span of the text"),
                );
            }
        }
    }

    #[test]
    fn every_scalar_stands_where_its_span_says() {
        let text = "\u{feff}# é\r\na: \"é🦀\" # x\r\nb:\r\n  - c/d: 'y'\r\n  - plain text   # z\r\n---\r\ne: &x {f: [1, *x]}\r\n";
        let documents = documents(SourceId(0), text).expect("it is YAML");
        assert_eq!(documents.len(), 2);
        let mut found = Vec::new();
        documents.iter().for_each(|document| scalars(text, document, &mut found));
        assert_eq!(found, ["a", "\"é🦀\"", "b", "c/d", "'y'", "plain text", "e", "f", "1", "*x"]);
    }

    #[test]
    fn what_is_no_yaml_or_too_deep_is_nothing() {
        assert!(documents(SourceId(0), "a: [b").is_none());
        assert!(documents(SourceId(0), &"[".repeat(10_000)).is_none());
        assert!(documents(SourceId(0), &format!("{}{}", "[".repeat(200), "]".repeat(200))).is_none());
        assert!(documents(SourceId(0), "a: b: c").is_none());
    }
}
