//! What holds for a file, and who says so.

use std::path::Path;

use super::find::{Config, Disk, Place};
use super::layer::{Given, Layer, Origin};
use crate::source::Span;

/// What holds for a file.
#[derive(Debug)]
pub struct Explanation {
    /// The configuration files that hold, as shown, the nearest first.
    pub files: Vec<String>,
    /// The pattern that excludes the file, if one does.
    pub excluded: Option<(String, Span)>,
    /// Every setting, in the order of the documentation; a list has one for each element.
    pub settings: Vec<Setting>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The key, with its table: `rules.unused-identity.severity`.
    pub key: String,
    /// The value; none if nobody says one.
    pub value: Option<String>,
    /// Who says so.
    pub origin: Origin,
}

impl Config {
    /// What holds for a file in a directory that was looked into.
    #[must_use]
    pub fn explain(&self, path: &Path, command_line: &Layer, disk: &dyn Disk) -> Explanation {
        let holder = path.parent().and_then(|directory| self.holder(directory));
        let chain: Vec<usize> =
            holder.and_then(|holder| self.files.get(holder)).map(|file| file.chain.clone()).unwrap_or_default();
        let mut excluded = None;
        let mut overrides = Vec::new();
        let mut var_files = Vec::new();
        let mut exclude = Vec::new();
        for (at, file) in chain.iter().filter_map(|at| Some((*at, self.files.get(*at)?))) {
            let matching = file.exclude.matching(path);
            if !matching.is_empty() {
                excluded = file.exclude.decides(&matching).map(|word| (word.text.clone(), word.span));
            }
            exclude.extend(
                file.exclude.words().iter().map(|word| setting("exclude", &word.text, Origin::File(word.span))),
            );
            for (number, one) in file.overrides.iter().enumerate() {
                if one.paths.decides(&one.paths.matching(path)).is_some() {
                    overrides.push((at, number));
                }
            }
            let shown =
                |given: &Given<std::path::PathBuf>| setting("var-files", &disk.shown(&given.value), given.origin);
            var_files.extend(file.var_files.iter().map(shown));
        }
        let mut layer = holder.map(|holder| self.layer(&Place { holder, overrides })).unwrap_or_default();
        layer.put(command_line);
        let mut settings = of_layer(&layer);
        settings.extend(or_none("exclude", exclude));
        settings.extend(or_none("var-files", var_files));
        settings.extend(told(&layer));
        let files = chain.iter().rev().filter_map(|at| self.files.get(*at)).map(|file| file.shown.clone());
        Explanation { files: files.collect(), excluded, settings }
    }
}

fn setting(key: &str, value: &str, origin: Origin) -> Setting {
    Setting { key: key.to_owned(), value: Some(value.to_owned()), origin }
}

fn or_none(key: &str, settings: Vec<Setting>) -> Vec<Setting> {
    if settings.is_empty() {
        return vec![Setting { key: key.to_owned(), value: None, origin: Origin::Default }];
    }
    settings
}

fn names(key: &str, names: &[Given<String>]) -> Vec<Setting> {
    or_none(key, names.iter().map(|name| setting(key, &name.value, name.origin)).collect())
}

fn one<T: ToString>(key: &str, given: Option<&Given<T>>, default: &T) -> Setting {
    let value = given.map_or_else(|| default.to_string(), |given| given.value.to_string());
    setting(key, &value, given.map_or(Origin::Default, |given| given.origin))
}

/// What is said for everything.
fn of_layer(layer: &Layer) -> Vec<Setting> {
    let default = crate::policy::Policy::default();
    let mut settings = match &layer.select {
        None => vec![setting("select", super::ALL, Origin::Default)],
        Some(select) => names("select", select),
    };
    settings.extend(names("ignore", &layer.ignore));
    settings.push(one("persona", layer.persona.as_ref(), &default.persona));
    settings.push(one("min-severity", layer.min_severity.as_ref(), &default.min_severity));
    settings.push(one("min-confidence", layer.min_confidence.as_ref(), &default.min_confidence));
    settings.push(one("fail-on", layer.fail_on.as_ref(), &default.fail_on));
    settings
}

/// What is said of rules, grants and slots.
fn told(layer: &Layer) -> Vec<Setting> {
    let at = |span: Option<Span>| span.map_or(Origin::Default, Origin::File);
    let mut settings: Vec<Setting> = Vec::new();
    for (rule, given) in &layer.severities {
        settings.push(setting(&format!("rules.{rule}.severity"), given.value.name(), given.origin));
    }
    for ((rule, option), given) in &layer.options {
        settings.push(setting(&format!("rules.{rule}.{option}"), &given.value.join(", "), given.origin));
    }
    for grant in &layer.external_grants {
        let role = grant.role.as_deref().unwrap_or("any role");
        let scope = grant.scope.as_deref().unwrap_or("anything");
        let value = format!("{}: {role} on {scope} ({})", grant.principal, grant.reason);
        settings.push(setting("external-grants", &value, at(grant.span)));
    }
    for slot in &layer.intended_slot_differences {
        let rules = if slot.rules.is_empty() { "every rule".to_owned() } else { slot.rules.join(", ") };
        let value = format!("{}: {rules} ({})", slot.slot, slot.reason);
        settings.push(setting("intended-slot-differences", &value, at(slot.span)));
    }
    settings
}
