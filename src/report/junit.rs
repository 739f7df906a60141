//! `JUnit` XML: a suite for each family of rules, in which each rule that found nothing is a test that passed and each
//! finding is one that failed. A test keeps its name when lines move, so that a CI system can tell what is new.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::masked::Masked;
use super::places::Places;
use crate::engine::{Coverage, Report};
use crate::finding::Finding;
use crate::source::Sources;

/// Renders a report.
///
/// # Errors
/// None that a report can cause; those of the serializer are passed on.
pub fn render(report: &Report, sources: &Sources) -> Result<String, SerializeError> {
    let masked = Masked::new(sources, report);
    let cases = Cases { masked: &masked, places: &Places::new(sources) };
    let mut families: BTreeMap<&str, BTreeMap<&str, Vec<&Finding>>> = BTreeMap::new();
    for rule in &report.ran {
        families.entry(rule.family).or_default().entry(rule.id).or_default();
    }
    for finding in report.findings.iter().chain(&report.suppressed) {
        families.entry(finding.family).or_default().entry(finding.rule).or_default().push(finding);
    }
    let mut log = quick_junit::Report::new("identilint");
    for (family, rules) in families {
        let mut suite = TestSuite::new(family);
        for (rule, findings) in rules {
            if findings.is_empty() {
                suite.add_test_case(case(family, rule, TestCaseStatus::success()));
            }
            let mut names: HashMap<String, usize> = HashMap::new();
            for finding in findings {
                suite.add_test_case(cases.finding(finding, &mut names));
            }
        }
        log.add_test_suite(suite);
    }
    let mut suite = TestSuite::new("coverage");
    suite.add_test_case(case("coverage", "every file can be read", cases.coverage(&report.coverage)));
    log.add_test_suite(suite);
    log.to_string().map(|text| text.trim_end().to_owned() + "\n")
}

fn case(suite: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("identilint.{suite}"));
    case
}

struct Cases<'a> {
    masked: &'a Masked<'a>,
    places: &'a Places<'a>,
}

impl Cases<'_> {
    fn finding(&self, finding: &Finding, names: &mut HashMap<String, usize>) -> TestCase {
        let label = self.places.home(finding).unwrap_or(&finding.primary);
        let path = self.places.shown(label.span.source);
        let line = self.places.line(label.span).to_string();
        let mut name = format!("{}: {} in {path}", finding.rule, self.masked.words(&finding.subject));
        let count = names.entry(name.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            let _ = write!(name, " ({count})");
        }
        let status = match &finding.suppression {
            Some(suppression) => {
                let mut status = TestCaseStatus::skipped();
                let (by, reason) = (suppression.by, self.masked.words(&suppression.reason));
                status.set_message(format!("suppressed by {by}: {reason}"));
                status.set_description(self.masked.words(&finding.message));
                status
            }
            None => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                status.set_type(finding.severity.name());
                status.set_message(self.masked.words(&finding.message));
                status.set_description(self.description(finding, &format!("{path}:{line}")));
                status
            }
        };
        let mut case = case(finding.family, &name, status);
        case.extra.insert("file".into(), path.as_ref().into());
        case.extra.insert("line".into(), line.into());
        case
    }

    /// Where, what stands there, and what to do.
    fn description(&self, finding: &Finding, place: &str) -> String {
        let words = |text: &str| self.masked.words(text).into_owned();
        let mut text = format!("{place} ({}, {})\n", finding.severity, finding.confidence);
        for label in std::iter::once(&finding.primary).chain(&finding.related) {
            let (path, line) = (self.places.shown(label.span.source), self.places.line(label.span));
            let _ = writeln!(text, "{path}:{line}: {}", words(&label.note));
        }
        if let Some(help) = &finding.help {
            let _ = writeln!(text, "help: {}", words(help));
        }
        text
    }

    fn coverage(&self, coverage: &Coverage) -> TestCaseStatus {
        if !coverage.unreadable {
            return TestCaseStatus::success();
        }
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message("a file that should have been read could not be");
        let gaps = coverage.skipped.iter().map(|gap| format!("{} ({})\n", gap.path, self.masked.words(&gap.reason)));
        status.set_description(gaps.collect::<String>());
        status
    }
}
