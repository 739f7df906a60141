//! `identilint check`.

use super::args::Check;
use super::progress::Line;
use super::{FAILED, add_ignore, complain, complain_with, fix, known, named, output, settings, stdin};
use crate::day::Day;
use crate::engine::{Report, analyze, with_workers};
use crate::policy::Policies;
use crate::suppress::add::check_reason;
use crate::workspace::{Request, Workspace};

/// What a run looks at, what is wanted of it, and what it finds.
pub(super) type Looked = (Workspace, Policies, Report);

/// A look at what is asked for. An error is a sentence for whoever asked.
pub(super) type Look<'a> = dyn Fn(&Request) -> Result<Looked, String> + 'a;

pub(super) fn run(check: &Check) -> u8 {
    let layer = match settings::layer(&check.settings) {
        Ok(layer) => layer,
        Err(code) => return code,
    };
    if let Err(error) = output::agree(&check.format) {
        complain(&error);
        return FAILED;
    }
    // One day for the whole run, should it go on over midnight.
    let today = Some(Day::today());
    let Ok(directory) = std::env::current_dir() else {
        complain("the working directory cannot be read");
        return FAILED;
    };
    let mut request = Request {
        directory,
        paths: check.paths.clone(),
        changed: check.changed,
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
    if let Some(Err(error)) = check.add_ignore.as_deref().map(|reason| check_reason(reason, today)) {
        complain(&error);
        return FAILED;
    }
    let policies_of = |workspace: &Workspace| {
        let policies = workspace.policies(&layer);
        Policies { no_ignore: check.no_ignore, today, ..policies }
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
                match check.paths.iter().find_map(|path| named::command_like(path)) {
                    Some(command) => complain_with(&error, &format!("did you mean the command `{command}`?")),
                    None => complain(&error),
                }
                FAILED
            })
        };
        let (workspace, policies, mut report) = match looked {
            Ok(looked) => looked,
            Err(code) => return code,
        };
        if let Some(reason) = &check.add_ignore {
            return add_ignore::run(reason, &request, (&workspace, &report), &look);
        }
        if let Err(error) = known::write(check, &request, &workspace, &policies, &mut report) {
            complain(&error);
            return FAILED;
        }
        output::show(check, &workspace.sources, &policies, report)
    })
}
