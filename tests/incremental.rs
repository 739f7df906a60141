//! What a run keeps for the next one must not show: after any sequence of edits the report is that of a run that knows
//! nothing.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops at a surprise")]

#[path = "harness/case.rs"]
#[expect(dead_code, reason = "shared with the fixtures' tests")]
mod case;

#[path = "incremental/edits.rs"]
#[expect(clippy::string_slice, reason = "a test stops at a surprise")]
#[expect(clippy::case_sensitive_file_extension_comparisons, reason = "fixtures are named in small letters")]
mod edits;

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use case::{Files, read_directory, root};
use edits::{Dice, Edit};
use identilint::config::{Given, Layer};
use identilint::day::Day;
use identilint::engine::{Report, analyze, with_workers};
use identilint::finding::Persona;
use identilint::policy::Policies;
use identilint::workspace::{Memory, Overlay, Request, Workspace};

/// Of so many fixtures of several files one is taken; the number has no factor in common with how often languages take
/// turns.
const EACH: usize = 23;

/// Edits of one sequence.
const STEPS: usize = 45;

/// Longer than the disk's clock may stand still, so that files count as unchanged by what the disk says of them.
const SETTLED: Duration = Duration::from_secs(5);

/// A repository of the showcases, a module that two applications call, and fixtures of rules that look beside the code.
fn repository() -> Files {
    let mut files = Files::new();
    let mut put = |directory: &str, of: &Files| {
        files.extend(of.iter().map(|(path, text)| (format!("{directory}/{path}"), text.clone())));
    };
    for name in ["arm", "bicep", "terraform"] {
        put(&format!("showcase/{name}"), &read_directory(&root().join("showcase").join(name)));
    }
    let beside =
        ["subject-of-no-workflow", "wrong-slot-principal-name", "removed-in-azurerm-5", "service-account-mismatch"];
    let cases: Vec<case::Case> = case::discover().into_iter().filter(|case| case.files.len() > 1).collect();
    let named = cases.iter().filter(|case| case.fails && beside.contains(&&*case.rule)).step_by(13);
    let others = cases.iter().step_by(EACH);
    for case in named.chain(others) {
        put(&format!("cases/{}", case.name()), &case.files);
    }
    let app = |name: &str| {
        format!(
            "module \"site\" {{\n  source = \"../../modules/site\"\n  name   = \"{name}\"\n  role   = var.role\n}}\n\
             variable \"role\" {{\n  default = \"Reader\"\n}}\nvariable \"unused_é\" {{\n  default = \"x\"\n}}\n"
        )
    };
    files.insert("apps/one/main.tf".into(), app("one"));
    files.insert("apps/two/main.tf".into(), app("two"));
    files.insert("apps/two/terraform.tfvars".into(), "role = \"Owner\"\n".into());
    files.insert("modules/site/main.tf".into(), SITE.into());
    files
}

const SITE: &str = r#"variable "name" {}
variable "role" {}
resource "azurerm_user_assigned_identity" "main" {
  name = var.name
}
resource "azurerm_key_vault" "main" {
  name                       = "kv-${var.name}"
  rbac_authorization_enabled = true
}
resource "azurerm_role_assignment" "main" {
  scope                = azurerm_key_vault.main.id
  role_definition_name = var.role
  principal_id         = azurerm_user_assigned_identity.main.client_id
}
resource "azurerm_linux_web_app" "main" {
  name         = var.name
  app_settings = { SECRET = "@Microsoft.KeyVault(SecretUri=${azurerm_key_vault.main.vault_uri}secrets/é)" }
  identity {
    type = "SystemAssigned"
  }
}
"#;

/// How a run is asked for besides the files.
#[derive(Debug, Clone, Copy, Default)]
struct Wish {
    no_ignore: bool,
    later: bool,
    regular: bool,
}

/// Everything that a run gives, by the name of the field.
fn look(request: &Request, wish: Wish) -> Vec<(&'static str, String)> {
    let layer = Layer { persona: (!wish.regular).then(|| Given::asked(Persona::Auditor)), ..Layer::default() };
    let workspace = match Workspace::load(request) {
        Ok(workspace) => workspace,
        Err(error) => return vec![("error", format!("{error:#?}"))],
    };
    let today = Day::parse(if wish.later { "2031-01-01" } else { "2026-11-01" });
    let policies = Policies { today, no_ignore: wish.no_ignore, ..workspace.policies(&layer) };
    let report = analyze(&workspace, &policies);
    fields(&workspace, report)
}

fn fields(workspace: &Workspace, report: Report) -> Vec<(&'static str, String)> {
    fn shown(value: &dyn Debug) -> String {
        format!("{value:#?}")
    }
    let mut left_out: Vec<String> = report.left_out.into_iter().collect();
    left_out.sort_unstable();
    let ran: Vec<&str> = report.ran.iter().map(|rule| rule.id).collect();
    let sources: Vec<_> =
        workspace.sources.iter().map(|(id, file)| (id, file.display(), file.path(), file.text())).collect();
    vec![
        ("sources", shown(&sources)),
        ("findings", shown(&report.findings)),
        ("suppressed", shown(&report.suppressed)),
        ("left out", shown(&left_out)),
        ("coverage", shown(&report.coverage)),
        ("ran", shown(&ran)),
        ("secrets", shown(&report.secrets)),
        ("hidden", shown(&report.hidden)),
    ]
}

/// The first line in which a run with a memory differs from one without.
fn difference(request: &Request, wish: Wish) -> Option<String> {
    let fresh = look(&Request { memory: None, ..request.clone() }, wish);
    let kept = look(request, wish);
    for ((name, fresh), (other, kept)) in fresh.iter().zip(&kept) {
        if name != other || fresh != kept {
            let mut lines = fresh.lines().zip(kept.lines());
            let line = lines.find(|(fresh, kept)| fresh != kept);
            let lengths = (fresh.lines().count(), kept.lines().count());
            return Some(format!("{name} / {other}: {line:?}, lines {lengths:?}"));
        }
    }
    None
}

/// Where a sequence of edits takes place.
struct Bench {
    directory: tempfile::TempDir,
    request: Request,
    start: Files,
    now: Files,
    /// Whether edits stay in the editor.
    in_editor: bool,
}

impl Bench {
    fn new(in_editor: bool) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = std::fs::canonicalize(directory.path()).expect("its path");
        std::fs::create_dir(path.join(".git")).expect("a repository");
        let start = repository();
        for (name, text) in &start {
            write(&path.join(name), text);
        }
        let request = Request {
            directory: path.clone(),
            paths: vec![path],
            memory: Some(Arc::new(Memory::default())),
            ..Request::default()
        };
        Self { directory, request, now: start.clone(), start, in_editor }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.request.directory.join(name)
    }

    fn apply(&mut self, edit: &Edit) {
        for (name, text) in &edit.changes {
            let path = self.path(name);
            match text {
                Some(text) if self.in_editor => self.request.overlay.put(path, text.clone().into_bytes()),
                None if self.in_editor => self.request.overlay.hide(path),
                Some(text) => write(&path, text),
                None => std::fs::remove_file(path).expect("a file"),
            }
            match text {
                Some(text) => self.now.insert(name.clone(), text.clone()),
                None => self.now.remove(name),
            };
        }
    }

    /// Saves everything.
    fn save(&mut self) {
        for name in self.start.keys().chain(self.now.keys()) {
            match self.now.get(name) {
                Some(text) => write(&self.path(name), text),
                None => drop(std::fs::remove_file(self.path(name))),
            }
        }
        self.request.overlay = Overlay::default();
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
    std::fs::write(path, text).expect("a file");
}

fn sequence(seed: u64, in_editor: bool) {
    let mut dice = Dice(seed);
    let mut bench = Bench::new(in_editor);
    let mut wish = Wish::default();
    let mut done: Vec<String> = Vec::new();
    let check = |bench: &Bench, wish: Wish, done: &[String]| {
        let last = &done[done.len().saturating_sub(3)..];
        let difference = with_workers(|| difference(&bench.request, wish));
        assert_eq!(difference, None, "seed {seed}, after {} edits, the last ones {last:#?}", done.len());
    };
    check(&bench, wish, &done);
    std::thread::sleep(SETTLED);
    check(&bench, wish, &done);
    for step in 0..STEPS {
        let edit = edits::next(&mut dice, &bench.start, &bench.now);
        done.push(edit.what.clone());
        bench.apply(&edit);
        if dice.below(9) == 0 {
            wish = Wish { no_ignore: dice.below(2) == 0, later: dice.below(2) == 0, regular: dice.below(2) == 0 };
            done.push(format!("{wish:?}"));
        }
        if in_editor && step == STEPS / 2 {
            bench.save();
            done.push("saved".to_owned());
        }
        check(&bench, wish, &done);
        // Nothing happened since.
        if dice.below(4) == 0 {
            check(&bench, wish, &done);
        }
    }
    drop(bench.directory);
}

#[test]
fn edits_on_disk() {
    sequence(0x5eed_0001, false);
}

#[test]
fn edits_in_an_editor() {
    sequence(0x5eed_0002, true);
}

#[test]
fn other_edits_in_an_editor() {
    sequence(0x5eed_0003, true);
}

/// What a program does that wants nobody to notice: the same length, the same time, another file under the name.
#[test]
fn changes_that_keep_length_and_time_are_seen() {
    let bench = Bench::new(false);
    let check = |what: &str| assert_eq!(with_workers(|| difference(&bench.request, Wish::default())), None, "{what}");
    check("new");
    std::thread::sleep(SETTLED);
    check("settled");
    let name = "modules/site/main.tf";
    let path = bench.path(name);
    let time = std::fs::metadata(&path).and_then(|metadata| metadata.modified()).expect("a time");
    let keep_time = |path: &Path| {
        let file = std::fs::File::options().write(true).open(path).expect("a file");
        file.set_modified(time).expect("a time");
    };
    let before = look(&bench.request, Wish::default());
    write(&path, &SITE.replace("client_id", "tenant_id"));
    keep_time(&path);
    assert_ne!(before, look(&bench.request, Wish::default()), "the edit says something else");
    check("the same length and time");
    let other = bench.path("modules/site/other");
    write(&other, SITE);
    keep_time(&other);
    std::fs::rename(&other, &path).expect("another file");
    check("another file under the name");
    write(&bench.path("apps/one/new.tf"), "variable \"new\" {}\n");
    check("a new file");
    std::fs::remove_file(bench.path("apps/one/new.tf")).expect("a file");
    check("a file that is gone");
    write(&bench.path(".gitignore"), "apps/two\n");
    check("files that are ignored");
    write(&bench.path(".gitignore"), "apps/one\n");
    check("other files that are ignored");
}
