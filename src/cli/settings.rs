//! What the command line says of the things that configuration files speak of, too.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;

use super::args::Settings;
use super::output::WIDTH;
use super::{FAILED, complain, named};
use crate::config::{ALL, Choice, Given, Layer};
use crate::engine::of_problems;
use crate::finding::Persona;
use crate::report::text::{self, Style};
use crate::rules;
use crate::workspace::LoadError;

/// The topmost layer of configuration.
///
/// # Errors
/// The exit code, if a rule is named that does not exist; that was said.
pub(super) fn layer(settings: &Settings) -> Result<Layer, u8> {
    let is_known = |name: &String| rules::is_known(name);
    let unknown = settings.select.iter().find(|name| !is_known(name) && *name != ALL);
    if let Some(unknown) = unknown.or_else(|| settings.ignore.iter().find(|name| !is_known(name))) {
        named::unknown(unknown);
        return Err(FAILED);
    }
    let names = |names: &[String]| names.iter().cloned().map(Given::asked).collect::<Vec<_>>();
    Ok(Layer {
        select: Some(names(&settings.select)).filter(|select| !select.is_empty()),
        ignore: names(&settings.ignore),
        persona: settings.persona.map(Given::asked),
        min_severity: settings.min_severity.map(Given::asked),
        min_confidence: settings.min_confidence.map(Given::asked),
        fail_on: settings.fail_on.map(Given::asked),
        severities: BTreeMap::new(),
        options: BTreeMap::new(),
        external_grants: Vec::new(),
        intended_slot_differences: Vec::new(),
    })
}

/// Which configuration file is asked for.
pub(super) fn choice(settings: &Settings) -> Choice {
    match &settings.config {
        Some(path) => Choice::Only(path.clone()),
        None if settings.no_config => Choice::Nothing,
        None => Choice::Nearest,
    }
}

/// Says why nothing can be looked at.
pub(super) fn complain_of(error: &LoadError) -> u8 {
    complain(&reason(error));
    FAILED
}

/// Why nothing can be looked at; what is wrong in configuration files is drawn like findings first.
pub(super) fn reason(error: &LoadError) -> String {
    use std::io::Write as _;
    if let LoadError::Configuration(invalid) = error {
        let color = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        let style = Style { color, width: WIDTH, persona: Persona::Regular };
        let drawn = text::findings(&of_problems(&invalid.problems, &invalid.sources), &invalid.sources, style);
        let _ = anstream::stderr().lock().write_all(drawn.as_bytes());
    }
    error.to_string()
}
