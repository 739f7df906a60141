//! Files on disk to a program: what is there, what is read, which modules it makes. Only this and configuration can fail.

mod assemble;
mod companions;
mod configure;
mod discover;
mod focus;
mod given;
mod interfaces;
mod memory;
mod overlay;
pub(crate) mod paths;
mod read;
mod registry;

pub use configure::{Configuration, configuration};
pub use memory::Memory;
pub use overlay::{MAX_FILE, Overlay};

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{self, Config, Layer};
use crate::finding::Finding;
use crate::ir::{Name, Program, Root};
use crate::policy::Policies;
use crate::progress::Progress;
use crate::source::{SourceId, Sources};
use crate::syntax::SyntaxError;

/// What to look at.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The working directory, which shown paths are relative to; absolute.
    pub directory: PathBuf,
    /// Files and directories; files are widened to the tree that they are part of.
    pub paths: Vec<PathBuf>,
    /// Whether the files are what somebody changed: then everything counts that they take part in, not only what touches
    /// them, and those that take part in nothing are passed over.
    pub changed: bool,
    /// Parameter files that apply to every root module, in ascending precedence.
    pub parameter_files: Vec<PathBuf>,
    /// What holds instead of what is on disk.
    pub overlay: Overlay,
    /// What is told how far the run is.
    pub progress: Arc<Progress>,
    /// Which configuration file holds.
    pub configuration: config::Choice,
    /// What earlier runs over the same code left, for whoever runs more than once. The report is the same without it.
    pub memory: Option<Arc<Memory>>,
}

/// Why nothing can be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadError {
    /// A path that was asked for is not there.
    NotFound(String),
    /// A path that was asked for cannot be read.
    Unreadable(String, String),
    /// A file that was asked for is of no kind that is read.
    NotSupported(String),
    /// There is no file of a kind that is read.
    Nothing(String),
    /// There are such files, but configuration excludes all of them.
    Excluded(String),
    /// A configuration file is not right.
    Configuration(Invalid),
}

/// Configuration files that are not right.
#[derive(Debug, Clone)]
pub struct Invalid {
    /// What is wrong, by file and place.
    pub problems: Vec<Finding>,
    /// The files.
    pub sources: Arc<Sources>,
}

impl PartialEq for Invalid {
    fn eq(&self, other: &Self) -> bool {
        self.problems == other.problems
    }
}

impl Eq for Invalid {}

/// The files that are read, for messages.
const KINDS: &str = ".tf, .tofu, .tfvars, their .json forms, .bicep, .bicepparam, or .json with a template's schema";

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound(path) => write!(f, "`{path}` does not exist"),
            Self::Unreadable(path, reason) => write!(f, "`{path}` cannot be read: {reason}"),
            Self::NotSupported(path) => {
                write!(f, "`{path}` is not a Terraform, Bicep or ARM template file ({KINDS})")
            }
            Self::Nothing(paths) => write!(
                f,
                "nothing to check in {paths}: no Terraform, Bicep or ARM template file ({KINDS}); \
                 files that git ignores are left out"
            ),
            Self::Excluded(paths) => write!(f, "nothing to check in {paths}: configuration excludes all of it"),
            Self::Configuration(invalid) => {
                write!(f, "{} in the configuration", crate::text::count(invalid.problems.len(), "error"))
            }
        }
    }
}

impl std::error::Error for LoadError {}

/// A file that is named but not analysed as a whole, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The path as shown.
    pub path: Name,
    /// Why.
    pub reason: String,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Workspace {
    /// The files.
    pub sources: Sources,
    /// The modules that they make.
    pub program: Program,
    /// What in them does not follow its language's grammar.
    pub errors: Vec<SyntaxError>,
    /// What is deployed by itself: modules that nobody calls, once for each set of parameters that is written for them.
    pub roots: Vec<Root>,
    /// Files without a fault.
    pub analysed: Vec<Name>,
    /// Files of which a part was not understood.
    pub partial: Vec<Gap>,
    /// Files that were left out.
    pub skipped: Vec<Gap>,
    /// Whether a file should have been read and could not be.
    pub unreadable: bool,
    /// Files of modules that were fetched from elsewhere: nobody mends anything there.
    pub fetched: BTreeSet<SourceId>,
    /// Stand-ins for modules that are not here: no file holds their text.
    pub stand_ins: BTreeSet<SourceId>,
    /// Paths below the repository's root that have another name today: findings in these files are to keep their
    /// fingerprints.
    pub renamed: HashMap<String, String>,
    /// Files on which nothing is reported.
    pub excluded: BTreeSet<SourceId>,
    /// What configuration files say.
    pub configuration: Config,
    /// If files were asked for: these, to which findings are limited.
    pub focus: Option<BTreeSet<SourceId>>,
    /// What is told how far the run is.
    pub progress: Arc<Progress>,
    /// What earlier runs left.
    pub memory: Option<Arc<Memory>>,
}

/// Whether a file of this name may be looked into.
#[must_use]
pub fn is_read(path: &str) -> bool {
    discover::format(path).is_some() || discover::is_companion(path) || assemble::is_lock(path)
}

/// Whether a file of this name is looked at when it is named: one of infrastructure code.
#[must_use]
pub fn is_analysed(path: &str) -> bool {
    discover::format(path).is_some()
}

impl Request {
    /// The absolute form of a path that was asked for.
    #[must_use]
    pub fn absolute(&self, path: &Path) -> PathBuf {
        paths::absolute(&self.directory, path)
    }

    /// The same for all that the files that were asked for are part of, as it is on disk.
    #[must_use]
    pub fn whole(&self) -> Self {
        let tree = |path: &PathBuf| {
            let path = self.absolute(path);
            if path.is_dir() && !self.overlay.is_file(&path) { path } else { discover::tree_of(&path) }
        };
        let paths = self.paths.iter().map(tree).collect();
        Self { paths, overlay: Overlay::default(), ..self.clone() }
    }

    /// The paths that were asked for, for a message.
    fn shown_paths(&self) -> String {
        let shown =
            |path: &PathBuf| format!("`{}`", paths::shown(&self.directory, &paths::absolute(&self.directory, path)));
        self.paths.iter().map(shown).collect::<Vec<_>>().join(", ")
    }
}

impl Workspace {
    /// Reads what was asked for.
    ///
    /// # Errors
    /// If a path is not there, or there is nothing to look at.
    pub fn load(request: &Request) -> Result<Self, LoadError> {
        let mut found = discover::discover(request)?;
        let configured = configure::configure(request, &mut found)?;
        let left_out = configured.left_out;
        let nothing = || {
            let shown = request.shown_paths();
            if left_out { LoadError::Excluded(shown) } else { LoadError::Nothing(shown) }
        };
        // Who names a file may not know that it is excluded, or no template: a hook names what was changed.
        let may_be_empty = found.named.is_some() && request.changed;
        if found.files.is_empty() && !found.unreadable {
            let is_fine = may_be_empty || (found.named.is_some() && left_out);
            let empty = Self { focus: Some(BTreeSet::new()), ..Self::default() };
            return if is_fine { Ok(empty) } else { Err(nothing()) };
        }
        let workspace = assemble::assemble(Some(request), found, configured);
        configure::valid(workspace.configuration.problems(), &workspace.sources)?;
        // Most JSON files are no templates, and do not count.
        let seen = workspace.analysed.len() + workspace.partial.len() + workspace.skipped.len();
        if seen == 0 && !may_be_empty { Err(nothing()) } else { Ok(workspace) }
    }

    /// Takes texts as they are, by path with `/`; nothing is read from disk.
    #[must_use]
    pub fn of_texts(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let texts = texts.into_iter().map(|(path, text)| (path, discover::Input::Text(text)));
        let is_toml = |path: &str| path.rsplit_once('.').is_some_and(|(_, ending)| ending == "toml");
        let (configurations, texts): (BTreeMap<_, _>, BTreeMap<_, _>) =
            texts.partition(|(path, _)| config::NAMES.contains(&paths::file_name(path)) || is_toml(path));
        let (companions, files) = texts.into_iter().partition(|(path, _)| discover::is_companion(path));
        let mut found = discover::Found { files, companions, ..discover::Found::default() };
        let configured = configure::of_texts(configurations, &mut found);
        assemble::assemble(None, found, configured)
    }

    /// Which policy holds where, with the command line on top of what configuration files say.
    #[must_use]
    pub fn policies(&self, command_line: &Layer) -> Policies {
        self.configuration.policies(command_line)
    }
}
