//! What a runner gives a step, and what it takes from it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

pub(crate) const TARGET: &str = "x86_64-unknown-linux-musl";
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A runner with directories of its own.
pub(crate) struct Runner {
    home: TempDir,
    root: PathBuf,
}

/// What came of a step.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) summary: String,
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

pub(crate) fn binary() -> PathBuf {
    assert_cmd::cargo::cargo_bin!("identilint").to_path_buf()
}

pub(crate) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("writable");
    fs::write(path, text).expect("writable");
}

/// Puts a script where a program is looked for.
pub(crate) fn program(path: &Path, script: &str) {
    write(path, &format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("ours");
}

impl Runner {
    /// One that has nothing.
    pub(crate) fn empty() -> Self {
        let home = tempfile::tempdir().expect("a directory");
        for name in ["temp", "tools", "bin"] {
            fs::create_dir(home.path().join(name)).expect("writable");
        }
        Self { home, root: repository() }
    }

    /// One that has this version in its tool cache.
    pub(crate) fn ready() -> Self {
        let runner = Self::empty();
        let place = runner.at(&format!("tools/identilint/{VERSION}/{TARGET}"));
        fs::create_dir_all(&place).expect("writable");
        symlink(binary(), place.join("identilint")).expect("a link");
        write(&place.with_extension("complete"), "");
        runner
    }

    /// The action is a checkout with nothing but what the script looks at, and this list of checksums.
    pub(crate) fn with_sums(mut self, sums: &str) -> Self {
        let root = self.at("action-checkout");
        for file in ["Cargo.toml", "Cargo.lock"] {
            write(&root.join(file), &fs::read_to_string(repository().join(file)).expect("there"));
        }
        for entry in fs::read_dir(repository().join("action")).expect("there").filter_map(Result::ok) {
            write(&root.join("action").join(entry.file_name()), &fs::read_to_string(entry.path()).expect("text"));
        }
        for file in ["docs/a.md", "rules/a.md", "src/main.rs"] {
            write(&root.join(file), "x\n");
        }
        write(&root.join("action/SHA256SUMS"), sums);
        self.root = root;
        self
    }

    pub(crate) fn at(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    /// Where the action is.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A program of the runner.
    pub(crate) fn program(&self, name: &str, script: &str) {
        program(&self.at("bin").join(name), script);
    }

    /// What is left in the directory for temporary files.
    pub(crate) fn left(&self) -> Vec<String> {
        let entries = fs::read_dir(self.at("temp")).expect("there").filter_map(Result::ok);
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    /// Runs the step. Each call is a step of its own.
    pub(crate) fn run(&self, workspace: &Path, given: &[(&str, &str)]) -> Outcome {
        let (output, summary) = (self.at("output"), self.at("summary"));
        fs::write(&output, "").expect("writable");
        fs::write(&summary, "before\n").expect("writable");
        let path = std::env::var("PATH").expect("a PATH");
        let output_of_step = Command::new("bash")
            .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
            .arg(self.root.join("action/run.sh"))
            .current_dir(workspace)
            .env_clear()
            .env("PATH", format!("{}:{path}", self.at("bin").display()))
            .env("HOME", self.home.path())
            .env("RUNNER_TEMP", self.at("temp"))
            .env("RUNNER_TOOL_CACHE", self.at("tools"))
            .env("GITHUB_WORKSPACE", workspace)
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_STEP_SUMMARY", &summary)
            .envs([("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64"), ("GITHUB_ACTIONS", "true")])
            .envs([("GITHUB_SERVER_URL", "https://github.com"), ("GITHUB_REPOSITORY", "acme/shop")])
            .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567")])
            .envs(given.iter().copied())
            .timeout(std::time::Duration::from_secs(120))
            .output()
            .expect("bash runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let outputs = fs::read_to_string(&output).expect("text");
        let outputs = outputs.lines().map(|line| line.split_once('=').expect("name=value"));
        Outcome {
            code: output_of_step.status.code().unwrap_or(-1),
            out: text(&output_of_step.stdout),
            err: text(&output_of_step.stderr),
            outputs: outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            summary: fs::read_to_string(&summary).expect("text"),
        }
    }
}

impl Outcome {
    /// That the step ended so, with so many findings of which so many are new.
    #[track_caller]
    pub(crate) fn is(&self, code: i32, findings: &str, new: &str) -> &Self {
        assert_eq!(self.code, code, "{self}");
        assert_eq!((&*self.outputs["findings"], &*self.outputs["new-findings"]), (findings, new), "{self}");
        assert_eq!(self.outputs.len(), 3, "{self}");
        assert!(self.summary.starts_with("before\n## identilint: "), "{self}");
        self
    }

    /// That nothing was answered, and why.
    #[track_caller]
    pub(crate) fn fails(&self, words: &str) -> &Self {
        assert_eq!(self.code, 2, "{self}");
        assert!(self.outputs.is_empty() && self.summary == "before\n", "{self}");
        let said = self.said();
        let last = said.last().expect("a message");
        assert!(last.starts_with("::error title=identilint::") && last.contains(words), "{self}");
        self
    }

    #[track_caller]
    pub(crate) fn tells(&self, words: &str) -> &Self {
        assert!(self.out.contains(words), "no {words:?} in {self}");
        self
    }

    #[track_caller]
    pub(crate) fn keeps_quiet_of(&self, words: &str) -> &Self {
        assert!(!self.out.contains(words) && !self.err.contains(words), "{words:?} in {self}");
        self
    }

    /// The lines that the runner takes for commands, as it reads a log.
    pub(crate) fn said(&self) -> Vec<&str> {
        let mut until: Option<String> = None;
        let mut said = Vec::new();
        for line in self.out.lines().chain(self.err.lines()) {
            // The older form may stand anywhere in a line that is none of the newer.
            let line = line.trim_start();
            let line = line.find("##[").filter(|_| !line.starts_with("::")).map_or(line, |at| line.split_at(at).1);
            if !line.starts_with("::") && !line.starts_with("##[") {
                continue;
            }
            match &until {
                Some(word) if line == format!("::{word}::") => until = None,
                Some(_) => {}
                None => match line.strip_prefix("::stop-commands::") {
                    Some(word) => until = Some(word.to_owned()),
                    None => said.push(line),
                },
            }
        }
        assert_eq!(until, None, "commands stay switched off: {self}");
        said
    }

    /// The SARIF report.
    pub(crate) fn sarif(&self) -> serde_json::Value {
        serde_json::from_str(&fs::read_to_string(&self.outputs["sarif"]).expect("a report")).expect("JSON")
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {}\n{}\n{}\n{:?}\n{}", self.code, self.out, self.err, self.outputs, self.summary)
    }
}
