//! Workflow commands: what is shown, and that nothing in the code can write a command of its own.

use identilint::finding::{Finding, Severity};
use identilint::report::github;
use identilint::source::Span;

use super::small::small;

#[test]
fn annotations_are_as_github_reads_them() {
    let (workspace, report) = small();
    insta::assert_snapshot!("github", github::render(&report, &workspace.sources));
}

#[test]
fn the_worst_ten_are_shown_and_the_rest_is_counted() {
    let (workspace, mut report) = small();
    let one = report.findings[0].clone();
    let high = Finding { severity: Severity::Low, ..one.clone() };
    report.findings = std::iter::repeat_n(high, 14).collect();
    report.findings.push(Finding { severity: Severity::Critical, message: "worst".to_owned(), ..one });
    let text = github::render(&report, &workspace.sources);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 12, "{text}");
    assert!(lines[0].starts_with("::error ") && lines[0].contains("::worst%0A"), "{text}");
    assert!(lines[10].starts_with("::notice title=identilint::5 more findings"), "{text}");
}

#[test]
fn code_writes_no_commands() {
    let (workspace, mut report) = small();
    let mut finding = report.findings.remove(0);
    finding.message = "100 %0A\r\n::add-mask::x".to_owned();
    finding.subject = "a\n::error::b".into();
    finding.help = Some("\n::stop-commands::t".to_owned());
    // Over lines, there are no columns.
    finding.primary.span = Span { start: 0, end: 300, ..finding.primary.span };
    report.findings = vec![finding];
    let text = github::render(&report, &workspace.sources);
    let lines: Vec<&str> = text.lines().collect();
    let [command, log] = lines.as_slice() else { panic!("{text}") };
    assert!(command.contains("::100 %250A%0D%0A::add-mask::x%0Aa%0A::error::b%0A"), "{text}");
    assert!(!command.contains("col=") && command.contains("line=1,endLine="), "{text}");
    assert!(!log.contains("::"), "{text}");
}
