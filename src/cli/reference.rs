//! Every command and flag, out of the description that also reads them: for the man page and for the documentation.

mod markdown;
mod roff;

use clap::{Arg, Command, CommandFactory as _};

use super::args::{Cli, ManFormat};
use super::{CLEAN, print};

/// A command as it is called.
struct Page {
    /// `identilint rules`.
    name: String,
    /// `rules`.
    word: String,
    about: String,
    /// One way to call it each.
    usage: Vec<String>,
    groups: Vec<(String, Vec<Entry>)>,
}

/// A flag or an argument.
struct Entry {
    /// `-q, --quiet`, `--select <RULE>`, `[PATH]...`.
    shown: String,
    help: String,
    default: Option<String>,
    /// Names of values, and what each means.
    values: Vec<(String, Option<String>)>,
}

pub(super) fn run(format: ManFormat) -> u8 {
    let pages = pages();
    print(&match format {
        ManFormat::Roff => roff::render(&pages),
        ManFormat::Markdown => markdown::render(&pages),
    });
    CLEAN
}

/// The whole command first, then those in it.
fn pages() -> Vec<Page> {
    let mut command = Cli::command();
    command.build();
    let mut pages = Vec::new();
    collect(&command, "", &mut pages);
    pages
}

fn collect(command: &Command, above: &str, pages: &mut Vec<Page>) {
    let word = command.get_name().to_owned();
    let name = format!("{above} {word}").trim().to_owned();
    let usage = command.clone().render_usage().to_string();
    // Without a command, the flags of `check` are meant; they are told there.
    let told: Vec<&str> = if above.is_empty() {
        command
            .find_subcommand("check")
            .into_iter()
            .flat_map(Command::get_arguments)
            .map(|one| one.get_id().as_str())
            .collect()
    } else {
        Vec::new()
    };
    let is_general = |one: &&Arg| matches!(one.get_id().as_str(), "help" | "version");
    let mut groups: Vec<(String, Vec<Entry>)> = Vec::new();
    for one in command.get_arguments().filter(|one| !one.is_hide_set()) {
        let id = one.get_id().as_str();
        if above.is_empty() && !is_general(&one) && told.contains(&id) || !above.is_empty() && is_general(&one) {
            continue;
        }
        let heading = one.get_help_heading().unwrap_or(if one.is_positional() { "Arguments" } else { "Options" });
        match groups.iter_mut().find(|(other, _)| other == heading) {
            Some((_, entries)) => entries.push(entry(one)),
            None => groups.push((heading.to_owned(), vec![entry(one)])),
        }
    }
    pages.push(Page {
        word,
        about: command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default(),
        usage: usage.trim_start_matches("Usage:").lines().map(|line| line.trim().to_owned()).collect(),
        groups,
        name: name.clone(),
    });
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help" && !inner.is_hide_set()) {
        collect(inner, &name, pages);
    }
}

fn entry(one: &Arg) -> Entry {
    let short = one.get_short().map(|letter| format!("-{letter}, ")).unwrap_or_default();
    let takes_values = one.get_action().takes_values();
    let default = one.get_default_values().iter().map(|value| value.to_string_lossy().into_owned());
    let values = one.get_possible_values().into_iter().filter(|value| !value.is_hide_set());
    Entry {
        shown: format!("{short}{one}"),
        help: one.get_long_help().or(one.get_help()).map(ToString::to_string).unwrap_or_default(),
        default: Some(default.collect::<Vec<_>>().join(",")).filter(|text| takes_values && !text.is_empty()),
        values: if takes_values && !one.is_hide_possible_values_set() {
            values.map(|value| (value.get_name().to_owned(), value.get_help().map(ToString::to_string))).collect()
        } else {
            Vec::new()
        },
    }
}
