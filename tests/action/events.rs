//! What is compared with what, event by event.

use super::history::{NEW_RULE, OLD_RULE, Server, commit, git};
use super::runner::{Runner, write};

const SHALLOW: &[&str] = &["--depth=1"];

#[test]
fn a_pull_request_shows_what_it_breaks_and_nothing_older() {
    let (server, runner) = (Server::start(), Runner::ready());
    let url = server.url();
    for depth in [SHALLOW, &[]] {
        let workspace = server.checkout(&server.merge, depth);
        let outcome = runner.run(workspace.path(), &server.event(&url));
        outcome.is(1, "3", "1");
        let annotations: Vec<&str> =
            outcome.said().into_iter().filter(|line| line.starts_with("::error file=")).collect();
        assert_eq!(annotations.len(), 1, "{outcome}");
        // The file that the pull request did not touch.
        assert!(annotations[0].starts_with("::error file=infra/app.tf,line=11,"), "{outcome}");
        assert!(annotations[0].contains(NEW_RULE));
        assert!(outcome.summary.contains("1 finding (1 high), 2 known\n"), "{outcome}");
        outcome.tells(&format!("1 new since {}, 2 known", server.base));
        let sarif = outcome.sarif();
        let results = sarif["runs"][0]["results"].as_array().expect("results");
        assert_eq!(results.iter().map(|result| &result["ruleId"]).collect::<Vec<_>>(), [NEW_RULE]);
        // Nothing but the report is left behind, and nothing at all in the workspace.
        assert_eq!(git(workspace.path(), &["status", "--porcelain"]), "");
    }
    assert!(runner.left().iter().all(|name| name.starts_with("identilint-sarif.")), "{:?}", runner.left());
}

#[test]
fn the_merge_knows_its_base_better_than_the_event() {
    let (server, runner) = (Server::start(), Runner::ready());
    let url = server.url();
    let workspace = server.checkout(&server.merge, SHALLOW);
    let mut event = server.event(&url);
    event.push(("IDENTILINT_BASE", &server.fork));
    // What came into the base meanwhile is not the pull request's.
    runner.run(workspace.path(), &event).is(1, "3", "1");
}

#[test]
fn the_branch_itself_is_compared_with_where_it_left_the_base() {
    let (server, runner) = (Server::start(), Runner::ready());
    let url = server.url();
    // Something is mended in the base: the branch still has it, and is not to blame.
    let mended = {
        write(&server.shop().join("infra/é old.tf"), "");
        commit(&server.shop())
    };
    let mut event = server.event(&url);
    event.push(("IDENTILINT_BASE", &mended));
    let whole = server.checkout(&server.head, &[]);
    runner.run(whole.path(), &event).is(1, "2", "1").keeps_quiet_of("does not go back");
    let shallow = server.checkout(&server.head, SHALLOW);
    let outcome = runner.run(shallow.path(), &event);
    outcome.is(1, "2", "2").tells("::notice title=identilint::this clone does not go back");
}

#[test]
fn a_base_that_cannot_be_had_fails_the_step() {
    let (server, runner) = (Server::start(), Runner::ready());
    let workspace = server.checkout(&server.merge, SHALLOW);
    let mut event = server.event("file:///nowhere");
    let outcome = runner.run(workspace.path(), &event);
    outcome.fails("`fetch-depth: 0`").tells("since: none").tells("Git says: ");
    // Without the door of the tests no file is a server.
    let url = server.url();
    event = server.event(&url);
    event.push(("GITHUB_ACTIONS", "true"));
    runner.run(workspace.path(), &event).fails("cannot be fetched");
    event.push(("IDENTILINT_SINCE", "none"));
    runner.run(workspace.path(), &event).is(1, "3", "3");
}

#[test]
fn other_events_have_no_base() {
    let (server, runner) = (Server::start(), Runner::ready());
    let workspace = server.checkout(&server.base, SHALLOW);
    for event in ["push", "schedule", "workflow_dispatch", "workflow_run", "release"] {
        let outcome = runner.run(workspace.path(), &[("GITHUB_EVENT_NAME", event)]);
        outcome.is(1, "2", "2").tells(OLD_RULE).keeps_quiet_of(NEW_RULE);
    }
}

#[test]
fn a_merge_queue_is_compared_with_what_it_stands_on() {
    let (server, runner) = (Server::start(), Runner::ready());
    let url = server.url();
    let workspace = server.checkout(&server.merge, SHALLOW);
    let mut event = server.event(&url);
    event.extend([("GITHUB_EVENT_NAME", "merge_group"), ("IDENTILINT_HEAD", server.merge.as_str())]);
    runner.run(workspace.path(), &event).is(1, "3", "1").keeps_quiet_of("does not go back");
}

#[test]
fn a_checkout_of_the_base_is_no_look_at_the_pull_request() {
    let (server, runner) = (Server::start(), Runner::ready());
    let url = server.url();
    let mut event = server.event(&url);
    event.push(("GITHUB_EVENT_NAME", "pull_request_target"));
    let base = server.checkout(&server.base, SHALLOW);
    let outcome = runner.run(base.path(), &event);
    outcome.is(0, "2", "0").tells("::warning title=identilint::what is checked out");
    let head = server.checkout(&server.head, &[]);
    runner.run(head.path(), &event).is(1, "2", "1").keeps_quiet_of("::warning");
}

#[test]
fn without_a_checkout_there_is_no_base() {
    let (server, runner) = (Server::start(), Runner::ready());
    let url = server.url();
    let plain = tempfile::tempdir().expect("a directory");
    write(&plain.path().join("main.tf"), super::history::OLD);
    let mut event = server.event(&url);
    runner.run(plain.path(), &event).fails("no git checkout");
    event.push(("IDENTILINT_BASE", "main"));
    runner.run(plain.path(), &event).fails("names no commits");
    event.push(("IDENTILINT_SINCE", "none"));
    runner.run(plain.path(), &event).is(1, "1", "1");
}

#[test]
fn a_checkout_below_the_workspace_is_found() {
    let (server, runner) = (Server::start(), Runner::ready());
    let url = server.url();
    let workspace = tempfile::tempdir().expect("a directory");
    let checkout = server.checkout(&server.merge, SHALLOW);
    std::fs::rename(checkout.path(), workspace.path().join("a b")).expect("the same file system");
    let mut event = server.event(&url);
    for path in ["a b", "a b/infra", "a b/infra/app.tf", "./a b/"] {
        event.push(("IDENTILINT_PATHS", path));
        let outcome = runner.run(workspace.path(), &event);
        assert_eq!((outcome.code, &*outcome.outputs["new-findings"]), (1, "1"), "{path}: {outcome}");
        outcome.tells("::error file=infra/app.tf,");
    }
}

#[test]
fn a_commit_that_is_named_is_fetched_and_a_name_is_not() {
    let (server, runner) = (Server::start(), Runner::ready());
    let url = server.url();
    let workspace = server.checkout(&server.merge, SHALLOW);
    let mut event = server.event(&url);
    event.push(("GITHUB_EVENT_NAME", "push"));
    event.push(("IDENTILINT_SINCE", &server.fork));
    runner.run(workspace.path(), &event).is(1, "3", "2");
    event.push(("IDENTILINT_SINCE", "origin/main"));
    runner.run(workspace.path(), &event).fails("git fetch --depth=1 origin main:refs/remotes/origin/main");
}
