//! What the client can do, and what it is told that the server can.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::lines::Encoding;
use super::{cards, requests, uri};

/// What the client can do.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a capability of its own")]
pub(super) struct Client {
    /// In what columns are counted.
    pub(super) encoding: Encoding,
    /// It asks for diagnostics, so none are sent by themselves.
    pub(super) pulls: bool,
    /// It can be told to ask again.
    pub(super) refreshes: bool,
    /// It watches files for the server.
    pub(super) watches: bool,
    /// It can be asked for its settings.
    pub(super) has_settings: bool,
    /// Edits of documents can name the version that they are for.
    pub(super) versioned_edits: bool,
    /// Edits can have places to fill in.
    pub(super) snippet_edits: bool,
    /// The edit of an action can be asked for later.
    pub(super) resolves_edits: bool,
    /// It opens pages.
    pub(super) shows_documents: bool,
    /// It has a command that shows the places of a lens.
    pub(super) shows_references: bool,
}

impl Client {
    /// Reads what the client says of itself. What it does not say, or says in a form nobody knows, it cannot do.
    pub(super) fn read(params: &Value) -> Self {
        let at = |path: &str| params.pointer(&format!("/capabilities/{path}"));
        let can = |path: &str| at(path).and_then(Value::as_bool).unwrap_or_default();
        let texts = |path: &str| -> Vec<&str> {
            at(path).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
        };
        let encodings = texts("general/positionEncodings");
        let wanted = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];
        let encoding = wanted.into_iter().find(|encoding| encodings.contains(&encoding.name()));
        Self {
            encoding: encoding.unwrap_or_default(),
            pulls: at("textDocument/diagnostic").is_some_and(Value::is_object),
            refreshes: can("workspace/diagnostics/refreshSupport"),
            watches: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
            has_settings: can("workspace/configuration"),
            versioned_edits: can("workspace/workspaceEdit/documentChanges"),
            snippet_edits: can("workspace/workspaceEdit/snippetEditSupport"),
            resolves_edits: texts("textDocument/codeAction/resolveSupport/properties").contains(&"edit")
                && can("textDocument/codeAction/dataSupport"),
            shows_documents: can("window/showDocument/support"),
            shows_references: texts("experimental/commands/commands").contains(&cards::SHOW),
        }
    }
}

/// The folders of the workspace, of whichever age the client is.
pub(super) fn folders(params: &Value) -> Vec<PathBuf> {
    let path = |value: &Value| value.as_str().and_then(uri::to_path);
    if let Some(folders) = params.get("workspaceFolders").and_then(Value::as_array) {
        return folders.iter().filter_map(|folder| path(folder.get("uri")?)).collect();
    }
    let root = params.get("rootUri").and_then(path);
    let old = || params.get("rootPath").and_then(Value::as_str).map(PathBuf::from).filter(|path| path.is_absolute());
    root.or_else(old).into_iter().collect()
}

/// What the server can do.
pub(super) fn capabilities(client: &Client) -> Value {
    let all_files = json!({ "filters": [{ "scheme": "file", "pattern": { "glob": "**" } }] });
    let mut capabilities = json!({
        "positionEncoding": client.encoding.name(),
        "textDocumentSync": { "openClose": true, "change": 2, "save": false },
        "workspace": {
            "workspaceFolders": { "supported": true, "changeNotifications": true },
            "fileOperations": { "didCreate": all_files, "didRename": all_files, "didDelete": all_files },
        },
    });
    if let Some(capabilities) = capabilities.as_object_mut() {
        capabilities.extend(requests::offers(client));
    }
    capabilities
}

/// What the client is asked to watch.
pub(super) fn watchers() -> Value {
    let globs = [
        "**/*.{tf,tofu,tfvars,bicep,bicepparam,json,sql,toml,yaml,yml,sh,ps1,azcli,md}",
        "**/.terraform.lock.hcl",
        "**/{.gitignore,.ignore}",
    ];
    let watchers = globs.map(|glob| json!({ "globPattern": glob }));
    json!({ "registrations": [{
        "id": "watched-files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    }] })
}
