//! Which configuration file holds where.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::File;
use super::layer::{Given, Layer};
use super::problem::Problems;
use super::{NAMES, Word, unused};
use crate::finding::Finding;
use crate::policy::Policies;
use crate::source::{SourceFile, SourceId, Span};
use crate::workspace::paths::absolute;

/// The largest configuration file that is read, in bytes; nobody writes more by hand.
const LARGEST: u64 = 1024 * 1024;

/// More files that extend one another than this are a mistake.
const DEEPEST: usize = 16;

/// Which configuration file is to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Choice {
    /// For each folder the nearest one, up to the root of its repository.
    #[default]
    Nearest,
    /// This one, everywhere.
    Only(PathBuf),
    /// None.
    Nothing,
}

/// What can be asked of the place where files are.
pub trait Disk {
    /// Whether there is such a file.
    fn is_file(&self, path: &Path) -> bool;
    /// The bytes of a file.
    ///
    /// # Errors
    /// The reason, if it cannot be read or has more bytes than this.
    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, String>;
    /// How a path is shown.
    fn shown(&self, path: &Path) -> String;
    /// Whether a directory is the root of a repository.
    fn is_repository(&self, directory: &Path) -> bool;
}

/// The files that are there, and those that are read.
pub struct Reading<'a> {
    /// Where files are.
    pub disk: &'a dyn Disk,
    /// Everything that was read so far: a configuration file is a source like any other.
    pub sources: &'a mut Vec<Arc<SourceFile>>,
}

/// All configuration files that hold somewhere.
#[derive(Debug, Default)]
pub struct Config {
    pub(super) files: Vec<File>,
    by_path: HashMap<PathBuf, usize>,
    /// What holds in a directory, as far as somebody asked.
    nearest: HashMap<PathBuf, Option<usize>>,
    chosen: Chosen,
    /// Directories that were looked through whole.
    walked: Vec<PathBuf>,
    /// The configuration files in them.
    listed: BTreeSet<PathBuf>,
    problems: Vec<Finding>,
    places: Vec<Place>,
    of: HashMap<SourceId, usize>,
    unused: Vec<Finding>,
    /// Files of whose folders only a part was looked at.
    partly: HashSet<SourceId>,
}

/// What was asked to hold.
#[derive(Debug, Clone, Copy, Default)]
enum Chosen {
    #[default]
    Nearest,
    Everywhere(usize),
    Nothing,
}

/// A file, and the overrides in it and in what it extends that hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) holder: usize,
    pub(super) overrides: Vec<(usize, usize)>,
}

impl Config {
    /// Of these directories, which were looked through, with the configuration files in them.
    ///
    /// # Errors
    /// The reason, if the one that was chosen cannot be read.
    pub fn new(
        walked: Vec<PathBuf>,
        listed: BTreeSet<PathBuf>,
        choice: &Choice,
        reading: &mut Reading<'_>,
    ) -> Result<Self, String> {
        let mut config = Self { walked, listed, ..Self::default() };
        match choice {
            Choice::Nearest => {}
            Choice::Nothing => config.chosen = Chosen::Nothing,
            Choice::Only(path) => {
                if !reading.disk.is_file(path) {
                    return Err("there is no such file".to_owned());
                }
                config.chosen = Chosen::Everywhere(config.read(path, &mut Vec::new(), reading));
            }
        }
        Ok(config)
    }

    /// What is wrong with the files that were read.
    #[must_use]
    pub fn problems(&self) -> &[Finding] {
        &self.problems
    }

    /// What in them has no effect; known when everything was read.
    #[must_use]
    pub fn unused(&self) -> &[Finding] {
        &self.unused
    }

    /// The paths of the files that hold somewhere, as shown, each with those that it extends.
    #[must_use]
    pub fn files(&self) -> Vec<(&str, Vec<&str>)> {
        let shown = |at: &usize| self.files.get(*at).map(|file| file.shown.as_str());
        let mut holders: BTreeSet<usize> = self.nearest.values().copied().flatten().collect();
        if let Chosen::Everywhere(file) = self.chosen {
            holders.insert(file);
        }
        let mut files: Vec<(&str, Vec<&str>)> = holders
            .iter()
            .filter_map(|holder| {
                let file = self.files.get(*holder)?;
                let below = file.chain.iter().rev().filter(|at| *at != holder);
                Some((file.shown.as_str(), below.filter_map(shown).collect()))
            })
            .collect();
        files.sort_unstable();
        files
    }

    /// Reads what holds in a directory. What does not lie in a repository is configured by what was asked for only.
    pub fn look(&mut self, directory: &Path, reading: &mut Reading<'_>) -> Option<usize> {
        match self.chosen {
            Chosen::Nearest => {}
            Chosen::Everywhere(file) => return Some(file),
            Chosen::Nothing => return None,
        }
        if let Some(known) = self.nearest.get(directory) {
            return *known;
        }
        let top = self.walked.iter().find(|walked| directory.starts_with(walked)).cloned();
        let in_repository = |path: &Path| path.ancestors().any(|ancestor| reading.disk.is_repository(ancestor));
        // In the end every directory has an answer, so that nobody looks twice.
        let is_open = match &top {
            Some(top) if top != directory => {
                if self.listed.is_empty() && self.look(&top.clone(), reading).is_none() {
                    return None;
                }
                in_repository(top)
            }
            _ => in_repository(directory),
        };
        if top.is_none() && !is_open {
            self.nearest.insert(directory.to_path_buf(), None);
            return None;
        }
        let mut holder = None;
        let mut passed: Vec<&Path> = Vec::new();
        for ancestor in directory.ancestors() {
            if let Some(known) = self.nearest.get(ancestor) {
                holder = *known;
                break;
            }
            passed.push(ancestor);
            if reading.disk.is_repository(ancestor) || (!is_open && top.as_deref() == Some(ancestor)) {
                break;
            }
        }
        for directory in passed.into_iter().rev() {
            if let Some(path) = self.file_in(directory, reading) {
                // What is left out does not say what holds in it.
                let is_left_out = holder.is_some_and(|holder| self.leaves_out(holder, &path));
                if !is_left_out {
                    holder = Some(self.read(&path, &mut Vec::new(), reading));
                }
            }
            self.nearest.insert(directory.to_path_buf(), holder);
        }
        holder
    }

    /// The configuration file in a directory.
    fn file_in(&mut self, directory: &Path, reading: &mut Reading<'_>) -> Option<PathBuf> {
        let is_walked = self.walked.iter().any(|walked| directory.starts_with(walked));
        let exists = |path: &PathBuf| if is_walked { self.listed.contains(path) } else { reading.disk.is_file(path) };
        let mut paths = NAMES.iter().map(|name| directory.join(name)).filter(exists);
        let (first, second) = (paths.next()?, paths.next());
        if let Some(second) = second {
            let shown = reading.disk.shown(&first);
            let message = format!("`{shown}` and `{}` are both there; only one can hold", reading.disk.shown(&second));
            let file = self.read(&first, &mut Vec::new(), reading);
            if let Some(source) = self.files.get(file).map(|file| file.source) {
                let mut problems = Problems::of(&shown);
                let help = "put what both say into one of them, and delete the other".to_owned();
                problems.add(Span::new(source, 0, 0), message, "", Some(help));
                self.problems.extend(problems.all());
            }
        }
        Some(first)
    }

    /// Reads a file and what it extends; `stack` are those that extend it.
    fn read(&mut self, path: &Path, stack: &mut Vec<usize>, reading: &mut Reading<'_>) -> usize {
        if let Some(known) = self.by_path.get(path) {
            return *known;
        }
        let shown = reading.disk.shown(path);
        let mut problems = Problems::of(&shown);
        let source = SourceId(u32::try_from(reading.sources.len()).unwrap_or(u32::MAX));
        let text = match reading.disk.read(path, LARGEST) {
            Ok(bytes) => {
                let (text, bad) = crate::text::decode(bytes);
                if let Some((start, end)) = bad {
                    problems.add(Span::new(source, start, end), "this is not valid UTF-8".to_owned(), "", None);
                }
                text
            }
            Err(reason) => {
                problems.add(Span::new(source, 0, 0), format!("`{shown}` cannot be read: {reason}"), "", None);
                String::new()
            }
        };
        let file = File::read(source, path, &shown, &text, &mut problems);
        let extends = file.extends.clone();
        let own = self.files.len();
        reading.sources.push(Arc::new(SourceFile::new(path.to_path_buf(), shown.as_str(), text)));
        self.files.push(file);
        self.by_path.insert(path.to_path_buf(), own);
        stack.push(own);
        let mut chain: Vec<usize> = Vec::new();
        for word in &extends {
            if let Some(base) = self.base(path, word, stack, &mut problems, reading) {
                let below = self.files.get(base).map(|file| file.chain.clone()).unwrap_or_default();
                for file in below {
                    if !chain.contains(&file) {
                        chain.push(file);
                    }
                }
            }
        }
        stack.pop();
        chain.push(own);
        if let Some(file) = self.files.get_mut(own) {
            file.chain = chain;
        }
        self.problems.extend(problems.all());
        own
    }

    /// The file that another one extends.
    fn base(
        &mut self,
        path: &Path,
        word: &Word,
        stack: &mut Vec<usize>,
        problems: &mut Problems,
        reading: &mut Reading<'_>,
    ) -> Option<usize> {
        let target = absolute(path.parent().unwrap_or(Path::new("")), Path::new(&word.text));
        let shown = reading.disk.shown(&target);
        if let Some(at) = self.by_path.get(&target).and_then(|known| stack.iter().position(|one| one == known)) {
            let way = stack.iter().skip(at).filter_map(|one| self.files.get(*one)).map(|file| file.shown.as_str());
            let way: Vec<String> = way.chain([shown.as_str()]).map(|name| format!("`{name}`")).collect();
            let message = format!("these files extend one another in a circle: {}", way.join(" extends "));
            problems.about(word, message, None);
            return None;
        }
        if stack.len() >= DEEPEST {
            problems.about(word, format!("more than {DEEPEST} files that extend one another"), None);
            return None;
        }
        if !reading.disk.is_file(&target) {
            let help = "the path is relative to the file that says it".to_owned();
            problems.about(word, format!("there is no file `{shown}`"), Some(help));
            return None;
        }
        Some(self.read(&target, stack, reading))
    }

    fn chain(&self, holder: usize) -> Vec<usize> {
        self.files.get(holder).map(|file| file.chain.clone()).unwrap_or_default()
    }

    /// What holds in a directory that somebody looked into before.
    pub(super) fn holder(&self, directory: &Path) -> Option<usize> {
        match self.chosen {
            Chosen::Nearest => self.nearest.get(directory).copied().flatten(),
            Chosen::Everywhere(file) => Some(file),
            Chosen::Nothing => None,
        }
    }

    /// Whether nothing is configured anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether a file is excluded by what holds in its directory.
    pub fn excludes(&mut self, path: &Path) -> bool {
        let holder = path.parent().and_then(|directory| self.holder(directory));
        holder.is_some_and(|holder| self.leaves_out(holder, path))
    }

    fn leaves_out(&mut self, holder: usize, path: &Path) -> bool {
        let mut is_out = false;
        for at in self.chain(holder) {
            let Some(file) = self.files.get_mut(at) else { continue };
            let matching = file.exclude.mark(path);
            if !matching.is_empty() {
                is_out = file.exclude.decides(&matching).is_some();
            }
        }
        is_out
    }

    /// The parameter files for modules in a directory, in ascending precedence.
    #[must_use]
    pub fn var_files(&self, directory: &Path) -> Vec<Given<PathBuf>> {
        let chain = self.holder(directory).map(|holder| self.chain(holder)).unwrap_or_default();
        chain.iter().filter_map(|at| self.files.get(*at)).flat_map(|file| file.var_files.iter().cloned()).collect()
    }

    /// The parameter files for modules anywhere.
    #[must_use]
    pub fn all_var_files(&self) -> Vec<PathBuf> {
        self.files.iter().flat_map(|file| file.var_files.iter().map(|given| given.value.clone())).collect()
    }

    /// When everything was read: works out what holds for each file, and what holds for none. Of what was looked at in part
    /// only nobody can say the second.
    pub fn settle(&mut self, sources: &[Arc<SourceFile>], whole: bool, disk: &dyn Disk) {
        if self.files.is_empty() {
            return;
        }
        let mut known: HashMap<Place, usize> = HashMap::new();
        for (at, source) in sources.iter().enumerate() {
            let path = source.path();
            let Some(directory) = path.parent() else { continue };
            // A file that others extend is configured by the first of them, if by nothing else.
            let extending = || {
                let own = self.by_path.get(path)?;
                self.files.iter().position(|file| file.chain.contains(own))
            };
            let Some(holder) = self.holder(directory).or_else(extending) else { continue };
            let mut overrides = Vec::new();
            for file in self.chain(holder) {
                let all = self.files.get_mut(file).map(|file| file.overrides.as_mut_slice()).unwrap_or_default();
                for (number, one) in all.iter_mut().enumerate() {
                    let matching = one.paths.mark(path);
                    if one.paths.decides(&matching).is_some() {
                        overrides.push((file, number));
                    }
                }
            }
            let place = Place { holder, overrides };
            let number = *known.entry(place.clone()).or_insert_with(|| {
                self.places.push(place);
                self.places.len() - 1
            });
            self.of.insert(SourceId(u32::try_from(at).unwrap_or(u32::MAX)), number);
        }
        let walked = std::mem::take(&mut self.walked);
        for file in &self.files {
            let is_whole = whole && walked.iter().any(|walked| file.path.starts_with(walked));
            self.unused.extend(unused::of(file, is_whole, disk));
            if !is_whole {
                self.partly.insert(file.source);
            }
        }
    }

    /// What a place says.
    pub(super) fn layer(&self, place: &Place) -> Layer {
        let mut layer = Layer::default();
        for at in self.chain(place.holder) {
            let Some(file) = self.files.get(at) else { continue };
            layer.put(&file.layer);
            let of_file = place.overrides.iter().filter(|(file, _)| *file == at);
            for one in of_file.filter_map(|(_, number)| file.overrides.get(*number)) {
                layer.put(&one.layer);
            }
        }
        layer
    }

    /// What holds for each file, with the command line on top.
    #[must_use]
    pub fn policies(&self, command_line: &Layer) -> Policies {
        let others = self.places.iter().map(|place| {
            let mut layer = self.layer(place);
            layer.put(command_line);
            layer.policy()
        });
        Policies {
            default: command_line.policy(),
            others: others.collect(),
            of: self.of.clone(),
            partly: self.partly.clone(),
            ..Policies::default()
        }
    }
}
