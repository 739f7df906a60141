//! Markdown for the summary of a job and for comments on a pull request: as long as a comment may be, and no longer.

mod escape;

use std::fmt::Write as _;

use self::escape::{code, escaped};
use super::masked::Masked;
use super::places::{Places, uri};
use super::text::headline;
use crate::engine::Report;
use crate::finding::{Finding, Label, Severity};
use crate::source::Sources;
use crate::text::count;
use crate::workspace::Gap;

/// GitHub takes 65,536 characters in a comment, and more in a summary. These are bytes, so there is some air.
const MAX_LENGTH: usize = 60_000;

/// What is kept of that for the coverage.
const MAX_COVERAGE: usize = 6_000;

/// From here on, findings are shown without their proofs, so that more of them fit in.
const MAX_PROOFS: usize = 30_000;

/// Labels that are shown of one proof.
const MAX_LABELS: usize = 20;

/// Renders a report. With the address under which a browser shows the files of the repository, places are links.
#[must_use]
pub fn render(report: &Report, sources: &Sources, links: Option<&str>) -> String {
    let masked = Masked::new(sources, report);
    let page = Page { masked: &masked, places: &Places::new(sources), links };
    let mut text = format!("## identilint: {}\n", headline(report));
    let mut left = report.findings.len();
    'all: for severity in Severity::ALL.iter().rev() {
        let findings = || report.findings.iter().filter(|finding| finding.severity == *severity);
        let number = findings().count();
        if number == 0 {
            continue;
        }
        let mut heading = format!("\n### {} ({number})\n\n", capital(severity.name()));
        for finding in findings() {
            let item = if text.len() < MAX_PROOFS { page.item(finding) } else { page.line(finding) };
            let item = heading + &item;
            if text.len() + item.len() > MAX_LENGTH - MAX_COVERAGE {
                break 'all;
            }
            text.push_str(&item);
            heading = String::new();
            left -= 1;
        }
    }
    if left > 0 {
        // Writing to a string does not fail.
        let _ = writeln!(text, "\n… and {}, which do not fit in here.", count(left, "more finding"));
    }
    text.push_str(&page.coverage(report));
    text
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

struct Page<'a> {
    masked: &'a Masked<'a>,
    places: &'a Places<'a>,
    links: Option<&'a str>,
}

impl Page<'_> {
    /// A finding: its place, its sentence and its rule.
    fn line(&self, finding: &Finding) -> String {
        let rule = crate::rules::find(finding.rule).map_or_else(
            || code(finding.rule),
            |rule| {
                let page = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/rules");
                format!("[{}]({page}/{}/{}.md)", code(rule.id), rule.family, rule.id)
            },
        );
        format!("- {} {} {rule}\n", self.place(&finding.primary), escaped(&self.masked.words(&finding.message)))
    }

    /// A finding with its proof behind a fold.
    fn item(&self, finding: &Finding) -> String {
        let words = |text: &str| escaped(&self.masked.words(text));
        let subject = code(&self.masked.words(&finding.subject));
        let line = self.line(finding);
        let mut text = format!("{line}  <details><summary>{subject} ({})</summary>\n\n", finding.confidence);
        // Writing to a string does not fail.
        for label in std::iter::once(&finding.primary).chain(&finding.related).take(MAX_LABELS) {
            let _ = writeln!(text, "  - {} {}", self.place(label), words(&label.note));
        }
        let more = (1 + finding.related.len()).saturating_sub(MAX_LABELS);
        if more > 0 {
            let _ = writeln!(text, "  - … and {}", count(more, "more place"));
        }
        if let Some(help) = &finding.help {
            let _ = writeln!(text, "\n  **Help:** {}", words(help));
        }
        text + "\n  </details>\n"
    }

    fn place(&self, label: &Label) -> String {
        let file = label.span.source;
        let (start, end) = self.places.range(label.span);
        let shown = code(&format!("{}:{}", self.places.shown(file), start.line));
        match self.links.zip(self.places.path(file)) {
            Some((links, path)) if start.line == end.line => {
                format!("[{shown}]({links}/{}#L{})", uri(&path), start.line)
            }
            Some((links, path)) => format!("[{shown}]({links}/{}#L{}-L{})", uri(&path), start.line, end.line),
            None => shown,
        }
    }

    /// What was looked at, and what was not.
    fn coverage(&self, report: &Report) -> String {
        let coverage = &report.coverage;
        let (partial, skipped) = (coverage.partial.len(), coverage.skipped.len());
        let files = count(coverage.analysed + partial + skipped, "file");
        let modules = coverage.opaque.len();
        let mut text = format!(
            "\n<details><summary>{files}: {} analysed, {partial} partial, {skipped} skipped; {} not looked into, {} left open</summary>\n\n",
            coverage.analysed,
            count(modules, "module call"),
            count(coverage.undecided.len(), "question")
        );
        let words = |text: &str| escaped(&self.masked.words(text));
        let gap = |kind, gap: &Gap| format!("- {kind}: {} ({})\n", code(&gap.path), words(&gap.reason));
        let partial = coverage.partial.iter().map(|one| gap("partial", one));
        // What a compiled template says is read from its source; a long list of those would hide the others.
        let is_twin = |gap: &&Gap| gap.reason.ends_with("takes its place");
        let skipped = coverage.skipped.iter().filter(|one| !is_twin(one)).map(|one| gap("skipped", one));
        let twins = coverage.skipped.iter().filter(is_twin).map(|one| gap("skipped", one));
        let opaque = coverage.opaque.iter().map(|call| {
            let (address, source) = (self.masked.words(&call.address), self.masked.words(&call.source));
            format!("- not looked into: {} ({}): {}\n", code(&address), code(&source), escaped(call.reason))
        });
        let open = coverage.undecided.iter().map(|open| {
            let subject = code(&self.masked.words(&open.subject));
            format!("- left open: {} at {subject}: {}\n", code(open.rule), words(&open.reason))
        });
        let lines: Vec<String> = partial.chain(skipped).chain(opaque).chain(open).chain(twins).collect();
        let mut shown = 0;
        for line in &lines {
            if text.len() + line.len() > MAX_COVERAGE - 200 {
                break;
            }
            text.push_str(line);
            shown += 1;
        }
        if shown < lines.len() {
            let _ = writeln!(text, "- … and {} more", lines.len() - shown);
        }
        text + "\n</details>\n"
    }
}
