//! `identilint check`.

use super::args::Check;
use super::progress::Line;
use super::{FAILED, complain, fix, named, output};
use crate::day::Day;
use crate::engine::{analyze, with_workers};
use crate::policy::{Policies, Policy};
use crate::rules;
use crate::workspace::{Request, Workspace};

pub(super) fn run(check: &Check) -> u8 {
    if let Some(unknown) = check.select.iter().chain(&check.ignore).find(|name| !is_known(name)) {
        named::unknown(unknown);
        return FAILED;
    }
    if let Err(error) = output::agree(&check.format) {
        complain(&error);
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
        min_confidence: check.min_confidence,
        fail_on: check.fail_on,
        ..Policy::default()
    };
    let mut policies = Policies::everywhere(policy);
    policies.no_ignore = check.no_ignore;
    policies.today = Some(Day::today());
    let look = |request: &Request| {
        let line = Line::show(check, &request.progress);
        let workspace = Workspace::load(request).map_err(|error| error.to_string())?;
        let report = analyze(&workspace, &policies);
        drop(line);
        Ok((workspace, policies.clone(), report))
    };
    with_workers(|| {
        if fix::is_asked_for(check) {
            return match fix::run(check, &request, &look) {
                Ok((workspace, policies, report)) => output::show(check, &workspace.sources, &policies, report),
                Err(code) => code,
            };
        }
        match look(&request) {
            Ok((workspace, policies, report)) => output::show(check, &workspace.sources, &policies, report),
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
