//! What can be asked.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use clap_complete::Shell;

use super::help;
use super::named::{Named, SELECTOR, families};
use super::output::{FormatParser, Omission, Output};
use crate::finding::{Confidence, Persona, Safety, Severity};
use crate::report::Format;

// The groups of `identilint --help`. Every flag of `Check` names one.

/// What is read.
pub(super) const INPUT: &str = "Input";
/// What is looked for, and what is told of it.
pub(super) const RULES: &str = "Rules";
/// Findings that are changed, hidden or already known.
pub(super) const FIXES: &str = "Fixes and suppressions";
/// Settings in files.
pub(super) const CONFIGURATION: &str = "Configuration";
/// What is printed, and what the run ends with.
pub(super) const OUTPUT: &str = "Output";

/// Finds Azure identities that will not work, and secrets that should not be there, before you deploy.
#[derive(Debug, Parser)]
#[command(name = "identilint", version, args_conflicts_with_subcommands = true,
          after_help = help::short("check"), after_long_help = help::long("check"))]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) check: Check,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check files and directories (the default)
    Check(Check),
    /// Show what a rule flags, why, and what to do instead
    Explain(Explain),
    /// List the rules
    Rules(Rules),
    /// Print the script with which a shell completes commands, flags and the names of rules
    Completions(Completions),
    /// Print the manual page
    Man(Man),
    /// List configuration files, or show what holds for a file and who says so
    Config(Config),
    /// Serve an editor, which starts this itself, over standard input and output
    Lsp(Lsp),
}

#[derive(Debug, Args)]
#[command(arg_required_else_help = true, after_help = help::short("explain"), after_long_help = help::long("explain"))]
pub(super) struct Explain {
    /// The names of rules, or of families for all their rules
    #[arg(value_name = "RULE", required = true, value_parser = SELECTOR, hide_possible_values = true)]
    pub(super) rules: Vec<String>,
    /// How to show them
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(super) format: ListFormat,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
}

#[derive(Debug, Args)]
#[command(after_help = help::short("rules"), after_long_help = help::long("rules"))]
pub(super) struct Rules {
    /// Only the rules of these families
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(families()))]
    pub(super) family: Vec<String>,
    /// How to show them
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub(super) format: ListFormat,
}

#[derive(Debug, Args)]
#[command(after_help = help::short("completions"), after_long_help = help::long("completions"))]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(super) shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = help::short("man"), after_long_help = help::long("man"))]
pub(super) struct Man {
    /// How to print it
    #[arg(long, value_enum, default_value_t = ManFormat::Roff)]
    pub(super) format: ManFormat,
}

#[derive(Debug, Args)]
#[command(after_help = help::short("lsp"), after_long_help = help::long("lsp"))]
pub(super) struct Lsp {
    /// Speak over standard input and output, as it always does: some editors say so
    #[arg(long, hide = true)]
    pub(super) stdio: bool,
}

/// How the manual is printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ManFormat {
    /// For `man`
    Roff,
    /// For pages
    Markdown,
}

/// How rules are shown.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ListFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For pages
    Markdown,
}

#[derive(Debug, Args)]
#[command(after_help = help::short("check"), after_long_help = help::long("check"))]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Check {
    /// Files and directories; a file is judged in its module, with the module's callers
    ///
    /// A folder that is named as a command is written `./rules`.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
    /// The files were changed: report everything that they take part in, not only what touches them, and pass over those
    /// that take part in nothing
    #[arg(long, conflicts_with = "stdin_filename", help_heading = INPUT)]
    pub(super) changed: bool,
    #[command(flatten)]
    pub(super) settings: Settings,
    /// Show what comments in the code suppress, too
    #[arg(long, help_heading = FIXES)]
    pub(super) no_ignore: bool,
    /// Write a comment with this reason for everything that would be shown; `until=YYYY-MM-DD` in it sets a last day
    #[arg(long, value_name = "REASON", require_equals = true, conflicts_with_all = ["no_ignore", "fix", "diff", "stdin_filename", "write_baseline"], help_heading = FIXES)]
    pub(super) add_ignore: Option<String>,
    /// Exit with 0 for findings, too; what cannot be read is still 2
    #[arg(long, help_heading = OUTPUT)]
    pub(super) exit_zero: bool,
    /// Apply the fixes that are safe; with `=unsafe` also those that a person should look at
    #[arg(long, value_name = "SAFETY", num_args = 0..=1, require_equals = true, default_missing_value = "safe",
          value_parser = safety, help_heading = FIXES)]
    pub(super) fix: Option<Safety>,
    /// Show what `--fix` would change as a diff, and change nothing
    #[arg(long, help_heading = FIXES)]
    pub(super) diff: bool,
    /// Findings in this file are known and do not count
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline", help_heading = FIXES)]
    pub(super) baseline: Option<PathBuf>,
    /// Write what is found now to this file, as known
    #[arg(long, value_name = "FILE", conflicts_with_all = ["since", "stdin_filename", "fix", "diff"], help_heading = FIXES)]
    pub(super) write_baseline: Option<PathBuf>,
    /// Findings that were there at this commit do not count; `main...` is where this branch left `main`
    #[arg(long, value_name = "COMMIT", allow_hyphen_values = true, help_heading = FIXES)]
    pub(super) since: Option<String>,
    /// Read the text of this file from standard input, and check what it takes part in
    #[arg(long, value_name = "PATH", conflicts_with = "paths", help_heading = INPUT)]
    pub(super) stdin_filename: Option<PathBuf>,
    /// How to report; repeat it for several reports in one run. `FORMAT=FILE` writes to a file, `FORMAT` or `FORMAT=-` to
    /// standard output, where one report fits
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "text", value_parser = FormatParser, help_heading = OUTPUT)]
    pub(super) format: Vec<Output>,
    /// Leave suppressed findings out of the reports of this run, or of those in one format, for programs that take them
    /// for open ones
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "all",
          value_parser = omission, help_heading = OUTPUT)]
    pub(super) omit_suppressed: Option<Omission>,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto, help_heading = OUTPUT)]
    pub(super) color: Color,
    /// Print findings and errors only: no closing lines in text, no progress
    #[arg(long, short, help_heading = OUTPUT)]
    pub(super) quiet: bool,
    /// Do not show how far a long run is
    #[arg(long, help_heading = OUTPUT)]
    pub(super) no_progress: bool,
}

/// What configuration files can say, too; here it wins.
#[derive(Debug, Args)]
pub(super) struct Settings {
    /// A parameter file for every root module, like Terraform's -var-file
    #[arg(long, value_name = "FILE", help_heading = INPUT)]
    pub(super) var_file: Vec<PathBuf>,
    /// Only these rules or families, whatever configuration selects and ignores; `all` for every rule
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = SELECTOR, hide_possible_values = true, help_heading = RULES)]
    pub(super) select: Vec<String>,
    /// Not these rules or families either
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = SELECTOR, hide_possible_values = true, help_heading = RULES)]
    pub(super) ignore: Vec<String>,
    /// For whom: `pedantic` adds hints and hygiene, `auditor` everything that stayed open [default: regular]
    #[arg(long, value_parser = PERSONA, help_heading = RULES)]
    pub(super) persona: Option<Persona>,
    /// Show nothing less severe [default: info]
    #[arg(long, value_name = "SEVERITY", value_parser = SEVERITY, help_heading = RULES)]
    pub(super) min_severity: Option<Severity>,
    /// Show nothing less sure [default: hint]
    #[arg(long, value_name = "CONFIDENCE", value_parser = CONFIDENCE, help_heading = RULES)]
    pub(super) min_confidence: Option<Confidence>,
    /// This configuration file for everything, instead of the nearest for each folder
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = CONFIGURATION)]
    pub(super) config: Option<PathBuf>,
    /// No configuration file
    #[arg(long, help_heading = CONFIGURATION)]
    pub(super) no_config: bool,
    /// Exit with 1 only for findings at least this severe [default: info]
    #[arg(long, value_name = "SEVERITY", value_parser = SEVERITY, help_heading = OUTPUT)]
    pub(super) fail_on: Option<Severity>,
}

#[derive(Debug, Args)]
pub(super) struct Config {
    /// Files and directories whose configuration files are listed
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    /// Every setting that holds for a file, and who says so
    #[arg(long, value_name = "FILE")]
    pub(super) explain: Option<PathBuf>,
    /// The JSON schema of configuration files, for editors
    #[arg(long, conflicts_with = "explain")]
    pub(super) schema: bool,
    #[command(flatten)]
    pub(super) settings: Settings,
    /// How to report
    #[arg(long, value_enum, default_value_t = ConfigFormat::Text)]
    pub(super) format: ConfigFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum ConfigFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// In a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

const SEVERITY: Named<Severity> = Named::new(severity, || each(Severity::ALL.iter().map(|one| one.name())));
const CONFIDENCE: Named<Confidence> = Named::new(confidence, || each(Confidence::ALL.iter().map(|one| one.name())));
const PERSONA: Named<Persona> = Named::new(persona, || each(Persona::ALL.iter().map(|one| one.name())));

fn each(names: impl Iterator<Item = &'static str>) -> Vec<PossibleValue> {
    names.map(PossibleValue::new).collect()
}

fn severity(text: &str) -> Result<Severity, String> {
    Severity::parse(text).ok_or_else(|| one_of(Severity::ALL.iter().map(|severity| severity.name())))
}

fn omission(text: &str) -> Result<Omission, String> {
    let all = (text == "all").then_some(Omission::All);
    let one = || Format::parse(text).map(Omission::From);
    all.or_else(one).ok_or_else(|| one_of(Format::ALL.iter().map(|format| format.name())))
}

fn safety(text: &str) -> Result<Safety, String> {
    Safety::parse(text).ok_or_else(|| one_of(Safety::ALL.iter().map(|safety| safety.name())))
}

fn confidence(text: &str) -> Result<Confidence, String> {
    Confidence::parse(text).ok_or_else(|| one_of(Confidence::ALL.iter().map(|confidence| confidence.name())))
}

fn persona(text: &str) -> Result<Persona, String> {
    Persona::parse(text).ok_or_else(|| one_of(Persona::ALL.iter().map(|persona| persona.name())))
}

fn one_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    format!("expected one of {}", names.collect::<Vec<_>>().join(", "))
}
