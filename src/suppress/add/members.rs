//! Members: `metadata` in ARM templates, `//` in Terraform's JSON.

use crate::source::Span;
use crate::suppress::Language;
use crate::syntax::json::{Json, Kind, Member, Node};

/// Where in a document the text of a suppression goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    /// The texts before and behind the suppression, which is a string, and where it goes.
    at: usize,
    before: &'static str,
    after: String,
    /// The end of what it is put into a list with.
    closes: Option<usize>,
    /// Whether the mark is part of the text.
    marked: bool,
}

impl Slot {
    /// What is inserted where.
    pub(super) fn texts(&self, words: &str) -> Vec<(usize, String)> {
        let words = if self.marked { words } else { words.strip_prefix("identilint: ").unwrap_or(words) };
        let string = serde_json::Value::from(words).to_string();
        let first = (self.at, format!("{}{string}{}", self.before, self.after));
        std::iter::once(first).chain(self.closes.map(|at| (at, " ]".to_owned()))).collect()
    }
}

/// What an object is, as far as it can hold a suppression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Template,
    Resource,
    /// A parameter or output.
    Entry,
    /// A block of Terraform.
    Block,
    /// So many names stand before the next block.
    Names(u8),
    Other,
}

impl Is {
    fn holds(self) -> bool {
        matches!(self, Self::Resource | Self::Entry | Self::Block)
    }

    /// What the values in a member are.
    fn inside(self, key: &str, value: &Node) -> Self {
        match (self, key.to_ascii_lowercase().as_str()) {
            (Self::Template | Self::Resource, "resources") => Self::Resource,
            (Self::Template, "parameters" | "outputs") => Self::Entry,
            (Self::Resource | Self::Other, "template") if value.get("resources").is_some() => Self::Template,
            (Self::Names(0), "resource" | "data" | "ephemeral") => Self::Names(2),
            (Self::Names(0), "variable" | "output" | "module" | "provider") => Self::Names(1),
            _ => Self::Other,
        }
    }
}

/// The slot of the smallest object that has one around a place.
///
/// # Errors
/// Why there is none.
pub(super) fn slot(tree: &Json, text: &str, language: Language, place: Span) -> Result<Slot, &'static str> {
    const NOTHING: &str = "strict JSON has no place for it that is smaller than the file";
    let mut best: Option<&Node> = None;
    let top = if language == Language::TerraformJson { Is::Names(0) } else { Is::Template };
    let mut next = tree.root.as_ref().map(|root| (root, top));
    while let Some((node, is)) = next {
        if is.holds() && node.as_object().is_some_and(|members| !members.is_empty()) {
            best = Some(node);
        }
        next = inner(node, is, place);
    }
    let members = best.and_then(Node::as_object).ok_or(NOTHING)?;
    let (first, open) = (members.first().ok_or(NOTHING)?, best.map_or(0, |node| node.span.start as usize + 1));
    let blanks = text.get(open..first.key_span.start as usize).unwrap_or_default();
    let blanks = if blanks.is_empty() { " " } else { blanks };
    let start = first.key_span.start as usize;
    if language == Language::TerraformJson {
        let marked = |slot: Slot| Slot { marked: true, ..slot };
        return match members.iter().find(|member| &*member.key.value == "//") {
            Some(comment) => beside(&comment.value).map(marked),
            None => Ok(marked(fresh(start, "\"//\": ", format!(",{blanks}")))),
        };
    }
    let named =
        |members: &'_ [Member], name: &str| members.iter().position(|one| one.key.value.eq_ignore_ascii_case(name));
    let Some(metadata) = named(members, "metadata").and_then(|at| members.get(at)) else {
        return Ok(fresh(start, "\"metadata\": { \"identilint\": ", format!(" }},{blanks}")));
    };
    let inside = metadata.value.as_object().ok_or("its `metadata` is no object")?;
    if let Some(own) = named(inside, "identilint").and_then(|at| inside.get(at)) {
        return beside(own.value.get("ignore").unwrap_or(&own.value));
    }
    match inside.first() {
        Some(first) => Ok(fresh(first.key_span.start as usize, "\"identilint\": ", ", ".to_owned())),
        None => Ok(fresh(metadata.value.span.start as usize + 1, " \"identilint\": ", " ".to_owned())),
    }
}

fn fresh(at: usize, before: &'static str, after: String) -> Slot {
    Slot { at, before, after, closes: None, marked: false }
}

/// Beside a suppression, or several, that are there.
fn beside(there: &Node) -> Result<Slot, &'static str> {
    let start = there.span.start as usize;
    match &there.kind {
        Kind::Array(items) => match items.first() {
            Some(first) => Ok(fresh(first.span.start as usize, "", ", ".to_owned())),
            None => Ok(fresh(start + 1, "", String::new())),
        },
        Kind::String(_) => Ok(Slot { closes: Some(there.span.end as usize), ..fresh(start, "[ ", ", ".to_owned()) }),
        _ => Err("what stands in its place for suppressions cannot be added to"),
    }
}

/// The part of a node that a place lies in.
fn inner(node: &Node, is: Is, place: Span) -> Option<(&Node, Is)> {
    let holds = |span: Span| span.start <= place.start && place.start < span.end;
    match &node.kind {
        // Lists are transparent: of resources, and of blocks that repeat.
        Kind::Array(items) => items.iter().find(|item| holds(item.span)).map(|item| (item, is)),
        Kind::Object(members) => {
            let member = members.iter().find(|member| holds(member.key_span.to(member.value.span)))?;
            let is = match is {
                Is::Names(1) => Is::Block,
                Is::Names(left @ 2..) => Is::Names(left - 1),
                _ => is.inside(&member.key.value, &member.value),
            };
            // What is named one by one stands one level further down.
            let named = matches!(is, Is::Resource | Is::Entry) && matches!(member.value.kind, Kind::Object(_));
            if !named {
                return Some((&member.value, is));
            }
            let inner = member.value.as_object()?;
            let inner = inner.iter().find(|member| holds(member.key_span.to(member.value.span)))?;
            Some((&inner.value, is))
        }
        _ => None,
    }
}
