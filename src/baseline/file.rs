//! The text of a baseline: JSON with one line for each finding, always the same bytes for the same findings.

use std::fmt::Write as _;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::Baseline;
use crate::fingerprint::{self, is_fingerprint};
use crate::known::Entry;

/// The version of the format, which is that of fingerprints: those of another one could not be compared.
const VERSION: u32 = fingerprint::VERSION;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "version", deserialize_with = "version")]
    _version: (),
    #[serde(rename = "tool")]
    _tool: Tool,
    findings: Vec<Line>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tool {
    #[serde(rename = "name", deserialize_with = "name")]
    _name: (),
    #[serde(rename = "version")]
    _version: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(deserialize_with = "print")]
    fingerprint: String,
    rule: String,
    path: String,
    subject: String,
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    let version = u32::deserialize(deserializer)?;
    let wrong = || format!("it is of version {version}, and this identilint reads version {VERSION}; write it anew");
    if version == VERSION { Ok(()) } else { Err(D::Error::custom(wrong())) }
}

fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    let name = String::deserialize(deserializer)?;
    let wrong = || format!("it was written by `{name}`, not by `identilint`");
    if name == "identilint" { Ok(()) } else { Err(D::Error::custom(wrong())) }
}

fn print<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let print = String::deserialize(deserializer)?;
    let wrong = || format!("`{print}` is no fingerprint");
    if is_fingerprint(&print) { Ok(print) } else { Err(D::Error::custom(wrong())) }
}

impl Baseline {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        let document: Document = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let mut entries: Vec<Entry> = document
            .findings
            .into_iter()
            .map(|Line { fingerprint, rule, path, subject }| Entry { path, rule, subject, fingerprint })
            .collect();
        // Whoever merges two branches may have brought in an entry twice.
        entries.sort();
        entries.dedup();
        Ok(Self { entries })
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{{\n  \"version\": {VERSION},\n");
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "  \"tool\": {{\"name\": \"identilint\", \"version\": {}}},\n  \"findings\": [",
            quoted(env!("CARGO_PKG_VERSION"))
        );
        for (at, entry) in self.entries.iter().enumerate() {
            let comma = if at + 1 < self.entries.len() { "," } else { "" };
            let _ = writeln!(
                text,
                "    {{\"fingerprint\": {}, \"rule\": {}, \"path\": {}, \"subject\": {}}}{comma}",
                quoted(&entry.fingerprint),
                quoted(&entry.rule),
                quoted(&entry.path),
                quoted(&entry.subject)
            );
        }
        text + "  ]\n}\n"
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::Baseline;
    use crate::known::Entry;

    #[test]
    fn what_is_written_is_read_again() {
        let entry = |path: &str, count: u32| Entry {
            path: path.to_owned(),
            rule: "unused-identity".to_owned(),
            subject: "a[\"é\\\n\"]".to_owned(),
            fingerprint: format!("0123456789abcdef:{count}"),
        };
        for entries in [vec![], vec![entry("a b/é.tf", 1), entry("a b/é.tf", 2), entry("漢.bicep", 1)]] {
            let baseline = Baseline { entries };
            let text = baseline.text();
            assert_eq!(Baseline::parse(text.as_bytes()), Ok(baseline.clone()));
            let moved = format!("\u{feff}{}", text.replace('\n', "\r\n"));
            assert_eq!(Baseline::parse(moved.as_bytes()), Ok(baseline));
        }
    }
}
