//! Patterns of paths, as in `.gitignore`.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::Word;

/// Patterns and what they are relative to.
#[derive(Debug, Clone, Default)]
pub(super) struct Patterns {
    directory: PathBuf,
    words: Vec<Word>,
    set: GlobSet,
    /// For each glob of the set, the pattern that it comes from.
    of: Vec<usize>,
    /// Whether each pattern matched something.
    pub(super) used: Vec<bool>,
}

impl Patterns {
    /// Patterns of the file in this directory; those that are none are told of, with the reason.
    pub(super) fn new(directory: &Path, words: &[Word], wrong: &mut dyn FnMut(&Word, String)) -> Self {
        let mut builder = GlobSetBuilder::new();
        let mut of = Vec::new();
        for (at, word) in words.iter().enumerate() {
            match globs(&word.text) {
                Ok(globs) => {
                    for glob in globs {
                        builder.add(glob);
                        of.push(at);
                    }
                }
                Err(reason) => wrong(word, reason),
            }
        }
        let set = builder.build().unwrap_or_else(|error| {
            if let Some(word) = words.first() {
                wrong(word, error.to_string());
            }
            of.clear();
            GlobSet::empty()
        });
        Self { directory: directory.to_path_buf(), words: words.to_vec(), set, of, used: vec![false; words.len()] }
    }

    /// The patterns as written.
    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// The patterns that match a path, in their order.
    pub(super) fn matching(&self, path: &Path) -> Vec<usize> {
        if self.of.is_empty() {
            return Vec::new();
        }
        let Ok(below) = path.strip_prefix(&self.directory) else { return Vec::new() };
        let mut matching: Vec<usize> =
            self.set.matches(below).into_iter().filter_map(|glob| self.of.get(glob).copied()).collect();
        matching.sort_unstable();
        matching.dedup();
        matching
    }

    /// The pattern that decides that a path is one of those meant: the last one counts, and one that begins with `!` takes
    /// back.
    pub(super) fn decides(&self, matching: &[usize]) -> Option<&Word> {
        matching.last().and_then(|last| self.words.get(*last)).filter(|word| !word.text.starts_with('!'))
    }

    /// The patterns that match a path, which are remembered to match something.
    pub(super) fn mark(&mut self, path: &Path) -> Vec<usize> {
        let matching = self.matching(path);
        for at in &matching {
            if let Some(used) = self.used.get_mut(*at) {
                *used = true;
            }
        }
        matching
    }

    /// The patterns that matched nothing.
    pub(super) fn unused(&self) -> impl Iterator<Item = &Word> {
        self.words.iter().zip(&self.used).filter(|(_, used)| !**used).map(|(word, _)| word)
    }
}

/// The globs that a pattern stands for: the thing itself and what lies in it. One with a `/` before its end is meant from
/// here on, another one at any depth; one that ends with `/` is of folders.
fn globs(pattern: &str) -> Result<Vec<Glob>, String> {
    let pattern = pattern.strip_prefix('!').unwrap_or(pattern);
    let (body, only_folders) = pattern.strip_suffix('/').map_or((pattern, false), |body| (body, true));
    let from_here = body.strip_prefix("./").or_else(|| body.strip_prefix('/'));
    let (body, anchored) = from_here.map_or((body, body.contains('/')), |body| (body, true));
    if body.is_empty() {
        return Err("it names nothing".to_owned());
    }
    if body.split('/').any(|part| part == "..") {
        return Err("it may not leave the folder of its file with `..`".to_owned());
    }
    let body = if anchored { body.to_owned() } else { format!("**/{body}") };
    let mut all = vec![format!("{body}/**")];
    if !only_folders {
        all.push(body);
    }
    let glob = |text: &String| GlobBuilder::new(text).literal_separator(true).build();
    all.iter().map(|text| glob(text).map_err(|error| error.kind().to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceId, Span};

    fn patterns(words: &[&str]) -> Patterns {
        let word = |text: &&str| Word { text: (*text).to_owned(), span: Span::new(SourceId(0), 0, 0) };
        let words: Vec<Word> = words.iter().map(word).collect();
        Patterns::new(Path::new("/repo"), &words, &mut |word, reason| panic!("{}: {reason}", word.text))
    }

    fn is_meant(patterns: &mut Patterns, path: &str) -> bool {
        let matching = patterns.mark(&Path::new("/repo").join(path));
        patterns.decides(&matching).is_some()
    }

    #[test]
    fn patterns_mean_what_they_mean_to_git() {
        for (pattern, path, expected) in [
            ("legacy", "legacy/main.tf", true),
            ("legacy", "a/legacy/b/main.tf", true),
            ("legacy/", "a/legacy/main.tf", true),
            ("main.tf/", "a/main.tf", false),
            ("/legacy", "a/legacy/main.tf", false),
            ("/legacy", "legacy/main.tf", true),
            ("./legacy", "a/legacy/main.tf", false),
            ("./legacy", "legacy/main.tf", true),
            ("a/legacy", "b/a/legacy/main.tf", false),
            ("**/a/legacy", "b/a/legacy/main.tf", true),
            ("*.tf", "a/b.tf", true),
            ("a/*.tf", "a/b.tf", true),
            ("a/*.tf", "a/b/c.tf", false),
            ("a/**", "a/b/c.tf", true),
            ("{a,b}/*.tf", "b/c.tf", true),
            ("é*/", "éa/c.tf", true),
            ("legacy", "/elsewhere/legacy/main.tf", false),
        ] {
            let found = is_meant(&mut patterns(&[pattern]), path);
            assert_eq!(found, expected, "{pattern} {path}");
        }
        let mut back = patterns(&["test/", "!test/keep.tf"]);
        assert!(is_meant(&mut back, "test/a.tf"));
        assert!(!is_meant(&mut back, "test/keep.tf"));
        assert_eq!(back.unused().count(), 0);
    }

    #[test]
    fn what_is_no_pattern_is_told_of() {
        for pattern in ["", "/", "!", "a/../b", "[", "{a"] {
            assert!(globs(pattern).is_err(), "{pattern}");
        }
    }
}
