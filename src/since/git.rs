//! What git is asked, and how. The only place that starts a process: `git` itself, without a shell, and only when
//! somebody asks for a comparison with a commit.
//!
//! Nothing is fetched, no hook, pager, external diff or text conversion runs, and nothing in the repository is written.
//! As with any `git diff`, git may run the clean filters that its own configuration names, such as Git LFS.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use super::SinceError;

/// What of the environment would lead git to another repository or to other programs.
const NOT_PASSED_ON: [&str; 12] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_REDIRECT_STDOUT",
];

/// A checkout.
pub(super) struct Git {
    root: PathBuf,
}

/// What git answered.
struct Answer {
    status: ExitStatus,
    out: Vec<u8>,
    /// The first line of what it complained about.
    complaint: String,
}

/// A path that is not as it was at a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// What was there; none if nothing was.
    pub(super) old: Option<Old>,
    /// The path today; none if there is nothing any more.
    pub(super) new: Option<Vec<u8>>,
    /// Whether it is another repository, of which only the commit is recorded.
    pub(super) is_submodule: bool,
}

/// A file at a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Old {
    /// Its path below the root.
    pub(super) path: Vec<u8>,
    /// The name of its content.
    pub(super) blob: String,
    /// Whether it was a symbolic link, whose content is a path.
    pub(super) is_link: bool,
}

impl Git {
    /// The repository whose work tree begins at `root`.
    pub(super) fn open(root: &Path) -> Result<Self, SinceError> {
        let git = Self { root: root.to_path_buf() };
        let answer = git.ask(&["rev-parse", "--is-inside-work-tree", "--show-cdup"], None)?;
        let out = String::from_utf8_lossy(&answer.out);
        let mut lines = out.lines();
        let (inside, up) = (lines.next(), lines.next().unwrap_or(""));
        if answer.status.success() && inside == Some("true") && up.is_empty() {
            return Ok(git);
        }
        let shown = root.display();
        Err(SinceError(if answer.status.success() && inside == Some("false") {
            format!("`{shown}` is a repository without a work tree: there is nothing to compare with a commit")
        } else if answer.status.success() || answer.complaint.contains("not a git repository") {
            format!("`{shown}` is not the root of a git repository: there is no commit to compare with")
        } else {
            format!("git cannot use the repository at `{shown}`: {}", answer.complaint)
        }))
    }

    /// The commit that a reference names, in full; with `...` behind it, the last one that it and `HEAD` have in common.
    pub(super) fn commit(&self, reference: &str) -> Result<String, SinceError> {
        let (name, from_fork) = match reference.strip_suffix("...") {
            Some(name) => (name, true),
            None => (reference, false),
        };
        let is_odd = |c: char| c.is_control() || c.is_whitespace();
        if name.is_empty() || name.starts_with('-') || name.contains("..") || name.contains(is_odd) {
            return Err(SinceError(format!(
                "`{reference}` is no commit: expected a branch, a tag or a commit such as `HEAD~1`, or one with `...` behind it"
            )));
        }
        let commit = self.resolve(name)?;
        if !from_fork {
            return Ok(commit);
        }
        let head = self.resolve("HEAD")?;
        let answer = self.ask(&["merge-base", &commit, &head], None)?;
        match id(&answer.out).filter(|_| answer.status.success()) {
            Some(base) => Ok(base),
            None => Err(SinceError(format!(
                "`{name}` and `HEAD` have no commit in common{}",
                self.hint("; its history is cut off: fetch more of it, for example `git fetch --unshallow`")?
            ))),
        }
    }

    fn resolve(&self, name: &str) -> Result<String, SinceError> {
        let wanted = format!("{name}^{{commit}}");
        let answer = self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted], None)?;
        if let Some(commit) = id(&answer.out).filter(|_| answer.status.success()) {
            return Ok(commit);
        }
        let fetch = match name.strip_prefix("origin/") {
            Some(branch) => format!("git fetch --depth=1 origin {branch}:refs/remotes/origin/{branch}"),
            None if name.contains(['~', '^']) => "git fetch --deepen=10".to_owned(),
            None => format!("git fetch --depth=1 origin {name}"),
        };
        let is_shallow = self.hint("x")?.len() == 1;
        Err(SinceError(if is_shallow || name.starts_with("origin/") {
            format!("the commit `{name}` is not in this clone: fetch it, for example with `{fetch}`")
        } else {
            format!("`{name}` names no commit of this repository")
        }))
    }

    /// The words, if history is cut off.
    fn hint(&self, words: &str) -> Result<String, SinceError> {
        let answer = self.ask(&["rev-parse", "--is-shallow-repository"], None)?;
        Ok(if answer.out.starts_with(b"true") { words.to_owned() } else { String::new() })
    }

    /// What of the work tree is not as it was at a commit; files that git does not know yet are left out.
    pub(super) fn changes(&self, commit: &str) -> Result<Vec<Change>, SinceError> {
        let how = ["--raw", "-z", "--no-abbrev", "-M", "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative"];
        let mut arguments = vec!["diff"];
        arguments.extend(how);
        arguments.extend(["--ignore-submodules=dirty", commit, "--"]);
        let answer = self.ask(&arguments, None)?;
        let answer = succeeded(answer, "compare with the commit")?;
        parse(&answer.out).ok_or_else(|| SinceError("git's answer is not understood".to_owned()))
    }

    /// Files that git does not know yet and does not ignore; directories, which end in `/`, are repositories of their own.
    pub(super) fn untracked(&self) -> Result<Vec<Vec<u8>>, SinceError> {
        let answer = self.ask(&["ls-files", "-z", "--others", "--exclude-standard", "--full-name"], None)?;
        let answer = succeeded(answer, "list new files")?;
        Ok(answer.out.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(<[u8]>::to_vec).collect())
    }

    /// The contents of these names, in their order.
    pub(super) fn contents(&self, blobs: &[&str]) -> Result<Vec<Vec<u8>>, SinceError> {
        if blobs.is_empty() {
            return Ok(Vec::new());
        }
        let asked = blobs.iter().flat_map(|blob| [blob, "\n"]).collect::<String>();
        let answer = self.ask(&["cat-file", "--batch"], Some(asked.into_bytes()))?;
        let missing = || {
            let words = "files of that commit are not in this clone, which leaves them out: a clone without `--filter` has them";
            SinceError(words.to_owned())
        };
        let mut rest = answer.out.as_slice();
        let mut contents = Vec::new();
        for _ in blobs {
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(missing)?;
            let (head, behind) = rest.split_at(end);
            let head = String::from_utf8_lossy(head);
            let mut words = head.split(' ').skip(1);
            let length = match (words.next(), words.next()) {
                (Some("blob"), Some(length)) => length.parse::<usize>().ok(),
                _ => None,
            };
            let length = length.ok_or_else(missing)?;
            contents.push(behind.get(1..=length).ok_or_else(missing)?.to_vec());
            rest = behind.get(length + 2..).unwrap_or_default();
        }
        Ok(contents)
    }

    fn ask(&self, arguments: &[&str], input: Option<Vec<u8>>) -> Result<Answer, SinceError> {
        #[expect(clippy::disallowed_types, reason = "git knows what was at a commit")]
        let mut command = std::process::Command::new("git");
        command.current_dir(&self.root).args(["--no-pager", "--no-optional-locks"]);
        for setting in
            ["core.fsmonitor=false", "core.quotePath=false", "core.hooksPath=/dev/null", "diff.orderFile=/dev/null"]
        {
            command.args(["-c", setting]);
        }
        command.args(arguments);
        for name in NOT_PASSED_ON {
            command.env_remove(name);
        }
        let settings = [
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_NO_LAZY_FETCH", "1"),
            // What does not know that one may use no protocol at all.
            ("GIT_ALLOW_PROTOCOL", "none"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_LITERAL_PATHSPECS", "1"),
            ("LC_ALL", "C"),
        ];
        command.envs(settings).stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        let failed = |error: std::io::Error| {
            SinceError(if error.kind() == std::io::ErrorKind::NotFound {
                "git is not there, and only git can say what was at a commit: install it, or put it on the PATH"
                    .to_owned()
            } else {
                format!("git cannot be run: {error}")
            })
        };
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(failed)?;
        let pipe = child.stdin.take();
        let output = std::thread::scope(|scope| {
            // Git answers while it is being asked; whoever only asks would wait for ever.
            scope.spawn(move || {
                if let Some((mut pipe, input)) = pipe.zip(input) {
                    let _ = pipe.write_all(&input);
                }
            });
            child.wait_with_output()
        });
        let output = output.map_err(failed)?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        let complaint = complaint.lines().next().unwrap_or("it gives no reason").trim_start_matches("fatal: ");
        Ok(Answer { status: output.status, out: output.stdout, complaint: complaint.to_owned() })
    }
}

fn succeeded(answer: Answer, what: &str) -> Result<Answer, SinceError> {
    if answer.status.success() {
        return Ok(answer);
    }
    Err(SinceError(format!("git cannot {what}: {}", answer.complaint)))
}

/// The name of an object, if git gave one.
fn id(out: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(out).ok()?.trim();
    let is_id = text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| text.to_owned())
}

/// Reads `:old-mode new-mode old-name new-name status NUL path NUL [path NUL]`, as `git-diff-tree(1)` describes it.
fn parse(out: &[u8]) -> Option<Vec<Change>> {
    const NOTHING: &str = "000000";
    const LINK: &str = "120000";
    const SUBMODULE: &str = "160000";
    let mut fields = out.split(|byte| *byte == 0);
    let mut changes = Vec::new();
    while let Some(head) = fields.next().filter(|head| !head.is_empty()) {
        let head = std::str::from_utf8(head).ok()?.strip_prefix(':')?;
        let mut words = head.split(' ');
        let (old_mode, new_mode, blob, _, status) =
            (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
        let path = fields.next()?.to_vec();
        let is_moved = status.starts_with(['R', 'C']);
        let new = if is_moved { fields.next()?.to_vec() } else { path.clone() };
        // What is in conflict is told of twice; the other time says what it was.
        if status.starts_with('U') {
            continue;
        }
        let is_submodule = [old_mode, new_mode].contains(&SUBMODULE);
        let old = Old { path, blob: blob.to_owned(), is_link: old_mode == LINK };
        changes.push(Change {
            old: Some(old).filter(|_| old_mode != NOTHING),
            new: Some(new).filter(|_| new_mode != NOTHING),
            is_submodule,
        });
    }
    Some(changes)
}
