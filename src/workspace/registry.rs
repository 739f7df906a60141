//! Where Bicep keeps the modules that it restored from registries and template specs. Nothing is ever downloaded.
//!
//! The layout of the cache, the aliases and their configuration: `OciArtifactRegistry.cs`,
//! `TemplateSpecModuleRegistry.cs`, `TagEncoder.cs` and the built-in `bicepconfig.json` of Azure/bicep.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::SourceId;
use crate::syntax::json::{self, Node};

const CONFIGURATION: &str = "bicepconfig.json";

/// Finds restored modules; configuration is read once for each directory.
#[derive(Debug, Default)]
pub(super) struct Registry {
    configurations: HashMap<PathBuf, Option<Arc<(PathBuf, Node)>>>,
}

impl Registry {
    /// The file of the module that a file in `directory` calls by this name, if it was restored.
    pub(super) fn restored(&mut self, directory: &Path, name: &str) -> Option<PathBuf> {
        let (scheme, reference) = name.split_once(':')?;
        let (scheme, alias) = scheme.split_once('/').map_or((scheme, None), |(scheme, alias)| (scheme, Some(alias)));
        let found = self.configuration(directory);
        let configuration = found.as_deref().map(|(_, configuration)| configuration);
        let set = |path: &[&str]| path.iter().try_fold(configuration?, |node, name| node.get(name))?.as_str();
        let reference = match alias {
            None => reference.to_owned(),
            Some(alias) => {
                let of = |field| set(&["moduleAliases", scheme, alias, field]);
                let public = |value| (alias == "public").then_some(value);
                match scheme {
                    "br" => {
                        let registry = of("registry").or(public("mcr.microsoft.com"))?;
                        match of("modulePath").or(public("bicep")) {
                            Some(prefix) => format!("{registry}/{prefix}/{reference}"),
                            None => format!("{registry}/{reference}"),
                        }
                    }
                    _ => format!("{}/{}/{reference}", of("subscription")?, of("resourceGroup")?),
                }
            }
        };
        let cache = self.cache(directory)?;
        match scheme {
            "br" => cache.oci(&reference),
            "ts" => cache.template_spec(&reference),
            _ => None,
        }
    }

    fn cache(&mut self, directory: &Path) -> Option<Cache> {
        let home = || std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).map(PathBuf::from);
        let configured = self.configuration(directory).and_then(|found| {
            let (file, configuration) = &*found;
            let written = configuration.get("cacheRootDirectory")?.as_str().filter(|path| !path.is_empty())?;
            match written.strip_prefix('~') {
                Some(rest) => Some(home()?.join(rest.trim_start_matches(['/', '\\']))),
                None => Some(file.parent()?.join(written)),
            }
        });
        Some(Cache(configured.or_else(|| Some(home()?.join(".bicep")))?))
    }

    /// The nearest configuration file at or above a directory.
    fn configuration(&mut self, directory: &Path) -> Option<Arc<(PathBuf, Node)>> {
        if let Some(known) = self.configurations.get(directory) {
            return known.clone();
        }
        let file = directory.join(CONFIGURATION);
        let found = if file.is_file() {
            read(file).map(Arc::new)
        } else {
            directory.parent().and_then(|above| self.configuration(above))
        };
        self.configurations.insert(directory.to_path_buf(), found.clone());
        found
    }
}

fn read(file: PathBuf) -> Option<(PathBuf, Node)> {
    let text = String::from_utf8(std::fs::read(&file).ok()?).ok()?;
    Some((file, json::parse(SourceId(0), &text).root?))
}

struct Cache(PathBuf);

impl Cache {
    /// `<registry>/<repository with $ for />/<tag>$<letters that are capitals>`.
    fn oci(&self, reference: &str) -> Option<PathBuf> {
        let (registry, reference) = reference.split_once('/')?;
        let (repository, version) = match reference.split_once('@') {
            Some((repository, digest)) => (repository, digest.replace(':', "#")),
            None => reference.rsplit_once(':').map(|(repository, tag)| (repository, encoded(tag)))?,
        };
        let registry = registry.replace(':', "$").to_lowercase();
        self.file(&["br", &registry, &repository.replace('/', "$"), &version])
    }

    fn template_spec(&self, reference: &str) -> Option<PathBuf> {
        let (path, version) = reference.rsplit_once(':')?;
        let path = format!("ts/{path}/{version}").to_lowercase();
        self.file(&path.split('/').collect::<Vec<_>>())
    }

    fn file(&self, parts: &[&str]) -> Option<PathBuf> {
        let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['/', '\\']);
        let file = parts.iter().fold(self.0.clone(), |path, part| path.join(part)).join("main.json");
        (parts.iter().copied().all(is_plain) && file.is_file()).then_some(file)
    }
}

/// A tag as a name on file systems that do not tell upper from lower case: behind a `$`, the places of its capitals as
/// bits in hexadecimal, the first one lowest, in words of 64.
fn encoded(tag: &str) -> String {
    let mut words: Vec<u64> = Vec::new();
    for (at, letter) in tag.bytes().enumerate() {
        if letter.is_ascii_uppercase() {
            words.resize(words.len().max(at / 64 + 1), 0);
            if let Some(word) = words.get_mut(at / 64) {
                *word |= 1 << (at % 64);
            }
        }
    }
    let mut digits = String::new();
    for word in words.iter().rev() {
        let width = if digits.is_empty() { 1 } else { 16 };
        // Writing to a string does not fail.
        let _ = write!(digits, "{word:0width$x}");
    }
    format!("{tag}${digits}")
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn tags_are_kept_apart_by_their_capitals() {
        assert_eq!(encoded("1.0.1"), "1.0.1$");
        assert_eq!(encoded("V1-Beta"), "V1-Beta$9");
        assert_eq!(encoded("ABCDABCDABCDABCDABCDABCD"), "ABCDABCDABCDABCDABCDABCD$ffffff");
    }
}
