//! `identilint check`.

use super::args::Check;
use super::progress::Line;
use super::{FAILED, complain, fix, output, settings};
use crate::day::Day;
use crate::engine::{analyze, with_workers};
use crate::workspace::{Request, Workspace};

pub(super) fn run(check: &Check) -> u8 {
    let layer = match settings::layer(&check.settings) {
        Ok(layer) => layer,
        Err(code) => return code,
    };
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
        parameter_files: check.settings.var_file.clone(),
        configuration: settings::choice(&check.settings),
        ..Request::default()
    };
    let look = |request: &Request| {
        let line = Line::show(check, &request.progress);
        let workspace = Workspace::load(request).map_err(|error| settings::reason(&error))?;
        let mut policies = workspace.policies(&layer);
        policies.no_ignore = check.no_ignore;
        policies.today = Some(Day::today());
        let report = analyze(&workspace, &policies);
        drop(line);
        Ok((workspace, policies, report))
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
