use crate::finding::Fix;
use crate::graph::{Federation, Graph, Issuer, TokenJob};
use crate::resolve::value::Value;
use crate::rules::{Cx, Draft};

/// A credential for one repository, and the subjects that it may have.
struct Trusted<'g> {
    credential: &'g Federation,
    /// The subjects, and how each ends behind the name of the repository.
    subjects: Vec<(Value, String)>,
}

pub(in crate::rules) fn check(cx: &mut Cx<'_>) {
    let graph = cx.graph;
    let Some(trusted) = trusted(graph).filter(|trusted| !trusted.is_empty() && graph.sees_all_credentials()) else {
        return;
    };
    let Some(jobs) = graph.token_jobs() else { return };
    let can = |job: &TokenJob, ending: &str| job.endings.iter().any(|one| one.matches(ending));
    let is_lost = |job: &&TokenJob| {
        let mut endings = trusted.iter().flat_map(|one| &one.subjects);
        job.logs_in && !endings.any(|(_, ending)| can(job, ending))
    };
    let Some(job) = jobs.iter().find(is_lost) else { return };
    let is_orphan =
        |one: &&Trusted<'_>| one.subjects.iter().all(|(_, ending)| !jobs.iter().any(|job| can(job, ending)));
    let orphans: Vec<&Trusted<'_>> = trusted.iter().filter(is_orphan).collect();
    for orphan in &orphans {
        report(cx, orphan, job, orphans.len() == 1);
    }
}

/// The credentials for GitHub, if all that they trust is known and of one repository: which one this is, only its checkout
/// says, if that.
fn trusted<'g>(graph: &'g Graph<'_>) -> Option<Vec<Trusted<'g>>> {
    let mut found = Vec::new();
    let mut repository: Option<String> = None;
    for credential in &graph.federations {
        let issuers = graph.issuers(credential.issuer.as_ref()?);
        if issuers.iter().all(|issuer| issuer.is_some_and(|issuer| issuer != Issuer::GitHub)) {
            continue;
        }
        let mut subjects = Vec::new();
        for text in graph.texts(credential.subject()?)? {
            let (name, ending) = taken_apart(text.as_str()?)?;
            let is_here = graph.may_be_repository(&name);
            if *repository.get_or_insert_with(|| name.clone()) != name || !is_here {
                return None;
            }
            subjects.push((text, ending));
        }
        found.push(Trusted { credential, subjects });
    }
    Some(found)
}

/// `repo:<owner>/<repository>` and what follows, if it is of the form that GitHub gives subjects by itself.
fn taken_apart(subject: &str) -> Option<(String, String)> {
    let (repository, ending) = subject.strip_prefix("repo:")?.split_once(':')?;
    let is_known = ["environment:", "ref:refs/heads/", "ref:refs/tags/"].iter().any(|start| ending.starts_with(start));
    let is_plain = !subject.contains('*') && repository.contains('/');
    (is_plain && (is_known || ending == "pull_request")).then(|| (repository.to_owned(), ending.to_owned()))
}

fn report(cx: &mut Cx<'_>, orphan: &Trusted<'_>, job: &TokenJob, only: bool) {
    let Some(resource) = cx.graph.resource(orphan.credential.by) else { return };
    let Some((subject, ending)) = orphan.subjects.first() else { return };
    let text = subject.as_str().unwrap_or_default();
    let wanted = job.endings.first().and_then(crate::graph::Ending::text);
    let shown =
        wanted.as_ref().map_or_else(|| "the branch or tag that it runs on".to_owned(), |one| format!("`{one}`"));
    let message = format!("`{}` trusts `{text}`, but `{}` logs in as {shown}", orphan.credential.title, job.name);
    let mut draft = Draft::new(resource.address.clone(), subject.span, message)
        .note("no job of a workflow here has this subject")
        .label(job.place, "this decides what the job logs in as")
        .because(subject)
        .if_present(resource);
    if let Some(new) = wanted.and_then(|wanted| Some(format!("{}{wanted}", text.strip_suffix(ending.as_str())?))) {
        let is_one = only && orphan.subjects.len() == 1 && job.endings.len() == 1;
        let edit = cx.graph.other_text(subject, &new).filter(|_| is_one);
        draft = draft
            .help(format!("write `{new}`, or change how the job runs"))
            .fix(edit.map(|edit| Fix::suggested(format!("write `{new}`"), edit)));
    }
    cx.report(draft);
}
