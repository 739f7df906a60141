//! Findings to what editors show, each filed where it stands now.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::lines::Lines;
use super::look::World;
use super::protocol::{CodeDescription, Diagnostic, Location, Range, Related};
use super::shift::Shift;
use super::uri;
use crate::engine::Report;
use crate::finding::{Finding, Severity};
use crate::report::masked::Masked;
use crate::rules;
use crate::source::{SourceFile, Sources, Span};

/// What is said at one place.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// As the editor shows it.
    pub(super) diagnostic: Diagnostic,
    /// The unit and the number of its finding; none of what is wrong with configuration or grammar.
    pub(super) finding: Option<(usize, usize)>,
}

/// What is filed so far.
pub(super) struct Filing<'w> {
    world: &'w World,
    files: BTreeMap<PathBuf, Vec<Item>>,
}

impl<'w> Filing<'w> {
    /// Nothing yet.
    pub(super) fn new(world: &'w World) -> Self {
        Self { world, files: BTreeMap::new() }
    }

    /// Files a report, of a unit if it is one's.
    pub(super) fn file(&mut self, unit: Option<usize>, sources: &Sources, report: &Report) {
        let masked = Masked::new(sources, report);
        let mut places = Places::new(self.world, sources);
        for (number, finding) in report.findings.iter().enumerate() {
            let Some(file) = sources.get(finding.primary.span.source) else { continue };
            let Some(range) = places.range(finding.primary.span) else { continue };
            let diagnostic = diagnostic(finding, range, &masked, &mut places);
            self.add(file.path(), diagnostic, unit.map(|unit| (unit, number)));
        }
    }

    /// Files a report on a text that stands for the document of this path.
    pub(super) fn file_as(&mut self, path: &Path, sources: &Sources, report: &Report) {
        let Some(document) = self.world.documents.get(path) else { return };
        let masked = Masked::new(sources, report);
        let lines = Lines::new(&document.text, self.world.encoding);
        for finding in &report.findings {
            let span = finding.primary.span;
            let range = lines.range(span.start as usize, span.end as usize);
            let mut places = Places::new(self.world, sources);
            self.add(path, diagnostic(finding, range, &masked, &mut places), None);
        }
    }

    /// The same finding may come out of several units.
    fn add(&mut self, path: &Path, diagnostic: Diagnostic, finding: Option<(usize, usize)>) {
        let items = self.files.entry(path.to_path_buf()).or_default();
        if !items.iter().any(|item| item.diagnostic == diagnostic) {
            items.push(Item { diagnostic, finding });
        }
    }

    /// All of it, by place.
    pub(super) fn finish(mut self) -> BTreeMap<PathBuf, Vec<Item>> {
        for items in self.files.values_mut() {
            items.sort_by_key(|item| (item.diagnostic.range, item.diagnostic.code));
        }
        self.files
    }
}

fn diagnostic(finding: &Finding, range: Range, masked: &Masked<'_>, places: &mut Places<'_>) -> Diagnostic {
    let mut message = masked.words(&finding.message).into_owned();
    if !finding.primary.note.is_empty() {
        message = format!("{message}\n{}", masked.words(&finding.primary.note));
    }
    if let Some(help) = &finding.help {
        message = format!("{message}\nhelp: {}", masked.words(help));
    }
    let related = finding.related.iter().filter_map(|label| {
        let location = places.location(label.span)?;
        let note = if label.note.is_empty() { "see here" } else { &label.note };
        Some(Related { location, message: masked.words(note).into_owned() })
    });
    Diagnostic {
        range,
        severity: match finding.severity {
            Severity::Critical | Severity::High => 1,
            Severity::Medium => 2,
            Severity::Low => 3,
            Severity::Info => 4,
        },
        code: finding.rule,
        code_description: rules::find(finding.rule).map(|rule| CodeDescription { href: rule.url() }),
        source: "identilint",
        message,
        tags: tags(finding.rule),
        related_information: related.collect(),
        data: finding.fingerprint.clone(),
    }
}

/// What editors draw faded (1) or struck through (2).
fn tags(rule: &str) -> Vec<u8> {
    match rule {
        "removed-in-azurerm-5" => vec![2],
        _ if rule.starts_with("unused-") => vec![1],
        _ => Vec::new(),
    }
}

/// Where spans are in what the editor shows.
pub(super) struct Places<'s> {
    world: &'s World,
    sources: &'s Sources,
    texts: HashMap<crate::source::SourceId, Text<'s>>,
}

/// What the editor shows of a file.
struct Text<'s> {
    lines: Lines<'s>,
    /// From what was analysed, if the editor shows something else by now.
    shift: Option<Shift>,
    /// So many bytes at the start of the file are not shown.
    hidden: usize,
}

impl<'s> Places<'s> {
    /// Of files that were analysed together.
    pub(super) fn new(world: &'s World, sources: &'s Sources) -> Self {
        Self { world, sources, texts: HashMap::new() }
    }

    fn text(&mut self, span: Span) -> Option<&Text<'s>> {
        let file: &'s SourceFile = self.sources.get(span.source)?;
        let world = self.world;
        Some(self.texts.entry(span.source).or_insert_with(|| {
            let analysed: &'s Arc<str> = file.text();
            match world.documents.get(file.path()) {
                Some(document) => Text {
                    lines: Lines::new(&document.text, world.encoding),
                    shift: (document.text != *analysed).then(|| Shift::new(analysed, &document.text)),
                    hidden: 0,
                },
                // No editor counts a byte order mark.
                None => {
                    let shown = analysed.strip_prefix('\u{feff}').unwrap_or(analysed);
                    let hidden = analysed.len() - shown.len();
                    Text { lines: Lines::new(shown, world.encoding), shift: None, hidden }
                }
            }
        }))
    }

    /// The range of a span; none if what stood there is not there any more.
    pub(super) fn range(&mut self, span: Span) -> Option<Range> {
        let text = self.text(span)?;
        let (start, end) = (span.start as usize, span.end as usize);
        let (start, end) = text.shift.map_or(Some((start, end)), |shift| shift.range(start, end))?;
        Some(text.lines.range(start.saturating_sub(text.hidden), end.saturating_sub(text.hidden)))
    }

    /// The same with the address of the file.
    pub(super) fn location(&mut self, span: Span) -> Option<Location> {
        let range = self.range(span)?;
        let path = self.sources.get(span.source)?.path();
        let open = self.world.documents.get(path).map(|document| document.uri.clone());
        Some(Location { uri: open.unwrap_or_else(|| uri::of_path(path)), range })
    }
}
