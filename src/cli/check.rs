//! `identilint check`.

use super::args::Check;
use super::progress::Line;
use super::{FAILED, complain, fix, known, output, settings, stdin};
use crate::day::Day;
use crate::engine::{analyze, with_workers};
use crate::policy::Policies;
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
    let mut request = Request {
        directory,
        paths: check.paths.clone(),
        parameter_files: check.settings.var_file.clone(),
        configuration: settings::choice(&check.settings),
        ..Request::default()
    };
    if let Some(file) = &check.stdin_filename
        && let Err(error) = stdin::lay_over(&mut request, file)
    {
        complain(&error);
        return FAILED;
    }
    let policies_of = |workspace: &Workspace| {
        let policies = workspace.policies(&layer);
        Policies { no_ignore: check.no_ignore, today: Some(Day::today()), ..policies }
    };
    let look = |request: &Request| {
        let line = Line::show(check, &request.progress);
        let workspace = Workspace::load(request).map_err(|error| settings::reason(&error))?;
        let policies = policies_of(&workspace);
        let mut report = analyze(&workspace, &policies);
        known::set_aside(check, request, &workspace, &policies_of, &mut report)?;
        drop(line);
        Ok((workspace, policies, report))
    };
    with_workers(|| {
        let looked = if fix::is_asked_for(check) {
            fix::run(check, &request, &look)
        } else {
            look(&request).map_err(|error| {
                complain(&error);
                FAILED
            })
        };
        let (workspace, policies, mut report) = match looked {
            Ok(looked) => looked,
            Err(code) => return code,
        };
        if let Err(error) = known::write(check, &request, &workspace, &policies, &mut report) {
            complain(&error);
            return FAILED;
        }
        output::show(check, &workspace.sources, &policies, report)
    })
}
