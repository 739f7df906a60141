//! `identilint config`.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::args::{Config, ConfigFormat};
use super::{CLEAN, FAILED, complain, print, settings};
use crate::config::{Explanation, Layer, NAMES, Origin, Setting, schema};
use crate::source::{ColumnUnit, Sources, Span};
use crate::workspace::{Configuration, Request, configuration};

pub(super) fn run(config: &Config) -> u8 {
    if config.schema {
        return show(&schema());
    }
    let layer = match settings::layer(&config.settings) {
        Ok(layer) => layer,
        Err(code) => return code,
    };
    let Ok(directory) = std::env::current_dir() else {
        complain("the working directory cannot be read");
        return FAILED;
    };
    let paths = config.explain.as_ref().map_or_else(|| config.paths.clone(), |path| vec![path.clone()]);
    let request = Request { directory, paths, configuration: settings::choice(&config.settings), ..Request::default() };
    match configuration(&request) {
        Ok(found) => match &config.explain {
            Some(path) => explain(config, &found, path, &layer),
            None => list(config.format, &found),
        },
        Err(error) => settings::complain_of(&error),
    }
}

fn show(value: &Value) -> u8 {
    match serde_json::to_string_pretty(value) {
        Ok(text) => {
            print(&format!("{text}\n"));
            CLEAN
        }
        Err(error) => {
            complain(&error.to_string());
            FAILED
        }
    }
}

/// The configuration files that hold somewhere.
fn list(format: ConfigFormat, found: &Configuration) -> u8 {
    let files = found.config.files();
    if matches!(format, ConfigFormat::Json) {
        let files: Vec<Value> =
            files.iter().map(|(path, extends)| json!({ "path": path, "extends": extends })).collect();
        return show(&json!({ "version": 1, "files": files }));
    }
    let mut text = String::new();
    for (path, extends) in &files {
        let _ = write!(text, "{path}");
        if !extends.is_empty() {
            let _ = write!(text, " extends {}", extends.join(", "));
        }
        text.push('\n');
    }
    if files.is_empty() {
        let _ = writeln!(text, "no configuration file ({})", NAMES.join(", "));
    }
    print(&text);
    CLEAN
}

/// What holds for a file, or for what lies directly in a directory.
fn explain(config: &Config, found: &Configuration, path: &Path, layer: &Layer) -> u8 {
    // Any name will do for what lies in a directory.
    let place = if path.is_dir() { path.join("…") } else { path.to_path_buf() };
    let explanation = found.explain(&place, layer);
    let mut settings = explanation.settings.clone();
    let asked: Vec<Setting> = config
        .settings
        .var_file
        .iter()
        .map(|file| {
            let value = Some(file.to_string_lossy().replace('\\', "/"));
            Setting { key: "var-files".to_owned(), value, origin: Origin::CommandLine }
        })
        .collect();
    let at = settings.iter().rposition(|setting| setting.key == "var-files").map_or(settings.len(), |at| at + 1);
    let is_asked = !asked.is_empty();
    settings.splice(at..at, asked);
    settings.retain(|setting| !is_asked || setting.key != "var-files" || setting.value.is_some());
    match config.format {
        ConfigFormat::Json => show(&as_json(path, &explanation, &settings, &found.sources)),
        ConfigFormat::Text => {
            print(&as_text(path, &explanation, &settings, &found.sources));
            CLEAN
        }
    }
}

fn as_text(path: &Path, explanation: &Explanation, settings: &[Setting], sources: &Sources) -> String {
    let mut text = format!("{}\n", path.to_string_lossy().replace('\\', "/"));
    match explanation.files.split_first() {
        None => text.push_str("no configuration file holds here\n"),
        Some((first, [])) => {
            let _ = writeln!(text, "configured by {first}");
        }
        Some((first, others)) => {
            let _ = writeln!(text, "configured by {first}, which extends {}", others.join(", "));
        }
    }
    if let Some((pattern, span)) = &explanation.excluded {
        let _ = writeln!(text, "excluded by `{pattern}` ({})", place(*span, sources));
    }
    text.push('\n');
    let value = |setting: &Setting| setting.value.clone().unwrap_or_else(|| "-".to_owned());
    let width = |lengths: &mut dyn Iterator<Item = usize>, most: usize| lengths.max().unwrap_or(0).min(most);
    let keys = width(&mut settings.iter().map(|setting| setting.key.chars().count()), 60);
    let values = width(&mut settings.iter().map(|setting| value(setting).chars().count()), 40);
    for setting in settings {
        let origin = match setting.origin {
            Origin::Default => "default".to_owned(),
            Origin::CommandLine => "command line".to_owned(),
            Origin::File(span) => place(span, sources),
        };
        let _ = writeln!(text, "{:keys$}  {:values$}  {origin}", setting.key, value(setting));
    }
    text
}

fn place(span: Span, sources: &Sources) -> String {
    let Some(file) = sources.get(span.source) else { return String::new() };
    format!("{}:{}", file.display(), file.position(span.start, ColumnUnit::Characters).line)
}

fn as_json(path: &Path, explanation: &Explanation, settings: &[Setting], sources: &Sources) -> Value {
    let at = |span: Span| {
        let file = sources.get(span.source)?;
        let position = file.position(span.start, ColumnUnit::Characters);
        Some(json!({ "path": &**file.display(), "line": position.line, "column": position.column }))
    };
    let settings: Vec<Value> = settings
        .iter()
        .map(|setting| {
            let (from, at) = match setting.origin {
                Origin::Default => ("default", None),
                Origin::CommandLine => ("command line", None),
                Origin::File(span) => ("file", at(span)),
            };
            json!({ "key": setting.key, "value": setting.value, "from": from, "at": at })
        })
        .collect();
    let excluded = explanation.excluded.as_ref().map(|(pattern, span)| json!({ "pattern": pattern, "at": at(*span) }));
    json!({
        "version": 1,
        "path": path.to_string_lossy().replace('\\', "/"),
        "files": explanation.files,
        "excluded": excluded,
        "settings": settings,
    })
}
