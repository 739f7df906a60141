//! What can be named on the command line: rules, families, degrees. Shells complete these names.

use std::ffi::OsStr;
use std::path::Path;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command, CommandFactory as _};

use super::args::Cli;
use super::complain_with;
use crate::rules::{self, RULES, Rule};
use crate::text::distance;

/// Reads a value with a function, and knows the values there are, for help and for shells.
#[derive(Clone)]
pub(super) struct Named<T: Clone> {
    parse: fn(&str) -> Result<T, String>,
    all: fn() -> Vec<PossibleValue>,
}

impl<T: Clone + Send + Sync + 'static> Named<T> {
    pub(super) const fn new(parse: fn(&str) -> Result<T, String>, all: fn() -> Vec<PossibleValue>) -> Self {
        Self { parse, all }
    }
}

/// Rules and families. Whether one exists is checked later: near names are told then.
pub(super) const SELECTOR: Named<String> = Named::new(
    |text| Ok(text.to_owned()),
    || families().into_iter().map(|family| PossibleValue::new(family).help("the family")).chain(each_rule()).collect(),
);

fn each_rule() -> impl Iterator<Item = PossibleValue> {
    RULES.iter().map(|rule| PossibleValue::new(rule.id).help(rule.title()))
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Named<T> {
    type Value = T;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<T, clap::Error> {
        self.parse.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.all)().into_iter()))
    }
}

/// The families, in the order of the rules.
pub(super) fn families() -> Vec<&'static str> {
    let mut families: Vec<&'static str> = RULES.iter().map(|rule| rule.family).collect();
    families.dedup();
    families
}

/// The rules of these names; a family's name stands for its rules. Each rule comes once.
///
/// # Errors
/// The first name of neither.
pub(super) fn rules_of(names: &[String]) -> Result<Vec<&'static Rule>, &str> {
    let mut found: Vec<&'static Rule> = Vec::new();
    for name in names {
        let before = found.len();
        let mut known = false;
        for rule in RULES.iter().filter(|rule| rule.id == name || rule.family == name) {
            known = true;
            if !found.iter().take(before).any(|other| other.id == rule.id) {
                found.push(rule);
            }
        }
        if !known {
            return Err(name);
        }
    }
    Ok(found)
}

/// The command whose name is nearly this path, which is not there.
pub(super) fn command_like(path: &Path) -> Option<String> {
    /// More wrong letters make another word.
    const NEAR: usize = 2;
    let word = path.to_str().filter(|word| !word.contains(['/', '\\', '.']) && !path.exists())?.to_lowercase();
    let command = Cli::command();
    let near = command.get_subcommands().map(|one| (distance(&word, one.get_name(), NEAR), one.get_name()));
    near.filter(|(distance, name)| *distance <= NEAR && *distance < name.len()).min().map(|(_, name)| name.to_owned())
}

/// Says that there is no such rule, and which are near.
pub(super) fn unknown(name: &str) {
    let similar = rules::similar(name);
    let tip = if similar.is_empty() {
        "see `identilint rules`".to_owned()
    } else {
        format!("did you mean `{}`?", similar.join("`, `"))
    };
    complain_with(&format!("there is no rule or family `{name}`"), &tip);
}
