//! What the editor says beside configuration files: `identilint.config` and its like.

use std::path::PathBuf;

use serde_json::Value;

use crate::config::{Choice, Given, Layer};
use crate::day::Day;
use crate::finding::{Persona, Severity};
use crate::policy::Policies;
use crate::workspace::Workspace;

/// The settings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// The only configuration file that holds, relative to the first folder.
    pub(super) config: Option<PathBuf>,
    /// For whom.
    pub(super) persona: Option<Persona>,
    /// Nothing less severe.
    pub(super) min_severity: Option<Severity>,
    /// Whether suppressions in the code count for nothing.
    pub(super) no_ignore: bool,
}

impl Settings {
    /// Reads settings, by themselves or below `identilint`, and says what is wrong with them: that is as if it was not said.
    /// Names that are not known are not for the server.
    pub(super) fn read(value: &Value) -> (Self, Vec<String>) {
        let value = value.get("identilint").unwrap_or(value);
        let mut wrong = Vec::new();
        let mut settings = Self::default();
        let text = |name: &str, wrong: &mut Vec<String>| match value.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Some(_) => {
                wrong.push(format!("`identilint.{name}` must be a string"));
                None
            }
        };
        settings.config = text("config", &mut wrong).map(PathBuf::from);
        settings.persona = text("persona", &mut wrong).and_then(|name| {
            let persona = Persona::parse(&name);
            if persona.is_none() {
                wrong.push(unknown("persona", &name, Persona::ALL));
            }
            persona
        });
        settings.min_severity = text("minSeverity", &mut wrong).and_then(|name| {
            let severity = Severity::parse(&name);
            if severity.is_none() {
                wrong.push(unknown("minSeverity", &name, Severity::ALL));
            }
            severity
        });
        match value.get("noIgnore") {
            None | Some(Value::Null) => {}
            Some(Value::Bool(no_ignore)) => settings.no_ignore = *no_ignore,
            Some(_) => wrong.push("`identilint.noIgnore` must be true or false".to_owned()),
        }
        if !matches!(value, Value::Null | Value::Object(_)) {
            wrong.push("the settings of identilint must be an object".to_owned());
        }
        (settings, wrong)
    }

    /// Which configuration file holds.
    pub(super) fn choice(&self) -> Choice {
        self.config.clone().map_or(Choice::Nearest, Choice::Only)
    }

    /// What holds where, with this above all configuration files.
    pub(super) fn policies(&self, workspace: &Workspace) -> Policies {
        let layer = Layer {
            persona: self.persona.map(Given::asked),
            min_severity: self.min_severity.map(Given::asked),
            ..Layer::default()
        };
        Policies { no_ignore: self.no_ignore, today: Some(Day::today()), ..workspace.policies(&layer) }
    }
}

fn unknown<T: std::fmt::Display>(name: &str, value: &str, all: &[T]) -> String {
    let all: Vec<String> = all.iter().map(|one| format!("`{one}`")).collect();
    format!("`identilint.{name}` is `{value}`; it must be one of {}", all.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_stand_alone_or_below_their_name() {
        let expected = Settings {
            config: Some(PathBuf::from("a.toml")),
            persona: Some(Persona::Auditor),
            min_severity: Some(Severity::Low),
            no_ignore: true,
        };
        let value = json!({ "config": "a.toml", "persona": "auditor", "minSeverity": "low", "noIgnore": true, "x": 1 });
        assert_eq!(Settings::read(&value), (expected.clone(), Vec::new()));
        assert_eq!(Settings::read(&json!({ "identilint": value })), (expected, Vec::new()));
        assert_eq!(Settings::read(&Value::Null), (Settings::default(), Vec::new()));
        assert_eq!(Settings::read(&json!({ "config": "", "persona": null })), (Settings::default(), Vec::new()));
    }

    #[test]
    fn what_is_wrong_is_told_and_does_not_count() {
        let value = json!({ "config": 1, "persona": "nobody", "minSeverity": [], "noIgnore": "yes" });
        let (settings, wrong) = Settings::read(&value);
        assert_eq!(settings, Settings::default());
        let names = ["config", "persona", "minSeverity", "noIgnore"];
        assert!(
            names.iter().all(|name| wrong.iter().any(|text| text.contains(&format!("identilint.{name}")))),
            "{wrong:?}"
        );
        assert_eq!(Settings::read(&json!(5)).1.len(), 1);
    }
}
