//! Where reports go: several formats of one run, to standard output and to files.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;

use super::args::{Check, Color};
use super::{CLEAN, FAILED, FOUND, complain, print, print_raw, terminal};
use crate::disk::replace;
use crate::engine::Report;
use crate::finding::Persona;
use crate::policy::Policies;
use crate::report::text::Style;
use crate::report::{Format, Options};
use crate::source::Sources;
use crate::text::distance;

/// The width of a report that goes to no terminal.
pub(super) const WIDTH: usize = 120;

/// A format, and where the report in it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    format: Format,
    /// None: standard output.
    file: Option<PathBuf>,
}

/// Which reports leave suppressed findings out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Omission {
    All,
    From(Format),
}

/// Reads `FORMAT` and `FORMAT=FILE`.
#[derive(Debug, Clone, Copy)]
pub(super) struct FormatParser;

impl TypedValueParser for FormatParser {
    type Value = Output;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Output, clap::Error> {
        let parsed = output(&value.to_string_lossy());
        parsed.map_err(|message| command.clone().error(ErrorKind::ValueValidation, message))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Format::ALL.into_iter().map(|format| PossibleValue::new(format.name()).help(format.purpose()))))
    }
}

fn output(text: &str) -> Result<Output, String> {
    let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
    let Some(format) = Format::parse(name) else {
        let near = |format: &Format| distance(&name.to_lowercase(), format.name(), NEAR);
        let nearest = Format::ALL.into_iter().min_by_key(near).filter(|format| near(format) <= NEAR);
        let names = Format::ALL.map(Format::name).join(", ");
        return Err(nearest.map_or_else(
            || format!("there is no format `{name}`; there are {names}"),
            |format| format!("there is no format `{name}`; did you mean `{}`?", format.name()),
        ));
    };
    match file {
        Some("") => Err(format!("`{name}=` needs the name of a file, or `-` for standard output")),
        None | Some("-") => Ok(Output { format, file: None }),
        Some(file) => Ok(Output { format, file: Some(PathBuf::from(file)) }),
    }
}

/// Names further apart than this are not alike.
const NEAR: usize = 3;

/// Whether these outputs can all be had.
pub(super) fn agree(outputs: &[Output]) -> Result<(), String> {
    let printed: Vec<&str> =
        outputs.iter().filter(|output| output.file.is_none()).map(|output| output.format.name()).collect();
    if printed.len() > 1 {
        return Err(format!(
            "only one report can go to standard output, not {}; give the others a file, as in `--format {}=FILE`",
            printed.join(" and "),
            printed.last().copied().unwrap_or_default()
        ));
    }
    let mut files = BTreeSet::new();
    match outputs.iter().filter_map(|output| output.file.as_deref()).find(|file| !files.insert(*file)) {
        Some(file) => Err(format!("two reports cannot go to the same file `{}`", file.display())),
        None => Ok(()),
    }
}

/// Whether standard output is read by people, or gets nothing.
pub(super) fn is_for_people(outputs: &[Output]) -> bool {
    let printed = outputs.iter().find(|output| output.file.is_none());
    printed.is_none_or(|output| output.format == Format::Text)
}

/// Writes every report and says how the run ended.
pub(super) fn show(check: &Check, sources: &Sources, policies: &Policies, mut report: Report) -> u8 {
    let fails = |found: &crate::finding::Finding| found.severity >= policies.of(found.primary.span.source).fail_on;
    let code = match report.findings.iter().any(fails) {
        _ if report.coverage.unreadable => FAILED,
        true if !check.exit_zero => FOUND,
        _ => CLEAN,
    };
    if check.omit_suppressed == Some(Omission::All) {
        report.suppressed.clear();
    }
    let omits = |output: &Output| check.omit_suppressed == Some(Omission::From(output.format));
    let mut written = true;
    // The closing lines are for whoever asked for most.
    let persona = policies.all().map(|policy| policy.persona).max().unwrap_or(policies.default.persona);
    // Files first: a reader of standard output may go away.
    let (printed, files): (Vec<&Output>, Vec<&Output>) = check.format.iter().partition(|output| output.file.is_none());
    for output in files.into_iter().chain(printed) {
        let suppressed = if omits(output) { std::mem::take(&mut report.suppressed) } else { Vec::new() };
        if let Err(error) = write(output, check, sources, &report, persona) {
            complain(&error);
            written = false;
        }
        if omits(output) {
            report.suppressed = suppressed;
        }
    }
    if written { code } else { FAILED }
}

fn write(output: &Output, check: &Check, sources: &Sources, report: &Report, persona: Persona) -> Result<(), String> {
    let color = match output.file {
        Some(_) => check.color == Color::Always,
        None => terminal::is_colored(check.color),
    };
    let options = Options { style: Style { color, width: WIDTH, persona }, quiet: check.quiet, links: links() };
    let text = output.format.render(report, sources, &options).map_err(|error| error.to_string())?;
    match &output.file {
        Some(file) => {
            replace(file, text.as_bytes()).map_err(|error| format!("`{}` cannot be written: {error}", file.display()))
        }
        None => {
            match check.color {
                Color::Always => print_raw(&text),
                Color::Auto | Color::Never => print(&text),
            }
            Ok(())
        }
    }
}

/// Where a browser shows the files of this commit, if a CI system says so.
fn links() -> Option<String> {
    let given = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let github = || {
        let (server, repository) = (given("GITHUB_SERVER_URL")?, given("GITHUB_REPOSITORY")?);
        Some(format!("{server}/{repository}/blob/{}", given("GITHUB_SHA")?))
    };
    let gitlab = || Some(format!("{}/-/blob/{}", given("CI_PROJECT_URL")?, given("CI_COMMIT_SHA")?));
    github().or_else(gitlab)
}
