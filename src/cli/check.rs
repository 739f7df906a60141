//! `identilint check`.

use std::io::IsTerminal as _;

use super::args::{Check, Color, Format};
use super::{CLEAN, FAILED, FOUND, complain, fix, named, print, print_raw};
use crate::engine::{Report, analyze, with_workers};
use crate::policy::{Policies, Policy};
use crate::report::text::Style;
use crate::report::{json, text};
use crate::rules;
use crate::workspace::{Request, Workspace};

/// The width of a report that goes to no terminal.
const WIDTH: usize = 120;

pub(super) fn run(check: &Check) -> u8 {
    if let Some(unknown) = check.select.iter().chain(&check.ignore).find(|name| !is_known(name)) {
        named::unknown(unknown);
        return FAILED;
    }
    let Ok(directory) = std::env::current_dir() else {
        complain("the working directory cannot be read");
        return FAILED;
    };
    let request = Request {
        directory,
        paths: check.paths.clone(),
        parameter_files: check.var_file.clone(),
        ..Request::default()
    };
    let policy = Policy {
        select: Some(check.select.clone()).filter(|select| !select.is_empty()),
        ignore: check.ignore.clone(),
        persona: check.persona,
        min_severity: check.min_severity,
        fail_on: check.fail_on,
        ..Policy::default()
    };
    let policies = Policies::everywhere(policy);
    let look = |request: &Request| {
        let workspace = Workspace::load(request).map_err(|error| error.to_string())?;
        let report = analyze(&workspace, &policies);
        Ok((workspace, policies.clone(), report))
    };
    with_workers(|| {
        if fix::is_asked_for(check) {
            return match fix::run(check, &request, &look) {
                Ok((workspace, policies, report)) => show(check, &workspace, &policies, &report),
                Err(code) => code,
            };
        }
        match look(&request) {
            Ok((workspace, policies, report)) => show(check, &workspace, &policies, &report),
            Err(error) => {
                complain(&error);
                FAILED
            }
        }
    })
}

fn is_known(name: &str) -> bool {
    rules::RULES.iter().any(|rule| rule.id == name || rule.family == name)
}

fn show(check: &Check, workspace: &Workspace, policies: &Policies, report: &Report) -> u8 {
    let rendered = match check.format {
        Format::Json => json::render(report, &workspace.sources).map_err(|error| error.to_string()),
        Format::Text => {
            let color = match check.color {
                Color::Always => true,
                Color::Never => false,
                Color::Auto => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            };
            Ok(text::render(report, &workspace.sources, Style { color, width: WIDTH, persona: check.persona }))
        }
    };
    match rendered {
        Ok(text) => match check.color {
            Color::Always => print_raw(&text),
            Color::Auto | Color::Never => print(&text),
        },
        Err(error) => {
            complain(&error);
            return FAILED;
        }
    }
    if workspace.unreadable {
        FAILED
    } else if report.findings.iter().any(|found| found.severity >= policies.of(found.primary.span.source).fail_on) {
        FOUND
    } else {
        CLEAN
    }
}
