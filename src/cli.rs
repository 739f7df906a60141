//! The command line.

mod add_ignore;
mod args;
mod check;
mod completions;
mod config;
mod explain;
mod fix;
mod help;
mod known;
mod lsp;
mod named;
mod output;
mod page;
mod progress;
mod reference;
mod settings;
mod stdin;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Cli, Command};

/// Nothing was found.
const CLEAN: u8 = 0;
/// Something was found.
const FOUND: u8 = 1;
/// The question was wrong, or could not be answered whole.
const FAILED: u8 = 2;

/// Runs the command: 0 clean, 1 findings, 2 usage, unreadable input or nothing to check.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let code = match cli.command {
        None => check::run(&cli.check),
        Some(Command::Check(check)) => check::run(&check),
        Some(Command::Explain(explain)) => explain::explain(&explain),
        Some(Command::Rules(rules)) => explain::rules(&rules),
        Some(Command::Completions(asked)) => completions::run(asked.shell),
        Some(Command::Man(asked)) => reference::run(asked.format),
        Some(Command::Config(config)) => config::run(&config),
        Some(Command::Lsp(_)) => lsp::run(),
    };
    ExitCode::from(code)
}

/// Writes to standard output. A reader that went away, such as `head`, is no error.
fn print(text: &str) {
    use std::io::Write as _;
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// With the colours that are in it, wherever it goes.
fn print_raw(text: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Says on standard error what is wrong with the question.
fn complain(text: &str) {
    inform(&format!("error: {text}"));
}

/// The same, and what would be right.
fn complain_with(text: &str, tip: &str) {
    inform(&format!("error: {text}\n\n  tip: {tip}"));
}

/// Says on standard error what was done besides.
fn inform(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(anstream::stderr().lock(), "{text}");
}
