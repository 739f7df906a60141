//! What the graph knows of the thing at a place of the code, for an editor: cards, navigation, lenses. It knows no
//! protocol: files and byte ranges go in and come out.
//!
//! A file may be part of several deployments, and a module may be called more than once. What is the same everywhere is
//! said once; what is not names the deployment or instance in which it holds. Texts from the sources are shown without
//! the secrets of the report.

mod deployments;
mod face;
mod findings;
mod grants;
mod hosts;
mod identities;
mod lenses;
mod markdown;
mod merge;
mod navigate;
mod slots;
mod targets;
mod unknown;
mod uses;
mod words;

pub use lenses::Lens;
pub use navigate::Jump;

use crate::engine::Report;
use crate::policy::Policies;
use crate::report::masked::Masked;
use crate::source::{ColumnUnit, SourceId, Span};
use crate::workspace::Workspace;

/// So many lines of one section are kept; the others are counted.
pub(crate) const MAX_LINES: usize = 8;

/// So many different things of one place are shown; the others are counted.
const MAX_FACES: usize = 3;

/// What there is to say of the thing at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The text that means the thing.
    pub span: Span,
    /// The thing; several where different instances mean different ones.
    pub faces: Vec<Face>,
    /// How many further ones there are.
    pub more: usize,
    /// How many deployments that the file is part of were not looked at.
    pub left_out: usize,
}

/// What a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An identity or another principal.
    Identity,
    /// A resource that can have an identity.
    Host,
    /// A deployment slot.
    Slot,
    /// A role assignment, an access policy or the like.
    Grant,
    /// A federated credential.
    Federation,
    /// A setting or argument that needs something of a resource.
    Use,
    /// A resource on which something is granted.
    Target,
}

/// One thing: the instances of one declaration together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// What it is.
    pub kind: Kind,
    /// What people call it, each name once.
    pub titles: Vec<String>,
    /// What it is, in words: `user-assigned identity`.
    pub what: String,
    /// Its addresses in the code.
    pub addresses: Vec<String>,
    /// Where it is declared.
    pub declared: Option<Place>,
    /// Sentences on it as a whole.
    pub notes: Vec<Line>,
    /// A slot beside its site.
    pub tables: Vec<Table>,
    /// What is known of it, by topic.
    pub sections: Vec<Section>,
}

/// What a section is about, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// The principal that is granted something, or that a use asks as.
    Principal,
    /// The identities that a host has.
    Identities,
    /// The hosts that have an identity.
    Hosts,
    /// What a role permits.
    Right,
    /// Where a grant holds.
    Scope,
    /// What narrows a grant.
    Condition,
    /// What is granted to it.
    Roles,
    /// Who is granted something on it.
    Access,
    /// Whose tokens let somebody act as it.
    Federations,
    /// What it uses; of an identity, what that is used for.
    Uses,
    /// What uses it, or needs it.
    UsedBy,
    /// Its slots.
    Slots,
    /// What cannot be told, and why.
    Unknown,
    /// Modules whose source is not here.
    NotRead,
    /// What the report says of it.
    Findings,
}

impl Topic {
    /// The heading.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Principal => "For",
            Self::Identities => "Identities",
            Self::Hosts => "Hosts",
            Self::Right => "Permits",
            Self::Scope => "Where",
            Self::Condition => "Condition",
            Self::Roles => "Roles",
            Self::Access => "Who has roles on it",
            Self::Federations => "Federated credentials",
            Self::Uses => "Uses",
            Self::UsedBy => "Used by",
            Self::Slots => "Slots",
            Self::Unknown => "Not known here",
            Self::NotRead => "Not read",
            Self::Findings => "Findings",
        }
    }
}

/// What is known on one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The topic.
    pub topic: Topic,
    /// What there is to say.
    pub lines: Vec<Line>,
    /// How many further lines there are.
    pub more: usize,
}

impl Section {
    /// How many things it tells of, those that were cut included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.lines.iter().filter(|line| !line.none).count() + self.more
    }
}

/// One statement. What stands between backticks in its text is code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is said.
    pub text: String,
    /// Where one finds it.
    pub place: Option<Place>,
    /// The smallest text there that names the thing of the card.
    pub reference: Option<Span>,
    /// The deployments or instances in which it holds; empty: in all.
    pub only: Vec<String>,
    /// Whether it says that there is nothing.
    pub none: bool,
}

/// A place to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The range.
    pub span: Span,
    /// File and line for people: `main.tf:12`.
    pub shown: String,
}

/// A slot and its site side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What people call the site.
    pub site: String,
    /// What people call the slot: the slots of which the same is to be said.
    pub slots: Vec<String>,
    /// What is compared: what it is, of the site, of the slot.
    pub rows: Vec<[String; 3]>,
    /// The deployments or instances in which it holds; empty: in all.
    pub only: Vec<String>,
}

/// Cards, navigation and lenses of one state of a workspace.
#[derive(Debug)]
pub struct Cards<'w> {
    workspace: &'w Workspace,
    policies: &'w Policies,
    report: &'w Report,
    masked: Masked<'w>,
}

impl<'w> Cards<'w> {
    /// The cards of a workspace, with the report on it.
    #[must_use]
    pub fn new(workspace: &'w Workspace, policies: &'w Policies, report: &'w Report) -> Self {
        Self { workspace, policies, report, masked: Masked::new(&workspace.sources, report) }
    }

    /// The card of what stands at a byte offset of a file; none where the graph knows of nothing.
    #[must_use]
    pub fn at(&self, source: SourceId, offset: u32) -> Option<Card> {
        let (found, left_out) = deployments::each(self.workspace, self.policies, source, |graph, deployment| {
            let face = |sight: crate::graph::Sight| {
                let face = face::of(graph, &sight.thing)?;
                let address = graph.address_of(&sight.thing).to_string();
                Some(merge::Seen { span: sight.span, face, deployment: deployment.to_owned(), address })
            };
            graph.at(source, offset).into_iter().filter_map(face).collect()
        });
        let span = found.iter().map(|one| one.span).min_by_key(|span| span.end - span.start)?;
        let mut faces = merge::merged(found);
        let more = faces.len().saturating_sub(MAX_FACES);
        faces.truncate(MAX_FACES);
        let faces = faces.into_iter().map(|face| self.finished(face)).collect();
        Some(Card { span, faces, more, left_out })
    }

    /// The same with what the report says of it, where its places are, and without secrets.
    fn finished(&self, draft: face::Draft) -> Face {
        let (extents, subjects) = (draft.extents.clone(), draft.subjects.clone());
        let mut face = draft.finish(|span| self.place(span), |text| self.masked.words(text).into_owned());
        let lines = findings::of(self.report, &extents, &subjects);
        let lines: Vec<Line> = lines
            .into_iter()
            .map(|(text, span)| Line { place: self.place(span), ..Line::new(self.masked.words(&text)) })
            .collect();
        face.sections.extend(face::section(Topic::Findings, lines));
        face
    }

    /// A span for people; none in a module that no file holds.
    fn place(&self, span: Span) -> Option<Place> {
        if self.workspace.stand_ins.contains(&span.source) {
            return None;
        }
        let file = self.workspace.sources.get(span.source)?;
        let line = file.position(span.start, ColumnUnit::Characters).line;
        let display = file.display();
        let name = display.rsplit('/').next().unwrap_or(display);
        Some(Place { span, shown: self.masked.words(&format!("{name}:{line}")).into_owned() })
    }
}

impl Line {
    /// A statement of which there is no place.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), place: None, reference: None, only: Vec::new(), none: false }
    }
}
