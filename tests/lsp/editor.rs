//! An editor without a screen: it starts the real server and speaks to it over standard input and output.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than this nothing takes, even on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    inbox: Receiver<Value>,
    /// Notifications and requests of the server that nobody looked at yet.
    seen: VecDeque<Value>,
    /// What was pushed last, by address.
    pub(crate) pushed: BTreeMap<String, Value>,
    /// What the server is answered when it asks for settings.
    pub(crate) settings: Value,
    root: PathBuf,
    next: u64,
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        write(directory.path(), path, text);
    }
    directory
}

pub(crate) fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("writable");
    std::fs::write(path, text).expect("writable");
}

/// A folder with what is in a folder of this repository.
pub(crate) fn copy_of(path: &str) -> TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let directory = tempfile::tempdir().expect("a directory");
    for entry in walkdir::WalkDir::new(&from).into_iter().filter_map(Result::ok).filter(|one| one.file_type().is_file())
    {
        let name = entry.path().strip_prefix(&from).expect("below");
        let text = std::fs::read_to_string(entry.path()).expect("text");
        write(directory.path(), name.to_str().expect("UTF-8"), &text);
    }
    directory
}

impl Editor {
    /// Starts the server, and says nothing yet.
    pub(crate) fn silent(root: &Path) -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin!("identilint"))
            .arg("lsp")
            .current_dir(std::env::temp_dir())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().expect("an output"));
        let (sender, inbox) = channel();
        std::thread::spawn(move || {
            loop {
                let mut length = 0;
                loop {
                    let mut line = String::new();
                    if output.read_line(&mut line).unwrap_or(0) == 0 {
                        return;
                    }
                    if line.trim().is_empty() {
                        break;
                    }
                    if let Some(value) = line.strip_prefix("Content-Length: ") {
                        length = value.trim().parse().expect("a length");
                    }
                }
                let mut bytes = vec![0; length];
                output.read_exact(&mut bytes).expect("a message");
                if sender.send(serde_json::from_slice(&bytes).expect("JSON")).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            input,
            inbox,
            seen: VecDeque::new(),
            pushed: BTreeMap::new(),
            settings: Value::Null,
            root: root.canonicalize().expect("a folder"),
            next: 0,
        }
    }

    /// Starts the server on a folder, with these capabilities.
    pub(crate) fn with(root: &Path, capabilities: &Value) -> Self {
        let mut editor = Self::silent(root);
        let folder = editor.uri("");
        editor.initialize(&json!({
            "capabilities": capabilities,
            "workspaceFolders": [{ "uri": folder, "name": "folder" }],
        }));
        editor
    }

    /// Starts the server on a folder, without any capabilities.
    pub(crate) fn on(root: &Path) -> Self {
        Self::with(root, &json!({}))
    }

    pub(crate) fn initialize(&mut self, params: &Value) -> Value {
        let result = self.request("initialize", params);
        self.notify("initialized", &json!({}));
        result
    }

    /// The address of a file of the folder.
    pub(crate) fn uri(&self, path: &str) -> String {
        let path = if path.is_empty() { self.root.clone() } else { self.root.join(path) };
        format!("file://{}", path.to_str().expect("UTF-8"))
    }

    pub(crate) fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path)).expect("a file")
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("an input");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server listens");
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks without waiting; how the request is called.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> u64 {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The answer to a request, as it is.
    pub(crate) fn answer(&mut self, id: impl Into<Value>) -> Value {
        let id = id.into();
        loop {
            let message = self.next_message();
            if message.get("method").is_none() && message["id"] == id {
                return message;
            }
        }
    }

    pub(crate) fn request(&mut self, method: &str, params: &Value) -> Value {
        let id = self.ask(method, params);
        let answer = self.answer(id);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    fn next_message(&mut self) -> Value {
        let message = self.inbox.recv_timeout(PATIENCE).expect("the server says something");
        if message.get("method").is_some() {
            if message["method"] == "textDocument/publishDiagnostics" {
                let params = &message["params"];
                self.pushed.insert(params["uri"].as_str().expect("an address").to_owned(), params.clone());
            }
            if let Some(id) = message.get("id") {
                let result =
                    if message["method"] == "workspace/configuration" { json!([self.settings]) } else { Value::Null };
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result }));
            }
            self.seen.push_back(message.clone());
        }
        message
    }

    /// Waits for a notification or request of the server, also one that came before.
    pub(crate) fn expect(&mut self, method: &str) -> Value {
        loop {
            if let Some(at) = self.seen.iter().position(|message| message["method"] == method) {
                return self.seen.remove(at).expect("there").clone();
            }
            self.next_message();
        }
    }

    /// Whether a message of this method came and was not looked at.
    pub(crate) fn came(&self, method: &str) -> bool {
        self.seen.iter().any(|message| message["method"] == method)
    }

    pub(crate) fn open(&mut self, path: &str) -> String {
        let text = self.text(path);
        self.open_as(path, &text);
        text
    }

    pub(crate) fn open_as(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        let document = json!({ "uri": uri, "languageId": "x", "version": 1, "text": text });
        self.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    pub(crate) fn close(&mut self, path: &str) {
        let uri = self.uri(path);
        self.notify("textDocument/didClose", &json!({ "textDocument": { "uri": uri } }));
    }

    /// Replaces the whole text.
    pub(crate) fn replace(&mut self, path: &str, version: u64, text: &str) {
        let uri = self.uri(path);
        self.notify(
            "textDocument/didChange",
            &json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": text }] }),
        );
    }

    /// Waits until everything that was said was looked at, and gives what is to be said of every file, by path.
    pub(crate) fn all(&mut self) -> BTreeMap<String, Vec<Value>> {
        let result = self.request("workspace/diagnostic", &json!({ "previousResultIds": [] }));
        let items = result["items"].as_array().expect("items").clone();
        let prefix = format!("{}/", self.uri(""));
        let name = |item: &Value| item["uri"].as_str().expect("an address").replace(&prefix, "");
        items.iter().map(|item| (name(item), item["items"].as_array().expect("full").clone())).collect()
    }

    /// The rules of what is said of every file, with the line each is on.
    pub(crate) fn rules(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        for (path, items) in self.all() {
            for item in items {
                let (line, code) = (&item["range"]["start"]["line"], &item["code"]);
                lines.push(format!("{path}:{} {}", line.as_u64().expect("a line") + 1, code.as_str().expect("a rule")));
            }
        }
        lines
    }

    /// A value without what is different on every machine.
    pub(crate) fn shown(&self, value: &Value) -> String {
        let text = serde_json::to_string_pretty(value).expect("JSON");
        text.replace(&self.uri(""), "file:///folder").replace(self.root.to_str().expect("UTF-8"), "/folder")
    }

    /// Takes leave, or just goes away; the exit code.
    pub(crate) fn leave(mut self, properly: bool) -> i32 {
        if properly {
            self.request("shutdown", &Value::Null);
            self.notify("exit", &Value::Null);
        }
        drop(self.input.take());
        self.child.wait().expect("it ends").code().unwrap_or(-1)
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The position in UTF-16 of the first place where this stands.
pub(crate) fn at(text: &str, needle: &str) -> Value {
    let offset = text.find(needle).unwrap_or_else(|| panic!("there is no {needle:?}"));
    position(text, offset)
}

/// The position of a byte in UTF-16.
pub(crate) fn position(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().expect("a line").encode_utf16().count();
    json!({ "line": line, "character": column })
}

/// The byte at a position in UTF-16.
pub(crate) fn offset(text: &str, position: &Value) -> usize {
    let number = |name: &str| usize::try_from(position[name].as_u64().expect("a number")).expect("small");
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let start = starts.into_iter().nth(number("line")).unwrap_or(text.len());
    let mut left = number("character");
    for (at, char) in text[start..].char_indices() {
        if left == 0 {
            return start + at;
        }
        left = left.checked_sub(char.len_utf16()).expect("no half characters");
    }
    text.len()
}
