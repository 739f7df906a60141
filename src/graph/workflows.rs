//! Jobs of GitHub's workflows beside the code that may ask for tokens, and what the subjects of these are
//! (docs.github.com, actions/reference/security/oidc).

use super::kubernetes::document;
use super::{Graph, Property, at};
use crate::ir::Name;
use crate::resolve::value::{Kind, Value};
use crate::source::Span;
use crate::text::matches;

/// A job that may ask for tokens.
#[derive(Debug)]
pub struct TokenJob {
    /// Its name in the workflow.
    pub name: Name,
    /// How the subjects of its tokens may end.
    pub endings: Vec<Ending>,
    /// What decides that: its environment, or the events of its workflow.
    pub place: Span,
    /// Whether it certainly logs in to Azure with one.
    pub logs_in: bool,
}

/// How a subject ends, behind the name of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// `environment:` and its name.
    Environment(String),
    /// `pull_request`.
    PullRequest,
    /// `ref:` and a pattern of refs.
    Ref(String),
    /// The ref of any branch or tag, or an event that is not looked at any closer.
    Any,
}

impl Ending {
    /// Whether a subject may end so.
    #[must_use]
    pub fn matches(&self, ending: &str) -> bool {
        match self {
            Self::Environment(name) => ending.strip_prefix("environment:") == Some(name),
            Self::PullRequest => ending == "pull_request",
            Self::Ref(pattern) => {
                // Patterns with more than stars are not read closely.
                let is_simple = !pattern.contains(['?', '+', '[', '!', '\\']);
                ending.strip_prefix("ref:").is_some_and(|name| !is_simple || matches(pattern, name))
            }
            Self::Any => ending == "pull_request" || ending.starts_with("ref:"),
        }
    }

    /// The text, if there is only one.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Environment(name) => Some(format!("environment:{name}")),
            Self::PullRequest => Some("pull_request".to_owned()),
            Self::Ref(pattern) if !pattern.contains(['*', '?', '+', '[', '!', '\\']) => Some(format!("ref:{pattern}")),
            Self::Ref(_) | Self::Any => None,
        }
    }
}

impl Graph<'_> {
    /// The jobs of all workflows that may ask for tokens; none if the subjects of one cannot be told, or if the workflows
    /// may be meant for another deployment.
    #[must_use]
    pub fn token_jobs(&self) -> Option<Vec<TokenJob>> {
        let companions = &self.deployment.program().companions;
        if companions.more_workflows || !companions.of_one {
            return None;
        }
        let mut found = Vec::new();
        for workflow in companions.workflows.iter().flat_map(|file| &*file.documents).map(document) {
            jobs(&workflow, &mut found)?;
        }
        Some(found)
    }
}

impl Graph<'_> {
    /// Whether the workflows beside the code may be those of a repository, `owner/name`, perhaps each with its id behind an
    /// `@`.
    #[must_use]
    pub fn may_be_repository(&self, name: &str) -> bool {
        let plain: Vec<&str> = name.split('/').map(|part| part.split('@').next().unwrap_or(part)).collect();
        let here = self.deployment.program().companions.repository.as_deref();
        here.is_none_or(|here| here.eq_ignore_ascii_case(&plain.join("/")))
    }
}

fn jobs(workflow: &Value, found: &mut Vec<TokenJob>) -> Option<()> {
    let all = may_ask(workflow);
    let jobs = match at(workflow, &["jobs"]) {
        Property::Is(jobs) => jobs,
        Property::Absent => return Some(()),
        Property::Unknown(_) => return None,
    };
    let Kind::Map(jobs) = &jobs.kind else { return Some(()) };
    jobs.rest.is_none().then_some(())?;
    for job in jobs.entries.iter() {
        let own = may_ask(&job.value);
        if !own.or(all).unwrap_or(false) {
            continue;
        }
        // What a called workflow does is said there.
        matches!(at(&job.value, &["uses"]), Property::Absent).then_some(())?;
        let (endings, place) = endings(workflow, &job.value)?;
        found.push(TokenJob { name: job.key.clone(), endings, place, logs_in: logs_in(&job.value)? });
    }
    Some(())
}

/// Whether permissions that are said here let jobs ask for tokens; none if nothing is said.
fn may_ask(value: &Value) -> Option<bool> {
    match at(value, &["permissions"]) {
        Property::Absent => None,
        Property::Unknown(_) => Some(true),
        Property::Is(permissions) => Some(match permissions.as_str() {
            Some(text) => text == "write-all",
            None => match at(&permissions, &["id-token"]) {
                Property::Is(level) => level.as_str() != Some("none"),
                Property::Absent => false,
                Property::Unknown(_) => true,
            },
        }),
    }
}

/// Whether a job has a login step that takes a token. A step of one's own may be one.
fn logs_in(job: &Value) -> Option<bool> {
    let Property::Is(steps) = at(job, &["steps"]) else { return Some(false) };
    let Kind::List(steps) = &steps.kind else { return None };
    let mut found = false;
    for step in steps.items.iter() {
        let Property::Is(uses) = at(step, &["uses"]) else { continue };
        let uses = uses.as_str()?.to_ascii_lowercase();
        if !uses.starts_with("azure/login") {
            continue;
        }
        let is_there = |name: &str| !matches!(at(step, &["with", name]), Property::Absent);
        found |= is_there("client-id") && !is_there("creds") && !is_there("auth-type");
    }
    Some(found)
}

/// How the subjects of a job's tokens may end, and what decides that.
fn endings(workflow: &Value, job: &Value) -> Option<(Vec<Ending>, Span)> {
    let environment = match at(job, &["environment"]) {
        Property::Is(value) if matches!(value.kind, Kind::Map(_)) => at(&value, &["name"]),
        other => other,
    };
    match environment {
        Property::Is(name) => return Some((vec![Ending::Environment(name.as_str()?.to_owned())], name.span)),
        Property::Unknown(_) => return None,
        Property::Absent => {}
    }
    let Property::Is(events) = at(workflow, &["on"]) else { return None };
    let mut found = Vec::new();
    match &events.kind {
        Kind::List(list) => {
            for event in list.items.iter() {
                found.extend(of_event(event.as_str()?, &Property::Absent)?);
            }
        }
        Kind::Map(map) if map.rest.is_none() => {
            for event in map.entries.iter() {
                found.extend(of_event(&event.key, &Property::Is(event.value.clone()))?);
            }
        }
        _ => found.extend(of_event(events.as_str()?, &Property::Absent)?),
    }
    Some((found, events.span))
}

fn of_event(event: &str, filter: &Property) -> Option<Vec<Ending>> {
    Some(match event {
        // Who calls decides how it runs.
        "workflow_call" => return None,
        "pull_request" => vec![Ending::PullRequest],
        "push" => match filter.value() {
            Some(filter) => pushed(filter),
            None => vec![Ending::Any],
        },
        _ => vec![Ending::Any],
    })
}

/// The refs of a push by its filters. With a filter for branches alone no tag counts, and the other way round.
fn pushed(filter: &Value) -> Vec<Ending> {
    let mut found = Vec::new();
    for (name, prefix) in [("branches", "refs/heads/"), ("tags", "refs/tags/")] {
        let patterns = match at(filter, &[name]) {
            Property::Absent => continue,
            Property::Unknown(_) => return vec![Ending::Any],
            Property::Is(patterns) => patterns,
        };
        let patterns = match &patterns.kind {
            Kind::List(list) => list.items.to_vec(),
            _ => vec![patterns],
        };
        for pattern in patterns {
            let Some(pattern) = pattern.as_str() else { return vec![Ending::Any] };
            found.push(Ending::Ref(format!("{prefix}{pattern}")));
        }
    }
    if found.is_empty() { vec![Ending::Any] } else { found }
}
