//! Suppressions in the code: comments such as `identilint: ignore[rule] reason until=2027-01-31`, and what stands for
//! them where a format has no comments. `docs/suppressions.md` says what they cover.

pub mod add;
mod comments;
mod complaints;
mod directive;
mod inputs;
mod matching;
mod metadata;

pub use complaints::Scene;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::day::Day;
use crate::finding::Finding;
use crate::ir::Program;
use crate::rules;
use crate::source::{SourceFile, SourceId, Span};
use crate::workspace::Workspace;
use directive::Directive;

/// The family of what is said about suppressions themselves.
pub const FAMILY: &str = "suppressions";

/// Families whose findings nobody can suppress: what cannot be read, and suppressions themselves.
const FIRM: [&str; 2] = [FAMILY, "syntax"];

/// How a file has comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// Terraform and its variable files.
    Hcl,
    /// Bicep and its parameter files.
    Bicep,
    /// ARM templates and their parameter files.
    Json,
    /// Terraform's JSON, where comments are members named `//`.
    TerraformJson,
}

impl Language {
    /// The language of a file, by its name.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let ends = |endings: &[&str]| endings.iter().any(|ending| path.ends_with(ending));
        if ends(&[".tf.json", ".tofu.json", ".tfvars.json"]) {
            Some(Self::TerraformJson)
        } else if ends(&[".tf", ".tofu", ".tfvars"]) {
            Some(Self::Hcl)
        } else if ends(&[".bicep", ".bicepparam"]) {
            Some(Self::Bicep)
        } else {
            ends(&[".json"]).then_some(Self::Json)
        }
    }
}

/// One suppression.
#[derive(Debug)]
struct Suppression {
    /// What it says, from its mark on.
    span: Span,
    /// What to take away to be rid of it.
    whole: Span,
    /// What it covers; none if nothing stands where it points.
    covers: Option<Span>,
    /// How far.
    reach: Reach,
    names: Vec<Named>,
    reason: String,
    until: Option<Day>,
    fault: Option<(Span, &'static str)>,
}

/// How far a suppression reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// What points at its line.
    Line,
    /// What points into the construct, and what comes through the calls in it.
    Construct,
    /// What has its place in the file.
    File,
}

/// A rule or family in a suppression.
#[derive(Debug)]
struct Named {
    name: String,
    span: Span,
    /// What to take away to be rid of this name alone.
    whole: Span,
}

impl Named {
    fn means(&self, rule: &str, family: &str) -> bool {
        self.name == rule || self.name == family
    }

    fn is_known(&self) -> bool {
        rules::RULES.iter().any(|rule| self.means(rule.id, rule.family))
    }

    fn is_firm(&self) -> bool {
        rules::RULES.iter().any(|rule| self.means(rule.id, rule.family) && FIRM.contains(&rule.family))
    }
}

impl Suppression {
    /// Of what was read at `from`, `at` being the place in the file of each byte of its text.
    fn new(read: Directive, source: SourceId, length: usize, at: impl Fn(usize) -> usize) -> Self {
        let span = |range: &std::ops::Range<usize>| Span::new(source, at(range.start), at(range.end));
        let places: Vec<_> = read.names.iter().map(|(_, place)| place.clone()).collect();
        let names = read.names.into_iter().enumerate().map(|(number, (name, place))| {
            let next = places.get(number + 1).map(|next| place.start..next.start);
            let before = number.checked_sub(1).and_then(|number| places.get(number));
            let whole = next.or_else(|| before.map(|before| before.end..place.end));
            Named { name, span: span(&place), whole: span(&whole.unwrap_or(place)) }
        });
        let names = names.collect();
        let whole = span(&(0..length));
        Self {
            span: whole,
            whole,
            covers: None,
            reach: if read.whole_file { Reach::File } else { Reach::Line },
            names,
            reason: read.reason,
            until: read.until,
            fault: read.fault.map(|(range, message)| (span(&range), message)),
        }
    }

    fn has_expired(&self, today: Option<Day>) -> bool {
        self.until.zip(today).is_some_and(|(until, today)| until < today)
    }

    /// Whether it suppresses anything at all.
    fn holds(&self, today: Option<Day>) -> bool {
        self.fault.is_none() && !self.reason.is_empty() && !self.has_expired(today)
    }
}

/// All suppressions of a workspace.
#[derive(Debug, Default)]
pub struct Suppressions {
    all: Vec<Suppression>,
    today: Option<Day>,
    /// Which names of which suppressions had something to suppress.
    used: BTreeSet<(usize, usize)>,
}

impl Suppressions {
    /// Reads the suppressions of every file. Only files that hold the mark cost more than a look for it.
    #[must_use]
    pub fn read(workspace: &Workspace, today: Option<Day>) -> Self {
        let files: Vec<(SourceId, &SourceFile)> =
            workspace.sources.iter().filter(|(id, _)| !workspace.stand_ins.contains(id)).collect();
        let all = files.into_par_iter().flat_map_iter(|(id, file)| of_file(id, file)).collect();
        Self { all, today, used: BTreeSet::new() }
    }

    /// Whether nobody suppresses anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The calls of modules that suppressions stand at: where these are declared.
    #[must_use]
    pub fn calls(&self, program: &Program) -> BTreeSet<Span> {
        let wide = self.all.iter().filter(|one| one.reach == Reach::Construct && one.holds(self.today));
        let covered: Vec<Span> = wide.filter_map(|one| one.covers).collect();
        if covered.is_empty() {
            return BTreeSet::new();
        }
        let calls = program.modules.iter().flat_map(|module| &module.calls).map(|call| call.span);
        let calls: BTreeSet<Span> = calls.collect();
        let within = |span: Span| {
            let end = Span { start: span.end, end: span.end, ..span };
            calls.range(Span { end: span.start, ..span }..end).copied().collect::<Vec<_>>()
        };
        covered.into_iter().flat_map(within).collect()
    }

    /// Gives findings their suppressions.
    pub fn apply(&mut self, findings: &mut [Finding], fetched: &BTreeSet<SourceId>) {
        self.used = matching::apply(&self.all, self.today, findings, fetched);
    }
}

/// Templates that stand beside the Bicep that they say they were compiled from: nobody writes in those.
fn compiled(workspace: &Workspace) -> BTreeSet<SourceId> {
    let files = || workspace.sources.iter().map(|(id, file)| (id, &**file.display(), file));
    let sources: BTreeSet<&str> = files().filter_map(|(_, path, _)| path.strip_suffix(".bicep")).collect();
    let beside = files().filter(|(_, path, _)| path.strip_suffix(".json").is_some_and(|stem| sources.contains(stem)));
    beside.filter(|(_, _, file)| file.text().contains("\"_generator\"")).map(|(id, ..)| id).collect()
}

/// The rules and families that the suppressions of a file name, and where.
#[must_use]
pub fn names(id: SourceId, file: &SourceFile) -> Vec<(String, Span)> {
    of_file(id, file).into_iter().flat_map(|one| one.names).map(|named| (named.name, named.span)).collect()
}

/// The suppressions of one file.
fn of_file(id: SourceId, file: &SourceFile) -> Vec<Suppression> {
    let text: &str = file.text();
    let Some(language) = Language::of(file.display()) else { return Vec::new() };
    let in_comments = text.contains(directive::MARK);
    let mut found = Vec::new();
    if in_comments {
        found = comments::read(id, text, language);
    }
    let in_members = match language {
        Language::Json => text.contains("\"identilint\""),
        Language::TerraformJson => in_comments,
        Language::Hcl | Language::Bicep => false,
    };
    if in_members {
        found.extend(metadata::read(id, text, language));
        found.sort_by_key(|one| one.span);
    }
    found
}

/// Findings by file: what points where.
type ByFile<T> = BTreeMap<SourceId, Vec<T>>;
