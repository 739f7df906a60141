//! Sources, and where in them one looks: at a text of theirs.

use std::path::Path;

use identilint::card::Cards;
use identilint::config::Layer;
use identilint::engine::{self, Report};
use identilint::policy::Policies;
use identilint::source::{SourceId, Span};
use identilint::workspace::{Request, Workspace};

/// A workspace with its report.
pub(crate) struct World {
    pub(crate) workspace: Workspace,
    pub(crate) policies: Policies,
    pub(crate) report: Report,
}

impl World {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files: Vec<(String, String)> = files.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect();
        Self::new(move || Workspace::of_texts(files))
    }

    pub(crate) fn on_disk(directory: &Path) -> Self {
        let request =
            Request { directory: directory.to_path_buf(), paths: vec![directory.to_path_buf()], ..Request::default() };
        Self::new(move || Workspace::load(&request).expect("files"))
    }

    fn new(load: impl FnOnce() -> Workspace + Send) -> Self {
        engine::with_workers(|| {
            let workspace = load();
            let policies = workspace.policies(&Layer::default());
            let report = engine::analyze(&workspace, &policies);
            Self { workspace, policies, report }
        })
    }

    pub(crate) fn cards(&self) -> Cards<'_> {
        Cards::new(&self.workspace, &self.policies, &self.report)
    }

    pub(crate) fn file(&self, path: &str) -> SourceId {
        let mut all = self.workspace.sources.iter();
        all.find(|(_, file)| &**file.display() == path).unwrap_or_else(|| panic!("no {path}")).0
    }

    /// Where the n-th occurrence of a text begins.
    pub(crate) fn find(&self, path: &str, text: &str, nth: usize) -> (SourceId, u32) {
        let id = self.file(path);
        let source = self.workspace.sources.get(id).expect("a file").text();
        let at = source.match_indices(text).nth(nth).unwrap_or_else(|| panic!("{path} has no {text:?}")).0;
        (id, u32::try_from(at).expect("small"))
    }

    /// The card at a text, as Markdown.
    pub(crate) fn card(&self, path: &str, text: &str) -> String {
        let (id, at) = self.find(path, text, 0);
        self.cards().at(id, at).map_or_else(|| "no card\n".to_owned(), |card| card.markdown(|_| None))
    }

    /// A span for a snapshot: `main.tf:3:5 text`.
    pub(crate) fn shown(&self, span: Span) -> String {
        let file = self.workspace.sources.get(span.source).expect("a file");
        let position = file.position(span.start, identilint::source::ColumnUnit::Characters);
        let text = self.workspace.sources.slice(span).lines().next().unwrap_or("").to_owned();
        format!("{}:{}:{} {text}", file.display(), position.line, position.column)
    }

    pub(crate) fn definition(&self, path: &str, text: &str) -> Vec<String> {
        let (id, at) = self.find(path, text, 0);
        let to = self.cards().definition(id, at).map(|jump| jump.to).unwrap_or_default();
        to.into_iter().map(|span| self.shown(span)).collect()
    }

    pub(crate) fn references(&self, path: &str, text: &str) -> Vec<String> {
        let (id, at) = self.find(path, text, 0);
        self.cards().references(id, at, true).into_iter().map(|span| self.shown(span)).collect()
    }

    pub(crate) fn lenses(&self, path: &str) -> Vec<String> {
        let lenses = self.cards().lenses(self.file(path));
        lenses
            .into_iter()
            .map(|lens| {
                let to: Vec<String> = lens.places.iter().map(|span| self.shown(*span)).collect();
                format!("{}: {} -> {}", self.shown(lens.span), lens.title, to.join(" | "))
            })
            .collect()
    }
}

/// A card without the places, which differ from language to language.
pub(crate) fn without_places(card: &str) -> String {
    let lines = card.lines().map(|line| line.rsplit_once(" · main.").map_or(line, |(text, _)| text));
    lines.flat_map(|line| [line, "\n"]).collect()
}
